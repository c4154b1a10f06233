import * as vscode from 'vscode';
import type { Starting } from './missingSdk.ts';

/** What a task starts, and where; undefined for one whose extension starts it. Variables but folders' stay as they are. */
export function taskStart({ execution, scope }: vscode.Task): Starting | undefined {
  if (!execution || execution instanceof vscode.CustomExecution) return undefined;
  const folder = typeof scope === 'object' ? scope : vscode.workspace.workspaceFolders?.[0];
  const root = folder?.uri.fsPath ?? '';
  const plain = (text: string): string => text.replace(/\$\{workspaceFolder(?::[^}]*)?\}/g, root);
  const cwd = plain(execution.options?.cwd ?? root);
  if (execution instanceof vscode.ProcessExecution)
    return { command: [execution.process, ...execution.args].map(plain), cwd };
  const { command, args, commandLine } = execution;
  const words = [command, ...(args ?? [])].flatMap((each) =>
    each === undefined ? [] : [typeof each === 'string' ? each : each.value],
  );
  return { command: plain(commandLine ?? words.join(' ')), cwd };
}
