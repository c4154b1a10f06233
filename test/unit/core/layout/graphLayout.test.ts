import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { graphLayout } from '../../../../src/core/layout/graphLayout.ts';

function drawn(count: number, edges: readonly (readonly [number, number])[]): string {
  const { column, place } = graphLayout(
    count,
    edges.map(([from, to]) => ({ from, to })),
  );
  return column.map((at, node) => `${node}:${at}/${place[node]}`).join(' ');
}

describe('the layout of a graph', () => {
  it('stands every node right of all that call it', () => {
    assert.equal(
      drawn(4, [
        [0, 1],
        [0, 2],
        [1, 2],
        [2, 3],
      ]),
      '0:0/0 1:1/0 2:2/0 3:3/0',
    );
  });

  it('puts nodes of a column near their neighbours', () => {
    assert.equal(
      drawn(5, [
        [0, 2],
        [1, 3],
        [1, 4],
        [0, 4],
      ]),
      '0:0/0 1:0/1 2:1/0 3:1/2 4:1/1',
    );
  });

  it('bears circles, calls to oneself, and nodes without calls', () => {
    const circle = drawn(4, [
      [0, 1],
      [1, 2],
      [2, 0],
      [3, 3],
    ]);
    assert.equal(circle, '0:0/0 1:1/0 2:2/0 3:0/1');
    assert.equal(drawn(0, []), '');
  });

  it('gives every node a place of its own, whatever the graph', () => {
    const edge = fc.record({ from: fc.nat(9), to: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 30 }), (edges) => {
        const { column, place, columns, rows } = graphLayout(10, edges);
        assert.equal(new Set(column.map((at, node) => `${at}/${place[node]}`)).size, 10);
        assert.ok(column.every((at) => at < columns) && place.every((at) => at < rows));
      }),
    );
  });
});
