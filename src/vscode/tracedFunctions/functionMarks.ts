import * as vscode from 'vscode';
import type { TraceableFunction } from '../../protocol/traceableFunctionsApi.ts';
import { setContextKey } from '../contextKeys.ts';
import type { CommandId } from '../contributions.ts';
import { OneAtATime } from '../oneAtATime.ts';
import { markdownText } from '../plainText.ts';
import type { Subscriptions } from '../subscriptions.ts';
import type { TracedFunctions } from './tracedFunctions.ts';

/** Marks follow edits by themselves; what is typed is read again once typing rests. */
const TYPING_MS = 400;
/** Lines that the menu of the gutter is told of. */
const MOST_LINES = 5000;
const STOP: CommandId = 'spanline.stopTracingFunction';
const LIST: CommandId = 'spanline.tracedFunctions';

/** A mark in the gutter beside each function on the list, with a hover; and what menus have to know of the file in the editor. */
export class FunctionMarks {
  readonly #traced: TracedFunctions;
  readonly #mark: vscode.TextEditorDecorationType;
  /** Editors with marks: others are not touched. */
  readonly #marked = new WeakSet<vscode.TextEditor>();
  /** What menus were told last. */
  #lines = '[]';
  #typing: NodeJS.Timeout | undefined;
  readonly #drawing = new OneAtATime(() => this.#drawAll());

  constructor(traced: TracedFunctions, extensionUri: vscode.Uri, subscriptions: Subscriptions) {
    this.#traced = traced;
    const icon = (theme: string): { readonly gutterIconPath: vscode.Uri } => ({
      gutterIconPath: vscode.Uri.joinPath(extensionUri, 'media', `traced-${theme}.svg`),
    });
    this.#mark = vscode.window.createTextEditorDecorationType({
      gutterIconSize: 'contain',
      light: icon('light'),
      dark: icon('dark'),
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    });
    const draw = (): void => this.#drawing.run();
    subscriptions.push(
      this.#mark,
      traced.onDidChange(draw),
      vscode.window.onDidChangeVisibleTextEditors(draw),
      vscode.window.onDidChangeActiveTextEditor(draw),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0 || this.#traced.namesIn(document.uri).size === 0) return;
        clearTimeout(this.#typing);
        this.#typing = setTimeout(draw, TYPING_MS);
      }),
      { dispose: () => clearTimeout(this.#typing) },
    );
    draw();
  }

  async #drawAll(): Promise<void> {
    const active = vscode.window.activeTextEditor;
    setContextKey('spanline.tracedFile', active !== undefined && this.#traced.namesIn(active.document.uri).size > 0);
    let lines: readonly number[] = [];
    for (const editor of vscode.window.visibleTextEditors) {
      const names = this.#traced.namesIn(editor.document.uri);
      if (names.size === 0 && !this.#marked.has(editor)) continue;
      const functions = names.size === 0 ? [] : ((await this.#traced.functionsOf(editor.document)) ?? []);
      const listed = functions.filter(({ name }) => names.has(name));
      if (editor === active) lines = linesOf(functions, names);
      editor.setDecorations(
        this.#mark,
        listed.map((each) => markOf(editor.document, each)),
      );
      if (listed.length > 0) this.#marked.add(editor);
      else this.#marked.delete(editor);
    }
    const text = JSON.stringify(lines);
    if (text === this.#lines) return;
    this.#lines = text;
    setContextKey('spanline.tracedLines', lines);
  }
}

function markOf(document: vscode.TextDocument, { name, line }: TraceableFunction): vscode.DecorationOptions {
  const { range } = document.lineAt(Math.min(line, document.lineCount) - 1);
  const hover = new vscode.MarkdownString(undefined, true);
  hover.isTrusted = { enabledCommands: [STOP, LIST] };
  const text = vscode.l10n.t(
    '{0}: from the next start with tracing, each call is a span with its arguments and what it returned.',
    name,
  );
  const target = encodeURIComponent(JSON.stringify([{ path: document.uri.fsPath, line: line - 1 }]));
  const stop = `[${vscode.l10n.t('Stop Tracing This Function')}](command:${STOP}?${target})`;
  const list = `[${vscode.l10n.t('Traced Functions…')}](command:${LIST})`;
  hover.appendMarkdown(`$(pulse) ${markdownText(text)}\n\n${stop} · ${list}`);
  return { range, hoverMessage: hover };
}

/** Lines, from 1, whose innermost function is on the list. */
function linesOf(functions: readonly TraceableFunction[], names: ReadonlySet<string>): readonly number[] {
  const lines = new Set<number>();
  // In order of their start, so that inner ones come after those around them.
  for (const { name, firstLine, endLine } of functions) {
    for (let line = firstLine; line <= endLine && lines.size < MOST_LINES; line++) {
      if (names.has(name)) lines.add(line);
      else lines.delete(line);
    }
  }
  return [...lines];
}
