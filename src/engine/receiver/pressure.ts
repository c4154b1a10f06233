import { getHeapStatistics } from 'node:v8';
import { busy } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import type { TurnQueue } from './turnQueue.ts';

/** Exporters give up after 10 s; those asked to wait in time keep their batch and send it again. */
const LONGEST_WAIT_MS = 2000;
const FULL_HEAP = 0.9;
const HEAP_LOOK_MS = 250;

export interface PressureDeps {
  readonly queue: TurnQueue;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  /** Why whoever stores the bodies cannot take more now; undefined when it can. */
  readonly sink: () => string | undefined;
  /** Used share of the JavaScript heap's limit; looked at a few times a second at most. */
  readonly heapShare?: () => number;
}

/** Tells when new requests must wait, before anything that was accepted suffers. */
export class Pressure {
  readonly #deps: PressureDeps;
  #heapFull = false;
  #heapSeen = Number.NEGATIVE_INFINITY;

  constructor(deps: PressureDeps) {
    this.#deps = deps;
  }

  /** The refusal for a request that begins now; undefined: let it in. */
  check(): Refusal | undefined {
    const { queue, sink } = this.#deps;
    if (queue.waitedMs > LONGEST_WAIT_MS) {
      return busy(
        'More arrives than can be read: requests have waited for over 2 s. ' +
          'Send less (OTEL_TRACES_SAMPLER) or larger batches (OTEL_BSP_SCHEDULE_DELAY).',
      );
    }
    if (this.#isHeapFull()) {
      return busy("The engine's memory is nearly used up. Lower spanline.store.maxMiB, or clear traces.");
    }
    const full = sink();
    return full === undefined ? undefined : busy(full);
  }

  #isHeapFull(): boolean {
    const now = this.#deps.elapsed();
    if (now - this.#heapSeen >= HEAP_LOOK_MS) {
      this.#heapSeen = now;
      this.#heapFull = (this.#deps.heapShare ?? usedHeapShare)() > FULL_HEAP;
    }
    return this.#heapFull;
  }
}

/** Of this thread. What only waits for a collection counts too: near the limit V8 collects often enough. */
function usedHeapShare(): number {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  return used / limit;
}
