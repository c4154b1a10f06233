import { resized } from './resized.ts';

/** In `bits`, beside SPAN_BIT: newer content of the same span took this one's place. Never leaves the store. */
export const SUPERSEDED = 0x8000;
/** In `bits`: sent when the span started; the finished one takes its place. Never leaves the store. */
export const PENDING = 0x4000;

/** No span, no log record, no name: the largest u32 is never a handle or an index. */
export const NONE = 0xffffffff;

/**
 * The spans of one segment by column, in order of arrival. `count` is what is stored; a message being read is written
 * behind it and becomes part of it, or is overwritten by the next.
 */
export class SpanColumns {
  count = 0;
  capacity = 0;
  /** Slot in the trace table. */
  trace = new Uint32Array(0);
  /** Words of ids are signed throughout the store: unsigned ones above 2^31 would be boxed when passed on. */
  idHi = new Int32Array(0);
  idLo = new Int32Array(0);
  parentHi = new Int32Array(0);
  parentLo = new Int32Array(0);
  startHi = new Uint32Array(0);
  startLo = new Uint32Array(0);
  /** Index in the segment's names, or {@link NONE}: then it is read from the span's bytes. */
  name = new Uint32Array(0);
  /** Index in the segment's origins (resource and scope). */
  origin = new Uint32Array(0);
  /** Index + 1 in the segment's code hints; 0 for none. */
  code = new Uint32Array(0);
  /** Where the span's message is. */
  block = new Uint32Array(0);
  start = new Uint32Array(0);
  end = new Uint32Array(0);
  /** Position in the trace's list of spans. */
  position = new Uint32Array(0);
  durationNs = new Float64Array(0);
  bits = new Uint16Array(0);
  kind = new Uint8Array(0);
  status = new Uint8Array(0);

  get byteLength(): number {
    return this.capacity * (14 * 4 + 8 + 2 + 2);
  }

  /** Makes room for at least `count` spans. */
  ensure(count: number): void {
    // Large steps: copying seventeen columns costs as much as filling them.
    if (count > this.capacity) this.resize(Math.max(256, this.capacity * (this.capacity < 32768 ? 4 : 2), count));
  }

  /** Gives back room that is not used. */
  trim(): void {
    if (this.capacity > this.count) this.resize(this.count);
  }

  private resize(capacity: number): void {
    this.trace = resized(this.trace, capacity);
    this.idHi = resized(this.idHi, capacity);
    this.idLo = resized(this.idLo, capacity);
    this.parentHi = resized(this.parentHi, capacity);
    this.parentLo = resized(this.parentLo, capacity);
    this.startHi = resized(this.startHi, capacity);
    this.startLo = resized(this.startLo, capacity);
    this.name = resized(this.name, capacity);
    this.origin = resized(this.origin, capacity);
    this.code = resized(this.code, capacity);
    this.block = resized(this.block, capacity);
    this.start = resized(this.start, capacity);
    this.end = resized(this.end, capacity);
    this.position = resized(this.position, capacity);
    this.durationNs = resized(this.durationNs, capacity);
    this.bits = resized(this.bits, capacity);
    this.kind = resized(this.kind, capacity);
    this.status = resized(this.status, capacity);
    this.capacity = capacity;
  }
}
