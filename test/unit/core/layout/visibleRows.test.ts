import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildDisplayTree, type DisplayTree } from '../../../../src/core/layout/displayTree.ts';
import { PLAIN_ROWS } from '../../../../src/core/layout/rowNodes.ts';
import { RowOrder } from '../../../../src/core/layout/rowOrder.ts';
import { VisibleRows } from '../../../../src/core/layout/visibleRows.ts';
import { columnsFromText, columnsOf } from '../../../support/columnsOf.ts';
import { at, drawRows } from './drawTree.ts';

const FAMILY = `
  a · ==========
  b a  ====
  c b   ==
  d c   =
  e a       ==
  f e       =
`;

function plain(tree: DisplayTree): RowOrder {
  return RowOrder.of(tree, PLAIN_ROWS);
}

function family(): { rows: VisibleRows; tree: DisplayTree } {
  const tree = buildDisplayTree(columnsFromText(FAMILY), 1);
  return { rows: VisibleRows.unfolded(tree), tree };
}

describe('visible rows', () => {
  it('are all spans before anything is folded', () => {
    assert.equal(drawRows(family().rows), 'a b c d e f');
  });

  it('leave out what is below a folded span and bring it back as it was', () => {
    const { rows, tree } = family();
    rows.setExpanded(at(tree, 'c'), false, false);
    rows.setExpanded(at(tree, 'b'), false, false);
    assert.equal(drawRows(rows), 'a b+ e f');
    rows.setExpanded(at(tree, 'b'), true, false);
    assert.equal(drawRows(rows), 'a b c+ e f');
  });

  it('fold and unfold whole subtrees', () => {
    const { rows, tree } = family();
    rows.setExpanded(at(tree, 'a'), false, true);
    assert.equal(drawRows(rows), 'a+');
    rows.setExpanded(at(tree, 'a'), true, false);
    assert.equal(drawRows(rows), 'a b+ e+');
    rows.setExpanded(at(tree, 'a'), true, true);
    assert.equal(drawRows(rows), 'a b c d e f');
  });

  it('do not change when a span without children is folded', () => {
    const { rows, tree } = family();
    assert.equal(rows.setExpanded(at(tree, 'd'), false, false), false);
    assert.equal(drawRows(rows), 'a b c d e f');
  });

  it('open what stands above a span to reveal it', () => {
    const { rows, tree } = family();
    rows.setAllExpanded(false);
    assert.equal(rows.rowOf(at(tree, 'd')), -1);
    rows.reveal(at(tree, 'd'));
    assert.equal(drawRows(rows), 'a b c d e+');
    assert.equal(rows.rowOf(at(tree, 'd')), 3);
  });

  it('keep the folds of spans when the trace grows, also when the store numbered its spans anew', () => {
    const { rows, tree } = family();
    rows.setExpanded(at(tree, 'b'), false, false);
    rows.setExpanded(at(tree, 'e'), false, false);
    const grown = `${FAMILY}  g b  =\n  h · =\n`;
    const lines = grown.split('\n').filter((line) => line !== '');
    for (const text of [grown, lines.toReversed().join('\n')]) {
      const next = rows.carryTo(plain(buildDisplayTree(columnsFromText(text), 2)), 3);
      assert.deepEqual(drawRows(next).split(' ').sort(), ['a', 'b+', 'e+', 'h']);
    }
  });
});

describe('folds of spans that lost their children', () => {
  it('are gone with them, and do not hide children that come later', () => {
    const { rows, tree } = family();
    rows.setExpanded(at(tree, 'e'), false, false);
    const withoutF = FAMILY.replace(/.*f e.*\n/, '');
    const alone = rows.carryTo(plain(buildDisplayTree(columnsFromText(withoutF), 1)), 1);
    assert.equal(drawRows(alone), 'a b c d e');
    assert.equal(drawRows(alone.carryTo(plain(tree), 1)), 'a b c d e f');
  });
});

/** The rows as a slow, obvious model computes them. */
function modelRows(tree: DisplayTree, folded: ReadonlySet<number>): number[] {
  const shown: number[] = [];
  for (let position = 0; position < tree.count; position++) {
    let hidden = false;
    for (let above = tree.parentAt[position]!; above >= 0; above = tree.parentAt[above]!) hidden ||= folded.has(above);
    if (!hidden) shown.push(position);
  }
  return shown;
}

describe('any sequence of folds', () => {
  it('shows what a slow model shows, and every row finds its span and back', () => {
    const graph = fc.array(fc.nat({ max: 25 }), { minLength: 1, maxLength: 25 });
    const folds = fc.array(fc.tuple(fc.nat(), fc.boolean(), fc.boolean()), { maxLength: 15 });
    fc.assert(
      fc.property(graph, folds, (parents, actions) => {
        const tree = buildDisplayTree(
          columnsOf(parents.map((parent, index) => ({ id: index + 1, parent, start: index % 5 }))),
          1,
        );
        const rows = VisibleRows.unfolded(tree);
        const folded = new Set<number>();
        for (const [pick, expanded, recursive] of actions) {
          const position = pick % tree.count;
          rows.setExpanded(position, expanded, recursive);
          const past = recursive ? position + tree.descendants[position]! : position;
          for (let each = position; each <= past; each++) {
            if (expanded) folded.delete(each);
            else if (tree.descendants[each]! > 0) folded.add(each);
          }
          const expected = modelRows(tree, folded);
          assert.deepEqual(
            Array.from({ length: rows.rowCount }, (_, row) => rows.positionAt(row)),
            expected,
          );
          for (let each = 0; each < tree.count; each++) assert.equal(rows.rowOf(each), expected.indexOf(each));
        }
      }),
    );
  });
});
