import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tensorFacts, tensorImage } from '../../../../src/core/features/tensorFacts.ts';

describe('facts of numbers', () => {
  it('count what is not finite apart from the rest', () => {
    const facts = tensorFacts(Float64Array.of(0, 3, -4, NaN, Infinity, 0));
    const { count, min, max, mean, norm, nans, infinities, zeros, negatives } = facts;
    assert.ok(Math.abs(mean + 0.25) < 1e-12);
    assert.deepEqual([count, min, max, norm, nans, infinities, zeros, negatives], [6, -4, 3, 5, 1, 1, 2, 1]);
    assert.equal(
      facts.bins.reduce((sum, each) => sum + each, 0),
      4,
    );
  });

  it('have one bin for equal numbers and none for none', () => {
    assert.deepEqual(tensorFacts(Float64Array.of(2, 2)).bins, [2]);
    assert.deepEqual(tensorFacts(Float64Array.of(NaN)).bins, []);
    assert.ok(Number.isNaN(tensorFacts(new Float64Array(0)).min));
  });

  it('keep the deviation of numbers with a large offset', () => {
    assert.ok(Math.abs(tensorFacts(Float64Array.of(1e9, 1e9 + 2)).std - 1) < 1e-6);
  });
});

describe('pictures in arrays', () => {
  const image = (shape: readonly number[], value: (at: number) => number) => {
    const values = Float64Array.from({ length: shape.reduce((product, each) => product * each, 1) }, (_, at) =>
      value(at),
    );
    return tensorImage({ shape, values, ragged: false, dtype: '', device: '' });
  };

  it('are found by shape, planes first or last, with a batch', () => {
    assert.equal(image([20, 30], () => 0)?.layout, 'HW');
    assert.equal(image([3, 10, 12], () => 0)?.layout, 'CHW');
    assert.equal(image([10, 12, 3], () => 0)?.layout, 'HWC');
    assert.deepEqual([image([5, 3, 10, 12], () => 0)?.images, image([1, 20, 20], () => 0)?.layout], [5, 'HW']);
    for (const shape of [[4, 4], [1000], [2, 1000], [7, 9, 10], [3, 4]])
      assert.equal(
        image(shape, () => 0),
        undefined,
      );
  });

  it('have red, green and blue from their planes', () => {
    const planes = image([3, 8, 8], (at) => (at < 64 ? 1 : at < 128 ? 0 : 0.5));
    assert.deepEqual([planes?.scale, ...(planes?.pixels.slice(0, 4) ?? [])], ['0–1', 255, 0, 128, 255]);
  });

  it('are stretched from min to max when they are normalised, and thinned when large', () => {
    const normalised = image([16, 16], (at) => (at === 0 ? -2 : 2));
    assert.deepEqual([normalised?.scale, normalised?.pixels[0], normalised?.pixels[4]], ['min–max', 0, 255]);
    const large = image([600, 300], () => 200);
    assert.deepEqual([large?.height, large?.width, large?.pixels[0]], [200, 100, 200]);
  });

  it('are none when values are missing', () => {
    assert.equal(
      tensorImage({ shape: [20, 20], values: new Float64Array(10), ragged: false, dtype: '', device: '' }),
      undefined,
    );
  });
});
