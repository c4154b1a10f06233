import { TimeScale, type VisibleRange } from '../../src/core/layout/timeScale.ts';
import { Store } from '../state/store.ts';

/** Zooms kept for going back. */
const MOST_BACK = 50;
/** Wheel turns closer together than this are one zoom for going back. */
const ONE_GESTURE_MS = 600;

/** The horizontal scale of an open trace and the way back through zooms. */
export class ZoomModel {
  readonly scale = new Store(new TimeScale(0, 1));
  #back: VisibleRange[] = [];
  #lastGestureMs = Number.NEGATIVE_INFINITY;
  readonly #now: () => number;

  /** `now`: milliseconds of any steady clock. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Another trace: everything is shown and nothing remembered. */
  reset(extentNs: number): void {
    this.#back = [];
    this.scale.set(new TimeScale(extentNs, this.scale.value.widthPx));
  }

  /** The trace grew. */
  extend(extentNs: number): void {
    if (extentNs !== this.scale.value.extentNs) this.scale.set(this.scale.value.withExtent(extentNs));
  }

  resize(widthPx: number): void {
    if (widthPx !== this.scale.value.widthPx) this.scale.set(this.scale.value.withWidth(widthPx));
  }

  showSpan(offsetNs: number, durationNs: number): void {
    this.#change(this.scale.value.showSpan(offsetNs, durationNs, 0.05));
  }

  show(beginNs: number, endNs: number): void {
    this.#change(this.scale.value.show(beginNs, endNs));
  }

  fit(): void {
    this.#change(this.scale.value.fit());
  }

  /** Zooms around a pixel (ctrl+wheel); turns in quick succession are one step back. */
  zoomAt(px: number, factor: number): void {
    this.#gesture(this.scale.value.zoomAt(px, factor));
  }

  pan(deltaPx: number): void {
    this.#gesture(this.scale.value.pan(deltaPx));
  }

  /** Back to the range before the last zoom; false when there is none. */
  back(): boolean {
    const range = this.#back.pop();
    if (!range) return false;
    this.scale.set(this.scale.value.show(range.beginNs, range.endNs));
    return true;
  }

  #gesture(next: TimeScale): void {
    const now = this.#now();
    const continues = now - this.#lastGestureMs < ONE_GESTURE_MS;
    this.#lastGestureMs = now;
    if (continues) this.scale.set(next);
    else this.#change(next);
  }

  #change(next: TimeScale): void {
    const { range } = this.scale.value;
    if (next.range.beginNs === range.beginNs && next.range.endNs === range.endNs) return;
    this.#back.push(range);
    if (this.#back.length > MOST_BACK) this.#back.shift();
    this.scale.set(next);
  }
}
