import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildDisplayTree, type DisplayTree } from '../../../../src/core/layout/displayTree.ts';
import { flameCells } from '../../../../src/core/statistics/flameCells.ts';
import { mergedFlame, MOST_LANES, timeFlame, type FlameLayout } from '../../../../src/core/statistics/flameLayout.ts';
import { pathTree, type PathTree } from '../../../../src/core/statistics/pathTree.ts';
import { finish } from '../../../../src/core/statistics/steps.ts';
import { columnsFromText, columnsOf, type DrawnSpan } from '../../../support/columnsOf.ts';

const SEED = 7;

function treeOf(text: string): DisplayTree {
  return buildDisplayTree(columnsFromText(text), SEED);
}

/** Names of spans by letter: those of one word have one name, and are called by its first letter. */
function namesOf(tree: DisplayTree, words: string): Uint32Array {
  const list = words.split(' ');
  return Uint32Array.from(tree.idLo, (id) => {
    const letter = String.fromCharCode(id);
    return (list.find((word) => word.includes(letter)) ?? letter).charCodeAt(0);
  });
}

function paths(text: string, words = ''): PathTree {
  const tree = treeOf(text);
  return finish(pathTree(tree, namesOf(tree, words)));
}

/** Rows of a layout as `name begin-end`. */
function rowsOf(layout: FlameLayout, nameOf: (item: number) => string): string[] {
  return Array.from({ length: layout.rowCount }, (_, row) => {
    const boxes: string[] = [];
    for (let slot = layout.rowBegin[row]!; slot < layout.rowBegin[row + 1]!; slot++) {
      boxes.push(`${nameOf(layout.item[slot]!)} ${layout.begin[slot]}-${layout.end[slot]}`);
    }
    return boxes.join(', ');
  });
}

const LOOP = `
  a · ==========
  b a =
  c a  ===
  d c   =x
  e a      ===
  f e       =
  g f       =
`;

describe('spans merged by path', () => {
  it('are one node where the names down to them are the same, with calls, errors and times summed', () => {
    const merged = paths(LOOP, 'ce df');
    const nodes = Array.from({ length: merged.count }, (_, node) =>
      [
        String.fromCharCode(merged.name[node]!),
        merged.parent[node],
        merged.depth[node],
        merged.calls[node],
        merged.errors[node],
        merged.totalNs[node],
        merged.selfNs[node],
        merged.weightNs[node],
      ].join(' '),
    );
    assert.deepEqual(nodes, [
      'a -1 0 1 0 100 30 100',
      'b 0 1 1 0 10 10 10',
      'c 0 1 2 0 60 30 60',
      'd 2 2 2 1 30 20 30',
      'g 3 3 1 0 10 10 10',
    ]);
  });

  it('lie side by side, the widest first, as wide as the self time in them and below', () => {
    const merged = paths(LOOP, 'ce df');
    assert.deepEqual(
      rowsOf(finish(mergedFlame(merged)), (node) => String.fromCharCode(merged.name[node]!)),
      ['a 0-100', 'c 0-60, b 60-70', 'd 0-30', 'g 0-10'],
    );
  });

  it('are kept apart by service, and roots stand side by side', () => {
    const tree = buildDisplayTree(
      columnsOf([
        { id: 97, duration: 10 },
        { id: 98, duration: 30, service: 1 },
        { id: 99, duration: 5 },
      ]),
      SEED,
    );
    const merged = finish(pathTree(tree, new Uint32Array(3)));
    assert.deepEqual(
      rowsOf(finish(mergedFlame(merged)), (node) => `${merged.service[node]}×${merged.calls[node]}`),
      ['1×1 0-30, 0×2 30-45'],
    );
  });

  it('keep every span once, in a chain as long as the trace too', () => {
    const chain = Array.from({ length: 3000 }, (_, n) => ({ id: n + 1, parent: n, start: n, duration: 6000 - 2 * n }));
    const tree = buildDisplayTree(columnsOf(chain), SEED);
    const merged = finish(pathTree(tree, new Uint32Array(tree.count)));
    assert.equal(merged.count, 3000);
    const layout = finish(mergedFlame(merged));
    assert.equal(layout.rowCount, 3000);
    assert.equal(layout.lengthNs, 6000);
  });
});

