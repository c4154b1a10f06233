import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { chance } from '../../src/core/compare/chance.ts';
import type { TraceId } from '../../src/core/model/ids.ts';
import type { SpanRef } from '../../src/core/model/span.ts';
import { ALL_TRACES } from '../../src/protocol/compareApi.ts';
import type { FeatureRow } from '../../src/protocol/featureApi.ts';
import { spanIdAt } from '../support/otlpBytes.ts';
import { sendPrediction } from '../support/predictions.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';

const random = chance(11);
const FEATURES = 30;
const JOURNAL_LIMITS = { keepDays: 7, maxBytes: 64 * 1024 * 1024 };

function idOf(n: number): TraceId {
  return n.toString(16).padStart(32, '0') as TraceId;
}

function refOf(n: number): SpanRef {
  return { traceId: idOf(n), spanId: spanIdAt(n * 10 + 2) };
}

/** Features of one request; each of its own size and spread, some over decades, one a text, one often missing. */
function features(n: number): Record<string, number | string | null> {
  const values: Record<string, number | string | null> = {
    country: n % 3 === 0 ? 'DE' : 'FR',
    referrals: n % 4 === 0 ? null : n % 7,
  };
  for (let at = 0; at < FEATURES; at++) {
    const noise = random() + random() + random() - 1.5;
    values[`f${at}`] = at % 3 === 0 ? Math.exp(at / 3 + noise) : 10 ** (at % 5) * (1 + 0.2 * noise);
  }
  return values;
}

function send(
  engine: TestEngine,
  n: number,
  input: string,
  key = 'model.input_features',
  more: Readonly<Record<string, string>> = {},
): void {
  const attributes = { [key]: input, ...more };
  sendPrediction(engine, { n, attributes, version: `v${n % 2}`, milliseconds: 95 });
}

async function rowsOf(engine: TestEngine, ref: SpanRef, value = 0, row = -1): Promise<readonly FeatureRow[]> {
  return (await engine.request('features/rows', { ...ref, against: 'auto', value, row, from: 0 })).rows;
}

