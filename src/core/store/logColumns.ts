import { resized } from './resized.ts';

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
    this.trace0 = resized(this.trace0, capacity);
    this.trace1 = resized(this.trace1, capacity);
    this.trace2 = resized(this.trace2, capacity);
    this.trace3 = resized(this.trace3, capacity);
    this.spanHi = resized(this.spanHi, capacity);
    this.spanLo = resized(this.spanLo, capacity);
    this.timeHi = resized(this.timeHi, capacity);
    this.timeLo = resized(this.timeLo, capacity);
    this.origin = resized(this.origin, capacity);
    this.block = resized(this.block, capacity);
    this.start = resized(this.start, capacity);
    this.end = resized(this.end, capacity);
    this.previous = resized(this.previous, capacity);
    this.bits = resized(this.bits, capacity);
    this.capacity = capacity;
  }
}
