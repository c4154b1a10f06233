import { FLAME, type FlameWindow } from '../../src/protocol/aroundApi.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { BarContext } from '../waterfall/barContext.ts';
import type { Palette } from '../waterfall/palette.ts';

/** The part of a 2D context that boxes need; a test hands in one that records. */
export type FlameContext = Omit<BarContext, 'strokeText' | 'setLineDash'>;

/** Where boxes stand: a stretch of x over the width, and how far the rows are scrolled. */
export interface FlamePlace {
  readonly beginNs: number;
  readonly endNs: number;
  readonly widthPx: number;
  readonly topPx: number;
}

/** One picture of a flame graph. */
export interface FlameFrame extends FlamePlace {
  readonly window: FlameWindow;
  readonly heightPx: number;
  readonly devicePixelRatio: number;
  readonly palette: Palette;
  /** Place of each of the trace's services in the order of colours. */
  readonly servicePlaces: readonly number[];
  /** Cell under the keyboard or selection, and under the pointer; -1 for none. */
  readonly active: number;
  readonly hovered: number;
}

export const FLAME_ROW_PX = 20;
const BOX_PX = 19;
const LEAST_BOX_PX = 1;
const LEAST_TEXT_PX = 26;
const TEXT_INSET_PX = 4;
const ERROR_PX = 3;
/** Of boxes that a search does not match. */
const FADED = 0.35;

/** Left and right end of a cell in pixels, cut to the canvas. */
export function cellPx(window: FlameWindow, cell: number, place: FlamePlace): { left: number; right: number } {
  const scale = place.widthPx / (place.endNs - place.beginNs);
  const px = (ns: number): number => Math.min(Math.max(0, (ns - place.beginNs) * scale), place.widthPx);
  const left = px(window.begin[cell] ?? 0);
  return { left, right: Math.max(left + LEAST_BOX_PX, px(window.end[cell] ?? 0)) };
}

/** The cell at a place of the canvas, or -1. */
export function cellAt(window: FlameWindow, place: FlamePlace, x: number, y: number): number {
  const row = Math.floor((y + place.topPx) / FLAME_ROW_PX);
  for (let cell = 0; cell < window.row.length; cell++) {
    if (window.row[cell] !== row) continue;
    const { left, right } = cellPx(window, cell, place);
    if (x >= left && x < right) return cell;
  }
  return -1;
}

/**
 * Draws boxes in their services' colours, names where they fit, and a red foot as wide as the share of calls that
 * failed. Cells that stand for many boxes are grey. With a search, what does not match is faded. CSS pixels.
 */
export function paintFlame(context: FlameContext, frame: FlameFrame): void {
  const { palette, widthPx, heightPx, devicePixelRatio, window } = frame;
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.globalAlpha = 1;
  context.clearRect(0, 0, widthPx, heightPx);
  context.font = palette.font;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.lineWidth = 1;
  for (let cell = 0; cell < window.row.length; cell++) {
    const y = (window.row[cell] ?? 0) * FLAME_ROW_PX - frame.topPx;
    if (y > -FLAME_ROW_PX && y < heightPx) paintCell(context, frame, cell, y);
  }
  for (const cell of new Set([frame.hovered, frame.active])) if (cell >= 0) paintEdge(context, frame, cell);
  context.globalAlpha = 1;
}

function paintCell(context: FlameContext, frame: FlameFrame, cell: number, y: number): void {
  const { window, palette } = frame;
  if ((window.end[cell] ?? 0) < frame.beginNs || (window.begin[cell] ?? 0) > frame.endNs) return;
  const flags = window.flags[cell] ?? 0;
  const { left, right } = cellPx(window, cell, frame);
  const isMany = (flags & FLAME.many) !== 0;
  // A hair of background parts boxes that are wide enough to spare it.
  const width = Math.max(LEAST_BOX_PX, right - left - (right - left > 3 ? 1 : 0));
  const isFaded = window.found !== null && (flags & FLAME.found) === 0;
  const place = frame.servicePlaces[window.service[cell] ?? 0] ?? 0;
  context.fillStyle = isMany ? palette.dimText : (palette.services[place % palette.services.length] ?? palette.text);
  context.globalAlpha = palette.childAlpha * (isFaded ? FADED : 1);
  context.fillRect(left, y, width, BOX_PX);
  if (palette.outline !== '' && width > 2) {
    context.globalAlpha = isFaded ? FADED : 1;
    context.strokeStyle = palette.outline;
    context.strokeRect(left + 0.5, y + 0.5, width - 1, BOX_PX - 1);
  }
  if ((flags & FLAME.error) !== 0) {
    const share = isMany ? 1 : (window.errors[cell] ?? 0) / Math.max(1, window.calls[cell] ?? 1);
    context.globalAlpha = isFaded ? FADED : 1;
    context.fillStyle = palette.error;
    context.fillRect(left, y + BOX_PX - ERROR_PX, Math.min(width, Math.max(2, width * share)), ERROR_PX);
  }
  if (isMany || width < LEAST_TEXT_PX) return;
  context.globalAlpha = isFaded ? FADED : 1;
  context.fillStyle = palette.text;
  const text = fit(context, cellName(window, cell), width - 2 * TEXT_INSET_PX);
  if (text !== '') context.fillText(text, left + TEXT_INSET_PX, y + BOX_PX / 2 + 0.5);
}

function paintEdge(context: FlameContext, frame: FlameFrame, cell: number): void {
  const { left, right } = cellPx(frame.window, cell, frame);
  const y = (frame.window.row[cell] ?? 0) * FLAME_ROW_PX - frame.topPx;
  context.globalAlpha = cell === frame.active ? 1 : 0.5;
  context.strokeStyle = frame.palette.text;
  context.lineWidth = cell === frame.active ? 2 : 1;
  context.strokeRect(left + 1, y + 1, Math.max(1, right - left - 2), BOX_PX - 2);
  context.lineWidth = 1;
}

/** What a cell is called: its name, with the number of calls when several were merged. */
export function cellName(window: FlameWindow, cell: number): string {
  const boxes = window.boxes[cell] ?? 1;
  if (boxes > 1) return `${boxes.toLocaleString('en-US')} narrow boxes`;
  const name = visibleLine(window.names[window.name[cell] ?? 0] ?? '') || '(no name)';
  const calls = window.calls[cell] ?? 1;
  return calls > 1 ? `${name} ×${calls.toLocaleString('en-US')}` : name;
}

/** As much of a text as fits, with an ellipsis when it is not all; empty when not even three characters do. */
function fit(context: FlameContext, text: string, roomPx: number): string {
  const whole = context.measureText(text).width;
  if (whole <= roomPx) return text;
  const characters = Array.from(text);
  let count = Math.floor((characters.length * roomPx) / whole);
  while (count > 2) {
    const cut = `${characters.slice(0, count - 1).join('')}…`;
    if (context.measureText(cut).width <= roomPx) return cut;
    count--;
  }
  return '';
}
