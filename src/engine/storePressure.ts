import type { EngineStore } from './engineStore.ts';

/** A segment is about this share of the store's limit. */
const SEGMENT_SHARE = 1 / 8;

/**
 * Tells when the store holds more than its limit although it drops what it may: by more than a segment and the two
 * largest bodies that could stand in the newest one. Then more must not come in.
 */
export class StorePressure {
  readonly #store: Pick<EngineStore, 'heldBytes' | 'setMaxBytes'>;
  #maxStoreBytes = Infinity;
  #maxBodyBytes = 0;

  constructor(store: Pick<EngineStore, 'heldBytes' | 'setMaxBytes'>) {
    this.#store = store;
  }

  setMaxStoreBytes(bytes: number): void {
    this.#maxStoreBytes = bytes;
  }

  setMaxBodyBytes(bytes: number): void {
    this.#maxBodyBytes = bytes;
  }

  /** Why nothing more can be stored now; undefined when it can. */
  check(): string | undefined {
    if (this.#isWithin()) return undefined;
    this.#store.setMaxBytes(this.#maxStoreBytes);
    return this.#isWithin()
      ? undefined
      : 'The store is over its limit (spanline.store.maxMiB) and has nothing left to drop.';
  }

  #isWithin(): boolean {
    return this.#store.heldBytes <= this.#maxStoreBytes * (1 + SEGMENT_SHARE) + 2 * this.#maxBodyBytes;
  }
}
