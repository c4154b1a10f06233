import { interpolatedQuantile } from '../statistics/orderStatistic.ts';

/** A figure with its 95 % confidence interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Figures of one group of measured calls. */
export interface GroupFigures {
  readonly count: number;
  readonly median: Estimate;
  readonly p95: Estimate;
  readonly errors: Estimate;
}

const Z = 1.96;

/**
 * Figures of measured values, ascending, and of how many of `calls` failed. Quantiles by linear interpolation, as those of a baseline, with the distribution-free interval by order
 * statistics (binomial, normal approximation of the ranks); of too few values for a bound it is infinite on that side. The share of failures has Wilson's interval.
 */
export function groupFigures(sorted: Float64Array, errors: number, calls: number): GroupFigures {
  return {
    count: sorted.length,
    median: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    errors: share(errors, calls),
  };
}

function quantile(sorted: Float64Array, q: number): Estimate {
  const count = sorted.length;
  if (count === 0) return { value: NaN, low: -Infinity, high: Infinity };
  const half = Z * Math.sqrt(count * q * (1 - q));
  const low = Math.round(count * q - half) - 1;
  const high = Math.round(count * q + half);
  return {
    value: interpolatedQuantile(sorted, q),
    low: low < 0 ? -Infinity : sorted[low]!,
    high: high >= count ? Infinity : sorted[high]!,
  };
}

/** A share with Wilson's score interval. */
export function share(part: number, of: number): Estimate {
  if (of === 0) return { value: NaN, low: 0, high: 1 };
  const p = part / of;
  const z2 = Z * Z;
  const middle = (p + z2 / (2 * of)) / (1 + z2 / of);
  const half = (Z / (1 + z2 / of)) * Math.sqrt((p * (1 - p)) / of + z2 / (4 * of * of));
  return { value: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/**
 * The difference `a − b` with its 95 % interval, from those of both (MOVER, Zou and Donner 2008; of shares Newcombe's). Within noise: the interval
 * holds zero, also when one of them has no bound.
 */
export function difference(a: Estimate, b: Estimate): Estimate & { readonly withinNoise: boolean } {
  const value = a.value - b.value;
  const low = value - Math.hypot(a.value - a.low, b.high - b.value);
  const high = value + Math.hypot(a.high - a.value, b.value - b.low);
  return { value, low, high, withinNoise: !(low > 0 || high < 0) };
}
