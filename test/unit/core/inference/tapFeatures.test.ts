import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCallFeatures, type CallValue } from '../../../../src/core/features/callFeatures.ts';
import { PROGRAMS } from '../../../interop/taps/programTable.ts';
import { fixtureNames, readFixture } from './fixtureCalls.ts';

/** What real libraries sent under the taps of instrument/python, see test/interop/taps. */
const calls = PROGRAMS.flatMap(({ fixture }) => readFixture(`tracedCalls/${fixture}`))
  .filter(({ scope }) => scope === 'spanline')
  .map(({ name, call }) => ({
    name,
    call,
    values: call === null ? [] : readCallFeatures(call, ({ text }) => text).values,
  }));

function valuesOf(name: string, side: CallValue['side'], at = 0): readonly CallValue[] {
  const found = calls.filter((one) => one.name === name)[at];
  assert.ok(found, name);
  return found.values.filter((one) => one.side === side);
}

/** A table as its first row by name, a tensor as its type and shape. */
function told({ value }: CallValue): unknown {
  if (value.kind === 'table') return Object.fromEntries(value.names.map((name, at) => [name, value.columns[at]?.[0]]));
  return `${value.dtype}[${value.shape.join(', ')}]`;
}

describe('calls that real libraries make under the taps', () => {
  it('are captured of every program, and each is a call of a library', () => {
    for (const { fixture } of PROGRAMS) assert.ok(fixtureNames().includes(`tracedCalls/${fixture}`), fixture);
    assert.ok(calls.length >= 20, String(calls.length));
    for (const { name, call } of calls) assert.ok(call && call.kind !== 'function', name);
  });

  it('have tables whose columns are named by the frame, by what was fitted and by the classes', () => {
    const row = { tenure_months: 60, monthly_charge: 35.5, support_calls: 0, contract: 'yearly' };
    const [asked] = valuesOf('sklearn.Pipeline.predict_proba', 'inputs');
    assert.deepEqual(asked && told(asked), row);
    assert.equal(asked?.value.kind === 'table' && asked.value.rows, 2);
    const [chances] = valuesOf('sklearn.Pipeline.predict_proba', 'outputs');
    assert.deepEqual(chances?.value.kind === 'table' && chances.value.names, ['leaves', 'stays']);
    const [matrix] = valuesOf('xgboost.Booster.predict', 'inputs');
    assert.deepEqual(matrix?.value.kind === 'table' && matrix.value.names, ['area', 'rooms', 'floor']);
  });

  it('show what a failed call was given', () => {
    const failed = calls.filter(({ name }) => name === 'sklearn.Pipeline.predict_proba')[1];
    const [asked] = failed?.values ?? [];
    assert.deepEqual(asked?.value.kind === 'table' && asked.value.names.includes('calls'), true);
    assert.deepEqual(failed?.call?.outputs, []);
    assert.deepEqual(valuesOf('onnxruntime.InferenceSession.run', 'inputs', 1).map(told), ['float64[1, 4]']);
  });

  it('have tensors with type and shape, by the names of inputs, outputs and parameters', () => {
    assert.deepEqual(valuesOf('onnxruntime.InferenceSession.run', 'inputs').map(told), ['float32[2, 4]']);
    const outputs = valuesOf('onnxruntime.InferenceSession.run', 'outputs');
    assert.deepEqual(
      outputs.map((one) => [one.value.kind === 'tensor' && one.value.name, told(one)]),
      [
        ['label', 'int64[2]'],
        ['probabilities', 'float32[2, 2]'],
      ],
    );
    const ranked = valuesOf('Ranker.forward', 'inputs');
    assert.deepEqual(
      ranked.map((one) => [one.label, told(one)]),
      [
        ['reader', 'int64[1]'],
        ['articles', 'int64[4]'],
      ],
    );
  });

  it('have embeddings of sentences and texts', () => {
    for (const [name, shape] of [
      ['sentence_transformers.SentenceTransformer.encode', 'float32[2, 16]'],
      ['llama_cpp.Llama.embed', 'float[576]'],
    ] as const) {
      const [found] = valuesOf(name, 'outputs');
      assert.equal(found?.isEmbedding, true, name);
      assert.equal(told(found), shape);
    }
  });

  it('name the model, and its version where it has one', () => {
    const models = new Map(calls.map(({ name, call }) => [name, [call?.model, call?.modelVersion]]));
    assert.deepEqual(models.get('onnxruntime.InferenceSession.run'), ['payment_fraud', '12']);
    assert.deepEqual(models.get('Ranker.forward'), ['Ranker', '0.4.1']);
    assert.deepEqual(models.get('sentence_transformers.SentenceTransformer.encode'), ['tiny-sentences', '']);
  });
});