describe('the features of a call', () => {
  let engine: TestEngine;
  before(async () => {
    engine = await startTestEngine({ receiver: false });
    for (let n = 1; n <= 40; n++) send(engine, n, JSON.stringify(features(n)));
  });
  after(() => engine.stop());

  it('are ranked against the other held calls of the kind until a baseline is pinned', async () => {
    const broken = features(50);
    broken['f7'] = Number(broken['f7']) / 1000;
    send(engine, 50, JSON.stringify(broken));
    const call = await engine.request('features/call', { ...refOf(50), against: 'auto' });
    assert.deepEqual(
      [call?.against, call?.calls, call?.kind],
      ['others', 40, { service: 'model', name: 'predict', model: 'churn' }],
    );
    const [first] = await rowsOf(engine, refOf(50));
    assert.equal(first?.name, 'f7');
  });

  it('have a feature divided by 1000 first, whichever it is', async () => {
    const { pinned, replaced, change } = await engine.request('baselines/pin', {
      ref: refOf(1),
      set: { ...ALL_TRACES, filter: 'trace.dur<1s', traceIds: Array.from({ length: 40 }, (_, n) => idOf(n + 1)) },
    });
    assert.deepEqual([pinned.length, pinned[0]?.calls, pinned[0]?.features, replaced], [1, 40, FEATURES + 2, 0]);
    assert.deepEqual(pinned[0]?.versions.toSorted(), ['v0', 'v1']);
    for (let at = 0; at < FEATURES; at++) {
      const broken = features(100 + at);
      broken[`f${at}`] = Number(broken[`f${at}`]) / 1000;
      send(engine, 100 + at, JSON.stringify(broken));
      const call = await engine.request('features/call', { ...refOf(100 + at), against: 'auto' });
      assert.deepEqual([call?.against, call?.calls], ['pinned', 40]);
      const [first, second] = await rowsOf(engine, refOf(100 + at));
      assert.equal(first?.name, `f${at}`);
      assert.ok(first.score > 3 && first.score > (second?.score ?? 0));
      if (at % 3 !== 0)
        assert.deepEqual(first.odd[0]?.kind === 'factor' && [first.odd[0].op, first.odd[0].factor], ['÷', 1000]);
    }
    assert.deepEqual(await engine.request('baselines/undo', { change }), { undone: true });
    assert.deepEqual(await engine.request('baselines/list', {}), { baselines: [] });
  });

  it('say what is missing, NaN or of another type, and what the baseline had', async () => {
    await engine.request('baselines/pin', {
      ref: refOf(1),
      set: { ...ALL_TRACES, traceIds: Array.from({ length: 40 }, (_, n) => idOf(n + 1)) },
    });
    const broken: Record<string, unknown> = features(60);
    delete broken['f1'];
    broken['f2'] = 'NaN';
    broken['f4'] = String(broken['f4']);
    broken['country'] = 'XX';
    broken['new'] = 1;
    send(engine, 60, JSON.stringify(broken).replace('"NaN"', 'NaN'));
    const rows = await rowsOf(engine, refOf(60));
    const odd = new Map(rows.map((row) => [row.name, row.odd.map(({ kind }) => kind)]));
    assert.deepEqual(
      ['f1', 'f2', 'f4', 'country', 'new', 'f5'].map((name) => odd.get(name)),
      [['missing'], ['nan'], ['type'], ['newValue'], ['newFeature'], []],
    );
    const f1 = rows.find(({ name }) => name === 'f1');
    assert.deepEqual([f1?.text, f1?.number, f1?.missing], ['', null, 1]);
    const { p5, median, p95 } = f1?.usual ?? {};
    assert.ok(Number(p5) > 0 && Number(p5) < Number(median) && Number(median) < Number(p95));
    assert.equal(rows.find(({ name }) => name === 'referrals')?.usual?.missing, 0.25);
  });

  it('carry the explanation scores of the call', async () => {
    send(engine, 61, '{"f1": 10, "f2": 100}', 'model.input_features', {
      'shap.values': '{"f1": -0.4, "f2": 0.1}',
    });
    const call = await engine.request('features/call', { ...refOf(61), against: 'none' });
    const { rows } = await engine.request('features/rows', {
      ...refOf(61),
      against: 'none',
      value: 0,
      row: -1,
      from: 0,
    });
    assert.deepEqual([call?.values[0]?.hasScores, call?.scoresFrom], [true, 'shap.*']);
    assert.deepEqual(
      rows.map(({ name, contribution }) => [name, contribution]),
      [
        ['f1', -0.4],
        ['f2', 0.1],
      ],
    );
  });

  it('of a batch are those of all rows, or of one', async () => {
    send(engine, 62, '[{"a": 1, "b": 5}, {"a": 3}, {"a": 8, "b": 6}]');
    const named = async (row: number): Promise<readonly (FeatureRow | undefined)[]> => {
      const rows = await rowsOf(engine, refOf(62), 0, row);
      return ['a', 'b'].map((name) => rows.find((each) => each.name === name));
    };
    const [a, b] = await named(-1);
    assert.deepEqual([a?.number, a?.missing, b?.missing], [3, 0, 1]);
    assert.equal(b?.number, 5.5);
    const [second, missing] = await named(1);
    assert.deepEqual([second?.number, missing?.text], [3, '']);
  });

  it('come page by page', async () => {
    send(engine, 63, JSON.stringify(Object.fromEntries(Array.from({ length: 1200 }, (_, n) => [`w${n}`, n]))));
    const page = await engine.request('features/rows', {
      ...refOf(63),
      against: 'none',
      value: 0,
      row: -1,
      from: 1000,
    });
    assert.deepEqual([page.rows.length, page.total, page.rows[0]?.name], [200, 1200, 'w1000']);
  });

  it('are tensors with facts, a preview and a picture', async () => {
    const pixels = Array.from({ length: 3 }, (_, c) =>
      Array.from({ length: 16 }, () => Array.from({ length: 16 }, (_, x) => (c === 0 ? x / 15 : 0))),
    );
    send(
      engine,
      64,
      JSON.stringify({ inputs: [{ name: 'image', shape: [1, 3, 16, 16], datatype: 'FP32', data: pixels }] }),
      'model.input',
    );
    const call = await engine.request('features/call', { ...refOf(64), against: 'none' });
    const [head] = call?.values ?? [];
    assert.deepEqual(
      [head?.form, head?.tensor?.dtype, head?.tensor?.shape, head?.tensor?.hasImage],
      ['tensor', 'FP32', [1, 3, 16, 16], true],
    );
    assert.deepEqual([head?.tensor?.facts.max, head?.tensor?.facts.zeros, head?.tensor?.preview.length], [1, 528, 256]);
    const image = await engine.request('features/image', { ...refOf(64), value: 0, index: 0 });
    assert.deepEqual([image.width, image.height, image.pixels[60]], [16, 16, 255]);
  });

  it('are null for a span without numbers, and notFound for a value that is not there', async () => {
    send(engine, 65, 'Where is my parcel?', 'input.value');
    assert.equal(await engine.request('features/call', { ...refOf(65), against: 'auto' }), null);
    await assert.rejects(
      engine.request('features/rows', { ...refOf(1), against: 'none', value: 9, row: -1, from: 0 }),
      /no such value/,
    );
    await assert.rejects(engine.request('baselines/pin', { ref: refOf(65), set: null }), /feature table/);
  });

  it('that are long are read whole, not as the details show them', async () => {
    const wide = Object.fromEntries(Array.from({ length: 8000 }, (_, n) => [`feature_number_${n}`, n / 7]));
    send(engine, 66, JSON.stringify(wide));
    const call = await engine.request('features/call', { ...refOf(66), against: 'none' });
    assert.deepEqual([call?.values[0]?.features, call?.values[0]?.incomplete.unended], [8000, false]);
  });
});

