import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TraceStore } from '../../../../src/core/store/traceStore.ts';
import { logsRequest, spanIdAt, tracesRequest } from '../../../support/otlpBytes.ts';
import type { SpanInput } from '../../../support/otlpBytes.ts';
import type { TraceId } from '../../../../src/core/model/ids.ts';
import { spanOn, storeFixture } from './storeFixture.ts';

/** About fifteen hundred spans of 160 bytes in each of eight segments, which are as small as they get. */
const LIMIT = 2_100_000;

function traceIdOf(trace: number): TraceId {
  return `f${trace.toString(16).padStart(31, '0')}` as TraceId;
}

function root(trace: number, more: Partial<SpanInput> = {}): SpanInput {
  return {
    traceId: traceIdOf(trace),
    spanId: spanIdAt(trace),
    name: 'POST /triage',
    startNs: BigInt(trace) * 1000n,
    endNs: BigInt(trace) * 1000n + 100n,
    attributes: { number: trace },
    ...more,
  };
}

/** Sends one trace each second, `from .. to`, and makes `special` out of some. */
function flood(
  store: TraceStore,
  clock: { ms: number },
  from: number,
  to: number,
  special: (trace: number) => Partial<SpanInput> = () => ({}),
): void {
  for (let trace = from; trace < to; trace++) {
    clock.ms += 1000;
    store.ingestTraces(tracesRequest([root(trace, special(trace))]));
  }
}

const has = (store: TraceStore, trace: number): boolean => store.summary(traceIdOf(trace)) !== undefined;

describe('eviction keeps what matters', () => {
  test('of traces with errors, with their log records', () => {
    const { store, clock } = storeFixture({ maxBytes: LIMIT });
    const failed = (trace: number): Partial<SpanInput> =>
      trace === 7 ? { status: { code: 2, message: 'no stock' } } : {};
    store.ingestLogs(logsRequest([{ traceId: traceIdOf(7), spanId: spanIdAt(7), body: 'why', timeNs: 5n }]));
    flood(store, clock, 1, 15_000, failed);
    assert.ok(store.evictedSpans > 2_500, `${String(store.evictedSpans)} evicted`);
    assert.equal(has(store, 6), false);
    assert.equal(has(store, 8), false);
    assert.equal(store.summary(traceIdOf(7))?.errorCount, 1);
    const details = store.details(spanOn(7, traceIdOf(7)));
    assert.equal(details?.status.message, 'no stock');
    assert.deepEqual(details.attributes, [{ key: 'number', value: { type: 'int', value: '7' } }]);
    assert.equal(details.logCount, 1);
    assert.deepEqual(
      store.logs(spanOn(7, traceIdOf(7))).map(({ body }) => body),
      [{ type: 'string', value: 'why' }],
    );
    assert.equal(store.spanCount + store.evictedSpans, 14_999);
    assert.ok(store.heldBytes <= LIMIT);
  });

  test('of traces that were slow for their kind', () => {
    const { store, clock } = storeFixture({ maxBytes: LIMIT });
    flood(store, clock, 1, 15_000, (trace) => (trace === 9 ? { endNs: 1_000_000n } : {}));
    assert.equal(has(store, 9), true);
    assert.equal(has(store, 10), false);
    assert.equal(store.summary(traceIdOf(9))?.durationNs, 991_000);
  });

  test('of pinned traces, until they are let go', () => {
    const { store, clock } = storeFixture({ maxBytes: LIMIT });
    flood(store, clock, 1, 20);
    assert.equal(store.pin(traceIdOf(3), true), true);
    assert.equal(store.pin(traceIdOf(4), true), true);
    assert.equal(store.pin(traceIdOf(999_999), true), false);
    assert.equal(store.summary(traceIdOf(3))?.pinned, true);
    store.pin(traceIdOf(4), false);
    const revision = store.columns(traceIdOf(3))?.revision ?? 0;
    flood(store, clock, 20, 15_000);
    assert.equal(has(store, 3), true);
    assert.equal(store.summary(traceIdOf(3))?.pinned, true);
    assert.equal(has(store, 4), false);
    assert.ok((store.columns(traceIdOf(3))?.revision ?? 0) > revision, 'an open view learns that its handles moved');
    const [handle = 0] = store.columns(traceIdOf(3))?.handle ?? [];
    assert.equal(store.nameOf(handle), 'POST /triage');
  });

  test('within a share: a flood of errors does not push out everything else', () => {
    const { store, clock } = storeFixture({ maxBytes: LIMIT });
    flood(store, clock, 1, 22_500, () => ({ status: { code: 2 } }));
    assert.ok(store.heldBytes <= LIMIT);
    assert.equal(has(store, 22_499), true);
    assert.ok(store.evictedSpans > 5_000);
    assert.equal(store.spanCount + store.evictedSpans, 22_499);
  });

  test('not of traces that were cleared', () => {
    const { store, clock } = storeFixture({ maxBytes: LIMIT });
    flood(store, clock, 1, 20, () => ({ status: { code: 2 } }));
    store.clear();
    flood(store, clock, 20, 15_000);
    assert.equal(has(store, 3), false);
  });
});

