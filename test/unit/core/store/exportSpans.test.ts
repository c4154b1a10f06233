import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ExportPart, ExportPlace } from '../../../../src/core/store/storeReader.ts';
import { TraceStore } from '../../../../src/core/store/traceStore.ts';
import { decodeOtlp } from '../../../support/otlpProto.ts';
import { group, logRecord, ProtoWriter, request, span, spanIdAt, TRACE_ID } from '../../../support/otlpBytes.ts';
import { storeFixture, traceIdOf } from './storeFixture.ts';

const TRACES = 'ExportTraceServiceRequest';
const LOGS = 'ExportLogsServiceRequest';
const START: ExportPlace = { trace: 0, at: 0 };

const spanOf = (id: number, name: string, traceId: string = TRACE_ID) =>
  span({ traceId, spanId: spanIdAt(id), name, startNs: BigInt(id), endNs: 99n });
const logOf = (id: number, body: string, traceId: string = TRACE_ID) =>
  logRecord({ traceId, ...(id > 0 && { spanId: spanIdAt(id) }), timeNs: BigInt(id), body });

function decodeText(part: ExportPart): string {
  return JSON.stringify(decodeOtlp(LOGS, part.body));
}

/** All parts of an export. */
function collect(next: (from: ExportPlace) => ExportPart, traces: number): ExportPart[] {
  const parts: ExportPart[] = [];
  for (let from = START; from.trace < traces; from = parts.at(-1)!.next) parts.push(next(from));
  return parts;
}

describe('exported traces', () => {
  test('spans come out as they were sent, by resource and scope, with their schema URLs', () => {
    const { store } = storeFixture();
    const extra = new ProtoWriter().all(spanOf(3, 'unknown field').finish()).text(77, 'kept');
    const body = request(
      group([spanOf(1, 'a'), extra], { service: 's', scope: 'lib', scopeVersion: '1', schemaUrl: 'https://r' }),
      new ProtoWriter()
        .message(1, new ProtoWriter())
        .message(2, new ProtoWriter().message(2, spanOf(2, 'b')).text(3, 'https://scope'))
        .text(3, 'https://other'),
    );
    store.ingestTraces(body.slice());
    const { body: exported, records, next } = store.exportSpans([TRACE_ID], START, 1e6);
    assert.equal(records, 3);
    assert.deepEqual(next, { trace: 1, at: 0 });
    const plain = decodeOtlp(TRACES, exported) as { resourceSpans: { scopeSpans: { scope?: unknown }[] }[] };
    // A scope that was not sent comes back as an empty one.
    delete plain.resourceSpans[1]!.scopeSpans[0]!.scope;
    assert.deepEqual(plain, decodeOtlp(TRACES, body));
    assert.ok(Buffer.from(exported).includes(Buffer.from(extra.finish())), 'fields outside the schema are there, too');
  });

  test('parts are as small as asked for, and together the whole', () => {
    const { store } = storeFixture();
    const other = traceIdOf(7);
    for (let id = 1; id <= 40; id++) {
      store.ingestTraces(
        request(group([spanOf(id, `n${id}`), spanOf(id, `m${id}`, other)], { service: `s${id % 3}` })),
      );
    }
    const ids = [TRACE_ID, traceIdOf(99), other];
    const parts = collect((from) => store.exportSpans(ids, from, 200), ids.length);
    assert.ok(parts.length > 10);
    assert.equal(
      parts.reduce((sum, part) => sum + part.records, 0),
      80,
    );
    const copy = new TraceStore({ now: () => 0, maxBytes: 1e9 });
    for (const part of parts) copy.ingestTraces(part.body);
    for (const traceId of [TRACE_ID, other]) {
      for (let id = 1; id <= 40; id++) {
        const ref = { traceId, spanId: spanIdAt(id) };
        assert.deepEqual(copy.details(ref), store.details(ref));
      }
    }
    assert.equal(copy.spanCount, 80);
  });

  test('values that the store keeps once come out with every span that had them', () => {
    const { store } = storeFixture();
    const prompt = 'Tell me about segment rings. '.repeat(1000);
    const spans = [1, 2].map((id) => span({ traceId: TRACE_ID, spanId: spanIdAt(id), attributes: { id, prompt } }));
    const body = request(group(spans, { service: 's', scope: 'l' }));
    store.ingestTraces(body.slice());
    const { body: exported } = store.exportSpans([TRACE_ID], START, 1e6);
    assert.deepEqual(decodeOtlp(TRACES, exported), decodeOtlp(TRACES, body));
  });

  test('of a span sent again the newer content goes out, once', () => {
    const { store } = storeFixture();
    store.ingestTraces(request(group([spanOf(1, 'before'), spanOf(2, 'x')], {})));
    store.ingestTraces(request(group([spanOf(1, 'after')], {})));
    const names = JSON.stringify(decodeOtlp(TRACES, store.exportSpans([TRACE_ID], START, 1e6).body)).match(
      /"name":"\w+"/g,
    );
    assert.deepEqual(names?.sort(), ['"name":"after"', '"name":"x"']);
  });

  test('log records of spans and of the trace alone go out, in parts', () => {
    const { store } = storeFixture();
    const records = Array.from({ length: 30 }, (_, i) => logOf((i % 3) + (i > 27 ? 10 : 0), `line ${i}`));
    store.ingestLogs(request(group(records, { service: 's', scope: 'l', schemaUrl: 'u' })));
    store.ingestTraces(request(group([spanOf(1, 'a'), spanOf(2, 'b')], {})));
    const whole = store.exportLogs([TRACE_ID], START, 1e6);
    assert.equal(whole.records, 28, 'those of spans that are not here stay');
    const parts = collect((from) => store.exportLogs([TRACE_ID], from, 60), 1);
    assert.ok(parts.length > 10);
    const copy = new TraceStore({ now: () => 0, maxBytes: 1e9 });
    for (const part of parts) copy.ingestLogs(part.body);
    // Without their spans the offsets count from elsewhere.
    const logs = (from: TraceStore, id: number) =>
      from.logs({ traceId: TRACE_ID, spanId: spanIdAt(id) }).map((log) => ({ ...log, offsetNs: 0 }));
    for (const id of [1, 2]) assert.deepEqual(logs(copy, id), logs(store, id));
    assert.equal(decodeText(whole).split('"body"').length - 1, 28);
    assert.match(decodeText(whole), /"schemaUrl":"u"/);
  });
});
