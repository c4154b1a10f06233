import { formatClock, formatDuration } from '../../src/core/layout/formatDuration.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import type { ChangeMarker } from '../../src/protocol/listApi.ts';

/** Before a marker's id where it is named beside other things that can be compared. */
export const MARKER_KEY = 'marker:';

const MARKERS: Readonly<Record<ChangeMarker['kind'], string>> = {
  restart: 'Restarted',
  file: 'Saved',
  head: 'HEAD changed',
  pause: 'Debugger paused',
};

/** A change in words: `Saved: app/predict.py · 14:03:12`. */
export function markerText({ kind, atMs, toMs, label }: ChangeMarker, utc: boolean): string {
  const lasted = kind === 'pause' && toMs !== null ? ` ${formatDuration((toMs - atMs) * 1e6)}` : '';
  return `${MARKERS[kind]}${lasted}: ${visibleLine(label)} · ${clockOf(atMs, utc, 1000)}`;
}

/** Time of day, with milliseconds when `stepMs` is less than a second. */
export function clockOf(timeMs: number, utc: boolean, stepMs: number): string {
  const ns = BigInt(Math.round(timeMs * 1000)) * 1000n;
  return formatClock(ns < 0n ? '0' : ns.toString(), { utc, withMillis: stepMs < 1000 });
}
