import { medianOf } from '../statistics/orderStatistic.ts';
import type { Steps } from '../statistics/steps.ts';
import { chance } from './chance.ts';

/** One attribute over the traces of both sets: its value in each trace that has it. */
export interface AttributeColumn {
  readonly key: string;
  /** Path of the spans that carry it; -1 for one of resources. */
  readonly path: number;
  readonly service: string;
  /** By trace, those of A first: a number, a text, or undefined where it is missing. */
  readonly values: readonly (number | string | undefined)[];
}

/** How the values of a set stand. */
interface Spread {
  readonly present: number;
  readonly missing: number;
}

interface AttributeDifferenceBase {
  readonly column: AttributeColumn;
  /** 0: the values are distributed alike; 1: they have nothing in common. */
  readonly difference: number;
  /** Share of random divisions of the traces into sets of these sizes that differ at least as much. */
  readonly chance: number;
  readonly a: Spread;
  readonly b: Spread;
}

/** Numbers of two sets. */
export interface NumericDistribution {
  readonly kind: 'numeric';
  readonly medianA: number;
  readonly medianB: number;
  /** Edges of the bins, one more than bins; traces by bin. */
  readonly edges: readonly number[];
  readonly binsA: readonly number[];
  readonly binsB: readonly number[];
}

/** Texts of two sets. */
export interface TextDistribution {
  readonly kind: 'text';
  /** The values that differ most, with the traces that have them. */
  readonly values: readonly { readonly text: string; readonly a: number; readonly b: number }[];
}

/** The value that parts the sets best: `above` tells whether A's are larger. */
interface BestCut {
  readonly cut: number;
  readonly above: boolean;
}

export type AttributeDifference = AttributeDifferenceBase & ((NumericDistribution & BestCut) | TextDistribution);

const BINS = 16;
const SHOWN_VALUES = 6;
/** Attributes that are tested against chance: the others differ less. */
const TESTED = 200;
const DIVISIONS = 199;
/** Up to this share of chance a difference counts as one. */
export const LIKELY_CHANCE = 0.05;
/** Attributes that differ less say nothing. */
const LEAST_DIFFERENCE = 0.05;
/** Share of its values that must be numbers for a column to be read as numeric. */
const NUMERIC_SHARE = 0.9;

/**
 * Ranks attributes by how their values differ between the first `countA` traces and the rest. Numbers: the largest
 * distance between the two distribution functions (Kolmogorov and Smirnov), a missing value standing below all. Texts: half
 * the sum of the differences of shares (total variation), a missing value being a value of its own, and values that only
 * one trace has being one together, so that ids do not look like causes. Whether it may be chance is told by dividing the
 * traces anew 199 times, the same way in every run. `weightOf` says how much the place of an attribute matters, 0..1.
 */
export function* compareAttributes(
  columns: readonly AttributeColumn[],
  countA: number,
  weightOf: (column: AttributeColumn) => number,
): Steps<readonly AttributeDifference[]> {
  const measured: { column: AttributeColumn; measure: Measure; difference: number; score: number }[] = [];
  for (const column of columns) {
    const measure = measureOf(column);
    const difference = measure.distance(firstOnes(column.values.length, countA));
    if (difference >= LEAST_DIFFERENCE) {
      measured.push({ column, measure, difference, score: difference * weightOf(column) });
    }
    yield;
  }
  measured.sort((one, other) => other.score - one.score);
  const results: { readonly found: AttributeDifference; readonly score: number }[] = [];
  for (const { column, measure, difference, score } of measured.slice(0, TESTED)) {
    const isA = firstOnes(column.values.length, countA);
    const random = chance(0x5eed);
    let asMuch = 0;
    for (let round = 0; round < DIVISIONS; round++) {
      shuffle(isA, random);
      if (measure.distance(isA) >= difference - 1e-12) asMuch++;
    }
    yield;
    const found = { ...measure.describe(countA), difference, chance: (asMuch + 1) / (DIVISIONS + 1) };
    results.push({ found, score });
  }
  return results
    .sort(
      (one, other) =>
        Number(one.found.chance > LIKELY_CHANCE) - Number(other.found.chance > LIKELY_CHANCE) ||
        other.score - one.score,
    )
    .map(({ found }) => found);
}

type Described = AttributeDifference extends infer D
  ? D extends unknown
    ? Omit<D, 'difference' | 'chance'>
    : never
  : never;

interface Measure {
  /** How the traces marked in `isA` differ from the others. */
  readonly distance: (isA: Uint8Array) => number;
  readonly describe: (countA: number) => Described;
}

function measureOf(column: AttributeColumn): Measure {
  const present = column.values.filter((value) => value !== undefined);
  const numbers = present.filter((value) => typeof value === 'number').length;
  return present.length > 0 && numbers >= present.length * NUMERIC_SHARE ? numericMeasure(column) : textMeasure(column);
}

