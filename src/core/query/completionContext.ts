import { FilterError } from './filterError.ts';
import { lexFilter, type FilterToken } from './filterLexer.ts';

/** What is being written at the caret: `text.slice(from, to)` is what a suggestion takes the place of. */
export type CompletionContext =
  /** Something stands there that is over: behind a quote or a parenthesis. */
  | { readonly kind: 'none'; readonly typed: ''; readonly from: number; readonly to: number }
  /** A field, a key, a word or a text. `fixed` stands in front of it: `root.`, `resource.`, … */
  | {
      readonly kind: 'term';
      readonly fixed: string;
      readonly typed: string;
      readonly from: number;
      readonly to: number;
    }
  /** A value. `name` is that of the field, without `root.` and the like. */
  | {
      readonly kind: 'value';
      readonly name: string;
      readonly typed: string;
      readonly from: number;
      readonly to: number;
    };

const SCOPED = /^(?:(?:root|parent)\.)+/i;
const FIXED = /^(?:(?:root|parent)\.)*(?:(?:resource|span|event|trace)\.)?/i;

/** Reads what stands in front of the caret; the rest of a word behind it is replaced, too. */
export function completionContext(text: string, caret: number): CompletionContext {
  const before = text.slice(0, caret);
  const rest = /^[^\s()"]*/.exec(text.slice(caret))?.[0].length ?? 0;
  const { tokens, open } = lexOpen(before);
  const last = tokens.at(-1);
  if (open !== undefined) {
    const to = text.charAt(caret + rest) === '"' ? caret + rest + 1 : caret + rest;
    const typed = before.slice(open + 1);
    return last?.kind === 'term' && last.value.start === open && last.value.text === ''
      ? { kind: 'value', name: plainName(last), typed, from: open, to }
      : { kind: 'term', fixed: '', typed, from: open, to };
  }
  if (last?.end === caret) {
    if (last.kind === 'term' && !last.value.quoted) {
      return { kind: 'value', name: plainName(last), typed: last.value.text, from: last.value.start, to: caret + rest };
    }
    if (last.kind === 'word' && !last.quoted) {
      const fixed = FIXED.exec(last.text)?.[0] ?? '';
      return {
        kind: 'term',
        fixed,
        typed: last.text.slice(fixed.length),
        from: last.start + fixed.length,
        to: caret + rest,
      };
    }
    const isOver = last.kind === 'term' || last.kind === 'word' || last.kind === 'close';
    if (isOver) return { kind: 'none', typed: '', from: caret, to: caret };
  }
  return { kind: 'term', fixed: '', typed: '', from: caret, to: caret + rest };
}

/** The tokens, and where a quoted text begins that is not closed yet. */
function lexOpen(text: string): { readonly tokens: readonly FilterToken[]; readonly open: number | undefined } {
  try {
    return { tokens: lexFilter(text), open: undefined };
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return { tokens: lexFilter(text.slice(0, error.start)), open: error.start };
  }
}

function plainName({ name }: Extract<FilterToken, { kind: 'term' }>): string {
  return name.quoted ? name.text : name.text.replace(SCOPED, '');
}
