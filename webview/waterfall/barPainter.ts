import type { Tick } from '../../src/core/layout/ticks.ts';
import type { TimeScale } from '../../src/core/layout/timeScale.ts';
import type { RowGroup } from '../../src/protocol/rowApi.ts';
import type { BarContext } from './barContext.ts';
import { waitedOver, type HeldStretch } from '../../src/core/layout/heldTime.ts';
import { heldOf } from './heldTime.ts';
import type { Palette } from './palette.ts';
import { paintFirstToken, paintPhases, type PhaseFrame } from './phasePainter.ts';
import { durationOf, groupOf, hasFlag, offsetOf, type RowRef } from './rowCache.ts';
import { durationText } from './rowWords.ts';
import { ROW_HEIGHT_PX } from './virtualScroll.ts';

/** A row on screen: `yPx` from the top of the canvas; `alpha` below 1 while a new row fades in. */
export interface PaintedRow {
  readonly ref: RowRef;
  readonly yPx: number;
  readonly alpha: number;
}

/** One picture of the bars. */
export interface BarFrame {
  readonly rows: readonly PaintedRow[];
  readonly scale: TimeScale;
  readonly ticks: readonly Tick[];
  readonly widthPx: number;
  readonly heightPx: number;
  readonly devicePixelRatio: number;
  readonly palette: Palette;
  /** Place of each of the trace's services in the order of colours. */
  readonly servicePlaces: readonly number[];
  /** The trace is assembling: a span without an end may still get one. */
  readonly assembling: boolean;
  /** Whether the critical path is drawn. */
  readonly critical: boolean;
  /** When debuggers held a program. */
  readonly held: readonly HeldStretch[];
  /** Stripes for what waited: over pauses, and phases in which nothing is computed. */
  readonly hatch: string | CanvasPattern;
}

const BAR_TOP_PX = 6;
const BAR_HEIGHT_PX = 10;
const LEAST_BAR_PX = 2;
const TEXT_GAP_PX = 5;
const EVENT_WIDTH_PX = 2;
const EXCEPTION_PX = 6;
const ERROR_WIDTH_PX = 3;
const MESSAGE_WIDTH_PX = 1;
const CRITICAL_HEIGHT_PX = 2;
/** How strongly a group is drawn where the fewest members run. */
const LEAST_DENSITY = 0.25;
const LEAST_DENSITY_CONTRAST = 0.45;
/** Far outside the canvas coordinates are cut, so that a deep zoom does not hand the rasterizer huge numbers. */
const FAR_PX = 50_000;

/**
 * Draws the bars of the rows on screen: self time in full colour, lighter where children run, the phases of a call where
 * its span tells them, red for errors, marks for events, the duration at the bar's end. A span without an end runs to the end of the trace and has no right edge.
 * Coordinates are CSS pixels; the cost is that of the rows on screen.
 */
export function paintBars(context: BarContext, frame: BarFrame): void {
  const { palette, widthPx, heightPx, devicePixelRatio } = frame;
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, widthPx, heightPx);
  context.globalAlpha = 1;
  context.fillStyle = palette.grid;
  for (const tick of frame.ticks) context.fillRect(Math.round(frame.scale.toPx(tick.offsetNs)), 0, 1, heightPx);
  context.font = palette.font;
  context.textBaseline = 'middle';
  for (const row of frame.rows) paintRow(context, frame, row);
  context.globalAlpha = 1;
}

function paintRow(context: BarContext, frame: BarFrame, { ref, yPx, alpha }: PaintedRow): void {
  const { palette, scale } = frame;
  const offsetNs = offsetOf(ref);
  const group = groupOf(ref);
  const unfinished = group === undefined && hasFlag(ref, 'unfinished');
  const endNs = unfinished ? Math.max(scale.extentNs, offsetNs) : offsetNs + durationOf(ref);
  const left = clampPx(scale.toPx(offsetNs));
  // What lies beyond the scale's end would run into the room for the durations.
  const end = clampPx(scale.toPx(endNs));
  const right = Math.max(left + LEAST_BAR_PX, Math.min(end, scale.widthPx));
  const middle = yPx + ROW_HEIGHT_PX / 2;
  if (right <= 0 || left > scale.widthPx) {
    paintOutOfSight(context, frame, right <= 0 ? 'left' : 'right', middle, alpha);
    return;
  }
  const top = yPx + BAR_TOP_PX;
  const place = frame.servicePlaces[ref.window.service[ref.index] ?? 0] ?? 0;
  context.fillStyle =
    hasFlag(ref, 'error') && group === undefined
      ? palette.error
      : (palette.services[place % palette.services.length] ?? palette.text);
  if (group) {
    context.globalAlpha = alpha;
    paintGroup(context, frame, group, { left, right, top, alpha });
  } else {
    context.globalAlpha = alpha * palette.childAlpha;
    context.fillRect(left, top, right - left, BAR_HEIGHT_PX);
    context.globalAlpha = alpha;
    paintSelfTime(context, scale, ref, top);
    if (ref.window.phases) paintPhases(context, ref, phaseFrame(frame, top, alpha));
  }
  if (heldOf(ref, frame.held) > 0) paintHeld(context, frame, ref, { left, right, top, alpha });
  if (group?.kind === 'missing') paintBox(context, palette.dimText, left, top, right);
  else if (unfinished) paintOpenEnd(context, left, top, right);
  else if (palette.outline !== '') {
    context.strokeStyle = palette.outline;
    context.lineWidth = 1;
    context.setLineDash([]);
    context.strokeRect(left + 0.5, top + 0.5, right - left - 1, BAR_HEIGHT_PX - 1);
  }
  paintMessages(context, frame, ref, top);
  paintEvents(context, frame, ref, top);
  if (ref.window.phases) paintFirstToken(context, ref, phaseFrame(frame, top, alpha));
  paintExceptions(context, frame, ref, top);
  if (frame.critical) paintCritical(context, frame, ref, top);
  paintDuration(context, frame, ref, { left, right, middle, goesOn: end > scale.widthPx + 1 });
}

