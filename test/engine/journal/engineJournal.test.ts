import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { SpanId, TraceId } from '../../../src/core/model/ids.ts';
import type { JournalStatus } from '../../../src/protocol/engineApi.ts';
import { startTestEngine, type TestEngine, type TestEngineOptions } from '../../support/testEngine.ts';
import { newTraceId, postTraces, traceJson } from '../../support/otlpJson.ts';
import { freshFolder, MemoryFiles, systemError } from './journalRig.ts';

const LIMITS = { keepDays: 7, maxBytes: 512 * 1024 * 1024 };

/** An engine on the folder, stopped after the test. */
async function startOn(t: TestContext, dir: string, more: TestEngineOptions = {}): Promise<TestEngine> {
  const engine = await startTestEngine({ journal: { dir, limits: LIMITS }, ...more });
  t.after(() => engine.stop());
  return engine;
}

async function post(engine: TestEngine, traceId: string, name: string, spanId = '00000000000000aa'): Promise<void> {
  await postTraces(`http://127.0.0.1:${engine.httpPort}`, traceJson(traceId, 'service', [{ name, spanId }]));
}

/** The status once the journal is in this state. */
async function journalIs(engine: TestEngine, fits: (journal: JournalStatus) => boolean): Promise<JournalStatus> {
  const changed = engine.nextEvent('status/changed', ({ journal }) => fits(journal));
  const { journal } = await engine.request('engine/status', {});
  return fits(journal) ? journal : (await changed).journal;
}

const isRead = ({ state, replayedBytes, totalBytes }: JournalStatus): boolean =>
  state === 'ready' && replayedBytes === totalBytes && totalBytes > 0;

