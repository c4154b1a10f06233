import { MOST_POINTS, POINT, type LatencyPlot } from '../../src/core/list/latencyPlot.ts';
import type { ListBrush } from '../../src/core/list/listQuery.ts';
import type { ListFigures } from '../../src/core/list/traceListView.ts';
import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import type { ChangeMarker } from '../../src/protocol/listApi.ts';
import { durationTicks, timeTicks, type PlotScale } from './plotScale.ts';

/** The part of a canvas that plots are drawn with. */
export type PlotContext = Pick<
  CanvasRenderingContext2D,
  | 'fillStyle'
  | 'strokeStyle'
  | 'globalAlpha'
  | 'lineWidth'
  | 'font'
  | 'textAlign'
  | 'textBaseline'
  | 'setTransform'
  | 'clearRect'
  | 'fillRect'
  | 'strokeRect'
  | 'fillText'
  | 'setLineDash'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'stroke'
>;

/** Colours of the theme. */
export interface PlotColors {
  readonly point: string;
  readonly error: string;
  readonly text: string;
  readonly dimText: string;
  readonly grid: string;
  readonly mark: string;
  readonly font: string;
}

export interface PlotPicture {
  readonly plot: LatencyPlot;
  readonly figures: ListFigures;
  readonly markers: readonly ChangeMarker[];
  readonly scale: PlotScale;
  readonly brush: ListBrush | null;
  /** Where keyboard or pointer is, in pixels. */
  readonly cursor: { readonly x: number; readonly y: number } | undefined;
  /** Id of the marker that is pointed at. */
  readonly mark: string | undefined;
  readonly clock: (timeMs: number, stepMs: number) => string;
}

/** Half of a time's label. */
const LABEL_HALF_PX = 32;
const POINT_PX = 4;
/** A cell with one trace is seen, and differences up to thousands still show. */
const LEAST_ALPHA = 0.25;
const LEAST_LABEL_GAP_PX = 13;

/** Draws scatter, histogram, percentiles, markers and brush. `ratio`: device pixels a CSS pixel. */
export function paintPlot(
  context: PlotContext,
  picture: PlotPicture,
  colors: PlotColors,
  size: { readonly width: number; readonly height: number },
  ratio: number,
): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  context.font = colors.font;
  context.textBaseline = 'middle';
  paintGrid(context, picture, colors);
  paintMarkers(context, picture, colors);
  if (picture.plot.count > MOST_POINTS) paintCells(context, picture, colors);
  else paintPoints(context, picture, colors);
  if (picture.scale.frame.histogramWidth > 0) paintHistogram(context, picture, colors);
  paintPercentiles(context, picture, colors);
  paintBrush(context, picture, colors);
  if (picture.cursor) {
    context.strokeStyle = colors.text;
    context.lineWidth = 1;
    context.strokeRect(picture.cursor.x - 5.5, picture.cursor.y - 5.5, 11, 11);
  }
  context.globalAlpha = 1;
}

function paintGrid(context: PlotContext, { scale, clock }: PlotPicture, colors: PlotColors): void {
  const { frame, range } = scale;
  context.globalAlpha = 1;
  context.textAlign = 'right';
  for (const tick of durationTicks(range, Math.max(2, Math.floor(frame.height / 22)))) {
    const y = Math.round(scale.y(tick));
    context.fillStyle = colors.grid;
    context.fillRect(frame.left, y, frame.width, 1);
    context.fillStyle = colors.dimText;
    context.fillText(formatDuration(tick), frame.left - 6, y);
  }
  const { times, stepMs } = timeTicks(range, frame.width);
  const right = frame.left + frame.width;
  let labelled = -Infinity;
  for (const time of times) {
    const x = Math.round(scale.x(time));
    context.fillStyle = colors.grid;
    context.fillRect(x, frame.top + frame.height, 1, 3);
    const middle = Math.min(x, right - LABEL_HALF_PX);
    // The last one is moved in from the edge: not onto the one before.
    if (middle - labelled < 2 * LABEL_HALF_PX) continue;
    labelled = middle;
    context.textAlign = middle < x ? 'right' : 'center';
    context.fillStyle = colors.dimText;
    context.fillText(clock(time, stepMs), middle < x ? right : x, frame.top + frame.height + 9);
  }
}

