import type { DurationNs, NanosText } from '../model/time.ts';

/** No-break space between number and unit, so that a duration is never torn over two lines. */
export const UNIT_SPACE = '\u00a0';
/** Narrow no-break space between groups of digits. */
const DIGIT_SPACE = '\u202f';

const MINUS = '\u2212';
const NS_PER_SECOND = 1e9;
const NS_PER_MINUTE = 60e9;
const NS_PER_HOUR = 3600e9;
const NS_PER_DAY = 86_400e9;
/** Decimals of a second that a nanosecond is. */
const NS_DIGITS = 9;

const SMALL_UNITS = [
  { ns: 1, symbol: 'ns' },
  { ns: 1e3, symbol: 'µs' },
  { ns: 1e6, symbol: 'ms' },
  { ns: NS_PER_SECOND, symbol: 's' },
] as const;

/**
 * A length of time for people, the only place that words one: at most three significant digits below a minute
 * (`512 ms`, `1.24 s`, `3.1 µs`), two units from there (`2 m 03 s`, `1 h 02 m`, `3 d 04 h`). Rounding carries into the
 * next unit (999.6 µs is `1 ms`). Units are always shown. A negative length starts with U+2212; what is not a number
 * is `?`.
 */
export function formatDuration(durationNs: DurationNs): string {
  if (!Number.isFinite(durationNs)) return '?';
  const text = formatPositive(Math.abs(durationNs));
  return durationNs < 0 && !text.startsWith('0') ? MINUS + text : text;
}

