import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guessSignal } from '../../../src/engine/receiver/guessSignal.ts';
import { encodeOtlp } from '../../support/otlpProto.ts';
import { JSON_TYPE, send, startRig } from './receiverRig.ts';

const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
const scope = { name: 'scope' };
const traces = (...spans: readonly object[]): Uint8Array =>
  encodeOtlp('ExportTraceServiceRequest', { resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }] });
const logs = (...logRecords: readonly object[]): Uint8Array =>
  encodeOtlp('ExportLogsServiceRequest', { resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords }] }] });
const metrics = (...one: readonly object[]): Uint8Array =>
  encodeOtlp('ExportMetricsServiceRequest', {
    resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics: one }] }],
  });

const SPAN = {
  traceId: Buffer.alloc(16, 1),
  spanId: Buffer.alloc(8, 2),
  name: 'GET /',
  startTimeUnixNano: 1e18,
  endTimeUnixNano: 1e18,
};
const LOG = { timeUnixNano: 1e18, severityNumber: 9, severityText: 'INFO', body: { stringValue: 'said' } };
const POINTS = { dataPoints: [{ timeUnixNano: 1e18, asDouble: 1 }] };
const GAUGE = { name: 'sixteen.bytes.id', description: '8 bytes!', unit: '1', gauge: POINTS };

describe('the signal of a body posted to /', () => {
  for (const [name, body, signal] of [
    ['spans', traces(SPAN), 'traces'],
    ['log records', logs(LOG), 'logs'],
    ['log records that were only observed', logs({ observedTimeUnixNano: 1e18 }), 'logs'],
    ['a gauge whose name and description are as long as ids', metrics(GAUGE), 'metrics'],
    ['a sum', metrics({ name: 'n', sum: POINTS }), 'metrics'],
    ['a histogram', metrics({ name: 'n', histogram: POINTS }), 'metrics'],
    ['an exponential histogram', metrics({ name: 'n', exponentialHistogram: POINTS }), 'metrics'],
    ['a summary', metrics({ name: 'n', summary: POINTS }), 'metrics'],
    ['a record that tells nothing before one that does', logs({ severityText: 'x' }, LOG), 'logs'],
    ['nothing', Buffer.alloc(0), 'traces'],
    ['a resource without records', traces(), undefined],
    ['text', Buffer.from('<html><body>hello</body></html>'), undefined],
    ['a request that lacks its last byte', traces(SPAN).subarray(0, -1), 'traces'],
    ['a truncated request', traces(SPAN).subarray(0, 40), undefined],
    ['an endless varint', Buffer.alloc(40, 0xff), undefined],
    ['a length beyond 2^53', Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]), undefined],
  ] as const) {
    it(`is ${signal ?? 'unknown'} for ${name} in protobuf`, () => {
      assert.equal(guessSignal('protobuf', body), signal);
    });
  }

  for (const [body, signal] of [
    ['{"resourceSpans":[]}', 'traces'],
    [' {\n "resource_spans" : []}', 'traces'],
    ['{"resourceLogs":[{"x":"resourceSpans"}]}', 'logs'],
    ['{"resourceMetrics":[]}', 'metrics'],
    ['{}', 'traces'],
    ['[]', undefined],
    ['', undefined],
  ] as const) {
    it(`is ${signal ?? 'unknown'} for ${JSON.stringify(body)} in JSON`, () => {
      assert.equal(guessSignal('json', Buffer.from(body)), signal);
    });
  }

  it('is what the sink is asked for', async (t) => {
    const rig = await startRig(t);
    assert.equal((await send(rig.httpPort, { path: '/', body: logs(LOG) })).status, 200);
    assert.equal(
      (await send(rig.httpPort, { path: '/', headers: JSON_TYPE, body: '{"resourceMetrics":[]}' })).status,
      200,
    );
    assert.deepEqual(
      rig.ingested.map((one) => one.signal),
      ['logs', 'metrics'],
    );
  });

  it('that cannot be told is refused with 404 and the right paths', async (t) => {
    const rig = await startRig(t);
    const answer = await send(rig.httpPort, { path: '/', body: 'hello' });
    assert.equal(answer.status, 404);
    assert.match((await rig.problem('notFound')).message, /\/v1\/traces, \/v1\/logs or \/v1\/metrics/);
    assert.equal(rig.ingested.length, 0);
  });
});
