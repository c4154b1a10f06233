import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { SpanId, TraceId } from '../../src/core/model/ids.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import type { FindQuery, FindState } from '../../src/protocol/findApi.ts';
import { logsRequest, spanIdAt, traceFromText, tracesRequest, type SpanInput } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';

let engine: TestEngine;
before(async () => {
  engine = await startTestEngine({ receiver: false });
});
after(() => engine.stop());

let traces = 0;
const SHAPE = `
POST /triage      gateway    0..900 server http.route=/triage
  fetch_features  features  10..60
    redis get     features  20..30 key=user:7
  model_predict   model     70..850 model.name=clf error:boom
    load          model     80..200 size=42
`;

async function openView(text = SHAPE): Promise<{ viewId: number; traceId: TraceId }> {
  const traceId = (++traces).toString(16).padStart(32, 'd') as TraceId;
  engine.store.ingestTraces(traceFromText(text, { traceId }));
  const { viewId } = await engine.request('view/open', { traceId });
  return { viewId, traceId };
}

function query(text: string, options: Partial<FindQuery> = {}): FindQuery {
  return { text, matchCase: false, wholeWord: false, regex: false, ...options };
}

/** Starts a search and waits until everything was looked at. */
async function found(viewId: number, text: string, options: Partial<FindQuery> = {}): Promise<FindState> {
  let state = await engine.request('find/start', { viewId, at: '', ...query(text, options) });
  const { findId } = state;
  while (state.searching) {
    state = await engine.request('find/state', { viewId, findId, version: state.version, at: '' });
  }
  return state;
}

async function names(viewId: number): Promise<readonly string[]> {
  return (await engine.request('view/rows', { viewId, from: 0, count: 100, anchor: '' })).names;
}

async function step(viewId: number, findId: number, from: SpanId | '', forward = true, stay = false) {
  const { spanId, state, wrapped, places, row } = await engine.request('find/step', {
    viewId,
    findId,
    from,
    forward,
    stay,
  });
  return { spanId, of: `${state.ordinal} of ${state.total}`, wrapped, places, row };
}

