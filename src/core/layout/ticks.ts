import { formatOffset } from './formatDuration.ts';
import type { VisibleRange } from './timeScale.ts';

/** A mark on the ruler: where (ns from the trace's start) and what it says. */
export interface Tick {
  readonly offsetNs: number;
  readonly label: string;
}

const SECOND = 1e9;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Steps people count in: 1-2-5 decades of nanoseconds up to 10 s, then parts of minutes, hours and days. */
const STEPS: readonly number[] = [
  ...Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat(),
  10 * SECOND,
  15 * SECOND,
  30 * SECOND,
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000].map((days) => days * DAY),
];

/** Room a label takes: characters of the UI font are about 7 px wide at 12–13 px, with 16 px of air. */
const LABEL_CHARACTER_PX = 7;
const LABEL_AIR_PX = 16;
/** Closer ticks are noise rather than help, however short their labels. */
const LEAST_SPACING_PX = 90;
const MOST_TICKS = 200;

/**
 * Ticks for a range drawn on `widthPx` pixels: multiples of the smallest step people count in whose labels keep apart.
 * Ascending, inside the range (both ends included), at most 200; labels of neighbours always differ. Never empty work
 * for a bad range: answers no ticks.
 */
export function ticks(range: VisibleRange, widthPx: number): readonly Tick[] {
  const length = range.endNs - range.beginNs;
  if (!(length > 0) || !Number.isFinite(length) || !(widthPx > 0)) return [];
  const step = STEPS.find((candidate) => {
    const spacing = (candidate / length) * widthPx;
    const room = formatOffset(Math.ceil(range.endNs / candidate) * candidate - candidate, candidate).length;
    const roomAtBegin = formatOffset(Math.floor(range.beginNs / candidate) * candidate + candidate, candidate).length;
    return spacing >= Math.max(LEAST_SPACING_PX, Math.max(room, roomAtBegin) * LABEL_CHARACTER_PX + LABEL_AIR_PX);
  });
  if (step === undefined) return [];
  // Counted in whole steps: adding the step again and again would drift.
  const first = Math.ceil(range.beginNs / step);
  const last = Math.min(Math.floor(range.endNs / step), first + MOST_TICKS - 1);
  const result: Tick[] = [];
  for (let index = first; index <= last; index++) {
    result.push({ offsetNs: index * step, label: formatOffset(index * step, step) });
  }
  return result;
}
