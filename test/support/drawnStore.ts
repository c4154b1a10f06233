import { FOUND } from '../../src/core/find/recordFields.ts';
import type { ModelUsage } from '../../src/core/model/modelUsage.ts';
import type { TextMatcher } from '../../src/core/find/textMatcher.ts';
import type { AttributeValue } from '../../src/core/model/attributes.ts';
import { parseSpanId, type SpanId, type TraceId } from '../../src/core/model/ids.ts';
import type { SourceHints } from '../../src/core/model/source.ts';
import type { LogDetails, SpanDetails, SpanRef } from '../../src/core/model/span.ts';
import type { TraceSummary } from '../../src/core/model/trace.ts';
import type { TraceRows } from '../../src/core/store/traceRows.ts';
import type { RunningSpan } from '../../src/core/store/runningSpans.ts';
import { TraceStore } from '../../src/core/store/traceStore.ts';
import { FACET_ABSENT, type FacetReader } from '../../src/core/store/facets.ts';
import type { StoreState } from '../../src/core/store/storeState.ts';
import type {
  ExportPart,
  FoundText,
  SpanHandle,
  StoredSignature,
  TextSearch,
  TraceColumns,
} from '../../src/core/store/storeReader.ts';
import type { StoreChanges } from '../../src/core/store/traceChanges.ts';
import type { EngineStore } from '../../src/engine/engineStore.ts';
import type { IngestResult } from '../../src/engine/receiver/intake.ts';
import { columnsFromText, DRAWN_TRACE } from './columnsOf.ts';

/** Span id of a letter drawn with `columnsFromText`. */
export function drawnSpanId(letter: string): SpanId {
  const code = letter.charCodeAt(0);
  const text = (~code >>> 0).toString(16).padStart(8, '0') + code.toString(16).padStart(8, '0');
  const id = parseSpanId(text);
  if (!id) throw new Error(`no span id for ${letter}`);
  return id;
}

/** Letter of a span id drawn with `columnsFromText`. */
export function drawnLetter(spanId: string): string {
  return spanId === '' ? '' : String.fromCharCode(Number.parseInt(spanId.slice(8), 16));
}

interface HeldTrace {
  columns: TraceColumns;
  summary: TraceSummary;
}

/**
 * A store of drawn traces for tests of views and announcements: what it holds is set by the test, everything else of
 * the engine is real. A span is named by its letter. Bodies "ingested" are drawings as text.
 */
export class DrawnStore implements EngineStore {
  readonly evictedSpans = 0;
  readonly logCount = 0;
  readonly heldBytes = 0;
  readonly hasUnpacked = false;
  readonly anyRunning = false;
  maxBytes = 0;
  /** Summaries made for lists so far. */
  listed = 0;
  /** When assembling traces settle, by the clock; `settle` clears it once that is past. */
  settleAt: number | undefined;
  readonly now: () => number;
  readonly #traces = new Map<TraceId, HeldTrace>();
  readonly #empty = new TraceStore({ now: () => 0, maxBytes: 1 });
  #hidden = new Set<TraceId>();
  #touched = new Set<TraceId>();
  #listChanged = false;
  #revision = 0;

  constructor(now: () => number = () => 0) {
    this.now = now;
  }

  /** Holds (or replaces) a trace drawn as text; marks it as changed. */
  draw(text: string, options: { traceId?: TraceId; assembling?: boolean } = {}): void {
    this.put(columnsFromText(text), options);
  }

