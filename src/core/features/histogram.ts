/** Where the bins of a histogram end; short numbers, so that they can stand in a filter. */
export interface Bins {
  /** Ascending, one more than there are bins; a value belongs to the bin that begins at or below it. */
  readonly edges: readonly number[];
  readonly isLog: boolean;
}

/** Values that span more than this, all positive, are drawn by their logarithm. */
const LOG_FROM = 500;
const STEPS = [1, 2, 2.5, 5, 10];

/** Bins of about `wanted` for ascending values: whole numbers keep bins of whole width; far-spread positive ones have equal ratios. None for no values. */
export function binsFor(sorted: Float64Array, wanted: number): Bins {
  const count = sorted.length;
  const min = sorted[0] ?? NaN;
  const max = sorted[count - 1] ?? NaN;
  if (count === 0) return { edges: [], isLog: false };
  const p95 = sorted[Math.min(count - 1, Math.floor(count * 0.95))]!;
  const p5 = sorted[Math.floor(count * 0.05)]!;
  if (min > 0 && max / min > LOG_FROM && p95 / p5 > 10) return logBins(min, max, wanted);
  const isWhole = sorted.every((value) => Number.isInteger(value));
  let step = niceStep((max - min) / wanted || Math.abs(max) / wanted || 1 / wanted);
  if (isWhole) step = Math.max(1, Math.round(step));
  const first = Math.floor(min / step);
  const edges: number[] = [];
  for (let at = first; edges.length <= 2 * wanted + 2; at++) {
    const edge = Number((at * step).toPrecision(12));
    edges.push(edge);
    if (edge > max) break;
  }
  return { edges, isLog: false };
}

function logBins(min: number, max: number, wanted: number): Bins {
  const decades = Math.log10(max / min);
  const each = Math.max(1, Math.floor(wanted / decades));
  const edges: number[] = [];
  for (let at = Math.floor(Math.log10(min) * each); edges.length <= 2 * wanted + 2; at++) {
    const edge = Number((10 ** (at / each)).toPrecision(3));
    if (edge === edges.at(-1)) continue;
    edges.push(edge);
    if (edge > max) break;
  }
  return { edges, isLog: true };
}

function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = STEPS.find((each) => each * power >= step * 0.999) ?? 10;
  return Number((factor * power).toPrecision(3));
}

/** How many values fall into each bin; those outside are counted in the nearest. */
export function countIn({ edges }: Bins, values: Float64Array): Uint32Array<ArrayBuffer> {
  const counts = new Uint32Array(Math.max(0, edges.length - 1));
  if (counts.length === 0) return counts;
  for (const value of values) {
    let low = 0;
    let high = counts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (edges[middle]! <= value) low = middle;
      else high = middle - 1;
    }
    counts[low]!++;
  }
  return counts;
}
