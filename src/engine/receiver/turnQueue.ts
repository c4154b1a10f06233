/** What a turn queue needs of its thread. */
export interface TurnScheduler {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Runs `callback` once everything that waits now (sockets, messages of other threads) had its turn. */
  readonly defer: (callback: () => void) => void;
}

/**
 * Bounds how long the thread reads bodies in one go, so that a query waits for one slice, not for every exporter: work
 * beyond a slice waits for the next turn of the event loop, in order. One task is never split. While there is little to
 * do, every task runs at once.
 */
export class TurnQueue {
  readonly #sliceMs: number;
  readonly #scheduler: TurnScheduler;
  /** Waiting tasks from `#head` on. */
  #tasks: { readonly run: () => void; readonly since: number }[] = [];
  #head = 0;
  /** Milliseconds of this turn that tasks have used. */
  #used = 0;
  #scheduled = false;

  constructor(sliceMs: number, scheduler: TurnScheduler) {
    this.#sliceMs = sliceMs;
    this.#scheduler = scheduler;
  }

  /** How long the task that is next has waited, in milliseconds; 0 when none waits. */
  get waitedMs(): number {
    const next = this.#tasks[this.#head];
    return next === undefined ? 0 : this.#scheduler.now() - next.since;
  }

  run(task: () => void): void {
    if (this.#head === this.#tasks.length && this.#used < this.#sliceMs) this.#do(task);
    else this.#tasks.push({ run: task, since: this.#scheduler.now() });
    this.#schedule();
  }

  #do(task: () => void): void {
    const from = this.#scheduler.now();
    try {
      task();
    } finally {
      this.#used += this.#scheduler.now() - from;
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#scheduler.defer(() => this.#turn());
  }

  #turn(): void {
    this.#scheduled = false;
    this.#used = 0;
    try {
      while (this.#used < this.#sliceMs) {
        const next = this.#tasks[this.#head];
        if (next === undefined) break;
        this.#head++;
        this.#do(next.run);
      }
    } finally {
      if (this.#head === this.#tasks.length) {
        this.#tasks = [];
        this.#head = 0;
      } else if (this.#head > 1000) {
        this.#tasks = this.#tasks.slice(this.#head);
        this.#head = 0;
      }
      // Once more after the last task: what it used is no longer this turn's.
      if (this.#used > 0 || this.#tasks.length > 0) this.#schedule();
    }
  }
}
