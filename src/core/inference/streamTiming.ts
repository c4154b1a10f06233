import type { CallTiming } from './callPhases.ts';
import { PhaseList } from './phaseList.ts';

/** The answer of a span as it was sent piece by piece. Offsets are nanoseconds from the span's start. */
export interface StreamTiming {
  /** Begin of the first piece's sending and end of the last one's. */
  readonly firstNs: number;
  readonly lastNs: number;
  /** Pieces; the last may be the empty one that ends an HTTP answer. */
  readonly chunks: number;
  /** Longest time from the begin of one piece to the begin of the next, and when it began. */
  readonly largestGapNs: number;
  readonly largestGapAtNs: number;
  /** What tells of the pieces: `http send spans`, `websocket send spans`, or the name of an event. */
  readonly from: string;
  /** There are more pieces than were read. */
  readonly partial: boolean;
}

/** Makes a {@link StreamTiming} of the times of pieces, begin by begin; undefined for fewer than two: nothing streamed. */
export function streamOf(
  begins: readonly number[],
  lastEndNs: number,
  from: string,
  partial = false,
): StreamTiming | undefined {
  const [firstNs, ...others] = begins;
  if (firstNs === undefined || others.length === 0) return undefined;
  let largestGapNs = 0;
  let largestGapAtNs = firstNs;
  let before = firstNs;
  for (const begin of others) {
    if (begin - before > largestGapNs) [largestGapNs, largestGapAtNs] = [begin - before, before];
    before = begin;
  }
  return { firstNs, lastNs: lastEndNs, chunks: begins.length, largestGapNs, largestGapAtNs, from, partial };
}

/** First byte and stream as exact phases of a span of `durationNs` (0: no end). */
export function streamPhases(
  { firstNs, lastNs, from }: Pick<StreamTiming, 'firstNs' | 'lastNs' | 'from'>,
  durationNs: number,
): CallTiming {
  const list = new PhaseList(durationNs);
  list.span('to first byte', 0, { ns: firstNs, exact: true, from });
  list.span('stream', firstNs, { ns: lastNs - firstNs, exact: true, from });
  list.gap('after the last byte', lastNs, durationNs, `end of the span, the time after ${from}`);
  const { phases } = list.finish();
  return { phases, firstToken: { offsetNs: firstNs, exact: true, from }, notes: [], usedKeys: [] };
}
