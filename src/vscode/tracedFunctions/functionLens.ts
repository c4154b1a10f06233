import * as vscode from 'vscode';
import { isTraceableFile } from '../../core/launch/tracedFunctions.ts';
import type { CodeInsights } from '../codeInsights.ts';
import type { CommandId } from '../contributions.ts';
import type { Insight } from '../fileInsights.ts';
import { readSetting } from '../settings.ts';
import type { Subscriptions } from '../subscriptions.ts';
import { TRACEABLE_LANGUAGES, type TracedFunctions } from './tracedFunctions.ts';

/** The scope of spans of traced functions, as `instrument/` names it. */
const SCOPE = 'spanline';

/**
 * Above functions on the list, that they are traced and how to stop; above functions that have spans of their own, how to see
 * their arguments. Nothing above others, and nothing asked for files with neither.
 */
export class FunctionLens implements vscode.CodeLensProvider {
  readonly #traced: TracedFunctions;
  readonly #insights: CodeInsights;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(traced: TracedFunctions, insights: CodeInsights, subscriptions: Subscriptions) {
    this.#traced = traced;
    this.#insights = insights;
    const selector = TRACEABLE_LANGUAGES.map((language) => ({ language, scheme: 'file' }));
    const changed = (): void => this.#changed.fire();
    subscriptions.push(
      this.#changed,
      traced.onDidChange(changed),
      insights.onDidChange(changed),
      vscode.languages.registerCodeLensProvider(selector, this),
    );
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const { uri } = document;
    if (!vscode.workspace.isTrusted || !readSetting('spanline.editor.lens', uri)) return [];
    const own = new Map<number, Insight[]>();
    for (const insight of this.#insights.of(document)) {
      // Outside of functions, and in nameless handlers, there is nothing to trace.
      if (insight.role !== 'own' || insight.functionName === '') continue;
      own.set(insight.firstLine, [...(own.get(insight.firstLine) ?? []), insight]);
    }
    const names = this.#traced.namesIn(uri);
    if (own.size === 0 && names.size === 0) return [];
    if (!isTraceableFile(uri.path) || !vscode.workspace.getWorkspaceFolder(uri)) return [];
    // Not all that has spans can be traced: a constructor, say.
    return ((await this.#traced.functionsOf(document)) ?? []).flatMap(({ name, line }) => {
      const insights = own.get(line - 1);
      if (names.has(name)) return tracedLenses(document, line - 1, insights ?? []);
      return insights ? [offer(document, line - 1, insights)] : [];
    });
  }
}

function tracedLenses(document: vscode.TextDocument, line: number, insights: readonly Insight[]): vscode.CodeLens[] {
  const range = rangeAt(document, line, insights);
  const target = { path: document.uri.fsPath, line };
  const isSeen = insights.some(({ kinds, stale }) => !stale && kinds.some(({ scope }) => scope === SCOPE));
  return [
    new vscode.CodeLens(range, {
      title: isSeen ? vscode.l10n.t('Arguments traced') : vscode.l10n.t('Traced from the next start'),
      tooltip: vscode.l10n.t(
        'Each call of this function in a program started with tracing is a span with its arguments and what it returned. Click for all traced functions.',
      ),
      command: 'spanline.tracedFunctions' satisfies CommandId,
    }),
    new vscode.CodeLens(range, {
      title: vscode.l10n.t('stop'),
      tooltip: vscode.l10n.t('Stop tracing this function, from the next start'),
      command: 'spanline.stopTracingFunction' satisfies CommandId,
      arguments: [target],
    }),
  ];
}

function offer(document: vscode.TextDocument, line: number, insights: readonly Insight[]): vscode.CodeLens {
  return new vscode.CodeLens(rangeAt(document, line, insights), {
    title: vscode.l10n.t('Trace arguments'),
    tooltip: vscode.l10n.t(
      'From the next start with tracing, make each call of this function a span with its arguments and what it returned',
    ),
    command: 'spanline.traceFunction' satisfies CommandId,
    arguments: [{ path: document.uri.fsPath, line }],
  });
}

/** The line that the figures of the function's calls stand above, so that all of it stands in one row. */
function rangeAt(document: vscode.TextDocument, line: number, insights: readonly Insight[]): vscode.Range {
  const first = Math.min(line, ...insights.map((insight) => insight.line));
  return document.lineAt(Math.min(first, document.lineCount - 1)).range;
}
