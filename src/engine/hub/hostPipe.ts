import type { PortLike } from '../../protocol/portTransport.ts';

type Deliver = (message: unknown) => void;

/**
 * A host's messages on their way to whichever engine answers at present. They wait while there is none, and what an engine
 * that is gone left unanswered is answered with `disposed`: every request of the host settles.
 */
export class HostPipe {
  /** What the host last asked by those of the methods it was told to remember. */
  readonly remembered = new Map<string, unknown>();
  readonly #port: PortLike;
  readonly #settings: ReadonlySet<string>;
  readonly #unanswered = new Set<number>();
  #waiting: unknown[] = [];
  #deliver: Deliver | undefined;

  constructor(port: PortLike, settings: readonly string[]) {
    this.#port = port;
    this.#settings = new Set(settings);
    port.on('message', (message) => {
      if (this.#deliver) this.#pass(this.#deliver, message);
      else this.#waiting.push(message);
    });
  }

  /** Gives the host's messages to `deliver` from now on, first those that waited. */
  attach(deliver: Deliver): void {
    this.#deliver = deliver;
    for (const message of this.#waiting.splice(0)) this.#pass(deliver, message);
  }

  /** The engine is gone; the host's messages wait for the next one. */
  detach(reason: string): void {
    this.#deliver = undefined;
    for (const id of this.#unanswered) this.#port.postMessage({ k: 'e', id, c: 'disposed', t: reason });
    this.#unanswered.clear();
  }

  /** A message of the engine. */
  toHost(message: unknown): void {
    const { k, id } = fieldsOf(message);
    if ((k === 'a' || k === 'e') && typeof id === 'number') this.#unanswered.delete(id);
    this.#port.postMessage(message);
  }

  #pass(deliver: Deliver, message: unknown): void {
    const { k, id, m, p } = fieldsOf(message);
    if (typeof m === 'string' && this.#settings.has(m)) this.remembered.set(m, p);
    if (typeof id === 'number') {
      if (k === 'q') this.#unanswered.add(id);
      else if (k === 'x') this.#unanswered.delete(id);
    }
    deliver(message);
  }
}

function fieldsOf(message: unknown): Readonly<Partial<Record<'k' | 'id' | 'm' | 'p', unknown>>> {
  return typeof message === 'object' && message !== null ? message : {};
}
