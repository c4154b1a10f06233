import * as vscode from 'vscode';
import type { JournalStatus } from '../protocol/engineApi.ts';
import { plainLine } from './plainText.ts';

/** What the Traces view says of the journal while there is something to say; else empty. */
export function journalMessage({ state, message, replayedBytes, totalBytes }: JournalStatus): string {
  switch (state) {
    case 'replaying':
      return vscode.l10n.t(
        'Loading earlier traces: {0} %',
        Math.floor((100 * replayedBytes) / Math.max(1, totalBytes)),
      );
    case 'failed':
      return plainLine(message, 400);
    case 'off':
    case 'ready':
      return '';
  }
}

/** Lines of the status item's hover. */
export function journalLines(journal: JournalStatus): readonly string[] {
  const { state, diskBytes, damagedRecords, unwrittenRequests, replayedBytes, totalBytes } = journal;
  const lines: string[] = [];
  const message = journalMessage(journal);
  if (message !== '') lines.push(state === 'failed' ? `⚠ ${message}` : message);
  if (state === 'off') lines.push(vscode.l10n.t('Traces are kept in memory only'));
  else lines.push(vscode.l10n.t('{0} MiB of traces on disk', (diskBytes / 1048576).toFixed(1)));
  if (state === 'ready' && replayedBytes < totalBytes) {
    lines.push(vscode.l10n.t('Older traces stay on disk: the memory for traces is full'));
  }
  if (damagedRecords > 0) lines.push(vscode.l10n.t('{0} damaged records on disk left out', damagedRecords));
  if (unwrittenRequests > 0) {
    lines.push(vscode.l10n.t('{0} requests are in memory only, because writing failed', unwrittenRequests));
  }
  return lines;
}
