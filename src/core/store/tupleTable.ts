import { resized } from './resized.ts';

/** The table is full. */
export const NO_TUPLE = 0xffffffff;

/** Distinct tuples of numbers, numbered in order of first appearance: pairs of resource and scope, code hints, kinds of span. */
export class TupleTable {
  count = 0;
  /** Tuple i is `values[i * width .. (i + 1) * width)`. */
  values: Uint32Array<ArrayBuffer>;
  readonly width: number;
  private readonly maxCount: number;
  private slots = new Uint32Array(32);

  constructor(width: number, maxCount: number) {
    this.width = width;
    this.maxCount = maxCount;
    this.values = new Uint32Array(width * 16);
  }

  get byteLength(): number {
    return 4 * (this.values.length + this.slots.length);
  }

  /** Index of the tuple in the first `width` entries of `tuple`, added when new; {@link NO_TUPLE} when full. */
  intern(tuple: Uint32Array): number {
    const mask = this.slots.length - 1;
    let slot = hashWords(tuple, 0, this.width) & mask;
    for (;;) {
      const entry = this.slots[slot]!;
      if (entry === 0) break;
      if (this.equals(entry - 1, tuple)) return entry - 1;
      slot = (slot + 1) & mask;
    }
    const index = this.count;
    if (index >= this.maxCount) return NO_TUPLE;
    if ((index + 1) * this.width > this.values.length) {
      this.values = resized(this.values, this.values.length * 2);
    }
    for (let i = 0; i < this.width; i++) this.values[index * this.width + i] = tuple[i]!;
    this.slots[slot] = index + 1;
    this.count++;
    if (this.count * 2 > this.slots.length) this.rebuildSlots(this.slots.length * 2);
    return index;
  }

  /** Number `part` of tuple `index`. */
  get(index: number, part: number): number {
    return this.values[index * this.width + part]!;
  }

  rollback(count: number): void {
    if (this.count === count) return;
    this.values.fill(0, count * this.width, this.count * this.width);
    this.count = count;
    this.rebuildSlots(this.slots.length);
  }

  private equals(index: number, tuple: Uint32Array): boolean {
    const from = index * this.width;
    for (let i = 0; i < this.width; i++) if (this.values[from + i] !== tuple[i]) return false;
    return true;
  }

  private rebuildSlots(size: number): void {
    const slots = new Uint32Array(size);
    for (let index = 0; index < this.count; index++) {
      let slot = hashWords(this.values, index * this.width, this.width) & (size - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (size - 1);
      slots[slot] = index + 1;
    }
    this.slots = slots;
  }
}

function hashWords(words: Uint32Array, from: number, count: number): number {
  let hash = 0x9e3779b9;
  for (let i = from; i < from + count; i++) {
    hash = Math.imul(hash ^ words[i]!, 0x85ebca6b);
    hash ^= hash >>> 13;
  }
  return (hash ^ (hash >>> 16)) >>> 0;
}
