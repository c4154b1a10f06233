import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildDisplayTree } from '../../../../src/core/layout/displayTree.ts';
import { columnsFromText, columnsOf, type DrawnSpan } from '../../../support/columnsOf.ts';
import { at, drawTree } from './drawTree.ts';

const SEED = 7;

function drawn(text: string): string {
  return drawTree(buildDisplayTree(columnsFromText(text), SEED));
}

describe('the display tree', () => {
  it('puts children under their parents in order of start, whatever order they arrived in', () => {
    assert.equal(
      drawn(`
        d a       ===
        c b   =
        b a  ====
        a · ==========
      `),
      'a .b ..c .d',
    );
  });

  it('keeps the order of arrival among spans that start together', () => {
    assert.equal(
      drawn(`
        a · =====
        c a  ==
        b a  ===
        d a  =
      `),
      'a .c .b .d',
    );
  });

  it('makes a root of a span whose parent is not here, and says so', () => {
    assert.equal(
      drawn(`
        b z   ==
        c b   =
        a · ====
      `),
      'a b? .c',
    );
  });

  it('cuts a span that is its own parent', () => {
    assert.equal(
      drawn(`
        a · ====
        b b  ==
        c b  =
      `),
      'a b@ .c',
    );
  });

  it('cuts a cycle above its earliest span, whatever arrived first', () => {
    const cycle = ['a c   ==', 'b a    ==', 'c b  ==', 'd b     ='];
    for (const lines of [cycle, [...cycle].reverse()]) assert.equal(drawn(lines.join('\n')), 'c@ .a ..b ...d');
  });

  it('cuts several cycles of one trace, each once', () => {
    const tree = buildDisplayTree(
      columnsFromText(`
        a · ====
        b c  ==
        c b   ==
        d e   ==
        e d    ==
        f a  =
      `),
      SEED,
    );
    assert.equal(drawTree(tree), 'a .f b@ .c d@ .e');
    assert.equal(tree.cycleCount, 2);
  });

  it('takes the union of overlapping children, inside the span, off its self time', () => {
    const tree = buildDisplayTree(
      columnsFromText(`
        a ·   ==========
        b a ====
        c a     ====
        d a      ==
        e a           ======
      `),
      SEED,
    );
    // Of a's ten cells b covers two, c and d together four, e two.
    assert.equal(tree.selfNs[at(tree, 'a')], 20);
    assert.equal(tree.selfNs[at(tree, 'c')], 40);
  });

  it('counts descendants and depth', () => {
    const tree = buildDisplayTree(
      columnsFromText(`
        a · ======
        b a  ====
        c b   ==
        d a     =
      `),
      SEED,
    );
    assert.deepEqual([...tree.descendants], [3, 1, 0, 0]);
    assert.equal(tree.maxDepth, 2);
  });

  it('lays out no spans at all', () => {
    const tree = buildDisplayTree(columnsOf([]), SEED);
    assert.equal(tree.count, 0);
    assert.equal(tree.maxDepth, 0);
  });

  it('does not share memory with the store', () => {
    const columns = columnsFromText('a · ==');
    const tree = buildDisplayTree(columns, SEED);
    columns.offsetNs[0] = 99;
    columns.idLo[0] = 99;
    assert.equal(tree.offsetNs[0], 0);
    assert.equal(drawTree(tree), 'a');
  });

  it('lays out a chain of 100,000 without recursion', () => {
    const spans = Array.from({ length: 100_000 }, (_, index) => ({ id: index + 1, parent: index, start: index }));
    const tree = buildDisplayTree(columnsOf(spans.reverse()), SEED);
    assert.equal(tree.maxDepth, 99_999);
    assert.equal(tree.descendants[0], 99_999);
  });

  it('lays out a cycle of 100,000', () => {
    const spans = Array.from({ length: 100_000 }, (_, index) => ({
      id: index + 1,
      parent: index === 0 ? 100_000 : index,
      start: 5,
    }));
    const tree = buildDisplayTree(columnsOf(spans), SEED);
    assert.equal(tree.cycleCount, 1);
    assert.equal(tree.maxDepth, 99_999);
    assert.equal(
      tree.idLo[tree.indexAt[0]!],
      100_000,
      'the lowest id of equal starts is cut: its high half is inverted',
    );
  });

  it('orders a hundred thousand children of one parent that arrive shuffled', () => {
    const spans: DrawnSpan[] = Array.from({ length: 100_000 }, (_, index) => ({
      id: index + 2,
      parent: 1,
      start: (index * 7919) % 50_021,
    }));
    const tree = buildDisplayTree(columnsOf([{ id: 1 }, ...spans]), SEED);
    for (let position = 2; position < tree.count; position++) {
      const [before, here] = [tree.indexAt[position - 1]!, tree.indexAt[position]!];
      const [startBefore, start] = [tree.offsetNs[before]!, tree.offsetNs[here]!];
      assert.ok(startBefore < start || (startBefore === start && before < here));
    }
  });
});

