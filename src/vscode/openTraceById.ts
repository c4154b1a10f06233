import * as vscode from 'vscode';
import type { EngineClient } from './engineClient.ts';
import { plainLine } from './plainText.ts';
import type { TracePanels } from './tracePanels.ts';

/** Asks for an id (or a line of a log that holds one) and opens what it names; several matches are offered. */
export async function openTraceById(engine: EngineClient, panels: TracePanels): Promise<void> {
  const pasted = await clipboardId();
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Open Trace by ID'),
    // People leave it to copy an id from a terminal or a log.
    ignoreFocusOut: true,
    prompt: vscode.l10n.t(
      'A trace id, a span id, a traceparent, or a log line that holds one; the first 8 digits are enough.',
    ),
    value: pasted,
    valueSelection: [0, pasted.length],
  });
  if (text === undefined || text.trim() === '') return;
  const { matches } = await engine.request('traces/find', { text });
  const only = matches[0];
  if (!only) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('No trace or span held here has this id. It may not have arrived, or it made room for newer ones.'),
    );
    return;
  }
  if (matches.length === 1) {
    panels.show(only.traceId, only.spanId);
    return;
  }
  const entries = matches.map((match) => ({
    label: plainLine(match.name),
    description: match.spanId === '' ? match.traceId : `${match.traceId} · ${match.spanId}`,
    match,
  }));
  const picked = await vscode.window.showQuickPick(entries, {
    title: vscode.l10n.t('Several ids fit'),
    matchOnDescription: true,
  });
  if (picked) panels.show(picked.match.traceId, picked.match.spanId);
}

/** An id in the clipboard. A browser asks the user before it lets anyone read there: then pasting is left to them. */
async function clipboardId(): Promise<string> {
  if (vscode.env.uiKind === vscode.UIKind.Web) return '';
  const text = (await vscode.env.clipboard.readText()).slice(0, 4096);
  return /\b[0-9a-f]{32}\b/i.exec(text)?.[0] ?? '';
}