describe('an engine with a journal', () => {
  it('has after a restart what it had before, once', async (t) => {
    const dir = freshFolder(t);
    const traceId = newTraceId();
    const first = await startOn(t, dir);
    await post(first, traceId, 'POST /triage');
    await post(first, traceId, 'POST /triage');
    await post(first, traceId, 'predict', '00000000000000ab');
    await first.stop();

    const second = await startOn(t, dir);
    await journalIs(second, isRead);
    const traces = await second.listTraces();
    assert.deepEqual(
      traces.map((trace) => [trace.traceId, trace.name, trace.spanCount]),
      [[traceId, 'POST /triage', 2]],
    );
    assert.equal((await second.request('engine/status', {})).spans, 2);
    await second.stop();
    // It may be compressed by now.
    const third = await startOn(t, dir);
    await journalIs(third, isRead);
    assert.equal((await third.details(traceId as TraceId, '00000000000000ab' as SpanId)).name, 'predict');
  });

  it('has its metrics after a restart, too, and none after all was deleted', async (t) => {
    const dir = freshFolder(t);
    const first = await startOn(t, dir);
    for (const at of [1, 2, 3]) {
      const gauge = { dataPoints: [{ timeUnixNano: String(at), asDouble: at }] };
      const response = await fetch(`http://127.0.0.1:${first.httpPort}/v1/metrics`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'queue', gauge }] }] }] }),
      });
      assert.equal(response.status, 200);
    }
    await first.stop();

    const second = await startOn(t, dir);
    await journalIs(second, isRead);
    const { series } = await second.request('metrics/list', { limit: 10 });
    const { points } = await second.request('metrics/series', { seriesId: series[0]!.seriesId, limit: 10 });
    assert.deepEqual(
      points.map(({ value }) => value),
      [1, 2, 3],
    );
    await second.request('traces/deleteAll', {});
    assert.equal((await second.request('metrics/list', { limit: 10 })).total, 0);
  });

  it('never writes what it refused', async (t) => {
    const files = new MemoryFiles();
    const engine = await startOn(t, '', { journal: { dir: '', limits: LIMITS, files } });
    const response = await fetch(`http://127.0.0.1:${engine.httpPort}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: new Uint8Array([10, 200, 1]),
    });
    assert.equal(response.status, 400);
    assert.deepEqual(
      files.log.filter((entry) => entry.startsWith('append')),
      [],
    );
  });

  it('has written a request when the sender is answered', async (t) => {
    const files = new MemoryFiles();
    const engine = await startOn(t, '', { journal: { dir: '', limits: LIMITS, files } });
    await post(engine, newTraceId(), 'a name to look for');
    assert.ok(files.newest.bytes.includes('a name to look for'));
  });

  it('keeps cleared traces hidden, and can still bring them back', async (t) => {
    const dir = freshFolder(t);
    const first = await startOn(t, dir);
    const [hidden, seenAgain, shown] = [newTraceId(), newTraceId(), newTraceId()];
    await post(first, hidden, 'hidden');
    await post(first, seenAgain, 'seen again');
    await first.request('traces/clear', {});
    await post(first, seenAgain, 'later', '00000000000000ab');
    await post(first, shown, 'shown');
    await first.stop();

    const second = await startOn(t, dir);
    await journalIs(second, isRead);
    const ids = async (): Promise<Set<string>> => new Set((await second.listTraces()).map(({ traceId }) => traceId));
    assert.deepEqual(await ids(), new Set([seenAgain, shown]));
    assert.equal((await second.request('engine/status', {})).cleared, true);
    await second.request('traces/undoClear', {});
    assert.deepEqual(await ids(), new Set([hidden, seenAgain, shown]));
    await second.stop();

    const third = await startOn(t, dir);
    await journalIs(third, isRead);
    assert.equal((await third.request('engine/status', {})).cleared, false);
    assert.equal((await third.listTraces()).length, 3);
  });

  it('keeps traces pinned', async (t) => {
    const dir = freshFolder(t);
    const traceId = newTraceId() as TraceId;
    const first = await startOn(t, dir);
    await post(first, traceId, 'pinned');
    await first.request('traces/pin', { traceId, pinned: true });
    await assert.rejects(first.request('traces/pin', { traceId: newTraceId() as TraceId, pinned: true }), {
      code: 'notFound',
    });
    await first.stop();
    const second = await startOn(t, dir);
    await journalIs(second, isRead);
    assert.deepEqual(
      (await second.listTraces()).map(({ pinned }) => pinned),
      [true],
    );
  });

  it('answers and takes requests while it reads back', async (t) => {
    const dir = freshFolder(t);
    const first = await startOn(t, dir);
    for (let i = 0; i < 200; i++) await post(first, newTraceId(), `old ${i}`);
    await first.stop();
    const second = await startOn(t, dir);
    await post(second, newTraceId(), 'new');
    assert.ok((await second.listTraces()).some(({ name }) => name === 'new'));
    await journalIs(second, isRead);
    assert.equal((await second.request('engine/status', {})).traces, 201);
  });

  it('deletes all traces in memory and on disk, and tells every window', async (t) => {
    const dir = freshFolder(t);
    const first = await startOn(t, dir);
    const traceId = newTraceId();
    await post(first, traceId, 'secret');
    const other = first.connect();
    t.after(() => other.dispose());
    const { viewId } = await other.request('view/open', { traceId: traceId as TraceId });
    const told = new Promise<number>((resolve) => {
      other.on('traces/changed', ({ total }) => {
        if (total === 0) resolve(total);
      });
    });
    assert.deepEqual(await first.request('traces/deleteAll', {}), { deleted: 1 });
    assert.equal(await told, 0);
    await assert.rejects(other.request('view/info', { viewId }), { code: 'notFound' });
    assert.equal((await journalIs(first, () => true)).diskBytes, 0);
    await first.stop();
    const second = await startOn(t, dir);
    assert.equal((await second.request('engine/status', {})).spans, 0);
  });

  it('says when it could not delete a file', async (t) => {
    const files = new MemoryFiles();
    const engine = await startOn(t, '', { journal: { dir: '', limits: LIMITS, files } });
    await post(engine, newTraceId(), 'stuck');
    files.fail = (operation) => (operation === 'remove' ? systemError('EBUSY') : undefined);
    await assert.rejects(engine.request('traces/deleteAll', {}), {
      code: 'failed',
      message: /not all of the disk.*EBUSY/,
    });
    files.fail = () => undefined;
    await engine.request('traces/deleteAll', {});
    assert.equal(files.contents.size, 0);
  });

  it('goes on in memory when the disk is full, says so, and writes again when asked', async (t) => {
    const files = new MemoryFiles();
    const engine = await startOn(t, '', { journal: { dir: '', limits: LIMITS, files } });
    files.space = 10;
    await post(engine, newTraceId(), 'in memory');
    const failed = await journalIs(engine, ({ state }) => state === 'failed');
    assert.match(failed.message, /disk is full/);
    assert.equal((await engine.listTraces()).length, 1);
    files.space = Infinity;
    assert.equal((await engine.request('journal/retry', {})).state, 'ready');
    assert.equal((await journalIs(engine, ({ state }) => state === 'ready')).unwrittenRequests, 1);
  });

  it('writes nothing more when days become 0', async (t) => {
    const files = new MemoryFiles();
    const engine = await startOn(t, '', { journal: { dir: '', limits: LIMITS, files } });
    await engine.request('journal/limits', { keepDays: 0, maxBytes: 1e9 });
    await post(engine, newTraceId(), 'in memory');
    assert.equal(files.contents.size, 0);
    await assert.rejects(engine.request('journal/limits', { keepDays: -1, maxBytes: 1e9 }), { code: 'invalid' });
  });
});
