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
    const u32 = (from: Uint32Array): Uint32Array<ArrayBuffer> => {
      const to = new Uint32Array(capacity);
      to.set(from.length > capacity ? from.subarray(0, capacity) : from);
      return to;
    };
    const i32 = (from: Int32Array): Int32Array<ArrayBuffer> => {
      const to = new Int32Array(capacity);
      to.set(from.length > capacity ? from.subarray(0, capacity) : from);
      return to;
    };
    const u8 = (from: Uint8Array): Uint8Array<ArrayBuffer> => {
      const to = new Uint8Array(capacity);
      to.set(from.length > capacity ? from.subarray(0, capacity) : from);
      return to;
    };
    this.trace = u32(this.trace);
    this.idHi = i32(this.idHi);
    this.idLo = i32(this.idLo);
    this.parentHi = i32(this.parentHi);
    this.parentLo = i32(this.parentLo);
    this.startHi = u32(this.startHi);
    this.startLo = u32(this.startLo);
    this.name = u32(this.name);
    this.origin = u32(this.origin);
    this.code = u32(this.code);
    this.block = u32(this.block);
    this.start = u32(this.start);
    this.end = u32(this.end);
    this.position = u32(this.position);
    const durationNs = new Float64Array(capacity);
    durationNs.set(this.durationNs.length > capacity ? this.durationNs.subarray(0, capacity) : this.durationNs);
    this.durationNs = durationNs;
    const bits = new Uint16Array(capacity);
    bits.set(this.bits.length > capacity ? this.bits.subarray(0, capacity) : this.bits);
    this.bits = bits;
    this.kind = u8(this.kind);
    this.status = u8(this.status);
    this.capacity = capacity;
  }
}
