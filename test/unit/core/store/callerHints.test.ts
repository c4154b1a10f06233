import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SourceHints } from '../../../../src/core/model/source.ts';
import { TraceStore } from '../../../../src/core/store/traceStore.ts';
import { spanIdAt, TRACE_ID, traceFromText, tracesRequest, type TraceTextOptions } from '../../../support/otlpBytes.ts';

function hintsOf(text: string, line: number, options: TraceTextOptions = {}): SourceHints | undefined {
  const store = new TraceStore({ now: () => 0, maxBytes: 64 * 1024 * 1024 });
  store.ingestTraces(traceFromText(text, options));
  return store.hints({ traceId: TRACE_ID, spanId: spanIdAt(line) });
}

const NESTED = `POST /x api 0..90 server http.route=/x http.request.method=POST user.id=7
  predict api 5..80 client gen_ai.system=openai
    POST api 6..79 client http.request.method=POST
      POST /v1 model 7..70 server`;

describe('hints of a span that a library made', () => {
  it('tell the spans around it in the same service, and attributes that say where to look', () => {
    const hints = hintsOf(NESTED, 3);
    const { parent } = hints?.parent ?? {};
    assert.deepEqual([hints?.kind, hints?.parent?.kind, parent?.kind], [3, 3, 2]);
    assert.equal(hints?.parent?.spanName, 'predict');
    assert.deepEqual(parent?.attributes, { 'http.route': '/x', 'http.request.method': 'POST' });
    assert.deepEqual(hints.attributes, { 'http.request.method': 'POST' });
  });

  it('leave out the parent of a span that runs for another service, and of one that a user made', () => {
    assert.equal(hintsOf(NESTED, 4)?.parent, undefined);
    assert.equal(hintsOf('a api 0..9\n  b api 1..2', 2, { scope: 'app.main' })?.parent, undefined);
    const library = hintsOf('a api 0..9\n  b api 1..2', 2, { scope: 'opentelemetry.instrumentation.jinja2' });
    assert.equal(library?.parent?.spanName, 'a');
  });

  it('tell its place among equal siblings, by start, not by arrival', () => {
    const text =
      'a api 0..9\n  GET api 5..6 client\n  POST api 1..2 client\n  GET api 3..4 client\n  GET api 5..7 client';
    assert.deepEqual(
      [2, 3, 4, 5].map((line) => hintsOf(text, line)?.sibling),
      [
        { index: 1, count: 3 },
        { index: 0, count: 1 },
        { index: 0, count: 3 },
        { index: 2, count: 3 },
      ],
    );
    const many = `a api 0..99\n${'  GET api 5..6 client\n'.repeat(9)}`;
    assert.equal(hintsOf(many, 2)?.sibling, undefined);
  });

  it('end where parents go in a circle', () => {
    const store = new TraceStore({ now: () => 0, maxBytes: 64 * 1024 * 1024 });
    const span = { traceId: TRACE_ID, name: 'a', kind: 3, startNs: 1n, endNs: 2n };
    const spans = [
      { ...span, spanId: spanIdAt(1), parentSpanId: spanIdAt(2) },
      { ...span, spanId: spanIdAt(2), parentSpanId: spanIdAt(1) },
    ];
    store.ingestTraces(tracesRequest(spans, { service: 'api' }));
    let depth = 0;
    for (let hints = store.hints({ traceId: TRACE_ID, spanId: spanIdAt(2) }); hints; hints = hints.parent) depth++;
    assert.equal(depth, 6);
  });
});
