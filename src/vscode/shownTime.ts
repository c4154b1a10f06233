import { formatDuration } from '../core/layout/formatDuration.ts';
import type { TraceSummary } from '../core/model/trace.ts';

/** Local wall clock `14:03:12` of decimal nanoseconds since the epoch. */
export function clockTime(nanosText: string): string {
  const date = new Date(Number(BigInt(nanosText) / 1_000_000n));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `512 ms`, or `≥ 290 ms` while the trace is assembling and its end not known. */
export function traceDuration(trace: TraceSummary): string {
  return `${trace.assembling ? '≥ ' : ''}${formatDuration(trace.durationNs)}`;
}
