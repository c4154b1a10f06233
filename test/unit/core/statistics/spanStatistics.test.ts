import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildDisplayTree, type DisplayTree } from '../../../../src/core/layout/displayTree.ts';
import { slowestSpans, spanStatistics, type TimeWindow } from '../../../../src/core/statistics/spanStatistics.ts';
import { finish } from '../../../../src/core/statistics/steps.ts';
import { columnsFromText, columnsOf } from '../../../support/columnsOf.ts';

const SEED = 7;

function treeOf(text: string): DisplayTree {
  return buildDisplayTree(columnsFromText(text), SEED);
}

/** Groups by the letters given: `ab c` puts spans a and b into group 0, c into 1. */
function groupsOf(tree: DisplayTree, groups: string): Uint32Array {
  const list = groups.split(' ');
  return Uint32Array.from(tree.idLo, (id) => list.findIndex((letters) => letters.includes(String.fromCharCode(id))));
}

function drawn(tree: DisplayTree, groups: string, window?: TimeWindow): string[] {
  const found = finish(spanStatistics(tree, groupsOf(tree, groups), groups.split(' ').length, window));
  return groups.split(' ').map((letters, group) => {
    const slowest = found.slowest[group] ?? -1;
    return (
      `${letters}: ${found.count[group]} of ${found.errors[group]} failed, total ${found.totalNs[group]} self ` +
      `${found.selfNs[group]} p50 ${found.p50Ns[group]} p95 ${found.p95Ns[group]} max ${found.maxNs[group]} ` +
      `slowest ${slowest < 0 ? '-' : String.fromCharCode(tree.idLo[slowest] ?? 0)}`
    );
  });
}

const TRACE = `
  a · ==========
  b a  ===
  c a   ====
  d c     =x
  e a         =
`;

describe('statistics of spans', () => {
  it('counts, sums and ranks the spans of every group; self time is what no child covers', () => {
    assert.deepEqual(drawn(treeOf(TRACE), 'a bce d'), [
      'a: 1 of 0 failed, total 100 self 40 p50 100 p95 100 max 100 slowest a',
      'bce: 3 of 0 failed, total 80 self 60 p50 30 p95 40 max 40 slowest c',
      'd: 1 of 1 failed, total 20 self 20 p50 20 p95 20 max 20 slowest d',
    ]);
  });

  it('says nothing of a group without spans', () => {
    assert.deepEqual(drawn(treeOf('a · ='), 'a z')[1], 'z: 0 of 0 failed, total 0 self 0 p50 0 p95 0 max 0 slowest -');
  });

  it('clips durations and self times to a window, and leaves out what does not run in it', () => {
    assert.deepEqual(drawn(treeOf(TRACE), 'a bce d', { beginNs: 30, endNs: 60 }), [
      'a: 1 of 0 failed, total 30 self 0 p50 30 p95 30 max 30 slowest a',
      'bce: 2 of 0 failed, total 40 self 20 p50 10 p95 30 max 30 slowest c',
      'd: 1 of 1 failed, total 20 self 20 p50 20 p95 20 max 20 slowest d',
    ]);
  });

  it('takes in a span without length where it starts, at the begin and not at the end of a window', () => {
    const tree = buildDisplayTree(
      columnsOf([
        { id: 97, start: 10 },
        { id: 98, start: 20 },
      ]),
      SEED,
    );
    assert.match(drawn(tree, 'ab', { beginNs: 10, endNs: 20 })[0] ?? '', /^ab: 1 /);
  });

  it('gives all of the trace for a window as long as it', () => {
    const tree = treeOf(TRACE);
    assert.deepEqual(drawn(tree, 'a bce d', { beginNs: 0, endNs: 101 }), drawn(tree, 'a bce d'));
  });

  it('names the slowest of a group first, and of equal ones the first that arrived', () => {
    const tree = treeOf(`
      a · ==========
      b a  ===
      c a   ====
      d a    ===
      e a    =
    `);
    const letters = (limit: number, window?: TimeWindow): string =>
      Array.from(finish(slowestSpans(tree, groupsOf(tree, 'a bcde'), 1, limit, window)), (index) =>
        String.fromCharCode(tree.idLo[index] ?? 0),
      ).join('');
    assert.equal(letters(10), 'cbde');
    assert.equal(letters(2), 'cb');
    assert.equal(letters(10, { beginNs: 45, endNs: 55 }), 'cd');
  });
});