describe('spans in time order', () => {
  it('stand below their parents, and below each other where they run at one time', () => {
    const tree = treeOf(`
      a · ==========
      b a  ====
      c b   ==
      d a   ====
      e a       ===
    `);
    assert.deepEqual(
      rowsOf(finish(timeFlame(tree)), (index) => String.fromCharCode(tree.idLo[index]!)),
      ['a 0-100', 'b 10-50, e 60-90', 'c 20-40', 'd 20-60'],
    );
  });

  it('never overlap in a row, whatever the trace', () => {
    const span = fc.record({ parent: fc.nat(20), start: fc.nat(100), duration: fc.nat(60) });
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 20 }), (spans) => {
        const drawn: DrawnSpan[] = spans.map((each, index) => ({ ...each, id: index + 1 }));
        const layout = finish(timeFlame(buildDisplayTree(columnsOf(drawn), SEED)));
        assert.deepEqual(
          [...layout.item].sort((a, b) => a - b),
          drawn.map((_, index) => index),
        );
        for (let row = 0; row < layout.rowCount; row++) {
          for (let slot = layout.rowBegin[row]! + 1; slot < layout.rowBegin[row + 1]!; slot++) {
            assert.ok(layout.begin[slot]! >= layout.end[slot - 1]!);
          }
        }
      }),
    );
  });

  it('take as many rows as there is room for, and no more', () => {
    const wide = Array.from({ length: MOST_LANES + 50 }, (_, n) => ({ id: n + 1, start: n, duration: 10_000 }));
    const layout = finish(timeFlame(buildDisplayTree(columnsOf(wide), SEED)));
    assert.equal(layout.rowCount, MOST_LANES);
    assert.equal(layout.count, wide.length);
  });
});

describe('the cells of a flame graph', () => {
  const row = (boxes: readonly (readonly [number, number])[]): FlameLayout => ({
    rowCount: 1,
    count: boxes.length,
    lengthNs: boxes.at(-1)?.[1] ?? 0,
    rowBegin: Uint32Array.of(0, boxes.length),
    item: Uint32Array.from(boxes, (_, index) => index),
    begin: Float64Array.from(boxes, ([begin]) => begin),
    end: Float64Array.from(boxes, ([, end]) => end),
    slotOf: Uint32Array.from(boxes, (_, index) => index),
  });
  const drawn = (layout: FlameLayout, beginNs: number, endNs: number, columns: number): string[] => {
    const cells = flameCells(layout, { beginNs, endNs, columns, rowFrom: 0, rowCount: 10 });
    return cells.slot.map((slot, cell) => `${slot}+${cells.slots[cell]} ${cells.begin[cell]}-${cells.end[cell]}`);
  };

  it('are the boxes where they are a pixel wide', () => {
    const layout = row([
      [0, 10],
      [10, 20],
      [30, 40],
    ]);
    assert.deepEqual(drawn(layout, 0, 40, 40), ['0+1 0-10', '1+1 10-20', '2+1 30-40']);
    assert.deepEqual(drawn(layout, 12, 35, 40), ['1+1 10-20', '2+1 30-40']);
  });

  it('hold narrower neighbours together, and leave gaps and wide ones apart', () => {
    const layout = row([
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 30],
      [30, 31],
      [60, 61],
    ]);
    assert.deepEqual(drawn(layout, 0, 100, 10), ['0+3 0-3', '3+1 3-30', '4+1 30-31', '5+1 60-61']);
  });

  it('are as many as there are pixels at most, and stand for every box once', () => {
    const many = row(Array.from({ length: 10_000 }, (_, n) => [n * 10, n * 10 + (n % 7)] as const));
    const cells = flameCells(many, { beginNs: 0, endNs: 100_000, columns: 300, rowFrom: 0, rowCount: 1 });
    assert.ok(cells.row.length <= 600);
    assert.equal(
      cells.slots.reduce((sum, slots) => sum + slots, 0),
      10_000,
    );
  });

  it('are none of a graph without width, or of rows that are not there', () => {
    assert.deepEqual(drawn(row([[0, 0]]), 0, 0, 100), []);
    const cells = flameCells(row([[0, 5]]), { beginNs: 0, endNs: 5, columns: 5, rowFrom: 3, rowCount: 9 });
    assert.deepEqual(cells.row, []);
  });
});
