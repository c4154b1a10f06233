import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TableGatherer, type FeatureStats } from '../../../../src/core/features/baseline.ts';
import type { Cell } from '../../../../src/core/features/cell.ts';
import { chance } from '../../../../src/core/compare/chance.ts';
import { shiftOf } from '../../../../src/core/features/shift.ts';

function statsOf(values: readonly Cell[], name = 'x'): FeatureStats {
  const gatherer = new TableGatherer();
  for (const value of values) gatherer.add([name], [[value]], 1);
  const [stats] = gatherer.stats();
  assert.ok(stats);
  return stats;
}

const random = chance(7);
const normal = (mean: number, deviation: number): number =>
  mean + deviation * (Array.from({ length: 12 }, random).reduce((sum, each) => sum + each, 0) - 6);
const SPEND = Array.from({ length: 200 }, () => normal(80, 12));

describe('what is usual of a feature', () => {
  it('has median, p5, p95, missing and NaN by row, also of features that came later', () => {
    const gatherer = new TableGatherer();
    for (let n = 1; n <= 100; n++) gatherer.add(['a'], [[n === 100 ? NaN : n]], 1);
    gatherer.add(['b'], [['x']], 1);
    const [a, b] = gatherer.stats();
    assert.ok(a && b);
    assert.deepEqual([a.rows, a.missing, a.nans, a.type], [101, 1, 1, 'number']);
    assert.deepEqual(a.numbers, { count: 99, median: 50, p5: 5.9, p95: 94.1, min: 1, max: 99 });
    assert.equal(statsOf([1, 2]).numbers?.median, 1.5);
    assert.deepEqual([b.rows, b.missing, b.constant, b.values], [101, 100, 'x', [['x', 1]]]);
    assert.equal(a.values, null);
  });

  it('keeps quantiles true when there are more values than are kept', () => {
    const { numbers } = statsOf(Array.from({ length: 20_000 }, (_, n) => n));
    assert.ok(numbers && Math.abs(numbers.median - 10_000) < 200 && Math.abs(numbers.p95 - 19_000) < 200);
    assert.deepEqual([numbers.min, numbers.max, numbers.count], [0, 19_999, 20_000]);
  });
});

describe('how far a value is from what is usual', () => {
  const FACTORS: readonly (readonly [string, (x: number) => number, string, number])[] = [
    ['spend', (x) => x / 1000, '÷', 1000],
    ['spend', (x) => x * 1000, '×', 1000],
    ['spend', (x) => x / 100, '÷', 100],
    ['spend', (x) => x / 10, '÷', 10],
    ['wait', (x) => x / 60, '÷', 60],
    ['spend', (x) => -x, '\u2212', -1],
  ];
  for (const [name, broken, op, factor] of FACTORS) {
    it(`names the factor ${op}${factor}`, () => {
      const { score, odd } = shiftOf([broken(80)], statsOf(SPEND, name));
      assert.ok(score > 3);
      const [first] = odd;
      assert.ok(first?.kind === 'factor', JSON.stringify(odd));
      assert.deepEqual([first.op, first.factor], [op, factor]);
    });
  }

  it('tells 1000 from 1024 when the baseline is narrow', () => {
    const size = statsOf(
      Array.from({ length: 100 }, (_, n) => 1_000_000 + n * 10),
      'size',
    );
    const [first] = shiftOf([1_000_500 / 1024], size).odd;
    assert.deepEqual(first?.kind === 'factor' && [first.op, first.factor, first.unit], ['÷', 1024, 'KiB for bytes']);
  });

  it('calls units by the name of the feature', () => {
    const [first] = shiftOf([0.08], statsOf(SPEND, 'latency_ms')).odd;
    assert.equal(first?.kind === 'factor' && first.unit, 's for ms');
  });

  it('finds a divided value in a baseline that spans decades, by its logarithm', () => {
    const wide = statsOf(Array.from({ length: 200 }, () => Math.exp(normal(4, 1))));
    assert.ok(shiftOf([Math.exp(4) / 1000], wide).score > 4);
  });

  it('takes no value for odd that calls of the baseline had', () => {
    for (const value of SPEND) assert.ok(shiftOf([value], statsOf(SPEND)).score < 3);
  });

  it('measures against its own size where the baseline never varied', () => {
    const constant = statsOf(Array.from({ length: 50 }, () => 7));
    assert.deepEqual(shiftOf([7], constant).odd, []);
    const { score, odd } = shiftOf([9], constant);
    assert.ok(score > 3 && Number.isFinite(score));
    assert.deepEqual(odd, [{ kind: 'constant', was: '7' }]);
    const zero = statsOf(Array.from({ length: 50 }, () => 0));
    assert.ok(shiftOf([0.001], zero).score > 3);
  });

  it('says what is missing, NaN, of another type, new, or a text not seen before', () => {
    const kinds = (cells: readonly Cell[], stats: FeatureStats | undefined): readonly string[] =>
      shiftOf(cells, stats).odd.map(({ kind }) => kind);
    assert.deepEqual(kinds([null], statsOf(SPEND)), ['missing']);
    assert.deepEqual(kinds([], statsOf(SPEND)), ['missing']);
    assert.deepEqual(kinds([NaN], statsOf(SPEND)), ['nan']);
    assert.deepEqual(kinds(['80'], statsOf(SPEND)), ['type']);
    assert.deepEqual(kinds([1], undefined), ['newFeature']);
    const country = statsOf(Array.from({ length: 30 }, (_, n) => (n % 2 === 0 ? 'DE' : 'FR')));
    assert.deepEqual(kinds(['XX'], country), ['newValue']);
    assert.deepEqual(kinds(['DE'], country), []);
  });

  it('takes nothing for odd where missing is usual', () => {
    assert.ok(shiftOf([null], statsOf([...SPEND.slice(0, 20), ...Array.from({ length: 60 }, () => null)])).score < 1);
  });

  it('judges two rows by the mean of both', () => {
    const stats = statsOf(Array.from({ length: 101 }, (_, n) => n));
    assert.equal(shiftOf([40, 60], stats).direction, 0);
    assert.equal(shiftOf([40, 61], stats).direction, 1);
  });

  it('judges a batch by its median and by the share that misses', () => {
    const batch = Array.from({ length: 32 }, (_, n) => (n < 8 ? null : 80));
    const { odd, score } = shiftOf(batch, statsOf(SPEND));
    assert.deepEqual(odd, [{ kind: 'missing', share: 0.25 }]);
    assert.ok(score > 3);
  });
});
