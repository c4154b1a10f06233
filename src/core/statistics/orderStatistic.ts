import { SPANS_PER_STEP, type Steps } from './steps.ts';

/** Below this many values a stretch is sorted outright. */
const SMALL = 32;

/** Place of a quantile among `count` values by nearest rank: the least value that at least `q` of all do not exceed. */
export function nearestRank(count: number, q: number): number {
  return Math.min(count - 1, Math.max(0, Math.ceil(q * count) - 1));
}

/**
 * A quantile of ascending numbers that are what calls got or answered, by linear interpolation between the two nearest (type 7 of Hyndman and Fan,
 * as in numpy, pandas and spreadsheets): the median of two is their mean. NaN for none. Durations of spans go by {@link nearestRank}: one that was.
 */
export function interpolatedQuantile(sorted: ArrayLike<number>, q: number): number {
  const place = q * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? NaN;
  const high = sorted[Math.ceil(place)] ?? NaN;
  const part = place - Math.floor(place);
  // Weighted apart, so that neither the sum nor the difference of large ones overflows.
  return low === high ? low : low * (1 - part) + high * part;
}

/** The {@link interpolatedQuantile} at one half of finite numbers in any order; NaN for none. */
export function medianOf(values: ArrayLike<number>): number {
  return interpolatedQuantile(Float64Array.from(values).sort(), 0.5);
}

/**
 * The value that would stand at place `at` were `values[from .. to)` sorted; moves values within that stretch so that
 * none before `at` is larger. Linear but for chosen orders, where it falls back to sorting what is left. No NaN.
 */
export function select(values: Float64Array, from: number, to: number, at: number): number {
  let low = from;
  let high = to - 1;
  let rounds = roundsFor(to - from);
  while (high - low > SMALL && rounds-- > 0) {
    const cut: Cut = { left: low, right: high };
    partition(values, medianOfThree(values, low, high), cut, Infinity);
    if (at <= cut.right) high = cut.right;
    else if (at >= cut.left) low = cut.left;
    else return values[at]!;
  }
  values.subarray(low, high + 1).sort();
  return values[at]!;
}

/** {@link select} in steps, for long stretches. Linear whatever the order. */
export function* selectSteps(values: Float64Array, from: number, to: number, at: number): Steps<number> {
  let low = from;
  let high = to - 1;
  let rounds = roundsFor(to - from);
  while (high - low >= SPANS_PER_STEP) {
    const pivot = rounds-- > 0 ? medianOfThree(values, low, high) : yield* medianOfMedians(values, low, high);
    const cut: Cut = { left: low, right: high };
    do yield;
    while (!partition(values, pivot, cut, SPANS_PER_STEP));
    if (at <= cut.right) high = cut.right;
    else if (at >= cut.left) low = cut.left;
    else return values[at]!;
  }
  return select(values, low, high + 1, at);
}

/** How often a stretch may be cut before its order is taken for a chosen one. */
function roundsFor(count: number): number {
  return 2 * Math.ceil(Math.log2(Math.max(2, count)));
}

/** What is before `left` is not above the pivot, what is behind `right` not below; done once they have crossed. */
interface Cut {
  left: number;
  right: number;
}

/** Goes on parting a stretch by `pivot`, a value of it, for some `looks` at values; true once it is done. */
function partition(values: Float64Array, pivot: number, cut: Cut, looks: number): boolean {
  let { left, right } = cut;
  const most = right - left - looks;
  while (left <= right && right - left > most) {
    while (values[left]! < pivot) left++;
    while (values[right]! > pivot) right--;
    if (left > right) break;
    const value = values[left]!;
    values[left++] = values[right]!;
    values[right--] = value;
  }
  cut.left = left;
  cut.right = right;
  return left > right;
}

/** A value of `values[low .. high]` with about a quarter of them at least on either side. */
function* medianOfMedians(values: Float64Array, low: number, high: number): Steps<number> {
  const medians: number[] = [];
  for (let block = low; block <= high; block += SPANS_PER_STEP) {
    const end = Math.min(block + SPANS_PER_STEP, high + 1);
    medians.push(select(values, block, end, (block + end) >>> 1));
    yield;
  }
  return select(Float64Array.from(medians), 0, medians.length, medians.length >>> 1);
}

function medianOfThree(values: Float64Array, low: number, high: number): number {
  const a = values[low]!;
  const b = values[(low + high) >>> 1]!;
  const c = values[high]!;
  if (a < b) return b < c ? b : Math.max(a, c);
  return a < c ? a : Math.max(b, c);
}