describe('pinned baselines', () => {
  it('outlive eviction and a restart, and can be unpinned, replaced and brought back', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'spanline-baselines-'));
    try {
      const first = await startTestEngine({
        receiver: false,
        journal: { dir, limits: JOURNAL_LIMITS },
        maxStoreBytes: 1024 * 1024,
      });
      for (let n = 1; n <= 20; n++) send(first, n, JSON.stringify(features(n)));
      const { pinned } = await first.request('baselines/pin', { ref: null, set: ALL_TRACES });
      assert.deepEqual(
        pinned.map(({ kind, calls }) => [kind.name, calls]),
        [['predict', 20]],
      );
      const filler = 'x'.repeat(2000);
      for (let n = 1000; n < 4000; n++) send(first, n, `${filler}${n}`, 'note');
      assert.equal((await first.request('engine/status', {})).evictedSpans > 0, true);
      send(first, 30, JSON.stringify(features(30)));
      assert.equal((await first.request('features/call', { ...refOf(30), against: 'auto' }))?.against, 'pinned');
      await first.stop();

      const second = await startTestEngine({ receiver: false, journal: { dir, limits: JOURNAL_LIMITS } });
      const [kept] = (await second.request('baselines/list', {})).baselines;
      assert.deepEqual(kept, pinned[0]);
      send(second, 31, JSON.stringify(features(31)));
      const again = await second.request('baselines/pin', { ref: refOf(31), set: null });
      assert.deepEqual([again.replaced, again.pinned[0]?.calls], [1, 1]);
      assert.deepEqual(await second.request('baselines/undo', { change: again.change }), { undone: true });
      assert.deepEqual((await second.request('baselines/list', {})).baselines, [kept]);
      const { change } = await second.request('baselines/unpin', { id: kept?.id ?? '' });
      assert.deepEqual((await second.request('baselines/list', {})).baselines, []);
      assert.deepEqual(await second.request('baselines/undo', { change }), { undone: true });
      assert.deepEqual(await second.request('baselines/undo', { change }), { undone: false });
      await second.request('traces/deleteAll', {});
      assert.deepEqual((await second.request('baselines/list', {})).baselines, []);
      await second.stop();
      await assert.rejects(readFile(path.join(dir, 'baselines.json')), /ENOENT/);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });

  it('are put aside, not overwritten, when their file cannot be read', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'spanline-baselines-'));
    try {
      await writeFile(path.join(dir, 'baselines.json'), '{"version": 99}');
      const engine = await startTestEngine({ receiver: false, journal: { dir, limits: JOURNAL_LIMITS } });
      assert.deepEqual(await engine.request('baselines/list', {}), { baselines: [] });
      send(engine, 1, '{"a": 1}');
      await engine.request('baselines/pin', { ref: refOf(1), set: null });
      await engine.stop();
      assert.equal(await readFile(path.join(dir, 'baselines.json.unread'), 'utf8'), '{"version": 99}');
      assert.match(await readFile(path.join(dir, 'baselines.json'), 'utf8'), /"churn"/);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});
