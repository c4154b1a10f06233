import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildDisplayTree } from '../../../../src/core/layout/displayTree.ts';
import type { RowOrderOptions } from '../../../../src/core/layout/rowNodes.ts';
import { RowOrder } from '../../../../src/core/layout/rowOrder.ts';
import { errorFrom, firstChildFrom, siblingFrom } from '../../../../src/core/layout/rowSteps.ts';
import { VisibleRows } from '../../../../src/core/layout/visibleRows.ts';
import { columnsFromText, columnsOf } from '../../../support/columnsOf.ts';
import { at, drawRows } from './drawTree.ts';

function rowsOf(text: string, options: Partial<RowOrderOptions> = {}): VisibleRows {
  const tree = buildDisplayTree(columnsFromText(text), 1);
  return VisibleRows.of(RowOrder.of(tree, { foldAlike: 3, messagesAsRows: false, settled: true, ...options }));
}

const LOOP = `
  a · ==============
  b a =              | alike=1
  c a  =             | alike=2
  d a   =            | alike=1
  e d   =
  f a     =          | alike=2
  g a      =x        | alike=1
  h a          =
`;

describe('alike siblings', () => {
  it('become one row where the first of them stood, from so many on', () => {
    assert.equal(drawRows(rowsOf(LOOP), true), 'a .3×b+ .c .f .h');
    assert.equal(drawRows(rowsOf(LOOP, { foldAlike: 4 }), true), 'a .b .c .d ..e .f .g .h');
    assert.equal(drawRows(rowsOf(LOOP, { foldAlike: 2 }), true), 'a .3×b+ .2×c+ .h');
    assert.equal(drawRows(rowsOf(LOOP, { foldAlike: 0 }), true), 'a .b .c .d ..e .f .g .h');
  });

  it('unfold to their members, with what is below them, and fold again', () => {
    const rows = rowsOf(LOOP);
    rows.setOpen(1, true, false);
    assert.equal(drawRows(rows, true), 'a .3×b ..b ..d ...e ..g .c .f .h');
    rows.setOpen(1, false, false);
    assert.equal(drawRows(rows), 'a 3×b+ c f h');
  });

  it('are opened by whoever looks for a member, or for what is below one', () => {
    const rows = rowsOf(LOOP);
    assert.equal(rows.rowOf(at(rows.tree, 'e')), -1);
    assert.equal(rows.reveal(at(rows.tree, 'e')), true);
    assert.equal(rows.rowOf(at(rows.tree, 'e')), 4);
  });

  it('are stepped over as siblings and into as children; an error inside is found', () => {
    const rows = rowsOf(LOOP);
    assert.equal(siblingFrom(rows, 1, 1), rows.order.placeOf(at(rows.tree, 'c')));
    assert.equal(siblingFrom(rows, rows.order.placeOf(at(rows.tree, 'c')), -1), 1);
    assert.equal(firstChildFrom(rows, 1), rows.order.placeOf(at(rows.tree, 'b')));
    assert.equal(errorFrom(rows.order, 0, 1), rows.order.placeOf(at(rows.tree, 'g')));
  });

  it('of the roots are put together too', () => {
    assert.equal(drawRows(rowsOf('a · = | alike=1\nb · = | alike=1\nc · = | alike=1\nd · =')), '3×a+ d');
  });

  it('stay open or folded when others of them come', () => {
    const options = { foldAlike: 3, messagesAsRows: false, settled: true };
    const more = `${LOOP}  i a            =  | alike=1\n  j a             = | alike=2\n`;
    const next = RowOrder.of(buildDisplayTree(columnsFromText(more), 2), options);
    const rows = rowsOf(LOOP);
    assert.equal(drawRows(rows.carryTo(next, 1)), 'a 4×b+ 3×c+ h');
    rows.setOpen(1, true, false);
    assert.equal(drawRows(rows.carryTo(next, 1)), 'a 4×b b d e g i 3×c+ h');
  });

  it('are not folded away from under the row that is looked at when they come to be enough', () => {
    const few = 'a · =====\nb a = | alike=1\nc a  = | alike=1';
    const next = RowOrder.of(buildDisplayTree(columnsFromText(`${few}\nd a   = | alike=1`), 2), {
      foldAlike: 3,
      messagesAsRows: false,
      settled: true,
    });
    assert.equal(drawRows(rowsOf(few).carryTo(next, 1, at(next.tree, 'c'))), 'a 3×b b c d');
    assert.equal(drawRows(rowsOf(few).carryTo(next, 1)), 'a 3×b+');
  });
});

