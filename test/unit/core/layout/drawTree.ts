import { TREE_MARK, type DisplayTree } from '../../../../src/core/layout/displayTree.ts';
import { NODE } from '../../../../src/core/layout/rowNodes.ts';
import type { VisibleRows } from '../../../../src/core/layout/visibleRows.ts';

function letter(tree: DisplayTree, position: number): string {
  const index = tree.indexAt[position]!;
  const marks = tree.marks[index]!;
  const orphan = (marks & TREE_MARK.orphan) === 0 ? '' : '?';
  const cycle = (marks & TREE_MARK.cycle) === 0 ? '' : '@';
  return String.fromCharCode(tree.idLo[index]!) + orphan + cycle;
}

/** A tree as text, one span a word, depth as leading dots: `a .b ..c .d`; `?` an orphan, `@` a cut cycle. */
export function drawTree(tree: DisplayTree): string {
  return Array.from(
    { length: tree.count },
    (_, position) => '.'.repeat(tree.depth[position]!) + letter(tree, position),
  ).join(' ');
}

/** What stands for several spans: `3×a`, the missing parent `[z]` of orphans, messages `~2`. */
function group(rows: VisibleRows, number: number): string {
  const { groups, tree } = rows.order;
  const members = groups!.members[number]!;
  switch (groups!.kind[number]) {
    case NODE.missing:
      return `[${String.fromCharCode(groups!.idLo[number]!)}]`;
    case NODE.messages:
      return `~${members}`;
    default:
      return `${members}×${String.fromCharCode(tree.idLo[groups!.firstIndex[number]!]!)}`;
  }
}

/** Visible rows as text, `+` behind what is folded; with `depths`, leading dots. */
export function drawRows(rows: VisibleRows, depths = false): string {
  return Array.from({ length: rows.rowCount }, (_, row) => {
    const place = rows.placeAt(row);
    const position = rows.order.positionAt(place);
    const name = position < 0 ? group(rows, rows.order.groupAt(place)) : letter(rows.tree, position);
    return (depths ? '.'.repeat(rows.order.depthAt(place)) : '') + name + (rows.isOpen(place) ? '' : '+');
  }).join(' ');
}

/** Position of the span drawn with a letter. */
export function at(tree: DisplayTree, name: string): number {
  return tree.indexAt.findIndex((index) => tree.idLo[index] === name.charCodeAt(0));
}
