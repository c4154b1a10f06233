import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { difference, groupFigures, share } from '../../../../src/core/features/grouped.ts';

const upTo = (count: number, from = 1): Float64Array => Float64Array.from({ length: count }, (_, n) => n + from);

describe('figures of a group', () => {
  it('have the bounds that order statistics give', () => {
    const { median, p95 } = groupFigures(upTo(100), 0, 100);
    assert.deepEqual(median, { value: 50.5, low: 40, high: 61 });
    assert.deepEqual(p95, { value: 95.05, low: 91, high: 100 });
  });

  it('have no bound where there are too few', () => {
    const { median, p95 } = groupFigures(upTo(5), 0, 5);
    assert.deepEqual([median.low, p95.high], [-Infinity, Infinity]);
    assert.ok(Number.isNaN(groupFigures(upTo(0), 0, 0).median.value));
  });

  it("have Wilson's interval for failures", () => {
    const { value, low, high } = share(10, 100);
    assert.equal(value, 0.1);
    assert.ok(Math.abs(low - 0.0552) < 1e-3 && Math.abs(high - 0.1744) < 1e-3);
  });
});

describe('the difference of two groups', () => {
  it('is within noise until the interval leaves zero', () => {
    const a = groupFigures(upTo(100), 0, 100);
    assert.ok(difference(a.median, groupFigures(upTo(100, 5), 0, 100).median).withinNoise);
    assert.ok(!difference(a.median, groupFigures(upTo(100, 60), 0, 100).median).withinNoise);
    assert.ok(!difference(share(30, 100), share(5, 100)).withinNoise);
  });

  it('is within noise when a side has no bound', () => {
    const few = groupFigures(upTo(3), 0, 3);
    assert.ok(difference(groupFigures(upTo(100, 1000), 0, 100).median, few.median).withinNoise);
  });
});
