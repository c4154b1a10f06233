import { OtlpDecodeError } from './decodeError.ts';
import { jsonPathAt } from './jsonPath.ts';

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
export const MINUS = 0x2d;
export const LOWER_N = 0x6e;
const BACKSLASH = 0x5c;

/**
 * AnyValues one inside the other, the limit of the protobuf reader too; in what is skipped, arrays and objects. Deeper
 * input is refused before it can exhaust the stack.
 */
export const MAX_DEPTH = 64;

/** No double needs more (the longest exact one has 767 significant digits). */
const MAX_NUMBER_CHARS = 4096;

/** Value of an ASCII hex digit, 255 for any other byte. */
export const HEX = new Uint8Array(256).fill(255);
for (let i = 0; i < 16; i++) {
  HEX['0123456789abcdef'.charCodeAt(i)] = i;
  HEX['0123456789ABCDEF'.charCodeAt(i)] = i;
}

/** Powers of ten that a double holds exactly. */
const POWERS_OF_TEN = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/**
 * Tokens of a JSON text in UTF-8 bytes. Strict in structure; lenient where senders are known to be: raw control
 * characters and invalid UTF-8 inside strings pass, and `NaN`, `Infinity`, `-Infinity` are numbers (Python's `json`).
 */
export class JsonReader {
  readonly bytes: Uint8Array;
  /** The same bytes, for reading four at a time. */
  readonly view: DataView;
  pos = 0;

  /** Of the string last scanned: it has escapes. */
  escaped = false;

  /** Of the number last read: its text in the bytes, and whether it is digits only (after a sign). */
  numberStart = 0;
  numberEnd = 0;
  digitsOnly = false;
  /** After {@link integer}: the value's 64 bits as two's complement, and its sign. */
  low = 0;
  high = 0;
  negative = false;

