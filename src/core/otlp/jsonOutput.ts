import { writeUtf8 } from './jsonUtf8.ts';

/** Results up to this size are written into memory that is kept for the next request. */
const KEPT_BYTES = 4 * 1024 * 1024;

let kept = new Uint8Array(64 * 1024);

/** Growing buffer of protobuf wire format, written front to back; lengths of messages are filled in when they close. */
export class JsonOutput {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;
  /** The same memory; replaced when it grows. */
  view: DataView;

  constructor() {
    this.bytes = kept;
    this.view = new DataView(this.bytes.buffer);
  }

  /** The written bytes, in memory of their own. */
  finish(): Uint8Array<ArrayBuffer> {
    if (this.bytes.length <= KEPT_BYTES) kept = this.bytes;
    return this.bytes.slice(0, this.length);
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.length + count > this.bytes.length) this.#grow(count);
  }

  #grow(count: number): void {
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count + 1024));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }

  /** Writes a tag (at most 2 bytes: field numbers here stay below 2048). Makes room for the tag and any scalar behind it. */
  tag(tag: number): void {
    this.reserve(16);
    if (tag > 0x7f) {
      this.bytes[this.length++] = (tag & 0x7f) | 0x80;
      this.bytes[this.length++] = tag >>> 7;
    } else {
      this.bytes[this.length++] = tag;
    }
  }

  /** Keeps `width` bytes free for a length; returns the position to {@link close} with. */
  open(width: number): number {
    this.reserve(width);
    this.length += width;
    return this.length;
  }

  /** Fills in the length of what was written since `start`, padded to `width` bytes; moves the content when that is too few. */
  close(start: number, width: number): void {
    const size = this.length - start;
    const needed = varintSize(size);
    let at = start - width;
    if (needed > width) {
      const shift = needed - width;
      this.reserve(shift);
      this.bytes.copyWithin(start + shift, start, this.length);
      this.length += shift;
    }
    const end = at + Math.max(needed, width) - 1;
    let rest = size;
    while (at < end) {
      this.bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[at] = rest;
  }

  varint32(value: number): void {
    this.reserve(5);
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.bytes[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }

  /** A 64-bit value given as two unsigned words. */
  varint64(low: number, high: number): void {
    this.reserve(10);
    let lo = low >>> 0;
    let hi = high >>> 0;
    while (hi !== 0) {
      this.bytes[this.length++] = (lo & 0x7f) | 0x80;
      lo = ((lo >>> 7) | (hi << 25)) >>> 0;
      hi >>>= 7;
    }
    this.varint32(lo);
  }

  fixed32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.length, value >>> 0, true);
    this.length += 4;
  }

  fixed64(low: number, high: number): void {
    this.reserve(8);
    this.view.setUint32(this.length, low >>> 0, true);
    this.view.setUint32(this.length + 4, high >>> 0, true);
    this.length += 8;
  }

  double(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** Copies `source[from, to)`. */
  copy(source: Uint8Array, from: number, to: number): void {
    this.reserve(to - from);
    const { bytes } = this;
    let at = this.length;
    if (to - from > 48) {
      bytes.set(source.subarray(from, to), at);
      at += to - from;
    } else {
      for (let i = from; i < to; i++) bytes[at++] = source[i]!;
    }
    this.length = at;
  }

  codePoint(codePoint: number): void {
    this.reserve(4);
    this.length = writeUtf8(this.bytes, this.length, codePoint);
  }
}

/** Bytes a varint of `value` (below 2^35) needs. */
export function varintSize(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5;
}
