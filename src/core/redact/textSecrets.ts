import { CLASS, DIGIT, hasClass, NAME, passClass, startsWithAnyCase, STOP, TOKEN, UPPER } from './bytes.ts';
import { isCredential, passScheme } from './credentials.ts';
import type { KeyVerdicts } from './keyVerdicts.ts';
import { kindNumber, writeMask } from './mask.ts';
import {
  IN_QUERY_ONLY,
  kindOfVerdict,
  NO_SECRET,
  NOT_PATHS,
  ONLY_CREDENTIALS,
  SECRET_KEY_ENDS,
  WITH_SCHEME,
} from './secretKeys.ts';
import type { KeyVerdict } from './secretKeys.ts';

const MAX_NAME = 64;
const COLON = 0x3a;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;
const HASH = 0x23;
const QUOTE = 0x22;

/** By three letters, five bits each: ends of names worth a look. */
const ENDS = new Uint8Array(0x8000);
for (const end of SECRET_KEY_ENDS) ENDS[packed(end.charCodeAt(0), end.charCodeAt(1), end.charCodeAt(2))] = 1;

/**
 * Secrets that a text names: members of JSON (also JSON in JSON, with its backslashes), of Python and JavaScript literals,
 * `name=value` of queries, forms, environments and connection strings, header lines. Called where a `:` or `=` is.
 */
export class TextSecrets {
  private readonly verdicts: KeyVerdicts;
  private bytes: Uint8Array = new Uint8Array(0);
  private view: DataView = new DataView(new ArrayBuffer(0));
  private low = 0;
  private high = 0;
  /** No digit stands before this in the unquoted run it ends. */
  private noDigitUntil = 0;

  constructor(verdicts: KeyVerdicts) {
    this.verdicts = verdicts;
  }

  /** Before each text, which is `bytes[low .. high)`. */
  begin(bytes: Uint8Array, view: DataView, low: number, high: number): void {
    this.bytes = bytes;
    this.view = view;
    this.low = low;
    this.high = high;
    this.noDigitUntil = 0;
  }

  /** Masks what the name in front of the separator at `at` is given; where to go on when it did, else -1. */
  maskNamed(at: number): number {
    const { bytes, low } = this;
    let end = at;
    while (end > low && at - end < 4 && isBlank(bytes[end - 1]!)) end--;
    let quoted = false;
    if (end > low && isQuote(bytes[end - 1]!)) {
      quoted = true;
      end--;
      while (end > low && at - end < 16 && bytes[end - 1] === BACKSLASH) end--;
    }
    if (end - low < 3 || ENDS[packed(bytes[end - 3]!, bytes[end - 2]!, bytes[end - 1]!)] === 0) return -1;
    let start = end - 3;
    while (start > low && end - start < MAX_NAME && (CLASS[bytes[start - 1]!]! & NAME) !== 0) start--;
    const found = this.verdicts.ofName(bytes, this.view, start, end - start);
    return found === NO_SECRET ? -1 : this.maskGiven(found, start, at, quoted);
  }

  /** The same where the name at `start` is known to be secret. */
  private maskGiven(found: KeyVerdict, start: number, separator: number, quotedName: boolean): number {
    const { bytes, high } = this;
    const next = bytes[separator + 1];
    const isEquals = bytes[separator] === EQUALS;
    // Comparisons, and scopes as in `Token::new`.
    if (separator + 1 >= high || next === bytes[separator]) return -1;
    // `=>` of Ruby and PHP, `:=` of Go.
    let at = separator + (isEquals ? Number(next === 0x3e) : Number(next === EQUALS)) + 1;
    const inQuery = isEquals && start > this.low && isQueryMark(bytes[start - 1]!);
    if ((found & IN_QUERY_ONLY) !== 0 && !inQuery) return -1;
    const behind = at;
    while (at < high && at - behind < 64 && (isBlank(bytes[at]!) || (quotedName && isLineEnd(bytes[at]!)))) at++;
    if (at >= high) return -1;
    if (bytes[at] === 0x5b) return this.maskList(found, at + 1);
    // Prefixes of Python's literals.
    if (at + 1 < high && isLiteralPrefix(bytes[at]!) && isQuote(bytes[at + 1]!)) at++;
    const opened = this.passOpeningQuote(at);
    if (opened > at) return this.maskQuoted(found, at, opened);
    return this.maskUnquoted(found, start, at, inQuery, isEquals && at === separator + 1);
  }

