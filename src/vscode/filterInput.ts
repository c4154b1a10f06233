import * as vscode from 'vscode';
import { FilterError } from '../core/query/filterError.ts';
import { parseFilter } from '../core/query/parseFilter.ts';
import { remembered } from '../protocol/filterApi.ts';
import type { EngineClient } from './engineClient.ts';
import type { FilterKeeper } from './filterKeeper.ts';

/** Asks for the filter of the window's traces: in an input box, with what is wrong told while it is typed. */
export async function askFilter(engine: EngineClient, filters: FilterKeeper): Promise<void> {
  const { filter } = filters.book;
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('Filter Traces'),
    prompt: vscode.l10n.t(
      'For example: service:model dur>200ms, status:error, model.version=v2, or a text. Empty shows all.',
    ),
    value: filter,
    valueSelection: [0, filter.length],
    validateInput: (text) => problemOf(engine, text),
  });
  if (typed === undefined) return;
  const { book } = filters;
  filters.keep({ ...book, filter: typed.trim(), history: remembered(book.history, typed) });
}

/** Shows all traces again; the filter stays in the history. */
export function clearFilter(filters: FilterKeeper): void {
  const { book } = filters;
  filters.keep({ ...book, filter: '', errorsOnly: false, history: remembered(book.history, book.filter) });
}

async function problemOf(engine: EngineClient, text: string): Promise<string | undefined> {
  try {
    parseFilter(text);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return vscode.l10n.t('Column {0}: {1}', error.column, error.message);
  }
  if (!text.includes('~')) return undefined;
  try {
    const { problem } = await engine.request('query/check', { filter: text });
    return problem ? vscode.l10n.t('Column {0}: {1}', problem.start + 1, problem.message) : undefined;
  } catch {
    // The engine is away; the list says it when it is back.
    return undefined;
  }
}
