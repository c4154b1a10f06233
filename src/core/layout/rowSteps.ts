import type { CriticalPath } from './criticalPath.ts';
import type { DisplayTree } from './displayTree.ts';
import { NODE } from './rowNodes.ts';
import type { RowOrder } from './rowOrder.ts';
import type { VisibleRows } from './visibleRows.ts';

/** OTLP StatusCode ERROR. */
const STATUS_ERROR = 2;

/** Position of the span with an id, or -1. A scan: 1 ms at a million spans, and no memory. */
export function positionOfId(tree: DisplayTree, hi: number, lo: number): number {
  const { idHi, idLo, count } = tree;
  for (let index = 0; index < count; index++) {
    if (idLo[index] === lo && idHi[index] === hi) return tree.positionOf[index]!;
  }
  return -1;
}

/** Place of the next (direction 1) or previous (-1) span in error after a place, going around; -1 when none. */
export function errorFrom(order: RowOrder, place: number, direction: 1 | -1): number {
  const { status, indexAt } = order.tree;
  return spanFrom(order, place, direction, (position) => status[indexAt[position]!] === STATUS_ERROR);
}

/** The same for spans on a critical path; messages without a row are passed over. */
export function criticalFrom(rows: VisibleRows, path: CriticalPath, place: number, direction: 1 | -1): number {
  const { order } = rows;
  return spanFrom(order, place, direction, (position, at) => {
    if (path.untilNs[position]! < 0) return false;
    const above = order.parentAt(at);
    return above < 0 || !hasNoRow(rows, above);
  });
}

function spanFrom(
  order: RowOrder,
  place: number,
  direction: 1 | -1,
  is: (position: number, place: number) => boolean,
): number {
  const { count } = order;
  for (let step = 1; step <= count; step++) {
    const at = (place + direction * step + count) % count;
    const position = order.positionAt(at);
    if (position >= 0 && is(position, at)) return at;
  }
  return -1;
}

/** The next or previous node with the same one above (roots are siblings of each other); -1 at the ends. */
export function siblingFrom(rows: VisibleRows, place: number, direction: 1 | -1): number {
  const { order } = rows;
  const parent = order.parentAt(place);
  let at = place;
  do {
    if (direction === 1) {
      const next = at + order.belowAt(at) + 1;
      at = next < order.count && order.parentAt(next) === parent ? next : -1;
    } else {
      // Right above stands the parent, or the last node below the sibling: climb to the sibling.
      at--;
      while (at > parent && order.parentAt(at) !== parent) at = order.parentAt(at);
      if (at === parent) at = -1;
    }
  } while (at >= 0 && hasNoRow(rows, at));
  return at;
}

/** Place of the node above, or -1. */
export function parentFrom(order: RowOrder, place: number): number {
  return order.parentAt(place);
}

/** Place of the first node below, or -1. */
export function firstChildFrom(rows: VisibleRows, place: number): number {
  if (!rows.hasBelow(place)) return -1;
  return hasNoRow(rows, place + 1) ? siblingFrom(rows, place + 1, 1) : place + 1;
}

/** Messages that are drawn on their span's bar. */
function hasNoRow(rows: VisibleRows, place: number): boolean {
  const group = rows.order.groupAt(place);
  return group >= 0 && rows.order.groups?.kind[group] === NODE.messages && !rows.isOpen(place);
}
