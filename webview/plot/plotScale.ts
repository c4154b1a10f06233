import type { ListBrush } from '../../src/core/list/listQuery.ts';

/** Pixels of the parts, from the strip's own corner. */
export interface PlotFrame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Left edge and width of the histogram; no width when there is no room. */
  readonly histogramLeft: number;
  readonly histogramWidth: number;
}

/** What {@link PlotScale} is made of; see `LatencyPlot`. */
export interface PlotRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly loNs: number;
  readonly hiNs: number;
}

const LABELS_PX = 56;
const FOOT_PX = 16;
const HEAD_PX = 12;
const HISTOGRAM_PX = 110;
const GAP_PX = 10;
/** Narrower strips have no histogram. */
const LEAST_WITH_HISTOGRAM_PX = 480;

export function plotFrame(widthPx: number, heightPx: number): PlotFrame {
  const histogramWidth = widthPx >= LEAST_WITH_HISTOGRAM_PX ? HISTOGRAM_PX : 0;
  const right = histogramWidth > 0 ? histogramWidth + 2 * GAP_PX : GAP_PX;
  const width = Math.max(10, widthPx - LABELS_PX - right);
  return {
    left: LABELS_PX,
    top: HEAD_PX,
    width,
    height: Math.max(10, heightPx - HEAD_PX - FOOT_PX),
    histogramLeft: LABELS_PX + width + GAP_PX,
    histogramWidth,
  };
}

/** Times along x, durations on a logarithmic scale along y, longest on top. */
export class PlotScale {
  readonly frame: PlotFrame;
  readonly range: PlotRange;

  constructor(frame: PlotFrame, range: PlotRange) {
    this.frame = frame;
    this.range = range;
  }

  x(timeMs: number): number {
    const { fromMs, toMs } = this.range;
    return this.frame.left + ((timeMs - fromMs) / (toMs - fromMs)) * this.frame.width;
  }

  y(durationNs: number): number {
    const { loNs, hiNs } = this.range;
    const share = Math.log(Math.max(durationNs, 1) / loNs) / Math.log(hiNs / loNs);
    return this.frame.top + this.frame.height * (1 - Math.min(1, Math.max(0, share)));
  }

  timeAt(x: number): number {
    const { fromMs, toMs } = this.range;
    const share = Math.min(1, Math.max(0, (x - this.frame.left) / this.frame.width));
    return fromMs + share * (toMs - fromMs);
  }

  durationAt(y: number): number {
    const { loNs, hiNs } = this.range;
    const share = 1 - Math.min(1, Math.max(0, (y - this.frame.top) / this.frame.height));
    return loNs * (hiNs / loNs) ** share;
  }
}

/** Round durations inside the range, at most `most` of them: 1, 2 and 5 of each decade, or the decades alone. */
export function durationTicks(range: PlotRange, most: number): readonly number[] {
  for (const steps of [[1, 2, 5], [1, 5], [1]]) {
    const ticks: number[] = [];
    for (let decade = 10 ** Math.floor(Math.log10(range.loNs)); decade <= range.hiNs; decade *= 10) {
      for (const step of steps)
        if (step * decade >= range.loNs && step * decade <= range.hiNs) ticks.push(step * decade);
    }
    if (ticks.length <= most) return ticks;
    if (steps.length === 1) return ticks.filter((_, index) => index % Math.ceil(ticks.length / most) === 0);
  }
  return [];
}

const SECOND = 1000;
const STEPS_MS = [
  0.001,
  0.01,
  0.1,
  1,
  10,
  100,
  SECOND,
  5 * SECOND,
  15 * SECOND,
  30 * SECOND,
  60 * SECOND,
  300 * SECOND,
  900 * SECOND,
  1800 * SECOND,
  3600 * SECOND,
  3 * 3600 * SECOND,
  6 * 3600 * SECOND,
  12 * 3600 * SECOND,
  24 * 3600 * SECOND,
  7 * 24 * 3600 * SECOND,
  28 * 24 * 3600 * SECOND,
];

/** Round times inside the range, about `widthPx / 90` of them, and how far they are apart. */
export function timeTicks(
  range: PlotRange,
  widthPx: number,
): { readonly times: readonly number[]; readonly stepMs: number } {
  const least = ((range.toMs - range.fromMs) * 90) / widthPx;
  const stepMs = STEPS_MS.find((step) => step >= least) ?? least;
  const times: number[] = [];
  for (let time = Math.ceil(range.fromMs / stepMs) * stepMs; time <= range.toMs && times.length < 100; time += stepMs) {
    times.push(time);
  }
  return { times, stepMs };
}

/** A drag's rectangle as a brush: one that hardly moved along an axis leaves that axis open. Undefined for a click. */
export function brushOf(
  scale: PlotScale,
  from: { readonly x: number; readonly y: number },
  to: { readonly x: number; readonly y: number },
  durationsOnly: boolean,
): ListBrush | undefined {
  const across = !durationsOnly && Math.abs(to.x - from.x) >= LEAST_BRUSH_PX;
  const along = Math.abs(to.y - from.y) >= LEAST_BRUSH_PX;
  if (!across && !along) return undefined;
  return {
    fromMs: across ? scale.timeAt(Math.min(from.x, to.x)) : null,
    toMs: across ? scale.timeAt(Math.max(from.x, to.x)) : null,
    minNs: along ? scale.durationAt(Math.max(from.y, to.y)) : null,
    maxNs: along ? scale.durationAt(Math.min(from.y, to.y)) : null,
  };
}

const LEAST_BRUSH_PX = 6;
