import { packUnit } from './blockCodec.ts';
import type { BlockCodec, ReadCache, Unit } from './blockCodec.ts';
import { resized } from './resized.ts';
import { hashBytes, sameBytes } from './stringTable.ts';

/** Chunks are cut where the last 32 bytes say so: 2 KiB on average behind the first 512 bytes, so that texts that grow at
 * the end, or have a piece put in, share all chunks but those that changed. */
const MIN_CHUNK = 512;
const MAX_CHUNK = 8192;
const BOUNDARY_SHIFT = 21;
const PAGE_BYTES = 64 * 1024;
const FIRST_PAGE_BYTES = 16 * 1024;
const OFFSET_BITS = 16;
/** Pages that are compressed together. */
const UNIT_PAGES = 4;
const MAX_PAGES = 1 << (32 - OFFSET_BITS);

/** One random word for each byte value (a gear hash); fixed, since boundaries only have to be the same in one process. */
const GEAR = Int32Array.from({ length: 256 }, (_, byte) => {
  let word = Math.imul(byte + 1, 0x9e3779b1);
  word = Math.imul(word ^ (word >>> 15), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return word ^ (word >>> 16);
});

/**
 * Long values of one segment, each piece kept once: agent loops send the same prompt again with every step, and each
 * layer of instrumentation sends it once more. A value is a row of chunk references.
 */
export class ContentChunks {
  /** Hot pages; the last one grows up to PAGE_BYTES. */
  private pages: Uint8Array[] = [];
  private views: DataView[] = [];
  private units: Unit[] | undefined;
  private used = 0;
  private count = 0;
  /** Page and offset of chunk i. */
  private places = new Uint32Array(64);
  private lengths = new Uint16Array(64);
  /** Dropped when the segment is sealed: nothing is looked for then. */
  private hashes = new Uint32Array(64);
  private slots = new Uint32Array(128);
  /** Chunk numbers of all values, one after the other. */
  private refs = new Uint32Array(64);
  private refCount = 0;
  private pageBytes = 0;

  get byteLength(): number {
    return (
      this.pageBytes +
      4 * (this.places.length + this.hashes.length + this.slots.length + this.refs.length) +
      2 * this.lengths.length
    );
  }

  /** Whether another value finds room. */
  get isFull(): boolean {
    return this.pages.length >= MAX_PAGES - 512;
  }

  /** Number of references so far; those of the next {@link add} start here. */
  get end(): number {
    return this.refCount;
  }

  /** Keeps `bytes[start .. end)`; its references follow each other from the former {@link end}. */
  add(bytes: DataView, start: number, end: number): void {
    let from = start;
    while (from < end) {
      const to = boundary(bytes, from, end);
      this.addRef(this.intern(bytes, from, to - from));
      from = to;
    }
  }

  /** Copies the value of `count` references from `first` to `target` at `at`. */
  copyTo(target: Uint8Array, at: number, first: number, count: number, cache: ReadCache): void {
    for (let i = first; i < first + count; i++) {
      const bytes = this.chunk(this.refs[i]!, cache);
      target.set(bytes, at);
      at += bytes.byteLength;
    }
  }

  /** Number of chunks so far. */
  get chunkCount(): number {
    return this.count;
  }

  /** Chunk number of a reference. */
  chunkAt(reference: number): number {
    return this.refs[reference]!;
  }

  /** The bytes of a chunk, not to be kept: pages are opened in `cache`. */
  chunk(chunk: number, cache: ReadCache): Uint8Array {
    const place = this.places[chunk]!;
    return this.bytesAt(place >>> OFFSET_BITS, place & ((1 << OFFSET_BITS) - 1), this.lengths[chunk]!, cache);
  }

  /** Compresses some pages; false when all are. Values can be read meanwhile; none may be added any more. */
  packNext(codec: BlockCodec | undefined): boolean {
    if (this.units === undefined) {
      this.units = [];
      this.hashes = this.slots = new Uint32Array(0);
      this.places = this.places.slice(0, this.count);
      this.lengths = this.lengths.slice(0, this.count);
      this.refs = this.refs.slice(0, this.refCount);
    }
    const first = this.units.length * UNIT_PAGES;
    const last = Math.min(first + UNIT_PAGES, this.pages.length) - 1;
    if (last < first) return false;
    const lastUsed = last === this.pages.length - 1 ? this.used : PAGE_BYTES;
    const together = new Uint8Array((last - first) * PAGE_BYTES + lastUsed);
    for (let number = first; number <= last; number++) {
      const page = this.pages[number]!;
      together.set(number === last ? page.subarray(0, lastUsed) : page, (number - first) * PAGE_BYTES);
      this.pageBytes -= page.byteLength;
      this.pages[number] = NOTHING;
    }
    const unit = packUnit(codec, together);
    this.units.push(unit);
    this.pageBytes += unit.bytes.byteLength;
    this.views = [];
    return last + 1 < this.pages.length;
  }

  private bytesAt(page: number, offset: number, length: number, cache: ReadCache): Uint8Array {
    const unit = this.units?.[Math.floor(page / UNIT_PAGES)];
    if (unit === undefined) return this.pages[page]!.subarray(offset, offset + length);
    const at = (page % UNIT_PAGES) * PAGE_BYTES + offset;
    return cache.open(unit).subarray(at, at + length);
  }

  private addRef(chunk: number): void {
    if (this.refCount === this.refs.length) {
      this.refs = resized(this.refs, this.refs.length * 2);
    }
    this.refs[this.refCount++] = chunk;
  }

  private intern(bytes: DataView, at: number, length: number): number {
    const hash = hashBytes(bytes, at, length);
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const entry = this.slots[slot]!;
      if (entry === 0) break;
      const chunk = entry - 1;
      if (this.hashes[chunk] === hash && this.lengths[chunk] === length) {
        const place = this.places[chunk]!;
        const view = this.views[place >>> OFFSET_BITS]!;
        if (sameBytes(view, place & ((1 << OFFSET_BITS) - 1), bytes, at, length)) return chunk;
      }
      slot = (slot + 1) & mask;
    }
    const chunk = this.count++;
    if (chunk === this.places.length) this.growChunks();
    this.places[chunk] = this.append(bytes, at, length);
    this.lengths[chunk] = length;
    this.hashes[chunk] = hash;
    this.slots[slot] = chunk + 1;
    if (this.count * 2 > this.slots.length) this.rebuildSlots(this.slots.length * 2);
    return chunk;
  }

  private append(bytes: DataView, at: number, length: number): number {
    let last = this.pages.length - 1;
    if (last < 0 || this.used + length > PAGE_BYTES) {
      this.pages.push(new Uint8Array(last < 0 ? FIRST_PAGE_BYTES : PAGE_BYTES));
      this.pageBytes += this.pages[++last]!.byteLength;
      this.views.push(new DataView(this.pages[last]!.buffer));
      this.used = 0;
    }
    let page = this.pages[last]!;
    if (this.used + length > page.length) {
      const grown = new Uint8Array(Math.min(PAGE_BYTES, Math.max(page.length * 2, this.used + length)));
      grown.set(page);
      this.pageBytes += grown.length - page.length;
      page = this.pages[last] = grown;
      this.views[last] = new DataView(grown.buffer);
    }
    const offset = this.used;
    page.set(new Uint8Array(bytes.buffer, bytes.byteOffset + at, length), offset);
    this.used += length;
    return ((last << OFFSET_BITS) | offset) >>> 0;
  }

  private growChunks(): void {
    const size = this.places.length * 2;
    this.places = resized(this.places, size);
    this.lengths = resized(this.lengths, size);
    this.hashes = resized(this.hashes, size);
  }

  private rebuildSlots(size: number): void {
    const slots = new Uint32Array(size);
    for (let chunk = 0; chunk < this.count; chunk++) {
      let slot = this.hashes[chunk]! & (size - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (size - 1);
      slots[slot] = chunk + 1;
    }
    this.slots = slots;
  }
}

const NOTHING = new Uint8Array(0);

/** Where the chunk that starts at `from` ends. */
function boundary(bytes: DataView, from: number, end: number): number {
  const least = from + MIN_CHUNK;
  if (least >= end) return end;
  const most = Math.min(end, from + MAX_CHUNK);
  let hash = 0;
  for (let at = least - 32; at < least; at++) hash = ((hash << 1) + GEAR[bytes.getUint8(at)]!) | 0;
  for (let at = least; at < most; at++) {
    hash = ((hash << 1) + GEAR[bytes.getUint8(at)]!) | 0;
    if (hash >>> BOUNDARY_SHIFT === 0) return at + 1;
  }
  return most;
}
