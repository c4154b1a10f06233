import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startTestEngine } from '../support/testEngine.ts';
import { TICKET_TRIAGE, ensureTicketTriage, startTicketTriage } from '../support/ticketTriage.ts';
import { type ArrivedSpan, type TestEngine, arrivedTrace, tracesWhen, text } from './arrivals.ts';

/**
 * A trace as an outline: one line per span, children below their parent by what they contain. Not by time: this SDK
 * rounds starts down to a millisecond, so that brothers in one process may seem to start, and end, in any order.
 */
function outline(spans: readonly ArrivedSpan[], parent = '', depth = 0): string {
  return spans
    .filter(({ details }) => details.parentSpanId === parent)
    .map(({ details }) => {
      const line = `${'  '.repeat(depth)}${details.resource.serviceName}: ${details.name}\n`;
      return line + outline(spans, details.spanId, depth + 1);
    })
    .sort()
    .join('');
}

function named(spans: readonly ArrivedSpan[], name: string): ArrivedSpan {
  const found = spans.filter(({ details }) => details.name === name);
  assert.equal(found.length, 1, `${String(found.length)} spans named ${name}`);
  return found[0]!;
}

const WHOLE = `
gateway: POST /triage
  gateway: POST
    features: POST /features
      features: features.lookup
        features: features.load_customer
        features: features.load_order
  gateway: POST
    model: POST /draft
      model: chat extractive-summary-1
  gateway: POST
    model: POST /predict
      model: model.predict
      model: model.vectorize
  gateway: POST
    retrieval: POST /search
      retrieval: retrieval.search
        retrieval: retrieval.filter
        retrieval: retrieval.rerank
        retrieval: retrieval.score
  gateway: format_response
`;
const FAILING = `
gateway: POST /triage
  gateway: POST
    features: POST /features
      features: features.lookup
        features: features.load_order
`;

describe('the ticket-triage example', () => {
  let engine: TestEngine;
  let printed: string[];
  /** In the order the tickets were sent. */
  let traces: ArrivedSpan[][];
  const SLOW = [3, 8];
  const FAILED = 6;

  before(async () => {
    await ensureTicketTriage();
    engine = await startTestEngine();
    const endpoint = `http://127.0.0.1:${String(engine.httpPort)}`;
    const example = await startTicketTriage({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    try {
      printed = (await example.send(12)).trim().split('\n');
    } finally {
      await example.stop();
    }
    const list = await tracesWhen(engine, (found) => found.filter(({ rootSpanId }) => rootSpanId !== '').length >= 12);
    traces = await Promise.all(list.map(({ traceId }) => arrivedTrace(engine, traceId)));
    const start = (spans: readonly ArrivedSpan[]): bigint => BigInt(named(spans, 'POST /triage').details.start);
    traces.sort((a, b) => Number(start(a) - start(b)));
  });
  after(() => engine.stop());

  it('answers eleven of its twelve tickets', () => {
    assert.deepEqual(
      printed.map((line) => line.slice(0, 3)),
      Array.from({ length: 12 }, (_, i) => (i === FAILED ? '502' : '200')),
    );
  });

  it('makes one trace of four services for each ticket, without a span too many or too few', () => {
    const shapes = traces.map((spans) => outline(spans));
    assert.deepEqual(
      shapes,
      Array.from({ length: 12 }, (_, i) => (i === FAILED ? FAILING : WHOLE).trimStart()),
    );
    assert.deepEqual(
      traces.map((spans) => spans.length),
      Array.from({ length: 12 }, (_, i) => (i === FAILED ? 5 : 20)),
    );
  });

  it('re-ranks 500 documents where the metadata filter is missing, else 20', () => {
    for (const [i, spans] of traces.entries()) {
      if (i === FAILED) continue;
      const search = named(spans, 'retrieval.search');
      const documents = JSON.parse(text(search.attributes['gen_ai.retrieval.documents'])) as { id: string }[];
      assert.equal(documents.length, SLOW.includes(i) ? 500 : 20);
      assert.equal(named(spans, 'retrieval.rerank').attributes['retrieval.documents.count'], BigInt(documents.length));
    }
  });

  it('warns in a log record of the span without a filter', () => {
    for (const i of SLOW) {
      const warnings = named(traces[i]!, 'retrieval.filter').logs.filter(({ severityNumber }) => severityNumber === 13);
      assert.match(JSON.stringify(warnings.map(({ body }) => body)), /no filter for product/);
    }
    assert.deepEqual(named(traces[0]!, 'retrieval.filter').logs, []);
  });

  it('records the exception on the span it comes from and marks every span above', () => {
    const spans = traces[FAILED]!;
    const { events } = named(spans, 'features.load_order');
    assert.equal(events[0]?.attributes['exception.type'], 'TypeError');
    assert.match(text(events[0].attributes['exception.stacktrace']), /src\/features\.ts:\d+:\d+/);
    assert.deepEqual(
      spans.map(({ details }) => details.status.code),
      spans.map(() => 2),
    );
    assert.equal(named(spans, 'POST /triage').attributes['http.response.status_code'], 502n);
  });

  it('says what went into the model and what came out', () => {
    const predict = named(traces[0]!, 'model.predict').attributes;
    const input = JSON.parse(text(predict['model.input_features'])) as Record<string, unknown>;
    assert.match(String(input['text']), /^Refund\./);
    assert.equal(typeof input['order_value'], 'number');
    assert.equal((JSON.parse(text(predict['model.output_prediction'])) as { label: string }).label, 'refund');
    assert.match(text(predict['model.version']), /^1\.0\.0\+[0-9a-f]{8}$/);
    const chat = named(traces[0]!, 'chat extractive-summary-1').attributes;
    const output = JSON.parse(text(chat['gen_ai.output.messages'])) as { parts: { content: string }[] }[];
    assert.match(output[0]?.parts[0]?.content ?? '', /^Hello Ada, /);
  });

  it('carries no code.* attribute', () => {
    const keys = traces.flat().flatMap(({ attributes }) => Object.keys(attributes));
    assert.ok(keys.length > 0);
    assert.deepEqual(
      keys.filter((key) => key.startsWith('code.')),
      [],
    );
  });

  it('passes the type checker', () => {
    const tsc = path.resolve(TICKET_TRIAGE, '../../node_modules/typescript/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', TICKET_TRIAGE], { encoding: 'utf8' });
    assert.equal(stdout, '');
    assert.equal(status, 0);
  });

  it('starts each span with a literal that stands once in its sources', () => {
    const sources = globSync('{*,src/*}.ts', { cwd: TICKET_TRIAGE })
      .map((file) => readFileSync(path.join(TICKET_TRIAGE, file), 'utf8'))
      .join('\n');
    const names = new Set(traces.flat().map(({ details }) => details.name));
    const places = [...names].map((name) => [name, sources.split(`startActiveSpan('${name}'`).length - 1]);
    assert.deepEqual(
      places,
      [...names].map((name) => [name, 1]),
    );
  });
});
