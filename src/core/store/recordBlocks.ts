import { packUnit } from './blockCodec.ts';
import type { BlockCodec, ReadCache, Unit } from './blockCodec.ts';
import { ContentChunks } from './contentChunks.ts';
import type { ByteRange } from './rangeTable.ts';
import { resized } from './resized.ts';

/** Values of this many bytes and more are kept apart, each piece once. */
export const SHARED_BYTES = 4096;
/** Numbers a cut has: block, position there, length in bytes, first reference, number of references. */
const CUT = 5;
/** A long value that was cut out of a record. */
export interface Cut {
  /** Position in the block where it was. */
  readonly at: number;
  /** Its length in bytes. */
  readonly length: number;
  /** Its references in the segment's chunks: the first, and how many. */
  readonly first: number;
  readonly count: number;
}

/** Records are packed into units of about this size: large enough to compress well, small enough to open for one span. */
const UNIT_BYTES = 256 * 1024;

/**
 * The bytes of one segment's records. Open, they are the bodies as they came, long values cut out and kept once in
 * {@link ContentChunks}; sealed, they are packed into units of records alone, compressed. A record is always read as it
 * was sent, byte for byte.
 */
export class RecordBlocks {
  private readonly bodies: Uint8Array[] = [];
  private units: Unit[] | undefined;
  /** The long values that were cut out. */
  readonly content = new ContentChunks();
  /** Where something was cut out, by block and position. */
  private cuts = new Uint32Array(0);
  private cutCount = 0;
  private bodyBytes = 0;
  private readonly cutKeys = new Map<number, object>();
  private readonly cache: ReadCache;

  constructor(cache: ReadCache) {
    this.cache = cache;
  }

  get count(): number {
    return this.bodies.length;
  }

  get byteLength(): number {
    return this.bodyBytes + this.content.byteLength + 4 * this.cuts.length;
  }

  /** Adds a body and returns its number. */
  add(body: Uint8Array): number {
    this.bodyBytes += body.byteLength;
    return this.bodies.push(body) - 1;
  }

  /** A body that was added and not packed. */
  body(block: number): Uint8Array {
    return this.bodies[block]!;
  }

  /** Forgets the bodies from number `count` on; nothing of theirs is shared yet. */
  truncate(count: number): void {
    for (let block = count; block < this.bodies.length; block++) this.bodyBytes -= this.bodies[block]!.byteLength;
    this.bodies.length = count;
  }

  /** The record at `start .. end` of a block as it was sent. */
  range(block: number, start: number, end: number): ByteRange {
    const unit = this.units?.[block];
    const bytes = unit === undefined ? this.bodies[block]! : this.cache.open(unit);
    const first = this.firstCut(block, start);
    if (first === this.cutCount || this.cuts[first * CUT] !== block || this.cuts[first * CUT + 1]! > end) {
      return { bytes, start, end };
    }
    const whole = this.whole(bytes, block, start, end, first);
    return { bytes: whole, start: 0, end: whole.byteLength };
  }

  /** All bytes of a block without what was cut out, opened in `cache`. */
  cutBytes(block: number, cache: ReadCache): Uint8Array {
    const unit = this.units?.[block];
    return unit === undefined ? this.bodies[block]! : cache.open(unit);
  }

  /** What was cut out of the record at `start .. end` of a block; most have nothing. */
  cutsIn(block: number, start: number, end: number): readonly Cut[] | undefined {
    if (this.cutCount === 0) return undefined;
    let cuts: Cut[] | undefined;
    for (let cut = this.firstCut(block, start); cut < this.cutCount; cut++) {
      const [ofBlock, at, length, first, count] = this.cutAt(cut);
      if (ofBlock !== block || at! > end) break;
      (cuts ??= []).push({ at: at!, length: length!, first: first!, count: count! });
    }
    return cuts;
  }

  /**
   * Cuts the values at `large` (pairs of start and end, ascending) out of the body added last and keeps them once.
   * @returns for each position of the old body its place in the new one, as a function.
   */
  share(large: readonly number[]): (position: number) => number {
    const block = this.bodies.length - 1;
    const body = this.bodies[block]!;
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    let cutBytes = 0;
    for (let i = 0; i < large.length; i += 2) cutBytes += large[i + 1]! - large[i]!;
    const compact = new Uint8Array(body.byteLength - cutBytes);
    let from = 0;
    let to = 0;
    const olds = new Uint32Array(large.length / 2);
    for (let i = 0; i < large.length; i += 2) {
      const [start, end] = [large[i]!, large[i + 1]!];
      compact.set(body.subarray(from, start), to);
      to += start - from;
      from = end;
      olds[i / 2] = end;
      const first = this.content.end;
      this.content.add(view, start, end);
      this.addCut(block, to, end - start, first, this.content.end - first);
    }
    compact.set(body.subarray(from), to);
    this.bodies[block] = compact;
    this.bodyBytes -= cutBytes;
    let passed = 0;
    let lost = 0;
    // Positions are asked for in ascending order, or from the start again.
    return (position) => {
      if (passed > 0 && position < olds[passed - 1]!) passed = lost = 0;
      while (passed < olds.length && olds[passed]! <= position) {
        lost += large[2 * passed + 1]! - large[2 * passed]!;
        passed++;
      }
      return position - lost;
    };
  }

