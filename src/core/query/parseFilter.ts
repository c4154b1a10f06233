import { FilterError } from './filterError.ts';
import {
  HAS_WORDS,
  SPAN_FIELDS,
  TRACE_FIELDS,
  type AttributeHome,
  type Filter,
  type FilterExpression,
  type FilterField,
  type FilterOperator,
  type FilterScope,
  type FilterValue,
} from './filterExpression.ts';
import { lexFilter, type FilterToken, type FilterWord } from './filterLexer.ts';

type TermToken = Extract<FilterToken, { kind: 'term' }>;

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  min: 60e9,
  h: 3600e9,
};
const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
const DURATION = /^(\d+(?:\.\d+)?)([a-zµμ]+)$/i;
/** Groups within groups; deeper ones are nobody's wish. */
const MAX_DEPTH = 50;
const MAX_CHARACTERS = 10_000;
/** Fields of another name that people know. */
const ALIASES: Readonly<Record<string, string>> = {
  duration: 'dur',
  'service.name': 'service',
  'span.id': 'id',
  span_id: 'id',
  trace_id: 'trace.id',
};
const DURATION_FIELDS: ReadonlySet<string> = new Set(['dur', 'self', 'start', 'trace.dur']);
const NUMBER_FIELDS: ReadonlySet<string> = new Set([
  'depth',
  'tokens',
  'tokens.input',
  'tokens.output',
  'confidence',
  'trace.spans',
  'trace.errors',
]);
const ID_FIELDS: ReadonlySet<string> = new Set(['id', 'trace', 'trace.id']);
/** Values of fields that have few; also what completion offers. */
export const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
export const STATUSES = ['unset', 'ok', 'error'] as const;

/**
 * Reads a filter in the language of docs/filter.md. An empty text lets everything through. Regular expressions are not
 * compiled here: `compileFilter` does, and refuses those that are none.
 * @throws FilterError which names the place and the cure.
 */
