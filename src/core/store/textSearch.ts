import type { TextMatcher } from '../find/textMatcher.ts';
import { FOUND } from '../find/recordFields.ts';
import type { TraceId } from '../model/ids.ts';
import { ReadCache } from './blockCodec.ts';
import type { Segment } from './segment.ts';
import { SegmentSearch } from './segmentSearch.ts';
import { NONE, SUPERSEDED } from './spanColumns.ts';
import { logHandles } from './spanLogs.ts';
import { SPAN_BIT } from './storeReader.ts';
import type { SpanHandle, TextSearch } from './storeReader.ts';
import { traceIdWords } from './storeState.ts';
import type { StoreState } from './storeState.ts';
import { spanIdOf } from './traceSummaries.ts';

/** A step reads about this many bytes, so that others have their turn between. */
const STEP_BYTES = 256 * 1024;
/** Opened units: the search goes through them once, in order. */
const CACHE_BYTES = 2 ** 20;
/** A trace's id is found in all of its spans, when so many digits of it are given. */
export const LEAST_TRACE_DIGITS = 8;

/** {@link TextSearch} over a store: names of all segments first, then their records one after the other. */
export class StoreTextSearch implements TextSearch {
  revision = 0;
  private readonly stateOf: () => StoreState;
  private readonly matcher: TextMatcher;
  private readonly traceId: TraceId | '';
  private readonly cache: ReadCache;
  private readonly searches = new Map<Segment, SegmentSearch>();
  private readonly isTraceNamed: boolean;
  private lastSegment: Segment | undefined;
  private lastFound: Uint16Array | undefined;
  private doneBytes = 0;

  /** @param stateOf The store's present state; another one when everything was deleted. */
  constructor(stateOf: () => StoreState, matcher: TextMatcher, traceId: TraceId | '') {
    const state = stateOf();
    this.stateOf = stateOf;
    this.matcher = matcher;
    this.traceId = traceId;
    this.cache = new ReadCache(state.codec, CACHE_BYTES);
    const { idPrefix } = matcher;
    this.isTraceNamed = idPrefix.length >= LEAST_TRACE_DIGITS && traceId.startsWith(idPrefix);
    for (const segment of state.ring.segments) this.searches.set(segment, this.searchOf(segment, segment.spans.count));
  }

  get progress(): number {
    let read = 0;
    let all = 0;
    for (const segment of this.stateOf().ring.segments) {
      const search = this.searches.get(segment);
      all += segment.spans.count + segment.logs.count;
      if (search !== undefined) read += search.read + search.logsRead;
    }
    return all === 0 ? 1 : read / all;
  }

  step(): boolean {
    const state = this.stateOf();
    const slot = this.traceId === '' ? -1 : state.slotOf(this.traceId);
    if (this.traceId !== '' && slot < 0) return false;
    const { segments } = state.ring;
    if (this.searches.size > segments.length) this.forgetDropped(segments);
    for (const segment of segments) {
      let search = this.searches.get(segment);
      if (search === undefined) {
        search = this.searchOf(segment, 0);
        this.searches.set(segment, search);
      }
      if (search.named < segment.spans.count) {
        this.askNames(search, slot);
        return true;
      }
    }
    for (const segment of segments) {
      const search = this.searches.get(segment)!;
      if (search.read < segment.spans.count) {
        this.readSpans(state, search, slot);
        return true;
      }
      if (search.logsRead < segment.logs.count) {
        this.readLogs(state, search, slot);
        return true;
      }
    }
    return false;
  }

  placesOf(handle: SpanHandle): number {
    const segment = this.stateOf().ring.segmentOf(handle);
    if (segment === undefined) return 0;
    // Layouts ask for spans in the order they came.
    if (segment !== this.lastSegment) {
      this.lastSegment = segment;
      this.lastFound = this.searches.get(segment)?.found;
    }
    return this.lastFound?.[handle - segment.base] ?? 0;
  }

  private searchOf(segment: Segment, late: number): SegmentSearch {
    return new SegmentSearch(segment, this.matcher, this.cache, late);
  }