function numericMeasure(column: AttributeColumn): Measure {
  const numbers = Float64Array.from(column.values, (value) => (typeof value === 'number' ? value : -Infinity));
  const order = Uint32Array.from(numbers, (_, index) => index).sort((x, y) => numbers[x]! - numbers[y]! || x - y);
  const sweep = (isA: Uint8Array): { distance: number; cut: number; above: boolean } => {
    let countA = 0;
    for (const is of isA) countA += is;
    const countB = isA.length - countA;
    let belowA = 0;
    let belowB = 0;
    let best = { distance: 0, cut: 0, above: true };
    for (let at = 0; at < order.length; at++) {
      const index = order[at]!;
      if (isA[index] === 1) belowA++;
      else belowB++;
      const value = numbers[index]!;
      const next = at + 1 < order.length ? numbers[order[at + 1]!]! : value;
      if (value === next) continue;
      const gap = belowB / Math.max(1, countB) - belowA / Math.max(1, countA);
      if (Math.abs(gap) > best.distance) {
        best = { distance: Math.abs(gap), cut: value === -Infinity ? next : (value + next) / 2, above: gap > 0 };
      }
    }
    return best;
  };
  return {
    distance: (isA) => sweep(isA).distance,
    describe: (countA) => {
      const a = Array.from(numbers.subarray(0, countA)).filter((value) => value !== -Infinity);
      const b = Array.from(numbers.subarray(countA)).filter((value) => value !== -Infinity);
      const edges = binEdges([...a, ...b]);
      const { cut, above } = sweep(firstOnes(numbers.length, countA));
      return {
        kind: 'numeric',
        column,
        a: { present: a.length, missing: countA - a.length },
        b: { present: b.length, missing: numbers.length - countA - b.length },
        medianA: a.length === 0 ? 0 : medianOf(a),
        medianB: b.length === 0 ? 0 : medianOf(b),
        cut,
        above,
        edges,
        binsA: binned(a, edges),
        binsB: binned(b, edges),
      };
    },
  };
}

/** Numbers of values: 0 for missing, 1 for those that one trace alone has. */
const MISSING = 0;
const SINGLE = 1;

function textMeasure(column: AttributeColumn): Measure {
  const tally = new Map<string, number>();
  for (const value of column.values)
    if (value !== undefined) tally.set(String(value), (tally.get(String(value)) ?? 0) + 1);
  const texts = ['', ''];
  const numbers = new Map<string, number>();
  for (const [text, count] of tally) {
    if (count > 1) {
      numbers.set(text, texts.length);
      texts.push(text);
    }
  }
  const codes = Uint32Array.from(column.values, (value) =>
    value === undefined ? MISSING : (numbers.get(String(value)) ?? SINGLE),
  );
  const count = (isA: Uint8Array): { a: Uint32Array; b: Uint32Array; countA: number } => {
    const a = new Uint32Array(texts.length);
    const b = new Uint32Array(texts.length);
    let countA = 0;
    for (let index = 0; index < codes.length; index++) {
      if (isA[index] === 1) {
        a[codes[index]!]!++;
        countA++;
      } else b[codes[index]!]!++;
    }
    return { a, b, countA };
  };
  return {
    distance: (isA) => {
      const { a, b, countA } = count(isA);
      const countB = codes.length - countA;
      let apart = 0;
      for (let code = 0; code < texts.length; code++) {
        apart += Math.abs(a[code]! / Math.max(1, countA) - b[code]! / Math.max(1, countB));
      }
      return apart / 2;
    },
    describe: (countA) => {
      const { a, b } = count(firstOnes(codes.length, countA));
      const countB = codes.length - countA;
      const apart = (code: number): number => a[code]! / Math.max(1, countA) - b[code]! / Math.max(1, countB);
      const shown = texts
        .map((_, code) => code)
        .filter((code) => code !== MISSING && a[code]! + b[code]! > 0)
        .sort((x, y) => Math.abs(apart(y)) - Math.abs(apart(x)) || x - y)
        .slice(0, SHOWN_VALUES);
      return {
        kind: 'text',
        column,
        a: { present: countA - a[MISSING]!, missing: a[MISSING]! },
        b: { present: countB - b[MISSING]!, missing: b[MISSING]! },
        values: shown.map((code) => ({ text: texts[code]!, a: a[code]!, b: b[code]! })),
      };
    },
  };
}

function firstOnes(length: number, count: number): Uint8Array {
  return new Uint8Array(length).fill(1, 0, count);
}

/** Fisher and Yates. */
function shuffle(values: Uint8Array, random: () => number): void {
  for (let at = values.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    const value = values[at]!;
    values[at] = values[other]!;
    values[other] = value;
  }
}

/** Even bins over the values, or over their logarithms when they are positive and span more than three decades. */
function binEdges(values: readonly number[]): readonly number[] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!(high > low)) return values.length === 0 ? [] : [low, low];
  if (low > 0 && high / low > 1000) {
    return Array.from({ length: BINS + 1 }, (_, bin) => low * (high / low) ** (bin / BINS));
  }
  return Array.from({ length: BINS + 1 }, (_, bin) => low + ((high - low) * bin) / BINS);
}

function binned(values: readonly number[], edges: readonly number[]): readonly number[] {
  const bins = new Array<number>(Math.max(0, edges.length - 1)).fill(0);
  for (const value of values) {
    let bin = 0;
    while (bin + 1 < bins.length && value >= edges[bin + 1]!) bin++;
    bins[bin]!++;
  }
  return bins;
}
