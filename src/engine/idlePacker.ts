import type { Timers } from '../protocol/channel.ts';

/** How long one turn packs, and the rest between two: at most a fifth of the engine's time while there is work. */
const SLICE_MS = 4;
const REST_MS = 16;

export interface IdlePackerDeps {
  readonly timers: Timers;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  readonly hasWork: () => boolean;
  /** One step of about a millisecond; false when there was nothing to do. */
  readonly step: () => boolean;
}

/** Packs what is cold in short slices between requests. Without work it holds no timer. */
export class IdlePacker {
  readonly #deps: IdlePackerDeps;
  #timer: unknown;
  #disposed = false;

  constructor(deps: IdlePackerDeps) {
    this.#deps = deps;
  }

  /** There may be work. */
  wake(): void {
    if (this.#timer !== undefined || this.#disposed || !this.#deps.hasWork()) return;
    this.#timer = this.#deps.timers.set(() => this.#run(), REST_MS);
  }

  dispose(): void {
    this.#disposed = true;
    if (this.#timer !== undefined) this.#deps.timers.clear(this.#timer);
  }

  #run(): void {
    this.#timer = undefined;
    const until = this.#deps.elapsed() + SLICE_MS;
    while (this.#deps.step() && this.#deps.elapsed() < until);
    this.wake();
  }
}
