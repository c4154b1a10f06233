import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { nearestRank, select } from '../../../../src/core/statistics/orderStatistic.ts';

describe('selecting by order', () => {
  it('finds what sorting would put there, whatever the order and however many are equal', () => {
    const values = fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ noNaN: true })), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.nat(), (list, place) => {
        const at = place % list.length;
        const sorted = Float64Array.from(list).sort();
        assert.equal(select(Float64Array.from(list), 0, list.length, at), sorted[at]);
      }),
    );
  });

  it('keeps to its stretch and leaves no larger value before the place', () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1000);
    const outside = [...values.subarray(0, 100), ...values.subarray(900)];
    const found = select(values, 100, 900, 500);
    assert.deepEqual([...values.subarray(0, 100), ...values.subarray(900)], outside);
    assert.ok(values.subarray(100, 500).every((value) => value <= found));
    assert.ok(values.subarray(501, 900).every((value) => value >= found));
  });

  it('counts a quantile by nearest rank', () => {
    assert.deepEqual(
      [1, 2, 3, 20, 100].map((count) => [nearestRank(count, 0.5), nearestRank(count, 0.95)]),
      [
        [0, 0],
        [0, 1],
        [1, 2],
        [9, 18],
        [49, 94],
      ],
    );
  });
});
