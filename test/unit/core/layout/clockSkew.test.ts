import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildDisplayTree, TREE_MARK, type DisplayTree } from '../../../../src/core/layout/displayTree.ts';
import { columnsOf, type DrawnSpan } from '../../../support/columnsOf.ts';

/** `id: start..end` of each span in preorder, `!` where it was moved. */
function shown(spans: readonly DrawnSpan[]): { text: string; tree: DisplayTree } {
  const columns = columnsOf(spans);
  const tree = buildDisplayTree(columns, 3);
  const words = Array.from(tree.indexAt, (index) => {
    const start = tree.offsetNs[index] ?? 0;
    const moved = ((tree.marks[index] ?? 0) & TREE_MARK.skewed) !== 0 ? '!' : '';
    return `${String(tree.idLo[index])}${moved}: ${String(start)}..${String(start + (tree.durationNs[index] ?? 0))}`;
  });
  return { text: words.join(', '), tree };
}

describe('a service whose clock is behind', () => {
  it("is shown in the middle of its caller's span, with everything below it", () => {
    const { text, tree } = shown([
      { id: 1, start: 100, duration: 100 },
      { id: 2, parent: 1, start: 110, duration: 80 },
      { id: 3, parent: 2, start: 50, duration: 60, service: 1 },
      { id: 4, parent: 3, start: 60, duration: 10, service: 1 },
    ]);
    assert.equal(text, '1: 0..100, 2: 10..90, 3!: 20..80, 4!: 30..40');
    assert.equal(tree.skewedCount, 2);
    assert.deepEqual(tree.skewNs?.slice(), Float64Array.of(0, 0, 70, 70));
    assert.equal(tree.start - columnsOf([]).start, 100n, 'the trace begins with what is shown first');
    assert.equal(tree.lengthNs, 100);
  });

  it("starts with its caller when it is longer than the caller's span", () => {
    assert.equal(
      shown([
        { id: 1, start: 10, duration: 20 },
        { id: 2, parent: 1, start: 0, duration: 50, service: 1 },
      ]).text,
      '1: 0..20, 2!: 0..50',
    );
  });

  it('takes its place among its siblings by the time shown', () => {
    const { tree } = shown([
      { id: 1, start: 100, duration: 100 },
      { id: 2, parent: 1, start: 110, duration: 10 },
      { id: 3, parent: 1, start: 0, duration: 20, service: 1 },
    ]);
    assert.deepEqual(
      Array.from(tree.indexAt, (index) => tree.idLo[index]),
      [1, 2, 3],
    );
  });
});

describe('clocks are taken as they are', () => {
  const same = (spans: readonly DrawnSpan[]): void => {
    const { tree } = shown(spans);
    assert.equal(tree.skewNs, undefined);
    assert.equal(tree.skewedCount, 0);
    assert.deepEqual(
      Array.from(tree.offsetNs),
      spans.map(({ start }) => start),
    );
  };

  it('within one service, whatever its spans say', () => {
    same([
      { id: 1, start: 100, duration: 100 },
      { id: 2, parent: 1, start: 0, duration: 10 },
    ]);
  });

  it('where a called span starts after its caller ended: queues do that', () => {
    same([
      { id: 1, start: 0, duration: 10 },
      { id: 2, parent: 1, start: 50, duration: 10, service: 1 },
    ]);
  });
});

it('no span starts before a caller of another service, and none is lost or lengthened', () => {
  const span = fc.record({
    parent: fc.nat(12),
    start: fc.nat(1000),
    duration: fc.nat(500),
    service: fc.nat(1),
  });
  fc.assert(
    fc.property(fc.array(span, { minLength: 1, maxLength: 12 }), (drawn) => {
      const spans = drawn.map((each, index) => ({ ...each, id: index + 1 }));
      const columns = columnsOf(spans);
      const tree = buildDisplayTree(columns, 3);
      assert.deepEqual(
        [...tree.indexAt].sort((a, b) => a - b),
        [...spans.keys()],
      );
      for (let position = 0; position < tree.count; position++) {
        const index = tree.indexAt[position] ?? 0;
        assert.equal(tree.durationNs[index], spans[index]?.duration);
        const raw = Number(columns.start - tree.start) + (spans[index]?.start ?? 0) + (tree.skewNs?.[index] ?? 0);
        assert.ok(Math.abs(raw - (tree.offsetNs[index] ?? 0)) < 1, 'the skew tells what was sent');
        const parent = tree.parentAt[position] ?? -1;
        if (parent < 0) continue;
        const above = tree.indexAt[parent] ?? 0;
        if (tree.service[index] === tree.service[above]) continue;
        assert.ok((tree.offsetNs[index] ?? 0) >= (tree.offsetNs[above] ?? 0));
      }
    }),
  );
});