function phaseFrame({ scale, palette, hatch }: BarFrame, top: number, alpha: number): PhaseFrame {
  return { scale, palette, hatch, top, heightPx: BAR_HEIGHT_PX, alpha };
}

function paintSelfTime(context: BarContext, scale: TimeScale, ref: RowRef, top: number): void {
  const { selfIndex, selfTimes } = ref.window;
  const end = selfIndex[ref.index + 1] ?? 0;
  for (let at = selfIndex[ref.index] ?? 0; at + 1 < end; at += 2) {
    const left = clampPx(scale.toPx(selfTimes[at] ?? 0));
    const right = Math.min(clampPx(scale.toPx(selfTimes[at + 1] ?? 0)), scale.widthPx);
    if (left <= scale.widthPx) context.fillRect(left, top, Math.max(LEAST_BAR_PX, right - left), BAR_HEIGHT_PX);
  }
}

interface BarBox {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly alpha: number;
}

/** Where members ran, the stronger the more at a time, and a mark for each error inside. */
function paintGroup(context: BarContext, frame: BarFrame, group: RowGroup, { left, right, top, alpha }: BarBox): void {
  const { density } = group;
  const { palette, scale } = frame;
  const stepPx = (right - left) / density.length;
  const least = palette.outline === '' ? LEAST_DENSITY : LEAST_DENSITY_CONTRAST;
  if (group.kind !== 'missing') {
    for (let step = 0; step < density.length; step++) {
      const ran = density[step] ?? 0;
      const from = left + step * stepPx;
      if (ran === 0 || from > scale.widthPx || from + stepPx < 0) continue;
      context.globalAlpha = alpha * (least + (1 - least) * (ran / 255));
      // Whole pixels: between translucent parts that share one a seam would show.
      const begin = Math.round(from);
      context.fillRect(begin, top, Math.max(1, Math.round(from + stepPx) - begin), BAR_HEIGHT_PX);
    }
    context.globalAlpha = alpha;
  }
  context.fillStyle = palette.error;
  for (const time of group.errorTimes) {
    const x = Math.round(scale.toPx(time));
    if (x >= 0 && x <= scale.widthPx) context.fillRect(x - 1, top - 2, ERROR_WIDTH_PX, BAR_HEIGHT_PX + 4);
  }
}

/** Hatches what a bar waited over pauses. */
function paintHeld(context: BarContext, frame: BarFrame, ref: RowRef, { left, right, top }: BarBox): void {
  context.fillStyle = frame.hatch;
  for (const { fromNs, toNs } of waitedOver(frame.held, offsetOf(ref))) {
    const from = Math.max(left, clampPx(frame.scale.toPx(fromNs)));
    const to = Math.min(right, clampPx(frame.scale.toPx(toNs)));
    if (to > from) context.fillRect(from, top, to - from, BAR_HEIGHT_PX);
  }
}

/** A box of dashes: something was here, how long is not known. */
function paintBox(context: BarContext, color: string, left: number, top: number, right: number): void {
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.setLineDash([2, 3]);
  context.strokeRect(left + 0.5, top + 0.5, right - left - 1, BAR_HEIGHT_PX - 1);
  context.setLineDash([]);
}

/** Messages cut thin lines into the lower half of their span's bar. */
function paintMessages(context: BarContext, frame: BarFrame, ref: RowRef, top: number): void {
  const { messageIndex, messageTimes } = ref.window;
  const end = messageIndex[ref.index + 1] ?? 0;
  context.fillStyle = frame.palette.background;
  for (let at = messageIndex[ref.index] ?? 0; at < end; at++) {
    const x = Math.round(frame.scale.toPx(messageTimes[at] ?? 0));
    if (x >= 0 && x <= frame.scale.widthPx) {
      context.fillRect(x, top + BAR_HEIGHT_PX / 2, MESSAGE_WIDTH_PX, BAR_HEIGHT_PX / 2);
    }
  }
}

