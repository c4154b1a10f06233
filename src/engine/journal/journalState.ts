import { parseTraceId, type TraceId } from '../../core/model/ids.ts';

/** What the user did to traces, which no span tells. */
export interface JournalState {
  /** Times of the clears that were not undone, oldest first: traces whose last span came until then are hidden. */
  readonly clears: readonly number[];
  readonly pins: readonly TraceId[];
}

export const NO_STATE: JournalState = { clears: [], pins: [] };

/** Beyond these the oldest are forgotten: a clear further down is undone by nobody, and a state is written often. */
const MAX_CLEARS = 1000;
const MAX_PINS = 10_000;

export function bounded({ clears, pins }: JournalState): JournalState {
  return { clears: clears.slice(-MAX_CLEARS), pins: pins.slice(-MAX_PINS) };
}

export function encodeState(state: JournalState): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(state));
}

/** The state in a record's body; undefined when it is none. */
export function decodeState(body: Uint8Array): JournalState | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { clears, pins } = value as { readonly clears?: unknown; readonly pins?: unknown };
  if (!Array.isArray(clears) || !Array.isArray(pins)) return undefined;
  return bounded({
    clears: clears.filter((time) => Number.isFinite(time)) as number[],
    pins: pins.flatMap((id) => (typeof id === 'string' ? (parseTraceId(id) ?? []) : [])),
  });
}
