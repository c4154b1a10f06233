import { FilterError } from './filterError.ts';
import type { FilterOperator, FilterValue } from './filterExpression.ts';
import type { LinearPattern, RegexEngine } from './linearRegex.ts';

/**
 * One comparison, asked of the values that a field has. `!=` and `!~` are asked as their opposites and turned round by
 * whoever asks, because they hold when *no* value fits; see {@link isNegative}.
 */
export interface ValueTest {
  text(value: string): boolean;
  /** `unitNs`: nanoseconds of one unit of the number, for comparing it with a duration. */
  number(value: number, unitNs: number): boolean;
}

export interface ValueTestOptions {
  /** `:` and `=` compare the whole text in any case: names of services, kinds, states. */
  readonly whole?: boolean;
}

/** The operator says that no value fits. */
export function isNegative(operator: FilterOperator): operator is '!=' | '!~' {
  return operator === '!=' || operator === '!~';
}

/** @throws FilterError for a regular expression that is none. */
export function makeValueTest(
  operator: FilterOperator,
  value: FilterValue,
  regex: RegexEngine,
  { whole = false }: ValueTestOptions = {},
): ValueTest {
  switch (operator) {
    case ':':
      return looseTest(value, whole);
    case '=':
    case '!=':
      return equalTest(value, whole);
    case '~':
    case '!~':
      return patternTest(compilePattern(value, regex));
    case '<':
    case '<=':
    case '>':
    case '>=':
      return orderTest(operator, value);
  }
}

function compilePattern({ text, start, end }: FilterValue, regex: RegexEngine): LinearPattern {
  try {
    return regex.compile(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FilterError(`This is no regular expression (RE2 syntax): ${reason}.`, start, end);
  }
}

function patternTest(pattern: LinearPattern): ValueTest {
  return { text: (value) => pattern.test(value), number: (value) => pattern.test(String(value)) };
}

function looseTest(value: FilterValue, whole: boolean): ValueTest {
  const wanted = value.text.toLowerCase();
  const fits = value.quoted || !wanted.includes('*') ? undefined : globTest(wanted);
  const text = (asked: string): boolean => {
    const given = asked.toLowerCase();
    return fits?.(given) ?? (whole ? given === wanted : given.includes(wanted));
  };
  return {
    text,
    number: (number) => number === value.number || (fits?.(String(number)) ?? String(number) === value.text),
  };
}

function equalTest(value: FilterValue, whole: boolean): ValueTest {
  const wanted = whole ? value.text.toLowerCase() : value.text;
  return {
    text: (given) =>
      (whole ? given.toLowerCase() : given) === wanted ||
      (value.number !== undefined && numberIn(given) === value.number),
    number: (number, unitNs) =>
      value.durationNs === undefined
        ? number === value.number || String(number) === value.text
        : number * unitNs === value.durationNs,
  };
}

function orderTest(operator: '<' | '<=' | '>' | '>=', { number, durationNs, text }: FilterValue): ValueTest {
  const holds = <T extends number | string>(left: T, right: T): boolean => compare(operator, left, right);
  if (durationNs !== undefined) {
    return {
      text: (given) => numberIn(given) !== undefined && holds(numberIn(given)! * 1e9, durationNs),
      number: (given, unitNs) => holds(given * unitNs, durationNs),
    };
  }
  if (number !== undefined) {
    return {
      text: (given) => numberIn(given) !== undefined && holds(numberIn(given)!, number),
      number: (given) => holds(given, number),
    };
  }
  return { text: (given) => holds(given, text), number: () => false };
}

export function compare<T extends number | string>(operator: FilterOperator, left: T, right: T): boolean {
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '!=':
    case '!~':
      return left !== right;
    case ':':
    case '=':
    case '~':
      return left === right;
  }
}

/** Senders write numbers as text; undefined when it is none. */
function numberIn(text: string): number | undefined {
  return /^\s*-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : undefined;
}

/** `*` stands for any characters. Greedy by parts, so linear: no regular expression is made of what the user typed. */
function globTest(glob: string): (text: string) => boolean {
  const parts = glob.split('*');
  const first = parts[0]!;
  const last = parts.at(-1)!;
  const between = parts.slice(1, -1);
  return (text) => {
    if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
    let at = first.length;
    const stop = text.length - last.length;
    for (const part of between) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > stop) return false;
      at = found + part.length;
    }
    return true;
  };
}