/** A line under the bar where the critical path runs. */
function paintCritical(context: BarContext, frame: BarFrame, ref: RowRef, top: number): void {
  const { criticalIndex, criticalTimes } = ref.window;
  const { scale } = frame;
  const end = criticalIndex[ref.index + 1] ?? 0;
  context.fillStyle = frame.palette.text;
  for (let at = criticalIndex[ref.index] ?? 0; at + 1 < end; at += 2) {
    const left = Math.max(0, scale.toPx(criticalTimes[at] ?? 0));
    const right = Math.min(scale.widthPx, scale.toPx(criticalTimes[at + 1] ?? 0));
    if (right < 0 || left > scale.widthPx) continue;
    context.fillRect(left, top + BAR_HEIGHT_PX + 1, Math.max(1, right - left), CRITICAL_HEIGHT_PX);
  }
}

function paintOpenEnd(context: BarContext, left: number, top: number, right: number): void {
  context.strokeStyle = context.fillStyle;
  context.lineWidth = 1;
  context.setLineDash([4, 3]);
  // Three sides: a box without a right edge reads as "goes on". A rectangle without a height is a line.
  context.strokeRect(left + 0.5, top + 0.5, 0, BAR_HEIGHT_PX - 1);
  context.strokeRect(left + 0.5, top + 0.5, right - left - 1, 0);
  context.strokeRect(left + 0.5, top + BAR_HEIGHT_PX - 0.5, right - left - 1, 0);
  context.setLineDash([]);
}

function paintEvents(context: BarContext, frame: BarFrame, ref: RowRef, top: number): void {
  const { eventIndex, eventTimes } = ref.window;
  const end = eventIndex[ref.index + 1] ?? 0;
  context.fillStyle = frame.palette.eventMark;
  for (let at = eventIndex[ref.index] ?? 0; at < end; at++) {
    const x = frame.scale.toPx(eventTimes[at] ?? 0);
    if (x >= -EVENT_WIDTH_PX && x <= frame.scale.widthPx) {
      context.fillRect(Math.round(x) - EVENT_WIDTH_PX / 2, top - 2, EVENT_WIDTH_PX, BAR_HEIGHT_PX + 4);
    }
  }
}

/** Exceptions are blocks that stand out above the bar, over the ticks of their events. */
function paintExceptions(context: BarContext, frame: BarFrame, ref: RowRef, top: number): void {
  const { exceptionIndex, exceptionTimes } = ref.window;
  const end = exceptionIndex[ref.index + 1] ?? 0;
  context.fillStyle = frame.palette.error;
  for (let at = exceptionIndex[ref.index] ?? 0; at < end; at++) {
    const x = Math.round(frame.scale.toPx(exceptionTimes[at] ?? 0));
    if (x < 0 || x > frame.scale.widthPx) continue;
    context.fillRect(x - EXCEPTION_PX / 2, top - 4, EXCEPTION_PX, EXCEPTION_PX);
  }
}

interface BarEnds {
  readonly left: number;
  readonly right: number;
  readonly middle: number;
  /** The bar's end lies beyond the scale's. */
  readonly goesOn: boolean;
}

function paintDuration(context: BarContext, frame: BarFrame, ref: RowRef, ends: BarEnds): void {
  const { assembling, held, scale } = frame;
  const length = durationText(ref, { assembling, held, extentNs: scale.extentNs });
  if (length === '') return;
  const text = ends.goesOn ? `${length} ›` : length;
  const room = context.measureText(text).width + TEXT_GAP_PX;
  const { palette, widthPx } = frame;
  context.fillStyle = palette.dimText;
  if (ends.right + room <= widthPx) {
    context.textAlign = 'left';
    context.fillText(text, ends.right + TEXT_GAP_PX, ends.middle);
  } else if (ends.left - room >= 0) {
    context.textAlign = 'right';
    context.fillText(text, ends.left - TEXT_GAP_PX, ends.middle);
  } else {
    // Longer than the room kept for it: over the bar's end, edged in the background's colour to stay readable.
    context.textAlign = 'right';
    context.strokeStyle = palette.background;
    context.lineWidth = 3;
    context.setLineDash([]);
    context.strokeText(text, widthPx - 2, ends.middle);
    context.fillStyle = palette.text;
    context.fillText(text, widthPx - 2, ends.middle);
  }
}

function paintOutOfSight(
  context: BarContext,
  frame: BarFrame,
  side: 'left' | 'right',
  middle: number,
  alpha: number,
): void {
  context.globalAlpha = alpha;
  context.fillStyle = frame.palette.dimText;
  context.textAlign = side;
  context.fillText(side === 'left' ? '‹' : '›', side === 'left' ? 2 : frame.widthPx - 2, middle);
}

function clampPx(px: number): number {
  return Math.min(Math.max(px, -FAR_PX), FAR_PX);
}
