import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import type { ListBrush } from '../../src/core/list/listQuery.ts';

/** A brush in words: `14:03:12 – 14:05:00 · 120 ms – 480 ms`. */
export function brushText(brush: ListBrush, clock: (timeMs: number) => string): string {
  const { fromMs, toMs, minNs, maxNs } = brush;
  const parts = [
    range(fromMs === null ? '' : clock(fromMs), toMs === null ? '' : clock(toMs)),
    range(minNs === null ? '' : formatDuration(minNs), maxNs === null ? '' : formatDuration(maxNs)),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** The durations of a brush in the filter language; empty when it leaves them open. */
export function filterOfBrush({ minNs, maxNs }: ListBrush): string {
  const parts = [
    minNs === null ? '' : `trace.dur>=${filterDuration(minNs)}`,
    maxNs === null ? '' : `trace.dur<=${filterDuration(maxNs)}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function range(from: string, to: string): string {
  if (from === '' && to === '') return '';
  return `${from || '…'} – ${to || '…'}`;
}

/** Four digits are as exact as anybody can drag. */
function filterDuration(ns: number): string {
  const units = [
    ['s', 1e9],
    ['ms', 1e6],
    ['us', 1e3],
  ] as const;
  const [unit, size] = units.find(([, ns1]) => ns >= ns1) ?? ['ns', 1];
  return `${String(Number((ns / size).toPrecision(4)))}${unit}`;
}
