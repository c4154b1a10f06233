import type { DurationNs } from '../model/time.ts';
import { FilterError } from './filterError.ts';
import { lexFilter, type FilterToken } from './filterLexer.ts';
import type { TraceCondition, TraceFilter } from './traceFilter.ts';

type FieldToken = Extract<FilterToken, { kind: 'field' }>;
type WordToken = Extract<FilterToken, { kind: 'word' }>;

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const DURATION = /^(\d+(?:\.\d+)?)([a-zµμ]*)$/i;
const TEXT_FIELDS = ['service', 'name', 'trace'] as const;

/**
 * Reads a filter: conditions one after the other, all of which must hold. `service:NAME`, `name:TEXT`, `trace:PREFIX`,
 * `errors`, `dur>200ms` (also `<`, `<=`, `>=`, `=`; ns, us, ms, s, m, h), a text for the root's name alone, `-` in front
 * for the opposite; a text with spaces or that looks like a field goes in quotes.
 * @throws FilterError which names the column and the cure.
 */
export function parseFilter(text: string): TraceFilter {
  const tokens = lexFilter(text);
  const terms: { condition: TraceCondition; negated: boolean }[] = [];
  for (let at = 0; at < tokens.length; at++) {
    let token = tokens[at];
    let negated = false;
    if (token?.kind === 'minus') {
      negated = true;
      token = tokens[++at];
    }
    if (token === undefined || token.kind === 'minus') {
      const column = token?.column ?? text.length;
      throw new FilterError(`Column ${column}: a condition is missing behind '-'`, column);
    }
    if (token.kind === 'field') {
      const value = tokens[++at];
      terms.push({ condition: fieldCondition(token, valueOf(token, value)), negated });
    } else if (!token.quoted && token.text.toLowerCase() === 'errors') {
      terms.push({ condition: { kind: 'errors' }, negated });
    } else {
      terms.push({ condition: { kind: 'name', text: token.text }, negated });
    }
  }
  return { terms };
}

/** The value right behind a field: with a space between, it belongs to nothing. */
function valueOf(field: FieldToken, value: FilterToken | undefined): WordToken {
  const column = field.column + field.name.length + field.operator.length;
  if (value?.kind !== 'word' || value.column !== column) {
    throw new FilterError(`Column ${column}: a value is missing behind ${field.name}${field.operator}`, column);
  }
  return value;
}

function fieldCondition(field: FieldToken, value: WordToken): TraceCondition {
  if (field.name === 'dur') return durationCondition(field, value);
  const name = TEXT_FIELDS.find((known) => known === field.name);
  if (name === undefined) {
    throw new FilterError(
      `Column ${field.column}: there is no field ${field.name}; there are service, name, trace and dur. ` +
        'Put a text that looks like one in quotes.',
      field.column,
    );
  }
  if (field.operator !== ':') {
    const column = field.column + name.length;
    throw new FilterError(`Column ${column}: ${name} takes ':', not '${field.operator}'`, column);
  }
  if (name === 'service') return { kind: 'service', name: value.text };
  if (name === 'name') return { kind: 'name', text: value.text };
  const prefix = value.text.toLowerCase();
  if (!/^[0-9a-f]{1,32}$/.test(prefix)) {
    throw new FilterError(`Column ${value.column}: a trace id begins with 1 to 32 hex digits`, value.column);
  }
  return { kind: 'trace', prefix };
}

function durationCondition(field: FieldToken, value: WordToken): TraceCondition {
  if (field.operator === ':') {
    const column = field.column + field.name.length;
    throw new FilterError(`Column ${column}: dur is compared with <, <=, =, >= or >, as in dur>200ms`, column);
  }
  return { kind: 'duration', comparison: field.operator, durationNs: durationOf(value) };
}

function durationOf({ text, column }: WordToken): DurationNs {
  const [, number = '', unit = ''] = DURATION.exec(text) ?? [];
  const ns = UNITS[unit.toLowerCase()];
  if (number === '' || ns === undefined) {
    throw new FilterError(`Column ${column}: a duration is a number with ns, us, ms, s, m or h, as in 200ms`, column);
  }
  return Number(number) * ns;
}
