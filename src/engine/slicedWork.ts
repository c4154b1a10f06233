import type { Steps } from '../core/statistics/steps.ts';
import type { CancelSignal, Timers } from '../protocol/channel.ts';
import { ProtocolError } from '../protocol/errors.ts';

/** Work done before ingest and other queries have their turn. */
const SLICE_MS = 8;
/** Results kept of one subject; the one used longest ago goes. */
const MOST_RESULTS = 16;

export interface WorkClock {
  readonly timers: Timers;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
}

interface Job {
  readonly result: Promise<unknown>;
  /** Those who wait for it; undefined once it is done. */
  waiting: CancelSignal[] | undefined;
}

/**
 * Long work in slices, done once for all who ask for the same: results are kept as long as their subject (a revision of
 * a tree, say) is. Work that nobody waits for any more is given up, with `cancelled`.
 */
export class SlicedWork {
  readonly #clock: WorkClock;
  readonly #jobs = new WeakMap<object, Map<string, Job>>();

  constructor(clock: WorkClock) {
    this.#clock = clock;
  }

  /** The result of `start()`'s work; the same `key` of one subject must name the same work. */
  do<T>(subject: object, key: string, signal: CancelSignal, start: () => Steps<T>): Promise<T> {
    const jobs = this.#jobs.get(subject) ?? new Map<string, Job>();
    this.#jobs.set(subject, jobs);
    const known = jobs.get(key);
    if (known) {
      known.waiting?.push(signal);
      jobs.delete(key);
      jobs.set(key, known);
      return known.result as Promise<T>;
    }
    const waiting = [signal];
    const result = this.run(start(), () => waiting.every(({ cancelled }) => cancelled));
    const job: Job = { result, waiting };
    jobs.set(key, job);
    result.then(
      () => {
        job.waiting = undefined;
      },
      () => {
        if (jobs.get(key) === job) jobs.delete(key);
      },
    );
    for (const oldest of jobs.keys()) {
      if (jobs.size <= MOST_RESULTS) break;
      jobs.delete(oldest);
    }
    return result;
  }

  /** Does the work slice by slice; rejects with `cancelled` once `isCancelled` says so between two. */
  async run<T>(steps: Steps<T>, isCancelled: () => boolean): Promise<T> {
    const { timers, elapsed } = this.#clock;
    for (;;) {
      const begin = elapsed();
      do {
        const step = steps.next();
        if (step.done === true) return step.value;
      } while (elapsed() - begin < SLICE_MS);
      await new Promise<void>((resolve) => {
        timers.set(resolve, 0);
      });
      if (isCancelled()) throw new ProtocolError('cancelled', 'nobody waits for the answer');
    }
  }
}
