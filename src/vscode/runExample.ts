import { homedir } from 'node:os';
import * as vscode from 'vscode';

const EXAMPLE = 'ticket-triage';

/** Copies the example service into a folder the user picks and starts it in a terminal; the user sends the tickets. */
export async function runExample(extensionUri: vscode.Uri): Promise<void> {
  const here = await vscode.window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
    // Not the open workspace: it may be the example itself.
    defaultUri: vscode.Uri.file(homedir()),
    openLabel: vscode.l10n.t('Copy Example Here'),
    title: vscode.l10n.t(
      'A folder for the example service "{0}" (Node 22.18 or newer and npm are needed to run it)',
      EXAMPLE,
    ),
  });
  const parent = here?.[0];
  if (!parent) return;
  const target = vscode.Uri.joinPath(parent, EXAMPLE);
  const exists = await vscode.workspace.fs.stat(target).then(
    () => true,
    () => false,
  );
  if (!exists) await vscode.workspace.fs.copy(vscode.Uri.joinPath(extensionUri, 'examples', EXAMPLE), target);
  // Separate lines, not `&&`: the terminal's shell may be one that does not know it.
  const service = vscode.window.createTerminal({ name: EXAMPLE, cwd: target });
  service.show(true);
  service.sendText('npm ci');
  service.sendText('npm start');
  const sender = vscode.window.createTerminal({ name: vscode.l10n.t('{0}: send tickets', EXAMPLE), cwd: target });
  // Typed, not run: the service has to be ready first.
  sender.sendText('npm run send', false);
  const inside = vscode.workspace.getWorkspaceFolder(target) !== undefined;
  if (inside) return;
  const open = vscode.l10n.t('Add to Workspace');
  const choice = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      'The example starts in a terminal. When it is ready, press Enter in the second terminal to send it tickets. Jumps need its code in the workspace.',
    ),
    open,
  );
  if (choice === open)
    vscode.workspace.updateWorkspaceFolders(vscode.workspace.workspaceFolders?.length ?? 0, 0, { uri: target });
}
