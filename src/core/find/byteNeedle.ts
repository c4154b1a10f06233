import { encodeUtf8 } from '../otlp/jsonUtf8.ts';

/** Up to so many bytes a needle is looked for by samples. */
const MOST_SAMPLED = 3;

/** Looks for something in bytes. */
export interface ByteNeedle {
  /** Bytes of an occurrence. */
  readonly length: number;
  /** An occurrence that lies within a text is a match; else the text has to be asked. */
  readonly isExact: boolean;
  /** Position of the first occurrence that lies within `bytes[from .. to)`, or -1. */
  find(bytes: Uint8Array, from: number, to: number): number;
}

/**
 * The needle for a text, not empty. Without `matchCase` each character is also found in its other case where that has as
 * many bytes of UTF-8: all of ASCII, Latin, Greek, Cyrillic; not, for example, ß and ẞ.
 */
export function textNeedle(text: string, matchCase: boolean): ByteNeedle {
  const lower: number[] = [];
  const upper: number[] = [];
  let isExact = true;
  for (const character of text) {
    const written = encodeUtf8(character);
    const small = matchCase ? written : otherCase(character.toLowerCase(), written);
    const capital = matchCase ? written : otherCase(character.toUpperCase(), written);
    let differing = 0;
    for (let i = 0; i < written.length; i++) {
      lower.push(small[i]!);
      upper.push(capital[i]!);
      if (small[i] !== capital[i]) differing++;
    }
    // Bytes of both cases mixed would be a third character.
    if (differing > 1) isExact = false;
  }
  const Needle = lower.length <= MOST_SAMPLED ? ShortNeedle : LongNeedle;
  return new Needle(Uint8Array.from(lower), Uint8Array.from(upper), isExact);
}

function otherCase(text: string, written: Uint8Array): Uint8Array {
  const bytes = encodeUtf8(text);
  return bytes.length === written.length ? bytes : written;
}

/**
 * Looks at every byte that is as far from the last one as the needle is long: one of them lies in each occurrence. For
 * short needles faster than skipping, where each step waits for what the one before read.
 */
class ShortNeedle implements ByteNeedle {
  readonly length: number;
  readonly isExact: boolean;
  private readonly lower: Uint8Array;
  private readonly upper: Uint8Array;
  /** 1 for the bytes that the needle has. */
  private readonly has = new Uint8Array(256);

  constructor(lower: Uint8Array, upper: Uint8Array, isExact: boolean) {
    this.length = lower.length;
    this.isExact = isExact;
    this.lower = lower;
    this.upper = upper;
    for (const byte of [...lower, ...upper]) this.has[byte] = 1;
  }

  find(bytes: Uint8Array, from: number, to: number): number {
    const { has, length } = this;
    for (let at = from + length - 1; at < to; at += length) {
      if (has[bytes[at]!] === 0) continue;
      const first = Math.max(from, at - length + 1);
      const last = Math.min(at, to - length);
      for (let start = first; start <= last; start++) if (this.isAt(bytes, start)) return start;
    }
    return -1;
  }

  private isAt(bytes: Uint8Array, start: number): boolean {
    const { lower, upper, length } = this;
    for (let i = 0; i < length; i++) {
      const byte = bytes[start + i]!;
      if (byte !== lower[i] && byte !== upper[i]) return false;
    }
    return true;
  }
}

/** Boyer, Moore and Horspool over bytes that may each be one of two. */
class LongNeedle implements ByteNeedle {
  readonly length: number;
  readonly isExact: boolean;
  private readonly lower: Uint8Array;
  private readonly upper: Uint8Array;
  /** How far to go on when this byte stands under the needle's last; 0 when it is the last. */
  private readonly shift: Uint8Array;
  /** How far to go on after a comparison that failed. */
  private readonly again: number;

  constructor(lower: Uint8Array, upper: Uint8Array, isExact: boolean) {
    const { length } = lower;
    this.lower = lower;
    this.upper = upper;
    this.length = length;
    this.isExact = isExact;
    const most = Math.min(length, 255);
    this.shift = new Uint8Array(256).fill(most);
    const ends = [lower[length - 1]!, upper[length - 1]!];
    let again = most;
    for (let i = 0; i < length; i++) {
      const left = Math.min(length - 1 - i, 255);
      this.shift[lower[i]!] = this.shift[upper[i]!] = left;
      if (i < length - 1 && (ends.includes(lower[i]!) || ends.includes(upper[i]!))) again = left;
    }
    this.again = Math.max(1, again);
  }

  find(bytes: Uint8Array, from: number, to: number): number {
    const { lower, upper, shift, again } = this;
    const last = this.length - 1;
    for (let at = from + last; at < to;) {
      const by = shift[bytes[at]!]!;
      if (by !== 0) {
        at += by;
        continue;
      }
      let i = last - 1;
      let place = at - 1;
      for (; i >= 0; i--, place--) {
        const byte = bytes[place]!;
        if (byte !== lower[i] && byte !== upper[i]) break;
      }
      if (i < 0) return at - last;
      at += again;
    }
    return -1;
  }
}
