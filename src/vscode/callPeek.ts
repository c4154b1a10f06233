import * as vscode from 'vscode';
import { sideText } from '../core/inference/callText.ts';
import { formatDuration } from '../core/layout/formatDuration.ts';
import { parseSpanId, parseTraceId } from '../core/model/ids.ts';
import type { ModelCall, ModelItem } from '../core/model/modelCall.ts';
import type { SpanRef } from '../core/model/span.ts';
import { wholeCall } from '../protocol/wholeCall.ts';
import { besidePanel } from './editorReveal.ts';
import type { ContentHiding } from './contentHiding.ts';
import type { EngineClient } from './engineClient.ts';
import { clockOf } from './insightText.ts';
import { plainLine } from './plainText.ts';
import type { SourceOpener } from './sourceOpener.ts';
import type { Subscriptions } from './subscriptions.ts';

const SCHEME = 'spanline-call';
/** Characters of one value; the details show the rest page by page. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

/** What went into a call and what came out, whole, as a read-only text inside the editor at the line that makes the call. */
export class CallPeek implements vscode.TextDocumentContentProvider {
  readonly #engine: EngineClient;
  readonly #source: SourceOpener;

  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;

  constructor(engine: EngineClient, source: SourceOpener, hiding: ContentHiding, subscriptions: Subscriptions) {
    this.#engine = engine;
    this.#source = source;
    subscriptions.push(
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      // What is open is read again: with its content covered, or uncovered.
      hiding.onDidChange(() => {
        for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === SCHEME) this.#changed.fire(uri);
      }),
    );
  }

  /** Peeks at the line where the span comes from, if there is one; else opens beside the panel. */
  async peek(ref: SpanRef, panelColumn: vscode.ViewColumn | undefined): Promise<void> {
    const { name } = await this.#engine.request('span/details', ref);
    const file = name.replaceAll(/[^\w .-]/g, '_').slice(0, 60);
    const target = vscode.Uri.from({ scheme: SCHEME, path: `/${ref.traceId}/${ref.spanId}/${file || 'call'}.txt` });
    const { candidates, ambiguous } = await this.#source.resolve(ref);
    const [place] = candidates;
    // From a hover, the editor that has it.
    const fromPanel = vscode.window.tabGroups.activeTabGroup.viewColumn === panelColumn;
    const viewColumn = fromPanel ? besidePanel(panelColumn) : vscode.ViewColumn.Active;
    if (!place || ambiguous || place.outside || place.cell !== undefined) {
      await vscode.window.showTextDocument(target, { viewColumn, preview: true });
      return;
    }
    const uri = vscode.Uri.file(place.path);
    const position = new vscode.Position(place.line - 1, 0);
    await vscode.window.showTextDocument(uri, { viewColumn, selection: new vscode.Range(position, position) });
    const location = new vscode.Location(target, new vscode.Position(0, 0));
    await vscode.commands.executeCommand('editor.action.peekLocations', uri, position, [location], 'peek');
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const [, trace = '', span = ''] = uri.path.split('/');
    const [traceId, spanId] = [parseTraceId(trace), parseSpanId(span)];
    if (!traceId || !spanId) return '';
    const ref = { traceId, spanId };
    const [{ name, durationNs, end, status }, call] = await Promise.all([
      this.#engine.request('span/details', ref),
      wholeCall(
        {
          model: (span) => this.#engine.request('span/model', span),
          items: (page) => this.#engine.request('call/items', page),
        },
        ref,
      ),
    ]);
    const facts = [plainLine(name), formatDuration(durationNs), clockOf(Number(BigInt(end) / 1_000_000n))];
    if (status.message !== '') facts.push(plainLine(status.message));
    const head = facts.join(' · ');
    if (!call) return `${head}\n\n${vscode.l10n.t('The span records neither input nor output.')}\n`;
    const wholes = await this.#wholes(ref, call);
    const side = (title: string, which: 'inputs' | 'outputs'): string => {
      const text = sideText(call, which, (item) => wholes.get(item));
      return `── ${title} ──\n\n${text === '' ? vscode.l10n.t('Not recorded.') : text}\n`;
    };
    return `${head}\n\n${side(vscode.l10n.t('Input'), 'inputs')}\n${side(vscode.l10n.t('Output'), 'outputs')}`;
  }

  /** The values of which a message holds only the beginning. */
  async #wholes(ref: SpanRef, call: ModelCall): Promise<ReadonlyMap<ModelItem, string>> {
    const wholes = new Map<ModelItem, string>();
    const byRef = new Map<string, string>();
    for (const item of [...call.inputs, ...call.outputs]) {
      if (item.cut === undefined) continue;
      const value = byRef.get(item.cut.ref) ?? (await this.#whole(ref, item.cut.ref));
      // Several parts of one long value: it is told once.
      wholes.set(item, byRef.has(item.cut.ref) ? vscode.l10n.t('(in the value above)') : value);
      byRef.set(item.cut.ref, value);
    }
    return wholes;
  }

  async #whole(ref: SpanRef, valueRef: string): Promise<string> {
    const parts: string[] = [];
    for (let offset = 0, length = 0; length < MOST_CHARACTERS;) {
      const { text, nextOffset, totalBytes } = await this.#engine.request('span/value', {
        ...ref,
        ref: valueRef,
        offset,
      });
      parts.push(text);
      length += text.length;
      if (nextOffset >= totalBytes || nextOffset <= offset) return parts.join('');
      offset = nextOffset;
    }
    return `${parts.join('')}…\n${vscode.l10n.t('The rest is in the details of the span.')}`;
  }
}
