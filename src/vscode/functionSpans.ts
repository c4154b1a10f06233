import * as vscode from 'vscode';
import { quotedWord } from '../core/query/filterQuotes.ts';
import { remembered } from '../protocol/filterApi.ts';
import type { SpanRef } from '../core/model/span.ts';
import type { CodeInsights } from './codeInsights.ts';
import type { EngineClient } from './engineClient.ts';
import { plainLine } from './plainText.ts';
import type { SourceOpener } from './sourceOpener.ts';
import type { Insight } from './fileInsights.ts';
import type { FilterKeeper } from './filterKeeper.ts';
import type { TracePanels } from './tracePanels.ts';

/** Kinds of span that a filter names one by one. */
const MOST_KINDS = 20;

/**
 * Filters the traces to those with spans of a function and opens the newest of them at its span: of the insights a lens
 * names, or those around the cursor of the active editor. The argument comes from a lens, a menu or another extension.
 */
export async function showFunctionSpans(
  argument: unknown,
  insights: CodeInsights,
  filters: FilterKeeper,
  panels: TracePanels,
): Promise<void> {
  const chosen = await chosenInsights(argument, insights);
  const newest = [...chosen].sort((a, b) => b.figures.lastMs - a.figures.lastMs)[0];
  const last = newest?.figures.last[0];
  if (!last) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('No span of this function is held. Call it, or see what its spans say of their source.'),
    );
    return;
  }
  const { book } = filters;
  const filter = filterOf(chosen);
  filters.keep({ ...book, filter, errorsOnly: false, history: remembered(book.history, filter) });
  // The code stays in sight.
  panels.show(last.traceId, last.spanId, { toSide: panels.active === undefined });
}

async function chosenInsights(argument: unknown, insights: CodeInsights): Promise<readonly Insight[]> {
  const { path, keys } = (typeof argument === 'object' && argument !== null ? argument : {}) as {
    path?: unknown;
    keys?: unknown;
  };
  const editor = vscode.window.activeTextEditor;
  if (typeof path === 'string' && Array.isArray(keys)) {
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === path);
    return document ? insights.of(document).filter(({ key }) => keys.includes(key)) : [];
  }
  if (!editor) return [];
  const { line } = editor.selection.active;
  const around = (await insights.look(editor.document)).filter(
    ({ firstLine, lastLine, line: own }) => Math.min(firstLine, own) <= line && line <= lastLine,
  );
  // The innermost function's.
  const first = Math.max(...around.map(({ firstLine }) => firstLine));
  return around.filter(({ firstLine }) => firstLine === first);
}

/** Traces with a span of one of these kinds. */
export function filterOf(insights: readonly Pick<Insight, 'kinds'>[]): string {
  const kinds = insights.flatMap((insight) => insight.kinds);
  const names = new Set(kinds.slice(0, MOST_KINDS).map(({ service, name, scope }) => conditions(service, name, scope)));
  return [...names].join(' or ');
}

function conditions(service: string, name: string, scope: string): string {
  const parts = [`service=${quotedWord(service)}`, `name=${quotedWord(name)}`];
  if (scope !== '') parts.push(`scope=${quotedWord(scope)}`);
  return parts.join(' ');
}

/** Filters the traces to those with spans of this one's kind; the panel goes on showing what it shows. */
export async function findSimilarSpans(
  ref: SpanRef,
  engine: EngineClient,
  filters: FilterKeeper,
  panels: TracePanels,
): Promise<void> {
  const { serviceName, spanName, scopeName } = await engine.request('span/hints', ref);
  const { book } = filters;
  const filter = conditions(serviceName, spanName, scopeName);
  filters.keep({ ...book, filter, errorsOnly: false, history: remembered(book.history, filter) });
  panels.show(ref.traceId, ref.spanId);
}

/** `src/predict.py:42 (predict) span 00f067aa0ba902b7`: the place, where there is one, and the span. */
export async function spanReference(ref: SpanRef, source: SourceOpener): Promise<string> {
  const { candidates, ambiguous } = await source.resolve(ref);
  const [best] = ambiguous ? [] : candidates;
  const span = `span ${ref.spanId}`;
  if (!best) return `${span} trace ${ref.traceId}`;
  const name = best.functionName === '' ? '' : ` (${plainLine(best.functionName, 200)})`;
  return `${plainLine(best.shownPath, 1000)}:${String(best.line)}${name} ${span}`;
}