  put(columns: TraceColumns, options: { traceId?: TraceId; assembling?: boolean } = {}): void {
    const traceId = options.traceId ?? DRAWN_TRACE;
    const drawn = { ...columns, traceId, revision: ++this.#revision };
    this.#traces.set(traceId, {
      columns: drawn,
      summary: {
        traceId,
        name: `trace ${this.#traces.size}`,
        rootSpanId: '',
        start: drawn.start.toString(),
        durationNs: 100,
        spanCount: drawn.count,
        errorCount: 0,
        services: drawn.services,
        assembling: options.assembling ?? false,
        lastArrivalMs: 0,
      },
    });
    this.#touched.add(traceId);
  }

  /** Settles a trace without another span. */
  setAssembling(assembling: boolean, traceId: TraceId = DRAWN_TRACE): void {
    const held = this.#traces.get(traceId);
    if (!held) return;
    held.summary = { ...held.summary, assembling };
    this.#touched.add(traceId);
  }

  evict(traceId: TraceId = DRAWN_TRACE): void {
    this.#traces.delete(traceId);
    this.#touched.add(traceId);
  }

  pin(traceId: TraceId, pinned: boolean): boolean {
    const held = this.#traces.get(traceId);
    if (!held) return false;
    held.summary = { ...held.summary, pinned };
    this.#touched.add(traceId);
    return true;
  }

  runningSpans(): readonly RunningSpan[] {
    return [];
  }

  endedRequest(): Uint8Array<ArrayBuffer> {
    return new Uint8Array();
  }

  pack(): boolean {
    return false;
  }

  get traceCount(): number {
    return this.#traces.size - this.#hidden.size;
  }

  get spanCount(): number {
    return [...this.#traces.values()].reduce((sum, { columns }) => sum + columns.count, 0);
  }

  list(limit: number): readonly TraceSummary[] {
    const listed = this.#shown()
      .map(({ summary }) => summary)
      .slice(0, limit);
    this.listed += listed.length;
    return listed;
  }

  traceIds(): ReadonlySet<TraceId> {
    return new Set(this.#shown().map(({ summary }) => summary.traceId));
  }

  listAmong(among: ReadonlySet<TraceId>, limit: number): { traces: readonly TraceSummary[]; total: number } {
    const traces = this.#shown()
      .map(({ summary }) => summary)
      .filter(({ traceId }) => among.has(traceId));
    this.listed += Math.min(limit, traces.length);
    return { traces: traces.slice(0, limit), total: traces.length };
  }

  /** Nothing is drawn for filters. */
  get held(): StoreState {
    return this.#empty.held;
  }

  listWhere(): { traces: readonly TraceSummary[]; total: number } {
    return { traces: [], total: 0 };
  }

  #shown(): HeldTrace[] {
    return [...this.#traces.values()].filter(({ summary }) => !this.#hidden.has(summary.traceId));
  }

  /** Of an empty store: ordered lists are tried over a real one. */
  rows(): TraceRows {
    return this.#empty.rows();
  }

  hintsOfServices(): readonly SourceHints[] {
    return [];
  }

  setNoiseRules(): void {
    // Nothing drawn is noise.
  }

  summary(traceId: TraceId): TraceSummary | undefined {
    return this.#traces.get(traceId)?.summary;
  }

  columns(traceId: TraceId): TraceColumns | undefined {
    return this.#traces.get(traceId)?.columns;
  }

  handleOf({ traceId, spanId }: SpanRef): SpanHandle | undefined {
    const columns = this.columns(traceId);
    const index = columns?.idLo.indexOf(Number.parseInt(spanId.slice(8), 16)) ?? -1;
    return index < 0 ? undefined : columns?.handle[index];
  }

  nameOf(handle: SpanHandle): string {
    return `name ${handle}`;
  }

  linkedServices(): readonly never[] {
    return [];
  }

  scalars(): readonly never[] {
    return [];
  }

  facet(): FacetReader {
    return { texts: ['', ''], read: (_handles, from, to, into) => into.fill(FACET_ABSENT, from, to) };
  }

  labelOf(handle: SpanHandle): string {
    return `label ${handle}`;
  }

  timingOf(): undefined {
    return undefined;
  }

  usageOf(): { readonly models: readonly ModelUsage[]; readonly partial: boolean } {
    return { models: [], partial: false };
  }

  eventStream(): undefined {
    return undefined;
  }

  cellsOf(handle: SpanHandle, keys: readonly string[]): readonly string[] {
    return keys.map((key) => `${key} ${handle}`);
  }

  linkedSpans(): ReadonlySet<SpanId> {
    return new Set();
  }

  processAfter(): undefined {
    return undefined;
  }

  eventOffsets(handle: SpanHandle, _traceStart: unknown, limit: number): readonly number[] {
    return Array.from({ length: limit }, (_, index) => handle + index);
  }

  details(): SpanDetails | undefined {
    return undefined;
  }

  events(): undefined {
    return undefined;
  }

  logs(): readonly LogDetails[] {
    return [];
  }

  countLogs(): number {
    return 0;
  }

  modelLogs(): readonly LogDetails[] {
    return [];
  }

  hints(): SourceHints | undefined {
    return undefined;
  }

  value(): undefined {
    return undefined;
  }

  wholeValue(): AttributeValue | undefined {
    return undefined;
  }

  signatures(): { readonly revision: number; readonly signatures: readonly StoredSignature[] } {
    return { revision: 0, signatures: [] };
  }

  findSpans(prefix: string): readonly { traceId: TraceId; spanId: SpanId; name: string }[] {
    return [...this.#traces.values()].flatMap(({ columns }) =>
      Array.from(columns.idLo, (lo) => ({
        traceId: columns.traceId,
        spanId: drawnSpanId(String.fromCharCode(lo)),
        name: String.fromCharCode(lo),
      })).filter(({ spanId }) => spanId.startsWith(prefix)),
    );
  }

  findTraces(prefix: string): readonly { traceId: TraceId; name: string }[] {
    return [...this.#traces.values()].map(({ summary }) => summary).filter(({ traceId }) => traceId.startsWith(prefix));
  }

  /** Looks at names alone. */
  searchText(matcher: TextMatcher): TextSearch {
    let asked = false;
    return {
      get revision() {
        return asked ? 1 : 0;
      },
      get progress() {
        return asked ? 1 : 0;
      },
      step: () => !asked && (asked = true),
      placesOf: (handle) => (asked && matcher.matches(this.nameOf(handle)) ? FOUND.name : 0),
    };
  }

  foundTexts(): readonly FoundText[] {
    return [];
  }

  exportSpans(traceIds: readonly TraceId[]): ExportPart {
    return { body: new Uint8Array(0), records: 0, next: { trace: traceIds.length, at: 0 } };
  }

  exportLogs(traceIds: readonly TraceId[]): ExportPart {
    return this.exportSpans(traceIds);
  }

  ingestTraces(body: Uint8Array): IngestResult {
    this.draw(new TextDecoder().decode(body));
    return { accepted: 1, rejected: 0, message: '' };
  }

  ingestLogs(): IngestResult {
    return { accepted: 1, rejected: 2, message: 'two had no time' };
  }

  clear(): number {
    this.#hidden = new Set(this.#traces.keys());
    return this.#hidden.size;
  }

  clears = 0;
  restoreClears(count: number): void {
    this.clears = count;
  }
  deleteAll(): number {
    return 0;
  }
  beginHistory(): void {
    // Nothing of the past is drawn.
  }
  ingestHistory(): 'full' {
    return 'full';
  }
  endHistory(): void {
    // Nothing of the past is drawn.
  }
  undoClear(): void {
    this.#hidden = new Set();
  }

  setMaxBytes(maxBytes: number): void {
    this.maxBytes = maxBytes;
  }

  takeChanges(): StoreChanges {
    const touched = this.#touched;
    this.#touched = new Set();
    const traces = this.#listChanged || touched.size > 0;
    this.#listChanged = false;
    return { traces, touched, status: touched.size > 0 };
  }

  settle(): boolean {
    if (this.settleAt === undefined || this.settleAt > this.now()) return false;
    this.settleAt = undefined;
    for (const { summary } of this.#traces.values()) if (summary.assembling) this.setAssembling(false, summary.traceId);
    return true;
  }

  nextSettleMs(): number | undefined {
    return this.settleAt === undefined ? undefined : Math.max(0, this.settleAt - this.now());
  }
}
