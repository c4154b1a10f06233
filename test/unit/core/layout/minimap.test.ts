import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { buildDisplayTree, type DisplayTree } from '../../../../src/core/layout/displayTree.ts';
import { CELL, CELL_SERVICES, MinimapPainter } from '../../../../src/core/layout/minimap.ts';
import { serviceShares } from '../../../../src/core/layout/serviceShares.ts';
import { SPAN_BIT } from '../../../../src/core/store/storeReader.ts';
import { columnsFromText, columnsOf } from '../../../support/columnsOf.ts';

function painted(tree: DisplayTree, pixels: number, lanes: number): MinimapPainter {
  const painter = new MinimapPainter(tree, pixels, lanes);
  while (!painter.done) painter.step();
  return painter;
}

/** Lanes as lines: a letter for a service, `!` for an error, `.` for nothing. */
function draw(painter: MinimapPainter): string[] {
  return Array.from({ length: painter.lanes }, (_, lane) =>
    Array.from(painter.cells.subarray(lane * painter.pixels, (lane + 1) * painter.pixels), (cell) =>
      cell === CELL.empty ? '.' : cell === CELL.error ? '!' : String.fromCharCode(96 + cell),
    ).join(''),
  );
}

const FAMILY = `
  a · ==========
  b a  ====
  c b   ==
  d a       =x
  e d       =
`;

void test('a small trace has a lane for each row, errors whole', () => {
  const tree = buildDisplayTree(columnsFromText(FAMILY), 1);
  const painter = painted(tree, 10, 40);
  assert.equal(painter.lanes, 5);
  const [first, second, , fourth] = draw(painter);
  assert.equal(first, 'aaaaaaaaaa');
  assert.match(second ?? '', /^\.[ab]{4}\.{5}$|^\.[ab]{5}\.{4}$/);
  assert.match(fourth ?? '', /^\.{6}.*!+\.*$/);
});

void test('a trace without spans or without a length is drawn without harm', () => {
  const empty = painted({ ...buildDisplayTree(columnsFromText(FAMILY), 1), count: 0 }, 10, 4);
  assert.equal(empty.cells.length, 0);
  const point = columnsFromText(FAMILY);
  point.offsetNs.fill(0);
  point.durationNs.fill(0);
  assert.deepEqual(
    new Set(draw(painted(buildDisplayTree(point, 1), 4, 2)).map((line) => line.slice(1))),
    new Set(['...']),
  );
});

/** A tree of so many spans under one root, times and the rest by chance. */
function treeOf(
  spans: readonly (readonly [offset: number, duration: number, service: number, error: boolean, open: boolean])[],
) {
  const columns = columnsOf(
    spans.map(([start, duration, service, error, open], index) => ({
      id: index + 1,
      parent: index === 0 ? 0 : ((index - 1) >> 1) + 1,
      start,
      duration: open ? 0 : duration,
      service,
      status: error ? 2 : 0,
      bits: open ? SPAN_BIT.unfinished : 0,
    })),
  );
  const services = Array.from({ length: 300 }, (_, index) => `service ${index}`);
  return buildDisplayTree({ ...columns, services }, 1);
}

/** The same by painting every span over what is there, row by row. */
function plainly(tree: DisplayTree, pixels: number, lanes: number): { cells: Uint8Array; errors: Uint8Array } {
  const used = Math.min(lanes, tree.count);
  const cells = new Uint8Array(used * pixels);
  const errors = new Uint8Array(pixels);
  const scale = tree.lengthNs > 0 ? pixels / tree.lengthNs : 0;
  const column = (ns: number): number => Math.min(pixels - 1, Math.floor(ns * scale));
  const late: number[] = [];
  for (let position = 0; position < tree.count; position++) {
    const index = tree.indexAt[position] ?? 0;
    const begin = tree.offsetNs[index] ?? 0;
    const duration = tree.durationNs[index] ?? 0;
    const failed = tree.status[index] === 2;
    const open = duration === 0 && ((tree.bits[index] ?? 0) & SPAN_BIT.unfinished) !== 0;
    const base = Math.floor((position * used) / tree.count) * pixels;
    const cell = failed ? CELL.error : ((tree.service[index] ?? 0) % CELL_SERVICES) + 1;
    cells.fill(cell, base + column(begin), base + (open ? pixels : column(begin + duration) + 1));
    if (!failed) continue;
    late.push(base + column(begin + duration));
    errors[column(begin + duration)] = 1;
  }
  for (const at of late) cells[at] = CELL.error;
  return { cells, errors };
}

void test('a cell is that of the last row there, and no error is covered', () => {
  const span = fc.tuple(
    fc.integer({ min: 0, max: 1000 }),
    fc.integer({ min: 0, max: 400 }),
    fc.integer({ min: 0, max: 299 }),
    fc.boolean(),
    fc.boolean(),
  );
  fc.assert(
    fc.property(
      fc.array(span, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 20 }),
      (spans, pixels, lanes) => {
        const tree = treeOf(spans);
        const painter = painted(tree, pixels, lanes);
        const wanted = plainly(tree, pixels, lanes);
        assert.deepEqual(painter.cells, wanted.cells);
        assert.deepEqual(painter.errors, wanted.errors);
      },
    ),
  );
});

void test('a step looks at a bounded number of spans', () => {
  const tree = treeOf(Array.from({ length: 200_000 }, (_, index) => [index, 5, index % 3, index === 100_000, false]));
  const painter = new MinimapPainter(tree, 300, 40);
  let steps = 0;
  while (!painter.done) {
    painter.step();
    steps++;
  }
  assert.equal(steps, 5);
  assert.equal(
    painter.errors.reduce((sum, each) => sum + each, 0),
    1,
  );
});

void test('services have their spans, errors and own time', () => {
  const tree = treeOf([
    [0, 100, 0, false, false],
    [10, 50, 1, true, false],
    [60, 20, 0, false, false],
  ]);
  const { spans, errors, selfNs } = serviceShares(tree);
  assert.deepEqual([spans[0], errors[0], selfNs[0]], [2, 0, 50]);
  assert.deepEqual([spans[1], errors[1], selfNs[1]], [1, 1, 50]);
  assert.equal(spans[2], 0);
});
