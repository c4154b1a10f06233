import { mayBeMask, SHOWN_MASKS } from '../redact/mask.ts';
import { textNeedle } from './byteNeedle.ts';
import type { ByteNeedle } from './byteNeedle.ts';
import { requiredLiteral } from './requiredLiteral.ts';

/** What a user looks for. */
export interface TextQuery {
  /** Not empty. */
  readonly text: string;
  readonly matchCase: boolean;
  /** No letter, digit or underscore before a match that begins with one, or behind one that ends with one. */
  readonly wholeWord: boolean;
  /** `text` is a regular expression. */
  readonly regex: boolean;
}

/** A part of a text, in UTF-16 units. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A compiled expression. */
export interface TextPattern {
  /** The first match that begins at `from` or later. */
  exec(text: string, from: number): TextRange | undefined;
  /** Whether there is any match, where that costs less to tell. */
  test?(text: string): boolean;
}

/** Compiles an expression of a user on an engine of linear time. @throws Error with a message for the user. */
export type CompilePattern = (source: string, matchCase: boolean) => TextPattern;

/** Texts that are shown for true and false. */
const TRUTHS = ['true', 'false'];
/** Shorter beginnings of ids would be found by chance. */
const LEAST_ID_DIGITS = 6;
/** A word's neighbour is looked for again so often, then the next text is asked. */
const MOST_TRIES = 1000;

/**
 * What a text has to have to be found. A text is what Spanline shows of it: masks read `‹redacted: token›`. What was
 * written with JSON's escapes (`\"`, `\n`, `\u00e9`) is found by what it stands for, too.
 */
export class TextMatcher {
  /** The bytes of every text that matches have one of these; none when nothing can be said of them. */
  readonly needles: readonly ByteNeedle[];
  /** Numbers or truth values may match, which are not texts in the bytes. */
  readonly asksScalars: boolean;
  /** Hex digits that may begin an id, in lower case, or empty. */
  readonly idPrefix: string;
  private readonly patterns: readonly TextPattern[];
  private readonly wholeWord: boolean;
  private readonly quick: ((text: string) => boolean) | undefined;

  constructor(query: TextQuery, compile: CompilePattern) {
    const { text, matchCase, wholeWord, regex } = query;
    this.wholeWord = wholeWord;
    if (regex) {
      const pattern = compile(text, matchCase);
      this.patterns = [pattern];
      // An empty match is none: where one is possible, a match has to be seen.
      if (!wholeWord && pattern.exec('', 0) === undefined) this.quick = pattern.test?.bind(pattern);
      const literal = requiredLiteral(text);
      const needles = literal === '' ? [] : [tested(textNeedle(literal, false))];
      this.needles = literal !== '' && mayBeOfMask(literal) ? [...needles, MASK_NEEDLE] : needles;
      this.asksScalars = literal === '' || mayBeScalar(literal);
      this.idPrefix = '';
      return;
    }
    const written = [...new Set([text, ...escapedForms(text)])];
    this.patterns = written.map((form) => literalPattern(form, matchCase));
    const needles = written.map((form) => textNeedle(form, matchCase));
    if (mayBeOfMask(text)) needles.push(MASK_NEEDLE);
    this.needles = wholeWord ? needles.map(tested) : needles;
    this.asksScalars = mayBeScalar(text);
    this.idPrefix = idPrefix(text, wholeWord);
  }

  /** Whether a text has a match. */
  matches(text: string): boolean {
    return this.quick?.(text) ?? this.find(text) !== undefined;
  }

  /** The first match in a text; with `wholeWord` one that is no part of a word. An expression's empty match is none. */
  find(text: string, wholeWord = this.wholeWord): TextRange | undefined {
    let first: TextRange | undefined;
    for (const pattern of this.patterns) {
      const found = this.findOne(pattern, text, wholeWord);
      if (found !== undefined && (first === undefined || found.start < first.start)) first = found;
    }
    return first;
  }

  private findOne(pattern: TextPattern, text: string, wholeWord: boolean): TextRange | undefined {
    let from = 0;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const found = pattern.exec(text, from);
      if (found === undefined) return undefined;
      if (found.end > found.start && (!wholeWord || isWord(text, found))) return found;
      from = found.start + 1;
      if (from > text.length) return undefined;
    }
    return undefined;
  }
}

function isWord(text: string, { start, end }: TextRange): boolean {
  return !(isWordAt(text, start) && isWordAt(text, start - 1)) && !(isWordAt(text, end - 1) && isWordAt(text, end));
}

function isWordAt(text: string, at: number): boolean {
  const unit = at < 0 ? undefined : text[at];
  return unit !== undefined && /[\p{L}\p{N}_\ud800-\udfff]/u.test(unit);
}

/** As a JSON writer puts it that escapes what it has to, and one that escapes all but ASCII. */
function escapedForms(text: string): string[] {
  const escaped = JSON.stringify(text).slice(1, -1);
  const ascii = escaped.replace(
    /[^\u0000-\u007f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return [escaped, ascii];
}

function literalPattern(text: string, matchCase: boolean): TextPattern {
  // Nothing in it repeats: it takes linear time on any engine.
  const expression = new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), matchCase ? 'gu' : 'giu');
  return {
    exec: (searched, from) => {
      expression.lastIndex = from;
      const found = expression.exec(searched);
      return found === null ? undefined : { start: found.index, end: found.index + found[0].length };
    },
  };
}

/** The text of a mask is not in the bytes. */
function mayBeOfMask(text: string): boolean {
  const lower = text.toLowerCase();
  return SHOWN_MASKS.some((mask) => mask.includes(lower)) || /[‹›]/.test(text);
}

function mayBeScalar(text: string): boolean {
  const lower = text.toLowerCase();
  return /^[-+.\de]*\d[-+.\de]*$/.test(lower) || (text.length > 1 && TRUTHS.some((truth) => truth.includes(lower)));
}

function idPrefix(text: string, wholeWord: boolean): string {
  const digits = text.trim().toLowerCase();
  if (!/^[0-9a-f]+$/.test(digits) || digits.length < LEAST_ID_DIGITS || digits.length > 32) return '';
  return wholeWord && digits.length !== 16 && digits.length !== 32 ? '' : digits;
}

function tested(needle: ByteNeedle): ByteNeedle {
  return {
    length: needle.length,
    isExact: false,
    find: (bytes, from, to) => needle.find(bytes, from, to),
  };
}

/** The beginning of a mask. */
const MASK_NEEDLE: ByteNeedle = {
  length: 2,
  isExact: false,
  find: (bytes, from, to) => {
    for (let at = from; at < to - 1; at++) if (mayBeMask(bytes, at)) return at;
    return -1;
  },
};
