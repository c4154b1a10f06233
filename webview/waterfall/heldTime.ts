import { heldNs, waitedOver, type HeldStretch } from '../../src/core/layout/heldTime.ts';
import { durationOf, groupOf, hasFlag, offsetOf, type RowRef } from './rowCache.ts';

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
