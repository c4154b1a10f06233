import type { TextMatcher } from '../find/textMatcher.ts';
import type { AttributeValue } from '../model/attributes.ts';
import type { CallTiming } from '../inference/callPhases.ts';
import type { StreamTiming } from '../inference/streamTiming.ts';
import type { SpanId, TraceId } from '../model/ids.ts';
import type { SourceHints } from '../model/source.ts';
import type { ProcessChange } from '../model/processChange.ts';
import type { LogDetails, SpanDetails, SpanEvent, SpanRef } from '../model/span.ts';
import type { Nanos } from '../model/time.ts';
import type { TraceSummary } from '../model/trace.ts';
import { exportLogs, exportSpans } from './exportSpans.ts';
import { foundTexts } from './foundTexts.ts';
import { findSpans, findTraces } from './idSearch.ts';
import { linkedSpans } from './linksTo.ts';
import { EVERYTHING } from './messageBudget.ts';
import type { DetailsBounds, PageBounds } from './messageBudget.ts';
import { processAfter } from './processAfter.ts';
import { NONE } from './spanColumns.ts';
import { cellsOf } from './spanCells.ts';
import { usageOf } from './traceTokens.ts';
import type { ModelUsage } from '../model/modelUsage.ts';
import { readEventStream, readSpanTiming } from './spanTiming.ts';
import { readDetails, readEventOffsets, readEvents } from './spanDetails.ts';
import { readServiceHints } from './serviceHints.ts';
import { linkedServices } from './linkedServices.ts';
import { readFacet } from './spanFacets.ts';
import type { Scalar } from './scalar.ts';
import { readScalars } from './spanScalars.ts';
import type { FacetField, FacetReader } from './facets.ts';
import { readHints } from './spanHints.ts';
import { labelOf } from './spanLabel.ts';
import { countLogs, readLogs, readModelLogs, readTraceLogs } from './spanLogs.ts';
import type {
  ExportPart,
  ExportPlace,
  FoundText,
  SpanHandle,
  StoredSignature,
  StoreReader,
  TextSearch,
  TraceColumns,
} from './storeReader.ts';
import type { StoreState } from './storeState.ts';
import { HeldTraceRows } from './heldTraceRows.ts';
import type { TraceRows } from './traceRows.ts';
import { StoreTextSearch } from './textSearch.ts';
import { newestSlots, spanIdOf, summaryOf } from './traceSummaries.ts';
import { readPage, readWhole } from './valueRefs.ts';

/** The reading side of a store, over the state that its writing side fills. */
export abstract class TraceReading implements StoreReader {
  protected state: StoreState;
  protected readonly now: () => number;
  private readonly inlineBytes: number;
  private traceRows: HeldTraceRows | undefined;

  /**
   * @param now Receiver clock, milliseconds since the epoch.
   * @param inlineBytes Longer strings and byte values are cut in details and logs.
   */
  constructor(state: StoreState, now: () => number, inlineBytes: number) {
    this.state = state;
    this.now = now;
    this.inlineBytes = inlineBytes;
  }

  /** Traces that {@link list} would show without a limit. */
  get traceCount(): number {
    return this.state.traces.count - this.state.hiddenTraces;
  }
  /** Spans held, those of hidden traces included. */
  get spanCount(): number {
    return this.state.spanCount;
  }
  /** Log records held, those of hidden traces included. */
  get logCount(): number {
    return this.state.logCount;
  }
  get heldBytes(): number {
    return this.state.byteLength;
  }
  get evictedSpans(): number {
    return this.state.evictedSpans;
  }

  list(limit: number): readonly TraceSummary[] {
    const now = this.now();
    return newestSlots(this.state.traces, limit).map((slot) => summaryOf(this.state, slot, now));
  }

  traceIds(): ReadonlySet<TraceId> {
    const { traces } = this.state;
    const ids = new Set<TraceId>();
    for (let slot = 0; slot < traces.end; slot++) {
      if (traces.isHeld(slot) && traces.hiddenBy[slot] === 0) ids.add(traces.idOf(slot));
    }
    return ids;
  }

