import * as vscode from 'vscode';
import type { EngineClient } from './engineClient.ts';
import { plainLine } from './plainText.ts';

/** Asks, then deletes every trace in memory and on disk, for all windows. */
export async function deleteAllTraces(engine: EngineClient): Promise<void> {
  const deleteAll = vscode.l10n.t('Delete All');
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t('Delete all traces?'),
    {
      modal: true,
      detail: vscode.l10n.t(
        'Those of every window, hidden and pinned ones too, in memory and on disk. This cannot be undone.',
      ),
    },
    deleteAll,
  );
  if (choice !== deleteAll) return;
  const { deleted } = await engine.request('traces/deleteAll', {});
  void vscode.window.setStatusBarMessage(vscode.l10n.t('{0} traces deleted', deleted), 3000);
}

/** Tries to write the journal now and says what came of it. */
export async function retryJournal(engine: EngineClient): Promise<void> {
  const { state, message } = await engine.request('journal/retry', {});
  if (state === 'failed') void vscode.window.showWarningMessage(plainLine(message, 400));
  else void vscode.window.setStatusBarMessage(vscode.l10n.t('Traces are written to disk again'), 3000);
}
