import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { criticalPath, criticalStretches } from '../../../../src/core/layout/criticalPath.ts';
import { buildDisplayTree, type DisplayTree } from '../../../../src/core/layout/displayTree.ts';
import { columnsFromText, columnsOf } from '../../../support/columnsOf.ts';

/** Each span on a path with its own stretches, in tens of nanoseconds: `a 0-1 5-9`. */
function drawn(text: string): string[] {
  const tree = buildDisplayTree(columnsFromText(text), 1);
  const path = criticalPath(tree);
  const lines: string[] = [];
  for (let position = 0; position < tree.count; position++) {
    if (path.untilNs[position]! < 0) continue;
    const parts: string[] = [];
    criticalStretches(tree, path, position, false, (begin, end) => parts.push(`${begin / 10}-${end / 10}`));
    lines.push([String.fromCharCode(tree.idLo[tree.indexAt[position]!]!), ...parts].join(' '));
  }
  assert.equal(path.count, lines.length);
  return lines;
}

describe('the critical path', () => {
  it('goes back from the end through the child that finished last', () => {
    assert.deepEqual(
      drawn(`
        a · ==========
        b a  ==
        c a  ====
        d a       ==
      `),
      ['a 0-1 5-6 8-10', 'c 1-5', 'd 6-8'],
    );
  });

  it('goes into children and their children', () => {
    assert.deepEqual(
      drawn(`
        a · ==========
        b a  =======
        c b    ===
        d c     =
      `),
      ['a 0-1 8-10', 'b 1-3 6-8', 'c 3-4 5-6', 'd 4-5'],
    );
  });

  it('passes over a child that was still running when the next on the path began', () => {
    assert.deepEqual(
      drawn(`
        a · ==========
        b a =====
        c a    =======
      `),
      ['a 0-3', 'c 3-10'],
    );
  });

  it('takes a child that ends a little after the next began to have held it up', () => {
    const call = (overlapNs: number): number[] =>
      onPath(
        buildDisplayTree(
          columnsOf([
            { id: 1, start: 0, duration: 100e6 },
            { id: 2, parent: 1, start: 0, duration: 50e6 + overlapNs },
            { id: 3, parent: 1, start: 50e6, duration: 40e6 },
          ]),
          1,
        ),
      );
    assert.deepEqual(call(0.2e6), [1, 2, 3]);
    assert.deepEqual(call(0.6e6), [1, 3]);
  });

  it('leaves out asynchronous children of the same service, with what is below them', () => {
    const spans = [
      { id: 1, start: 0, duration: 100e6 },
      { id: 2, parent: 1, start: 10e6, duration: 20e6 },
      { id: 3, parent: 1, start: 50e6, duration: 500e6 },
      { id: 4, parent: 3, start: 60e6, duration: 10e6 },
    ];
    assert.deepEqual(onPath(buildDisplayTree(columnsOf(spans), 1)), [1, 2]);
  });

  it('cuts a child of another service at its end: clocks and network differ', () => {
    const spans = [
      { id: 1, start: 0, duration: 100e6 },
      { id: 3, parent: 1, start: 50e6, duration: 80e6, service: 1 },
    ];
    const tree = buildDisplayTree(columnsOf(spans), 1);
    assert.deepEqual(onPath(tree), [1, 3]);
    assert.equal(criticalPath(tree).untilNs[1], 100e6);
  });

  it('keeps a child that ends a little late, and leaves out consumers that end after their producer', () => {
    const late = (kind: number): number[] =>
      onPath(
        buildDisplayTree(
          columnsOf([
            { id: 1, start: 0, duration: 100e6 },
            { id: 2, parent: 1, start: 50e6, duration: 50.5e6, kind, service: kind === 5 ? 1 : 0 },
          ]),
          1,
        ),
      );
    assert.deepEqual(late(1), [1, 2]);
    assert.deepEqual(late(5), [1]);
  });

  it('takes a span without an end to run to the end of what it is in', () => {
    assert.deepEqual(
      drawn(`
        a · ==========
        b a   >
      `),
      ['a 0-2', 'b 2-10'],
    );
  });

  it('runs in a child that begins before its parent from the parent on', () => {
    assert.deepEqual(
      drawn(`
        a ·   =====
        b a =====
        c b ===
      `),
      ['a 5-7', 'b 3-5', 'c 2-3'],
    );
  });

  it('has no place for spans of no length, and ends where they form circles', () => {
    const spans = [
      { id: 1, parent: 2, start: 0, duration: 10 },
      { id: 2, parent: 1, start: 5, duration: 0 },
      { id: 3, parent: 1, start: 5, duration: 5 },
    ];
    assert.deepEqual(onPath(buildDisplayTree(columnsOf(spans), 1)), [1, 3]);
  });

  it('is found for every root', () => {
    assert.deepEqual(drawn('a · ==\nb · ===\nc b  ='), ['a 0-2', 'b 0-1 2-3', 'c 1-2']);
  });

  it('covers its root from end to end, without gaps and overlaps, whatever the children', () => {
    const span = fc.record({
      parent: fc.nat({ max: 60 }),
      start: fc.nat({ max: 200 }),
      duration: fc.nat({ max: 100 }),
      service: fc.nat({ max: 1 }),
    });
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 60 }), (spans) => {
        const tree = buildDisplayTree(
          columnsOf(spans.map((each, at) => ({ ...each, id: at + 1, parent: Math.min(each.parent, at) }))),
          1,
        );
        const path = criticalPath(tree);
        for (let root = 0; root < tree.count; root += tree.descendants[root]! + 1) {
          const stretches: [number, number][] = [];
          for (let position = root; position <= root + tree.descendants[root]!; position++) {
            criticalStretches(tree, path, position, false, (begin, end) => stretches.push([begin, end]));
          }
          stretches.sort((a, b) => a[0] - b[0]);
          const index = tree.indexAt[root]!;
          let at = tree.offsetNs[index]!;
          for (const [begin, end] of stretches) {
            assert.equal(begin, at);
            at = end;
          }
          assert.equal(at, tree.offsetNs[index]! + tree.durationNs[index]!);
        }
      }),
    );
  });

  it('of many children is that of few', () => {
    const child = fc.record({ start: fc.nat({ max: 300 }), duration: fc.nat({ max: 60 }) });
    fc.assert(
      fc.property(fc.array(child, { minLength: 30, maxLength: 120 }), (children) => {
        const spans = [
          { id: 1, start: 0, duration: 400 },
          ...children.map((each, at) => ({ ...each, id: at + 2, parent: 1 })),
        ];
        const tree = buildDisplayTree(columnsOf(spans), 1);
        assert.deepEqual(
          [...criticalPath(tree).untilNs.subarray(1)].map((until) => until >= 0),
          slowPath(tree),
        );
      }),
    );
  });
});

function onPath(tree: DisplayTree): number[] {
  const { untilNs } = criticalPath(tree);
  return [...tree.indexAt].filter((_, position) => untilNs[position]! >= 0).map((index) => tree.idLo[index]!);
}

/** Children of the first span on its path, by looking at all of them again and again. */
function slowPath(tree: DisplayTree): boolean[] {
  const startOf = (position: number): number => tree.offsetNs[tree.indexAt[position]!]!;
  const endOf = (position: number): number => startOf(position) + tree.durationNs[tree.indexAt[position]!]!;
  const taken = new Set<number>();
  let time = endOf(0);
  for (;;) {
    let last = -1;
    for (let child = 1; child < tree.count; child++) {
      if (endOf(child) > time || endOf(child) === startOf(child)) continue;
      const isLater = last < 0 || endOf(child) > endOf(last);
      if (isLater || (endOf(child) === endOf(last) && startOf(child) < startOf(last))) last = child;
    }
    if (last < 0) break;
    taken.add(last);
    time = startOf(last);
  }
  return Array.from({ length: tree.count - 1 }, (_, at) => taken.has(at + 1));
}
