/** Index of the nearest-rank percentile among `count` values in order. */
export function rankOf(share: number, count: number): number {
  return Math.max(0, Math.ceil(share * count) - 1);
}
