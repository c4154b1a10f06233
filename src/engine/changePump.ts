import type { Timers } from '../protocol/channel.ts';

/** Announcements of one kind are at least this far apart. */
const INTERVAL_MS = 100;

export interface ChangePumpDeps {
  readonly timers: Timers;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  /** Does what is due. Answers in how many milliseconds it wants to run again without being woken, if at all. */
  readonly run: () => number | undefined;
}

/**
 * Runs an announcement soon after it was asked for, at most every 100 ms, and always once more after the last request.
 * Never in the turn of the request (an exporter gets its answer first). Idle, it holds no timer.
 */
export class ChangePump {
  readonly #deps: ChangePumpDeps;
  #lastRun = Number.NEGATIVE_INFINITY;
  #timer: unknown;
  #timerDue = Number.POSITIVE_INFINITY;
  #disposed = false;

  constructor(deps: ChangePumpDeps) {
    this.#deps = deps;
  }

  /** Something changed. */
  wake(): void {
    this.#scheduleAt(Math.max(this.#deps.elapsed(), this.#lastRun + INTERVAL_MS));
  }

  dispose(): void {
    this.#disposed = true;
    this.#clearTimer();
  }

  #scheduleAt(due: number): void {
    if (this.#disposed || due >= this.#timerDue) return;
    this.#clearTimer();
    this.#timerDue = due;
    const delay = Math.max(0, Math.ceil(due - this.#deps.elapsed()));
    this.#timer = this.#deps.timers.set(() => this.#run(), delay);
  }

  #clearTimer(): void {
    if (this.#timerDue === Number.POSITIVE_INFINITY) return;
    this.#deps.timers.clear(this.#timer);
    this.#timerDue = Number.POSITIVE_INFINITY;
  }

  #run(): void {
    this.#timerDue = Number.POSITIVE_INFINITY;
    this.#lastRun = this.#deps.elapsed();
    const again = this.#deps.run();
    if (again !== undefined) this.#scheduleAt(Math.max(this.#deps.elapsed() + again, this.#lastRun + INTERVAL_MS));
  }
}
