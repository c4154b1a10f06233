import { decodeUtf8 } from '../otlp/utf8.ts';
import { resized } from './resized.ts';

/** Not in the table: the table is full, or the string is too long to be worth sharing. */
export const NOT_INTERNED = 0xffffffff;

const EMPTY_SLOT = 0;
/** Longer texts are not names but values. */
const MAX_LENGTH = 256;

/** Where a table stood, to go back to when the message that added to it turns out malformed. */
export interface StringTableMark {
  readonly count: number;
  readonly arenaUsed: number;
}

/**
 * Low-cardinality strings of one segment (names, keys, scopes) as UTF-8 bytes, numbered in order of first appearance.
 * Bounded in entries and length, so that ids in span names cannot blow it up: what does not fit is
 * {@link NOT_INTERNED} and is read from the span's own bytes instead. Texts are decoded when first asked for.
 */
export class StringTable {
  count = 0;
  /** String i is `arena[starts[i] .. starts[i + 1])`. */
  arena = new Uint8Array(1024);
  private arenaView = new DataView(this.arena.buffer);
  starts = new Uint32Array(65);
  private hashes = new Uint32Array(64);
  /** Open addressing; holds index + 1. */
  private slots = new Uint32Array(128);
  private readonly texts: (string | undefined)[] = [];
  private readonly maxCount: number;

  constructor(maxCount: number) {
    this.maxCount = maxCount;
  }

  /** Bytes held, decoded texts not counted. */
  get byteLength(): number {
    return this.arena.length + 4 * (this.starts.length + this.hashes.length + this.slots.length);
  }

  /** Index of the string at `at .. at + length`, added when new, or {@link NOT_INTERNED}. */
  intern(bytes: DataView, at: number, length: number): number {
    if (length > MAX_LENGTH) return NOT_INTERNED;
    const hash = hashBytes(bytes, at, length);
    const slots = this.slots;
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const entry = slots[slot]!;
      if (entry === EMPTY_SLOT) break;
      if (this.hashes[entry - 1] === hash && this.is(entry - 1, bytes, at, length)) return entry - 1;
      slot = (slot + 1) & mask;
    }
    return this.count >= this.maxCount ? NOT_INTERNED : this.add(bytes, at, length, hash, slot);
  }

  /** Index of the string, or {@link NOT_INTERNED} when it is not here. Adds nothing. */
  find(bytes: DataView, at: number, length: number): number {
    if (length > MAX_LENGTH) return NOT_INTERNED;
    const hash = hashBytes(bytes, at, length);
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.slots[slot]!;
      if (entry === EMPTY_SLOT) return NOT_INTERNED;
      if (this.hashes[entry - 1] === hash && this.is(entry - 1, bytes, at, length)) return entry - 1;
    }
  }

  /** Whether string `index` is what stands at `at .. at + length`. */
  is(index: number, bytes: DataView, at: number, length: number): boolean {
    const start = this.starts[index]!;
    return this.starts[index + 1]! - start === length && sameBytes(this.arenaView, start, bytes, at, length);
  }

  /** The text of string `index`; invalid UTF-8 becomes U+FFFD. */
  text(index: number): string {
    let text = this.texts[index];
    if (text === undefined) {
      text = decodeUtf8(this.arena, this.starts[index]!, this.starts[index + 1]!);
      this.texts[index] = text;
    }
    return text;
  }

  mark(): StringTableMark {
    return { count: this.count, arenaUsed: this.starts[this.count]! };
  }

  /** Forgets everything added since `mark`. */
  rollback(mark: StringTableMark): void {
    if (this.count === mark.count) return;
    this.starts.fill(0, mark.count + 1, this.count + 1);
    this.hashes.fill(0, mark.count, this.count);
    this.arena.fill(0, mark.arenaUsed);
    this.texts.length = Math.min(this.texts.length, mark.count);
    this.count = mark.count;
    this.rebuildSlots(this.slots.length);
  }

  private add(bytes: DataView, at: number, length: number, hash: number, slot: number): number {
    const index = this.count;
    const start = this.starts[index]!;
    if (start + length > this.arena.length) {
      this.arena = resized(this.arena, Math.max(this.arena.length * 2, start + length));
      this.arenaView = new DataView(this.arena.buffer);
    }
    for (let i = 0; i < length; i++) this.arena[start + i] = bytes.getUint8(at + i);
    if (index === this.hashes.length) {
      this.hashes = resized(this.hashes, index * 2);
      this.starts = resized(this.starts, index * 2 + 1);
    }
    this.starts[index + 1] = start + length;
    this.hashes[index] = hash;
    this.slots[slot] = index + 1;
    this.count++;
    if (this.count * 2 > this.slots.length) this.rebuildSlots(this.slots.length * 2);
    return index;
  }

  private rebuildSlots(size: number): void {
    const slots = new Uint32Array(size);
    for (let index = 0; index < this.count; index++) {
      let slot = this.hashes[index]! & (size - 1);
      while (slots[slot] !== EMPTY_SLOT) slot = (slot + 1) & (size - 1);
      slots[slot] = index + 1;
    }
    this.slots = slots;
  }
}

/** Whether two ranges hold the same bytes; four at a time, the last four overlapping those before. */
export function sameBytes(a: DataView, atA: number, b: DataView, atB: number, length: number): boolean {
  if (length < 4) {
    for (let i = 0; i < length; i++) if (a.getUint8(atA + i) !== b.getUint8(atB + i)) return false;
    return true;
  }
  const last = length - 4;
  for (let i = 0; i < last; i += 4) if (a.getInt32(atA + i, true) !== b.getInt32(atB + i, true)) return false;
  return a.getInt32(atA + last, true) === b.getInt32(atB + last, true);
}

/**
 * 32 bits, four bytes at a time like {@link sameBytes}, which always decides. Not against chosen collisions: tables are
 * bounded, so is the harm.
 */
export function hashBytes(bytes: DataView, at: number, length: number): number {
  let hash = length;
  if (length < 4) {
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ bytes.getUint8(at + i), 0x85ebca6b);
  } else {
    const last = at + length - 4;
    for (; at < last; at += 4) {
      hash = Math.imul(hash ^ bytes.getInt32(at, true), 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash ^ bytes.getInt32(last, true), 0x85ebca6b);
  }
  return (hash ^ (hash >>> 13)) >>> 0;
}