  listAmong(
    among: ReadonlySet<TraceId>,
    limit: number,
  ): { readonly traces: readonly TraceSummary[]; readonly total: number } {
    const { traces } = this.state;
    return this.listWhere((slot) => among.has(traces.idOf(slot)), limit);
  }

  listWhere(
    matches: (slot: number) => boolean,
    limit: number,
  ): { readonly traces: readonly TraceSummary[]; readonly total: number } {
    const { traces } = this.state;
    const now = this.now();
    let total = 0;
    const isAmong = (slot: number): boolean => {
      const is = traces.hiddenBy[slot] === 0 && matches(slot);
      if (is) total++;
      return is;
    };
    // At least one is looked for: else nothing would be counted.
    const slots = newestSlots(traces, Math.max(1, limit), isAmong).slice(0, limit);
    return { traces: slots.map((slot) => summaryOf(this.state, slot, now)), total };
  }

  /** Everything held, for core/query, which reads columns and bytes of many spans at once. Another one after `deleteAll`. */
  get held(): StoreState {
    return this.state;
  }

  summary(traceId: TraceId): TraceSummary | undefined {
    const slot = this.state.slotOf(traceId);
    return slot < 0 ? undefined : summaryOf(this.state, slot, this.now());
  }

  rows(): TraceRows {
    if (this.traceRows?.state !== this.state) this.traceRows = new HeldTraceRows(this.state, this.now);
    return this.traceRows;
  }

  hintsOfServices(traceId: TraceId, limit: number): readonly SourceHints[] {
    const slot = this.state.slotOf(traceId);
    return slot < 0 ? [] : readServiceHints(this.state, slot, traceId, limit);
  }

  columns(traceId: TraceId): TraceColumns | undefined {
    const slot = this.state.slotOf(traceId);
    return slot < 0 ? undefined : this.state.columns.columnsOf(slot, traceId);
  }

  handleOf(ref: SpanRef): SpanHandle | undefined {
    const handle = this.state.handleOf(ref);
    return handle === NONE ? undefined : handle;
  }

  nameOf(handle: SpanHandle): string {
    return this.state.nameOf(handle);
  }

  linkedServices(handle: SpanHandle): readonly string[] {
    return linkedServices(this.state, handle);
  }

  scalars(handle: SpanHandle, of: 'span' | 'resource'): readonly Scalar[] {
    return readScalars(this.state, handle, of);
  }

  facet(field: FacetField): FacetReader {
    return readFacet(this.state, field);
  }

  labelOf(handle: SpanHandle): string {
    const segment = this.state.segmentOf(handle);
    return segment === undefined ? '' : labelOf(segment, handle - segment.base);
  }

  cellsOf(handle: SpanHandle, keys: readonly string[]): readonly string[] {
    const segment = this.state.segmentOf(handle);
    return segment === undefined ? keys.map(() => '') : cellsOf(segment, handle - segment.base, keys);
  }

  timingOf(handle: SpanHandle): CallTiming | undefined {
    const segment = this.state.segmentOf(handle);
    return segment === undefined ? undefined : readSpanTiming(segment, handle - segment.base);
  }

  eventStream(handle: SpanHandle, name: string): StreamTiming | undefined {
    const segment = this.state.segmentOf(handle);
    return segment === undefined ? undefined : readEventStream(segment, handle - segment.base, name);
  }

  usageOf(traceId: TraceId): { readonly models: readonly ModelUsage[]; readonly partial: boolean } {
    const slot = this.state.slotOf(traceId);
    return slot < 0 ? { models: [], partial: false } : usageOf(this.state, slot);
  }

  processAfter(handle: SpanHandle, afterNs: bigint): ProcessChange | undefined {
    return processAfter(this.state, handle, afterNs);
  }

