import { ALNUM, CLASS, LETTER, startsWithAnyCase, WORD } from './bytes.ts';
import { findBasic, findBearer, findEmail, findPrivateKey, findUrlPassword, found } from './credentials.ts';
import { JwtFinder } from './jwtFinder.ts';
import { bytesBeforeEnd, KeyFinder } from './keyForms.ts';
import type { KeyVerdicts } from './keyVerdicts.ts';
import { kindNumber, writeMask } from './mask.ts';
import type { SecretKind } from './mask.ts';
import type { RedactPresets } from './secretKeys.ts';
import { isPlaceholder, TextSecrets } from './textSecrets.ts';

/** A user's pattern on values; the engine makes it, in linear time. */
export interface ValuePattern {
  /** Calls `take` with every match in the UTF-8 `text`, as byte positions in it. */
  each(text: Uint8Array, take: (start: number, end: number) => void): void;
}

/** No known secret is shorter, with what tells it. */
const SHORTEST = 8;

/** What a byte may be the mark of; 0 for nearly all. */
const SEPARATOR = 1;
const KEY_PREFIX = 2;
const JWT = 3;
const SCHEME = 4;
const AT_SIGN = 5;

/** Masks secrets that a text shows by their own form, wherever they stand in it. */
export class ValueMasker {
  private readonly presets: RedactPresets;
  private readonly patterns: readonly ValuePattern[];
  private readonly marks = new Uint8Array(256);
  /** Whether a pair of neighbours, the first in the low byte, has a mark that may mean something beside the other. */
  private readonly pairs: Uint8Array;
  private readonly named: TextSecrets;
  private readonly keys = new KeyFinder();
  private readonly jwts = new JwtFinder();
  private masked = false;

  constructor(presets: RedactPresets, verdicts: KeyVerdicts, patterns: readonly ValuePattern[]) {
    this.presets = presets;
    this.patterns = patterns;
    this.named = new TextSecrets(verdicts);
    const mark = (characters: string, what: number): void => {
      for (const character of characters) this.marks[character.charCodeAt(0)] = what;
    };
    const { apiKeys, bearerTokens, passwords, cookies, email } = presets;
    if (apiKeys || bearerTokens || passwords || cookies) mark(':=', SEPARATOR);
    if (apiKeys) mark('-_I', KEY_PREFIX);
    if (bearerTokens) mark('J', JWT);
    if (bearerTokens) mark('Bb', SCHEME);
    if (email) mark('@', AT_SIGN);
    this.pairs = makePairs(this.marks);
  }

  /** Masks in the text `bytes[start .. end)`; whether anything was. */
  mask(bytes: Uint8Array, view: DataView, start: number, end: number): boolean {
    this.masked = false;
    if (end - start >= SHORTEST) this.scan(bytes, view, start, end);
    if (this.patterns.length > 0 && end > start) this.matchPatterns(bytes, start, end);
    return this.masked;
  }

  /** Nearly all pairs of bytes have no mark: two pairs are asked at a time. */
  private scan(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    const { marks, pairs } = this;
    const last = end - 4;
    let begun = false;
    let at = start;
    while (at < end) {
      if (at <= last) {
        const four = view.getUint32(at, true);
        if ((pairs[four & 0xffff]! | pairs[four >>> 16]!) === 0) {
          at += 4;
          continue;
        }
        if (pairs[four & 0xffff] === 0) at += 2;
      }
      const mark = marks[bytes[at]!]!;
      if (mark === 0) {
        at++;
        continue;
      }
      if (!begun) {
        begun = true;
        this.named.begin(bytes, view, start, end);
        this.keys.reset();
        this.jwts.reset();
      }
      at = this.look(mark, bytes, start, at, end);
    }
  }

