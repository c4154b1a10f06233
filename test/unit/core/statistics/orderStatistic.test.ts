import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  interpolatedQuantile,
  medianOf,
  nearestRank,
  select,
  selectSteps,
} from '../../../../src/core/statistics/orderStatistic.ts';
import { SPANS_PER_STEP } from '../../../../src/core/statistics/steps.ts';

const LONG = 5 * SPANS_PER_STEP;

/** Values of which the middle of first, middle and last is always the second least: each cut takes two away. */
function madeAgainstMiddleOfThree(count: number): Float64Array {
  const values = new Float64Array(count);
  const at = Uint32Array.from(values, (_, index) => index);
  let low = 0;
  for (; low < count / 2; low += 2) {
    const middle = (low + count - 1) >>> 1;
    values[at[low]!] = low;
    values[at[middle]!] = low + 1;
    [at[low + 1], at[middle]] = [at[middle]!, at[low + 1]!];
  }
  for (; low < count; low++) values[at[low]!] = low;
  return values;
}

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

  const worst = madeAgainstMiddleOfThree(LONG);
  const orders: Record<string, (i: number) => number> = {
    'in order': (i) => i,
    'the other way round': (i) => -i,
    'up and down': (i) => Math.min(i, LONG - i),
    'all alike': () => 7,
    'in no order': (i) => (i * 7919) % LONG,
    'made against cutting at the middle of three': (i) => worst[i] ?? NaN,
  };
  for (const [name, valueAt] of Object.entries(orders)) {
    it(`finds it in steps in a long stretch that is ${name}, and looks at each value a few times`, () => {
      const list = Float64Array.from({ length: LONG }, (_, i) => valueAt(i));
      const sorted = list.toSorted();
      for (const q of [0, 0.05, 0.5, 0.95, 1]) {
        const at = nearestRank(LONG, q);
        const values = list.slice();
        const steps = selectSteps(values, 0, LONG, at);
        let count = 0;
        let step = steps.next();
        for (; step.done !== true; step = steps.next()) count++;
        assert.equal(step.value, sorted[at]);
        assert.ok(count > 0 && count < 200, `${count} steps`);
        assert.ok(values.subarray(0, at).every((value) => value <= sorted[at]!));
        assert.deepEqual(values.sort(), sorted);
      }
    });
  }

  it('interpolates quantiles of values as numpy, pandas and spreadsheets do', () => {
    // numpy.percentile([...], [5, 50, 95])
    const cases: readonly (readonly [readonly number[], readonly number[]])[] = [
      [[7], [7, 7, 7]],
      [
        [1, 2],
        [1.05, 1.5, 1.95],
      ],
      [
        [1, 2, 4, 8, 16],
        [1.2, 4, 14.4],
      ],
      [
        [-3, 0, 1, 10],
        [-2.55, 0.5, 8.65],
      ],
    ];
    for (const [values, expected] of cases) {
      const found = [0.05, 0.5, 0.95].map((q) => Number(interpolatedQuantile(values, q).toPrecision(12)));
      assert.deepEqual(found, expected);
    }
    assert.equal(medianOf([9, 1, 3, 2]), 2.5);
    assert.equal(medianOf([1e308, 1.5e308]), 1.25e308);
    assert.ok(Number.isNaN(medianOf([])));
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