  linkedSpans(traceId: TraceId): ReadonlySet<SpanId> {
    return linkedSpans(this.state, traceId);
  }

  eventOffsets(handle: SpanHandle, traceStart: Nanos, limit: number, name?: string): readonly number[] {
    const segment = this.state.segmentOf(handle);
    return segment === undefined ? [] : readEventOffsets(segment, handle - segment.base, traceStart, limit, name);
  }

  details(ref: SpanRef, bounds: DetailsBounds = EVERYTHING): SpanDetails | undefined {
    return readDetails(this.state, ref, this.inlineBytes, bounds);
  }

  events(
    ref: SpanRef,
    page: PageBounds,
  ): { readonly events: readonly SpanEvent[]; readonly total: number } | undefined {
    return readEvents(this.state, ref, this.inlineBytes, page);
  }

  logs(ref: SpanRef, page: PageBounds = EVERYTHING): readonly LogDetails[] {
    return readLogs(this.state, ref, this.inlineBytes, page);
  }

  countLogs(ref: SpanRef): number {
    return countLogs(this.state, ref);
  }

  modelLogs(ref: SpanRef, limit: number): readonly LogDetails[] {
    return readModelLogs(this.state, ref, this.inlineBytes, limit);
  }

  /** Log records that carry the trace's id and no span's, ordered by time; offsets count from the trace's start. */
  traceLogs(traceId: TraceId): readonly LogDetails[] {
    const slot = this.state.slotOf(traceId);
    return slot < 0 ? [] : readTraceLogs(this.state, traceId, this.state.traces.startOf(slot), this.inlineBytes);
  }

  hints(ref: SpanRef): SourceHints | undefined {
    return readHints(this.state, ref);
  }

  value(
    span: SpanRef,
    ref: string,
    offset: number,
    limit: number,
  ): { text: string; nextOffset: number; totalBytes: number } | undefined {
    return readPage(this.state, span, ref, offset, limit);
  }

  wholeValue(span: SpanRef, ref: string): AttributeValue | undefined {
    return readWhole(this.state, span, ref);
  }

  signatures(): { readonly revision: number; readonly signatures: readonly StoredSignature[] } {
    const { state } = this;
    const signatures: StoredSignature[] = [];
    for (const { id, hints, count, last } of state.signatures.signatures) {
      const segment = state.segmentOf(last);
      if (segment === undefined) continue;
      const slot = segment.spans.trace[last - segment.base]!;
      // What was cleared is not to come back through the editor.
      if (state.traces.hiddenBy[slot] !== 0) continue;
      const traceId = state.traces.idOf(slot);
      signatures.push({ signatureId: id, hints, count, last: { traceId, spanId: spanIdOf(state, last) } });
    }
    return { revision: state.signatures.revision, signatures };
  }

  exportSpans(traceIds: readonly TraceId[], from: ExportPlace, maxBytes: number): ExportPart {
    return exportSpans(this.state, traceIds, from, maxBytes);
  }

  exportLogs(traceIds: readonly TraceId[], from: ExportPlace, maxBytes: number): ExportPart {
    return exportLogs(this.state, traceIds, from, maxBytes);
  }

  searchText(matcher: TextMatcher, traceId: TraceId | ''): TextSearch {
    return new StoreTextSearch(() => this.state, matcher, traceId);
  }

  foundTexts(ref: SpanRef, matcher: TextMatcher, limit: number): readonly FoundText[] {
    return foundTexts(this.state, ref, matcher, limit);
  }

  findSpans(
    spanIdPrefix: string,
    limit: number,
  ): readonly { readonly traceId: TraceId; readonly spanId: SpanId; readonly name: string }[] {
    return findSpans(this.state, spanIdPrefix, limit);
  }

  findTraces(traceIdPrefix: string, limit: number): readonly { readonly traceId: TraceId; readonly name: string }[] {
    return findTraces(this.state, traceIdPrefix, limit);
  }
}
