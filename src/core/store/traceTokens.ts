import { TOKEN_KEYS } from '../inference/mergedTables.ts';
import { attributesOf } from './rootAttributes.ts';
import type { Segment } from './segment.ts';
import { NONE } from './spanColumns.ts';
import { SPAN_BIT } from './storeReader.ts';
import type { StoreState } from './storeState.ts';
import type { TraceTokens } from './traceRows.ts';

const KEYS: ReadonlySet<string> = new Set([...TOKEN_KEYS.input, ...TOKEN_KEYS.output, ...TOKEN_KEYS.total]);
/** Spans looked at and calls read for one trace; what is beyond is not counted, which `partial` tells. */
const MOST_SPANS = 20_000;
const MOST_CALLS = 500;
/** Ancestors passed the count of a call on to. */
export const MOST_CLIMB = 64;

/** Counts the tokens of a trace's leaf calls; undefined when it has none. */
export function tokensOf(state: StoreState, slot: number): TraceTokens | undefined {
  const { traces } = state;
  const all = traces.spans[slot]!;
  const count = Math.min(all, MOST_SPANS);
  const calls = new Map<number, number>();
  for (let position = 0; position < count && calls.size < MOST_CALLS; position++) {
    const handle = traces.handleAt(slot, position);
    const segment = state.segmentOf(handle);
    if (segment === undefined) continue;
    const index = handle - segment.base;
    if ((segment.spans.bits[index]! & SPAN_BIT.hasModel) === 0) continue;
    const tokens = tokensAt(segment, index);
    if (tokens !== undefined) calls.set(handle, tokens);
  }
  if (calls.size === 0) return undefined;
  const callers = new Set<number>();
  for (const call of calls.keys()) markCallers(state, slot, call, calls, callers);
  let tokens = 0;
  for (const [handle, own] of calls) if (!callers.has(handle)) tokens += own;
  return { tokens, partial: count < all || calls.size >= MOST_CALLS };
}

/** Adds those of `calls` that are above `call` to `callers`: their tokens are told again by it. */
export function markCallers(
  state: StoreState,
  slot: number,
  call: number,
  calls: ReadonlyMap<number, number>,
  callers: Set<number>,
): void {
  let handle = call;
  for (let climbed = 0; climbed < MOST_CLIMB; climbed++) {
    const segment = state.segmentOf(handle);
    if (segment === undefined) return;
    const index = handle - segment.base;
    handle = state.handleIn(slot, segment.spans.parentHi[index]!, segment.spans.parentLo[index]!);
    if (handle === NONE || handle === call || callers.has(handle)) return;
    if (calls.has(handle)) callers.add(handle);
  }
}

/** Tokens that span `index` itself names, in and out; undefined when it names none. */
export function tokensAt(segment: Segment, index: number): number | undefined {
  return sumOf(attributesOf(segment, index, KEYS));
}

function sumOf(attributes: ReadonlyMap<string, string>): number | undefined {
  const count = (keys: readonly string[]): number | undefined => {
    for (const key of keys) {
      const value = Number(attributes.get(key) ?? NaN);
      if (value >= 0) return value;
    }
    return undefined;
  };
  const input = count(TOKEN_KEYS.input);
  const output = count(TOKEN_KEYS.output);
  if (input === undefined && output === undefined) return count(TOKEN_KEYS.total);
  return (input ?? 0) + (output ?? 0);
}
