/** The log records of one segment by column, in order of arrival; only records that carry a trace id are kept. */
export class LogColumns {
  count = 0;
  capacity = 0;
  /** The trace id's four words, big endian, signed like all words of ids. */
  trace0 = new Int32Array(0);
  trace1 = new Int32Array(0);
  trace2 = new Int32Array(0);
  trace3 = new Int32Array(0);
  /** 0,0 when the record belongs to the trace only. */
  spanHi = new Int32Array(0);
  spanLo = new Int32Array(0);
  /** `time_unix_nano`, or `observed_time_unix_nano` when that is 0. */
  timeHi = new Uint32Array(0);
  timeLo = new Uint32Array(0);
  origin = new Uint32Array(0);
  block = new Uint32Array(0);
  start = new Uint32Array(0);
  end = new Uint32Array(0);
  /** Handle of the record before this one with the same ids, or NONE. */
  previous = new Uint32Array(0);
  /** SPAN_BITs that the record gives to its span. */
  bits = new Uint16Array(0);

  get byteLength(): number {
    return this.capacity * (13 * 4 + 2);
  }

  /** Makes room for at least `count` records. */
  ensure(count: number): void {
    if (count > this.capacity) this.resize(Math.max(256, this.capacity * 2, count));
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
    this.trace0 = i32(this.trace0);
    this.trace1 = i32(this.trace1);
    this.trace2 = i32(this.trace2);
    this.trace3 = i32(this.trace3);
    this.spanHi = i32(this.spanHi);
    this.spanLo = i32(this.spanLo);
    this.timeHi = u32(this.timeHi);
    this.timeLo = u32(this.timeLo);
    this.origin = u32(this.origin);
    this.block = u32(this.block);
    this.start = u32(this.start);
    this.end = u32(this.end);
    this.previous = u32(this.previous);
    const bits = new Uint16Array(capacity);
    bits.set(this.bits.length > capacity ? this.bits.subarray(0, capacity) : this.bits);
    this.bits = bits;
    this.capacity = capacity;
  }
}