  private forgetDropped(segments: readonly Segment[]): void {
    const held = new Set(segments);
    for (const segment of this.searches.keys()) if (!held.has(segment)) this.searches.delete(segment);
    this.lastSegment = this.lastFound = undefined;
  }

  private askNames(search: SegmentSearch, slot: number): void {
    const from = search.named;
    let any = search.askNames(slot);
    if (this.isTraceNamed) {
      const { trace, count } = search.segment.spans;
      for (let index = from; index < count; index++) {
        if (trace[index] !== slot) continue;
        search.found[index]! |= FOUND.id;
        any = true;
      }
    }
    if (any) this.revision++;
    this.lastSegment = this.lastFound = undefined;
  }

  private readSpans(state: StoreState, search: SegmentSearch, slot: number): void {
    const { segment, found } = search;
    const { spans } = segment;
    const until = this.bytesOf(search) + STEP_BYTES;
    let any = false;
    let index = search.read;
    for (; index < search.named; index++) {
      if (found[index] !== 0 || (slot >= 0 && spans.trace[index] !== slot)) continue;
      if ((spans.bits[index]! & SUPERSEDED) !== 0) continue;
      if (this.bytesOf(search) >= until) break;
      this.doneBytes += spans.end[index]! - spans.start[index]!;
      let places = search.askSpan(index);
      if (places === 0 && index >= search.late && (spans.bits[index]! & SPAN_BIT.hasLogs) !== 0) {
        places = this.askLogsOf(state, segment.base + index);
      }
      if (places === 0) continue;
      found[index] = places;
      any = true;
    }
    search.read = index;
    if (any) this.revision++;
  }

  private readLogs(state: StoreState, search: SegmentSearch, slot: number): void {
    const { logs } = search.segment;
    const until = this.bytesOf(search) + STEP_BYTES;
    const words = this.traceId === '' ? undefined : traceIdWords(this.traceId);
    let index = search.logsRead;
    for (; index < logs.count && this.bytesOf(search) < until; index++) {
      if ((logs.bits[index]! & SUPERSEDED) !== 0 || (logs.spanHi[index]! | logs.spanLo[index]!) === 0) continue;
      const t3 = logs.trace3[index]!;
      if (words !== undefined && (t3 !== words[3] || logs.trace2[index] !== words[2])) continue;
      if (words !== undefined && (logs.trace1[index] !== words[1] || logs.trace0[index] !== words[0])) continue;
      const of =
        words === undefined
          ? state.traces.find(logs.trace0[index]!, logs.trace1[index]!, logs.trace2[index]!, t3)
          : slot;
      const handle = of < 0 ? NONE : state.handleIn(of, logs.spanHi[index]!, logs.spanLo[index]!);
      if (handle === NONE || this.placesOf(handle) !== 0) continue;
      this.doneBytes += logs.end[index]! - logs.start[index]!;
      const places = search.askLog(index);
      if (places !== 0) this.take(state, handle, places);
    }
    search.logsRead = index;
  }

  /** Log records that came before their span. */
  private askLogsOf(state: StoreState, handle: number): number {
    const traceId = state.traces.idOf(state.segmentOf(handle)!.spans.trace[handle - state.segmentOf(handle)!.base]!);
    for (const log of logHandles(state, { traceId, spanId: spanIdOf(state, handle) })) {
      const segment = state.ring.segmentOf(log)!;
      const places = this.searches.get(segment)?.askLog(log - segment.base) ?? 0;
      if (places !== 0) return places;
    }
    return 0;
  }

  private take(state: StoreState, handle: number, places: number): void {
    const segment = state.segmentOf(handle);
    const search = segment === undefined ? undefined : this.searches.get(segment);
    // A span that came since the last step is asked in its turn, with its log records.
    if (segment === undefined || search === undefined || handle - segment.base >= search.named) return;
    search.found[handle - segment.base]! |= places;
    this.revision++;
  }

  private bytesOf(search: SegmentSearch): number {
    return this.doneBytes + search.readBytes;
  }
}
