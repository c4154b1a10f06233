import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ALL_TRACES } from '../../src/protocol/compareApi.ts';
import type { Distribution, DistributionQuestion } from '../../src/protocol/distributionApi.ts';
import { sendPrediction } from '../support/predictions.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';

let engine: TestEngine;
before(async () => {
  engine = await startTestEngine({ receiver: false });
  // Version v2 gets half of the spend, is less sure, and fails more often.
  for (let n = 1; n <= 200; n++) {
    const isNew = n > 120;
    sendPrediction(engine, {
      n,
      version: isNew ? 'v2' : 'v1',
      milliseconds: 40 + (n % 10),
      failed: isNew && n % 4 === 0,
      attributes: {
        'model.input_features': JSON.stringify({
          spend: isNew ? 40 + (n % 9) : 80 + (n % 9),
          'order value': n % 20,
          country: n % 2 === 0 ? 'DE' : 'FR',
        }),
        'model.confidence': { double: isNew ? 0.6 + (n % 10) / 100 : 0.9 + (n % 10) / 100 },
        'batch.size': n % 5,
        tier: n % 3 === 0 ? 'gold' : 'plain',
      },
    });
  }
});
after(() => engine.stop());

function run(change: Partial<DistributionQuestion> = {}): Promise<Distribution> {
  return engine.request('distribution/run', {
    job: 1,
    set: ALL_TRACES,
    kind: null,
    measure: null,
    split: null,
    ...change,
  });
}

const count = async (filter: string): Promise<number> =>
  (await engine.request('traces/query', { filter, limit: 1000 })).matched;

describe('the distribution of a number over many calls', () => {
  it('begins with the confidence of the model calls by version', async () => {
    const { kind, measure, split, groups, read } = await run();
    assert.deepEqual(
      [kind, measure?.id, split, read],
      [{ service: 'model', name: 'predict', spans: 200, isModel: true }, 'confidence', 'model.version', 200],
    );
    assert.deepEqual(
      groups.map(({ value, measured, failed }) => [value, measured, failed]),
      [
        ['v1', 120, 0],
        ['v2', 80, 20],
      ],
    );
  });

  it('offers features, outputs, attributes and durations, and splits of few values', async () => {
    const { measures, splits, kinds } = await run();
    const ids = measures.map(({ id }) => id);
    for (const id of ['dur', 'confidence', 'in.spend', 'in.order value', 'span.batch.size'])
      assert.ok(ids.includes(id), id);
    assert.equal(measures.find(({ id }) => id === 'in.order value')?.field, 'in."order value"');
    assert.deepEqual(
      splits.map(({ key }) => key).filter((key) => key !== 'batch.size' && !key.startsWith('model.conf')),
      ['model.version', 'tier', '@time'],
    );
    assert.deepEqual(
      kinds.map(({ name, isModel }) => [name, isModel]),
      [
        ['predict', true],
        ['POST /predict', false],
      ],
    );
  });

  it('says of each group median, p95 and failures with bounds, and what is within noise', async () => {
    const { groups } = await run({ measure: 'in.spend' });
    const [first, second] = groups;
    assert.deepEqual([first?.median.value, second?.median.value], [84, 44]);
    assert.ok((first?.median.low ?? 0) <= 84 && (first?.median.high ?? 0) >= 84);
    assert.equal(first?.versus, null);
    assert.deepEqual([second?.versus?.median.withinNoise, second?.versus?.errors.withinNoise], [false, false]);
    const tiers = await run({ measure: 'in.spend', split: 'tier' });
    assert.deepEqual(
      [tiers.groups[1]?.versus?.median.withinNoise, tiers.groups[1]?.versus?.errors.withinNoise],
      [true, true],
    );
  });

  it('has bins that end at short numbers and hold every value', async () => {
    for (const measure of ['dur', 'confidence', 'in.spend', 'span.batch.size']) {
      const { groups, edges } = await run({ measure, split: '' });
      assert.equal(
        groups[0]?.bins.reduce((sum, each) => sum + each, 0),
        200,
        measure,
      );
      assert.ok(
        edges.every((edge) => String(edge).length <= 10),
        measure,
      );
    }
  });

  it('gives filters that find the calls of a bin and of a group', async () => {
    const { kindFilter, measures, groups } = await run();
    const field = measures.find(({ id }) => id === 'in.order value')?.field ?? '';
    assert.equal(await count(`any(${kindFilter} ${field}>=5 ${field}<7)`), 20);
    assert.equal(await count(`any(${kindFilter} ${groups[1]?.filter ?? ''})`), 80);
    assert.equal(await count('in.spend<50'), 80);
    assert.equal(await count('in.country=DE in.spend>=80'), 60);
    assert.equal(await count('-in.spend>50'), 80);
    assert.equal(await count('out.spend>0'), 0);
    assert.equal(await count('in.nothing>0'), 0);
  });

  it('is of the traces asked for only, and splits them by time', async () => {
    const { read, groups } = await run({ set: { ...ALL_TRACES, filter: 'in.spend>50' }, split: '@time' });
    assert.deepEqual(
      [read, groups.map(({ value, spans }) => [value, spans])],
      [
        120,
        [
          ['earlier half', 60],
          ['later half', 60],
        ],
      ],
    );
    const none = await run({ set: { ...ALL_TRACES, filter: 'name=nothing' } });
    assert.deepEqual([none.kind, none.groups], [null, []]);
  });

  it('is of another kind of span when asked', async () => {
    const { kind, measure, measures } = await run({ kind: { service: 'gateway', name: 'POST /predict' } });
    assert.deepEqual([kind?.isModel, measure?.id, measures.length], [false, 'dur', 1]);
  });

  it('refuses what is no question', async () => {
    await assert.rejects(
      engine.request('distribution/run', { job: 1, set: ALL_TRACES, kind: 3, measure: null, split: null } as never),
      /invalid|expected/,
    );
    await assert.rejects(run({ set: { ...ALL_TRACES, filter: 'dur>' } }), /Column/);
  });
});