  /** Remembered so that looking for them again costs no second pass; valid while not behind `pos`. */
  #nextQuote = -1;
  #nextBackslash = -1;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.pos = 3;
  }

  /** The next byte that is not white space, -1 at the end; `pos` is on it. */
  peek(): number {
    const c = this.pos < this.bytes.length ? this.bytes[this.pos]! : -1;
    return c > 0x20 || c === -1 ? c : this.#peekBehindSpace();
  }

  #peekBehindSpace(): number {
    const { bytes, view } = this;
    const end = bytes.length;
    let pos = this.pos;
    if (bytes[pos] === 0x0a) pos++;
    for (;;) {
      // Indentation, four spaces at a time.
      while (pos + 4 <= end && view.getInt32(pos, true) === 0x20202020) pos += 4;
      const c = pos < end ? bytes[pos]! : -1;
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) {
        this.pos = pos;
        return c;
      }
      pos++;
      if (c === 0x20 && pos < end && bytes[pos] === 0x20) pos++;
    }
  }

  /** Steps over the quoted name at `pos` when it is exactly the one of `words` (see nameWords). */
  takes(words: Int32Array, length: number): boolean {
    const start = this.pos + 1;
    if (!this.stands(words, start, length + 1)) return false;
    this.pos = start + length + 1;
    return true;
  }

  /** Whether the `length` bytes of `words` (see nameWords) stand at `start`. */
  stands(words: Int32Array, start: number, length: number): boolean {
    const { view } = this;
    const last = start + length - 4;
    if (last + 4 > view.byteLength || view.getInt32(last, true) !== words[words.length - 1]) return false;
    for (let i = 0; i < words.length - 1; i++) {
      if (view.getInt32(start + i * 4, true) !== words[i]) return false;
    }
    return true;
  }

  /** Steps over the colon behind a field name. */
  colon(): void {
    if (this.peek() !== COLON) this.fail("':' behind the field name");
    this.pos++;
  }

  /**
   * From the opening quote to behind the closing one. Returns where the content ends (it begins at the old `pos` + 1);
   * tells through `escaped` whether it must be unescaped. Escapes are checked here.
   */
  string(): number {
    const { bytes, view } = this;
    const end = bytes.length;
    let pos = this.pos + 1;
    this.escaped = false;
    for (;;) {
      // Four bytes at a time while none of them is a quote or a backslash, for a while; then memchr.
      const stop = Math.min(pos + 128, end - 4);
      while (pos <= stop) {
        const word = view.getInt32(pos, true);
        const quote = word ^ 0x22222222;
        const slash = word ^ 0x5c5c5c5c;
        if ((((quote - 0x01010101) & ~quote) | ((slash - 0x01010101) & ~slash)) & 0x80808080) break;
        pos += 4;
      }
      if (pos > stop && pos + 4 <= end) pos = this.runEnd(pos);
      while (pos < end && bytes[pos] !== QUOTE && bytes[pos] !== BACKSLASH) pos++;
      if (pos >= end) this.fail(`'"' to end the string that begins at byte ${this.pos}`, end);
      if (bytes[pos] === QUOTE) {
        this.pos = pos + 1;
        return pos;
      }
      this.escaped = true;
      pos = this.checkEscape(pos);
    }
  }

  /** Where the next quote or backslash stands, found with the engine's memchr: for long stretches without either. */
  runEnd(pos: number): number {
    return Math.min(this.#quoteFrom(pos), this.#backslashFrom(pos));
  }

  #quoteFrom(pos: number): number {
    if (this.#nextQuote < pos) {
      const found = this.bytes.indexOf(QUOTE, pos);
      this.#nextQuote = found === -1 ? this.bytes.length : found;
    }
    return this.#nextQuote;
  }

  #backslashFrom(pos: number): number {
    if (this.#nextBackslash < pos) {
      const found = this.bytes.indexOf(BACKSLASH, pos);
      this.#nextBackslash = found === -1 ? this.bytes.length : found;
    }
    return this.#nextBackslash;
  }

  /** Position behind the escape at `pos`. */
  checkEscape(pos: number): number {
    switch (this.bytes[pos + 1]) {
      case QUOTE:
      case BACKSLASH:
      case 0x2f: // /
      case 0x62: // b
      case 0x66: // f
      case 0x6e: // n
      case 0x72: // r
      case 0x74: // t
        return pos + 2;
      case 0x75: // u
        for (let i = pos + 2; i < pos + 6; i++) {
          if (i >= this.bytes.length || HEX[this.bytes[i]!] === 255) this.fail('four hex digits behind \\u', i);
        }
        return pos + 6;
      default:
        return this.fail('an escape: one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX', pos);
    }
  }

  /** The UTF-16 unit of a checked `\uXXXX` whose backslash is at `pos`. */
  escapedUnit(pos: number): number {
    const { bytes } = this;
    const high = (HEX[bytes[pos + 2]!]! << 4) | HEX[bytes[pos + 3]!]!;
    return (high << 8) | (HEX[bytes[pos + 4]!]! << 4) | HEX[bytes[pos + 5]!]!;
  }

  /**
   * Reads a number, bare or as a string (`"123"`, `"NaN"`); `c` is the byte at `pos`. Afterwards {@link integer} or
   * {@link double} give its value.
   */
  number(c: number, expected: string): void {
    const start = this.pos;
    if (c === QUOTE) this.pos++;
    if (!this.#numberText(c !== QUOTE) || (c === QUOTE && this.bytes[this.pos] !== QUOTE)) {
      this.pos = start;
      this.fail(expected);
    }
    if (c === QUOTE) this.pos++;
  }

  /** Steps over a number. With `strict` as JSON has it, else leading zeros pass too. False when there is none. */
  #numberText(strict: boolean): boolean {
    const { bytes } = this;
    let pos = this.pos;
    this.numberStart = pos;
    this.negative = bytes[pos] === MINUS;
    if (this.negative) pos++;
    const digits = pos;
    pos = this.#digits(pos);
    if (pos === digits) return this.#notFinite(pos);
    if (strict && bytes[digits] === 0x30 && pos - digits > 1) return false;
    this.digitsOnly = true;
    if (bytes[pos] === 0x2e) {
      this.digitsOnly = false;
      const fraction = this.#digits(pos + 1);
      if (fraction === pos + 1) return false;
      pos = fraction;
    }
    const letter = bytes[pos];
    if (letter === 0x65 || letter === 0x45) {
      this.digitsOnly = false;
      const sign = bytes[pos + 1];
      const exponentStart = sign === 0x2b || sign === MINUS ? pos + 2 : pos + 1;
      pos = this.#digits(exponentStart);
      if (pos === exponentStart) return false;
    }
    this.numberEnd = pos;
    this.pos = pos;
    return true;
  }

  #digits(from: number): number {
    const { bytes } = this;
    let pos = from;
    while (pos < bytes.length && bytes[pos]! >= 0x30 && bytes[pos]! <= 0x39) pos++;
    return pos;
  }

  #notFinite(pos: number): boolean {
    const word = this.matches(pos, 'Infinity') ? 'Infinity' : !this.negative && this.matches(pos, 'NaN') ? 'NaN' : '';
    this.digitsOnly = false;
    this.numberEnd = this.pos = pos + word.length;
    return word !== '';
  }

  /** Whether the ASCII `word` stands at `pos`. */
  matches(pos: number, word: string): boolean {
    for (let i = 0; i < word.length; i++) if (this.bytes[pos + i] !== word.charCodeAt(i)) return false;
    return true;
  }

  /**
   * Takes the number last read as 64 bits into `low` and `high`. Fractions are cut off (`time.time() * 1e9` arrives as
   * a float). False when it does not fit: below -2^63, or above 2^64 - 1 (2^63 - 1 when `signed`).
   */
  integer(signed: boolean): boolean {
    if (!this.digitsOnly) {
      const value = Math.trunc(Math.abs(this.double()));
      if (!(value < 2 ** 64)) return false;
      this.low = value >>> 0;
      this.high = Math.floor(value / 2 ** 32);
      return this.#applySign(signed);
    }
    const { bytes } = this;
    let start = this.numberStart + (this.negative ? 1 : 0);
    const end = this.numberEnd;
    while (start < end - 1 && bytes[start] === 0x30) start++;
    if (end - start > 20) return false;
    let top = 0;
    let upper = 0;
    let lower = 0;
    for (let i = start; i < end - 18; i++) top = top * 10 + (bytes[i]! - 0x30);
    for (let i = Math.max(start, end - 18); i < end - 9; i++) upper = upper * 10 + (bytes[i]! - 0x30);
    for (let i = Math.max(start, end - 9); i < end; i++) lower = lower * 10 + (bytes[i]! - 0x30);
    this.#compose(top * 1e9 + upper, lower);
    return this.high < 2 ** 32 && this.#applySign(signed);
  }

  /** `upper` * 10^9 + `lower` into two words, without leaving the integers a double holds exactly. */
  #compose(upper: number, lower: number): void {
    if (upper === 0) {
      this.low = lower;
      this.high = 0;
      return;
    }
    const upperHigh = Math.floor(upper / 0x10000);
    const a = (upper - upperHigh * 0x10000) * 1e9 + lower;
    const b = upperHigh * 1e9;
    const bHigh = Math.floor(b / 0x10000);
    const c = (b - bHigh * 0x10000) * 0x10000 + a;
    this.low = c >>> 0;
    this.high = bHigh + Math.floor(c / 2 ** 32);
  }

  /**
   * The common case of {@link number} and {@link integer} in one go: up to 15 or exactly 19 digits (a time) without a
   * sign, bare or quoted; always below 2^64. False, with nothing read, when the text is anything else.
   */
  plainInteger(c: number): boolean {
    const { bytes } = this;
    const start = c === QUOTE ? this.pos + 1 : this.pos;
    let pos = start;
    let digit = (bytes[pos] ?? 0) - 0x30;
    // A bare leading zero is left to number(), which knows when it may stand.
    if (digit === 0 && c !== QUOTE) return false;
    let first = 0;
    let second = 0;
    let third = 0;
    while (digit >= 0 && digit <= 9 && pos < start + 9) {
      first = first * 10 + digit;
      digit = (bytes[++pos] ?? 0) - 0x30;
    }
    while (digit >= 0 && digit <= 9 && pos < start + 18) {
      second = second * 10 + digit;
      digit = (bytes[++pos] ?? 0) - 0x30;
    }
    while (digit >= 0 && digit <= 9 && pos < start + 19) {
      third = third * 10 + digit;
      digit = (bytes[++pos] ?? 0) - 0x30;
    }
    const next = digit + 0x30;
    if (pos === start || next === 0x2e || (next | 0x20) === 0x65 || (digit >= 0 && digit <= 9)) return false;
    if (c === QUOTE && next !== QUOTE) return false;
    const count = pos - start;
    if (count <= 9) {
      this.low = first;
      this.high = 0;
    } else if (count <= 15) {
      const value = first * POWERS_OF_TEN[count - 9]! + second;
      this.low = value >>> 0;
      this.high = Math.floor(value / 2 ** 32);
    } else if (count < 19) {
      return false;
    } else {
      const tenth = Math.floor(second / 1e8);
      this.#compose(first * 10 + tenth, (second - tenth * 1e8) * 10 + third);
    }
    this.pos = c === QUOTE ? pos + 1 : pos;
    return true;
  }

  #applySign(signed: boolean): boolean {
    if (!this.negative) return !signed || this.high < 2 ** 31;
    if (this.high > 2 ** 31 || (this.high === 2 ** 31 && this.low > 0)) return false;
    this.low = -this.low >>> 0;
    this.high = (~this.high + (this.low === 0 ? 1 : 0)) >>> 0;
    return true;
  }

  /** The number last read as a double. */
  double(): number {
    const { bytes } = this;
    let digits = 0;
    let mantissa = 0;
    let scale = 0;
    for (let i = this.numberStart + (this.negative ? 1 : 0); i < this.numberEnd; i++) {
      const c = bytes[i]!;
      if (c === 0x2e) {
        scale = 1;
      } else if (c >= 0x30 && c <= 0x39 && digits < 15) {
        mantissa = mantissa * 10 + (c - 0x30);
        if (digits > 0 || mantissa > 0) digits++;
        if (scale > 0) scale++;
      } else {
        return this.#slowDouble();
      }
    }
    // Both sides exact in a double, so one division rounds once: the nearest double, as Number() gives.
    if (scale > 23) return this.#slowDouble();
    const value = scale > 1 ? mantissa / POWERS_OF_TEN[scale - 1]! : mantissa;
    return this.negative ? -value : value;
  }

  #slowDouble(): number {
    const length = this.numberEnd - this.numberStart;
    if (length > MAX_NUMBER_CHARS) this.fail(`a number of at most ${MAX_NUMBER_CHARS} characters`, this.numberStart);
    return Number(this.ascii(this.numberStart, this.numberEnd));
  }

  /** Bytes as text, one character a byte. */
  ascii(from: number, to: number): string {
    let text = '';
    for (let i = from; i < to; i++) text += String.fromCharCode(this.bytes[i]!);
    return text;
  }

  /** Steps over `null`. */
  null(): void {
    if (!this.matches(this.pos, 'null')) this.fail('a value');
    this.pos += 4;
  }

  /** Reads `true` or `false`, bare or as a string. */
  boolean(): boolean {
    const quoted = this.bytes[this.pos] === QUOTE;
    const start = quoted ? this.pos + 1 : this.pos;
    const value = this.matches(start, 'true');
    const end = start + (value ? 4 : 5);
    if ((!value && !this.matches(start, 'false')) || (quoted && this.bytes[end] !== QUOTE)) this.fail('true or false');
    this.pos = quoted ? end + 1 : end;
    return value;
  }

  /** Steps over a value nobody asked for, checking its syntax. `depth` counts the containers around it. */
  skipValue(depth: number): void {
    const base = this.#skipStart(this.peek(), depth);
    if (base === 0) return;
    // One bit per open container: 1 for an object. Iterative, because this part of the input has no schema.
    const objects: boolean[] = [base === OPEN_BRACE];
    let fresh = true;
    while (objects.length > 0) {
      const inObject = objects[objects.length - 1] === true;
      const close = inObject ? CLOSE_BRACE : CLOSE_BRACKET;
      let c = this.peek();
      if (c === close) {
        // `[1,]` cannot come here: behind a comma a value is read at once.
        this.pos++;
        objects.pop();
        fresh = false;
        continue;
      }
      if (!fresh) {
        if (c !== COMMA) this.fail(inObject ? "',' or '}'" : "',' or ']'");
        this.pos++;
        c = this.peek();
      }
      if (inObject) {
        if (c !== QUOTE) this.fail('a field name in quotes');
        this.string();
        this.colon();
        c = this.peek();
      }
      const opened = this.#skipStart(c, depth + objects.length);
      fresh = opened !== 0;
      if (fresh) objects.push(opened === OPEN_BRACE);
    }
  }

  /** Steps over a scalar and returns 0, or over an opening bracket and returns it. */
  #skipStart(c: number, depth: number): number {
    switch (c) {
      case OPEN_BRACE:
      case OPEN_BRACKET:
        if (depth >= MAX_DEPTH) this.fail(`at most ${MAX_DEPTH} levels of nesting`);
        this.pos++;
        return c;
      case QUOTE:
        this.string();
        return 0;
      case 0x74: // t
      case 0x66: // f
        this.boolean();
        return 0;
      case LOWER_N:
        this.null();
        return 0;
      default:
        this.number(c, 'a value');
        return 0;
    }
  }

  /** Refuses the text: says where (path and byte), what was expected there and what was found. */
  fail(expected: string, at = this.pos): never {
    const path = jsonPathAt(this.bytes, at);
    throw new OtlpDecodeError(
      `${path === '' ? '' : `${path}: `}expected ${expected} at byte ${at}, found ${this.#found(at)}`,
      at,
    );
  }

  #found(at: number): string {
    if (at >= this.bytes.length) return 'the end of the text';
    let text = '';
    for (const byte of this.bytes.subarray(at, at + 24)) {
      text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '\u00b7';
    }
    return at + 24 < this.bytes.length ? `${text}\u2026` : text;
  }
}