/** Errors differ by shape, too: a cross over all points. */
function paintPoints(context: PlotContext, { plot, scale }: PlotPicture, colors: PlotColors): void {
  const half = POINT_PX / 2;
  context.globalAlpha = plot.count > 500 ? 0.55 : 0.8;
  for (let i = 0; i < plot.timeMs.length; i++) {
    const flags = plot.flags[i] ?? 0;
    if ((flags & POINT.error) !== 0) continue;
    const x = scale.x(plot.fromMs + (plot.timeMs[i] ?? 0));
    const y = scale.y(plot.durationNs[i] ?? 0);
    const isOpen = (flags & (POINT.assembling | POINT.held)) !== 0;
    if (isOpen) {
      // Not measured: an outline.
      context.strokeStyle = colors.point;
      context.lineWidth = 1;
      context.strokeRect(x - half, y - half, POINT_PX, POINT_PX);
    } else {
      context.fillStyle = colors.point;
      context.fillRect(x - half, y - half, POINT_PX, POINT_PX);
    }
  }
  context.globalAlpha = 1;
  context.strokeStyle = colors.error;
  context.lineWidth = 1.5;
  context.beginPath();
  for (let i = 0; i < plot.timeMs.length; i++) {
    if (((plot.flags[i] ?? 0) & POINT.error) === 0) continue;
    cross(context, scale.x(plot.fromMs + (plot.timeMs[i] ?? 0)), scale.y(plot.durationNs[i] ?? 0));
  }
  context.stroke();
}

function cross(context: PlotContext, x: number, y: number, half = 3): void {
  context.moveTo(x - half, y - half);
  context.lineTo(x + half, y + half);
  context.moveTo(x - half, y + half);
  context.lineTo(x + half, y - half);
}

function paintCells(context: PlotContext, { plot, scale }: PlotPicture, colors: PlotColors): void {
  const { frame } = scale;
  const width = frame.width / plot.columns;
  const height = frame.height / plot.rows;
  const most = plot.cellCount.reduce((max, count) => Math.max(max, count), 1);
  context.fillStyle = colors.point;
  for (let i = 0; i < plot.cellCount.length; i++) {
    const strength = Math.log(1 + (plot.cellCount[i] ?? 0)) / Math.log(1 + most);
    context.globalAlpha = LEAST_ALPHA + (1 - LEAST_ALPHA) * strength;
    const x = frame.left + (plot.cellX[i] ?? 0) * width;
    const y = frame.top + frame.height - ((plot.cellY[i] ?? 0) + 1) * height;
    context.fillRect(x, y, Math.max(2, width), Math.max(2, height));
  }
  context.globalAlpha = 1;
  context.strokeStyle = colors.error;
  context.lineWidth = 1.5;
  context.beginPath();
  for (let i = 0; i < plot.cellErrors.length; i++) {
    if ((plot.cellErrors[i] ?? 0) === 0) continue;
    const x = frame.left + ((plot.cellX[i] ?? 0) + 0.5) * width;
    cross(context, x, frame.top + frame.height - ((plot.cellY[i] ?? 0) + 0.5) * height, 2);
  }
  context.stroke();
}

function paintHistogram(context: PlotContext, { plot, scale }: PlotPicture, colors: PlotColors): void {
  const { frame } = scale;
  const most = plot.histogram.reduce((max, count) => Math.max(max, count), 1);
  const height = frame.height / plot.rows;
  context.fillStyle = colors.grid;
  context.fillRect(frame.histogramLeft, frame.top, 1, frame.height);
  for (let row = 0; row < plot.rows; row++) {
    const count = plot.histogram[row] ?? 0;
    if (count === 0) continue;
    const errors = plot.histogramErrors[row] ?? 0;
    const y = frame.top + frame.height - (row + 1) * height;
    const width = Math.max(2, (count / most) * frame.histogramWidth);
    const bar = Math.max(1, height - (height > 3 ? 1 : 0));
    context.globalAlpha = 0.8;
    context.fillStyle = colors.point;
    context.fillRect(frame.histogramLeft + 1, y, width, bar);
    if (errors === 0) continue;
    context.globalAlpha = 1;
    context.fillStyle = colors.error;
    context.fillRect(frame.histogramLeft + 1, y, Math.max(2, (errors / count) * width), bar);
  }
  context.globalAlpha = 1;
}