export function parseFilter(text: string): Filter {
  if (text.length > MAX_CHARACTERS) throw new FilterError(`A filter has at most ${MAX_CHARACTERS} characters.`, 0);
  const parser = new Parser(text, lexFilter(text));
  return { text, expression: parser.whole() };
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly FilterToken[];
  #at = 0;
  #depth = 0;

  constructor(text: string, tokens: readonly FilterToken[]) {
    this.#text = text;
    this.#tokens = tokens;
  }

  whole(): FilterExpression | undefined {
    if (this.#tokens.length === 0) return undefined;
    const expression = this.#or();
    const left = this.#tokens[this.#at];
    if (left) throw new FilterError('This parenthesis closes nothing: take it out.', left.start, left.end);
    return expression;
  }

  #or(): FilterExpression {
    const parts = [this.#and()];
    while (this.#takeWord('or')) parts.push(this.#and());
    return parts.length === 1 ? parts[0]! : { kind: 'or', parts };
  }

  #and(): FilterExpression {
    const parts = [this.#unary()];
    for (;;) {
      const isSaid = this.#takeWord('and');
      const next = this.#tokens[this.#at];
      const ends = next === undefined || next.kind === 'close' || isWord(next, 'or');
      if (!isSaid && ends) break;
      parts.push(this.#unary());
    }
    return parts.length === 1 ? parts[0]! : { kind: 'and', parts };
  }

  #unary(): FilterExpression {
    if (++this.#depth > MAX_DEPTH) {
      throw new FilterError(`Groups go ${MAX_DEPTH} deep at most.`, this.#tokens[this.#at]?.start ?? 0);
    }
    const expression = this.#negated() ?? this.#primary();
    this.#depth--;
    return expression;
  }

  #negated(): FilterExpression | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'minus' && !(token && isWord(token, 'not'))) return undefined;
    this.#at++;
    return { kind: 'not', part: this.#unary() };
  }

  #primary(): FilterExpression {
    const token = this.#tokens[this.#at];
    if (token === undefined) {
      throw new FilterError('A condition is missing here, such as service:model or dur>200ms.', this.#text.length);
    }
    this.#at++;
    switch (token.kind) {
      case 'open':
        return this.#group(token.start);
      case 'call':
        return { kind: 'scope', scope: token.name as FilterScope, part: this.#group(token.start) };
      case 'term':
        return termExpression(token);
      case 'word':
        return this.#wordExpression(token);
      case 'minus':
      case 'close':
        throw new FilterError('A condition is missing here, such as service:model or dur>200ms.', token.start);
    }
  }

  #group(start: number): FilterExpression {
    const expression = this.#or();
    const close = this.#tokens[this.#at];
    if (close?.kind !== 'close') {
      throw new FilterError('This parenthesis is not closed: put ) behind its last condition.', start, start + 1);
    }
    this.#at++;
    return expression;
  }

  #wordExpression(token: Extract<FilterToken, { kind: 'word' }>): FilterExpression {
    if (isWord(token, 'and') || isWord(token, 'or')) {
      throw new FilterError(
        `A condition is missing in front of ${token.text}; put the word in quotes to look for it.`,
        token.start,
        token.end,
      );
    }
    if (isWord(token, 'errors')) return { kind: 'errors' };
    return { kind: 'text', text: token.text };
  }

  #takeWord(word: string): boolean {
    const token = this.#tokens[this.#at];
    const is = token !== undefined && isWord(token, word);
    if (is) this.#at++;
    return is;
  }
}

function isWord(token: FilterToken, word: string): boolean {
  return token.kind === 'word' && !token.quoted && token.text.toLowerCase() === word;
}

function termExpression(term: TermToken): FilterExpression {
  const { name, operator, value } = term;
  if (value.text === '' && !value.quoted) {
    throw new FilterError(`A value is missing behind ${name.text}${operator}.`, value.start);
  }
  if (!name.quoted) {
    const [, scope, rest] = /^(root|parent)\.(.+)$/is.exec(name.text) ?? [];
    if (scope !== undefined && rest !== undefined) {
      const inner: TermToken = { ...term, name: { ...name, text: rest, start: name.end - rest.length } };
      return {
        kind: 'scope',
        scope: scope.toLowerCase() as 'root' | 'parent',
        part: termExpression(inner),
      };
    }
    if (name.text.toLowerCase() === 'has') return hasExpression(operator, value);
  }
  const field = fieldOf(name);
  const read = readValue(value);
  check(field, name, operator, read);
  return { kind: 'compare', field, operator, value: read };
}

function hasExpression(operator: FilterOperator, value: FilterWord): FilterExpression {
  if (operator !== ':' && operator !== '=') {
    throw new FilterError('has takes a colon, as in has:exception.', value.start - operator.length, value.start);
  }
  const what = value.quoted ? undefined : HAS_WORDS.find((word) => word === value.text.toLowerCase());
  if (what !== undefined) return { kind: 'has', what };
  const { home, key } = attributeOf(value);
  return { kind: 'hasKey', home, key };
}

/** A field by its name, else an attribute's key. Names of fields are known in any case, keys as they are sent. */
function fieldOf(name: FilterWord): FilterField {
  if (!name.quoted) {
    const known = ALIASES[name.text.toLowerCase()] ?? name.text.toLowerCase();
    const span = SPAN_FIELDS.find((field) => field === known);
    if (span !== undefined) return { kind: 'span', name: span };
    const trace = TRACE_FIELDS.find((field) => field === known);
    if (trace !== undefined) return { kind: 'trace', name: trace };
    if (known.startsWith('trace.')) {
      throw new FilterError(
        `There is no ${name.text}; a trace has ${TRACE_FIELDS.join(', ')}. A key of that name goes in quotes.`,
        name.start,
        name.end,
      );
    }
    const [, side, value] = /^(in|out)\.(.+)$/is.exec(name.text) ?? [];
    if (side !== undefined && value !== undefined) {
      return { kind: 'value', side: side.toLowerCase() === 'in' ? 'inputs' : 'outputs', name: value };
    }
  }
  return { kind: 'attribute', ...attributeOf(name) };
}

function attributeOf(name: FilterWord): { readonly home: AttributeHome; readonly key: string } {
  const [, prefix, key] = name.quoted ? [] : (/^(span|event|resource)\.(.+)$/is.exec(name.text) ?? []);
  return prefix === undefined || key === undefined
    ? { home: 'any', key: name.text }
    : { home: prefix.toLowerCase() as AttributeHome, key };
}

function readValue({ text, quoted, start, end }: FilterWord): FilterValue {
  if (quoted) return { text, quoted, start, end };
  const number = NUMBER.test(text) ? Number(text) : undefined;
  const [, amount, unit] = DURATION.exec(text) ?? [];
  const unitNs = unit === undefined ? undefined : UNITS[unit.toLowerCase()];
  return {
    text,
    quoted,
    start,
    end,
    ...(number !== undefined && { number }),
    ...(unitNs !== undefined && { durationNs: Number(amount) * unitNs }),
  };
}

/** Refuses what could never hold, with the cure. */
function check(
  field: FilterField,
  { text: name, start }: FilterWord,
  operator: FilterOperator,
  value: FilterValue,
): void {
  const fail = (message: string): never => {
    throw new FilterError(message, value.start, value.end);
  };
  const failOperator = (message: string): never => {
    throw new FilterError(message, value.start - operator.length, value.start);
  };
  const isOrder = operator === '<' || operator === '<=' || operator === '>' || operator === '>=';
  const isRegex = operator === '~' || operator === '!~';
  if (field.kind === 'attribute' || field.kind === 'value') return;
  if (DURATION_FIELDS.has(field.name)) {
    if (operator === ':' || isRegex)
      failOperator(`${name} is compared with <, <=, =, !=, >= or >, as in ${name}>200ms.`);
    if (value.durationNs === undefined && value.number !== 0) {
      fail('A duration is a number with ns, us, ms, s, m or h, as in 200ms.');
    }
  } else if (NUMBER_FIELDS.has(field.name)) {
    if (isRegex) failOperator(`${name} is compared with <, <=, =, !=, >= or >, as in ${name}>100.`);
    if (value.number === undefined) fail(`${name} is compared with a number, as in ${name}>100.`);
  } else if (ID_FIELDS.has(field.name)) {
    if (operator !== ':' && operator !== '=') failOperator(`${name} takes a colon and the beginning of an id.`);
    if (!/^[0-9a-f]{1,32}$/i.test(value.text)) fail('An id is made of 1 to 32 hex digits; its beginning is enough.');
  } else if (field.name === 'kind' || field.name === 'status') {
    const values: readonly string[] = field.name === 'kind' ? KINDS : STATUSES;
    if (isOrder || isRegex) failOperator(`${name} takes :, = or !=.`);
    if (!values.includes(value.text.toLowerCase())) fail(`${name} is one of ${values.join(', ')}.`);
  } else if (isOrder) {
    throw new FilterError(`${name} is a text: compare it with :, =, != or ~.`, start, value.end);
  }
}
