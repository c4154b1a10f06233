import type { CallTiming } from '../core/inference/callPhases.ts';
import type { SpanHandle, StoreReader } from '../core/store/storeReader.ts';

/** Children of a model's span that are looked at: one computes, an ensemble has some models. */
const MOST_CHILDREN = 32;

/** A span right below another; both offsets count from the same time. */
export interface ChildSpan {
  readonly handle: SpanHandle;
  readonly offsetNs: number;
}

/**
 * Triton writes when a request began to wait on the model's span, and when computing began on the one below: `own` with the
 * queue between both. As it is when no child tells.
 */
export function withTritonQueue(
  store: StoreReader,
  own: CallTiming,
  offsetNs: number,
  children: Iterable<ChildSpan>,
): CallTiming {
  const { queuedAtNs } = own;
  if (queuedAtNs === undefined) return own;
  let looked = 0;
  let computingNs = Infinity;
  for (const child of children) {
    if (looked++ >= MOST_CHILDREN) break;
    const input = store.timingOf(child.handle)?.phases.find(({ name }) => name === 'compute input');
    if (input !== undefined) computingNs = Math.min(computingNs, child.offsetNs - offsetNs + input.startNs);
  }
  if (!Number.isFinite(computingNs) || computingNs <= queuedAtNs) return own;
  const from = 'QUEUE_START \u2192 COMPUTE_START of the span below';
  const queue = { name: 'queue', startNs: queuedAtNs, durationNs: computingNs - queuedAtNs, exact: true, from };
  return { ...own, phases: [...own.phases, queue].sort((a, b) => a.startNs - b.startNs) };
}
