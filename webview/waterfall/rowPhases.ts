import { phaseLook } from '../../src/core/inference/phaseLook.ts';
import { formatDuration } from '../../src/core/layout/formatDuration.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { offsetOf, type RowRef } from './rowCache.ts';

/** A phase of a row, nanoseconds from the trace's start. */
export interface RowPhase {
  readonly name: string;
  readonly beginNs: number;
  readonly endNs: number;
  readonly exact: boolean;
}

/** Place of a row in the window's list of those that have phases; -1 when it has none. */
function placeOf({ window, index }: RowRef): number {
  const rows = window.phases?.rows;
  if (rows === undefined) return -1;
  let low = 0;
  let high = rows.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const row = rows[middle] ?? 0;
    if (row === index) return middle;
    if (row < index) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** The phases of a row, in order of start; none for most. */
export function phasesOf(ref: RowRef): readonly RowPhase[] {
  const { phases } = ref.window;
  const place = placeOf(ref);
  if (phases === undefined || place < 0) return [];
  const found: RowPhase[] = [];
  for (let at = phases.index[place] ?? 0; at < (phases.index[place + 1] ?? 0); at++) {
    found.push({
      name: phases.names[phases.name[at] ?? 0] ?? '',
      beginNs: phases.times[2 * at] ?? 0,
      endNs: phases.times[2 * at + 1] ?? 0,
      exact: phases.exact[at] === 1,
    });
  }
  return found;
}

/** When a row's first token, chunk or byte was there, nanoseconds from the trace's start. */
export function firstTokenOf(ref: RowRef): number | undefined {
  const place = placeOf(ref);
  const ns = place < 0 ? Number.NaN : (ref.window.phases?.firstNs[place] ?? Number.NaN);
  return Number.isNaN(ns) ? undefined : ns;
}

/** How each look of a phase is drawn, for a legend. */
const LOOKS = { wait: 'striped', prepare: 'half', work: 'full' } as const;

/** Most phases that a tooltip lists. */
const MOST_LINES = 8;

/** The phases of a row in words, one a line, with how they are drawn; computed ones are marked. */
export function phaseLines(ref: RowRef): readonly string[] {
  const phases = phasesOf(ref);
  const lines = phases.slice(0, MOST_LINES).map(({ name, beginNs, endNs, exact }) => {
    const length = `${exact ? '' : '≈\u00a0'}${formatDuration(endNs - beginNs)}`;
    return `${visibleLine(name)} ${length} (${LOOKS[phaseLook(name)]})`;
  });
  const first = firstTokenText(ref);
  return [
    ...lines,
    ...(phases.length > MOST_LINES ? [`and ${phases.length - MOST_LINES} more`] : []),
    ...(first === '' ? [] : [`${first} (flag)`]),
  ];
}

/** When the first of the answer was there, counted from the span's start; empty when nothing says so. */
export function firstTokenText(ref: RowRef): string {
  const first = firstTokenOf(ref);
  return first === undefined ? '' : `first output after ${formatDuration(first - offsetOf(ref))}`;
}
