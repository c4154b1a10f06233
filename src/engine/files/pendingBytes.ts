import type { FilePlace } from './fileProblem.ts';

const LINE_FEED = 0x0a;

/** The bytes of a stream that are still needed, and where in the file they are. */
export class PendingBytes {
  #buffer = new Uint8Array(256 * 1024);
  #start = 0;
  #end = 0;
  /** File offset of the first pending byte. */
  offset = 0;
  /** Lines before `#countedTo` (a file offset). */
  #lines = 0;
  #countedTo = 0;
  readonly #hasLines: boolean;

  /** @param hasLines false where lines mean nothing: they are not counted, and places have line 0. */
  constructor(hasLines: boolean) {
    this.#hasLines = hasLines;
  }

  get length(): number {
    return this.#end - this.#start;
  }

  /** The pending bytes; valid until the next {@link append}. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  append(chunk: Uint8Array): void {
    if (this.#end + chunk.length > this.#buffer.length) {
      // Twice the room when most of it is in use: a long piece is not copied once for each chunk.
      const needed = this.length + chunk.length;
      const target =
        needed * 2 > this.#buffer.length ? new Uint8Array(Math.max(needed * 2, this.#buffer.length)) : this.#buffer;
      if (target === this.#buffer) this.#buffer.copyWithin(0, this.#start, this.#end);
      else target.set(this.bytes);
      this.#end = this.length;
      this.#start = 0;
      this.#buffer = target;
    }
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** Lets go of the first `count` bytes. */
  drop(count: number): void {
    this.#countLines(this.offset + count);
    this.#start += count;
    this.offset += count;
  }

  /** Line and byte of a pending byte. Asked in ascending order it costs one pass over the file. */
  placeOf(position: number): FilePlace {
    const byte = this.offset + position;
    if (!this.#hasLines) return { byte, line: 0 };
    if (byte >= this.#countedTo) {
      this.#countLines(byte);
      return { byte, line: this.#lines + 1 };
    }
    const between = lineFeeds(this.bytes, position, this.#countedTo - this.offset);
    return { byte, line: this.#lines - between + 1 };
  }

  #countLines(byte: number): void {
    if (!this.#hasLines || byte <= this.#countedTo) return;
    this.#lines += lineFeeds(this.bytes, this.#countedTo - this.offset, byte - this.offset);
    this.#countedTo = byte;
  }
}

/** Line feeds in `bytes[from .. to)`. */
export function lineFeeds(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED, from); at >= 0 && at < to; at = bytes.indexOf(LINE_FEED, at + 1)) count++;
  return count;
}
