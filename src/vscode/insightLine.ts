import * as vscode from 'vscode';
import { formatDuration } from '../core/layout/formatDuration.ts';
import type { CallSummary } from '../protocol/engineApi.ts';
import type { CodeInsights } from './codeInsights.ts';
import type { ContentHiding } from './contentHiding.ts';
import type { EngineClient } from './engineClient.ts';
import type { Insight } from './fileInsights.ts';
import { OneAtATime } from './oneAtATime.ts';
import { plainLine } from './plainText.ts';
import { readSetting } from './settings.ts';
import type { Subscriptions } from './subscriptions.ts';

const INPUT_CHARACTERS = 60;
const OUTPUT_CHARACTERS = 40;
/** Lines of one file that show a call. */
const MOST_LINES = 100;
const MOST_KEPT = 1000;
/** Behind the end of any line. */
const LINE_END = 1_000_000;

/**
 * Behind each line that makes a span: how long the last call took, what went in and what came out. Hidden while a
 * debugger holds a program, whose own values are shown there.
 */
export class InsightLine {
  readonly #insights: CodeInsights;
  readonly #engine: EngineClient;
  readonly #fresh = vscode.window.createTextEditorDecorationType({
    after: { margin: '0 0 0 3em', color: new vscode.ThemeColor('editorCodeLens.foreground') },
  });
  readonly #stale = vscode.window.createTextEditorDecorationType({
    after: {
      margin: '0 0 0 3em',
      color: new vscode.ThemeColor('disabledForeground'),
      fontStyle: 'italic',
    },
  });
  readonly #calls = new Map<string, CallSummary | undefined>();
  /** What each editor shows: set again only when it is another. */
  readonly #shown = new WeakMap<vscode.TextEditor, string>();
  readonly #drawing = new OneAtATime(() => this.#drawAll());

  constructor(insights: CodeInsights, engine: EngineClient, hiding: ContentHiding, subscriptions: Subscriptions) {
    this.#insights = insights;
    this.#engine = engine;
    const draw = (): void => this.#drawing.run();
    engine.onStart(() => this.#calls.clear());
    subscriptions.push(
      this.#fresh,
      this.#stale,
      insights.onDidChange(draw),
      hiding.onDidChange(() => {
        this.#calls.clear();
        draw();
      }),
      vscode.window.onDidChangeVisibleTextEditors(draw),
      vscode.debug.onDidChangeActiveStackItem(draw),
    );
  }

  async #drawAll(): Promise<void> {
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      const isOn = readSetting('spanline.editor.inline', document.uri) && vscode.debug.activeStackItem === undefined;
      const insights = isOn ? this.#insights.of(document).slice(0, MOST_LINES) : [];
      if (insights.length === 0 && !this.#shown.has(editor)) continue;
      await this.#read(insights);
      this.#show(editor, this.#oneOfLines(insights));
    }
  }

  async #read(insights: readonly Insight[]): Promise<void> {
    for (const { figures } of insights) {
      const [last] = figures.last;
      if (!last || this.#calls.has(keyOf(last))) continue;
      this.#calls.set(keyOf(last), await this.#engine.request('span/summary', last).catch(() => undefined));
    }
    for (const key of this.#calls.keys()) {
      if (this.#calls.size <= MOST_KEPT) break;
      this.#calls.delete(key);
    }
  }

  /** One for each line: what says what went in or came out, else the outermost, else the one called last. */
  #oneOfLines(insights: readonly Insight[]): readonly Insight[] {
    const rank = ({ figures, inner }: Insight): number => {
      const [last] = figures.last;
      const call = last && this.#calls.get(keyOf(last));
      return (call && (call.input !== '' || call.output !== '') ? 2 : 0) + (inner ? 0 : 1);
    };
    const byLine = new Map<number, Insight>();
    for (const insight of insights) {
      const there = byLine.get(insight.line);
      const better = there ? rank(insight) - rank(there) || insight.figures.lastMs - there.figures.lastMs : 1;
      if (better > 0) byLine.set(insight.line, insight);
    }
    return [...byLine.values()];
  }

  #show(editor: vscode.TextEditor, insights: readonly Insight[]): void {
    const options = (stale: boolean): vscode.DecorationOptions[] =>
      insights.flatMap((insight) => {
        const [last] = insight.figures.last;
        const call = last && this.#calls.get(keyOf(last));
        if (!call || insight.stale !== stale) return [];
        const { line } = insight;
        const range = new vscode.Range(line, LINE_END, line, LINE_END);
        return [{ range, renderOptions: { after: { contentText: callText(call) } } }];
      });
    const [fresh, stale] = [options(false), options(true)];
    const text = JSON.stringify([fresh, stale]);
    if (this.#shown.get(editor) === text) return;
    this.#shown.set(editor, text);
    editor.setDecorations(this.#fresh, fresh);
    editor.setDecorations(this.#stale, stale);
  }
}

function keyOf({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): string {
  return `${traceId} ${spanId}`;
}

function callText({ durationNs, error, input, output }: CallSummary): string {
  const parts = [formatDuration(durationNs)];
  if (error) parts.push(vscode.l10n.t('error'));
  const given = plainLine(input, INPUT_CHARACTERS);
  const got = plainLine(output, OUTPUT_CHARACTERS);
  if (given !== '' || got !== '') parts.push(got === '' ? given : `${given} → ${got}`.trim());
  return parts.join(' · ');
}
