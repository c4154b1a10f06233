import { phaseLook } from '../../src/core/inference/phaseLook.ts';
import type { TimeScale } from '../../src/core/layout/timeScale.ts';
import type { BarContext } from './barContext.ts';
import type { Palette } from './palette.ts';
import { hasFlag, type RowRef } from './rowCache.ts';
import { firstTokenOf, phasesOf } from './rowPhases.ts';

/** Where phases are drawn, and how. */
export interface PhaseFrame {
  readonly scale: TimeScale;
  readonly palette: Palette;
  /** Slanted stripes in the background's colour. */
  readonly hatch: string | CanvasPattern;
  readonly top: number;
  readonly heightPx: number;
  readonly alpha: number;
}

const TICK_WIDTH_PX = 2;
const TICK_OVER_PX = 3;
const FLAG_PX = 5;
/** Narrower phases have no room for a line between them. */
const LEAST_SEPARATED_PX = 4;
const SEPARATOR_PX = 1;

/**
 * Draws the phases into a bar in the colour that is set: waiting light and striped, what prepares half strong, the work in
 * full, a line between two. Where children run the lower half stays theirs.
 */
export function paintPhases(context: BarContext, ref: RowRef, frame: PhaseFrame): void {
  const phases = phasesOf(ref);
  if (phases.length === 0) return;
  const { scale, palette, top, alpha } = frame;
  const height = hasFlag(ref, 'hasChildren') ? Math.ceil(frame.heightPx / 2) : frame.heightPx;
  const color = context.fillStyle;
  for (const { name, beginNs, endNs } of phases) {
    const left = Math.max(0, scale.toPx(beginNs));
    const right = Math.min(scale.widthPx, scale.toPx(endNs));
    if (right <= left) continue;
    const look = phaseLook(name);
    // What the bar shows there would shine through the light ones.
    context.clearRect(left, top, right - left, height);
    context.fillStyle = color;
    context.globalAlpha =
      alpha * (look === 'work' ? 1 : look === 'prepare' ? (1 + palette.childAlpha) / 2 : palette.childAlpha);
    context.fillRect(left, top, right - left, height);
    context.globalAlpha = alpha;
    if (look === 'wait') {
      context.fillStyle = frame.hatch;
      context.fillRect(left, top, right - left, height);
    }
    if (right - left >= LEAST_SEPARATED_PX) {
      context.fillStyle = palette.background;
      context.fillRect(Math.round(right) - SEPARATOR_PX, top, SEPARATOR_PX, height);
    }
  }
  context.fillStyle = color;
  context.globalAlpha = alpha;
}

/** A flag over the bar where the first token came. */
export function paintFirstToken(context: BarContext, ref: RowRef, { scale, palette, top, heightPx }: PhaseFrame): void {
  const firstNs = firstTokenOf(ref);
  if (firstNs === undefined) return;
  const x = Math.round(scale.toPx(firstNs));
  if (x < 0 || x > scale.widthPx) return;
  context.fillStyle = palette.text;
  context.fillRect(x - TICK_WIDTH_PX / 2, top - TICK_OVER_PX, TICK_WIDTH_PX, heightPx + TICK_OVER_PX);
  context.fillRect(x - TICK_WIDTH_PX / 2, top - TICK_OVER_PX, FLAG_PX, TICK_WIDTH_PX);
}
