import type { FilterOperator } from './filterExpression.ts';
import { FilterError } from './filterError.ts';

/** A value or a text; `text` is without its quotes. Places are 0-based. */
export interface FilterWord {
  readonly text: string;
  readonly quoted: boolean;
  readonly start: number;
  readonly end: number;
}

/** A part of a filter. */
export type FilterToken =
  /** `field:value`, `"any key">value`, …: operator and value stand right behind the name. */
  | {
      readonly kind: 'term';
      readonly name: FilterWord;
      readonly operator: FilterOperator;
      /** Empty and unquoted when nothing stands there. */
      readonly value: FilterWord;
      readonly start: number;
      readonly end: number;
    }
  | ({ readonly kind: 'word' } & FilterWord)
  /** `any(` and the like: a name with an opening parenthesis right behind. */
  | { readonly kind: 'call'; readonly name: string; readonly start: number; readonly end: number }
  | { readonly kind: 'open' | 'close' | 'minus'; readonly start: number; readonly end: number };

const NAME = /[\p{L}_@][\p{L}\p{N}_.@/-]*/uy;
const OPERATOR = /!=|!~|<=|>=|[:=<>~]/y;
const CALL = /(any|none|all|root|parent|child)\(/iy;

/**
 * The tokens of a filter. In a quoted text `\"` and `\\` stand for the quote and the backslash. Parentheses inside a word
 * belong to it as long as they are in pairs: `name:predict(x)`.
 * @throws FilterError where a quoted text does not end.
 */
export function lexFilter(text: string): FilterToken[] {
  const tokens: FilterToken[] = [];
  let at = 0;
  while (at < text.length) {
    const token = tokenAt(text, at);
    if (token === undefined) {
      at++;
      continue;
    }
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

/** The token that begins at `at`; undefined for white space. */
function tokenAt(text: string, at: number): FilterToken | undefined {
  const character = text.charAt(at);
  if (/\s/.test(character)) return undefined;
  if (character === '(') return { kind: 'open', start: at, end: at + 1 };
  if (character === ')') return { kind: 'close', start: at, end: at + 1 };
  if (character === '-' && /[^\s)]/.test(text[at + 1] ?? ' ')) return { kind: 'minus', start: at, end: at + 1 };
  const call = match(CALL, text, at);
  if (call) return { kind: 'call', name: (call[1] ?? '').toLowerCase(), start: at, end: at + call[0].length };
  const name = character === '"' ? readQuoted(text, at) : nameAt(text, at);
  if (name) {
    const operator = match(OPERATOR, text, name.end)?.[0] as FilterOperator | undefined;
    const valueAt = name.end + (operator?.length ?? 0);
    // `http://host` is a text, not a field.
    if (operator !== undefined && !(operator === ':' && !name.quoted && text.startsWith('//', valueAt))) {
      const value = text.charAt(valueAt) === '"' ? readQuoted(text, valueAt) : readWord(text, valueAt);
      return { kind: 'term', name, operator, value, start: at, end: value.end };
    }
    if (name.quoted) return { kind: 'word', ...name };
  }
  return { kind: 'word', ...readWord(text, at) };
}

function nameAt(text: string, at: number): FilterWord | undefined {
  const name = match(NAME, text, at)?.[0];
  if (name === undefined) return undefined;
  const end = at + name.length;
  // `in."order value"`: a named value whose name has other characters.
  if (/^(?:in|out)\.$/i.test(name) && text.charAt(end) === '"') {
    const rest = readQuoted(text, end);
    return { text: name + rest.text, quoted: false, start: at, end: rest.end };
  }
  return { text: name, quoted: false, start: at, end };
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

/** Up to the next space, quote, or parenthesis that has no partner in the word. */
function readWord(text: string, start: number): FilterWord {
  let open = 0;
  let end = start;
  for (; end < text.length; end++) {
    const character = text.charAt(end);
    if (/[\s"]/.test(character)) break;
    if (character === '(') open++;
    else if (character === ')' && open-- === 0) break;
  }
  return { text: text.slice(start, end), quoted: false, start, end };
}

function readQuoted(text: string, open: number): FilterWord {
  let content = '';
  for (let at = open + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') return { text: content, quoted: true, start: open, end: at + 1 };
    const next = text.charAt(at + 1);
    if (character === '\\' && (next === '"' || next === '\\')) {
      content += next;
      at++;
    } else {
      content += character;
    }
  }
  throw new FilterError('This quote has no end: close it with a second one.', open, text.length);
}
