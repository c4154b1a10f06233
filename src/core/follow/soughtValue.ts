import { pythonLiteralToJson } from '../inference/pythonLiteral.ts';
import { parseJson } from '../inference/valueDecoder.ts';
import { canonicalJson } from '../steps/contentKey.ts';

/** What is looked for, as it is compared. */
export type SoughtValue =
  /** Equal by value: 3.2 is 3.20 and 32e-1. */
  | { readonly kind: 'number'; readonly value: number; readonly shown: string }
  /** White space is folded; `forms` are ways in which the text may be meant. */
  | { readonly kind: 'text'; readonly forms: readonly string[]; readonly isWord: boolean; readonly shown: string }
  /** An object or array, equal whatever the order of its members. */
  | {
      readonly kind: 'structure';
      readonly json: string;
      readonly members: number;
      readonly isList: boolean;
      readonly shown: string;
    }
  /** Nothing to follow; `why` is short and complete. */
  | { readonly kind: 'refused'; readonly why: string };

/** Shorter texts are everywhere. */
const LEAST_CHARS = 2;
/** Texts as short as this are looked for as words. */
const WORD_CHARS = 12;
/** Longer ones are looked for by their beginning. */
const MOST_CHARS = 20_000;
/** Numbers of more digits are compared as text: a double has no room for them. */
const MOST_DIGITS = 15;
const SHOWN_CHARS = 120;
const COMMON = /^(?:true|false|null|none|nan|undefined|""|''|\{\}|\[\])$/i;

/**
 * Reads what a user marked: a number, a text, a structure as JSON or as Python prints it. Quotes around it, the name before it
 * and a comma behind it, as they come along when text is marked, are left out. A text with escapes is also looked for as what
 * they stand for.
 */
export function soughtValue(marked: string): SoughtValue {
  const text = stripped(marked);
  if (text === '' || COMMON.test(text))
    return refused(text === '' ? 'Nothing is marked.' : `${text} is in too many places to be followed.`);
  const structure = structureOf(text);
  if (structure) return structure;
  const number = numberOf(text);
  if (number !== undefined) return { kind: 'number', value: number, shown: text };
  // What the page shows shortened is looked for by its beginning.
  const whole = text.replace(/\s*…$/, '');
  const folded = foldText(whole.slice(0, MOST_CHARS));
  if (folded.length < LEAST_CHARS) return refused('One character is in too many places to be followed: mark more.');
  const unescaped = foldText(unescapeText(whole.slice(0, MOST_CHARS)));
  const forms = unescaped === folded || unescaped.length < LEAST_CHARS ? [folded] : [folded, unescaped];
  return { kind: 'text', forms, isWord: folded.length < WORD_CHARS && whole === text, shown: short(folded) };
}

function refused(why: string): SoughtValue {
  return { kind: 'refused', why };
}

function stripped(marked: string): string {
  let text = marked.trim();
  // A member of an object, marked with its name.
  const named = /^(?:"(?:[^"\\]|\\.){1,200}"|'[^'\\]{1,200}')\s*:\s*(\S[^]*)$/.exec(text);
  if (named?.[1] !== undefined) text = named[1].trim();
  if (/^[^]*[^,\s]\s*,$/.test(text)) text = text.slice(0, -1).trim();
  const quoted = /^"[^]*"$/.test(text) ? parseJson(text) : undefined;
  if (typeof quoted === 'string') return quoted.trim();
  const single = /^'([^'\\]*)'$/.exec(text);
  return single?.[1]?.trim() ?? text;
}

function structureOf(text: string): SoughtValue | undefined {
  if (!/^[[{(]/.test(text)) return undefined;
  const parsed = parseJson(text) ?? parseJson(pythonLiteralToJson(text) ?? '');
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const members = Object.keys(parsed).length;
  if (members === 0) return refused('An empty value is in too many places to be followed.');
  // One value in brackets is that value.
  const only: unknown = members === 1 && Array.isArray(parsed) ? parsed[0] : undefined;
  if (typeof only === 'string' || typeof only === 'number') return soughtValue(String(only));
  const json = canonicalJson(parsed);
  return { kind: 'structure', json, members, isList: Array.isArray(parsed), shown: short(text) };
}

/** The number a text is; not of ids with zeros in front, nor of more digits than a double holds. */
export function numberOf(text: string): number | undefined {
  if (!/^[-+]?(?:\d+|\d{1,3}(?:,\d{3})+)?(?:\.\d*)?(?:[eE][-+]?\d{1,3})?$/.test(text) || !/\d/.test(text))
    return undefined;
  const digits = text.replace(/[eE].*$/, '').replace(/\D/g, '');
  if (/^[-+]?0\d/.test(text) || digits.length > MOST_DIGITS || /^[-+]?[eE]/.test(text)) return undefined;
  const number = Number(text.replaceAll(',', ''));
  return Number.isFinite(number) ? number : undefined;
}

/** Runs of white space are one space, and letters with marks are one form. */
export function foldText(text: string): string {
  const folded = /\s/.test(text) ? text.replace(/\s+/g, ' ').trim() : text;
  return /[^\u0000-\u007f]/.test(folded) ? folded.normalize('NFC') : folded;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** What the escapes of JSON and Python in a text stand for. */
export function unescapeText(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([nrtbf"'\\/]))/g,
    (_all, unit: string | undefined, byte: string | undefined, letter: string | undefined) => {
      if (letter !== undefined) return ESCAPES[letter] ?? letter;
      return String.fromCharCode(parseInt(unit ?? byte ?? '20', 16));
    },
  );
}

function short(text: string): string {
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}
