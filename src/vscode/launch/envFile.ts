import * as vscode from 'vscode';
import { addedToEnvFile } from '../../core/launch/envFile.ts';
import { launchEnvironment } from '../../core/launch/launchEnvironment.ts';
import { textOf, type FileProposals } from './fileProposal.ts';
import type { Launches } from './launches.ts';

/**
 * `Add to .env…`: endpoint, delays and limits for programs that read the file, with the difference shown first. Nothing that
 * names a folder of this machine goes into a file of the project: lines are captured only where Spanline starts the program.
 * `more`: variables that record content, besides those that are turned on.
 */
export async function addToEnvFile(
  launches: Launches,
  proposals: FileProposals,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const folder = await pickFolder();
  if (!folder) return;
  const request = await launches.request({}, '');
  if (!request) return;
  const file = vscode.Uri.joinPath(folder.uri, '.env');
  const present = await textOf(file);
  const content = { ...request.content, ...more };
  const { set } = launchEnvironment({
    ...request,
    content,
    platform: 'posix',
    pythonFolder: undefined,
    nodeFile: undefined,
  });
  const added = addedToEnvFile(present ?? '', set, 'Sends traces to Spanline');
  if (added === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t('The file .env has all of it already.'));
    return;
  }
  await proposals.propose(file, present, added, {
    question: vscode.l10n.t('Write these lines to .env? Programs that read the file send their traces here.'),
    action: vscode.l10n.t('Write .env'),
  });
}

/** The workspace's folder; asks where there are several. */
async function pickFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0)
    void vscode.window.showInformationMessage(vscode.l10n.t('Open the folder of the project first.'));
  return folders.length > 1 ? vscode.window.showWorkspaceFolderPick() : folders[0];
}