function formatPositive(ns: number): string {
  for (const [index, unit] of SMALL_UNITS.entries()) {
    const limit = index === SMALL_UNITS.length - 1 ? 60 : 1000;
    const value = roundToThreeDigits(ns / unit.ns, unit.ns === 1);
    if (value < limit) return withUnit(String(value), unit.symbol);
  }
  const seconds = Math.round(ns / NS_PER_SECOND);
  if (seconds < 3600) return twoUnits(Math.floor(seconds / 60), 'm', seconds % 60, 's');
  const minutes = Math.round(ns / NS_PER_MINUTE);
  if (minutes < 1440) return twoUnits(Math.floor(minutes / 60), 'h', minutes % 60, 'm');
  const hours = Math.round(ns / NS_PER_HOUR);
  return twoUnits(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** Three significant digits, no exponent, no trailing zeros; whole numbers only where a fraction means nothing. */
function roundToThreeDigits(value: number, whole: boolean): number {
  if (whole || value >= 100) return Math.round(value);
  return value >= 10 ? Math.round(value * 10) / 10 : Math.round(value * 100) / 100;
}

function withUnit(number: string, symbol: string): string {
  return number + UNIT_SPACE + symbol;
}

function twoUnits(high: number, highSymbol: string, low: number, lowSymbol: string): string {
  return withUnit(String(high), highSymbol) + UNIT_SPACE + withUnit(String(low).padStart(2, '0'), lowSymbol);
}

/**
 * A point on the ruler, a multiple of `stepNs`, said as finely as the step needs: neighbouring ticks of that step never
 * share a label, and no digit is lost however far the point is from the start. The unit is the largest that `offsetNs`
 * fills (`1.234 500 1 s` for a step of 100 ns); from a minute on `2 m 03 s`, `2 m 03.25 s`, `1 h 02 m 03.000 004 s`.
 */
export function formatOffset(offsetNs: number, stepNs: number): string {
  if (!Number.isFinite(offsetNs)) return '?';
  if (offsetNs < 0) return MINUS + formatOffset(-offsetNs, stepNs);
  if (offsetNs === 0) return '0';
  if (offsetNs < NS_PER_MINUTE) {
    const unit = SMALL_UNITS.findLast((candidate) => offsetNs >= candidate.ns) ?? SMALL_UNITS[0];
    return withUnit(grouped(fixedTrimmed(offsetNs / unit.ns, decimalsFor(stepNs, unit.ns))), unit.symbol);
  }
  return formatLongOffset(offsetNs, stepNs);
}

function formatLongOffset(offsetNs: number, stepNs: number): string {
  const decimals = Math.min(NS_DIGITS, decimalsFor(stepNs, NS_PER_SECOND));
  // Whole numbers all the way: as a fraction of seconds, days and nanoseconds do not fit into one float.
  const last = 10 ** (NS_DIGITS - decimals);
  const units = Math.round(offsetNs / last);
  const unitsPerSecond = NS_PER_SECOND / last;
  const wholeSeconds = Math.floor(units / unitsPerSecond);
  const fraction = String(units - wholeSeconds * unitsPerSecond).padStart(decimals, '0');
  const days = Math.floor(wholeSeconds / 86_400);
  const hours = Math.floor(wholeSeconds / 3600) % 24;
  const minutes = Math.floor(wholeSeconds / 60) % 60;
  const parts: string[] = [];
  if (days > 0) parts.push(withUnit(String(days), 'd'));
  if (stepNs < NS_PER_DAY && (days > 0 || hours > 0)) parts.push(withUnit(padAfter(parts, hours), 'h'));
  if (stepNs < NS_PER_HOUR || parts.length === 0) parts.push(withUnit(padAfter(parts, minutes), 'm'));
  if (stepNs < NS_PER_MINUTE) {
    const seconds = padAfter(parts, wholeSeconds % 60);
    parts.push(withUnit(decimals === 0 ? seconds : grouped(`${seconds}.${fraction}`), 's'));
  }
  return parts.join(UNIT_SPACE);
}

/** Decimals in groups of three: nine digits in a row cannot be read. */
function grouped(number: string): string {
  const point = number.indexOf('.');
  if (point < 0 || number.length - point <= 4) return number;
  return number.slice(0, point + 1) + number.slice(point + 1).replaceAll(/\d{3}(?=\d)/g, `$&${DIGIT_SPACE}`);
}

function padAfter(parts: readonly string[], value: number): string {
  return parts.length === 0 ? String(value) : String(value).padStart(2, '0');
}

function decimalsFor(stepNs: number, unitNs: number): number {
  if (!(stepNs > 0) || stepNs >= unitNs) return 0;
  return Math.min(12, Math.ceil(Math.log10(unitNs / stepNs) - 1e-9));
}

function fixedTrimmed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

export interface ClockOptions {
  /** UTC instead of the machine's time zone. */
  readonly utc: boolean;
  readonly withMillis: boolean;
}

/**
 * The time of day of a point in time (ns since the epoch, decimal): `14:03:12`, with milliseconds `14:03:12.042`. 24 h,
 * the same in every locale, cut (not rounded) to the unit shown. Text that is not a point in time answers `?`.
 */
export function formatClock(time: NanosText, options: ClockOptions): string {
  if (!/^\d{1,20}$/.test(time)) return '?';
  const date = new Date(Number(BigInt(time) / 1_000_000n));
  if (Number.isNaN(date.getTime())) return '?';
  const [hours, minutes, seconds] = options.utc
    ? [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
    : [date.getHours(), date.getMinutes(), date.getSeconds()];
  const clock = [hours, minutes, seconds].map((part) => String(part).padStart(2, '0')).join(':');
  return options.withMillis ? `${clock}.${String(date.getUTCMilliseconds()).padStart(3, '0')}` : clock;
}

/**
 * The time of day at an offset (whole ns) from a point in time (ns since the epoch, decimal), with as many decimals of a
 * second as a step of `stepNs` needs: `14:03:12.042 000 5`. 24 h, the same in every locale, cut to the last digit shown.
 */
export function formatExactClock(
  start: NanosText,
  offsetNs: number,
  stepNs: number,
  { utc }: Pick<ClockOptions, 'utc'>,
): string {
  if (!/^\d{1,20}$/.test(start) || !Number.isFinite(offsetNs)) return '?';
  const time = BigInt(start) + BigInt(Math.round(offsetNs));
  const clock = formatClock(String(time), { utc, withMillis: false });
  const decimals = Math.min(NS_DIGITS, decimalsFor(stepNs, NS_PER_SECOND));
  if (clock === '?' || decimals === 0) return clock;
  const fraction = String(time % BigInt(NS_PER_SECOND)).padStart(NS_DIGITS, '0');
  return grouped(`${clock}.${fraction.slice(0, decimals)}`);
}
