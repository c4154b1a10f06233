import * as vscode from 'vscode';
import type { Attribute, AttributeValue } from '../core/model/attributes.ts';
import type { SourceCandidate, SourceConfidence, SourceHints, SourceResolution } from '../core/model/source.ts';
import type { SpanRef } from '../core/model/span.ts';
import type { PathRules } from '../core/source/plainPath.ts';
import { frameSender, type SourceFrame } from '../core/source/sourceFrame.ts';
import { refusePath } from '../core/source/refusePath.ts';
import { parseStackTrace } from '../core/source/stackTrace.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { SourceOpened, StackRef } from '../protocol/panelApi.ts';
import type { CodeIndexClient } from './codeIndexClient.ts';
import type { EditorReveal } from './editorReveal.ts';
import type { EngineClient } from './engineClient.ts';
import { driftText, evidenceText } from './evidenceText.ts';
import { plainLine } from './plainText.ts';
import type { SourceMemoryKeeper } from './sourceMemoryKeeper.ts';

interface OpenOptions {
  /** Index of the candidate to open, -1 for the best (asking when several are equal). */
  readonly candidate: number;
  readonly toSide: boolean;
  readonly panelColumn: vscode.ViewColumn | undefined;
}

const LOCAL_RULES: PathRules = {
  style: process.platform === 'win32' ? 'windows' : 'posix',
  caseSensitive: process.platform !== 'win32' && process.platform !== 'darwin',
};

/** Stack traces are read up to here; deeper frames are not links. */
const MAX_STACK_BYTES = 256 * 1024;

const CONFIDENCE: Record<SourceConfidence, string> = { exact: 'exact', likely: 'likely', guess: 'guess' };

/** From a span, a stack frame or a log record to an editor at its line. */
export class SourceOpener {
  readonly #engine: EngineClient;
  readonly #codeIndex: CodeIndexClient;
  readonly #reveal: EditorReveal;
  readonly #memory: SourceMemoryKeeper;

  constructor(engine: EngineClient, codeIndex: CodeIndexClient, reveal: EditorReveal, memory: SourceMemoryKeeper) {
    this.#engine = engine;
    this.#codeIndex = codeIndex;
    this.#reveal = reveal;
    this.#memory = memory;
  }

