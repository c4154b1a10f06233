import { resized } from './resized.ts';
import { sameBytes } from './stringTable.ts';

/** A part of `bytes`, from `start` to before `end`. */
export interface ByteRange {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Numbers an entry has: start, end of its message (where its schema url starts), end of that. */
const ENTRY = 3;

/**
 * Resources and scopes of one segment, one entry for each distinct content: they come again with every batch. An entry
 * is the message and the `schema_url` of its group; both make its identity. The table keeps its own copy, so that
 * bodies can be packed and compressed without it.
 */
export class RangeTable {
  count = 0;
  private arena = new Uint8Array(1024);
  private view = new DataView(this.arena.buffer);
  private used = 0;
  private ranges = new Uint32Array(ENTRY * 16);
  private hashes = new Uint32Array(16);
  private slots = new Uint32Array(32);

  get byteLength(): number {
    return this.arena.length + 4 * (this.ranges.length + this.hashes.length + this.slots.length);
  }

  /** Index of the entry with these bytes of `bytes`, added when new (then it equals the former {@link count}). */
  intern(bytes: DataView, start: number, end: number, schemaStart: number, schemaEnd: number): number {
    const hash = hashBytes(bytes, start, end - start);
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const entry = this.slots[slot]!;
      if (entry === 0) break;
      const index = entry - 1;
      if (this.hashes[index] === hash && this.same(index, bytes, start, end, schemaStart, schemaEnd)) return index;
      slot = (slot + 1) & mask;
    }
    const index = this.count;
    if (index === this.hashes.length) this.grow();
    const at = index * ENTRY;
    this.ranges[at] = this.used;
    this.ranges[at + 1] = this.copy(bytes, start, end);
    this.ranges[at + 2] = this.copy(bytes, schemaStart, schemaEnd);
    this.hashes[index] = hash;
    this.slots[slot] = index + 1;
    this.count++;
    if (this.count * 2 > this.slots.length) this.rebuildSlots(this.slots.length * 2);
    return index;
  }

  /** The message of an entry. */
  message(index: number): ByteRange {
    return { bytes: this.arena, start: this.ranges[index * ENTRY]!, end: this.ranges[index * ENTRY + 1]! };
  }

  /** The `schema_url` of an entry, UTF-8. */
  schemaUrl(index: number): ByteRange {
    return { bytes: this.arena, start: this.ranges[index * ENTRY + 1]!, end: this.ranges[index * ENTRY + 2]! };
  }

  /** Whether entry `index` has the content of entry `otherIndex` of `other`. */
  isSame(index: number, other: RangeTable, otherIndex: number): boolean {
    if (other === this) return index === otherIndex;
    const at = otherIndex * ENTRY;
    const [start, schemaStart, end] = [other.ranges[at]!, other.ranges[at + 1]!, other.ranges[at + 2]!];
    return (
      this.hashes[index] === other.hashes[otherIndex] &&
      this.same(index, other.view, start, schemaStart, schemaStart, end)
    );
  }

  rollback(count: number): void {
    if (this.count === count) return;
    this.used = this.ranges[count * ENTRY]!;
    this.ranges.fill(0, count * ENTRY, this.count * ENTRY);
    this.hashes.fill(0, count, this.count);
    this.count = count;
    // A refused message must not leave the room it took.
    if (this.arena.length > 64 * 1024 && this.arena.length > 4 * this.used) this.trim();
    this.rebuildSlots(this.slots.length);
  }

  /** Gives back room that is not used. */
  trim(): void {
    this.arena = this.arena.slice(0, Math.max(this.used, 16));
    this.view = new DataView(this.arena.buffer);
  }

  private copy(bytes: DataView, start: number, end: number): number {
    const length = end - start;
    if (this.used + length > this.arena.length) {
      const arena = new Uint8Array(Math.max(this.arena.length * 2, this.used + length));
      arena.set(this.arena.subarray(0, this.used));
      this.arena = arena;
      this.view = new DataView(arena.buffer);
    }
    this.arena.set(new Uint8Array(bytes.buffer, bytes.byteOffset + start, length), this.used);
    this.used += length;
    return this.used;
  }

  private same(
    index: number,
    bytes: DataView,
    start: number,
    end: number,
    schemaStart: number,
    schemaEnd: number,
  ): boolean {
    const at = index * ENTRY;
    const mine = this.ranges[at]!;
    const schema = this.ranges[at + 1]!;
    return (
      schema - mine === end - start &&
      this.ranges[at + 2]! - schema === schemaEnd - schemaStart &&
      sameBytes(this.view, mine, bytes, start, end - start) &&
      sameBytes(this.view, schema, bytes, schemaStart, schemaEnd - schemaStart)
    );
  }

  private grow(): void {
    this.ranges = resized(this.ranges, this.ranges.length * 2);
    this.hashes = resized(this.hashes, this.hashes.length * 2);
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
function hashBytes(bytes: DataView, at: number, length: number): number {
  let hash = 0x811c9dc5;
  for (const stop = at + length; at < stop; at++) hash = Math.imul(hash ^ bytes.getUint8(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
