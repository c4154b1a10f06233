import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { transcodeJson } from '../../../src/core/otlp/jsonTranscoder.ts';
import { TraceStore } from '../../../src/core/store/traceStore.ts';
import { sureSignal } from '../../../src/engine/receiver/guessSignal.ts';
import {
  assertRefused,
  callGrpc,
  grpcMessage,
  grpcStatus,
  JSON_TYPE,
  LOGS_EXPORT,
  METRICS_EXPORT,
  openHttp2,
  send,
  startRig,
  TRACE_EXPORT,
} from './receiverRig.ts';

const SIGNALS = ['traces', 'logs', 'metrics'] as const;
type Signal = (typeof SIGNALS)[number];
const METHOD: Record<Signal, string> = { traces: TRACE_EXPORT, logs: LOGS_EXPORT, metrics: METRICS_EXPORT };
const ID = '00f067aa0ba902b7';
const POINT = { timeUnixNano: '1700000000000000000', asDouble: 1 };

/** One request of each signal, as OTLP/JSON text. */
const JSON_TEXT: Record<Signal, string> = {
  traces: request('Spans', 'spans', {
    traceId: ID + ID,
    spanId: ID,
    name: 'GET /',
    startTimeUnixNano: '1700000000000000000',
    endTimeUnixNano: '1700000000000000001',
  }),
  logs: request('Logs', 'logRecords', { timeUnixNano: '1700000000000000000', body: { stringValue: 'said' } }),
  metrics: request('Metrics', 'metrics', { name: 'requests', gauge: { dataPoints: [POINT] } }),
};

function request(group: string, list: string, record: object): string {
  return JSON.stringify({ [`resource${group}`]: [{ [`scope${group}`]: [{ [list]: [record] }] }] });
}

function protobuf(signal: Signal, text = JSON_TEXT[signal]): Uint8Array {
  return transcodeJson(signal, Buffer.from(text));
}

describe("a body of one signal posted to another's path", () => {
  for (const path of SIGNALS) {
    for (const sent of SIGNALS) {
      if (path === sent) continue;
      const message = new RegExp(
        `These are ${sent}, sent where ${path} belong; POST them to /v1/${sent} .*` +
          `OTEL_EXPORTER_OTLP_${sent.toUpperCase()}_ENDPOINT takes the whole address`,
      );

      it(`is refused with 400 and the right path: ${sent} in protobuf on /v1/${path}`, async (t) => {
        const rig = await startRig(t);
        const answer = await send(rig.httpPort, { path: `/v1/${path}`, body: protobuf(sent) });
        assert.equal(answer.status, 400);
        assertRefused(rig, 'wrongSignal', message);
      });

      it(`is refused with 400 and the right path: ${sent} in JSON on /v1/${path}`, async (t) => {
        const rig = await startRig(t);
        const answer = await send(rig.httpPort, { path: `/v1/${path}`, headers: JSON_TYPE, body: JSON_TEXT[sent] });
        assert.equal(answer.status, 400);
        assert.match((JSON.parse(answer.body.toString()) as { message: string }).message, message);
        assertRefused(rig, 'wrongSignal', message);
      });

      it(`is refused with 3 (INVALID_ARGUMENT): ${sent} sent to ${METHOD[path]}`, async (t) => {
        const rig = await startRig(t);
        const session = await openHttp2(t, rig.grpcPort);
        const answer = await callGrpc(session, protobuf(sent), { ':path': METHOD[path] });
        assert.equal(grpcStatus(answer), 3);
        assert.match(grpcMessage(answer), message);
        assertRefused(rig, 'wrongSignal', /Service\/Export\)/);
      });
    }
  }

  it('is told by snake_case names of JSON too', async (t) => {
    const rig = await startRig(t);
    const answer = await send(rig.httpPort, { headers: JSON_TYPE, body: '{"resource_logs":[]}' });
    assert.equal(answer.status, 400);
    assertRefused(rig, 'wrongSignal', /These are logs/);
  });

  it('is refused where it would pass for a span: a gauge whose name and description are as long as ids', async (t) => {
    const gauge = { name: 'sixteen.bytes.id', description: '8 bytes!', unit: '1', gauge: { dataPoints: [POINT] } };
    const body = protobuf('metrics', request('Metrics', 'metrics', gauge));
    // Without the guard the store takes it.
    const store = new TraceStore({ now: Date.now, maxBytes: 2 ** 24 });
    assert.equal(store.ingestTraces(body.slice()).accepted, 1);
    const rig = await startRig(t);
    assert.equal((await send(rig.httpPort, { body })).status, 400);
    assertRefused(rig, 'wrongSignal', /These are metrics/);
  });
});

describe('a body whose signal cannot be told for sure', () => {
  for (const [name, signal, record] of [
    ['a span of ids and a name', 'traces', { traceId: ID + ID, spanId: ID, name: 'x' }],
    ['a span with attributes and no times', 'traces', { traceId: ID + ID, attributes: [{ key: 'k' }] }],
    ['a log record of a body', 'logs', { body: { stringValue: 'said' } }],
    ['a metric without points', 'metrics', { name: 'n', gauge: {} }],
  ] as const) {
    it(`is left to its reader: ${name}`, () => {
      const list = { traces: 'spans', logs: 'logRecords', metrics: 'metrics' }[signal];
      const group = { traces: 'Spans', logs: 'Logs', metrics: 'Metrics' }[signal];
      assert.equal(sureSignal(protobuf(signal, request(group, list, record))), undefined);
    });
  }

  it('is looked for in the first records only', () => {
    const records = Array.from({ length: 1000 }, () => ({ body: { stringValue: 'said' } }));
    const told = [...records, { severityNumber: 9 }];
    const body = (list: readonly object[]): Uint8Array =>
      protobuf('logs', JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: list }] }] }));
    assert.equal(sureSignal(body(told)), undefined);
    assert.equal(sureSignal(body(told.slice(-2))), 'logs');
  });
});
