import * as vscode from 'vscode';

const EXAMPLE = 'ticket-triage';

/** Copies the example service into a folder the user picks and starts it in a terminal; sends nothing by itself elsewhere. */
export async function runExample(extensionUri: vscode.Uri): Promise<void> {
  const here = await vscode.window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
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
  const terminal = vscode.window.createTerminal({ name: EXAMPLE, cwd: target });
  terminal.show(true);
  terminal.sendText('npm start');
  const inside = vscode.workspace.getWorkspaceFolder(target) !== undefined;
  if (inside) return;
  const open = vscode.l10n.t('Add to Workspace');
  const choice = await vscode.window.showInformationMessage(
    vscode.l10n.t('The example runs in the terminal. Its code must be in the workspace for jumps to it.'),
    open,
  );
  if (choice === open)
    vscode.workspace.updateWorkspaceFolders(vscode.workspace.workspaceFolders?.length ?? 0, 0, { uri: target });
}
