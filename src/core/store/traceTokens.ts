import { COST_NUMBER_KEYS } from '../inference/callCost.ts';
import { field } from '../inference/fields.ts';
import { factPlaces } from '../inference/mergedTables.ts';
import { parseJson } from '../inference/valueDecoder.ts';
import type { ModelUsage } from '../model/modelUsage.ts';
import { attributesOf } from './rootAttributes.ts';
import type { Segment } from './segment.ts';
import { NONE } from './spanColumns.ts';
import { SPAN_BIT } from './storeReader.ts';
import type { StoreState } from './storeState.ts';
import type { TraceTokens } from './traceRows.ts';

interface Place {
  readonly key: string;
  readonly field?: string;
}

/** Where each figure stands: a key, or a field of the JSON at one. */
const USAGE = {
  model: factPlaces('model'),
  input: factPlaces('tokens.input'),
  output: factPlaces('tokens.output'),
  total: factPlaces('tokens.total'),
  cachedInput: factPlaces('tokens.cachedInput'),
  cacheWrite: factPlaces('tokens.cacheWrite'),
  reasoning: factPlaces('tokens.reasoning'),
  cost: COST_NUMBER_KEYS.map((key): Place => ({ key })),
} as const;
const keysOf = (...places: readonly (readonly Place[])[]): ReadonlySet<string> =>
  new Set(places.flat().map(({ key }) => key));
const KEYS = keysOf(USAGE.input, USAGE.output, USAGE.total);
const USAGE_KEYS = keysOf(...Object.values(USAGE));
/** Spans looked at and calls read for one trace; what is beyond is not counted, which `partial` tells. */
const MOST_SPANS = 20_000;
const MOST_CALLS = 500;
/** Models of a trace that are told apart; those beyond count as one without a name. */
const MOST_MODELS = 50;
/** Ancestors passed the count of a call on to. */
export const MOST_CLIMB = 64;

/** Counts the tokens of a trace's leaf calls; undefined when it has none. */
export function tokensOf(state: StoreState, slot: number): TraceTokens | undefined {
  const { leaves, partial } = leafCalls(state, slot);
  if (leaves.size === 0) return undefined;
  let tokens = 0;
  for (const own of leaves.values()) tokens += own;
  return { tokens, partial };
}

/** The same by model, with what else their senders say; most tokens first. */
export function usageOf(
  state: StoreState,
  slot: number,
): { readonly models: readonly ModelUsage[]; readonly partial: boolean } {
  const { leaves, partial } = leafCalls(state, slot);
  const models = new Map<string, ModelUsage>();
  let left = partial;
  for (const handle of leaves.keys()) {
    const segment = state.segmentOf(handle);
    if (segment === undefined) continue;
    const own = usageAt(segment, handle - segment.base);
    const isFull = models.size >= MOST_MODELS && !models.has(own.model);
    left ||= isFull;
    const model = isFull ? '' : own.model;
    models.set(model, added(models.get(model), { ...own, model }));
  }
  return { models: [...models.values()].sort((a, b) => b.total - a.total), partial: left };
}

function usageAt(segment: Segment, index: number): ModelUsage {
  const attributes = attributesOf(segment, index, USAGE_KEYS);
  const first = (places: readonly Place[]): number => countOf(attributes, places) ?? 0;
  const cost = countOf(attributes, USAGE.cost);
  return {
    model: USAGE.model.map((place) => textAt(attributes, place)).find((name) => name !== '') ?? '',
    calls: 1,
    input: first(USAGE.input),
    output: first(USAGE.output),
    cachedInput: first(USAGE.cachedInput),
    cacheWrite: first(USAGE.cacheWrite),
    reasoning: first(USAGE.reasoning),
    total: sumOf(attributes) ?? 0,
    cost: cost ?? 0,
    costCalls: cost === undefined ? 0 : 1,
  };
}

function added(sum: ModelUsage | undefined, own: ModelUsage): ModelUsage {
  if (sum === undefined) return own;
  return {
    model: own.model,
    calls: sum.calls + own.calls,
    input: sum.input + own.input,
    output: sum.output + own.output,
    cachedInput: sum.cachedInput + own.cachedInput,
    cacheWrite: sum.cacheWrite + own.cacheWrite,
    reasoning: sum.reasoning + own.reasoning,
    total: sum.total + own.total,
    cost: sum.cost + own.cost,
    costCalls: sum.costCalls + own.costCalls,
  };
}

/** Calls that name tokens and have no call with tokens below them, with their tokens in and out. */
function leafCalls(
  state: StoreState,
  slot: number,
): { readonly leaves: ReadonlyMap<number, number>; readonly partial: boolean } {
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
  const callers = new Set<number>();
  for (const call of calls.keys()) markCallers(state, slot, call, calls, callers);
  const partial = count < all || calls.size >= MOST_CALLS;
  for (const caller of callers) calls.delete(caller);
  return { leaves: calls, partial };
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
  const input = countOf(attributes, USAGE.input);
  const output = countOf(attributes, USAGE.output);
  if (input === undefined && output === undefined) return countOf(attributes, USAGE.total);
  return (input ?? 0) + (output ?? 0);
}

function countOf(attributes: ReadonlyMap<string, string>, places: readonly Place[]): number | undefined {
  for (const place of places) {
    const text = textAt(attributes, place);
    const value = text === '' ? NaN : Number(text);
    if (value >= 0) return value;
  }
  return undefined;
}

/** The text at a place; some senders write the JSON of a text or of a number. */
function textAt(attributes: ReadonlyMap<string, string>, { key, field: path }: Place): string {
  const text = attributes.get(key) ?? '';
  if (text === '' || (path === undefined && !text.startsWith('"'))) return text;
  let value = parseJson(text);
  for (const step of path?.split('.') ?? []) value = field(value, step);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
