import { cellType, type Cell } from './cell.ts';
import { medianOf } from '../statistics/orderStatistic.ts';
import type { FeatureStats } from './baseline.ts';

/** What is odd about a feature against its baseline. */
export type Oddity =
  /** Far from what is usual, in widths of the baseline's range. */
  | { readonly kind: 'far'; readonly widths: number }
  /** Times or divided by `factor` it would be usual. `op` says what happened to it: `÷`, `×`, or a sign that flipped (factor −1). */
  | {
      readonly kind: 'factor';
      readonly op: '\u00f7' | '\u00d7' | '\u2212';
      readonly factor: number;
      readonly unit: string;
    }
  | { readonly kind: 'missing'; readonly share: number }
  | { readonly kind: 'nan'; readonly share: number }
  | { readonly kind: 'type'; readonly was: string; readonly is: string }
  /** It always was this one value. */
  | { readonly kind: 'constant'; readonly was: string }
  /** A text that none of the few known is. */
  | { readonly kind: 'newValue' }
  /** The baseline does not have it; or this call does not, which is missing. */
  | { readonly kind: 'newFeature' };

export interface Shift {
  /** 0 for usual; beyond 3 hardly chance. Table rows are ranked by it. */
  readonly score: number;
  /** Below the median −1, above 1, else 0. */
  readonly direction: -1 | 0 | 1;
  /** The weightiest first. */
  readonly odd: readonly Oddity[];
}

/** The distance from the median to p5 or p95 of a normal distribution, in standard deviations. */
const TAIL = 1.645;
/** Scores end here, so that ranks stay readable. */
const MOST = 99;
/** A value within the baseline's own extremes is no surprise, however narrow its middle. */
const SEEN = 2.5;
/** From here on a number is called far. */
const FAR = 3;

/** Factors a bug makes, the likeliest first, and what the units are then called. */
const FACTORS: readonly { readonly factor: number; readonly units: readonly (readonly [RegExp, string, string])[] }[] =
  [
    {
      factor: 1000,
      units: [
        [/(?:^|[._-])(?:ms|millis|milliseconds)$/i, 's for ms', '\u00b5s for ms'],
        [/(?:^|[._-])(?:s|sec|secs|seconds)$/i, 'ks for s', 'ms for s'],
        [/(?:^|[._-])(?:us|micros)$/i, 'ms for \u00b5s', 'ns for \u00b5s'],
        [/time|latency|duration|delay|age/i, 's for ms', 'ms for s'],
        [/weight|mass|kg|gram/i, 'kg for g', 'g for kg'],
        [/dist|length|height|width|km|metre|meter/i, 'km for m', 'm for km'],
      ],
    },
    {
      factor: 100,
      units: [
        [/ratio|rate|percent|pct|share|prob|score/i, 'share for percent', 'percent for share'],
        [/price|amount|value|cost|total|spend|balance|cents?/i, 'units for cents', 'cents for units'],
      ],
    },
    { factor: 60, units: [[/./, 'minutes for seconds', 'seconds for minutes']] },
    { factor: 1024, units: [[/./, 'KiB for bytes', 'bytes for KiB']] },
    { factor: 10, units: [] },
    { factor: 255, units: [[/./, 'pixels scaled to 0\u20131', 'pixels not scaled to 0\u20131']] },
    { factor: 1e6, units: [[/./, 'millions for units', 'units for millions']] },
    { factor: 3600, units: [[/./, 'hours for seconds', 'seconds for hours']] },
    { factor: 86_400, units: [[/./, 'days for seconds', 'seconds for days']] },
    { factor: 1e9, units: [[/./, 's for ns', 'ns for s']] },
    { factor: 24, units: [[/./, 'days for hours', 'hours for days']] },
    { factor: 1024 * 1024, units: [[/./, 'MiB for bytes', 'bytes for MiB']] },
  ];

/**
 * How far the values of a feature in one call (one by row) are from its baseline. Numbers by the distance of their median from
 * the baseline's, in halves of p5–p95 by side (also on a logarithmic scale when all are positive), so that a few wild values in the
 * baseline do not hide a shift; a baseline of one value counts its own twentieth as width.
 */
