/** A stretch of a trace, in nanoseconds from the trace's start; `beginNs < endNs`. */
export interface VisibleRange {
  readonly beginNs: number;
  readonly endNs: number;
}

/** OTLP times are whole nanoseconds: a closer look than this shows nothing more. */
const SMALLEST_RANGE_NS = 20;

/**
 * Floats carry 53 bits. At an offset near the end of a trace of D ns neighbouring floats are D × 2^-52 apart; with
 * 4,096 pixels and a quarter of a pixel of precision the range must be at least D × 2^-52 × 2^14 = D × 2^-38 wide.
 * For an hour that is 13 ns, for 104 days (2^53 ns, where offsets stop being exact) 33 µs.
 */
const RANGE_PRECISION = 2 ** -38;

/** The narrowest range a trace of this length can be zoomed to: below it neighbouring pixels would share one float. */
export function minimumRangeNs(extentNs: number): number {
  return Math.max(SMALLEST_RANGE_NS, extentNs * RANGE_PRECISION);
}

/**
 * The one horizontal scale of ruler, rows and minimap: maps offsets from the trace's start (ns) to pixels from the left
 * edge (px, fractional) under a visible range. Immutable; every change answers a new scale. The range always lies in
 * `[0, extentNs]` and is never narrower than {@link minimumRangeNs}; a trace of no length gets the minimum.
 */
export class TimeScale {
  /** Length of everything that can be shown, from offset 0; at least the minimum range. */
  readonly extentNs: number;
  /** Width in pixels the range is drawn on, at least 1. */
  readonly widthPx: number;
  readonly range: VisibleRange;

  /** Without `range` the whole extent is shown. Values that are not finite or below zero count as zero. */
  constructor(extentNs: number, widthPx: number, range?: VisibleRange) {
    const extent = Number.isFinite(extentNs) && extentNs > 0 ? extentNs : 0;
    this.extentNs = Math.max(extent, minimumRangeNs(extent));
    this.widthPx = Number.isFinite(widthPx) && widthPx >= 1 ? widthPx : 1;
    this.range = clampRange(range ?? { beginNs: 0, endNs: this.extentNs }, this.extentNs);
  }

  /** Nanoseconds one pixel stands for. */
  get nsPerPx(): number {
    return (this.range.endNs - this.range.beginNs) / this.widthPx;
  }

  /** True when the whole extent is shown. */
  get fitted(): boolean {
    return this.range.beginNs === 0 && this.range.endNs === this.extentNs;
  }

  /** Pixel of an offset; outside `[0, widthPx]` when the offset is out of sight. Subtracts first: exact for whole ns. */
  toPx(offsetNs: number): number {
    return (offsetNs - this.range.beginNs) * (this.widthPx / (this.range.endNs - this.range.beginNs));
  }

  /** Offset under a pixel; the inverse of {@link toPx}. */
  toNs(px: number): number {
    return this.range.beginNs + px * this.nsPerPx;
  }

  /** Zooms so that the time under `px` stays under it. `factor` > 1 is closer; the ends and the minimum range clamp. */
  zoomAt(px: number, factor: number): TimeScale {
    if (!(factor > 0) || !Number.isFinite(factor)) return this;
    const length = this.range.endNs - this.range.beginNs;
    const wanted = Math.min(this.extentNs, Math.max(minimumRangeNs(this.extentNs), length / factor));
    const beginNs = this.toNs(px) - wanted * (px / this.widthPx);
    return this.show(beginNs, beginNs + wanted);
  }

  /** Moves the range by pixels (positive: later times come into sight) without changing its length. */
  pan(deltaPx: number): TimeScale {
    const delta = deltaPx * this.nsPerPx;
    return this.show(this.range.beginNs + delta, this.range.endNs + delta);
  }

  /** Shows a range; the ends may come in any order and outside the extent. */
  show(beginNs: number, endNs: number): TimeScale {
    return new TimeScale(this.extentNs, this.widthPx, { beginNs, endNs });
  }

  /** Shows a span with a margin of `margin` (a fraction of its length) on both sides: zoom to span. */
  showSpan(offsetNs: number, durationNs: number, margin: number): TimeScale {
    const around = durationNs * margin;
    return this.show(offsetNs - around, offsetNs + durationNs + around);
  }

  /** Shows everything. */
  fit(): TimeScale {
    return new TimeScale(this.extentNs, this.widthPx);
  }

  /** The same range on another width. */
  withWidth(widthPx: number): TimeScale {
    return new TimeScale(this.extentNs, widthPx, this.range);
  }

  /** A trace that grew: a scale that showed everything keeps showing everything, any other keeps its range. */
  withExtent(extentNs: number): TimeScale {
    return this.fitted ? new TimeScale(extentNs, this.widthPx) : new TimeScale(extentNs, this.widthPx, this.range);
  }
}

function clampRange(range: VisibleRange, extentNs: number): VisibleRange {
  const finite = Number.isFinite(range.beginNs) && Number.isFinite(range.endNs);
  const low = finite ? Math.min(range.beginNs, range.endNs) : 0;
  const high = finite ? Math.max(range.beginNs, range.endNs) : extentNs;
  const length = Math.min(extentNs, Math.max(high - low, minimumRangeNs(extentNs)));
  const grown = (length - (high - low)) / 2;
  const beginNs = Math.min(Math.max(0, low - grown), extentNs - length);
  // The same subtraction that made `begin` must not leave the end a float away from the extent.
  const endNs = beginNs + length >= extentNs ? extentNs : beginNs + length;
  return { beginNs, endNs };
}
