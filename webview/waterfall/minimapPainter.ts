import { CELL, CELL_SERVICES } from '../../src/core/layout/minimap.ts';
import type { Minimap } from '../../src/protocol/minimapApi.ts';
import { rgbaOf } from './contrast.ts';
import type { TimeMarks } from './minimapModel.ts';
import type { Palette } from './palette.ts';

/** The part of a 2D context that the minimap needs; a test hands in one that records. */
export type MinimapContext = Pick<CanvasRenderingContext2D, 'createImageData' | 'putImageData' | 'fillStyle'>;

export interface MinimapFrame {
  readonly map: Minimap;
  /** Of the canvas, in pixels of the device. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly devicePixelRatio: number;
  readonly palette: Palette;
  /** Place of each of the trace's services in the order of colours. */
  readonly servicePlaces: readonly number[];
  /** Index of the only service in full colour, or -1. */
  readonly highlighted: number;
  readonly hits: TimeMarks | undefined;
}

/** Height of the strip of marks below the lanes, and of a lane at most, in CSS pixels. */
const MARKS_PX = 4;
const MOST_LANE_PX = 6;
const DIMMED_ALPHA = 0.2;
/** From this height on lanes stand apart by a pixel. */
const GAP_FROM_PX = 3;

/** A colour as a pixel of ImageData on a little-endian machine, which all are that browsers run on. */
function pixelOf(context: MinimapContext, color: string, alpha: number): number {
  // What the palette names (system colours) the canvas turns into numbers.
  context.fillStyle = '#000000';
  context.fillStyle = color;
  const [red, green, blue, opacity] = rgbaOf(context.fillStyle) ?? [128, 128, 128, 1];
  return (
    (Math.round(opacity * alpha * 255) << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red)
  );
}

/**
 * Draws a thumbnail: a line of pixels for each of a lane's, and below the lanes where errors end and hits stand. One image
 * however much there is to see: at most a few hundred thousand pixels.
 */
export function paintMinimap(context: MinimapContext, frame: MinimapFrame): void {
  const { map, widthPx, heightPx, palette, devicePixelRatio } = frame;
  if (widthPx < 1 || heightPx < 1) return;
  const image = context.createImageData(widthPx, heightPx);
  const pixels = new Uint32Array(image.data.buffer);
  const colors = cellColors(context, frame);
  const marksPx = Math.round(MARKS_PX * devicePixelRatio);
  const lanesPx = Math.min(heightPx - marksPx, Math.round(map.lanes * MOST_LANE_PX * devicePixelRatio));
  const columnOf = Uint16Array.from({ length: widthPx }, (_, x) => Math.floor((x * map.pixels) / widthPx));
  for (let lane = 0; lane < map.lanes; lane++) {
    const top = Math.round((lane * lanesPx) / map.lanes);
    const past = Math.round(((lane + 1) * lanesPx) / map.lanes);
    const bottom = past - (past - top >= GAP_FROM_PX ? 1 : 0);
    if (bottom <= top) continue;
    const base = lane * map.pixels;
    const line = pixels.subarray(top * widthPx, (top + 1) * widthPx);
    for (let x = 0; x < widthPx; x++) line[x] = colors[map.cells[base + (columnOf[x] ?? 0)] ?? 0] ?? 0;
    for (let y = top + 1; y < bottom; y++) pixels.copyWithin(y * widthPx, top * widthPx, (top + 1) * widthPx);
  }
  const strip = pixels.subarray((heightPx - marksPx) * widthPx);
  const [error, hit] = [pixelOf(context, palette.error, 1), pixelOf(context, palette.eventMark, 1)];
  const half = Math.ceil(marksPx / 2);
  paintMarks(strip, widthPx, [0, half], frame.hits, hit, devicePixelRatio);
  paintMarks(strip, widthPx, [half, marksPx], map.errors, error, devicePixelRatio);
  context.putImageData(image, 0, 0);
}

/** By cell value. */
function cellColors(context: MinimapContext, frame: MinimapFrame): Uint32Array {
  const { palette, servicePlaces, highlighted } = frame;
  const colors = new Uint32Array(256);
  for (let service = 0; service < CELL_SERVICES; service++) {
    const place = servicePlaces[service] ?? 0;
    const color = palette.services[place % palette.services.length] ?? palette.text;
    const alpha = highlighted < 0 || highlighted === service ? 1 : DIMMED_ALPHA;
    if (service < servicePlaces.length) colors[service + 1] = pixelOf(context, color, alpha);
  }
  colors[CELL.empty] = 0;
  colors[CELL.error] = pixelOf(context, palette.error, 1);
  return colors;
}

/** Marks are a CSS pixel wide at least: narrower ones are not seen. */
function paintMarks(
  strip: Uint32Array,
  widthPx: number,
  [top, past]: readonly [number, number],
  marks: TimeMarks | undefined,
  color: number,
  devicePixelRatio: number,
): void {
  if (!marks || marks.length === 0) return;
  const wide = Math.max(1, Math.round(devicePixelRatio));
  for (let column = 0; column < marks.length; column++) {
    if (marks[column] === 0) continue;
    const left = Math.floor((column * widthPx) / marks.length);
    const right = Math.min(widthPx, Math.max(left + wide, Math.ceil(((column + 1) * widthPx) / marks.length)));
    for (let y = top; y < past; y++) strip.fill(color, y * widthPx + left, y * widthPx + right);
  }
}