  /** Behind the quote at `at` and the backslashes in front of it; `at` when there is none. */
  private passOpeningQuote(at: number): number {
    const { bytes, high } = this;
    let quote = at;
    while (quote < high && bytes[quote] === BACKSLASH) quote++;
    return quote < high && isQuote(bytes[quote]!) ? quote + 1 : at;
  }

  /** Masks the text in quotes that `from .. opened` opens; where to go on, or -1 when it is no secret. */
  private maskQuoted(found: KeyVerdict, from: number, opened: number): number {
    const { bytes, high } = this;
    if ((found & ONLY_CREDENTIALS) !== 0) {
      const stop = passClass(bytes, opened, high, TOKEN);
      const isWhole = stop === high || isQuote(bytes[stop]!) || bytes[stop] === BACKSLASH;
      return isWhole && this.maskRange(found, opened, stop) ? stop : -1;
    }
    const quote = bytes[opened - 1]!;
    const slashes = opened - 1 - from;
    let end = opened;
    let run = 0;
    for (; end < high; end++) {
      const byte = bytes[end]!;
      if (byte === BACKSLASH) run++;
      else if (byte === quote && (slashes === 0 ? run % 2 === 0 : run <= slashes)) break;
      else run = 0;
    }
    // The backslashes of the closing quote are not of the value. A text that was cut has none.
    const stop = end < high ? end - Math.min(run, slashes) : high;
    return this.maskRange(found, opened, stop) ? stop : -1;
  }

  /** Masks every text of a list of texts, such as header values; where to go on, or -1. */
  private maskList(found: KeyVerdict, from: number): number {
    const { bytes, high } = this;
    let masked = -1;
    for (let at = from; at < high;) {
      while (at < high && (isBlank(bytes[at]!) || isLineEnd(bytes[at]!) || bytes[at] === 0x2c)) at++;
      const opened = this.passOpeningQuote(at);
      if (opened === at) break;
      const stop = this.maskQuoted(found, at, opened);
      if (stop < 0) break;
      masked = stop;
      at = stop;
      while (at < high && bytes[at] === BACKSLASH) at++;
      at++;
    }
    return masked;
  }

  /**
   * Masks an unquoted value where it is surely one: in queries, forms and connection strings, in environments
   * (`DB_PASSWORD=…`), and elsewhere when a digit is in it. Code such as `password = read()` is left alone.
   */
  private maskUnquoted(found: KeyVerdict, name: number, from: number, inQuery: boolean, tight: boolean): number {
    const { bytes, high } = this;
    if ((found & 0xff) - 1 === COOKIE) return this.maskCookies(from);
    if ((found & WITH_SCHEME) !== 0 && passScheme(bytes, from, high) > from) return this.maskBearer(found, from);
    if (!inQuery && from < this.noDigitUntil) return -1;
    let end = from;
    while (end < high && (CLASS[bytes[end]!]! & STOP) === 0 && !(inQuery && bytes[end] === HASH)) end++;
    if (inQuery) return this.maskRange(found & ~(ONLY_CREDENTIALS | IN_QUERY_ONLY), from, end) ? end : -1;
    const length = end - from;
    if (length < 4 || isCall(bytes[end])) return -1;
    if (!hasClass(bytes, from, end, DIGIT)) {
      if (tight && this.isEnvironmentName(name, from - 1)) return this.maskRange(found, from, end) ? end : -1;
      this.noDigitUntil = end;
      return -1;
    }
    return this.maskRange(found, from, end) ? end : -1;
  }

  /** `authorization: Bearer …`, even when the token alone would not look like one. Other schemes show by their own form. */
  private maskBearer(found: KeyVerdict, from: number): number {
    const { bytes, high } = this;
    if (!startsWithAnyCase(bytes, from, high, 'bearer')) return -1;
    const start = passScheme(bytes, from, high);
    const end = passClass(bytes, start, high, TOKEN);
    return end - start >= 6 && this.maskRange(found, from, end) ? end : -1;
  }

