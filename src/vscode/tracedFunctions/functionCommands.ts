import * as vscode from 'vscode';
import { isTraceableFile } from '../../core/launch/tracedFunctions.ts';
import type { CommandId } from '../contributions.ts';
import type { LaunchedRuns } from '../launch/launchedRuns.ts';
import type { TracedFunctions } from './tracedFunctions.ts';

const RUN: CommandId = 'spanline.runWithTracing';

/** `Trace This Function` and `Stop Tracing This Function`: of a lens, the menu of a line number, or the caret. */
export class FunctionCommands {
  readonly #traced: TracedFunctions;
  readonly #runs: LaunchedRuns;
  /** How to run with tracing was said in this window. */
  #saidHow = false;

  constructor(traced: TracedFunctions, runs: LaunchedRuns) {
    this.#traced = traced;
    this.#runs = runs;
  }

  async trace(argument: unknown): Promise<void> {
    const found = await this.#functionAt(placeOf(argument));
    if (!found) return;
    const { file, name } = found;
    if (this.#traced.namesIn(file).has(name)) {
      say(vscode.l10n.t('{0} is on the list of traced functions.', name));
      return;
    }
    // Before the list changes: what runs then is told of by whoever started it.
    const runs = this.#runs.some;
    if (!(await this.#traced.add(file, name))) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Only functions of files in the folders of the workspace can be traced.'),
      );
      return;
    }
    if (runs) return;
    const text = vscode.l10n.t('{0} is traced from the next start with tracing.', name);
    if (this.#saidHow) say(text);
    else {
      this.#saidHow = true;
      const run = vscode.l10n.t('Run with Tracing…');
      void vscode.window.showInformationMessage(text, run).then((choice) => {
        if (choice === run) void vscode.commands.executeCommand(RUN);
      });
    }
  }

  async stop(argument: unknown): Promise<void> {
    const found = await this.#functionAt(placeOf(argument));
    if (!found) return;
    const { file, name } = found;
    if (!this.#traced.namesIn(file).has(name)) {
      say(vscode.l10n.t('{0} is not on the list of traced functions.', name));
      return;
    }
    await this.#traced.remove(file, [name]);
    if (!this.#runs.some) say(vscode.l10n.t('{0} is no longer traced from the next start.', name));
  }

  /** The function of a place; says why there is none. */
  async #functionAt(
    place: Place | undefined,
  ): Promise<{ readonly file: vscode.Uri; readonly name: string } | undefined> {
    if (!place) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Put the caret into the function first.'));
      return undefined;
    }
    const { document, line } = place;
    const isCode = document.uri.scheme === 'file' && isTraceableFile(document.uri.path);
    const functions = isCode ? await this.#traced.functionsOf(document) : null;
    if (functions === null) {
      void vscode.window.showInformationMessage(
        isCode
          ? vscode.l10n.t('The functions of this file could not be read.')
          : vscode.l10n.t('Only functions of Python, JavaScript and TypeScript files can be traced.'),
      );
      return undefined;
    }
    const found = await this.#traced.functionAt(document, line);
    if (!found) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('There is no function with a name of its own on line {0}.', line + 1),
      );
      return undefined;
    }
    return { file: document.uri, name: found.name };
  }
}

interface Place {
  readonly document: vscode.TextDocument;
  /** From 0. */
  readonly line: number;
}

/**
 * A lens and a hover name `path` and `line` (from 0), the menu of a line number `uri` and `lineNumber` (from 1); else it is the
 * caret of the active editor. An argument of another form, of another extension say, counts as none.
 */
function placeOf(argument: unknown): Place | undefined {
  const { path, line, uri, lineNumber } = (typeof argument === 'object' && argument !== null ? argument : {}) as {
    readonly path?: unknown;
    readonly line?: unknown;
    readonly uri?: unknown;
    readonly lineNumber?: unknown;
  };
  if (typeof path === 'string' && typeof line === 'number' && line >= 0)
    return openPlace(vscode.Uri.file(path), Math.floor(line));
  if (uri instanceof vscode.Uri && typeof lineNumber === 'number' && lineNumber >= 1)
    return openPlace(uri, Math.floor(lineNumber) - 1);
  const editor = vscode.window.activeTextEditor;
  return editor && { document: editor.document, line: editor.selection.active.line };
}

/** Of documents that are open, only: an argument is no reason to read a file. */
function openPlace(file: vscode.Uri, line: number): Place | undefined {
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === file.toString());
  return document && { document, line };
}

function say(text: string): void {
  vscode.window.setStatusBarMessage(`$(pulse) ${text}`, 8000);
}
