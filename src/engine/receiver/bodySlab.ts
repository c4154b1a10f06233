import type { MemoryBudget } from './memoryBudget.ts';

/**
 * Room for each byte that came. A declared length is believed as far as this: one byte on each of many connections
 * must not use up the budget, while a batch from an exporter, whose first piece is tens of KiB, is allocated once.
 */
const DECLARED_FACTOR = 16;
const UNKNOWN_FACTOR = 2;
const LEAST_SIZE = 4 * 1024;

export type AppendOutcome = 'ok' | 'tooLarge' | 'busy';

/**
 * Collects one body in one buffer that grows with what has come, up to the declared length when there is one. What it
 * holds is charged to the memory budget until {@link release}.
 */
export class BodySlab {
  readonly #memory: MemoryBudget;
  /** No body of this request is longer: its declared length, else the limit. */
  readonly #end: number;
  readonly #factor: number;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #length = 0;

  /** `declared`: length in bytes if the sender told it (already checked to be within `limit`). */
  constructor(memory: MemoryBudget, limit: number, declared: number | undefined) {
    this.#memory = memory;
    this.#end = declared ?? limit;
    this.#factor = declared === undefined ? UNKNOWN_FACTOR : DECLARED_FACTOR;
  }

  get length(): number {
    return this.#length;
  }

  append(chunk: Uint8Array): AppendOutcome {
    const needed = this.#length + chunk.byteLength;
    if (needed > this.#end) return 'tooLarge';
    if (needed > this.#bytes.byteLength && !this.#grow(needed)) return 'busy';
    this.#bytes.set(chunk, this.#length);
    this.#length = needed;
    return 'ok';
  }

  /** The body, in a buffer of its own that is at most an eighth larger than it. */
  take(): Uint8Array<ArrayBuffer> {
    return withoutSlack(this.#bytes.subarray(0, this.#length));
  }

  /** Gives the charged bytes back; the slab must not be used afterwards. Calling it again does nothing. */
  release(): void {
    this.#memory.release(this.#bytes.byteLength);
    this.#bytes = new Uint8Array(0);
    this.#length = 0;
  }

  #grow(needed: number): boolean {
    const size = Math.min(this.#end, Math.max(needed * this.#factor, LEAST_SIZE));
    // Both buffers exist only within this call, for one body at a time: the old one is not charged twice.
    if (!this.#memory.reserve(size - this.#bytes.byteLength)) return false;
    // Not zero-filled: every byte handed out was written first.
    const grown = new Uint8Array(Buffer.allocUnsafeSlow(size).buffer);
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    return true;
  }
}

/** `bytes`, copied when its underlying buffer is over an eighth larger: whoever keeps the body would keep the slack too. */
export function withoutSlack(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.buffer.byteLength - bytes.byteLength > bytes.byteLength / 8 ? bytes.slice() : bytes;
}
