/** Below this many values a stretch is sorted outright. */
const SMALL = 32;

/** Place of a quantile among `count` values by nearest rank: the least value that at least `q` of all do not exceed. */
export function nearestRank(count: number, q: number): number {
  return Math.min(count - 1, Math.max(0, Math.ceil(q * count) - 1));
}

/**
 * The value that would stand at place `at` were `values[from .. to)` sorted; moves values within that stretch so that
 * none before `at` is larger. Linear but for chosen orders, where it falls back to sorting what is left. No NaN.
 */
export function select(values: Float64Array, from: number, to: number, at: number): number {
  let low = from;
  let high = to - 1;
  let rounds = 2 * Math.ceil(Math.log2(Math.max(2, to - from)));
  while (high - low > SMALL && rounds-- > 0) {
    const pivot = medianOfThree(values, low, high);
    let left = low;
    let right = high;
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (values[right]! > pivot) right--;
      if (left > right) break;
      const value = values[left]!;
      values[left++] = values[right]!;
      values[right--] = value;
    }
    if (at <= right) high = right;
    else if (at >= left) low = left;
    else return pivot;
  }
  values.subarray(low, high + 1).sort();
  return values[at]!;
}

function medianOfThree(values: Float64Array, low: number, high: number): number {
  const a = values[low]!;
  const b = values[(low + high) >>> 1]!;
  const c = values[high]!;
  if (a < b) return b < c ? b : Math.max(a, c);
  return a < c ? a : Math.max(b, c);
}