  /** Ranked places of a span. Rejects with `notFound` when the span is not held. */
  async resolve(ref: SpanRef): Promise<SourceResolution> {
    return (await this.#resolve(ref)).resolution;
  }

  async #resolve(ref: SpanRef): Promise<{ readonly hints: SourceHints; readonly resolution: SourceResolution }> {
    const hints = await this.#engine.request('span/hints', ref);
    return { hints, resolution: await this.#codeIndex.request('source/resolve', { hints }) };
  }

  /** Opens the span's n-th place first from now on, for all spans of its kind; -1 forgets what was chosen for them. */
  async prefer(ref: SpanRef, index: number): Promise<void> {
    const { hints, resolution } = await this.#resolve(ref);
    const candidate = resolution.candidates[index];
    if (index === -1) await this.#memory.forget(hints);
    else if (candidate) await this.#memory.choose(hints, candidate);
  }

  /** The place of a span, asked for when several are equal; tells when there is none. Undefined then, and when dismissed. */
  async place(ref: SpanRef): Promise<SourceCandidate | undefined> {
    const { hints, resolution } = await this.#resolve(ref);
    const candidate = await this.#choose(resolution, -1, hints);
    if (candidate === 'none') await sayNotFound({ result: 'notFound', tried: resolution.tried });
    if (typeof candidate === 'string' || !(await this.#allowed(candidate))) return undefined;
    return candidate;
  }

  async open(ref: SpanRef, options: OpenOptions): Promise<SourceOpened> {
    const { hints, resolution } = await this.#resolve(ref);
    return this.#openResolved(resolution, options, hints);
  }

  /**
   * Shows the span's line without taking the keyboard, when there is one place inside the workspace that no other equals;
   * asks nothing. Rejects with `notFound` when the span is not held.
   */
  async follow(ref: SpanRef, panelColumn: vscode.ViewColumn | undefined): Promise<{ result: 'shown' | 'none' }> {
    const { candidates, ambiguous } = await this.resolve(ref);
    const [best] = candidates;
    if (!best || ambiguous || best.outside || refusePath(best.path, LOCAL_RULES) !== undefined)
      return { result: 'none' };
    try {
      const { path, line, column, cell } = best;
      const where = { panelColumn, toSide: false, preserveFocus: true, ...(cell === undefined ? {} : { cell }) };
      await this.#reveal.show(path, line, column, where);
    } catch {
      // A file that went since it was indexed; opening the span says so.
      return { result: 'none' };
    }
    return { result: 'shown' };
  }

  /** Opens the frame that starts at `textStart` of a stack trace of the span; the text is read again from the engine. */
  async openFrame(
    ref: SpanRef,
    stack: StackRef,
    textStart: number,
    panelColumn: vscode.ViewColumn | undefined,
  ): Promise<SourceOpened> {
    const text = await this.#stackText(ref, stack);
    const frame = parseStackTrace(text).find((each) => each.textStart === textStart);
    if (!frame) return { result: 'notFound', tried: [vscode.l10n.t('No stack frame stands there.')] };
    const resolution = await this.#resolveFrame(ref, frame);
    return this.#openResolved(resolution, { candidate: -1, toSide: false, panelColumn });
  }

  /** Opens the line that a log record of the span names by its `code.*` attributes. */
  async openLog(ref: SpanRef, logIndex: number, panelColumn: vscode.ViewColumn | undefined): Promise<SourceOpened> {
    const attributes = await this.#logAttributes(ref, logIndex);
    const path = await this.#textOf(ref, attributes, ['code.file.path', 'code.filepath']);
    const line = Number(await this.#textOf(ref, attributes, ['code.line.number', 'code.lineno']));
    if (path === '' || !(line >= 1))
      return {
        result: 'notFound',
        tried: [vscode.l10n.t('The log record carries no code.file.path and code.line.number.')],
      };
    const resolution = await this.#resolveFrame(ref, { path, line, column: 0 });
    return this.#openResolved(resolution, { candidate: -1, toSide: false, panelColumn });
  }

  async #resolveFrame(ref: SpanRef, { path, line, column, functionName = '' }: SourceFrame): Promise<SourceResolution> {
    const hints = await this.#engine.request('span/hints', ref);
    const frame = { path, line, column, functionName };
    return this.#codeIndex.request('source/resolveFrame', { frame, sender: frameSender(hints) });
  }

  /** `hints`: of the span, whose chosen and confirmed places are remembered. */
  async #openResolved(resolution: SourceResolution, options: OpenOptions, hints?: SourceHints): Promise<SourceOpened> {
    const candidate = await this.#choose(resolution, options.candidate, hints);
    if (candidate === 'none') return { result: 'notFound', tried: resolution.tried };
    if (candidate === 'dismissed' || !(await this.#allowed(candidate))) return { result: 'dismissed' };
    try {
      await this.#reveal.show(candidate.path, candidate.line, candidate.column, {
        ...options,
        ...(candidate.cell === undefined ? {} : { cell: candidate.cell }),
      });
    } catch (error) {
      return {
        result: 'notFound',
        tried: [
          vscode.l10n.t('{0} could not be opened: {1}', plainLine(candidate.shownPath), plainLine(String(error))),
        ],
      };
    }
    if (hints && isMapped(candidate)) await this.#memory.confirm(hints, candidate);
    return { result: 'opened', path: candidate.path, line: candidate.line };
  }

  async #choose(
    resolution: SourceResolution,
    index: number,
    hints?: SourceHints,
  ): Promise<SourceCandidate | 'none' | 'dismissed'> {
    const { candidates, ambiguous } = resolution;
    const named = index >= 0 ? candidates[index] : undefined;
    if (named) return named;
    const best = candidates[0];
    if (!best) return 'none';
    if (!ambiguous) return best;
    const entries = candidates.map((candidate) => ({
      label: `${plainLine(candidate.shownPath)}:${candidate.line}`,
      description: `${plainLine(candidate.functionName, 80)} · ${CONFIDENCE[candidate.confidence]}`,
      detail: plainLine(
        [evidenceText(candidate.evidence), driftText(candidate)].filter((part) => part !== '').join(' · '),
      ),
      candidate,
    }));
    const picked = await vscode.window.showQuickPick(entries, {
      title: vscode.l10n.t('Several places fit equally well'),
      ...(hints ? { placeHolder: vscode.l10n.t('The choice is remembered for spans like this one') } : {}),
      matchOnDescription: true,
    });
    if (!picked) return 'dismissed';
    if (hints) await this.#memory.choose(hints, picked.candidate);
    return picked.candidate;
  }

  /** A path outside the workspace is opened only after a question; nothing touched the file system before it. */
  async #allowed(candidate: SourceCandidate): Promise<boolean> {
    const refused = refusePath(candidate.path, LOCAL_RULES);
    if (refused !== undefined) {
      void vscode.window.showWarningMessage(
        vscode.l10n.t('This path is not opened: {0} ({1})', plainLine(candidate.path), plainLine(refused)),
      );
      return false;
    }
    if (!candidate.outside) return true;
    const open = vscode.l10n.t('Open');
    const choice = await vscode.window.showWarningMessage(
      vscode.l10n.t('The span names a file outside the workspace. Open it?'),
      { modal: true, detail: plainLine(candidate.path, 1000) },
      open,
    );
    return choice === open;
  }