describe('what a journal gives back', () => {
  const at = (trace: number, more: Partial<SpanInput> = {}): Uint8Array => tracesRequest([root(trace, more)]);

  test('stands before what is here, and is evicted first', () => {
    const { store, clock } = storeFixture({ maxBytes: LIMIT });
    flood(store, clock, 1000, 1100);
    store.beginHistory();
    for (let trace = 500; trace < 600; trace++) store.ingestHistory('traces', at(trace), 5000);
    store.endHistory();
    store.beginHistory();
    for (let trace = 1; trace < 100; trace++) store.ingestHistory('traces', at(trace), 1000);
    store.endHistory();
    assert.equal(store.spanCount, 299);
    const oldest = [1, 500, 1000];
    flood(store, clock, 2000, 15_000);
    assert.deepEqual(
      oldest.map((trace) => has(store, trace)),
      [false, false, false],
    );
    const { store: small, clock: smallClock } = storeFixture({ maxBytes: LIMIT });
    flood(small, smallClock, 10_000, 12_500);
    small.beginHistory();
    // One segment full, so that dropping it is enough for a while.
    for (let trace = 1; trace < 1000; trace++) small.ingestHistory('traces', at(trace), 1000);
    small.endHistory();
    let next = 12_500;
    while (has(small, 1)) flood(small, smallClock, next, (next += 50));
    assert.equal(has(small, 10_000), true, 'what came from the journal went first');
  });

  test('never takes the place of newer content, and joins its trace', () => {
    const { store, clock } = storeFixture();
    clock.ms = 100_000;
    store.ingestTraces(at(1, { name: 'new' }));
    store.beginHistory();
    assert.equal(store.ingestHistory('traces', at(1, { name: 'old' }), 1000), 'stored');
    store.ingestHistory(
      'traces',
      tracesRequest([root(1, { spanId: spanIdAt(2), parentSpanId: spanIdAt(1), name: 'child' })]),
      1000,
    );
    store.ingestHistory(
      'traces',
      tracesRequest([root(1, { spanId: spanIdAt(2), parentSpanId: spanIdAt(1), name: 'child again' })]),
      1000,
    );
    store.endHistory();
    assert.equal(store.spanCount, 2);
    assert.equal(store.details(spanOn(1, traceIdOf(1)))?.name, 'new');
    assert.equal(store.details(spanOn(2, traceIdOf(1)))?.name, 'child again', 'within a file the later one holds');
    assert.equal(store.summary(traceIdOf(1))?.spanCount, 2);
  });

  test('is settled when it arrived long ago, and waits when it arrived just now', () => {
    const { store, clock } = storeFixture();
    clock.ms = 100_000;
    store.beginHistory();
    store.ingestHistory('traces', at(1), 1000);
    store.ingestHistory('traces', at(2), 99_000);
    store.endHistory();
    assert.equal(store.summary(traceIdOf(1))?.assembling, false);
    assert.equal(store.summary(traceIdOf(1))?.lastArrivalMs, 1000);
    assert.equal(store.summary(traceIdOf(2))?.assembling, true);
    clock.ms += store.nextSettleMs() ?? 0;
    assert.equal(store.settle(), true);
    assert.equal(store.summary(traceIdOf(2))?.assembling, false);
  });

  test('stays hidden when it was cleared before; undoing the clear shows it', () => {
    const { store } = storeFixture();
    store.beginHistory();
    store.restoreClears(1);
    store.ingestHistory('traces', at(1), 1000, 1);
    store.ingestHistory('traces', at(2), 1000);
    store.endHistory();
    assert.deepEqual(
      store.list(10).map(({ traceId }) => traceId),
      [traceIdOf(2)],
    );
    assert.equal(store.traceCount, 1);
    store.undoClear();
    assert.equal(store.traceCount, 2);
  });

  test('is hidden by its last arrival: shown when that came after the clear, whatever came before', () => {
    const { store } = storeFixture();
    store.restoreClears(2);
    store.ingestTraces(tracesRequest([root(1)]));
    store.beginHistory();
    store.ingestHistory('traces', tracesRequest([root(1, { spanId: spanIdAt(11) })]), 1000, 1);
    store.ingestHistory('traces', at(2), 1000, 1);
    store.ingestHistory('traces', at(3), 1000, 1);
    store.ingestHistory('traces', tracesRequest([root(2, { spanId: spanIdAt(12) })]), 2000, 2);
    store.ingestHistory('traces', tracesRequest([root(3, { spanId: spanIdAt(13) })]), 3000, 0);
    store.endHistory();
    const shown = (): readonly string[] => store.list(10).map(({ traceId }) => traceId);
    assert.deepEqual(new Set(shown()), new Set([traceIdOf(1), traceIdOf(3)]));
    store.undoClear();
    assert.deepEqual(new Set(shown()), new Set([1, 2, 3].map(traceIdOf)));
    assert.equal(store.clears, 1);
  });

  test('puts log records behind newer ones of the same span; eviction leaves the newer', () => {
    const { store, clock } = storeFixture({ maxBytes: LIMIT });
    const log = (body: string, timeNs: bigint): Uint8Array =>
      logsRequest([{ traceId: traceIdOf(1), spanId: spanIdAt(1), body, timeNs }]);
    store.ingestTraces(at(1));
    store.ingestLogs(log('four', 4n));
    store.beginHistory();
    store.ingestHistory('logs', log('one', 1n), 1000);
    store.ingestLogs(log('five', 5n));
    store.ingestHistory('logs', log('two', 2n), 1000);
    store.endHistory();
    store.beginHistory();
    store.ingestHistory('logs', log('zero', 0n), 1000);
    store.endHistory();
    const texts = (): unknown[] =>
      store.logs(spanOn(1, traceIdOf(1))).map(({ body }) => (body as { value: string }).value);
    assert.deepEqual(texts(), ['zero', 'one', 'two', 'four', 'five']);
    // The segments of the past go first; the records of the present one are still found.
    store.setMaxBytes(store.heldBytes - 1);
    assert.deepEqual(texts(), ['one', 'two', 'four', 'five']);
    store.setMaxBytes(store.heldBytes - 1);
    assert.deepEqual(texts(), ['four', 'five']);
    assert.equal(store.logCount, 2);
    assert.ok(clock.ms > 0);
  });

  test('is refused when there is no room for the past', () => {
    const { store, clock } = storeFixture({ maxBytes: LIMIT });
    flood(store, clock, 1, 15_000);
    store.beginHistory();
    assert.equal(store.ingestHistory('traces', at(17_000), 1000), 'full');
    assert.equal(has(store, 17_000), false);
  });
});

test('log records that an exporter sends again are there once; equal ones of one message are all there', () => {
  const { store } = storeFixture();
  const record = { traceId: traceIdOf(1), spanId: spanIdAt(1), body: 'said twice', timeNs: 7n };
  const body = (): Uint8Array => logsRequest([record, record, { ...record, timeNs: 8n }]);
  store.ingestLogs(body());
  store.ingestLogs(body());
  assert.equal(store.logCount, 3);
  assert.equal(store.logs(spanOn(1, traceIdOf(1))).length, 3);
  store.ingestLogs(logsRequest([{ ...record, body: 'said later' }]));
  assert.equal(store.logCount, 4);
});
