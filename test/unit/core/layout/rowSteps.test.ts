import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildDisplayTree } from '../../../../src/core/layout/displayTree.ts';
import {
  errorFrom,
  firstChildFrom,
  parentFrom,
  positionOfId,
  siblingFrom,
} from '../../../../src/core/layout/rowSteps.ts';
import { VisibleRows } from '../../../../src/core/layout/visibleRows.ts';
import { columnsFromText } from '../../../support/columnsOf.ts';
import { at } from './drawTree.ts';

const tree = buildDisplayTree(
  columnsFromText(`
    a · ==========
    b a  ==x
    c b   =
    d a      ==
    e d      =x
    f ·            ==
  `),
  1,
);

const rows = VisibleRows.unfolded(tree);
const { order } = rows;

describe('steps in a tree', () => {
  it('go to the next and previous error, around the ends', () => {
    assert.equal(errorFrom(order, at(tree, 'a'), 1), at(tree, 'b'));
    assert.equal(errorFrom(order, at(tree, 'b'), 1), at(tree, 'e'));
    assert.equal(errorFrom(order, at(tree, 'f'), 1), at(tree, 'b'));
    assert.equal(errorFrom(order, at(tree, 'a'), -1), at(tree, 'e'));
  });

  it('find no error where there is none', () => {
    assert.equal(errorFrom(VisibleRows.unfolded(buildDisplayTree(columnsFromText('a · =\nb a ='), 1)).order, 0, 1), -1);
  });

  it('go between siblings, roots among them, and stop at the ends', () => {
    assert.equal(siblingFrom(rows, at(tree, 'b'), 1), at(tree, 'd'));
    assert.equal(siblingFrom(rows, at(tree, 'd'), 1), -1);
    assert.equal(siblingFrom(rows, at(tree, 'd'), -1), at(tree, 'b'));
    assert.equal(siblingFrom(rows, at(tree, 'b'), -1), -1);
    assert.equal(siblingFrom(rows, at(tree, 'a'), 1), at(tree, 'f'));
    assert.equal(siblingFrom(rows, at(tree, 'f'), -1), at(tree, 'a'));
    assert.equal(siblingFrom(rows, at(tree, 'a'), -1), -1);
  });

  it('go to the parent and to the first child', () => {
    assert.equal(parentFrom(order, at(tree, 'c')), at(tree, 'b'));
    assert.equal(parentFrom(order, at(tree, 'f')), -1);
    assert.equal(firstChildFrom(rows, at(tree, 'a')), at(tree, 'b'));
    assert.equal(firstChildFrom(rows, at(tree, 'c')), -1);
  });

  it('find a span by its id and no other', () => {
    const d = tree.indexAt[at(tree, 'd')]!;
    assert.equal(positionOfId(tree, tree.idHi[d]!, tree.idLo[d]!), at(tree, 'd'));
    assert.equal(positionOfId(tree, 1, tree.idLo[d]!), -1);
  });
});
