import { readMask } from '../redact/mask.ts';
import { base64Of, hexOf } from './utf8.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What stands behind the backslash for control characters that have a letter. */
const LETTERS = new Map([
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0c, 'f'],
  [0x0d, 'r'],
]);

/** 1 for bytes that stand for themselves in a JSON string: ASCII but controls, the quote and the backslash. */
const PLAIN = new Uint8Array(256).fill(1, 0x20, 0x7f);
PLAIN[QUOTE] = PLAIN[BACKSLASH] = 0;

/** Growing buffer of UTF-8 JSON text. */
export class JsonText {
  length = 0;
  #bytes = new Uint8Array(64 * 1024);

  /** The text written so far, in memory of its own. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.length);
  }

  /** Text of ASCII characters that need no escape. */
  ascii(text: string): void {
    this.#reserve(text.length);
    const bytes = this.#bytes;
    let at = this.length;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.length = at;
  }

  byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.length++] = byte;
  }

  /** `source[from .. to)` as lower-case hex digits in quotes. */
  hex(source: Uint8Array, from: number, to: number): void {
    this.ascii(`"${hexOf(source, from, to)}"`);
  }

  /** `source[from .. to)` as base64 with padding, in quotes. */
  base64(source: Uint8Array, from: number, to: number): void {
    this.ascii(`"${base64Of(source, from, to)}"`);
  }

  /**
   * The UTF-8 text `source[from .. to)` in quotes. Invalid sequences become U+FFFD, as a decoder shows them. Line and
   * paragraph separators are escaped: some readers of JSON lines take them for the end of a line. What was masked reads
   * `‹redacted: bearer›`.
   */
  string(source: Uint8Array, from: number, to: number): void {
    this.byte(QUOTE);
    let at = from;
    while (at < to) {
      const start = at;
      while (at < to && PLAIN[source[at]!] === 1) at++;
      if (at > start) this.#copy(source, start, at);
      if (at < to) at = this.#special(source, at, to);
    }
    this.byte(QUOTE);
  }

  /** Writes the character at `at` that is not plain; returns the position behind it. */
  #special(source: Uint8Array, at: number, to: number): number {
    const byte = source[at]!;
    if (byte >= 0x80) {
      const size = sequenceSize(source, at, to);
      if (size <= 0) {
        this.ascii('\\ufffd');
        return at - size;
      }
      const separator = size === 3 && byte === 0xe2 && source[at + 1] === 0x80 && (source[at + 2]! & 0xfe) === 0xa8;
      if (separator) this.ascii(source[at + 2] === 0xa8 ? '\\u2028' : '\\u2029');
      else this.#copy(source, at, at + size);
      return at + size;
    }
    const mask = byte === 0x1a ? readMask(source, at, to) : undefined;
    if (mask !== undefined) {
      this.ascii(`\\u2039redacted: ${mask.name}\\u203a`);
      return mask.end;
    }
    if (byte === QUOTE || byte === BACKSLASH) this.ascii(`\\${String.fromCharCode(byte)}`);
    else this.ascii(`\\${LETTERS.get(byte) ?? `u00${hexOf(source, at, at + 1)}`}`);
    return at + 1;
  }

  #copy(source: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from);
    const bytes = this.#bytes;
    let at = this.length;
    if (to - from > 48) {
      bytes.set(source.subarray(from, to), at);
      at += to - from;
    } else {
      for (let i = from; i < to; i++) bytes[at++] = source[i]!;
    }
    this.length = at;
  }

  #reserve(count: number): void {
    if (this.length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + count));
    grown.set(this.#bytes.subarray(0, this.length));
    this.#bytes = grown;
  }
}

/**
 * Length of the UTF-8 sequence at `at` (Unicode 17, table 3-7); for an ill-formed one minus the length of its maximal
 * subpart, which a decoder replaces by one U+FFFD.
 */
function sequenceSize(source: Uint8Array, at: number, to: number): number {
  const lead = source[at]!;
  if (lead < 0xc2 || lead > 0xf4) return -1;
  const size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  let low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  let high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  for (let i = 1; i < size; i++) {
    const byte = at + i < to ? source[at + i]! : 0;
    if (byte < low || byte > high) return -i;
    low = 0x80;
    high = 0xbf;
  }
  return size;
}
