import type { DebugPause } from '../../src/protocol/pauseApi.ts';
import { durationOf, groupOf, hasFlag, offsetOf, type RowRef } from './rowCache.ts';

/** A stretch of a trace in which a debugger held a program, ns from the trace's start; no end while it lasts. */
export interface HeldStretch {
  readonly fromNs: number;
  readonly toNs: number;
}

/** The pauses that a trace of this start and length saw, in order, those that overlap as one. */
export function heldStretches(
  pauses: readonly DebugPause[],
  startNs: string,
  lengthNs: number,
): readonly HeldStretch[] {
  const start = BigInt(startNs);
  // Nanoseconds since the epoch do not fit into one float.
  const offsetNs = (ms: number): number => Number(BigInt(Math.round(ms * 1e3)) * 1000n - start);
  const stretches: { fromNs: number; toNs: number }[] = [];
  const sorted = pauses
    .map(({ fromMs, toMs }) => ({ fromNs: offsetNs(fromMs), toNs: toMs === null ? Infinity : offsetNs(toMs) }))
    .sort((a, b) => a.fromNs - b.fromNs);
  for (const { fromNs, toNs } of sorted) {
    if (toNs <= 0 || fromNs >= lengthNs || toNs <= fromNs) continue;
    const last = stretches.at(-1);
    if (last && fromNs <= last.toNs) last.toNs = Math.max(last.toNs, toNs);
    else stretches.push({ fromNs, toNs });
  }
  return stretches;
}

/**
 * How long a span waited over pauses. Only what began before a pause did: a held program begins nothing, and what another
 * one begins and ends meanwhile does not wait.
 */
export function heldNs(stretches: readonly HeldStretch[], offsetNs: number, durationNs: number): number {
  let held = 0;
  for (const stretch of waitedOver(stretches, offsetNs)) {
    held += Math.max(0, Math.min(stretch.toNs, offsetNs + durationNs) - stretch.fromNs);
  }
  return held;
}

/** The pauses that a span of this start can have waited over. */
export function waitedOver(stretches: readonly HeldStretch[], offsetNs: number): readonly HeldStretch[] {
  return stretches.filter(({ fromNs }) => fromNs > offsetNs);
}

/** How long a row's span waited over pauses; 0 for what stands for several and for what has no end. */
export function heldOf(ref: RowRef, stretches: readonly HeldStretch[]): number {
  if (stretches.length === 0 || groupOf(ref) || hasFlag(ref, 'unfinished')) return 0;
  return heldNs(stretches, offsetOf(ref), durationOf(ref));
}

/** The part of that in which none of its children ran. */
export function selfHeldOf(ref: RowRef, stretches: readonly HeldStretch[]): number {
  if (heldOf(ref, stretches) === 0) return 0;
  const { selfIndex, selfTimes } = ref.window;
  const end = selfIndex[ref.index + 1] ?? 0;
  let held = 0;
  for (const { fromNs, toNs } of waitedOver(stretches, offsetOf(ref))) {
    for (let at = selfIndex[ref.index] ?? 0; at + 1 < end; at += 2) {
      held += Math.max(0, Math.min(toNs, selfTimes[at + 1] ?? 0) - Math.max(fromNs, selfTimes[at] ?? 0));
    }
  }
  return Math.min(held, ref.window.selfNs[ref.index] ?? 0);
}
