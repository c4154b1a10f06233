import assert from 'node:assert/strict';
import { it } from 'node:test';
import { namedCells, type CallFeatures } from '../../../../src/core/features/callFeatures.ts';

void it('the values of a column are told of however many rows', () => {
  const rows = 400_000;
  const features: CallFeatures = {
    values: [
      {
        side: 'inputs',
        item: 0,
        label: 'input',
        from: 'model.input',
        isEmbedding: false,
        value: {
          kind: 'tensor',
          name: '',
          dtype: 'float32',
          device: '',
          shape: [rows, 1],
          ragged: false,
          values: new Float64Array(rows).fill(2),
          incomplete: { elided: false, unended: false, limited: false },
        },
      },
    ],
    scalars: [],
    scores: new Map(),
    scoresFrom: '',
  };
  assert.equal(namedCells(features, 'inputs', '[0]').length, rows);
});
