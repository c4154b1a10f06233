import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SEGMENT_RECORDS } from '../../../../src/core/store/segmentRing.ts';
import type { TraceStore } from '../../../../src/core/store/traceStore.ts';
import { logsRequest, spanIdAt, TRACE_ID, tracesRequest } from '../../../support/otlpBytes.ts';
import type { SpanInput } from '../../../support/otlpBytes.ts';
import { spanOn, storeFixture } from './storeFixture.ts';
import type { StoreFixture } from './storeFixture.ts';

/** Spans short of the page's end before the message that crosses it. */
const SHORT_OF_END = 6;
const BEFORE = SEGMENT_RECORDS - SHORT_OF_END;

function child(number: number, name = 'kid'): SpanInput {
  return {
    traceId: TRACE_ID,
    spanId: spanIdAt(number),
    ...(number === 1 ? {} : { parentSpanId: spanIdAt(1) }),
    name,
    startNs: 1000n,
    endNs: 2000n,
  };
}

function children(from: number, count: number): SpanInput[] {
  return Array.from({ length: count }, (_, i) => child(from + i));
}

const MESSAGE = tracesRequest(children(1, BEFORE));

/** A store whose segment has room for {@link SHORT_OF_END} more spans in its first page. */
function almostFull(): StoreFixture {
  const fixture = storeFixture();
  // The store owns what it gets.
  fixture.store.ingestTraces(MESSAGE.slice());
  return fixture;
}

/** Everything that follows a handle finds what it leads to. */
function assertReadable(store: TraceStore, spans: number): void {
  assert.equal(store.spanCount, spans);
  const columns = store.columns(spanOn(1).traceId);
  assert.equal(columns?.count, spans);
  assert.equal(store.summary(spanOn(1).traceId)?.spanCount, spans);
  for (const handle of columns.handle.subarray(BEFORE, spans)) assert.notEqual(store.nameOf(handle), '');
}

describe("a message that crosses the end of its segment's page", () => {
  test('may replace a span that came before', () => {
    const { store } = almostFull();
    const result = store.ingestTraces(tracesRequest([...children(BEFORE + 1, 20), child(1, 'renamed')]));
    assert.equal(result.accepted, 21);
    assertReadable(store, BEFORE + 20);
    assert.equal(store.summary(spanOn(1).traceId)?.name, 'renamed');
  });

  test('may hold a span twice beyond it', () => {
    for (const again of ['kid', 'again']) {
      const { store } = almostFull();
      store.ingestTraces(tracesRequest([...children(BEFORE + 1, 20), child(BEFORE + 20, again)]));
      assertReadable(store, BEFORE + 20);
      assert.equal(store.details(spanOn(BEFORE + 20))?.name, again);
    }
  });

  test('may be sent again as a whole', () => {
    const { store } = almostFull();
    const message = tracesRequest(children(BEFORE + 1, 20));
    store.ingestTraces(message);
    assert.equal(store.ingestTraces(message.slice()).accepted, 20);
    assertReadable(store, BEFORE + 20);
  });

  test('may bring nothing new: the page it would have taken serves the next message', () => {
    const { store } = almostFull();
    store.ingestTraces(tracesRequest(children(1, 20)));
    store.ingestTraces(tracesRequest(children(BEFORE + 1, 20)));
    assertReadable(store, BEFORE + 20);
  });

  test('may be many pages long', () => {
    const { store } = almostFull();
    const more = 2 * SEGMENT_RECORDS;
    store.ingestTraces(tracesRequest([...children(BEFORE + 1, more), child(BEFORE + more, 'again')]));
    assertReadable(store, BEFORE + more);
  });

  test('may hold two log records of one span beyond it', () => {
    const { store, draw } = storeFixture();
    draw('op svc 0..1');
    const record = { traceId: TRACE_ID, spanId: spanIdAt(1), body: 'x' };
    const records = (count: number): Uint8Array => logsRequest(Array.from({ length: count }, () => record));
    store.ingestLogs(records(BEFORE));
    assert.equal(store.ingestLogs(records(20)).accepted, 20);
    assert.equal(store.logCount, BEFORE + 20);
    assert.equal(store.logs(spanOn(1)).length, BEFORE + 20);
    store.ingestLogs(records(1));
    assert.equal(store.logs(spanOn(1)).length, BEFORE + 21);
  });

  test('may hold log records of a span that comes after them in the same segment', () => {
    const { store, draw } = storeFixture();
    const records = (count: number, spanId: string): Uint8Array =>
      logsRequest(Array.from({ length: count }, () => ({ traceId: TRACE_ID, spanId, body: 'x' })));
    store.ingestLogs(records(BEFORE, spanIdAt(9)));
    store.ingestLogs(records(20, spanIdAt(1)));
    draw('op svc 0..1');
    assert.equal(store.logs(spanOn(1)).length, 20);
    assert.notEqual(store.columns(spanOn(1).traceId)?.bits[0], 0);
  });
});
