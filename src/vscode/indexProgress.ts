import * as vscode from 'vscode';
import type { CodeIndexClient } from './codeIndexClient.ts';
import type { CommandId } from './contributions.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Most workspaces are read, or known from before, in less: nothing is said of those. */
const PATIENCE_MS = 2_000;

/** Says in the status bar how far the code index is while it reads a workspace for long; a click stops it. */
export function showIndexProgress(codeIndex: CodeIndexClient, subscriptions: Subscriptions): void {
  let patience: NodeJS.Timeout | undefined;
  let files = 0;
  let item: vscode.StatusBarItem | undefined;
  const report = (): void => {
    if (item) item.text = `$(loading~spin) ${vscode.l10n.t('Reading the code: {0} files', files.toLocaleString())}`;
  };
  const show = (): void => {
    item = vscode.window.createStatusBarItem('spanline.index', vscode.StatusBarAlignment.Left);
    item.name = vscode.l10n.t('Spanline: Code Index');
    item.tooltip = vscode.l10n.t(
      'Spanline reads the code of the workspace to find the lines of spans. Click to stop: what was read by then is used.',
    );
    item.command = 'spanline.stopCodeIndex' satisfies CommandId;
    report();
    item.show();
  };
  const ended = (): void => {
    clearTimeout(patience);
    patience = undefined;
    item?.dispose();
    item = undefined;
  };
  codeIndex.on('index/changed', ({ state, filesIndexed }) => {
    if (state !== 'indexing') {
      ended();
      return;
    }
    files = filesIndexed;
    patience ??= setTimeout(show, PATIENCE_MS);
    report();
  });
  // A worker that died tells nothing more of its work; the next one begins anew.
  codeIndex.onStart(ended);
  codeIndex.onGaveUp(ended);
  subscriptions.push({ dispose: ended });
}
