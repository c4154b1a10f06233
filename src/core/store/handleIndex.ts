const SMALLEST = 1024;
/** In place of a handle: the slot is free. No handle is 2^32 - 1. */
const FREE = -1;

/**
 * Open-addressed hash from keys to handles, with 32 bits of each key's hash beside its handle. The keys themselves
 * stay in the columns: callers walk the candidates of a hash and compare there.
 */
export class HandleIndex {
  count = 0;
  /** Slots in the table. */
  private size = SMALLEST;
  /** Hash and handle of each slot side by side, so that a lookup fetches one line of memory. */
  private entries = new Int32Array(2 * SMALLEST).fill(FREE);

  get byteLength(): number {
    return 4 * this.entries.length;
  }

  /** First slot to look at for `hash`; go on with {@link next}. -1 when nothing has this hash. */
  first(hash: number): number {
    return this.seek(hash, hash & (this.size - 1));
  }

  /** The slot after `slot` that has `hash` too, or -1. */
  next(hash: number, slot: number): number {
    return this.seek(hash, (slot + 1) & (this.size - 1));
  }

  handleAt(slot: number): number {
    return this.entries[2 * slot + 1]! >>> 0;
  }

  /** Lets `slot` name another handle of the same key. */
  replace(slot: number, handle: number): void {
    this.entries[2 * slot + 1] = handle;
  }

  /** Adds a key that is known not to be here. */
  add(hash: number, handle: number): void {
    if ((this.count + 1) * 4 > this.size * 3) this.resize(this.size * (this.count < 8192 ? 4 : 2));
    this.place(hash, handle);
    this.count++;
  }

  /** Takes the entry at `slot` out; entries behind it move up, so slots found before are void. */
  remove(slot: number): void {
    const { entries } = this;
    const mask = this.size - 1;
    let hole = slot;
    for (let at = (slot + 1) & mask; entries[2 * at + 1] !== FREE; at = (at + 1) & mask) {
      const home = entries[2 * at]! & mask;
      // The entry may fill the hole unless its home lies between the hole and where it stands.
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        entries[2 * hole] = entries[2 * at]!;
        entries[2 * hole + 1] = entries[2 * at + 1]!;
        hole = at;
      }
    }
    entries[2 * hole + 1] = FREE;
    this.count--;
  }

  /** Gives back room after many removals. */
  shrink(): void {
    let { size } = this;
    while (size > SMALLEST && this.count * 4 < size) size /= 2;
    if (size < this.size) this.resize(size);
  }

  private seek(hash: number, slot: number): number {
    const { entries } = this;
    const mask = this.size - 1;
    for (; entries[2 * slot + 1] !== FREE; slot = (slot + 1) & mask) if (entries[2 * slot] === hash) return slot;
    return -1;
  }

  private place(hash: number, handle: number): void {
    const { entries } = this;
    const mask = this.size - 1;
    let slot = hash & mask;
    while (entries[2 * slot + 1] !== FREE) slot = (slot + 1) & mask;
    entries[2 * slot] = hash;
    entries[2 * slot + 1] = handle;
  }

  private resize(size: number): void {
    const { entries } = this;
    this.size = size;
    this.entries = new Int32Array(2 * size).fill(FREE);
    for (let at = 0; at < entries.length; at += 2) {
      if (entries[at + 1] !== FREE) this.place(entries[at]!, entries[at + 1]!);
    }
  }
}

/** Mixes words of a key into a signed word; senders choose ids, so every bit must count. */
export function hashIds(a: number, b: number, c: number, seed: number): number {
  let hash = Math.imul(seed ^ a, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ b, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16) ^ c, 0x27d4eb2f);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
