import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { TraceStore } from '../../../src/core/store/traceStore.ts';
import { decodeOtlp } from '../../support/otlpProto.ts';
import { assertRefused, JSON_TYPE, PROTOBUF, send, startRig } from './receiverRig.ts';

const SPAN = { traceId: '80f1da5e10147519', id: '90394f6bcffb5d13', name: 'get', timestamp: 1_700_000_000_000_000 };
const BODY = JSON.stringify([SPAN]);
const path = '/api/v2/spans';

describe('Zipkin spans', () => {
  it('are answered 202 with an empty body and handed on as OTLP traces', async (t) => {
    const rig = await startRig(t);
    const answer = await send(rig.httpPort, { path, headers: JSON_TYPE, body: BODY });
    assert.equal(answer.status, 202);
    assert.equal(answer.body.byteLength, 0);
    const { signal, body } = rig.ingested[0]!;
    assert.equal(signal, 'traces');
    const { resourceSpans } = decodeOtlp('ExportTraceServiceRequest', body) as {
      resourceSpans: readonly { scopeSpans: readonly { spans: readonly { name: string; spanId: string }[] }[] }[];
    };
    assert.equal(resourceSpans[0]!.scopeSpans[0]!.spans[0]!.spanId, SPAN.id);
  });

  it('may be compressed, and come below a prefix', async (t) => {
    const rig = await startRig(t);
    const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    assert.equal(
      (await send(rig.httpPort, { path: '/zipkin/api/v2/spans', headers, body: gzipSync(BODY) })).status,
      202,
    );
    assert.equal(rig.ingested.length, 1);
  });

  it('are refused whole with the place where they break, and nothing is stored', async (t) => {
    const store = new TraceStore({ now: Date.now, maxBytes: 2 ** 24 });
    const rig = await startRig(t, { ingest: (_signal, body) => store.ingestTraces(body) });
    const body = JSON.stringify([SPAN, { ...SPAN, id: 'x' }]);
    assert.equal((await send(rig.httpPort, { path, headers: JSON_TYPE, body })).status, 400);
    assertRefused(rig, 'malformed', /not valid Zipkin v2 JSON: \[1\]\.id: expected 16 hex digits .*\(byte 133\)/);
    assert.equal(store.spanCount, 0);
  });

  it('that go to the path of OTLP are told where they belong', async (t) => {
    const rig = await startRig(t);
    assert.equal((await send(rig.httpPort, { headers: JSON_TYPE, body: BODY })).status, 400);
    assertRefused(rig, 'malformed', /If these are Zipkin spans, POST them to \/api\/v2\/spans/);
  });

  for (const [name, sentPath, headers, message] of [
    ['in protobuf', path, PROTOBUF, /x-protobuf is not taken for Zipkin spans: send v2 JSON/],
    ['in thrift', path, { 'content-type': 'application/x-thrift' }, /not protobuf or thrift/],
    ['of v1', '/api/v1/spans', JSON_TYPE, /Zipkin v1 \(JSON and thrift\) is not taken/],
    [
      'of v1 in thrift',
      '/api/v1/spans',
      { 'content-type': 'application/x-thrift' },
      /send v2 JSON to \/api\/v2\/spans/,
    ],
  ] as const) {
    it(`${name} are refused with 415`, async (t) => {
      const rig = await startRig(t);
      assert.equal((await send(rig.httpPort, { path: sentPath, headers, body: BODY })).status, 415);
      assertRefused(rig, 'unsupportedType', message);
    });
  }

  it('from a foreign web page are refused', async (t) => {
    const rig = await startRig(t);
    const headers = { ...JSON_TYPE, origin: 'https://example.com' };
    assert.equal((await send(rig.httpPort, { path, headers, body: BODY })).status, 403);
  });

  it('cannot be read back', async (t) => {
    const rig = await startRig(t);
    assert.equal((await send(rig.httpPort, { path, method: 'GET' })).status, 405);
  });
});