function paintPercentiles(context: PlotContext, { figures, scale }: PlotPicture, colors: PlotColors): void {
  const { frame } = scale;
  if (figures.measured === 0) return;
  const right = frame.histogramWidth > 0 ? frame.histogramLeft + frame.histogramWidth : frame.left + frame.width;
  const marks = [
    ['p50', figures.p50Ns],
    ['p95', figures.p95Ns],
    ['p99', figures.p99Ns],
  ] as const;
  context.lineWidth = 1;
  context.textAlign = 'right';
  let below = Infinity;
  for (const [name, ns] of marks) {
    const y = Math.round(scale.y(ns)) + 0.5;
    context.strokeStyle = colors.mark;
    context.globalAlpha = 0.7;
    context.setLineDash([3, 3]);
    context.beginPath();
    context.moveTo(frame.left, y);
    context.lineTo(right, y);
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
    // Labels that would stand on each other are left out: the line above the plot has the numbers.
    if (below - y < LEAST_LABEL_GAP_PX) continue;
    below = y;
    context.fillStyle = colors.text;
    context.fillText(name, right, y - 6);
  }
}

/** Lines with a sign each on top; a pause of a debugger is a stretch. */
function paintMarkers(context: PlotContext, { markers, mark, scale }: PlotPicture, colors: PlotColors): void {
  const { frame, range } = scale;
  for (const { id, kind, atMs, toMs } of markers) {
    const endMs = toMs ?? range.toMs;
    if (endMs < range.fromMs || atMs > range.toMs) continue;
    const isPointedAt = id === mark;
    const x = Math.round(Math.max(frame.left, scale.x(atMs))) + 0.5;
    context.lineWidth = isPointedAt ? 2 : 1;
    context.strokeStyle = isPointedAt ? colors.text : colors.mark;
    context.fillStyle = context.strokeStyle;
    if (kind === 'pause') {
      const end = Math.min(frame.left + frame.width, scale.x(endMs));
      context.globalAlpha = isPointedAt ? 0.2 : 0.12;
      context.fillRect(x, frame.top, Math.max(2, end - x), frame.height);
      context.globalAlpha = 1;
      // Two bars, as on the button.
      context.fillRect(x, 2, 2, 8);
      context.fillRect(x + 4, 2, 2, 8);
      continue;
    }
    context.globalAlpha = isPointedAt ? 1 : 0.6;
    context.beginPath();
    context.moveTo(x, frame.top);
    context.lineTo(x, frame.top + frame.height);
    context.stroke();
    context.globalAlpha = 1;
    paintSign(context, kind, x);
  }
}

/** A triangle for a restart, a square for a saved file, a diamond for another commit. */
function paintSign(context: PlotContext, kind: 'restart' | 'file' | 'head', x: number): void {
  if (kind === 'file') {
    context.fillRect(x - 3, 3, 6, 6);
    return;
  }
  context.lineWidth = 1.5;
  context.beginPath();
  const corners =
    kind === 'restart'
      ? [
          [-4, 10],
          [0, 3],
          [4, 10],
          [-4, 10],
        ]
      : [
          [0, 2],
          [4, 6],
          [0, 10],
          [-4, 6],
          [0, 2],
        ];
  for (const [index, corner] of corners.entries()) {
    const [dx = 0, y = 0] = corner;
    if (index === 0) context.moveTo(x + dx, y);
    else context.lineTo(x + dx, y);
  }
  context.stroke();
}

function paintBrush(context: PlotContext, { brush, scale }: PlotPicture, colors: PlotColors): void {
  if (brush === null) return;
  const { frame } = scale;
  const left = brush.fromMs === null ? frame.left : Math.max(frame.left, scale.x(brush.fromMs));
  const right =
    brush.toMs === null ? frame.left + frame.width : Math.min(frame.left + frame.width, scale.x(brush.toMs));
  const top = brush.maxNs === null ? frame.top : scale.y(brush.maxNs);
  const bottom = brush.minNs === null ? frame.top + frame.height : scale.y(brush.minNs);
  context.fillStyle = colors.text;
  context.globalAlpha = 0.1;
  context.fillRect(left, top, Math.max(1, right - left), Math.max(1, bottom - top));
  context.globalAlpha = 0.8;
  context.strokeStyle = colors.text;
  context.lineWidth = 1;
  context.strokeRect(left + 0.5, top + 0.5, Math.max(1, right - left - 1), Math.max(1, bottom - top - 1));
  context.globalAlpha = 1;
}
