import * as vscode from 'vscode';
import type { CodeIndexClient } from './codeIndexClient.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Most workspaces are read, or known from before, in less: nothing is said of those. */
const PATIENCE_MS = 2_000;

/** Says in the status bar how far the code index is while it reads a workspace for long. */
export function showIndexProgress(codeIndex: CodeIndexClient, subscriptions: Subscriptions): void {
  let patience: NodeJS.Timeout | undefined;
  let files = 0;
  let shown: { readonly report: () => void; readonly end: () => void } | undefined;
  const show = (): void => {
    const options = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Spanline reads the code') };
    void vscode.window.withProgress(
      options,
      (progress) =>
        new Promise<void>((end) => {
          const report = (): void => progress.report({ message: vscode.l10n.t('{0} files', files.toLocaleString()) });
          shown = { report, end };
          report();
        }),
    );
  };
  const ended = (): void => {
    clearTimeout(patience);
    patience = undefined;
    shown?.end();
    shown = undefined;
  };
  codeIndex.on('index/changed', ({ state, filesIndexed }) => {
    if (state !== 'indexing') {
      ended();
      return;
    }
    files = filesIndexed;
    patience ??= setTimeout(show, PATIENCE_MS);
    shown?.report();
  });
  // A worker that died tells nothing more of its work; the next one begins anew.
  codeIndex.onStart(ended);
  codeIndex.onGaveUp(ended);
  subscriptions.push({ dispose: ended });
}
