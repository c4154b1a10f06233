import { canonicalJson } from '../steps/contentKey.ts';
import { foldText, unescapeText, type SoughtValue } from './soughtValue.ts';

/** Part of a text that matched, with what stands around it in one line. */
export interface ValueMatch {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Characters of the excerpt before and behind a match, and of the match itself. */
const BEFORE = 40;
const BEHIND = 80;
const MOST_MATCH = 120;
/** Escapes inside escapes that are undone in a text. */
const ESCAPED_TWICE = 2;
const NUMBER = /(?:\d+(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d{1,3})?|\.\d+(?:[eE][-+]?\d{1,3})?/g;

/** Where a text has what is sought: the value itself, or a part of it. */
export function matchText(sought: SoughtValue, text: string): ValueMatch | undefined {
  switch (sought.kind) {
    case 'number':
      return matchNumberIn(sought.value, text);
    case 'text': {
      let written = text;
      for (let undone = 0; undone <= ESCAPED_TWICE; undone++) {
        const found = matchForms(sought.forms, sought.isWord, written);
        if (found) return found;
        // Prose with JSON in it keeps the escapes of that.
        if (!written.includes('\\')) return undefined;
        written = unescapeText(written);
      }
      return undefined;
    }
    case 'structure':
    case 'refused':
      return undefined;
  }
}

/** A number, or a truth value, as decoded. */
export function matchScalar(
  sought: SoughtValue,
  value: number | boolean,
  written = String(value),
): ValueMatch | undefined {
  if (sought.kind === 'number') return value === sought.value ? all(written) : undefined;
  return sought.kind === 'text' && sought.forms.includes(written) ? all(written) : undefined;
}

/** An object or an array. */
export function matchStructure(sought: SoughtValue, value: object): ValueMatch | undefined {
  if (sought.kind !== 'structure' || Array.isArray(value) !== sought.isList) return undefined;
  if (Object.keys(value).length !== sought.members) return undefined;
  return canonicalJson(value) === sought.json ? all(JSON.stringify(value)) : undefined;
}

function all(text: string): ValueMatch {
  const shown = text.length > MOST_MATCH ? `${text.slice(0, MOST_MATCH)}…` : text;
  return { text: shown, start: 0, end: shown.length };
}

function matchForms(forms: readonly string[], isWord: boolean, text: string): ValueMatch | undefined {
  // Folding copies the text: only where it can make a difference.
  const plain = forms.every((form) => !/[\s\u0080-\uffff]/.test(form)) ? text : foldText(text);
  for (const form of forms) {
    for (let at = plain.indexOf(form); at >= 0; at = plain.indexOf(form, at + 1)) {
      if (isWord && !standsAlone(plain, at, at + form.length)) continue;
      return excerpt(plain, at, at + form.length);
    }
  }
  return undefined;
}

/** A word is not found inside another. */
function standsAlone(text: string, start: number, end: number): boolean {
  return !(isWordAt(text, start) && isWordAt(text, start - 1)) && !(isWordAt(text, end - 1) && isWordAt(text, end));
}

function isWordAt(text: string, at: number): boolean {
  return /[\p{L}\p{N}_]/u.test(text[at] ?? '');
}

function matchNumberIn(value: number, text: string): ValueMatch | undefined {
  if (!/\d/.test(text)) return undefined;
  NUMBER.lastIndex = 0;
  for (let found = NUMBER.exec(text); found; found = NUMBER.exec(text)) {
    const end = found.index + found[0].length;
    const before = text[found.index - 1] ?? '';
    const behind = text.slice(end, end + 2);
    // A part of a name, a version, a date or an id of hex digits is no number.
    if (/[\p{L}\p{N}_.]/u.test(before) || /^(?:[\p{L}_]|\.\d)/u.test(behind)) continue;
    const signed = before === '-' && !/[\p{L}\p{N}]/u.test(text[found.index - 2] ?? '');
    const number = Number(found[0].replaceAll(',', '')) * (signed ? -1 : 1);
    if (number === value) {
      return excerpt(text, signed ? found.index - 1 : found.index, end);
    }
  }
  return undefined;
}

/** One line around a match. */
function excerpt(text: string, start: number, end: number): ValueMatch {
  const to = Math.min(end, start + MOST_MATCH);
  const from = Math.max(0, start - BEFORE);
  const until = Math.min(text.length, to + BEHIND);
  const before = `${from > 0 ? '…' : ''}${line(text.slice(from, start)).trimStart()}`;
  const match = line(text.slice(start, to));
  const behind = `${to < end ? '…' : ''}${line(text.slice(to, until)).trimEnd()}${until < text.length ? '…' : ''}`;
  return { text: before + match + behind, start: before.length, end: before.length + match.length };
}

function line(text: string): string {
  return text.replace(/\s+/g, ' ');
}
