import type { LogReader } from '../otlp/logReader.ts';
import type { TraceReader } from '../otlp/traceReader.ts';
import { hashIds } from './handleIndex.ts';
import type { Segment } from './segment.ts';
import { NONE, SUPERSEDED } from './spanColumns.ts';
import { SPAN_BIT } from './storeReader.ts';
import { logHash } from './storeState.ts';
import type { StoreState } from './storeState.ts';
import { addToSummary } from './traceSummaries.ts';

/** Records of one span whose bits a late span takes over; more say nothing new. */
const MAX_LOGS_ASKED = 64;

/**
 * Makes the spans a reader left behind `segment.spans.count` part of the store: traces, indexes, signatures. A span
 * that is here already with the same content stays as it is; with other content the new one takes its place.
 * @returns how many spans are new or changed; when 0, the caller rolls the segment back.
 */
export function commitSpans(state: StoreState, segment: Segment, reader: TraceReader, nowMs: number): number {
  const { traces, spanIndex, signatures } = state;
  const { spans } = segment;
  const { traceIds, written } = reader;
  const from = spans.count;
  spans.count = from + written;
  signatures.beginBatch(segment);
  const stale = new Set<number>();
  let changed = 0;
  let slot = -1;
  let id0 = 0;
  let id1 = 0;
  let id2 = 0;
  let id3 = 0;
  let origin = NONE;
  for (let i = 0; i < written; i++) {
    const at = 4 * i;
    const index = from + i;
    const handle = segment.base + index;
    if (
      slot < 0 ||
      traceIds[at + 3] !== id3 ||
      traceIds[at + 2] !== id2 ||
      traceIds[at + 1] !== id1 ||
      traceIds[at] !== id0
    ) {
      id0 = traceIds[at]!;
      id1 = traceIds[at + 1]!;
      id2 = traceIds[at + 2]!;
      id3 = traceIds[at + 3]!;
      slot = traces.find(id0, id1, id2, id3);
      if (slot < 0) slot = traces.create(id0, id1, id2, id3);
      origin = NONE;
    }
    spans.trace[index] = slot;
    const idHi = spans.idHi[index]!;
    const idLo = spans.idLo[index]!;
    const hash = hashIds(slot, idHi, idLo);
    const known = state.findSpan(slot, idHi, idLo, hash);
    if (known >= 0) {
      const old = spanIndex.handleAt(known);
      if (isSame(state, old, segment, index)) {
        spans.bits[index]! |= SUPERSEDED;
        continue;
      }
      if (supersede(state, slot, old, segment, index)) stale.add(slot);
      spanIndex.replace(known, handle);
    } else {
      spanIndex.add(hash, handle);
      spans.position[index] = traces.append(slot, handle);
      state.spanCount++;
    }
    changed++;
    addToSummary(traces, slot, segment, index);
    if (state.logIndex.count > 0) takeLogBits(state, segment, index, id0, id1, id2, id3);
    if (spans.origin[index] !== origin) {
      origin = spans.origin[index]!;
      traces.addService(slot, segment.services[segment.origins.get(origin, 0)]!);
    }
    signatures.add(segment, index, handle);
    traces.revision[slot]!++;
    arrived(state, slot, nowMs);
  }
  for (const staleSlot of stale) recompute(state, staleSlot);
  return changed;
}

/** Makes the log records a reader left behind `segment.logs.count` part of the store, and marks the spans they belong to. */
export function commitLogs(state: StoreState, segment: Segment, reader: LogReader): void {
  const { logs } = segment;
  const from = logs.count;
  logs.count = from + reader.written;
  for (let index = from; index < logs.count; index++) {
    const t0 = logs.trace0[index]!;
    const t1 = logs.trace1[index]!;
    const t2 = logs.trace2[index]!;
    const t3 = logs.trace3[index]!;
    const spanHi = logs.spanHi[index]!;
    const spanLo = logs.spanLo[index]!;
    const known = state.findLogs(t0, t1, t2, t3, spanHi, spanLo);
    if (known >= 0) {
      logs.previous[index] = state.logIndex.handleAt(known);
      state.logIndex.replace(known, segment.base + index);
    } else {
      logs.previous[index] = NONE;
      state.logIndex.add(logHash(t2, t3, spanHi, spanLo), segment.base + index);
    }
    state.logCount++;
    const slot = state.traces.find(t0, t1, t2, t3);
    if (slot >= 0) giveBits(state, slot, spanHi, spanLo, logs.bits[index]!);
  }
}

/** Takes start, end, errors and root of a trace anew from its spans. */
export function recompute(state: StoreState, slot: number): void {
  const { traces } = state;
  traces.resetSummary(slot);
  const count = traces.spans[slot]!;
  for (let position = 0; position < count; position++) {
    const handle = traces.handleAt(slot, position);
    const segment = state.segmentOf(handle)!;
    addToSummary(traces, slot, segment, handle - segment.base);
  }
}

/** The trace got a span now. */
function arrived(state: StoreState, slot: number, nowMs: number): void {
  const { traces } = state;
  if (traces.lastArrivalMs[slot] !== nowMs) {
    traces.lastArrivalMs[slot] = nowMs;
    state.settling.push(slot, nowMs);
  }
  if (traces.hiddenBy[slot] !== 0) {
    traces.hiddenBy[slot] = 0;
    state.hiddenTraces--;
  }
  state.changes.touch(slot);
}

