import type { Segment } from './segment.ts';
import { ROOTLESS_SETTLE_MS, SETTLE_MS } from './settleQueue.ts';
import { NONE, SUPERSEDED } from './spanColumns.ts';
import type { StoreState } from './storeState.ts';
import { noiseOf } from './traceNoise.ts';

/** Of a segment that is dropped, kept traces may have this share of the records' bytes. Pinned ones do not count. */
const SHARE_OF_SEGMENT = 0.1;
/** Of what noise took in a segment that is dropped, other traces may keep this share. */
const SHARE_OF_NOISE = 0.5;
/** An outlier took this many times as long as the middle one of its kind … */
const SLOW_FACTOR = 3;
/** … of which there are at least so many in the segment. */
const LEAST_OF_A_KIND = 20;

/**
 * Spans of a segment about to be dropped that are kept: those of pinned traces, then, within a share of the segment, of
 * traces kept before, with errors, and slow for their root's name. Tail-based sampling as a collector does it. Cleared
 * traces and noise are not kept. Indexes, ascending.
 * @param hasRoom Little was kept so far: half of what noise gives up goes to other traces, so that noise is dropped
 * first.
 */
export function spansToKeep(
  state: StoreState,
  segment: Segment,
  nowMs: number,
  pinnedOnly: boolean,
  hasRoom = false,
): number[] {
  const { spans } = segment;
  const bySlot = new Map<number, number[]>();
  let allBytes = 0;
  for (let index = 0; index < spans.count; index++) {
    if ((spans.bits[index]! & SUPERSEDED) !== 0) continue;
    const slot = spans.trace[index]!;
    const indexes = bySlot.get(slot);
    if (indexes === undefined) bySlot.set(slot, [index]);
    else indexes.push(index);
    allBytes += spans.end[index]! - spans.start[index]!;
  }
  const kept: number[] = [];
  const { traces } = state;
  const ranked = rank(state, segment, [...bySlot.keys()], nowMs, pinnedOnly);
  const bytesOf = (slot: number): number =>
    bySlot.get(slot)!.reduce((sum, index) => sum + spans.end[index]! - spans.start[index]!, 0);
  let room = allBytes * SHARE_OF_SEGMENT;
  const keptSlots = new Set<number>();
  const keep = (slot: number): void => {
    if (traces.pinned[slot] === 0) {
      const bytes = bytesOf(slot);
      if (bytes > room) return;
      room -= bytes;
    }
    traces.kept[slot] = 1;
    keptSlots.add(slot);
    for (const index of bySlot.get(slot)!) kept.push(index);
  };
  for (const slot of ranked) keep(slot);
  if (hasRoom && !pinnedOnly) {
    let noiseBytes = 0;
    const others: number[] = [];
    for (const slot of bySlot.keys()) {
      if (keptSlots.has(slot) || traces.hiddenBy[slot] !== 0) continue;
      if (noiseOf(state, slot) > 0) noiseBytes += bytesOf(slot);
      else others.push(slot);
    }
    room += noiseBytes * SHARE_OF_NOISE;
    // The newest first.
    if (noiseBytes > 0) for (const slot of others.reverse()) keep(slot);
  }
  return kept.sort((a, b) => a - b);
}

/** Slots worth keeping, best first. */
function rank(state: StoreState, segment: Segment, slots: number[], nowMs: number, pinnedOnly: boolean): number[] {
  const { traces } = state;
  const pinned = slots.filter((slot) => traces.pinned[slot] === 1);
  if (pinnedOnly) return pinned;
  const others = slots.filter(
    (slot) => traces.pinned[slot] === 0 && traces.hiddenBy[slot] === 0 && noiseOf(state, slot) === 0,
  );
  const before = others.filter((slot) => traces.kept[slot] === 1);
  const errors = others.filter((slot) => traces.kept[slot] === 0 && traces.errors[slot]! > 0);
  const fine = others.filter((slot) => traces.kept[slot] === 0 && traces.errors[slot] === 0);
  // The newest of those with errors first: the last ones are what is looked for.
  return [...pinned, ...before, ...errors.reverse(), ...outliers(state, segment, fine, nowMs)];
}

/** Settled traces whose root is in the segment and that took long for its name and service; the slowest first. */
function outliers(state: StoreState, segment: Segment, slots: readonly number[], nowMs: number): number[] {
  const { traces } = state;
  const kinds = new Map<string, { slot: number; duration: number }[]>();
  for (const slot of slots) {
    const root = traces.root[slot]!;
    if (root === NONE || state.ring.segmentOf(root) !== segment) continue;
    if (nowMs - traces.lastArrivalMs[slot]! < Math.max(SETTLE_MS, ROOTLESS_SETTLE_MS)) continue;
    const index = root - segment.base;
    const kind = `${String(segment.spans.origin[index]!)} ${segment.nameOf(index)}`;
    const member = { slot, duration: segment.spans.durationNs[index]! };
    const members = kinds.get(kind);
    if (members === undefined) kinds.set(kind, [member]);
    else members.push(member);
  }
  const slow: { slot: number; factor: number }[] = [];
  for (const members of kinds.values()) {
    if (members.length < LEAST_OF_A_KIND) continue;
    members.sort((a, b) => a.duration - b.duration);
    const median = Math.max(1, members[members.length >> 1]!.duration);
    for (const { slot, duration } of members) {
      if (duration > median * SLOW_FACTOR) slow.push({ slot, factor: duration / median });
    }
  }
  return slow.sort((a, b) => b.factor - a.factor).map(({ slot }) => slot);
}