describe('finding', () => {
  test('counts spans, goes through them in the order of rows, and around', async () => {
    const { viewId } = await openView();
    const { findId, total, kind } = await found(viewId, 'features');
    assert.deepEqual([total, kind], [2, 'text']);
    const first = await step(viewId, findId, '');
    assert.deepEqual([first.spanId, first.of, first.wrapped], [spanIdAt(2), '1 of 2', false]);
    const second = await step(viewId, findId, spanIdAt(2));
    assert.deepEqual([second.spanId, second.of, second.wrapped], [spanIdAt(3), '2 of 2', false]);
    const around = await step(viewId, findId, spanIdAt(3));
    assert.deepEqual([around.spanId, around.of, around.wrapped], [spanIdAt(2), '1 of 2', true]);
    const back = await step(viewId, findId, spanIdAt(2), false);
    assert.deepEqual([back.spanId, back.wrapped], [spanIdAt(3), true]);
    const before = await step(viewId, findId, spanIdAt(5), false);
    assert.deepEqual([before.spanId, before.wrapped], [spanIdAt(3), false]);
    const stays = await step(viewId, findId, spanIdAt(3), true, true);
    assert.equal(stays.spanId, spanIdAt(3));
  });

  test('finds what is folded away, opens it, and says where it is', async () => {
    const { viewId } = await openView();
    await engine.request('view/fold', { viewId, spanId: spanIdAt(1), expanded: false, recursive: true });
    const { findId, view } = await found(viewId, 'user:7');
    const marks = await engine.request('find/rows', { viewId, findId, revision: view.revision, from: 0, count: 10 });
    assert.deepEqual([...marks], [2], 'below the folded root');
    const { places, row } = await step(viewId, findId, '');
    assert.deepEqual(await names(viewId), ['POST /triage', 'fetch_features', 'redis get', 'model_predict']);
    assert.equal(row, 2);
    assert.deepEqual(places, [{ place: 'attribute', key: 'key', text: 'user:7', start: 0, end: 6 }]);
  });

  test('shows what is found and what is above it alone, under its folds, and everything again', async () => {
    const { viewId } = await openView();
    await found(viewId, 'redis');
    const only = await engine.request('find/only', { viewId, only: true });
    assert.equal(only.rowCount, 3);
    assert.deepEqual(await names(viewId), ['POST /triage', 'fetch_features', 'redis get']);
    await engine.request('view/fold', { viewId, spanId: spanIdAt(2), expanded: false, recursive: false });
    assert.deepEqual(await names(viewId), ['POST /triage', 'fetch_features']);
    // Another search keeps to it; without a hit there is nothing to keep to.
    await found(viewId, 'boom');
    assert.deepEqual(await names(viewId), ['POST /triage', 'model_predict']);
    const nothing = await found(viewId, 'nowhere');
    assert.deepEqual([nothing.total, nothing.view.rowCount], [0, 4]);
    await found(viewId, 'boom');
    const { row } = await engine.request('view/locate', { viewId, spanId: spanIdAt(5), reveal: true });
    assert.equal(row, 2, 'a span that is gone to gets its row');
    await engine.request('find/stop', { viewId });
    assert.deepEqual(await names(viewId), ['POST /triage', 'fetch_features', 'model_predict', 'load']);
  });

  test('reads a text that names fields as a filter, and other texts with colons as texts', async () => {
    const { viewId } = await openView();
    assert.deepEqual(pick(await found(viewId, 'status:error')), ['filter', 1]);
    assert.deepEqual(pick(await found(viewId, 'service:features dur>20ms')), ['filter', 1]);
    assert.deepEqual(pick(await found(viewId, 'model.name=clf')), ['filter', 1]);
    assert.deepEqual(pick(await found(viewId, 'user:7')), ['text', 1]);
    assert.deepEqual(pick(await found(viewId, 'status:error', { matchCase: true })), ['text', 0]);
    assert.deepEqual(pick(await found(viewId, 'redis get')), ['text', 1]);
  });

  test('says what is wrong with an expression, and finds nothing', async () => {
    const { viewId } = await openView();
    const { problem, total } = await found(viewId, 'a(', { regex: true });
    assert.match(problem, /missing|paren/i);
    assert.equal(total, 0);
    assert.equal((await found(viewId, '^re.*t$', { regex: true })).total, 1);
  });

  test('marks the pixels where spans that are found start', async () => {
    const { viewId } = await openView();
    const { findId } = await found(viewId, 'model');
    const marks = await engine.request('find/marks', { viewId, findId, pixels: 9 });
    assert.deepEqual([...marks], [1, 0, 0, 0, 0, 0, 0, 0, 0]);
    const { findId: other } = await found(viewId, 'nowhere');
    assert.deepEqual([...(await engine.request('find/marks', { viewId, findId: other, pixels: 3 }))], [0, 0, 0]);
  });

  test('stops when another search begins: what waits for the first is cancelled', async () => {
    const { viewId } = await openView();
    const first = await found(viewId, 'features');
    const waits = engine.request('find/state', { viewId, findId: first.findId, version: first.version, at: '' });
    const [one, two] = [
      engine.request('find/start', { viewId, at: '', ...query('boo') }),
      engine.request('find/start', { viewId, at: '', ...query('boom') }),
    ];
    const cancelled = (error: unknown): boolean => error instanceof ProtocolError && error.code === 'cancelled';
    await assert.rejects(waits, cancelled);
    await assert.rejects(one, cancelled);
    assert.equal((await two).total, 1);
    await assert.rejects(step(viewId, first.findId, ''), cancelled);
  });

  test('goes on in a trace that grows, log records too', async () => {
    const { viewId, traceId } = await openView();
    const state = await found(viewId, 'late');
    assert.equal(state.total, 0);
    const { findId } = state;
    const changed = engine.request('find/state', { viewId, findId, version: state.version, at: '' });
    const span: SpanInput = {
      traceId,
      spanId: spanIdAt(90),
      parentSpanId: spanIdAt(1),
      name: 'too late',
      startNs: 5n,
      endNs: 6n,
    };
    engine.engine.ingest('traces', tracesRequest([span]));
    engine.engine.ingest('logs', logsRequest([{ traceId, spanId: spanIdAt(2), timeNs: 1n, body: 'late, too' }]));
    let next = await changed;
    while (next.searching || next.total < 2) {
      next = await engine.request('find/state', { viewId, findId, version: next.version, at: spanIdAt(90) });
    }
    assert.equal(next.total, 2);
  });

  test("is refused for a view that is closed or another client's", async () => {
    const { viewId } = await openView();
    const other = engine.connect();
    await assert.rejects(other.request('find/start', { viewId, at: '', ...query('x') }), /not open/);
    await engine.request('view/close', { viewId });
    await assert.rejects(engine.request('find/start', { viewId, at: '', ...query('x') }), /not open/);
    other.dispose();
  });
});

function pick({ kind, total }: FindState): readonly [string, number] {
  return [kind, total];
}
