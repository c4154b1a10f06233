import { TREE_MARK, type DisplayTree } from '../../../../src/core/layout/displayTree.ts';
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

/** Visible rows as text, `+` behind a folded span. */
export function drawRows(rows: VisibleRows): string {
  return Array.from({ length: rows.rowCount }, (_, row) => {
    const position = rows.positionAt(row);
    return letter(rows.tree, position) + (rows.isExpanded(position) ? '' : '+');
  }).join(' ');
}

/** Position of the span drawn with a letter. */
export function at(tree: DisplayTree, name: string): number {
  return tree.indexAt.findIndex((index) => tree.idLo[index] === name.charCodeAt(0));
}
