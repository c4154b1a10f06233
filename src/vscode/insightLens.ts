import * as vscode from 'vscode';
import { CODE_LANGUAGES, type CodeInsights } from './codeInsights.ts';
import type { CommandId } from './contributions.ts';
import { ownFirst, type Insight } from './fileInsights.ts';
import { figuresText, insightName } from './insightText.ts';
import { readSetting } from './settings.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Lenses above one function; the rest is counted. */
const MOST_LENSES = 3;

/** Above each function what its spans cost, and those of the calls that leave it; a click shows them. */
export class InsightLens implements vscode.CodeLensProvider {
  readonly #insights: CodeInsights;
  readonly onDidChangeCodeLenses: vscode.Event<void>;

  constructor(insights: CodeInsights, subscriptions: Subscriptions) {
    this.#insights = insights;
    this.onDidChangeCodeLenses = insights.onDidChange;
    const selector = CODE_LANGUAGES.map((language) => ({ language, scheme: 'file' }));
    subscriptions.push(vscode.languages.registerCodeLensProvider(selector, this));
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!readSetting('spanline.editor.lens', document.uri)) return [];
    const byFunction = new Map<string, Insight[]>();
    for (const insight of this.#insights.of(document)) {
      const { firstLine, lastLine } = insight;
      const key = `${String(firstLine)} ${String(lastLine)}`;
      const there = byFunction.get(key) ?? [];
      byFunction.set(key, there);
      there.push(insight);
    }
    return [...byFunction.values()].flatMap((insights) => {
      // A decorator that makes the span stands above the function's name.
      const line = Math.min(...insights.flatMap((insight) => [insight.firstLine, insight.line]));
      return lensesAt(document, Math.min(line, document.lineCount - 1), insights);
    });
  }
}

function lensesAt(document: vscode.TextDocument, line: number, insights: readonly Insight[]): vscode.CodeLens[] {
  const range = document.lineAt(line).range;
  // What the same line says of the inside of a call is for the hover.
  const told = insights.some(({ inner }) => !inner) ? insights.filter(({ inner }) => !inner) : insights;
  const own = told.filter(({ role }) => role === 'own').length;
  const lenses = ownFirst(told)
    .slice(0, MOST_LENSES)
    .map((insight) => {
      const isCall = insight.role === 'call';
      const name = isCall || own > 1 ? `${isCall ? '→ ' : ''}${insightName(insight)}: ` : '';
      const icon = insight.stale ? '$(history) ' : '';
      return lens(range, `${icon}${name}${figuresText(insight)}`, document, [insight]);
    });
  const rest = told.length - MOST_LENSES;
  if (rest > 0) lenses.push(lens(range, vscode.l10n.t('{0} more', rest), document, told));
  return lenses;
}

function lens(
  range: vscode.Range,
  title: string,
  document: vscode.TextDocument,
  insights: readonly Insight[],
): vscode.CodeLens {
  const keys = insights.map(({ key }) => key);
  return new vscode.CodeLens(range, {
    title,
    tooltip: insights.some(({ stale }) => stale)
      ? vscode.l10n.t('No call of the code as it stands yet. Click for the spans from before the edit.')
      : vscode.l10n.t('Show these spans'),
    command: 'spanline.showFunctionSpans' satisfies CommandId,
    arguments: [{ path: document.uri.fsPath, keys }],
  });
}
