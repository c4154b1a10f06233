import type { LogReader } from '../otlp/logReader.ts';
import type { TraceReader } from '../otlp/traceReader.ts';
import { hashIds } from './handleIndex.ts';
import type { ByteRange } from './rangeTable.ts';
import type { Segment } from './segment.ts';
import { NONE, PENDING, SUPERSEDED } from './spanColumns.ts';
import { SPAN_BIT } from './storeReader.ts';
import { ROOTLESS_SETTLE_MS } from './settleQueue.ts';
import { logHash } from './storeState.ts';
import type { StoreState } from './storeState.ts';
import { addToSummary } from './traceSummaries.ts';

/** When and how a message came. */
export interface Arrival {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  /** Receiver clock now; later than `atMs` for what a journal kept. */
  readonly nowMs: number;
  /** Number of the clear that hid what arrived then, counted from 1; 0 when none has. */
  readonly clearedBy: number;
}

/** Records of one span whose bits a late span takes over; more say nothing new. */
const MAX_LOGS_ASKED = 64;

/**
 * Makes the spans a reader left behind `segment.spans.count` part of the store: traces, indexes, signatures. A span
 * that is here already with the same content, or from a newer segment, stays as it is; with other content the new one
 * takes its place. In a segment of kept spans the new one always does: it is moved there.
 * @returns how many spans are new or changed; when 0, the caller rolls the segment back.
 */
export function commitSpans(state: StoreState, segment: Segment, reader: TraceReader, arrival: Arrival): number {
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
    const hash = hashIds(slot, idHi, idLo, state.seed);
    const known = state.findSpan(slot, idHi, idLo, hash);
    if (known >= 0) {
      const old = spanIndex.handleAt(known);
      if (segment.age === 'kept') {
        supersede(state, slot, old, segment, index);
        spanIndex.replace(known, handle);
        if ((spans.bits[index]! & SPAN_BIT.hasLinks) !== 0) takeLinks(state, segment, index, slot);
        signatures.moved(segment, index, old, handle);
        if ((spans.bits[index]! & PENDING) !== 0) state.running.add(handle);
        traces.revision[slot]!++;
        stale.add(slot);
        changed++;
        continue;
      }
      const oldSegment = state.segmentOf(old)!;
      if (
        oldSegment.order > segment.order ||
        isAnnounced(oldSegment, old, segment, index) ||
        isSame(state, old, segment, index)
      ) {
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
    if ((spans.bits[index]! & SPAN_BIT.hasLinks) !== 0) takeLinks(state, segment, index, slot);
    if ((spans.bits[index]! & PENDING) !== 0) state.running.add(handle);
    addToSummary(traces, slot, segment, index);
    if (state.logIndex.count > 0) takeLogBits(state, segment, index, id0, id1, id2, id3);
    if (spans.origin[index] !== origin) {
      origin = spans.origin[index]!;
      traces.addService(slot, segment.services[segment.origins.get(origin, 0)]!);
    }
    signatures.add(segment, index, handle);
    traces.revision[slot]!++;
    arrived(state, slot, segment, arrival);
  }
  for (const staleSlot of stale) recompute(state, staleSlot);
  return changed;
}

/**
 * Makes the log records a reader left behind `segment.logs.count` part of the store, and marks the spans they belong to.
 * A record that another message brought already stays as it is.
 * @returns how many are new; when 0, the caller rolls the segment back.
 */
export function commitLogs(state: StoreState, segment: Segment, reader: LogReader): number {
  const { logs } = segment;
  const from = logs.count;
  const newer = new Map<number, number>();
  let kept = 0;
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
      const head = state.logIndex.handleAt(known);
      if (isRepeated(state, head, segment, index)) {
        logs.bits[index]! |= SUPERSEDED;
        logs.previous[index] = NONE;
        continue;
      }
      if (state.ring.segmentOf(head)!.order <= segment.order) {
        logs.previous[index] = head;
        state.logIndex.replace(known, segment.base + index);
      } else {
        putBehindNewer(state, newer, head, segment, index);
      }
      kept++;
    } else {
      kept++;
      logs.previous[index] = NONE;
      state.logIndex.add(logHash(t2, t3, spanHi, spanLo, state.seed), segment.base + index);
    }
    state.logCount++;
    const slot = state.traces.find(t0, t1, t2, t3);
    if (slot >= 0) giveBits(state, slot, spanHi, spanLo, logs.bits[index]!);
  }
  return kept;
}

/**
 * Whether one of the newest records with the same ids has the same content and came in another message: exporters send a
 * batch again when they did not see its answer. Twice in one message it was logged twice.
 */
