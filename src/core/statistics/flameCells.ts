import type { FlameLayout } from './flameLayout.ts';

/** The part of a layout on screen. */
export interface FlameView {
  readonly beginNs: number;
  readonly endNs: number;
  /** Pixels between the two. */
  readonly columns: number;
  readonly rowFrom: number;
  readonly rowCount: number;
}

/** Boxes to draw, by column. A cell of several slots stands for boxes narrower than a pixel that lie side by side. */
export interface FlameCells {
  readonly row: number[];
  /** First slot and number of slots. */
  readonly slot: number[];
  readonly slots: number[];
  readonly begin: number[];
  readonly end: number[];
}

/**
 * What of a layout can be seen: boxes at least a pixel wide each for itself, narrower ones together. At most two cells a
 * pixel of each row, found by bisection: the cost is that of the pixels, not of the boxes.
 */
export function flameCells(layout: FlameLayout, view: FlameView): FlameCells {
  const cells: FlameCells = { row: [], slot: [], slots: [], begin: [], end: [] };
  const pixel = (view.endNs - view.beginNs) / Math.max(1, view.columns);
  if (!(pixel > 0)) return cells;
  const rowEnd = Math.min(layout.rowCount, view.rowFrom + view.rowCount);
  for (let row = view.rowFrom; row < rowEnd; row++) cellsOfRow(layout, view, pixel, row, cells);
  return cells;
}

function cellsOfRow(layout: FlameLayout, view: FlameView, pixel: number, row: number, cells: FlameCells): void {
  const { begin, end } = layout;
  const stop = layout.rowBegin[row + 1]!;
  let slot = firstAbove(end, layout.rowBegin[row]!, stop, view.beginNs, true);
  // What only touches the edge from outside is not in sight; what begins there is, however short.
  while (slot < stop && end[slot] === view.beginNs && begin[slot]! < view.beginNs) slot++;
  while (slot < stop && begin[slot]! < view.endNs) {
    let next = slot + 1;
    if (end[slot]! - begin[slot]! < pixel) {
      const column = Math.floor((begin[slot]! - view.beginNs) / pixel);
      next = Math.max(next, firstAbove(begin, slot, stop, view.beginNs + (column + 1) * pixel, true));
      // Only the last that begins in this column can reach beyond it.
      if (next - 1 > slot && end[next - 1]! - begin[next - 1]! >= pixel) next--;
    }
    add(cells, layout, row, slot, next, pixel);
    slot = next;
  }
}

/** Adds the boxes `slot .. next` as one cell, or to the cell before when both are of narrow boxes without a gap. */
function add(cells: FlameCells, layout: FlameLayout, row: number, slot: number, next: number, pixel: number): void {
  const begin = layout.begin[slot]!;
  const end = layout.end[next - 1]!;
  const last = cells.row.length - 1;
  const isNarrow = end - begin < pixel || next - slot > 1;
  if (isNarrow && last >= 0 && cells.row[last] === row && cells.slot[last]! + cells.slots[last]! === slot) {
    const wasNarrow = cells.slots[last]! > 1 || cells.end[last]! - cells.begin[last]! < pixel;
    if (wasNarrow && begin - cells.end[last]! < pixel) {
      cells.slots[last]! += next - slot;
      cells.end[last] = end;
      return;
    }
  }
  cells.row.push(row);
  cells.slot.push(slot);
  cells.slots.push(next - slot);
  cells.begin.push(begin);
  cells.end.push(end);
}

/** First place in the ascending `values[from .. to)` whose value is above `limit` (or at it, when `orEqual`), else `to`. */
function firstAbove(values: Float64Array, from: number, to: number, limit: number, orEqual = false): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = values[middle]!;
    if (value > limit || (orEqual && value === limit)) high = middle;
    else low = middle + 1;
  }
  return low;
}
