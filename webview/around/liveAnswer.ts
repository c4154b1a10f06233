import { ProtocolError } from '../../src/protocol/errors.ts';
import { Store } from '../state/store.ts';

/** While a trace grows, its answer is asked for anew at most this often. */
const LEAST_INTERVAL_MS = 500;

/**
 * An answer of the engine that follows what was asked last and what it was asked of. Questions are asked one at a time:
 * the newest waits for the one under way, so that a slow link sees no backlog. The last answer stays until the next.
 */
export class LiveAnswer<A> {
  readonly answer = new Store<A | undefined>(undefined);
  /** Why there is no newer answer; empty when there is, or none was asked for. */
  readonly failure = new Store('');
  readonly asking = new Store(false);
  #next: (() => Promise<A>) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #askedAt = -Infinity;
  #serial = 0;

  /** Asks now, or as soon as the question under way is answered; that one's answer is then passed over. */
  ask(request: () => Promise<A>): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#serial++;
    this.#next = request;
    if (!this.asking.value) void this.#work();
  }

  /** Asks the same again because what it is about changed, not too often. */
  askAgain(request: () => Promise<A>): void {
    if (this.#timer !== undefined || this.#next) return;
    const wait = Math.max(0, this.#askedAt + LEAST_INTERVAL_MS - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#next = request;
      if (!this.asking.value) void this.#work();
    }, wait);
  }

  /** Forgets the answer and the questions. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#serial++;
    this.#next = undefined;
    this.answer.set(undefined);
    this.failure.set('');
  }

  async #work(): Promise<void> {
    this.asking.set(true);
    for (let request = this.#next; request; request = this.#next) {
      this.#next = undefined;
      this.#askedAt = performance.now();
      const serial = this.#serial;
      try {
        const answer = await request();
        if (serial === this.#serial) {
          this.answer.set(answer);
          this.failure.set('');
        }
      } catch (error) {
        const isMoot = error instanceof ProtocolError && (error.code === 'cancelled' || error.code === 'disposed');
        if (serial === this.#serial && !isMoot) {
          this.failure.set(error instanceof Error ? error.message : String(error));
        }
      }
    }
    this.asking.set(false);
  }
}