  async #stackText(ref: SpanRef, stack: StackRef): Promise<string> {
    const attribute = await this.#stackAttribute(ref, stack);
    return attribute?.type === 'string' ? this.#wholeText(ref, attribute) : '';
  }

  /** The text of a value, its first page when it was cut for the message. */
  async #wholeText(ref: SpanRef, value: AttributeValue & { readonly type: 'string' }): Promise<string> {
    if (!value.cut) return value.value;
    const chunk = await this.#engine.request('span/value', { ...ref, ref: value.cut.ref, offset: 0 });
    return chunk.text.slice(0, MAX_STACK_BYTES);
  }

  async #textOf(ref: SpanRef, attributes: readonly Attribute[], keys: readonly string[]): Promise<string> {
    for (const key of keys) {
      const value = valueOf(attributes, key);
      if (value?.type === 'string') return this.#wholeText(ref, value);
      if (value?.type === 'int') return value.value;
      if (value?.type === 'double') return String(value.value);
    }
    return '';
  }

  async #logAttributes(ref: SpanRef, index: number): Promise<readonly Attribute[]> {
    const { logs } = await this.#engine.request('span/logs', { ...ref, from: index, limit: 1 });
    return logs[0]?.attributes ?? [];
  }

  async #stackAttribute(ref: SpanRef, stack: StackRef): Promise<AttributeValue | undefined> {
    if (stack.in === 'log') return valueOf(await this.#logAttributes(ref, stack.index), 'exception.stacktrace');
    if (stack.in === 'event') {
      const { events } = await this.#engine.request('span/events', { ...ref, from: stack.index, limit: 1 });
      return valueOf(events[0]?.attributes ?? [], 'exception.stacktrace');
    }
    const { attributes } = await this.#engine.request('span/details', ref);
    return valueOf(attributes, 'code.stacktrace') ?? valueOf(attributes, 'exception.stacktrace');
  }
}

/** An exact place whose path was another one in the sending process. */
function isMapped({ confidence, evidence, outside, cell }: SourceCandidate): boolean {
  const mapped = evidence.kind === 'codeAttributes' && evidence.mapping !== undefined;
  return confidence === 'exact' && mapped && !outside && cell === undefined;
}

/** Shows what was tried when a command found no source; the panel shows the same in its Source tab. */
export async function sayNotFound(opened: SourceOpened): Promise<void> {
  if (opened.result !== 'notFound') return;
  const [first = ''] = opened.tried;
  const message = vscode.l10n.t('No source line found for this span. {0}', plainLine(first, 300));
  if (opened.tried.length < 2) {
    await vscode.window.showInformationMessage(message);
    return;
  }
  const all = vscode.l10n.t('What Was Tried');
  if ((await vscode.window.showInformationMessage(message, all)) !== all) return;
  // VS Code shows a detail in modal messages only.
  const detail = opened.tried.map((each) => plainLine(each, 500)).join('\n');
  await vscode.window.showInformationMessage(vscode.l10n.t('What was tried'), { modal: true, detail });
}

/** The text of an error for people: a span that is gone is an ordinary case. */
export function errorText(error: unknown): string {
  if (error instanceof ProtocolError && error.code === 'notFound')
    return vscode.l10n.t('This span is not held any more.');
  return plainLine(error instanceof Error ? error.message : String(error));
}

function valueOf(attributes: readonly Attribute[], key: string): AttributeValue | undefined {
  return attributes.find((attribute) => attribute.key === key)?.value;
}
