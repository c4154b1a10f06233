import { NONE } from './spanColumns.ts';

/**
 * Open-addressed hash from keys to handles, with 32 bits of each key's hash beside its handle. The keys themselves
 * stay in the columns: callers walk the candidates of a hash and compare there.
 */
export class HandleIndex {
  count = 0;
  private hashes = new Uint32Array(1024);
  private handles = new Uint32Array(1024).fill(NONE);

  get byteLength(): number {
    return 8 * this.handles.length;
  }

  /** First slot to look at for `hash`; go on with {@link next}. -1 when nothing has this hash. */
  first(hash: number): number {
    return this.seek(hash, hash & (this.handles.length - 1));
  }

  /** The slot after `slot` that has `hash` too, or -1. */
  next(hash: number, slot: number): number {
    return this.seek(hash, (slot + 1) & (this.handles.length - 1));
  }

  handleAt(slot: number): number {
    return this.handles[slot]!;
  }

  /** Lets `slot` name another handle of the same key. */
  replace(slot: number, handle: number): void {
    this.handles[slot] = handle;
  }

  /** Adds a key that is known not to be here. */
  add(hash: number, handle: number): void {
    if ((this.count + 1) * 4 > this.handles.length * 3) this.resize(this.handles.length * 2);
    this.place(hash, handle);
    this.count++;
  }

  /** Takes the entry at `slot` out; entries behind it move up, so slots found before are void. */
  remove(slot: number): void {
    const { hashes, handles } = this;
    const mask = handles.length - 1;
    let hole = slot;
    for (let at = (slot + 1) & mask; handles[at] !== NONE; at = (at + 1) & mask) {
      const home = hashes[at]! & mask;
      // The entry may fill the hole unless its home lies between the hole and where it stands.
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        hashes[hole] = hashes[at]!;
        handles[hole] = handles[at]!;
        hole = at;
      }
    }
    handles[hole] = NONE;
    this.count--;
  }

  /** Gives back room after many removals. */
  shrink(): void {
    let size = this.handles.length;
    while (size > 1024 && this.count * 4 < size) size /= 2;
    if (size < this.handles.length) this.resize(size);
  }

  private seek(hash: number, slot: number): number {
    const { hashes, handles } = this;
    const mask = handles.length - 1;
    for (; handles[slot] !== NONE; slot = (slot + 1) & mask) if (hashes[slot] === hash) return slot;
    return -1;
  }

  private place(hash: number, handle: number): void {
    const { handles } = this;
    const mask = handles.length - 1;
    let slot = hash & mask;
    while (handles[slot] !== NONE) slot = (slot + 1) & mask;
    this.hashes[slot] = hash;
    handles[slot] = handle;
  }

  private resize(size: number): void {
    const { hashes, handles } = this;
    this.hashes = new Uint32Array(size);
    this.handles = new Uint32Array(size).fill(NONE);
    for (let slot = 0; slot < handles.length; slot++) {
      if (handles[slot] !== NONE) this.place(hashes[slot]!, handles[slot]!);
    }
  }
}

/** Mixes words of a key into 32 bits; senders choose ids, so every bit must count. */
export function hashIds(a: number, b: number, c: number, seed = 0x9e3779b9): number {
  let hash = Math.imul(seed ^ a, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ b, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16) ^ c, 0x27d4eb2f);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
