import type { FieldCursor } from '../otlp/fieldCursor.ts';

/**
 * What histograms and summaries have besides their sum, in one array of numbers a point:
 * - histogram: count, min, max, number of bounds, the bounds, the counts (one more than bounds);
 * - exponential histogram: count, min, max, scale, zero count, zero threshold, offset and number of the positive buckets,
 *   offset and number of the negative ones, the counts of both;
 * - summary: count, then quantile and value by turns.
 * Minimum and maximum are NaN where the sender told none. Counts above 2^53 are rounded.
 */
export type PointParts =
  | {
      readonly kind: 'histogram';
      readonly count: number;
      readonly min: number;
      readonly max: number;
      readonly bounds: readonly number[];
      readonly counts: readonly number[];
    }
  | {
      readonly kind: 'exponentialHistogram';
      readonly count: number;
      readonly min: number;
      readonly max: number;
      readonly scale: number;
      readonly zeroCount: number;
      readonly zeroThreshold: number;
      readonly positive: ExponentialBuckets;
      readonly negative: ExponentialBuckets;
    }
  | {
      readonly kind: 'summary';
      readonly count: number;
      readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
    };

/** Bucket i has the values in (base^(offset+i), base^(offset+i+1)], base = 2^(2^-scale). */
export interface ExponentialBuckets {
  readonly offset: number;
  readonly counts: readonly number[];
}

const HISTOGRAM_HEAD = 4;
const EXPONENTIAL_HEAD = 10;

/** Numbers a point may have: more than any SDK's view allows, and a bound on what one point holds. */
export const MOST_PARTS = 4096;

/** A `HistogramDataPoint` at the cursor. Undefined when it has too many buckets. */
export function histogramParts(cursor: FieldCursor): Float64Array | undefined {
  let [count, min, max] = [0, NaN, NaN];
  const counts: number[] = [];
  const bounds: number[] = [];
  while (cursor.next()) {
    if (cursor.field === 4) count = Number(cursor.fixed64());
    else if (cursor.field === 11) min = doubleAt(cursor);
    else if (cursor.field === 12) max = doubleAt(cursor);
    else if (cursor.field === 6) fixed64s(cursor, counts, false);
    else if (cursor.field === 7) fixed64s(cursor, bounds, true);
    if (counts.length + bounds.length > MOST_PARTS) return undefined;
  }
  return Float64Array.of(count, min, max, bounds.length, ...bounds, ...counts);
}

/** An `ExponentialHistogramDataPoint` at the cursor. Undefined when it has too many buckets. */
export function exponentialParts(cursor: FieldCursor): Float64Array | undefined {
  let [count, min, max, scale, zeroCount, zeroThreshold] = [0, NaN, NaN, 0, 0, 0];
  let positive: ExponentialBuckets = { offset: 0, counts: [] };
  let negative = positive;
  while (cursor.next()) {
    if (cursor.field === 4) count = Number(cursor.fixed64());
    else if (cursor.field === 6) scale = zigzag(cursor);
    else if (cursor.field === 7) zeroCount = Number(cursor.fixed64());
    else if (cursor.field === 8) positive = buckets(cursor.inside());
    else if (cursor.field === 9) negative = buckets(cursor.inside());
    else if (cursor.field === 12) min = doubleAt(cursor);
    else if (cursor.field === 13) max = doubleAt(cursor);
    else if (cursor.field === 14) zeroThreshold = doubleAt(cursor);
  }
  if (positive.counts.length + negative.counts.length > MOST_PARTS) return undefined;
  const heads = [positive.offset, positive.counts.length, negative.offset, negative.counts.length];
  return Float64Array.of(
    count,
    min,
    max,
    scale,
    zeroCount,
    zeroThreshold,
    ...heads,
    ...positive.counts,
    ...negative.counts,
  );
}

/** A `SummaryDataPoint` at the cursor. Undefined when it has too many quantiles. */
export function summaryParts(cursor: FieldCursor): Float64Array | undefined {
  let count = 0;
  const quantiles: number[] = [];
  while (cursor.next()) {
    if (cursor.field === 4) count = Number(cursor.fixed64());
    else if (cursor.field === 6) {
      let [quantile, value] = [0, 0];
      const pair = cursor.inside();
      while (pair.next()) {
        if (pair.field === 1) quantile = doubleAt(pair);
        else if (pair.field === 2) value = doubleAt(pair);
      }
      quantiles.push(quantile, value);
      if (quantiles.length > MOST_PARTS) return undefined;
    }
  }
  return Float64Array.of(count, ...quantiles);
}

/** What the functions above packed. */
export function unpackParts(kind: PointParts['kind'], parts: Float64Array): PointParts {
  const at = (index: number): number => parts[index] ?? 0;
  const slice = (from: number, length: number): readonly number[] => [...parts.subarray(from, from + length)];
  switch (kind) {
    case 'histogram': {
      const bounds = at(3);
      return {
        kind,
        count: at(0),
        min: at(1),
        max: at(2),
        bounds: slice(HISTOGRAM_HEAD, bounds),
        counts: slice(HISTOGRAM_HEAD + bounds, parts.length),
      };
    }
    case 'exponentialHistogram':
      return {
        kind,
        count: at(0),
        min: at(1),
        max: at(2),
        scale: at(3),
        zeroCount: at(4),
        zeroThreshold: at(5),
        positive: { offset: at(6), counts: slice(EXPONENTIAL_HEAD, at(7)) },
        negative: { offset: at(8), counts: slice(EXPONENTIAL_HEAD + at(7), at(9)) },
      };
    case 'summary': {
      const quantiles: { quantile: number; value: number }[] = [];
      for (let i = 1; i + 1 < parts.length; i += 2) quantiles.push({ quantile: at(i), value: at(i + 1) });
      return { kind, count: at(0), quantiles };
    }
  }
}

function buckets(cursor: FieldCursor): ExponentialBuckets {
  let offset = 0;
  const counts: number[] = [];
  while (cursor.next()) {
    if (cursor.field === 1) offset = zigzag(cursor);
    else if (cursor.field === 2 && cursor.wireType === 0) counts.push(Number(BigInt.asUintN(64, cursor.int64())));
    else if (cursor.field === 2 && cursor.wireType === 2) {
      let [value, scale] = [0, 1];
      for (let at = cursor.start; at < cursor.end && counts.length <= MOST_PARTS; at++) {
        const byte = cursor.bytes[at] ?? 0;
        value += (byte & 0x7f) * scale;
        scale *= 128;
        if (byte >= 0x80) continue;
        counts.push(value);
        [value, scale] = [0, 1];
      }
    }
    if (counts.length > MOST_PARTS) break;
  }
  return { offset, counts };
}

/** Repeated 64-bit numbers, packed or one by one. */
function fixed64s(cursor: FieldCursor, into: number[], double: boolean): void {
  const { bytes, start, end } = cursor;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = start; at + 8 <= end && into.length <= MOST_PARTS; at += 8) {
    into.push(double ? view.getFloat64(at, true) : Number(view.getBigUint64(at, true)));
  }
}

export function doubleAt({ bytes, start }: FieldCursor): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(start, true);
}

/** A sint32: zigzag. */
function zigzag(cursor: FieldCursor): number {
  const value = cursor.smallNumber();
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
