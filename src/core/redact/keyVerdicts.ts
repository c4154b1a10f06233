import { decodeUtf8 } from '../otlp/utf8.ts';
import { NOT_INTERNED, StringTable } from '../store/stringTable.ts';
import { NO_SECRET, secretKeyOf, verdict } from './secretKeys.ts';
import type { KeyVerdict, RedactPresets } from './secretKeys.ts';

/** A user's pattern on keys, matched anywhere in them; the engine makes it, in linear time. */
export interface KeyPattern {
  test(key: string): boolean;
}

/** Distinct keys remembered; with more, all are forgotten and judged again. */
const MAX_KEYS = 4096;
/** A key says what it is with its last words, if at all. */
const MAX_KEY_BYTES = 512;

/** Verdicts on keys, each judged when first met. */
export class KeyVerdicts {
  private readonly presets: RedactPresets;
  private readonly patterns: readonly KeyPattern[];
  private keys = new StringTable(MAX_KEYS);
  private readonly verdicts = new Uint16Array(MAX_KEYS);
  /** For key i the key + 1 that came behind it last: spans of one program have the same keys in the same order. */
  private readonly followers = new Uint16Array(MAX_KEYS);
  private last = 0;

  constructor(presets: RedactPresets, patterns: readonly KeyPattern[]) {
    this.presets = presets;
    this.patterns = patterns;
  }

  /** Verdict on the attribute key at `at .. at + length` of `bytes`, which `view` shows too. */
  of(bytes: Uint8Array, view: DataView, at: number, length: number): KeyVerdict {
    const { followers } = this;
    const predicted = followers[this.last]!;
    if (predicted !== 0 && this.keys.is(predicted - 1, view, at, length)) {
      this.last = predicted - 1;
      return this.verdicts[predicted - 1]!;
    }
    const index = this.indexOf(bytes, view, at, length);
    if (index === NOT_INTERNED) return this.judge(bytes, at, length);
    followers[this.last] = index + 1;
    this.last = index;
    return this.verdicts[index]!;
  }

  /** The same for a name inside a text. */
  ofName(bytes: Uint8Array, view: DataView, at: number, length: number): KeyVerdict {
    const index = this.indexOf(bytes, view, at, length);
    return index === NOT_INTERNED ? this.judge(bytes, at, length) : this.verdicts[index]!;
  }

  private indexOf(bytes: Uint8Array, view: DataView, at: number, length: number): number {
    if (this.keys.count === MAX_KEYS) this.forget();
    const known = this.keys.count;
    const index = this.keys.intern(view, at, length);
    if (index === known) {
      this.verdicts[index] = this.judge(bytes, at, length);
      this.followers[index] = 0;
    }
    return index;
  }

  private judge(bytes: Uint8Array, at: number, length: number): KeyVerdict {
    const text = decodeUtf8(bytes, Math.max(at, at + length - MAX_KEY_BYTES), at + length);
    const found = secretKeyOf(text, this.presets);
    if (found !== NO_SECRET || this.patterns.length === 0) return found;
    return this.patterns.some((pattern) => pattern.test(text)) ? verdict('custom') : NO_SECRET;
  }

  private forget(): void {
    this.keys = new StringTable(MAX_KEYS);
    this.followers.fill(0);
    this.last = 0;
  }
}