/**
 * Lets span `index` take the place of `old` in its trace.
 * @returns whether the trace's summary rests on the old content and is to be taken anew.
 */
function supersede(state: StoreState, slot: number, old: number, segment: Segment, index: number): boolean {
  const { traces } = state;
  const oldSegment = state.segmentOf(old)!;
  const oldIndex = old - oldSegment.base;
  const position = oldSegment.spans.position[oldIndex]!;
  oldSegment.spans.bits[oldIndex]! |= SUPERSEDED;
  segment.spans.position[index] = position;
  segment.spans.bits[index]! |= oldSegment.spans.bits[oldIndex]! & SPAN_BIT.hasLogs;
  traces.lists.handles[traces.list[slot]! + position] = segment.base + index;
  state.columns.replaced(slot, position);
  const wasError = oldSegment.spans.status[oldIndex] === 2;
  const spansTrace = traces.first[slot] === old || traces.root[slot] === old || traces.spans[slot]! < 1000;
  // Its end may be the trace's end; telling costs as much as an error less, so both are taken anew.
  return spansTrace || wasError || endsLate(oldSegment, oldIndex, state, slot);
}

function endsLate(segment: Segment, index: number, state: StoreState, slot: number): boolean {
  const { spans } = segment;
  const end = spans.startHi[index]! * 2 ** 32 + spans.startLo[index]! + spans.durationNs[index]!;
  const traceEnd = state.traces.endHi[slot]! * 2 ** 32 + state.traces.endLo[slot]!;
  // Both are rounded to 256 ns or so: equal within that is late enough.
  return end >= traceEnd - 2048;
}

/** Whether the span behind `old` came with the same bytes, resource and scope. */
function isSame(state: StoreState, old: number, segment: Segment, index: number): boolean {
  const oldSegment = state.segmentOf(old)!;
  const oldIndex = old - oldSegment.base;
  const a = oldSegment.spans;
  const b = segment.spans;
  return (
    sameRange(
      oldSegment.blocks[a.block[oldIndex]!]!,
      a.start[oldIndex]!,
      a.end[oldIndex]!,
      segment.blocks[b.block[index]!]!,
      b.start[index]!,
      b.end[index]!,
    ) && sameOrigin(oldSegment, a.origin[oldIndex]!, segment, b.origin[index]!)
  );
}

function sameOrigin(a: Segment, originA: number, b: Segment, originB: number): boolean {
  if (a === b) return originA === originB;
  for (const [part, table] of [
    [0, 'resources'],
    [1, 'scopes'],
  ] as const) {
    const indexA = a.origins.get(originA, part);
    const indexB = b.origins.get(originB, part);
    const blockA = a.blocks[a[table].block(indexA)]!;
    const blockB = b.blocks[b[table].block(indexB)]!;
    const same =
      sameRange(
        blockA,
        a[table].start(indexA),
        a[table].end(indexA),
        blockB,
        b[table].start(indexB),
        b[table].end(indexB),
      ) &&
      sameRange(
        blockA,
        a[table].schemaStart(indexA),
        a[table].schemaEnd(indexA),
        blockB,
        b[table].schemaStart(indexB),
        b[table].schemaEnd(indexB),
      );
    if (!same) return false;
  }
  return true;
}

function sameRange(a: Uint8Array, startA: number, endA: number, b: Uint8Array, startB: number, endB: number): boolean {
  if (endA - startA !== endB - startB) return false;
  for (let i = startA, j = startB; i < endA; i++, j++) if (a[i] !== b[j]) return false;
  return true;
}

/** A span that comes after its log records gets what they said. */
function takeLogBits(
  state: StoreState,
  segment: Segment,
  index: number,
  t0: number,
  t1: number,
  t2: number,
  t3: number,
): void {
  const at = state.findLogs(t0, t1, t2, t3, segment.spans.idHi[index]!, segment.spans.idLo[index]!);
  if (at < 0) return;
  let handle = state.logIndex.handleAt(at);
  for (let asked = 0; asked < MAX_LOGS_ASKED; asked++) {
    const logSegment = state.ring.segmentOf(handle);
    if (logSegment === undefined) return;
    segment.spans.bits[index]! |= logSegment.logs.bits[handle - logSegment.base]!;
    handle = logSegment.logs.previous[handle - logSegment.base]!;
    if (handle === NONE) return;
  }
}

function giveBits(state: StoreState, slot: number, spanHi: number, spanLo: number, bits: number): void {
  const handle = state.handleIn(slot, spanHi, spanLo);
  if (handle === NONE) return;
  const segment = state.segmentOf(handle)!;
  const index = handle - segment.base;
  // The record's text is new even when the marks are not: whoever shows the span must know.
  state.changes.touch(slot);
  if ((segment.spans.bits[index]! & bits) === bits) return;
  segment.spans.bits[index]! |= bits;
  state.columns.replaced(slot, segment.spans.position[index]!);
  state.traces.revision[slot]!++;
}
