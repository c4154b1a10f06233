import { TimeScale, type VisibleRange } from '../../src/core/layout/timeScale.ts';
import { Store } from '../state/store.ts';
import { SelectionModel } from './selectionModel.ts';

/** Zooms kept for going back, and for going forward again. */
const MOST_KEPT = 50;
/** Wheel turns and key presses closer together than this are one zoom for going back. */
const ONE_GESTURE_MS = 600;
/** Room left at both sides of a span that is zoomed to, as a part of its length. */
const SPAN_MARGIN = 0.05;

/** Runs a change over a few frames: calls `step` with 0 < part ≤ 1, at last with 1. Answers how to stop it early. */
export type Transition = (step: (part: number) => void) => () => void;

/** Where back and forward lead. */
export interface ZoomSteps {
  readonly back: boolean;
  readonly forward: boolean;
}

/** The horizontal scale of an open trace, the stretch marked on it, and the way back and forward through zooms. */
export class ZoomModel {
  /** What is drawn; on the way to where a transition ends. */
  readonly scale = new Store(new TimeScale(0, 1));
  readonly selection = new SelectionModel();
  /** The time under the pointer, ns from the trace's start. */
  readonly hovered = new Store<number | undefined>(undefined);
  readonly steps = new Store<ZoomSteps>({ back: false, forward: false });
  /** How larger changes of the range are shown; at once when undefined. */
  transition: Transition | undefined;
  #back: VisibleRange[] = [];
  #forward: VisibleRange[] = [];
  #lastGestureMs = Number.NEGATIVE_INFINITY;
  /** The scale a transition leads to. */
  #target: TimeScale | undefined;
  #stop: (() => void) | undefined;
  readonly #now: () => number;

  /** `now`: milliseconds of any steady clock. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The scale as it will be once what is under way has ended. */
  get settled(): TimeScale {
    return this.#target ?? this.scale.value;
  }

  /** Another trace: everything is shown and nothing remembered. */
  reset(extentNs: number): void {
    this.#back = [];
    this.#forward = [];
    this.#lastGestureMs = Number.NEGATIVE_INFINITY;
    this.selection.clear();
    this.hovered.set(undefined);
    this.#set(new TimeScale(extentNs, this.scale.value.widthPx));
    this.#tellSteps();
  }

  /** Shows the range of an earlier look at this trace, as the one to begin with. */
  restore(range: VisibleRange): void {
    this.#set(this.settled.show(range.beginNs, range.endNs));
  }

  /** The trace grew. */
  extend(extentNs: number): void {
    if (extentNs !== this.settled.extentNs) this.#set(this.settled.withExtent(extentNs));
  }

  resize(widthPx: number): void {
    if (widthPx !== this.settled.widthPx) this.#set(this.settled.withWidth(widthPx));
  }

  showSpan(offsetNs: number, durationNs: number): void {
    this.#change(this.settled.showSpan(offsetNs, durationNs, SPAN_MARGIN), true);
  }

  show(beginNs: number, endNs: number): void {
    this.#change(this.settled.show(beginNs, endNs), true);
  }

  /** Zooms to the marked stretch; false when there is none. */
  showArea(): boolean {
    const area = this.selection.area.value;
    if (area) this.show(area.beginNs, area.endNs);
    return area !== undefined;
  }

  fit(): void {
    this.#change(this.settled.fit(), true);
  }

  /** Moves the range so that a time is in its middle, without changing its length. */
  centre(offsetNs: number): void {
    const { beginNs, endNs } = this.settled.range;
    const half = (endNs - beginNs) / 2;
    this.#change(this.settled.show(offsetNs - half, offsetNs + half), true);
  }

  /** Zooms around a pixel (ctrl+wheel); turns in quick succession are one step back. */
  zoomAt(px: number, factor: number): void {
    this.#gesture(this.settled.zoomAt(px, factor), false);
  }

  /** Zooms by a key, around the time under the pointer, else the middle; large enough a step to be shown on the way. */
  zoomStep(factor: number): void {
    const { settled } = this;
    const px = this.hovered.value === undefined ? -1 : settled.toPx(this.hovered.value);
    this.#gesture(settled.zoomAt(px >= 0 && px <= settled.widthPx ? px : settled.widthPx / 2, factor), true);
  }

  pan(deltaPx: number): void {
    this.#gesture(this.settled.pan(deltaPx), false);
  }

  /** Moves by a key, by a part of what is shown. */
  panStep(part: number): void {
    this.#gesture(this.settled.pan(this.settled.widthPx * part), true);
  }

  /** A drag of the range or of one of its ends: follows the pointer, all of it one step back. */
  drag(beginNs: number, endNs: number): void {
    this.#gesture(this.settled.show(beginNs, endNs), false);
  }

  /** What follows is a gesture of its own. */
  endGesture(): void {
    this.#lastGestureMs = Number.NEGATIVE_INFINITY;
  }

  /** Back to the range before the last zoom; false when there is none. */
  back(): boolean {
    return this.#walk(this.#back, this.#forward);
  }

  /** Undoes {@link back}. */
  forward(): boolean {
    return this.#walk(this.#forward, this.#back);
  }

  #walk(from: VisibleRange[], to: VisibleRange[]): boolean {
    const range = from.pop();
    if (!range) return false;
    to.push(this.settled.range);
    this.endGesture();
    this.#glide(this.settled.show(range.beginNs, range.endNs));
    this.#tellSteps();
    return true;
  }

  #gesture(next: TimeScale, glide: boolean): void {
    const now = this.#now();
    const continues = now - this.#lastGestureMs < ONE_GESTURE_MS;
    this.#lastGestureMs = now;
    if (!continues) this.#change(next, glide);
    else if (glide) this.#glide(next);
    else this.#set(next);
  }

  #change(next: TimeScale, glide: boolean): void {
    const { range } = this.settled;
    if (next.range.beginNs === range.beginNs && next.range.endNs === range.endNs) return;
    this.#back.push(range);
    if (this.#back.length > MOST_KEPT) this.#back.shift();
    this.#forward = [];
    if (glide) this.#glide(next);
    else this.#set(next);
    this.#tellSteps();
  }

  #glide(next: TimeScale): void {
    this.#stop?.();
    if (!this.transition) {
      this.#set(next);
      return;
    }
    const from = this.scale.value;
    this.#target = next;
    this.#stop = this.transition((part) => {
      if (part >= 1) this.#set(next);
      else this.scale.set(between(from, next, part));
    });
  }

  #set(scale: TimeScale): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#target = undefined;
    this.scale.set(scale);
  }

  #tellSteps(): void {
    const [back, forward] = [this.#back.length > 0, this.#forward.length > 0];
    const old = this.steps.value;
    if (back !== old.back || forward !== old.forward) this.steps.set({ back, forward });
  }
}

/**
 * A scale on the way from one range to another: closer or farther by equal factors in equal times, around the one time
 * that has the same place in both, so that what both show moves steadily.
 */
function between(from: TimeScale, to: TimeScale, part: number): TimeScale {
  const [a, b] = [from.range, to.range];
  const [aLength, bLength] = [a.endNs - a.beginNs, b.endNs - b.beginNs];
  const length = aLength * (bLength / aLength) ** part;
  const change = bLength - aLength;
  // Ranges of (nearly) one length have no such time: a plain move.
  const alike = Math.abs(change) < aLength * 1e-6;
  const done = alike ? part : (length - aLength) / change;
  const beginNs = a.beginNs + (b.beginNs - a.beginNs) * done;
  return to.show(beginNs, beginNs + length);
}