const LOST = `
  a · ========
  b z  ==
  c y   ==
  d z     ===
  e d      =
`;

describe('orphans of a settled trace', () => {
  it('stand below a row for the parent that is missing', () => {
    assert.equal(drawRows(rowsOf(LOST), true), 'a [z] .b? .d? ..e [y] .c?');
  });

  it('are roots while their parent may still come', () => {
    assert.equal(drawRows(rowsOf(LOST, { settled: false }), true), 'a b? c? d? .e');
  });

  it('that are alike are one row below it', () => {
    const text = 'a · ==\nb z = | alike=1\nc z  = | alike=1\nd z = | alike=1\ne y = | alike=1';
    assert.equal(drawRows(rowsOf(text), true), 'a [z] .3×b+ [y] .e?');
  });

  it('fold with that row, also across a relayout', () => {
    const rows = rowsOf(LOST);
    rows.setOpen(1, false, false);
    assert.equal(drawRows(rows), 'a [z]+ [y] c?');
    const next = RowOrder.of(buildDisplayTree(columnsFromText(`${LOST}  f · =\n`), 2), rows.order.options);
    assert.equal(drawRows(rows.carryTo(next, 1)), 'a f [z]+ [y] c?');
  });
});

const ASGI = `
  a · ==========
  b a =          | message
  c a   ===
  d a        =   | message
  e a         x  | message
`;

describe('ASGI messages', () => {
  it('have no row of their own unless they failed', () => {
    const rows = rowsOf(ASGI);
    assert.equal(drawRows(rows, true), 'a .c .e');
    assert.equal(rows.order.messagesOf(0), 1);
    assert.equal(drawRows(rowsOf(ASGI, { messagesAsRows: true }), true), 'a .b .c .d .e');
  });

  it('get rows when one of them is looked for, and are passed over by steps before', () => {
    const rows = rowsOf(ASGI);
    assert.equal(firstChildFrom(rows, 0), rows.order.placeOf(at(rows.tree, 'c')));
    rows.reveal(at(rows.tree, 'd'));
    assert.equal(drawRows(rows, true), 'a .~2 ..b ..d .c .e');
  });

  it('alone do not make their span one that can be folded', () => {
    assert.equal(rowsOf('a · ==\nb a = | message').hasBelow(0), false);
  });
});

describe('any graph', () => {
  it('has every span at one place, below what is above it', () => {
    const span = fc.record({ parent: fc.nat({ max: 40 }), alike: fc.nat({ max: 2 }), start: fc.nat({ max: 9 }) });
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 40 }), fc.boolean(), (spans, settled) => {
        // Parents beyond the last span are missing.
        const tree = buildDisplayTree(columnsOf(spans.map((each, index) => ({ id: index + 1, ...each }))), 1);
        const order = RowOrder.of(tree, { foldAlike: 2, messagesAsRows: true, settled });
        const seen = new Set<number>();
        for (let place = 0; place < order.count; place++) {
          const position = order.positionAt(place);
          if (position >= 0) {
            seen.add(position);
            assert.equal(order.placeOf(position), place);
          }
          const above = order.parentAt(place);
          assert.equal(order.depthAt(place), above < 0 ? 0 : order.depthAt(above) + 1);
          if (above >= 0) assert.ok(place > above && place <= above + order.belowAt(above));
          assert.equal(position < 0, order.groupAt(place) >= 0);
        }
        assert.equal(seen.size, tree.count);
        assert.equal(order.count, tree.count + order.groupCount);
      }),
    );
  });
});