/** Any parent graph: unknown parents, self-parents, cycles, any order. */
const anyGraph = fc
  .array(
    fc.record({
      parent: fc.nat({ max: 40 }),
      start: fc.nat({ max: 50 }),
      duration: fc.nat({ max: 30 }),
      status: fc.nat({ max: 2 }),
    }),
    { maxLength: 30 },
  )
  .map((spans) => spans.map((span, index) => ({ ...span, id: index + 1 })));

describe('any graph of parents', () => {
  it('has every span at exactly one position, parents before children, and subtrees in one piece', () => {
    fc.assert(
      fc.property(anyGraph, (spans) => {
        const tree = buildDisplayTree(columnsOf(spans), SEED);
        assert.deepEqual(
          [...tree.indexAt].sort((a, b) => a - b),
          spans.map((_, index) => index),
        );
        for (let position = 0; position < tree.count; position++) {
          assert.equal(tree.positionOf[tree.indexAt[position]!], position);
          const parent = tree.parentAt[position]!;
          assert.ok(parent < position);
          assert.equal(tree.depth[position], parent < 0 ? 0 : tree.depth[parent]! + 1);
          if (parent >= 0) {
            assert.ok(position + tree.descendants[position]! <= parent + tree.descendants[parent]!);
            assert.equal(spans[tree.indexAt[position]!]!.parent, spans[tree.indexAt[parent]!]!.id);
          }
        }
      }),
    );
  });

  it('gives a span a parent unless it has none, the parent is missing, or a cycle is cut there', () => {
    fc.assert(
      fc.property(anyGraph, (spans) => {
        const tree = buildDisplayTree(columnsOf(spans), SEED);
        let cycles = 0;
        for (const [index, span] of spans.entries()) {
          const isRoot = tree.parentAt[tree.positionOf[index]!] === -1;
          const missing = span.parent > spans.length;
          const cut = tree.marks[index] === 2;
          assert.equal(tree.marks[index] === 1, missing);
          assert.equal(isRoot, span.parent === 0 || missing || cut);
          if (cut) cycles++;
        }
        assert.equal(tree.cycleCount, cycles);
      }),
    );
  });

  it('has the same tree for every order of arrival when no two spans start together', () => {
    fc.assert(
      fc.property(anyGraph, fc.infiniteStream(fc.nat()), (spans, dice) => {
        const apart = spans.map((span, index) => ({ ...span, start: span.start * 100 + index }));
        const shuffled = apart
          .map((span) => ({ span, key: Number(dice.next().value) }))
          .sort((a, b) => a.key - b.key)
          .map(({ span }) => span);
        assert.equal(
          drawTree(buildDisplayTree(columnsOf(shuffled), SEED)),
          drawTree(buildDisplayTree(columnsOf(apart), 99)),
        );
      }),
    );
  });

  it('has self time as counted nanosecond by nanosecond', () => {
    fc.assert(
      fc.property(anyGraph, (spans) => {
        const tree = buildDisplayTree(columnsOf(spans), SEED);
        for (let position = 0; position < tree.count; position++) {
          const { start, duration } = spans[tree.indexAt[position]!]!;
          const children = spans.filter((_, index) => tree.parentAt[tree.positionOf[index]!] === position);
          let self = 0;
          for (let ns = start; ns < start + duration; ns++) {
            if (!children.some((child) => child.start <= ns && ns < child.start + child.duration)) self++;
          }
          assert.equal(tree.selfNs[position], self);
        }
      }),
    );
  });
});