  /** `name=value; name=value`, to the end of the line or of the quotes around the header. */
  private maskCookies(from: number): number {
    const { bytes, high } = this;
    const name = passClass(bytes, from, Math.min(high, from + MAX_NAME), NAME);
    if (name === from || bytes[name] !== EQUALS) return -1;
    let end = name;
    while (end < high && !isLineEnd(bytes[end]!) && !isQuote(bytes[end]!) && bytes[end] !== BACKSLASH) end++;
    writeMask(bytes, this.low, from, end, high, COOKIE);
    return end;
  }

  private maskRange(found: KeyVerdict, start: number, end: number): boolean {
    if (start >= end) return false;
    const from = (found & WITH_SCHEME) === 0 ? start : passScheme(this.bytes, start, end);
    return !isPlaceholder(this.bytes, from, end) && maskUnderKey(this.bytes, start, end, found);
  }

  /** `DB_PASSWORD`: capitals and `_` only. */
  private isEnvironmentName(start: number, end: number): boolean {
    return passClass(this.bytes, start, end, UPPER | DIGIT) !== start && !hasLower(this.bytes, start, end);
  }
}

const COOKIE = kindNumber('cookie');
const BEARER = kindNumber('bearer');
const BASIC = kindNumber('basic');

/** Masks the text `start .. end` as its key's verdict says; whether it is masked now. */
export function maskUnderKey(bytes: Uint8Array, start: number, end: number, found: KeyVerdict): boolean {
  if (start >= end || (found & IN_QUERY_ONLY) !== 0) return false;
  if ((found & ONLY_CREDENTIALS) !== 0 && !isCredential(bytes, start, end, 16)) return false;
  if ((found & NOT_PATHS) !== 0 && isPath(bytes, start, end)) return false;
  let from = start;
  let kind = kindOfVerdict(found);
  if ((found & WITH_SCHEME) !== 0) {
    from = passScheme(bytes, start, end);
    if (from > start && startsWithAnyCase(bytes, start, end, 'bearer')) kind = BEARER;
    else if (from > start && startsWithAnyCase(bytes, start, end, 'basic')) kind = BASIC;
  }
  return writeMask(bytes, start, from, end, end, kind);
}

function isPath(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start];
  return (
    first === 0x2f ||
    first === 0x7e ||
    (end - start > 2 && bytes[start + 1] === COLON && bytes[start + 2] === BACKSLASH)
  );
}

/** What stands for a secret and is none: `{key}`, `${KEY}`, `<key>`, `[REDACTED]`, `****`, `…`, `%(key)s`. */
export function isPlaceholder(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start]!;
  const last = bytes[end - 1]!;
  if (first === 0x7b) return last === 0x7d;
  if (first === 0x3c) return last === 0x3e;
  if (first === 0x5b) return last === 0x5d;
  if (first === 0x24) return bytes[start + 1] === 0x7b && last === 0x7d;
  if (first === 0x25) return bytes[start + 1] === 0x28 && bytes[end - 2] === 0x29;
  if (first === 0xe2) return end - start === 3 && bytes[start + 1] === 0x80 && last === 0xa6;
  for (let at = start; at < end; at++) if (bytes[at] !== 0x2a && bytes[at] !== 0x2e) return false;
  return true;
}

function hasLower(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! >= 0x61 && bytes[at]! <= 0x7a) return true;
  return false;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}

function isLineEnd(byte: number): boolean {
  return byte === 0x0a || byte === 0x0d;
}

function isQuote(byte: number): boolean {
  return byte === QUOTE || byte === 0x27 || byte === 0x60;
}

function isQueryMark(byte: number): boolean {
  return byte === 0x3f || byte === 0x26 || byte === 0x3b;
}

function isLiteralPrefix(byte: number): boolean {
  return byte === 0x62 || byte === 0x72 || byte === 0x66 || byte === 0x75;
}

/** The run before is a function or a list, not a value. */
function isCall(byte: number | undefined): boolean {
  return byte === 0x28 || byte === 0x5b;
}

function packed(first: number, second: number, third: number): number {
  return ((first & 31) << 10) | ((second & 31) << 5) | (third & 31);
}
