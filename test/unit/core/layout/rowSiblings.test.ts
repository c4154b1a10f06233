import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildDisplayTree } from '../../../../src/core/layout/displayTree.ts';
import { PLAIN_ROWS } from '../../../../src/core/layout/rowNodes.ts';
import { RowOrder } from '../../../../src/core/layout/rowOrder.ts';
import { RowSiblings } from '../../../../src/core/layout/rowSiblings.ts';
import { VisibleRows } from '../../../../src/core/layout/visibleRows.ts';
import { columnsFromText, columnsOf } from '../../../support/columnsOf.ts';
import { at } from './drawTree.ts';

describe('places among siblings', () => {
  it('count what stands right below the same span, from one', () => {
    const tree = buildDisplayTree(
      columnsFromText(`
        a · ==========
        b a  ====
        c b   ==
        d a       ==
        e ·            =
      `),
      1,
    );
    const rows = VisibleRows.unfolded(tree);
    const said = ['a', 'b', 'c', 'd', 'e'].map((name) => {
      const { position, size } = rows.siblingPlace(rows.order.placeOf(at(tree, name)));
      return `${name} ${position}/${size}`;
    });
    assert.deepEqual(said, ['a 1/2', 'b 1/2', 'c 1/1', 'd 2/2', 'e 2/2']);
  });

  it('leave out what is not shown', () => {
    const tree = buildDisplayTree(
      columnsFromText(`
        a · ==========
        b a  ==
        c a    ==
        d a      ==
      `),
      1,
    );
    const rows = VisibleRows.unfolded(tree);
    const place = rows.order.placeOf(at(tree, 'd'));
    assert.deepEqual(rows.siblingPlace(place), { position: 3, size: 3 });
    rows.restrictTo(Uint32Array.of(place, rows.order.placeOf(at(tree, 'b'))));
    assert.deepEqual(rows.siblingPlace(place), { position: 2, size: 2 });
    rows.restrictTo(undefined);
    assert.deepEqual(rows.siblingPlace(place), { position: 3, size: 3 });
  });

  it('count messages that have rows alone', () => {
    const tree = buildDisplayTree(
      columnsFromText(`
        a · ========== |kind=2
        b a  =         |message
        c a   ==
        d a     =      |message
      `),
      1,
    );
    const order = RowOrder.of(tree, { foldAlike: 0, messagesAsRows: false, settled: true });
    const rows = VisibleRows.of(order);
    const place = order.placeOf(at(tree, 'c'));
    assert.equal(rows.siblingPlace(place).size, 1);
    rows.setOpen(order.messagesOf(order.placeOf(at(tree, 'a'))), true, false);
    assert.equal(rows.siblingPlace(place).size, 2);
  });

  it('are the same in whatever order they are asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(), { minLength: 1, maxLength: 1500 }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 50 }),
        (parents, asked) => {
          // Mostly flat, so that families are larger than what is remembered of them.
          const spans = parents.map((parent, index) => ({
            id: index + 1,
            parent: index === 0 ? 0 : parent % 7 === 0 ? (parent % index) + 1 : 1,
            start: index,
            duration: 1,
          }));
          const order = RowOrder.of(buildDisplayTree(columnsOf(spans), 1), PLAIN_ROWS);
          const has = (place: number): boolean => place % 5 !== 4;
          const siblings = new RowSiblings(order, has);
          for (const number of asked) {
            const place = number % order.count;
            if (!has(place)) continue;
            const family = Array.from({ length: order.count }, (_, other) => other).filter(
              (other) => has(other) && order.parentAt(other) === order.parentAt(place),
            );
            assert.deepEqual(siblings.of(place), { position: family.indexOf(place) + 1, size: family.length });
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