  /** Whether a body with long values can be shared here. */
  get canShare(): boolean {
    return !this.content.isFull;
  }

  /** Begins packing; see {@link BlockPacker}. */
  packer(codec: BlockCodec | undefined): BlockPacker {
    return new BlockPacker(this, codec);
  }

  /** Raw access for the packer: the record without its long values, and its cuts. */
  skeleton(block: number, start: number, end: number): { bytes: Uint8Array; firstCut: number; cuts: number } {
    const firstCut = this.firstCut(block, start);
    let last = firstCut;
    while (last < this.cutCount && this.cuts[last * CUT] === block && this.cuts[last * CUT + 1]! <= end) last++;
    return { bytes: this.bodies[block]!.subarray(start, end), firstCut, cuts: last - firstCut };
  }

  cutAt(cut: number): Uint32Array<ArrayBuffer> {
    return this.cuts.subarray(cut * CUT, cut * CUT + CUT);
  }

  packContent(codec: BlockCodec | undefined): boolean {
    return this.content.packNext(codec);
  }

  /** Puts what a packer made in the place of the bodies. */
  replace(units: Unit[], cuts: Uint32Array<ArrayBuffer>): void {
    this.units = units;
    this.cuts = cuts;
    this.cutCount = cuts.length / CUT;
    this.bodies.length = 0;
    this.bodyBytes = units.reduce((sum, unit) => sum + unit.bytes.byteLength, 0);
    this.cutKeys.clear();
  }

  private whole(bytes: Uint8Array, block: number, start: number, end: number, first: number): Uint8Array {
    const { cuts } = this;
    let length = end - start;
    let last = first;
    for (; last < this.cutCount && cuts[last * CUT] === block && cuts[last * CUT + 1]! <= end; last++) {
      length += cuts[last * CUT + 2]!;
    }
    // The cuts of a record are its name: no other record has them.
    return this.cache.get(this.cutKey(first), () => {
      const whole = new Uint8Array(length);
      let from = start;
      let to = 0;
      for (let cut = first; cut < last; cut++) {
        const at = cuts[cut * CUT + 1]!;
        whole.set(bytes.subarray(from, at), to);
        to += at - from;
        from = at;
        this.content.copyTo(whole, to, cuts[cut * CUT + 3]!, cuts[cut * CUT + 4]!, this.cache);
        to += cuts[cut * CUT + 2]!;
      }
      whole.set(bytes.subarray(from, end), to);
      return whole;
    });
  }

  /** An object that stands for a record with cuts in the cache. */
  private cutKey(first: number): object {
    let key = this.cutKeys.get(first);
    if (key === undefined) {
      key = {};
      this.cutKeys.set(first, key);
    }
    return key;
  }

  /** The first cut behind `start` of a block. A cut lies behind the tag of its field, so never at a record's start. */
  private firstCut(block: number, start: number): number {
    const { cuts } = this;
    let low = 0;
    let high = this.cutCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = cuts[middle * CUT]!;
      if (at < block || (at === block && cuts[middle * CUT + 1]! <= start)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private addCut(block: number, at: number, length: number, first: number, count: number): void {
    if ((this.cutCount + 1) * CUT > this.cuts.length) {
      this.cuts = resized(this.cuts, Math.max(CUT * 16, this.cuts.length * 2));
    }
    this.cuts.set([block, at, length, first, count], this.cutCount++ * CUT);
  }
}

/** Packs the records of sealed blocks into units, one unit a step. */
export class BlockPacker {
  private readonly blocks: RecordBlocks;
  private readonly codec: BlockCodec | undefined;
  private readonly units: Unit[] = [];
  private readonly cuts: number[] = [];
  private buffer = new Uint8Array(UNIT_BYTES);
  private used = 0;
  /** Where the record taken last went. */
  block = 0;
  start = 0;
  end = 0;

  constructor(blocks: RecordBlocks, codec: BlockCodec | undefined) {
    this.blocks = blocks;
    this.codec = codec;
  }

  /** Takes a record and says in {@link block}, {@link start} and {@link end} where it is; true when that filled a unit. */
  take(block: number, start: number, end: number): boolean {
    const { bytes, firstCut, cuts } = this.blocks.skeleton(block, start, end);
    let filled = false;
    if (this.used + bytes.byteLength > this.buffer.length) {
      if (this.used > 0) {
        this.close();
        filled = true;
      }
      if (bytes.byteLength > this.buffer.length) this.buffer = new Uint8Array(bytes.byteLength);
    }
    this.block = this.units.length;
    this.start = this.used;
    this.buffer.set(bytes, this.used);
    this.used += bytes.byteLength;
    this.end = this.used;
    for (let cut = firstCut; cut < firstCut + cuts; cut++) {
      const [, at, length, first, count] = this.blocks.cutAt(cut);
      this.cuts.push(this.block, at! - start + this.start, length!, first!, count!);
    }
    return filled;
  }

  /** Puts the units in the place of the bodies. */
  finish(): void {
    if (this.used > 0) this.close();
    this.blocks.replace(this.units, Uint32Array.from(this.cuts));
  }

  private close(): void {
    this.units.push(packUnit(this.codec, this.buffer.slice(0, this.used)));
    this.used = 0;
    if (this.buffer.length > UNIT_BYTES) this.buffer = new Uint8Array(UNIT_BYTES);
  }
}
