import type { TraceSummary } from '../model/trace.ts';
import { spanIdText, type SpanId } from '../model/ids.ts';
import type { Segment } from './segment.ts';
import { ROOTLESS_SETTLE_MS, SETTLE_MS } from './settleQueue.ts';
import { NONE } from './spanColumns.ts';
import type { StoreState } from './storeState.ts';
import type { TraceTable } from './traceTable.ts';

const TWO_32 = 2 ** 32;
const MAX_SERVICES = 16;
/** Ancestors followed to name a trace without a root; deeper chains are named from there. */
const MAX_CLIMB = 1000;

/** Takes a span that is in the trace's list into the trace's start, end, errors and root. */
export function addToSummary(traces: TraceTable, slot: number, segment: Segment, index: number): void {
  const { spans } = segment;
  const handle = segment.base + index;
  const startHi = spans.startHi[index]!;
  const startLo = spans.startLo[index]!;
  if (isBefore(startHi, startLo, traces.startHi[slot]!, traces.startLo[slot]!) || traces.first[slot] === NONE) {
    traces.startHi[slot] = startHi;
    traces.startLo[slot] = startLo;
    traces.first[slot] = handle;
  }
  const duration = spans.durationNs[index]!;
  const durationHi = duration < TWO_32 ? 0 : Math.floor(duration / TWO_32);
  const low = startLo + (duration - durationHi * TWO_32);
  const endHi = startHi + durationHi + (low >= TWO_32 ? 1 : 0);
  const endLo = low >= TWO_32 ? low - TWO_32 : low;
  if (isBefore(traces.endHi[slot]!, traces.endLo[slot]!, endHi, endLo)) {
    traces.endHi[slot] = endHi;
    traces.endLo[slot] = endLo;
  }
  if (spans.status[index] === 2) traces.errors[slot]!++;
  if ((spans.parentHi[index]! | spans.parentLo[index]!) === 0) {
    if (traces.root[slot] === NONE || isBefore(startHi, startLo, traces.rootHi[slot]!, traces.rootLo[slot]!)) {
      traces.root[slot] = handle;
      traces.rootHi[slot] = startHi;
      traces.rootLo[slot] = startLo;
    }
  }
}

/** One line of the list. */
export function summaryOf(state: StoreState, slot: number, nowMs: number): TraceSummary {
  const { traces } = state;
  const root = traces.root[slot]!;
  const services = traces.shownServices[slot]!;
  return {
    traceId: traces.idOf(slot),
    name: state.nameOf(root === NONE ? topmostKnown(state, slot) : root),
    rootSpanId: root === NONE ? '' : spanIdOf(state, root),
    start: traces.startOf(slot).toString(),
    durationNs: durationOf(traces, slot),
    spanCount: traces.spans[slot]!,
    errorCount: traces.errors[slot]!,
    services: services.length > MAX_SERVICES ? services.slice(0, MAX_SERVICES) : services,
    assembling: isAssembling(traces, slot, nowMs),
    lastArrivalMs: traces.lastArrivalMs[slot]!,
    ...(traces.pinned[slot] === 1 && { pinned: true }),
  };
}

/**
 * Slots of the `limit` newest traces, newest start first: those that are shown, or those that `matches` accepts, hidden
 * ones included.
 */
export function newestSlots(traces: TraceTable, limit: number, matches?: (slot: number) => boolean): number[] {
  // A heap of the best so far with the oldest on top: one comparison for each trace that is not among them.
  const heap: number[] = [];
  if (limit <= 0) return heap;
  for (let slot = 0; slot < traces.end; slot++) {
    if (!traces.isHeld(slot) || !(matches?.(slot) ?? traces.hiddenBy[slot] === 0)) continue;
    if (heap.length < limit) {
      heap.push(slot);
      siftUp(traces, heap);
    } else if (traces.startsBefore(heap[0]!, slot)) {
      heap[0] = slot;
      siftDown(traces, heap);
    }
  }
  return heap.sort((a, b) => (traces.startsBefore(b, a) ? -1 : traces.startsBefore(a, b) ? 1 : a - b));
}

/** Whether more of the trace may come. */
export function isAssembling(traces: TraceTable, slot: number, nowMs: number): boolean {
  return nowMs - traces.lastArrivalMs[slot]! < (traces.hadRoot(slot) ? SETTLE_MS : ROOTLESS_SETTLE_MS);
}

/** Nanoseconds from the earliest start to the latest end. */
export function durationOf(traces: TraceTable, slot: number): number {
  return (traces.endHi[slot]! - traces.startHi[slot]!) * TWO_32 + (traces.endLo[slot]! - traces.startLo[slot]!);
}

export function spanIdOf(state: StoreState, handle: number): SpanId {
  const segment = state.segmentOf(handle)!;
  const index = handle - segment.base;
  return spanIdText(segment.spans.idHi[index]!, segment.spans.idLo[index]!);
}

/** The earliest span, or its topmost ancestor that is here: what names a trace whose root is not here yet. */
export function topmostKnown(state: StoreState, slot: number): number {
  let handle = state.traces.first[slot]!;
  for (let climbed = 0; climbed < MAX_CLIMB; climbed++) {
    const segment = state.segmentOf(handle);
    if (segment === undefined) return handle;
    const index = handle - segment.base;
    const parent = state.handleIn(slot, segment.spans.parentHi[index]!, segment.spans.parentLo[index]!);
    if (parent === NONE) return handle;
    handle = parent;
  }
  return handle;
}

function isBefore(aHi: number, aLo: number, bHi: number, bLo: number): boolean {
  return aHi === bHi ? aLo < bLo : aHi < bHi;
}

function siftUp(traces: TraceTable, heap: number[]): void {
  let at = heap.length - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!traces.startsBefore(heap[at]!, heap[parent]!)) return;
    swap(heap, at, parent);
    at = parent;
  }
}

function siftDown(traces: TraceTable, heap: number[]): void {
  let at = 0;
  for (;;) {
    let least = at;
    for (const child of [2 * at + 1, 2 * at + 2]) {
      if (child < heap.length && traces.startsBefore(heap[child]!, heap[least]!)) least = child;
    }
    if (least === at) return;
    swap(heap, at, least);
    at = least;
  }
}

function swap(heap: number[], a: number, b: number): void {
  const slot = heap[a]!;
  heap[a] = heap[b]!;
  heap[b] = slot;
}
