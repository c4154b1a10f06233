import * as vscode from 'vscode';

/** Warns of what is wrong with a setting, once for each text, and offers under `label` to open the setting. */
export function warnOnce(
  text: string,
  said: Set<string>,
  log: vscode.LogOutputChannel,
  label: string,
  setting: string,
): void {
  if (said.has(text)) return;
  said.add(text);
  log.warn(text);
  void vscode.window.showWarningMessage(text, label).then((choice) => {
    if (choice === label) void vscode.commands.executeCommand('workbench.action.openSettings', setting);
  });
}
