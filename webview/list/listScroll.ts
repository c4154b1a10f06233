import type { TraceId } from '../../src/core/model/ids.ts';
import type { TraceListRow } from '../../src/protocol/listApi.ts';

/** A row that stays where it is when others come and go around it. */
export interface HeldRow {
  readonly traceId: TraceId;
  readonly row: number;
}

/** What the list shows: its first row, and its rows from there, by number. */
interface Shown {
  readonly from: number;
  readonly rows: readonly TraceListRow[];
}

/**
 * The row to hold still: the one under the pointer, else, once the list was scrolled, the first trace in sight. Undefined
 * where nothing is held and what is new may push the rest down.
 */
export function heldRow(
  shown: Shown,
  topPx: number,
  rowPx: number,
  pointerPx: number | undefined,
): HeldRow | undefined {
  if (pointerPx === undefined && topPx <= 0) return undefined;
  const first = Math.floor((topPx + (pointerPx ?? 0)) / rowPx);
  for (let row = Math.max(first, shown.from); row < shown.from + shown.rows.length; row++) {
    const entry = shown.rows[row - shown.from];
    if (entry?.kind === 'trace') return { traceId: entry.trace.traceId, row };
  }
  return undefined;
}
