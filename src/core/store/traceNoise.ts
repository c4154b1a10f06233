import type { SpanKind } from '../model/span.ts';
import { NOISE_KEYS } from '../noise/noiseJudge.ts';
import type { RootFacts } from '../noise/noiseJudge.ts';
import { attributesOf } from './rootAttributes.ts';
import { NONE } from './spanColumns.ts';
import type { StoreState } from './storeState.ts';

/** Verdicts in `traces.noise`; others are a rule's number. */
const UNDECIDED = 0;
const NO_NOISE = 255;

const KEYS: ReadonlySet<string> = new Set(NOISE_KEYS);

/**
 * Number of the rule that a trace is noise by, from 1; 0 for none. Traces with errors, pinned ones, and those whose root
 * is not here are none. The verdict is kept until the trace gets another span or the rules change.
 */
export function noiseOf(state: StoreState, slot: number): number {
  const { traces } = state;
  if (traces.pinned[slot] === 1 || traces.errors[slot]! > 0) return 0;
  let verdict = traces.noise[slot]!;
  if (verdict === UNDECIDED) {
    const root = traces.root[slot]!;
    const facts = root === NONE ? undefined : factsOf(state, root);
    if (facts === undefined) return 0;
    verdict = state.noiseJudge.judge(facts) || NO_NOISE;
    traces.noise[slot] = verdict;
  }
  return verdict === NO_NOISE ? 0 : verdict;
}

function factsOf(state: StoreState, root: number): RootFacts | undefined {
  const segment = state.segmentOf(root);
  if (segment === undefined) return undefined;
  const index = root - segment.base;
  let attributes: ReadonlyMap<string, string> | undefined;
  return {
    kind: segment.spans.kind[index]! as SpanKind,
    name: segment.nameOf(index),
    service: segment.serviceOf(index),
    attributes: () => (attributes ??= attributesOf(segment, index, KEYS)),
  };
}
