/**
 * Byte ranges of a segment's blocks, one for each distinct content: resources and scopes, which come again with every
 * batch. An entry is the message's range and the range of its group's `schema_url`; both make its identity.
 */
export class RangeTable {
  count = 0;
  /** Five numbers an entry: block, start, end, schema start, schema end. */
  private ranges = new Uint32Array(5 * 16);
  private hashes = new Uint32Array(16);
  private slots = new Uint32Array(32);
  private readonly blocks: readonly Uint8Array[];

  /** @param blocks The segment's blocks; entries refer to them by index. */
  constructor(blocks: readonly Uint8Array[]) {
    this.blocks = blocks;
  }

  get byteLength(): number {
    return 4 * (this.ranges.length + this.hashes.length + this.slots.length);
  }

  /** Index of the entry with these bytes, added when new (then it equals the former {@link count}). */
  intern(block: number, start: number, end: number, schemaStart: number, schemaEnd: number): number {
    const bytes = this.blocks[block]!;
    const hash = hashBytes(bytes, start, end - start);
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const entry = this.slots[slot]!;
      if (entry === 0) break;
      const index = entry - 1;
      if (
        this.hashes[index] === hash &&
        this.same(index, 1, bytes, start, end) &&
        this.same(index, 3, bytes, schemaStart, schemaEnd)
      ) {
        return index;
      }
      slot = (slot + 1) & mask;
    }
    const index = this.count;
    if (index === this.hashes.length) this.grow();
    const at = index * 5;
    this.ranges[at] = block;
    this.ranges[at + 1] = start;
    this.ranges[at + 2] = end;
    this.ranges[at + 3] = schemaStart;
    this.ranges[at + 4] = schemaEnd;
    this.hashes[index] = hash;
    this.slots[slot] = index + 1;
    this.count++;
    if (this.count * 2 > this.slots.length) this.rebuildSlots(this.slots.length * 2);
    return index;
  }

  block(index: number): number {
    return this.ranges[index * 5]!;
  }
  start(index: number): number {
    return this.ranges[index * 5 + 1]!;
  }
  end(index: number): number {
    return this.ranges[index * 5 + 2]!;
  }
  schemaStart(index: number): number {
    return this.ranges[index * 5 + 3]!;
  }
  schemaEnd(index: number): number {
    return this.ranges[index * 5 + 4]!;
  }

  rollback(count: number): void {
    if (this.count === count) return;
    this.ranges.fill(0, count * 5, this.count * 5);
    this.hashes.fill(0, count, this.count);
    this.count = count;
    this.rebuildSlots(this.slots.length);
  }

  private same(index: number, part: 1 | 3, bytes: Uint8Array, start: number, end: number): boolean {
    const at = index * 5;
    const mine = this.blocks[this.ranges[at]!]!;
    let from = this.ranges[at + part]!;
    if (this.ranges[at + part + 1]! - from !== end - start) return false;
    for (; start < end; start++, from++) if (mine[from] !== bytes[start]) return false;
    return true;
  }

  private grow(): void {
    const ranges = new Uint32Array(this.ranges.length * 2);
    ranges.set(this.ranges);
    this.ranges = ranges;
    const hashes = new Uint32Array(this.hashes.length * 2);
    hashes.set(this.hashes);
    this.hashes = hashes;
  }

  private rebuildSlots(size: number): void {
    const slots = new Uint32Array(size);
    for (let index = 0; index < this.count; index++) {
      let slot = this.hashes[index]! & (size - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (size - 1);
      slots[slot] = index + 1;
    }
    this.slots = slots;
  }
}

/** FNV-1a. */
function hashBytes(bytes: Uint8Array, at: number, length: number): number {
  let hash = 0x811c9dc5;
  for (const stop = at + length; at < stop; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
