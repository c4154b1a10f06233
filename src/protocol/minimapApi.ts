import type { DurationNs } from '../core/model/time.ts';

/** A whole trace as a thumbnail: one byte a cell, coloured by who shows it; what the bytes say is in core/layout/minimap. */
export interface Minimap {
  readonly viewId: number;
  /** What the columns stretch over. */
  readonly lengthNs: DurationNs;
  readonly pixels: number;
  /** As many as asked for, or as there are spans. */
  readonly lanes: number;
  /** `lanes` × `pixels`, lane by lane. */
  readonly cells: Uint8Array;
  /** By column: 1 where an error ends. */
  readonly errors: Uint8Array;
}

/** What each service has of a trace, by its index in `ViewInfo.services`. */
export interface ServiceCounts {
  readonly spans: Float64Array;
  readonly errors: Float64Array;
  /** Nanoseconds in which no child of its spans ran. */
  readonly selfNs: Float64Array;
}

/** A trace as a whole, for what is drawn around its waterfall. */
export interface MinimapMethods {
  /** Drawn in slices; a call that is cancelled or superseded stops at the next one. */
  'view/minimap': readonly [{ readonly viewId: number; readonly pixels: number; readonly lanes: number }, Minimap];
  'view/services': readonly [{ readonly viewId: number }, ServiceCounts];
}

export const MOST_MINIMAP_PIXELS = 4096;
export const MOST_MINIMAP_LANES = 128;
