import { exportSegmentLogs, exportSegmentSpans } from './exportSpans.ts';
import { hashIds } from './handleIndex.ts';
import { spansToKeep } from './keptTraces.ts';
import type { Segment } from './segment.ts';
import { NONE, SUPERSEDED } from './spanColumns.ts';
import { SPAN_BIT } from './storeReader.ts';
import { logHash } from './storeState.ts';
import type { StoreState } from './storeState.ts';
import { recompute } from './commitBatch.ts';
import { compactTraces } from './traceCompaction.ts';

/** Kept spans may fill this share of the limit. */
const KEPT_SHARE = 0.25;

/** Writes requests into the segment of kept spans; the store has the readers for it. */
export interface KeptWriter {
  readonly keepSpans: (body: Uint8Array) => void;
  readonly keepLogs: (body: Uint8Array) => void;
}

/**
 * Drops the oldest segment and everything that leads into it, after moving the spans of traces that matter, and their
 * log records, to the segment of kept spans. When those fill their share, their oldest segment goes, but for what is
 * pinned.
 */
export function evictOldest(state: StoreState, maxBytes: number, nowMs: number, writer: KeptWriter): void {
  const { ring } = state;
  const { keptCount } = ring;
  let keptBytes = 0;
  for (let at = 0; at < keptCount; at++) keptBytes += ring.segments[at]!.byteLength;
  const keptIsFull = keptBytes > maxBytes * KEPT_SHARE;
  const isKept = keptCount === ring.segments.length || (keptIsFull && keptCount > 1);
  const segment = ring.segments[isKept ? 0 : keptCount];
  if (segment === undefined) return;
  const hasRoom = keptBytes < (maxBytes * KEPT_SHARE) / 2;
  const spans = spansToKeep(state, segment, nowMs, isKept || keptIsFull, hasRoom);
  // What is read from the segment is read before it goes; where it is the last, moving would not make room.
  const moves = spans.length > 0 && ring.segments.length > 1 && !(isKept && keptCount === 1);
  const logs = moves ? logsOf(segment, spans) : [];
  const logsBody = logs.length > 0 ? exportSegmentLogs(segment, logs) : undefined;
  if (moves) writer.keepSpans(exportSegmentSpans(segment, spans));
  dropSegment(state, segment);
  if (logsBody !== undefined) writer.keepLogs(logsBody);
}

/** Log records of the segment that belong to one of `spans` of it. */
function logsOf(segment: Segment, spans: readonly number[]): number[] {
  const { logs } = segment;
  if (logs.count === 0) return [];
  const keys = new Set(
    spans.map((index) => `${String(segment.spans.idHi[index]!)} ${String(segment.spans.idLo[index]!)}`),
  );
  const found: number[] = [];
  for (let index = 0; index < logs.count; index++) {
    if ((logs.bits[index]! & SUPERSEDED) !== 0) continue;
    if (keys.has(`${String(logs.spanHi[index]!)} ${String(logs.spanLo[index]!)}`)) found.push(index);
  }
  return found;
}

function dropSegment(state: StoreState, segment: Segment): void {
  const affected = unindexSpans(state, segment);
  unindexLogs(state, segment);
  state.ring.drop(segment);
  for (const slot of affected) shorten(state, slot, segment);
  state.spanIndex.shrink();
  state.logIndex.shrink();
  state.signatures.dropWhere((handle) => handle !== NONE && state.segmentOf(handle) === undefined);
  compactTraces(state);
  state.changes.statusChanged = true;
}

/** Takes the segment's spans out of the index; returns the slots of their traces. */
function unindexSpans(state: StoreState, segment: Segment): Set<number> {
  const { spans } = segment;
  const { spanIndex } = state;
  const affected = new Set<number>();
  for (let index = 0; index < spans.count; index++) {
    if ((spans.bits[index]! & SUPERSEDED) !== 0) continue;
    const slot = spans.trace[index]!;
    const hash = hashIds(slot, spans.idHi[index]!, spans.idLo[index]!, state.seed);
    const handle = segment.base + index;
    let at = spanIndex.first(hash);
    while (at >= 0 && spanIndex.handleAt(at) !== handle) at = spanIndex.next(hash, at);
    if (at >= 0) spanIndex.remove(at);
    affected.add(slot);
    state.spanCount--;
    state.evictedSpans++;
  }
  return affected;
}

