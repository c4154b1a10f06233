import { FilterError } from './filterError.ts';

/** A part of a filter. Columns are 1-based. */
export type FilterToken =
  /** `field:`, `field>`, …: the operator stands right behind the name. */
  | {
      readonly kind: 'field';
      readonly name: string;
      readonly operator: ':' | '<' | '<=' | '=' | '>=' | '>';
      readonly column: number;
    }
  /** Characters up to the next space, or a quoted text without its quotes. */
  | { readonly kind: 'word'; readonly text: string; readonly quoted: boolean; readonly column: number }
  | { readonly kind: 'minus'; readonly column: number };

const FIELD = /([a-z][a-z_.]*)(:|<=|>=|<|>|=)/iy;
const WORD = /[^\s"]+/y;

/**
 * The tokens of a filter. In a quoted text `\"` and `\\` stand for the quote and the backslash.
 * @throws FilterError where a quoted text does not end.
 */
export function lexFilter(text: string): FilterToken[] {
  const tokens: FilterToken[] = [];
  let at = 0;
  /** A value is due: what stands here is no field of its own. */
  let inTerm = false;
  while (at < text.length) {
    const column = at + 1;
    const character = text[at];
    if (character !== undefined && /\s/.test(character)) {
      at++;
      inTerm = false;
      continue;
    }
    if (character === '"') {
      const quoted = readQuoted(text, at);
      tokens.push({ kind: 'word', text: quoted.text, quoted: true, column });
      at = quoted.end;
      inTerm = false;
      continue;
    }
    if (character === '-' && !inTerm && /\S/.test(text[at + 1] ?? ' ')) {
      tokens.push({ kind: 'minus', column });
      at++;
      continue;
    }
    const field = inTerm ? undefined : match(FIELD, text, at);
    if (field) {
      const operator = field[2] as Extract<FilterToken, { kind: 'field' }>['operator'];
      tokens.push({ kind: 'field', name: (field[1] ?? '').toLowerCase(), operator, column });
      at += field[0].length;
      inTerm = true;
      continue;
    }
    const word = match(WORD, text, at)?.[0] ?? text.slice(at);
    tokens.push({ kind: 'word', text: word, quoted: false, column });
    at += word.length;
    inTerm = false;
  }
  return tokens;
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

function readQuoted(text: string, open: number): { readonly text: string; readonly end: number } {
  let content = '';
  for (let at = open + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') return { text: content, end: at + 1 };
    const next = text.charAt(at + 1);
    if (character === '\\' && (next === '"' || next === '\\')) {
      content += next;
      at++;
    } else {
      content += character;
    }
  }
  throw new FilterError(`The quoted text that begins at column ${open + 1} has no end`, open + 1);
}
