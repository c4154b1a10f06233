import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SpanId, TraceId } from '../../../../src/core/model/ids.ts';
import { TraceStore } from '../../../../src/core/store/traceStore.ts';
import { tracesRequest, type SpanInput } from '../../../support/otlpBytes.ts';

const PRODUCER = 'a'.repeat(32) as TraceId;
const CONSUMER = 'b'.repeat(32) as TraceId;
const SENT = '00000000000000aa' as SpanId;

function newStore(maxBytes = 64 * 1024 * 1024): TraceStore {
  return new TraceStore({ now: () => 1_700_000_000_000, maxBytes, inlineBytes: 1024 });
}

function spanIn(traceId: string, spanId: string, more: Partial<SpanInput> = {}): SpanInput {
  return { traceId, spanId, name: `span ${spanId}`, kind: 1, startNs: 1_000n, endNs: 2_000n, ...more };
}

function linking(spanId: string, links = [{ traceId: PRODUCER, spanId: SENT }]): SpanInput {
  return spanIn(CONSUMER, spanId, { links });
}

const from = (store: TraceStore) => store.details({ traceId: PRODUCER, spanId: SENT })?.linkedFrom;

describe('links', () => {
  it('are found from the span they lead to, whichever came first', () => {
    for (const order of [0, 1]) {
      const store = newStore();
      const bodies = [
        tracesRequest([spanIn(PRODUCER, SENT)]),
        tracesRequest([linking('00000000000000b1'), linking('00000000000000b2')], { service: 'worker' }),
      ];
      for (const body of order === 0 ? bodies : bodies.toReversed()) store.ingestTraces(body);
      assert.deepEqual(from(store)?.spans[0], {
        traceId: CONSUMER,
        spanId: '00000000000000b1',
        name: 'span 00000000000000b1',
        serviceName: 'worker',
      });
      assert.equal(from(store)?.total, 2);
      assert.deepEqual([...store.linkedSpans(PRODUCER)], [SENT]);
      assert.deepEqual([...store.linkedSpans(CONSUMER)], []);
    }
  });

  it('count once when their span is sent again, and anew when it is sent with others', () => {
    const store = newStore();
    store.ingestTraces(tracesRequest([spanIn(PRODUCER, SENT), linking('00000000000000b1')]));
    store.ingestTraces(tracesRequest([linking('00000000000000b1')]));
    assert.equal(from(store)?.total, 1);
    store.ingestTraces(tracesRequest([linking('00000000000000b1', [])]));
    assert.equal(from(store), undefined);
  });

  it('make the trace they lead to one that changed', () => {
    const store = newStore();
    store.ingestTraces(tracesRequest([spanIn(PRODUCER, SENT)]));
    store.takeChanges();
    const before = store.columns(PRODUCER)?.revision ?? 0;
    store.ingestTraces(tracesRequest([linking('00000000000000b1')]));
    assert.ok(store.takeChanges().touched.has(PRODUCER));
    assert.ok((store.columns(PRODUCER)?.revision ?? 0) > before);
  });

  it('of traces that were cleared are not told', () => {
    const store = newStore();
    store.ingestTraces(tracesRequest([linking('00000000000000b1')]));
    store.clear();
    store.ingestTraces(tracesRequest([spanIn(PRODUCER, SENT)]));
    assert.equal(from(store), undefined);
    store.undoClear();
    assert.equal(from(store)?.total, 1);
  });

  it('with ids of another length lead nowhere, and 128 of a span are kept', () => {
    const store = newStore();
    const odd = [
      { traceId: 'ab', spanId: SENT },
      { traceId: PRODUCER, spanId: 'ab' },
    ] as never;
    store.ingestTraces(tracesRequest([spanIn(PRODUCER, SENT), linking('00000000000000b1', odd)]));
    assert.equal(from(store), undefined);
    const many = Array.from({ length: 1000 }, () => ({ traceId: PRODUCER, spanId: SENT }));
    store.ingestTraces(tracesRequest([linking('00000000000000b2', many)]));
    assert.equal(from(store)?.total, 128);
  });

  it('go with the segment that holds their span', () => {
    const store = newStore(2 * 1024 * 1024);
    store.ingestTraces(tracesRequest([linking('00000000000000b1')]));
    for (let batch = 0; batch < 200 && store.summary(CONSUMER); batch++) {
      const spans = Array.from({ length: 2000 }, (_, at) =>
        spanIn('c'.repeat(32), (batch * 2000 + at + 1).toString(16).padStart(16, '0')),
      );
      store.ingestTraces(tracesRequest(spans));
    }
    assert.equal(store.summary(CONSUMER), undefined);
    assert.equal(store.linkedSpans(PRODUCER).size, 0);
  });
});
