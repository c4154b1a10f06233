import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { binsFor, countIn } from '../../../../src/core/features/histogram.ts';

describe('bins of a histogram', () => {
  const forms: readonly (readonly [string, readonly number[]])[] = [
    ['one value', [3]],
    ['equal values', [0, 0, 0]],
    ['negative ones', [-5, -1.5, 2]],
    ['tiny ones', [1e-9, 2e-9, 5e-9]],
    ['huge ones', [1e15, 2e15, 9e15]],
    ['many decades', Array.from({ length: 100 }, (_, n) => 1.2 ** n)],
    ['whole numbers', [1, 2, 3, 900]],
    ['one far away', [1, 1, 1, 1, 1e9]],
  ];
  for (const [what, values] of forms) {
    it(`hold every value of ${what}, in order`, () => {
      const sorted = Float64Array.from(values).sort();
      const bins = binsFor(sorted, 40);
      assert.ok(bins.edges.length >= 2 && bins.edges.length <= 90);
      assert.ok(bins.edges.every((edge, at) => at === 0 || edge > (bins.edges[at - 1] ?? NaN)));
      assert.ok((bins.edges[0] ?? NaN) <= (sorted[0] ?? NaN) && (bins.edges.at(-1) ?? NaN) > (sorted.at(-1) ?? NaN));
      assert.equal(
        countIn(bins, sorted).reduce((sum, each) => sum + each, 0),
        values.length,
      );
    });
  }

  it('put a value at an edge into the bin that begins there', () => {
    const bins = { edges: [0, 1, 2], isLog: false };
    assert.deepEqual([...countIn(bins, Float64Array.of(0, 1, 1, 2))], [1, 3]);
  });

  it('are none without values', () => {
    assert.deepEqual(binsFor(new Float64Array(0), 40).edges, []);
    assert.deepEqual([...countIn({ edges: [], isLog: false }, Float64Array.of(1))], []);
  });
});
