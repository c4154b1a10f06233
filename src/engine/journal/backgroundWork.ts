import type { Timers } from '../../protocol/channel.ts';

/** Work rests this many times as long as it took while others are at work, too. */
const REST_PER_WORK = 3;

export interface BackgroundWorkDeps {
  readonly timers: Timers;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  /** A number that grows while others are at work. */
  readonly activity: () => number;
  readonly onFailed: (error: unknown) => void;
}

/** Work that may wait, one after the other; all of it stops when it is told to. */
export class BackgroundWork {
  readonly #deps: BackgroundWorkDeps;
  #last: Promise<void> = Promise.resolve();
  /** Counts up to stop what runs. */
  #generation = 0;
  #disposed = false;
  /** Ends the present rest. */
  #endRest = (): void => undefined;

  constructor(deps: BackgroundWorkDeps) {
    this.#deps = deps;
  }

  /** Runs `work` after all before it, unless it is stopped by then. Never rejects. */
  run(work: (stopped: () => boolean) => Promise<void>): Promise<void> {
    const generation = this.#generation;
    const stopped = (): boolean => this.#disposed || this.#generation !== generation;
    this.#last = this.#last.then(() => (stopped() ? undefined : work(stopped))).catch(this.#deps.onFailed);
    return this.#last;
  }

  /** Stops what runs and waits; resolves when it has ended. */
  stop(): Promise<void> {
    this.#generation++;
    this.#endRest();
    return this.#last;
  }

  /** As {@link BackgroundWork.stop}, and nothing runs from now on. */
  dispose(): Promise<void> {
    this.#disposed = true;
    return this.stop();
  }

  /** What to wait for between blocks of one work: rests long while others are at work, else only lets them have their turn. */
  pacer(stopped: () => boolean): () => Promise<void> {
    const { elapsed, activity } = this.#deps;
    let began = elapsed();
    let before = activity();
    return async () => {
      const took = elapsed() - began;
      if (activity() === before) await breathe();
      else if (!stopped()) await this.#rest(REST_PER_WORK * took);
      before = activity();
      began = elapsed();
    };
  }

  async #rest(ms: number): Promise<void> {
    const { timers } = this.#deps;
    let timer: unknown;
    await new Promise<void>((resolve) => {
      this.#endRest = resolve;
      timer = timers.set(resolve, ms);
    });
    timers.clear(timer);
  }
}

/** Lets sockets, messages and timers have their turn. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
