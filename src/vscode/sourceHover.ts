import * as vscode from 'vscode';
import { formatDuration } from '../core/layout/formatDuration.ts';
import type { CallSummary, SpanSignature } from '../protocol/engineApi.ts';
import type { CodeIndexClient } from './codeIndexClient.ts';
import type { CommandId } from './contributions.ts';
import type { EngineClient } from './engineClient.ts';
import { markdownText, plainLine } from './plainText.ts';
import { readSetting } from './settings.ts';
import type { Subscriptions } from './subscriptions.ts';

const LANGUAGES = ['python', 'typescript', 'javascript', 'typescriptreact', 'javascriptreact'];
/** Kinds of spans resolved for one hover, the newest: a name with ids in it makes many, and a hover must stay instant. */
const MAX_RESOLVED = 500;
const SHOWN_CALLS = 3;

interface Place {
  readonly path: string;
  readonly line: number;
}

/** Hover on a line that starts a span: last duration, input and output of the call there. */
export class SourceHover implements vscode.HoverProvider {
  readonly #engine: EngineClient;
  readonly #codeIndex: CodeIndexClient;
  /** Place of each signature under the present index; undefined when none is sure enough. */
  readonly #places = new Map<number, Place | undefined>();

  #generation = 0;

  constructor(engine: EngineClient, codeIndex: CodeIndexClient, subscriptions: Subscriptions) {
    this.#engine = engine;
    this.#codeIndex = codeIndex;
    engine.onStart(() => this.#forgetPlaces());
    codeIndex.on('index/changed', () => this.#forgetPlaces());
    const selector = LANGUAGES.map((language) => ({ language, scheme: 'file' }));
    subscriptions.push(vscode.languages.registerHoverProvider(selector, this));
  }

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    if (!this.#engine.running || !vscode.workspace.isTrusted || !readSetting('spanline.editor.hover', document.uri))
      return undefined;
    const { signatures } = await this.#engine.request('signatures/list', {});
    const here: SpanSignature[] = [];
    for (const signature of signatures.slice(-MAX_RESOLVED)) {
      if (token.isCancellationRequested) return undefined;
      const place = await this.#place(signature);
      if (place?.path === document.uri.fsPath && place.line === position.line + 1) here.push(signature);
    }
    if (here.length === 0) return undefined;
    const calls = await Promise.all(
      here.map(({ last }) => this.#engine.request('span/summary', last).catch(() => undefined)),
    );
    const held = calls.filter((call) => call !== undefined).sort((a, b) => (BigInt(a.end) < BigInt(b.end) ? 1 : -1));
    if (held.length === 0) return undefined;
    return new vscode.Hover(held.slice(0, SHOWN_CALLS).map(callMarkdown));
  }

  #forgetPlaces(): void {
    this.#generation++;
    this.#places.clear();
  }

  async #place(signature: SpanSignature): Promise<Place | undefined> {
    if (this.#places.has(signature.signatureId)) return this.#places.get(signature.signatureId);
    const generation = this.#generation;
    const resolution = await this.#codeIndex.request('source/resolve', { hints: signature.hints });
    const best = resolution.ambiguous ? undefined : resolution.candidates[0];
    const place =
      best && !best.outside && best.confidence !== 'guess' ? { path: best.path, line: best.line } : undefined;
    // An answer from before a change of the index is used once and not kept.
    if (generation === this.#generation) this.#places.set(signature.signatureId, place);
    return place;
  }
}

/** Only our own command is trusted; span text is appended as character references or as a code block. */
function callMarkdown(call: CallSummary): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(undefined, true);
  markdown.isTrusted = { enabledCommands: ['spanline.openTrace' satisfies CommandId] };
  const ago = Math.max(0, Math.round((Date.now() - Number(BigInt(call.end) / 1_000_000n)) / 1000));
  const facts = `${formatDuration(call.durationNs)}${call.error ? ' · error' : ''} · ${agoText(ago)}`;
  markdown.appendMarkdown(`$(pulse) ${markdownText(plainLine(call.name, 80))} · ${facts}`);
  const block = (title: string, text: string): void => {
    if (text !== '') markdown.appendMarkdown(`\n\n${title}`).appendCodeblock(plainLine(text, 600), 'text');
  };
  block(vscode.l10n.t('Input'), call.input);
  block(vscode.l10n.t('Output'), call.output);
  const target = encodeURIComponent(JSON.stringify([call.ref]));
  markdown.appendMarkdown(`\n\n[${vscode.l10n.t('Show Span')}](command:spanline.openTrace?${target})`);
  return markdown;
}

function agoText(seconds: number): string {
  if (seconds < 60) return vscode.l10n.t('{0} s ago', seconds);
  if (seconds < 3600) return vscode.l10n.t('{0} min ago', Math.round(seconds / 60));
  return vscode.l10n.t('{0} h ago', Math.round(seconds / 3600));
}
