import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildDisplayTree } from '../../../../src/core/layout/displayTree.ts';
import {
  errorFrom,
  firstChildFrom,
  parentFrom,
  positionOfId,
  siblingFrom,
} from '../../../../src/core/layout/treeSteps.ts';
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

describe('steps in a tree', () => {
  it('go to the next and previous error, around the ends', () => {
    assert.equal(errorFrom(tree, at(tree, 'a'), 1), at(tree, 'b'));
    assert.equal(errorFrom(tree, at(tree, 'b'), 1), at(tree, 'e'));
    assert.equal(errorFrom(tree, at(tree, 'f'), 1), at(tree, 'b'));
    assert.equal(errorFrom(tree, at(tree, 'a'), -1), at(tree, 'e'));
  });

  it('find no error where there is none', () => {
    assert.equal(errorFrom(buildDisplayTree(columnsFromText('a · =\nb a ='), 1), 0, 1), -1);
  });

  it('go between siblings, roots among them, and stop at the ends', () => {
    assert.equal(siblingFrom(tree, at(tree, 'b'), 1), at(tree, 'd'));
    assert.equal(siblingFrom(tree, at(tree, 'd'), 1), -1);
    assert.equal(siblingFrom(tree, at(tree, 'd'), -1), at(tree, 'b'));
    assert.equal(siblingFrom(tree, at(tree, 'b'), -1), -1);
    assert.equal(siblingFrom(tree, at(tree, 'a'), 1), at(tree, 'f'));
    assert.equal(siblingFrom(tree, at(tree, 'f'), -1), at(tree, 'a'));
    assert.equal(siblingFrom(tree, at(tree, 'a'), -1), -1);
  });

  it('go to the parent and to the first child', () => {
    assert.equal(parentFrom(tree, at(tree, 'c')), at(tree, 'b'));
    assert.equal(parentFrom(tree, at(tree, 'f')), -1);
    assert.equal(firstChildFrom(tree, at(tree, 'a')), at(tree, 'b'));
    assert.equal(firstChildFrom(tree, at(tree, 'c')), -1);
  });

  it('find a span by its id and no other', () => {
    const d = tree.indexAt[at(tree, 'd')]!;
    assert.equal(positionOfId(tree, tree.idHi[d]!, tree.idLo[d]!), at(tree, 'd'));
    assert.equal(positionOfId(tree, 1, tree.idLo[d]!), -1);
  });
});