/** Takes log records out of the index; chains that go on in newer segments end at the first handle that leads nowhere. */
function unindexLogs(state: StoreState, segment: Segment): void {
  const { logs } = segment;
  const { logIndex } = state;
  for (let index = 0; index < logs.count; index++) {
    if ((logs.bits[index]! & SUPERSEDED) !== 0) continue;
    state.logCount--;
    const handle = segment.base + index;
    const t2 = logs.trace2[index]!;
    const t3 = logs.trace3[index]!;
    const spanHi = logs.spanHi[index]!;
    const spanLo = logs.spanLo[index]!;
    const hash = logHash(t2, t3, spanHi, spanLo, state.seed);
    let at = logIndex.first(hash);
    while (at >= 0 && logIndex.handleAt(at) !== handle) at = logIndex.next(hash, at);
    if (at >= 0) {
      logIndex.remove(at);
      takeMark(state, logs.trace0[index]!, logs.trace1[index]!, t2, t3, spanHi, spanLo);
    }
  }
}

/** The last log record of a span is gone. */
function takeMark(
  state: StoreState,
  t0: number,
  t1: number,
  t2: number,
  t3: number,
  spanHi: number,
  spanLo: number,
): void {
  const slot = state.traces.find(t0, t1, t2, t3);
  if (slot < 0) return;
  const handle = state.handleIn(slot, spanHi, spanLo);
  if (handle === NONE) return;
  const segment = state.segmentOf(handle)!;
  const index = handle - segment.base;
  segment.spans.bits[index]! &= ~SPAN_BIT.hasLogs;
  state.columns.replaced(slot, segment.spans.position[index]!);
  state.traces.revision[slot]!++;
  state.changes.touch(slot);
}

/** Takes the spans of a dropped segment out of a trace's list; forgets the trace when none is left. */
function shorten(state: StoreState, slot: number, dropped: Segment): void {
  const { traces } = state;
  const { handles } = traces.lists;
  const offset = traces.list[slot]!;
  const count = traces.spans[slot]!;
  let kept = 0;
  for (let position = 0; position < count; position++) {
    const handle = handles[offset + position]!;
    const segment = state.segmentOf(handle);
    if (segment === undefined || segment === dropped) continue;
    handles[offset + kept] = handle;
    segment.spans.position[handle - segment.base] = kept;
    kept++;
  }
  state.columns.drop(slot);
  if (kept === 0) state.changes.remove(slot);
  traces.truncate(slot, kept);
  if (kept === 0) {
    if (traces.hiddenBy[slot] !== 0) state.hiddenTraces--;
    traces.remove(slot);
    return;
  }
  traces.shownServices[slot] = servicesLeft(state, slot);
  const hadRoot = traces.hadRoot(slot);
  recompute(state, slot);
  traces.noise[slot] = 0;
  if (hadRoot && traces.root[slot] === NONE) traces.rootEvicted[slot] = 1;
  traces.revision[slot]!++;
  state.changes.touch(slot);
}

/** Services of the spans in a trace's list, in order of arrival. */
function servicesLeft(state: StoreState, slot: number): readonly string[] {
  const { traces } = state;
  const count = traces.spans[slot]!;
  let services = traces.serviceLists.empty;
  let lastSegment: Segment | undefined;
  let lastOrigin = NONE;
  for (let position = 0; position < count; position++) {
    const handle = traces.handleAt(slot, position);
    const segment = state.segmentOf(handle)!;
    const index = handle - segment.base;
    const origin = segment.spans.origin[index]!;
    if (segment === lastSegment && origin === lastOrigin) continue;
    lastSegment = segment;
    lastOrigin = origin;
    services = traces.serviceLists.with(services, segment.serviceOf(index));
  }
  return services;
}
