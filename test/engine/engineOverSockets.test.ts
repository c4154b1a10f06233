import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SpanRef } from '../../src/core/model/span.ts';
import { VALUE_CHUNK_BYTES, VALUE_INLINE_BYTES } from '../../src/protocol/engineApi.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const ROOT = '00f067aa0ba902b7';
const CHILD = '00f067aa0ba902b8';
const START = 1_700_000_000_000_000_000n;

interface JsonSpan {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly traceId?: string;
}

function attributesOf(values: Readonly<Record<string, string>> = {}): object[] {
  return Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

async function send(engine: TestEngine, spans: readonly JsonSpan[], service = 'model'): Promise<void> {
  const at = (ms: number): string => (START + BigInt(ms) * 1_000_000n).toString();
  const body = {
    resourceSpans: [
      {
        resource: { attributes: attributesOf({ 'service.name': service }) },
        scopeSpans: [
          {
            scope: { name: 'test' },
            spans: spans.map(({ startMs, endMs, attributes, ...span }) => ({
              traceId: TRACE,
              ...span,
              startTimeUnixNano: at(startMs),
              endTimeUnixNano: at(endMs),
              attributes: attributesOf(attributes),
            })),
          },
        ],
      },
    ],
  };
  await post(engine, 'traces', body);
}

async function post(engine: TestEngine, signal: string, body: object): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${engine.httpPort}/v1/${signal}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200, await response.text());
}

describe('an engine with its receiver', () => {
  const prompt = 'Where is my parcel? '.repeat(40_000);
  let engine: TestEngine;
  let child: SpanRef;

  before(async () => {
    engine = await startTestEngine();
    await send(engine, [
      {
        spanId: CHILD,
        parentSpanId: ROOT,
        name: 'model.predict',
        startMs: 100,
        endMs: 400,
        attributes: { 'model.input_features': "{'tenure': 3.2}", 'model.output_prediction': 'refund', prompt },
      },
    ]);
    child = await engine.waitForSpan('model.predict');
  });
  after(() => engine.stop());

  it('lists a child whose parent is still to come as assembling, without a warning', async () => {
    const [trace] = await engine.listTraces();
    assert.equal(trace?.assembling, true);
    assert.equal((await engine.request('view/open', { traceId: child.traceId })).orphanCount, 0);
    assert.equal((await engine.details(child.traceId, child.spanId)).orphan, false);
  });

  it('tells an open view of the parent that arrives later, and puts the child below it', async () => {
    const { viewId } = await engine.request('view/open', { traceId: child.traceId });
    const changed = engine.nextEvent('view/changed', (info) => info.viewId === viewId && info.rowCount === 2);
    await send(engine, [{ spanId: ROOT, name: 'POST /triage', startMs: 0, endMs: 512 }], 'gateway');
    const info = await changed;
    assert.equal(info.summary.name, 'POST /triage');
    const rows = await engine.request('view/rows', { viewId, from: 0, count: 10, anchor: child.spanId });
    assert.deepEqual(rows.names, ['POST /triage', 'model.predict']);
    assert.deepEqual([...rows.depth], [0, 1]);
    assert.deepEqual([...rows.offsetNs], [0, 100e6]);
    assert.deepEqual([...rows.selfNs], [212e6, 300e6]);
    assert.equal(rows.anchorRow, 1);
  });

  it('reads the model call of a span and words its last call', async () => {
    const { call } = await engine.request('span/model', child);
    assert.ok(call?.inputs.some(({ from }) => from === 'model.input_features'));
    const summary = await engine.request('span/summary', child);
    assert.match(summary.input, /tenure/);
    assert.match(summary.output, /refund/);
    assert.equal(summary.durationNs, 300e6);
  });

  it('cuts a long value in the details and pages the whole of it', async () => {
    const { attributes } = await engine.details(child.traceId, child.spanId);
    const value = attributes.find(({ key }) => key === 'prompt')?.value;
    assert.ok(value?.type === 'string' && value.cut);
    assert.ok(value.value.length <= VALUE_INLINE_BYTES);
    assert.equal(value.cut.totalBytes, prompt.length);
    let text = '';
    for (let offset = 0; offset >= 0;) {
      const page = await engine.request('span/value', { ...child, ref: value.cut.ref, offset });
      assert.ok(page.text.length <= VALUE_CHUNK_BYTES);
      text += page.text;
      offset = page.nextOffset;
    }
    assert.equal(text, prompt);
  });

  it('joins log records to their span and says that the status changed', async () => {
    const counted = engine.nextEvent('status/changed', (status) => status.logs === 1);
    const record = {
      traceId: TRACE,
      spanId: CHILD,
      timeUnixNano: START.toString(),
      body: { stringValue: 'low confidence' },
    };
    await post(engine, 'logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
    await counted;
    const { logs } = await engine.request('span/logs', { ...child, from: 0, limit: 10 });
    assert.deepEqual(
      logs.map(({ body }) => body),
      [{ type: 'string', value: 'low confidence' }],
    );
  });

  it('finds the span of a pasted traceparent and gives its hints', async () => {
    const { matches } = await engine.request('traces/find', { text: `traceparent=00-${TRACE}-${CHILD}-01` });
    assert.deepEqual(matches, [{ ...child, name: 'model.predict' }]);
    const hints = await engine.request('span/hints', child);
    assert.deepEqual([hints.serviceName, hints.spanName, hints.scopeName], ['model', 'model.predict', 'test']);
  });

  it('lists signatures with their last span', async () => {
    const { signatures } = await engine.request('signatures/list', {});
    const predict = signatures.find(({ hints }) => hints.spanName === 'model.predict');
    assert.deepEqual([predict?.count, predict?.last], [1, child]);
  });

  it('serves two windows from one store', async () => {
    const window = engine.connect();
    assert.equal((await window.request('traces/list', { limit: 10 })).total, 1);
    window.dispose();
  });

  it('counts a body that is no OTLP and keeps everything as it was', async () => {
    const refused = engine.nextEvent('status/changed', (status) => status.refusedRequests === 1);
    const response = await fetch(`http://127.0.0.1:${engine.httpPort}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: new Uint8Array([0xff, 0xff, 0xff]),
    });
    assert.equal(response.status, 400);
    const status = await refused;
    assert.equal(status.problems[0]?.code, 'malformed');
    assert.equal(status.spans, 2);
  });

  it('hides traces at once and brings them back', async () => {
    assert.deepEqual(await engine.request('traces/clear', {}), { hidden: 1 });
    assert.deepEqual(await engine.listTraces(), []);
    await engine.request('traces/undoClear', {});
    assert.equal((await engine.listTraces()).length, 1);
  });
});
