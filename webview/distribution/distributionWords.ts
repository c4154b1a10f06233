import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { Distribution, MeasuredGroup, WireEstimate } from '../../src/protocol/distributionApi.ts';

/** A measured number with its unit. */
export function measuredText(value: number | null, unit: Distribution['unit']): string {
  if (value === null) return '\u2013';
  if (unit === 'ns') return formatDuration(value);
  return Number.isInteger(value) ? value.toLocaleString('en-US') : String(Number(value.toPrecision(4)));
}

/** The interval around a figure: `81 – 87`, open where there are too few calls for a bound. */
export function boundsText({ low, high }: WireEstimate, unit: Distribution['unit']): string {
  if (low === null && high === null) return 'too few for a bound';
  if (low === null) return `up to ${measuredText(high, unit)}`;
  if (high === null) return `from ${measuredText(low, unit)}`;
  return `${measuredText(low, unit)} \u2013 ${measuredText(high, unit)}`;
}

/** A share as a percentage. */
export function shareText(value: number | null): string {
  if (value === null) return '\u2013';
  return value > 0 && value < 0.001 ? '<0.1 %' : `${String(Math.round(value * 1000) / 10)} %`;
}

/** What a group is called. */
export function groupName({ value, isRest }: Pick<MeasuredGroup, 'value' | 'isRest'>, split: string): string {
  if (isRest) return 'others';
  if (split === '') return 'all calls';
  return value === '' ? '(none)' : visibleLine(value);
}

export function splitName(key: string): string {
  return key === '' ? 'nothing' : key === '@time' ? 'earlier and later half' : visibleLine(key);
}

/** What parts a group from the first: `+12 ms median, +3.1 % errors`, or that it is within noise. Empty for the first. */
export function versusText({ versus, measured }: MeasuredGroup, unit: Distribution['unit']): string {
  if (!versus) return '';
  const parts: string[] = [];
  const sign = (value: number | null): string => (value !== null && value > 0 ? '+' : '');
  const { median, p95, errors } = versus;
  if (measured > 0 && !median.withinNoise)
    parts.push(`median ${sign(median.value)}${measuredText(median.value, unit)}`);
  if (measured > 0 && !p95.withinNoise) parts.push(`p95 ${sign(p95.value)}${measuredText(p95.value, unit)}`);
  if (!errors.withinNoise) parts.push(`errors ${sign(errors.value)}${shareText(errors.value)}`);
  return parts.length === 0 ? 'within noise' : parts.join(', ');
}
