import { PLACE } from './traceListView.ts';
import type { TraceListView } from './traceListView.ts';

/** Up to so many traces are told one by one; more as cells. */
export const MOST_POINTS = 4000;
/** Bits of {@link LatencyPlot.flags}. */
export const POINT = { error: 1, assembling: 2, held: 4 } as const;

/**
 * Start and duration of a list's traces, noise left out and whatever a brush says, with the histogram of the durations.
 * Durations are on a logarithmic scale from `loNs` to `hiNs`, cut into `rows`; times from `fromMs` to `toMs`, into `columns`.
 */
export interface LatencyPlot {
  readonly fromMs: number;
  readonly toMs: number;
  readonly loNs: number;
  readonly hiNs: number;
  readonly columns: number;
  readonly rows: number;
  readonly count: number;
  /** One by one, oldest first, when there are few: milliseconds from `fromMs`, nanoseconds, {@link POINT}s. */
  readonly timeMs: Float64Array;
  readonly durationNs: Float64Array;
  readonly flags: Uint8Array;
  /** When there are more: cells with traces in them, and how many of those have errors. */
  readonly cellX: Uint16Array;
  readonly cellY: Uint16Array;
  readonly cellCount: Uint32Array;
  readonly cellErrors: Uint32Array;
  /** Traces by duration, `rows` bins, and those of them with errors. */
  readonly histogram: Uint32Array;
  readonly histogramErrors: Uint32Array;
}

/** A rectangle of the plot. */
export interface PlotArea {
  readonly fromMs: number;
  readonly toMs: number;
  readonly minNs: number;
  readonly maxNs: number;
}

/** Makes the plot of a list; a pass over its traces. */
export function latencyPlot(view: TraceListView, columns: number, rows: number): LatencyPlot {
  const { place, startNs, durationNs } = view;
  const { end } = view.rows;
  let count = 0;
  let first = Infinity;
  let last = -Infinity;
  let least = Infinity;
  let most = -Infinity;
  for (let slot = 0; slot < end; slot++) {
    if (place[slot] !== PLACE.member) continue;
    count++;
    const start = startNs[slot]!;
    const duration = durationNs[slot]!;
    if (start < first) first = start;
    if (start > last) last = start;
    if (duration < least) least = duration;
    if (duration > most) most = duration;
  }
  const time = timeScale(view.rows.originMs, first, last);
  const [loNs, hiNs] = durationScale(least, most);
  const scale = { ...time, loNs, hiNs, columns, rows, count };
  const histogram = new Uint32Array(rows);
  const histogramErrors = new Uint32Array(rows);
  const few = count <= MOST_POINTS;
  const cells = few ? undefined : new Uint32Array(columns * rows);
  const errors = few ? undefined : new Uint32Array(columns * rows);
  const points: number[] = [];
  const perColumn = columns / (time.toMs - time.fromMs);
  for (let slot = 0; slot < end; slot++) {
    if (place[slot] !== PLACE.member) continue;
    const row = durationRow(durationNs[slot]!, loNs, hiNs, rows);
    histogram[row]!++;
    histogramErrors[row]! += view.hasErrors[slot]!;
    if (few) points.push(slot);
    if (!cells || !errors) continue;
    const column = Math.min(columns - 1, Math.max(0, Math.floor((view.startMs(slot) - time.fromMs) * perColumn)));
    cells[column * rows + row]!++;
    errors[column * rows + row]! += view.hasErrors[slot]!;
  }
  points.sort((a, b) => startNs[a]! - startNs[b]!);
  return {
    ...scale,
    timeMs: Float64Array.from(points, (slot) => view.startMs(slot) - time.fromMs),
    durationNs: Float64Array.from(points, (slot) => durationNs[slot]!),
    flags: Uint8Array.from(points, (slot) => flagsOf(view, slot)),
    ...filled(cells, errors, rows),
    histogram,
    histogramErrors,
  };
}

/** Listed traces in an area, nearest to its middle first, and how many there are in all. */
export function tracesIn(
  view: TraceListView,
  area: PlotArea,
  limit: number,
): { readonly slots: readonly number[]; readonly total: number } {
  const { place, durationNs } = view;
  const found: number[] = [];
  for (let slot = 0; slot < view.rows.end; slot++) {
    if (place[slot] !== PLACE.member) continue;
    const duration = durationNs[slot]!;
    if (duration < area.minNs || duration > area.maxNs) continue;
    const start = view.startMs(slot);
    if (start >= area.fromMs && start <= area.toMs) found.push(slot);
  }
  const total = found.length;
  const [middleMs, spanMs] = [(area.fromMs + area.toMs) / 2, Math.max(area.toMs - area.fromMs, 1e-6)];
  const spanNs = Math.log(Math.max(area.maxNs, 1) / Math.max(area.minNs, 1)) || 1;
  const away = (slot: number): number => {
    const x = (view.startMs(slot) - middleMs) / spanMs;
    const y =
      Math.log(Math.max(durationNs[slot]!, 1) / Math.sqrt(Math.max(area.minNs, 1) * Math.max(area.maxNs, 1))) / spanNs;
    return x * x + y * y;
  };
  found.sort((a, b) => away(a) - away(b));
  return { slots: found.slice(0, limit), total };
}

/** Row of a duration, 0 for the shortest. */
export function durationRow(durationNs: number, loNs: number, hiNs: number, rows: number): number {
  const share = Math.log(Math.max(durationNs, 1) / loNs) / Math.log(hiNs / loNs);
  return Math.min(rows - 1, Math.max(0, Math.floor(share * rows)));
}

function flagsOf(view: TraceListView, slot: number): number {
  const settled = view.rows.isSettled(slot);
  const held = settled && view.isMeasured[slot] === 0;
  return (view.hasErrors[slot] === 1 ? POINT.error : 0) | (settled ? 0 : POINT.assembling) | (held ? POINT.held : 0);
}

/** A second at least, with room at both ends. */
function timeScale(originMs: number, first: number, last: number): { readonly fromMs: number; readonly toMs: number } {
  if (first > last) return { fromMs: 0, toMs: 1000 };
  const fromMs = originMs + first / 1e6;
  const toMs = originMs + last / 1e6;
  const margin = Math.max((toMs - fromMs) * 0.01, (1000 - (toMs - fromMs)) / 2, 1);
  return { fromMs: fromMs - margin, toMs: toMs + margin };
}

/** A factor of ten at least. */
function durationScale(least: number, most: number): readonly [number, number] {
  if (least > most) return [1e6, 1e9];
  const lo = Math.max(least, 100) / 1.25;
  const hi = Math.max(most, 100) * 1.25;
  const factor = Math.sqrt(Math.max(1, 10 / (hi / lo)));
  return [lo / factor, hi * factor];
}

function filled(
  cells: Uint32Array | undefined,
  errors: Uint32Array | undefined,
  rows: number,
): Pick<LatencyPlot, 'cellX' | 'cellY' | 'cellCount' | 'cellErrors'> {
  const at: number[] = [];
  if (cells) for (let cell = 0; cell < cells.length; cell++) if (cells[cell]! > 0) at.push(cell);
  return {
    cellX: Uint16Array.from(at, (cell) => Math.floor(cell / rows)),
    cellY: Uint16Array.from(at, (cell) => cell % rows),
    cellCount: Uint32Array.from(at, (cell) => cells![cell]!),
    cellErrors: Uint32Array.from(at, (cell) => errors![cell]!),
  };
}
