import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { childLists } from '../../../../src/core/layout/childLists.ts';
import { SPANS_PER_STEP } from '../../../../src/core/statistics/steps.ts';

/** Two parents of many children and one of few; the rest are roots. */
const COUNT = 7 * SPANS_PER_STEP + 5;
const parent = Uint32Array.from({ length: COUNT }, (_, index) =>
  index < 3 ? COUNT : index % 5 === 0 ? COUNT : index % 5 === 1 && index < 200 ? 2 : index % 5 < 3 ? 0 : 1,
);

const orders: Record<string, (index: number) => number> = {
  'in no order': (index) => (index * 7919) % COUNT,
  'in no order, many alike': (index) => (index * 7919) % 50,
  'in order': (index) => index,
  'the other way round': (index) => -index,
  'all at once': () => 5,
  'in order but for the last': (index) => (index === COUNT - 1 ? -1 : index),
};

describe('lists of children', () => {
  for (const [name, startOf] of Object.entries(orders)) {
    it(`are ordered by start and then by arrival when thousands of children start ${name}`, () => {
      const start = Float64Array.from({ length: COUNT }, (_, index) => startOf(index));
      const { begin, children } = childLists(COUNT, parent, start);
      for (const owner of [0, 1, 2, 3, COUNT]) {
        const due: number[] = [];
        for (let index = 0; index < COUNT; index++) if (parent[index] === owner) due.push(index);
        due.sort((a, b) => start[a]! - start[b]! || a - b);
        assert.deepEqual(children.subarray(begin[owner], begin[owner + 1]), Uint32Array.from(due));
      }
    });
  }
});
