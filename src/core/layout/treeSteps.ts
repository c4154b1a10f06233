import type { DisplayTree } from './displayTree.ts';

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

/** The next (direction 1) or previous (-1) span in error after a position in preorder, going around; -1 when none. */
export function errorFrom(tree: DisplayTree, position: number, direction: 1 | -1): number {
  const { count, status, indexAt } = tree;
  for (let step = 1; step <= count; step++) {
    const at = (position + direction * step + count) % count;
    if (status[indexAt[at]!] === STATUS_ERROR) return at;
  }
  return -1;
}

/** The next or previous span with the same parent (roots are siblings of each other); -1 at the ends. */
export function siblingFrom(tree: DisplayTree, position: number, direction: 1 | -1): number {
  const parent = tree.parentAt[position]!;
  if (direction === 1) {
    const next = position + tree.descendants[position]! + 1;
    return next < tree.count && tree.parentAt[next] === parent ? next : -1;
  }
  // Right above stands the parent, or the last span below the sibling: climb to the sibling.
  let at = position - 1;
  while (at > parent && tree.parentAt[at] !== parent) at = tree.parentAt[at]!;
  return at === parent ? -1 : at;
}

/** The parent's position, or -1. */
export function parentFrom(tree: DisplayTree, position: number): number {
  return tree.parentAt[position]!;
}

/** The first child's position, or -1. */
export function firstChildFrom(tree: DisplayTree, position: number): number {
  return tree.descendants[position] === 0 ? -1 : position + 1;
}