function isRepeated(state: StoreState, head: number, segment: Segment, index: number): boolean {
  const { logs } = segment;
  // Without a time, equal records are nothing special.
  if ((logs.timeHi[index]! | logs.timeLo[index]!) === 0) return false;
  let handle = head;
  for (let asked = 0; asked < MAX_LOGS_ASKED && handle !== NONE; asked++) {
    const other = state.ring.segmentOf(handle);
    if (other === undefined) return false;
    const at = handle - other.base;
    if (
      other.logs.timeLo[at] === logs.timeLo[index] &&
      other.logs.timeHi[at] === logs.timeHi[index] &&
      (other !== segment || other.logs.block[at] !== logs.block[index]) &&
      sameRange(other.logRange(at), segment.logRange(index)) &&
      sameOrigin(other, other.logs.origin[at]!, segment, logs.origin[index]!)
    ) {
      return true;
    }
    handle = other.logs.previous[at]!;
  }
  return false;
}

/**
 * Puts a record of the past into the chain of those with the same ids, behind the last that is newer: chains go from
 * newer to older segments, since the older ones are dropped first. `newer` remembers that place by head.
 */
function putBehindNewer(
  state: StoreState,
  newer: Map<number, number>,
  head: number,
  segment: Segment,
  index: number,
): void {
  let last = newer.get(head) ?? head;
  let lastSegment = state.ring.segmentOf(last)!;
  for (;;) {
    const next = lastSegment.logs.previous[last - lastSegment.base]!;
    const nextSegment = next === NONE ? undefined : state.ring.segmentOf(next);
    if (nextSegment === undefined || nextSegment.order <= segment.order) break;
    last = next;
    lastSegment = nextSegment;
  }
  newer.set(head, last);
  const { previous } = lastSegment.logs;
  segment.logs.previous[index] = previous[last - lastSegment.base]!;
  previous[last - lastSegment.base] = segment.base + index;
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

/** The trace got a span. Its last arrival decides whether it is hidden: one further in the past changes nothing. */
function arrived(state: StoreState, slot: number, segment: Segment, { atMs, nowMs, clearedBy }: Arrival): void {
  const { traces } = state;
  const isLast = segment.age === 'present' || (segment.age === 'past' && traces.lastArrivalMs[slot]! <= atMs);
  if (isLast) hide(state, slot, clearedBy);
  if (traces.lastArrivalMs[slot]! < atMs || (segment.age === 'present' && traces.lastArrivalMs[slot] !== atMs)) {
    traces.lastArrivalMs[slot] = atMs;
    // Settled long ago, it has nobody to tell.
    if (nowMs - atMs < ROOTLESS_SETTLE_MS) state.settling.push(slot, atMs);
  }
  traces.noise[slot] = 0;
  state.changes.touch(slot);
}

/** Hides a trace as the clear of that number does; 0 shows it. */
function hide(state: StoreState, slot: number, clearedBy: number): void {
  const { hiddenBy } = state.traces;
  if (clearedBy === 0 && hiddenBy[slot] !== 0) state.traces.born[slot] = ++state.traces.births;
  state.hiddenTraces += (clearedBy === 0 ? 0 : 1) - (hiddenBy[slot] === 0 ? 0 : 1);
  hiddenBy[slot] = clearedBy;
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

/** Whether the span is one that only started, and the finished one is here already. */
function isAnnounced(oldSegment: Segment, old: number, segment: Segment, index: number): boolean {
  const pending = segment.spans.bits[index]! & PENDING;
  return pending !== 0 && (oldSegment.spans.bits[old - oldSegment.base]! & PENDING) === 0;
}

/** Whether the span behind `old` came with the same bytes, resource and scope. */
function isSame(state: StoreState, old: number, segment: Segment, index: number): boolean {
  const oldSegment = state.segmentOf(old)!;
  const oldIndex = old - oldSegment.base;
  return (
    sameRange(oldSegment.spanRange(oldIndex), segment.spanRange(index)) &&
    sameOrigin(oldSegment, oldSegment.spans.origin[oldIndex]!, segment, segment.spans.origin[index]!)
  );
}

function sameOrigin(a: Segment, originA: number, b: Segment, originB: number): boolean {
  if (a === b) return originA === originB;
  return (
    a.resources.isSame(a.origins.get(originA, 0), b.resources, b.origins.get(originB, 0)) &&
    a.scopes.isSame(a.origins.get(originA, 1), b.scopes, b.origins.get(originB, 1))
  );
}

function sameRange(a: ByteRange, b: ByteRange): boolean {
  if (a.end - a.start !== b.end - b.start) return false;
  for (let i = a.start, j = b.start; i < a.end; i++, j++) if (a.bytes[i] !== b.bytes[j]) return false;
  return true;
}

/** The links of a span can be found from their other end; a trace that gets such an end is to be shown anew. */
function takeLinks(state: StoreState, segment: Segment, index: number, own: number): void {
  const { links } = segment;
  const from = links.count;
  links.add(index, segment.spanRange(index));
  for (let link = from; link < links.count; link++) {
    const slot = state.traces.find(links.word(link, 0), links.word(link, 1), links.word(link, 2), links.word(link, 3));
    if (slot < 0 || slot === own) continue;
    state.traces.revision[slot]!++;
    state.changes.touch(slot);
  }
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
