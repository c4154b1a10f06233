import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { comparePaths } from '../../../../src/core/compare/comparePaths.ts';
import { PathTable, traceProfile, type PathEntry } from '../../../../src/core/compare/traceProfile.ts';
import { buildDisplayTree } from '../../../../src/core/layout/displayTree.ts';
import { finish } from '../../../../src/core/statistics/steps.ts';
import { columnsFromText } from '../../../support/columnsOf.ts';

/** A trace that spent so much time on paths 0, 1, …; undefined where it has no such path. */
function spent(...times: readonly (number | undefined)[]): PathEntry[] {
  return times.flatMap((timeNs, path) =>
    timeNs === undefined ? [] : [{ path, calls: 1, timeNs, slowest: 0, slowestNs: timeNs, spans: [] }],
  );
}

describe('a trace added up by path', () => {
  it('has calls and time of each path, whose number is the same in every trace', () => {
    const table = new PathTable();
    const profile = (text: string): string[] => {
      const tree = buildDisplayTree(columnsFromText(text), 7);
      const names = (handle: number): string => String.fromCharCode(tree.idLo[handle]!).toLowerCase();
      return traceProfile(tree, tree.selfNs, names, table).map(
        ({ path, calls, timeNs, slowest }) => `${path}: ${calls} ${timeNs} ${String.fromCharCode(tree.idLo[slowest]!)}`,
      );
    };
    assert.deepEqual(
      profile(`
        a · ==========
        b a ==
        B a   ====
        c B    =
      `),
      ['0: 1 40 a', '1: 2 50 B', '2: 1 10 c'],
    );
    assert.deepEqual(
      profile(`
        a · ====
        c a  =
        b a   =
      `),
      ['0: 1 20 a', '3: 1 10 c', '1: 1 10 b'],
    );
    assert.deepEqual(
      table.paths.map(({ name, parent, depth }) => `${name} ${parent} ${depth}`),
      ['a -1 0', 'b 0 1', 'c 1 2', 'c 0 1'],
    );
  });
});

describe('two sets compared by path', () => {
  it('names where the difference is; shares add up to the whole', () => {
    const a = [spent(10, 300), spent(12, 310)];
    const b = Array.from({ length: 10 }, (_, n) => spent(10 + (n % 3), 20 + (n % 5)));
    const { paths, differenceNs } = finish(comparePaths(a, b, 2));
    assert.equal(paths[0]?.path, 1);
    assert.ok(paths[0].differenceNs > paths[0].boundNs);
    assert.ok(paths[0].share > 0.99);
    assert.ok(Math.abs(paths.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9);
    assert.ok(Math.abs(differenceNs - paths.reduce((sum, path) => sum + path.differenceNs, 0)) < 1e-9);
    assert.deepEqual([paths[0].medianANs, paths[0].p95ANs, paths[0].medianBNs, paths[0].p95BNs], [300, 310, 22, 24]);
  });

  it('counts a trace without the path as one that spent nothing there', () => {
    const { paths } = finish(comparePaths([spent(5), spent(5, 40)], [spent(5), spent(5)], 2));
    const second = paths.find(({ path }) => path === 1);
    assert.deepEqual([second?.callsA, second?.callsB, second?.medianANs, second?.p95ANs], [0.5, 0, 0, 40]);
    assert.equal(second?.exampleA, 1);
    assert.equal(second.exampleB, -1);
  });

  it('takes one slow trace for chance where the others vary as much', () => {
    const wild = [40, 300, 20, 350, 60, 10, 320, 30].map((time) => spent(time));
    const calm = [40, 41, 39, 40, 42, 41, 40, 39].map((time) => spent(time));
    const isSure = (others: PathEntry[][]): boolean => {
      const [path] = finish(comparePaths([spent(300)], others, 1)).paths;
      return path !== undefined && Math.abs(path.differenceNs) > path.boundNs;
    };
    assert.equal(isSure(wild), false);
    assert.equal(isSure(calm), true);
  });

  it('is sure of two slow traces that differ among themselves when ten others are all fast', () => {
    const fast = Array.from({ length: 10 }, (_, at) => spent(20 + at));
    const [path] = finish(comparePaths([spent(560), spent(770)], fast, 1)).paths;
    assert.ok((path?.differenceNs ?? 0) > (path?.boundNs ?? Infinity));
  });

  it('has Welch’s bound: two sets of a known spread', () => {
    // Means 20 and 10, variances 10 and 10, ten traces each: t(18) · √2 = 2.101 · 1.414.
    const side = (mean: number): PathEntry[][] =>
      [-4.5, -3.5, -2, -1, 0, 0, 1, 2, 3.5, 4.5].map((d) => spent(mean + d));
    const variance = (2 * (4.5 ** 2 + 3.5 ** 2 + 4 + 1)) / 9;
    const [path] = finish(comparePaths(side(20), side(10), 1)).paths;
    assert.ok(Math.abs((path?.boundNs ?? 0) - 2.1009 * Math.sqrt(variance / 5)) < 0.02);
  });

  it('is sure of nothing without traces to compare with', () => {
    const [path] = finish(comparePaths([spent(10)], [], 1)).paths;
    assert.equal(path?.boundNs, Infinity);
  });
});
