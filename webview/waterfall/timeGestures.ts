import type { WaterfallModel } from './waterfallModel.ts';

/** Shorter drags are clicks. */
export const LEAST_DRAG_PX = 4;
/**
 * How a wheel's pixels become a factor. A mouse sends a hundred and more a notch, a pinch on a trackpad a few at a time:
 * both are linear at first, and a notch is held at about a third closer.
 */
const ZOOM_PER_WHEEL_PX = 0.0088;
const MOST_ZOOM_PER_WHEEL = 0.3;
/** Wheel deltas in lines (Firefox), as pixels. */
const LINE_PX = 16;

type GestureModel = Pick<WaterfallModel, 'zoom' | 'scroll' | 'redraw'>;

/** Pixels of a wheel's turn, sideways and down. */
function wheelPx(event: WheelEvent): { readonly x: number; readonly y: number } {
  const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PX;
  return { x: event.deltaX * unit, y: event.deltaY * unit };
}

/**
 * Wheel and trackpad over anything that is drawn on the scale: with Ctrl or Cmd (and a pinch, which comes as that) zooms
 * at `px` of the scale, sideways or with Shift moves along. Answers false for a plain turn, which is the rows'.
 */
export function wheelTime({ zoom }: GestureModel, event: WheelEvent, px: number): boolean {
  const { x, y } = wheelPx(event);
  const sideways = Math.abs(x) > Math.abs(y);
  if (event.ctrlKey || event.metaKey) {
    const turn = Math.min(Math.max(-y * ZOOM_PER_WHEEL_PX, -MOST_ZOOM_PER_WHEEL), MOST_ZOOM_PER_WHEEL);
    zoom.zoomAt(Math.min(Math.max(0, px), zoom.settled.widthPx), Math.exp(turn));
  } else if (event.shiftKey || sideways) zoom.pan(sideways ? x : y);
  else return false;
  event.preventDefault();
  return true;
}

/** What a drag over the bars does: moves what is shown, or marks a stretch. */
interface Drag {
  readonly kind: 'pan' | 'mark';
  readonly pointerId: number;
  readonly fromX: number;
  readonly fromY: number;
  readonly fromNs: number;
  x: number;
  y: number;
  begun: boolean;
}

/**
 * Wheel and drags over the rows: with the middle button or Alt they move what is shown along both axes, else, beginning
 * over the bars, they mark a stretch of time. A press that does not move stays a click of the row.
 */
export class TimeGestures {
  readonly #model: GestureModel;
  readonly #barsLeft: () => number;
  readonly #area: HTMLElement;
  readonly #stops: (() => void)[] = [];
  #drag: Drag | undefined;

  /** `barsLeft`: where the scale begins, in pixels of the window. */
  constructor(area: HTMLElement, model: GestureModel, barsLeft: () => number) {
    this.#area = area;
    this.#model = model;
    this.#barsLeft = barsLeft;
    this.#on('wheel', (event) => wheelTime(model, event, event.clientX - barsLeft()), { passive: false });
    this.#on('pointerdown', (event) => this.#down(event));
    this.#on('pointermove', (event) => this.#move(event));
    this.#on('pointerup', () => this.#end());
    this.#on('pointercancel', () => this.#end());
    this.#on('pointerleave', () => model.zoom.hovered.set(undefined));
    // The middle button would begin to scroll by itself.
    this.#on('mousedown', (event) => {
      if (event.button === 1) event.preventDefault();
    });
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
  }

  #on<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (event: HTMLElementEventMap[K]) => void,
    options?: AddEventListenerOptions,
  ): void {
    this.#area.addEventListener(type, listener, options);
    this.#stops.push(() => this.#area.removeEventListener(type, listener, options));
  }

  #down(event: PointerEvent): void {
    const { zoom } = this.#model;
    const px = event.clientX - this.#barsLeft();
    // A finger scrolls.
    if (px < 0 || event.pointerType === 'touch') return;
    const pans = event.button === 1 || (event.button === 0 && event.altKey);
    if (!pans && (event.button !== 0 || event.ctrlKey || event.metaKey)) return;
    this.#drag = {
      kind: pans ? 'pan' : 'mark',
      pointerId: event.pointerId,
      fromX: event.clientX,
      fromY: event.clientY,
      fromNs: zoom.settled.toNs(Math.min(px, zoom.settled.widthPx)),
      x: event.clientX,
      y: event.clientY,
      begun: false,
    };
  }

  #move(event: PointerEvent): void {
    const { zoom } = this.#model;
    const px = event.clientX - this.#barsLeft();
    const inside = px >= 0 && px <= zoom.scale.value.widthPx;
    zoom.hovered.set(inside ? zoom.scale.value.toNs(px) : undefined);
    const drag = this.#drag;
    if (!drag) return;
    if (event.buttons === 0) {
      this.#end();
      return;
    }
    if (!drag.begun) {
      const moved = Math.max(Math.abs(event.clientX - drag.fromX), Math.abs(event.clientY - drag.fromY));
      if (moved < LEAST_DRAG_PX) return;
      drag.begun = true;
      // From now on the release is no click of a row.
      this.#area.setPointerCapture(drag.pointerId);
      zoom.endGesture();
      this.#area.classList.toggle('panning', drag.kind === 'pan');
    }
    if (drag.kind === 'pan') this.#pan(drag, event);
    else zoom.selection.select(drag.fromNs, zoom.settled.toNs(px), zoom.settled.extentNs);
  }

  #pan(drag: Drag, event: PointerEvent): void {
    const { zoom, scroll } = this.#model;
    zoom.pan(drag.x - event.clientX);
    scroll.moveTo(scroll.topPx + drag.y - event.clientY);
    drag.x = event.clientX;
    drag.y = event.clientY;
    this.#model.redraw();
  }

  #end(): void {
    if (this.#drag?.begun === true) this.#model.zoom.endGesture();
    this.#drag = undefined;
    this.#area.classList.remove('panning');
  }
}
