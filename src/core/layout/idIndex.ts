/** Fractional part of the golden ratio × 2^32: spreads ids whose senders count instead of drawing lots. */
const MULTIPLIER = 0x9e3779b1;
const OTHER_MULTIPLIER = 0x85ebca6b;

/** Mixes an id's halves to 32 bits of either sign; `seed` makes the result unpredictable for a sender. */
export function hashOfId(hi: number, lo: number, seed: number): number {
  let hash = Math.imul(lo ^ seed, MULTIPLIER) ^ Math.imul((hi ^ (hi >>> 15)) + seed, OTHER_MULTIPLIER);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, OTHER_MULTIPLIER);
  return hash ^ (hash >>> 13);
}

/**
 * 64-bit ids (as two 32-bit halves) → their index in the columns. Open addressing at most half full, so a lookup reads
 * one or two slots; hostile ids that all fall together cost a scan, never a loop without end. Of equal ids the first
 * wins.
 */
export class IdIndex {
  readonly #hi: Uint32Array;
  readonly #lo: Uint32Array;
  /** Index + 1; 0 is free. */
  readonly #slots: Uint32Array;
  readonly #mask: number;
  readonly #seed: number;

  /** `seed` makes the slots unpredictable for a sender; any number will do. */
  constructor(hi: Uint32Array, lo: Uint32Array, count: number, seed: number) {
    let size = 16;
    while (size < count * 2) size *= 2;
    this.#hi = hi;
    this.#lo = lo;
    this.#slots = new Uint32Array(size);
    this.#mask = size - 1;
    this.#seed = seed | 0;
    for (let index = 0; index < count; index++) this.#insert(hi[index]!, lo[index]!, index);
  }

  /** The index of an id, or -1. */
  find(hi: number, lo: number): number {
    const slots = this.#slots;
    for (let slot = hashOfId(hi, lo, this.#seed) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const entry = slots[slot]!;
      if (entry === 0) return -1;
      if (this.#lo[entry - 1] === lo && this.#hi[entry - 1] === hi) return entry - 1;
    }
  }

  #insert(hi: number, lo: number, index: number): void {
    const slots = this.#slots;
    for (let slot = hashOfId(hi, lo, this.#seed) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const entry = slots[slot]!;
      if (entry === 0) {
        slots[slot] = index + 1;
        return;
      }
      if (this.#lo[entry - 1] === lo && this.#hi[entry - 1] === hi) return;
    }
  }
}