export function shiftOf(cells: readonly Cell[], stats: FeatureStats | undefined): Shift {
  if (stats === undefined) return { score: 1, direction: 0, odd: [{ kind: 'newFeature' }] };
  const odd: { readonly oddity: Oddity; readonly score: number }[] = [];
  const rows = Math.max(1, cells.length);
  const finite: number[] = [];
  const types = { number: 0, text: 0, bool: 0, none: 0 };
  let nans = 0;
  for (const cell of cells) {
    types[cellType(cell)]++;
    if (typeof cell !== 'number') continue;
    if (Number.isFinite(cell)) finite.push(cell);
    else nans++;
  }
  const missing = cells.length === 0 ? 1 : types.none;
  const missingShare = missing / rows;
  const usuallyMissing = stats.missing / Math.max(1, stats.rows);
  if (missing > 0 && missingShare > usuallyMissing) {
    odd.push({
      oddity: { kind: 'missing', share: missingShare },
      score: shareScore(missingShare, usuallyMissing, rows, stats.rows),
    });
  }
  const usuallyNan = stats.nans / Math.max(1, stats.rows);
  if (nans > 0 && nans / rows > usuallyNan) {
    odd.push({
      oddity: { kind: 'nan', share: nans / rows },
      score: shareScore(nans / rows, usuallyNan, rows, stats.rows) + 2,
    });
  }
  const [main] = (['number', 'text', 'bool'] as const).toSorted((a, b) => types[b] - types[a]);
  const isThere = main !== undefined && types[main] > 0;
  if (isThere && stats.type !== 'none' && main !== stats.type) {
    odd.push({ oddity: { kind: 'type', was: stats.type, is: main }, score: 15 });
  } else if (isThere && main !== 'number' && stats.values !== null) {
    const known = new Map(stats.values);
    const unknown = cells.filter((cell) => cell !== null && cell !== undefined && !known.has(String(cell))).length;
    // Of three calls nobody knows what values there are.
    if (unknown > 0 && stats.rows >= 5)
      odd.push({ oddity: { kind: 'newValue' }, score: Math.min(6, Math.log2(stats.rows)) });
  }
  let direction: -1 | 0 | 1 = 0;
  if (finite.length > 0 && stats.numbers !== null) {
    const value = medianOf(finite);
    direction = value < stats.numbers.median ? -1 : value > stats.numbers.median ? 1 : 0;
    odd.push(...numberShift(value, stats.name, stats.numbers, stats.constant));
  }
  odd.sort((a, b) => b.score - a.score);
  const score = Math.min(MOST, odd[0]?.score ?? 0);
  return {
    score,
    direction,
    odd: odd.filter(({ oddity, score }) => oddity.kind !== 'far' || score >= FAR).map(({ oddity }) => oddity),
  };
}

/** How surprising a share is that usually is lower, in standard deviations of such a share. */
function shareScore(share: number, usual: number, rows: number, known: number): number {
  const expected = (usual * known + 0.5) / (known + 1);
  return Math.min(20, (share - expected) / Math.sqrt((expected * (1 - expected)) / rows));
}

function numberShift(
  value: number,
  name: string,
  numbers: NonNullable<FeatureStats['numbers']>,
  constant: string | null,
): readonly { readonly oddity: Oddity; readonly score: number }[] {
  const { median, p5, p95, min, max, count } = numbers;
  let score = distance(value, numbers);
  const isSeen = value >= min && value <= max;
  if (isSeen) score = Math.min(score, SEEN);
  const factor = score >= FAR ? factorOf(value, name, numbers) : undefined;
  if (factor) return [{ oddity: factor, score: Math.min(MOST, score + FAR) }];
  if (constant !== null && count > 1 && !isSeen) {
    return [{ oddity: { kind: 'constant', was: constant }, score: Math.min(MOST, score) }];
  }
  // What the sides are measured by is one of them only.
  const side = value > median ? p95 - median : median - p5;
  const widths = side > 0 ? Math.abs(value - median) / Math.max(side, (p95 - p5) / 2 || side) : score;
  return [{ oddity: { kind: 'far', widths }, score: Math.min(MOST, score) }];
}

/** In standard deviations, were the baseline normal with its p5 and p95; the larger of the plain and the logarithmic. */
function distance(value: number, { median, p5, p95, min }: NonNullable<FeatureStats['numbers']>): number {
  const width = (value > median ? p95 - median : median - p5) / TAIL;
  const least = Math.max((p95 - p5) / 20, Math.abs(median) / 20, 1e-12);
  const plain = Math.abs(value - median) / Math.max(width, least);
  if (min <= 0 || value <= 0) return plain;
  const logWidth = Math.abs(Math.log(value > median ? p95 / median : median / p5)) / TAIL;
  return Math.max(plain, Math.abs(Math.log(value / median)) / Math.max(logWidth, 0.05));
}

/** The factor that brings the value back nearest to the median, when the baseline is narrow enough to tell. */
function factorOf(
  value: number,
  name: string,
  numbers: NonNullable<FeatureStats['numbers']>,
): Extract<Oddity, { kind: 'factor' }> | undefined {
  const { median, p5, p95, min, max } = numbers;
  if (value === 0 || median === 0) return undefined;
  if (value < 0 !== median < 0) {
    const isFlip = distance(-value, numbers) <= 1.5 && (p5 > 0 || p95 < 0);
    return isFlip ? { kind: 'factor', op: '\u2212', factor: -1, unit: 'sign flipped' } : undefined;
  }
  const [low, high] = [Math.min(Math.abs(p5), Math.abs(p95)), Math.max(Math.abs(p5), Math.abs(p95))];
  const spread = p5 < 0 !== p95 < 0 || low === 0 ? Infinity : high / low;
  let best: { readonly found: Extract<Oddity, { kind: 'factor' }>; readonly cost: number } | undefined;
  FACTORS.forEach(({ factor, units }, rank) => {
    // A baseline as wide as the factor would fit anything.
    if (spread > factor) return;
    for (const op of ['\u00f7', '\u00d7'] as const) {
      const back = op === '\u00f7' ? value * factor : value / factor;
      const off = distance(back, numbers);
      // Where calls were, or a little beyond.
      const room = (p95 - p5) / 2;
      const slack = back >= min - room && back <= max + room ? 0 : 1;
      if (off > 2 && slack === 1) continue;
      const unit = units.find(([pattern]) => pattern.test(name));
      const named = unit !== undefined && unit[0].source !== '.';
      const cost = off + slack + rank * 0.15 - (named ? 0.5 : 0);
      if (best && best.cost <= cost) continue;
      best = { found: { kind: 'factor', op, factor, unit: (op === '\u00f7' ? unit?.[1] : unit?.[2]) ?? '' }, cost };
    }
  });
  return best?.found;
}
