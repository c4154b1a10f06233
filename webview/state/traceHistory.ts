import type { SpanId, TraceId } from '../../src/core/model/ids.ts';
import { Store } from './store.ts';

/** Where the user was: a trace, and the span selected in it. */
export interface TracePlace {
  readonly traceId: TraceId;
  readonly spanId: SpanId | '';
}

const MOST_PLACES = 50;

/** The traces gone through, as a browser keeps pages: back, forward, and what was ahead is dropped by going elsewhere. */
export class TraceHistory {
  readonly canGoBack = new Store(false);
  readonly canGoForward = new Store(false);
  #behind: readonly TracePlace[] = [];
  #ahead: readonly TracePlace[] = [];

  /** The user leaves a place for another trace. */
  left(place: TracePlace): void {
    this.#behind = [...this.#behind, place].slice(-MOST_PLACES);
    this.#ahead = [];
    this.#tell();
  }

  /** Goes to where the user was before `here`; undefined when that is nowhere. */
  back(here: TracePlace): TracePlace | undefined {
    const place = this.#behind.at(-1);
    if (!place) return undefined;
    this.#behind = this.#behind.slice(0, -1);
    this.#ahead = [...this.#ahead, here];
    this.#tell();
    return place;
  }

  forward(here: TracePlace): TracePlace | undefined {
    const place = this.#ahead.at(-1);
    if (!place) return undefined;
    this.#ahead = this.#ahead.slice(0, -1);
    this.#behind = [...this.#behind, here];
    this.#tell();
    return place;
  }

  #tell(): void {
    this.canGoBack.set(this.#behind.length > 0);
    this.canGoForward.set(this.#ahead.length > 0);
  }
}
