import type { Timers } from '../../src/protocol/channel.ts';

interface PendingTimer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that stands until it is moved; timers run when time passes them, in order. */
export class ManualClock {
  #now: number;
  #order = 0;
  readonly #pending = new Map<number, PendingTimer>();

  constructor(nowMs = 1_700_000_000_000) {
    this.#now = nowMs;
  }

  readonly now = (): number => this.#now;
  readonly elapsed = (): number => this.#now;

  readonly timers: Timers = {
    set: (callback, ms) => {
      const order = ++this.#order;
      this.#pending.set(order, { at: this.#now + ms, order, callback });
      return order;
    },
    clear: (handle) => {
      this.#pending.delete(handle as number);
    },
  };

  /** Timers that wait. */
  get waiting(): number {
    return this.#pending.size;
  }

  /** Lets time pass without running timers, as a turn of work does. */
  spend(ms: number): void {
    this.#now += ms;
  }

  /** Lets `ms` pass, timers and those they set included. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#pending.values()]
        .filter((timer) => timer.at <= end)
        .sort((a, b) => a.at - b.at || a.order - b.order);
      if (!next) break;
      this.#pending.delete(next.order);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = Math.max(this.#now, end);
  }
}
