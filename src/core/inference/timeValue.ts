import type { AttributeValue } from '../model/attributes.ts';
import { scalarText } from '../otlp/anyValue.ts';
import type { TimeUnit } from './timingKeys.ts';

/** Units from the largest to the smallest, in nanoseconds. */
const NS_OF: Readonly<Record<Exclude<TimeUnit, 'guess'>, number>> = { s: 1e9, ms: 1e6, us: 1e3, ns: 1 };
const UNITS = ['s', 'ms', 'us', 'ns'] as const;
/** Longer than any span that anybody waits for (a year): what is above is no duration. */
const MOST_NS = 3.2e16;
/** A guess may be this much longer than the span: clocks within one process differ a little. */
const GUESS_ROOM = 1.05;
/** A figure this many times as long as its span was written in a smaller unit than its convention says. */
const WRONG_UNIT = 10;
/** `µ` is U+00B5 or U+03BC. */
const WITH_UNIT = /^([\d.]+(?:[eE][-+]?\d+)?)\s*(ns|µs|μs|us|ms|s|sec|seconds)$/;

/** A length of time that an attribute tells. */
export interface TimeValue {
  readonly ns: number;
  /** Set when the unit is a guess: neither the value nor a convention that fits says it. */
  readonly guessed?: 'ns' | 'us' | 'ms' | 's';
}

/** A finite number ≥ 0 from whatever type it came in; JSON texts of numbers too. */
export function numberIn(value: AttributeValue): number | undefined {
  const text = plainText(value);
  const number = text === '' ? NaN : Number(text);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

/**
 * A length of time in nanoseconds. A unit in the text decides, then `unit`; without one the largest in which it is not
 * longer than the span. A figure ten times as long as the span is taken for one in a smaller unit, and marked as a guess.
 * Undefined for what is no length of time. `spanNs` 0: unknown.
 */
export function durationIn(value: AttributeValue, unit: TimeUnit, spanNs: number): TimeValue | undefined {
  const match = WITH_UNIT.exec(plainText(value));
  if (match !== null) {
    const ns = Number(match[1]) * NS_OF[unitOf(match[2] ?? '')];
    return ns >= 0 && ns <= MOST_NS ? { ns } : undefined;
  }
  const number = numberIn(value);
  if (number === undefined) return undefined;
  if (unit !== 'guess') {
    const ns = number * NS_OF[unit];
    if (spanNs <= 0 || ns <= WRONG_UNIT * spanNs) return ns <= MOST_NS ? { ns } : undefined;
    const smaller = UNITS.slice(UNITS.indexOf(unit) + 1).find((each) => fits(number, each, spanNs));
    return smaller === undefined ? undefined : { ns: number * NS_OF[smaller], guessed: smaller };
  }
  const guessed = spanNs > 0 ? UNITS.find((each) => fits(number, each, spanNs)) : 's';
  return guessed === undefined || number * NS_OF[guessed] > MOST_NS
    ? undefined
    : { ns: number * NS_OF[guessed], guessed };
}

function fits(number: number, unit: (typeof UNITS)[number], spanNs: number): boolean {
  return number * NS_OF[unit] <= GUESS_ROOM * spanNs;
}

function unitOf(text: string): Exclude<TimeUnit, 'guess'> {
  switch (text) {
    case 'ns':
    case 'us':
    case 'ms':
      return text;
    case 's':
    case 'sec':
    case 'seconds':
      return 's';
    default:
      return 'us';
  }
}

const DATE = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9})\d*)?(Z|[-+]\d\d:?\d\d)?$/;

/** Nanoseconds since the epoch of an ISO 8601 date, also one in JSON quotes (once or twice). Without a zone it is UTC. */
export function dateIn(value: AttributeValue): bigint | undefined {
  const match = DATE.exec(plainText(value));
  if (match === null) return undefined;
  const [, day, time, fraction, zone] = match;
  const offset =
    zone === undefined || zone === 'Z' ? 'Z' : zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const ms = Date.parse(`${day ?? ''}T${time ?? ''}${offset}`);
  return Number.isFinite(ms) ? BigInt(ms) * 1_000_000n + BigInt((fraction ?? '').padEnd(9, '0')) : undefined;
}

/** One line of text without the quotes of JSON. */
function plainText(value: AttributeValue): string {
  return scalarText(value)
    .slice(0, 80)
    .replace(/^[\s"\\]+|[\s"\\]+$/g, '');
}