  /** What the mark at `at` leads to; where to go on. */
  private look(mark: number, bytes: Uint8Array, low: number, at: number, high: number): number {
    switch (mark) {
      case SEPARATOR: {
        const next = bytes[at + 1];
        if (bytes[at] === 0x3a && (next === 0x2f || next === 0x5c)) {
          if (
            this.presets.passwords &&
            findUrlPassword(bytes, low, at, high) &&
            !isPlaceholder(bytes, found.start, found.end)
          )
            return this.take(bytes, low, high, 'password');
          if (next === 0x2f) return at + 1;
        }
        const behind = this.named.maskNamed(at);
        if (behind < 0) return at + 1;
        this.masked = true;
        return behind;
      }
      case KEY_PREFIX:
        if (bytes[at] === 0x2d && bytes[at + 1] === 0x2d) {
          return findPrivateKey(bytes, at, high) ? this.take(bytes, low, high, 'private key') : found.end;
        } else if (this.keys.find(bytes, low, at, high)) {
          found.start = this.keys.start;
          found.end = this.keys.end;
          return this.take(bytes, low, high, 'api key');
        }
        return at + 1;
      case JWT:
        if (!this.jwts.find(bytes, low, at, high)) return at + 1;
        found.start = this.jwts.start;
        found.end = this.jwts.end;
        return this.take(bytes, low, high, 'token');
      case SCHEME:
        return this.lookAtScheme(bytes, low, at, high);
      case AT_SIGN:
        return findEmail(bytes, low, at, high) ? this.take(bytes, low, high, 'email') : at + 1;
      default:
        return at + 1;
    }
  }

  private lookAtScheme(bytes: Uint8Array, low: number, at: number, high: number): number {
    const second = bytes[at + 1]! | 0x20;
    if (second !== 0x65 && second !== 0x61) return at + 1;
    if (at > low && (CLASS[bytes[at - 1]!]! & ALNUM) !== 0) return at + 1;
    if (second === 0x65 && startsWithAnyCase(bytes, at, high, 'bearer') && findBearer(bytes, at + 6, high))
      return this.take(bytes, low, high, 'bearer');
    if (second === 0x61 && startsWithAnyCase(bytes, at, high, 'basic') && findBasic(bytes, at + 5, high))
      return this.take(bytes, low, high, 'basic');
    return at + 1;
  }

  private take(bytes: Uint8Array, low: number, high: number, kind: SecretKind): number {
    const { end } = found;
    if (writeMask(bytes, low, found.start, end, high, kindNumber(kind))) this.masked = true;
    return end;
  }

  private matchPatterns(bytes: Uint8Array, start: number, end: number): void {
    const text = bytes.subarray(start, end);
    for (const pattern of this.patterns) {
      // All matches first: a pattern must not meet the masks it causes.
      const matches: number[] = [];
      pattern.each(text, (from, to) => matches.push(start + from, start + to));
      for (let i = 0; i < matches.length; i += 2) {
        if (writeMask(bytes, start, matches[i]!, matches[i + 1]!, end, CUSTOM)) this.masked = true;
      }
    }
  }
}

/** Which pairs the scan stops at; a mark is seen either before its neighbour or behind it. */
function makePairs(marks: Uint8Array): Uint8Array {
  const pairs = new Uint8Array(0x10000);
  for (let mark = 0; mark < 256; mark++) {
    if (marks[mark] === 0) continue;
    const before = bytesBefore(mark);
    const behind = bytesBehind(mark);
    for (let other = 0; other < 256; other++) {
      if (before(other)) pairs[other | (mark << 8)] = 1;
      if (behind(other)) pairs[mark | (other << 8)] = 1;
    }
  }
  return pairs;
}

type ByteTest = (byte: number) => boolean;

function anyOf(characters: string): ByteTest {
  return (byte) => characters.includes(String.fromCharCode(byte));
}

/** What may stand before a mark that means something. */
function bytesBefore(mark: number): ByteTest {
  switch (String.fromCharCode(mark)) {
    case ':':
      return (byte) => isClass(byte, ALNUM) || BEFORE_SEPARATOR(byte);
    case '=':
      return (byte) => isClass(byte, LETTER) || BEFORE_SEPARATOR(byte);
    case '-':
    case '_':
    case 'I': {
      const ends = bytesBeforeEnd(mark);
      return (byte) => ends.has(byte) || (mark === 0x2d && byte === 0x2d);
    }
    case 'J':
      return (byte) => byte === 0x79;
    case 'B':
    case 'b':
      return (byte) => !isClass(byte, ALNUM);
    default:
      return () => true;
  }
}

/** What may stand behind a mark that means something. */
function bytesBehind(mark: number): ByteTest {
  switch (String.fromCharCode(mark)) {
    case '-':
    case '_':
    case 'J':
      return (byte) => isClass(byte, WORD);
    case 'I':
      return anyOf('Az');
    case 'B':
    case 'b':
      return anyOf('eEaA');
    default:
      return () => true;
  }
}

const BEFORE_SEPARATOR = anyOf('"\'` \t');

function isClass(byte: number, bits: number): boolean {
  return (CLASS[byte]! & bits) !== 0;
}

const CUSTOM = kindNumber('custom');
