import type { SpanId, TraceId } from '../model/ids.ts';
import { NONE, SUPERSEDED } from './spanColumns.ts';
import { hexWord } from './storeState.ts';
import type { StoreState } from './storeState.ts';
import { newestSlots, spanIdOf } from './traceSummaries.ts';

const HEX_PREFIX = /^[0-9a-f]{1,32}$/i;

/** Spans whose id starts with `prefix` (hex digits, any case), newest arrival first. */
export function findSpans(
  state: StoreState,
  prefix: string,
  limit: number,
): { traceId: TraceId; spanId: SpanId; name: string }[] {
  const found: { traceId: TraceId; spanId: SpanId; name: string }[] = [];
  if (!HEX_PREFIX.test(prefix) || prefix.length > 16) return found;
  const hi = wordRange(prefix, 0);
  const lo = wordRange(prefix, 8);
  for (const segment of [...state.ring.segments].reverse()) {
    const { spans } = segment;
    for (let index = spans.count - 1; index >= 0 && found.length < limit; index--) {
      const idHi = spans.idHi[index]!;
      const idLo = spans.idLo[index]!;
      if (!isWithin(idHi, hi) || !isWithin(idLo, lo)) continue;
      if ((spans.bits[index]! & SUPERSEDED) !== 0) continue;
      found.push({
        traceId: state.traces.idOf(spans.trace[index]!),
        spanId: spanIdOf(state, segment.base + index),
        name: segment.nameOf(index),
      });
    }
  }
  return found;
}

/** Traces whose id starts with `prefix` (hex digits, any case), newest start first. */
export function findTraces(state: StoreState, prefix: string, limit: number): { traceId: TraceId; name: string }[] {
  if (!HEX_PREFIX.test(prefix)) return [];
  const { traces } = state;
  const [a, b, c, d] = [wordRange(prefix, 0), wordRange(prefix, 8), wordRange(prefix, 16), wordRange(prefix, 24)];
  const matches = (slot: number): boolean =>
    isWithin(traces.id0[slot]!, a) &&
    isWithin(traces.id1[slot]!, b) &&
    isWithin(traces.id2[slot]!, c) &&
    isWithin(traces.id3[slot]!, d);
  return newestSlots(traces, limit, matches).map((slot) => {
    const root = traces.root[slot]!;
    return { traceId: traces.idOf(slot), name: state.nameOf(root === NONE ? traces.first[slot]! : root) };
  });
}

interface WordRange {
  readonly least: number;
  readonly most: number;
}

function isWithin(word: number, range: WordRange): boolean {
  return range.least <= word >>> 0 && word >>> 0 <= range.most;
}

/** Unsigned values of the eight digits of an id at `at` that a prefix leaves open. */
function wordRange(prefix: string, at: number): WordRange {
  const digits = prefix.slice(at, at + 8);
  return { least: hexWord(digits.padEnd(8, '0'), 0) >>> 0, most: hexWord(digits.padEnd(8, 'f'), 0) >>> 0 };
}
