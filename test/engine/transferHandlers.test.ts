import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { TraceId } from '../../src/core/model/ids.ts';
import { startTestEngine } from '../support/testEngine.ts';
import { logsRequest, spanIdAt, TRACE_ID, traceFromText } from '../support/otlpBytes.ts';

const OTHER = 'b'.repeat(32) as TraceId;
const engine = await startTestEngine({ receiver: false });
after(() => engine.stop());

test('what is imported is there, and comes out again', async () => {
  const first = traceFromText('GET /a gateway 0..250 server error\n  load db 10..20');
  const second = traceFromText('GET /b worker 0..5', { traceId: OTHER });
  assert.deepEqual(await engine.request('traces/import', { signal: 'traces', body: first }), {
    accepted: 2,
    rejected: 0,
    message: '',
  });
  await engine.request('traces/import', { signal: 'traces', body: second });
  const logs = logsRequest([{ traceId: TRACE_ID, spanId: spanIdAt(1), timeNs: 1n, body: 'hi' }]);
  await engine.request('traces/import', { signal: 'logs', body: logs });

  const from = { trace: 0, at: 0 };
  const traceIds = [TRACE_ID, OTHER];
  const spans = await engine.request('traces/export', { traceIds, signal: 'traces', from, maxBytes: 1e6 });
  assert.equal(spans.records, 3);
  assert.deepEqual(spans.next, { trace: 2, at: 0 });
  const part = await engine.request('traces/export', { traceIds, signal: 'traces', from, maxBytes: 1 });
  assert.deepEqual([part.records, part.next], [1, { trace: 0, at: 1 }]);
  const records = await engine.request('traces/export', { traceIds, signal: 'logs', from, maxBytes: 1e6 });
  assert.equal(records.records, 1);

  const copy = await startTestEngine({ receiver: false });
  after(() => copy.stop());
  await copy.request('traces/import', { signal: 'traces', body: spans.body });
  await copy.request('traces/import', { signal: 'logs', body: records.body });
  for (const traceId of traceIds) {
    assert.deepEqual(await copy.details(traceId, spanIdAt(1)), await engine.details(traceId, spanIdAt(1)));
  }
});

test('a filter finds traces and counts those beyond the limit', async () => {
  const names = async (filter: string, limit = 10) => {
    const { traces, matched, total } = await engine.request('traces/query', { filter, limit });
    return [traces.map(({ name }) => name), matched, total];
  };
  assert.deepEqual(await names('service:db'), [['GET /a'], 1, 2]);
  assert.deepEqual(await names('dur<10ms'), [['GET /b'], 1, 2]);
  assert.deepEqual((await names('name:get', 1)).slice(1), [2, 2]);
  assert.deepEqual((await names('', 1)).slice(1), [2, 2]);
  await assert.rejects(engine.request('traces/query', { filter: 'dur>5', limit: 1 }), {
    code: 'invalid',
    message: /Column 5: A duration is a number/,
  });
});

test('what is no request is refused and changes nothing', async () => {
  const before = await engine.request('engine/status', {});
  await assert.rejects(engine.request('traces/import', { signal: 'traces', body: new Uint8Array([1, 2, 3]) }), {
    code: 'invalid',
    message: /not valid OTLP protobuf/,
  });
  await assert.rejects(engine.request('traces/import', { signal: 'traces', body: [1] as unknown as Uint8Array }), {
    code: 'invalid',
    message: /body: bytes/,
  });
  await assert.rejects(
    engine.request('traces/export', {
      traceIds: ['x' as TraceId],
      signal: 'logs',
      from: { trace: 0, at: 0 },
      maxBytes: 5,
    }),
    { code: 'invalid', message: /trace ids of 32 hex digits/ },
  );
  assert.deepEqual(await engine.request('engine/status', {}), before);
});
