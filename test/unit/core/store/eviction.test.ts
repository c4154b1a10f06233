import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TraceStore } from '../../../../src/core/store/traceStore.ts';
import { SPAN_BIT } from '../../../../src/core/store/storeReader.ts';
import { logsRequest, spanIdAt, TRACE_ID, tracesRequest } from '../../../support/otlpBytes.ts';
import type { SpanInput } from '../../../support/otlpBytes.ts';
import { spanOn, storeFixture, traceIdOf } from './storeFixture.ts';

/** Eight segments or so of about six padded spans each. */
const LIMIT = 2_000_000;

function padded(input: SpanInput): SpanInput {
  const padding = paddingOf(`${input.traceId ?? ''}${input.spanId ?? ''}`);
  return { startNs: 1000n, endNs: 2000n, ...input, attributes: { padding, ...input.attributes } };
}

/** 40,000 characters that no other seed gives: what comes twice is kept once. */
function paddingOf(seed: string): string {
  let word = Array.from(seed).reduce((hash, digit) => Math.imul(hash ^ digit.charCodeAt(0), 0x01000193), 1) | 1;
  let text = '';
  while (text.length < 40_000) {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    text += (word >>> 0).toString(36);
  }
  return text.slice(0, 40_000);
}

function fill(store: TraceStore, traceId: string, from: number, to: number): void {
  for (let i = from; i < to; i++)
    store.ingestTraces(tracesRequest([padded({ traceId, spanId: spanIdAt(i), name: `span ${String(i)}` })]));
}

test('memory stays below the limit; the oldest spans go first and are counted', () => {
  const { store } = storeFixture({ maxBytes: LIMIT });
  fill(store, TRACE_ID, 1, 201);
  assert.ok(store.heldBytes <= LIMIT, `${String(store.heldBytes)} bytes held`);
  assert.ok(store.spanCount > 20, `${String(store.spanCount)} spans held`);
  assert.equal(store.spanCount + store.evictedSpans, 200);
  assert.equal(store.handleOf(spanOn(1)), undefined);
  assert.ok(store.handleOf(spanOn(200)) !== undefined);
  const summary = store.summary(TRACE_ID);
  assert.equal(summary?.spanCount, store.spanCount);
  assert.equal(store.columns(TRACE_ID)?.count, store.spanCount);
});

test('a trace that loses all its spans is gone, and is told as changed', () => {
  const { store } = storeFixture({ maxBytes: LIMIT });
  fill(store, traceIdOf(1), 1, 3);
  store.takeChanges();
  fill(store, traceIdOf(2), 1, 100);
  assert.equal(store.summary(traceIdOf(1)), undefined);
  assert.equal(store.columns(traceIdOf(1)), undefined);
  assert.deepEqual(
    store.list(10).map((trace) => trace.traceId),
    [traceIdOf(2)],
  );
  assert.equal(store.traceCount, 1);
  const { touched } = store.takeChanges();
  assert.ok(touched.has(traceIdOf(1)));
  assert.ok(touched.has(traceIdOf(2)));
});

test('a trace that loses its root is named and measured by what is left', () => {
  const { store } = storeFixture({ maxBytes: LIMIT });
  const traceId = traceIdOf(1);
  store.ingestTraces(
    tracesRequest([
      padded({ traceId, spanId: spanIdAt(1), name: 'root', startNs: 1n, endNs: 9000n, status: { code: 2 } }),
    ]),
  );
  for (let i = 2; i < 150; i++) {
    store.ingestTraces(
      tracesRequest([padded({ traceId, spanId: spanIdAt(i), parentSpanId: spanIdAt(1), name: 'kid' })]),
    );
  }
  const summary = store.summary(traceId);
  assert.equal(summary?.name, 'kid');
  assert.equal(summary.rootSpanId, '');
  assert.equal(summary.start, '1000');
  assert.equal(summary.durationNs, 1000);
  assert.equal(summary.errorCount, 0);
});

test('a settled trace stays settled when its root is evicted, and one that grows settles as if it were here', () => {
  const { store, clock } = storeFixture({ maxBytes: LIMIT });
  const traceId = traceIdOf(1);
  const kid = (number: number): SpanInput =>
    padded({ traceId, spanId: spanIdAt(number), parentSpanId: spanIdAt(1), name: 'kid' });
  store.ingestTraces(tracesRequest([padded({ traceId, spanId: spanIdAt(1), name: 'root' })]));
  for (let i = 2; i < 20; i++) store.ingestTraces(tracesRequest([kid(i)]));
  clock.ms += 6000;
  store.settle();
  for (let i = 1; store.handleOf(spanOn(1, traceId)) !== undefined; i++) fill(store, traceIdOf(2), i, i + 1);
  const summary = store.summary(traceId);
  assert.equal(summary?.rootSpanId, '');
  assert.equal(summary.assembling, false);
  store.ingestTraces(tracesRequest([kid(99)]));
  assert.equal(store.summary(traceId)?.assembling, true);
  clock.ms += 6000;
  assert.equal(store.settle(), true);
  assert.equal(store.summary(traceId)?.assembling, false);
});

test('a trace names the services it has spans of; a new one joins them; indexes of the columns stay', () => {
  const { store } = storeFixture({ maxBytes: LIMIT });
  const traceId = traceIdOf(1);
  const send = (from: number, to: number, service: string): void => {
    for (let i = from; i < to; i++)
      store.ingestTraces(tracesRequest([padded({ traceId, spanId: spanIdAt(i) })], { service }));
  };
  send(1, 3, 'gateway');
  send(3, 5, 'model');
  for (let i = 5; store.handleOf(spanOn(2, traceId)) !== undefined; i++) send(i, i + 1, i % 2 === 0 ? 'model' : 'web');
  assert.deepEqual(new Set(store.summary(traceId)?.services), new Set(['model', 'web']));
  send(1001, 1002, 'late');
  send(1002, 1003, 'gateway');
  const services = store.summary(traceId)?.services ?? [];
  assert.deepEqual(services.slice(2), ['late', 'gateway']);
  const columns = store.columns(traceId);
  assert.deepEqual(columns?.services, ['gateway', 'model', 'web', 'late']);
  assert.equal(columns.services[columns.service[columns.count - 1] ?? -1], 'gateway');
});

test('a trace that comes again after it was evicted as a whole waits for its root anew', () => {
  const { store, clock } = storeFixture({ maxBytes: LIMIT });
  const traceId = traceIdOf(1);
  store.ingestTraces(tracesRequest([padded({ traceId, spanId: spanIdAt(1), name: 'root' })]));
  fill(store, traceIdOf(2), 1, 100);
  assert.equal(store.summary(traceId), undefined);
  const late = padded({ traceId, spanId: spanIdAt(2), parentSpanId: spanIdAt(1), name: 'late' });
  store.ingestTraces(tracesRequest([late]));
  clock.ms += 6000;
  assert.equal(store.summary(traceId)?.assembling, true);
});

test('a smaller limit evicts at once; the newest segment stays', () => {
  const { store } = storeFixture({ maxBytes: LIMIT });
  fill(store, TRACE_ID, 1, 60);
  store.setMaxBytes(1);
  assert.ok(store.spanCount > 0);
  assert.ok(store.spanCount < 20);
  assert.ok(store.handleOf(spanOn(59)) !== undefined);
});

/** Traces of one small span each, `count` of them from number `from`. */
function flood(store: TraceStore, from: number, count: number): void {
  for (let i = from; i < from + count; i += 500) {
    store.ingestTraces(
      tracesRequest(
        Array.from({ length: 500 }, (_, j) => ({
          traceId: traceIdOf(1000 + i + j),
          spanId: spanIdAt(1),
          startNs: 1n,
          endNs: 2n,
        })),
      ),
    );
  }
}

test('a flood of small traces takes its room from later spans only until it is evicted', () => {
  const fresh = storeFixture({ maxBytes: LIMIT }).store;
  fill(fresh, TRACE_ID, 1, 101);
  const { store } = storeFixture({ maxBytes: LIMIT });
  flood(store, 0, 20_000);
  assert.ok(store.traceCount > 1000, `${String(store.traceCount)} traces were held at once`);
  fill(store, TRACE_ID, 1, 101);
  assert.equal(store.traceCount, 1);
  assert.ok(store.spanCount >= 0.8 * fresh.spanCount, `${String(store.spanCount)} of ${String(fresh.spanCount)}`);
});

test('traces that outlive a flood are as they were: list, spans, revisions, clear, changes, settling', () => {
  const { store, clock } = storeFixture({ maxBytes: LIMIT });
  const kept = [1, 2, 3].map((number) => traceIdOf(number));
  flood(store, 0, 10_000);
  const rest = traceIdOf(4);
  // Seals the flood's last segment; what comes now is in slots behind the flood's and goes later.
  fill(store, rest, 1, 9);
  for (const [i, traceId] of kept.entries()) fill(store, traceId, 1, 3 + i);
  store.clear();
  fill(store, kept[1] ?? '', 90, 91);
  store.ingestTraces(
    tracesRequest([padded({ traceId: traceIdOf(2), spanId: spanIdAt(1), name: 'renamed' })], { service: 'other' }),
  );
  store.takeChanges();
  fill(store, kept[2] ?? '', 91, 92);
  const columns = kept.map((traceId) => store.columns(traceId));
  const revisions = columns.map((one) => one?.revision);
  const handles = columns.map((one) => [...(one?.handle.subarray(0, one.count) ?? [])]);
  // Fills the limit until the flood is gone, and no further.
  for (let i = 9; store.findTraces(traceIdOf(1000 + 9999), 1).length > 0; i++) fill(store, rest, i, i + 1);
  for (const [i, traceId] of kept.entries()) {
    const after = store.columns(traceId);
    assert.ok(after);
    assert.equal(after, columns[i], 'what was gathered of it is still known');
    assert.equal(after.revision, revisions[i], 'a view of it stays as it is');
    assert.deepEqual([...after.handle.subarray(0, after.count)], handles[i]);
    for (const [position, handle] of (handles[i] ?? []).entries()) {
      const spanId = spanIdAt(after.idLo[position] ?? 0);
      assert.equal(store.handleOf({ traceId, spanId }), handle);
      assert.equal(store.details({ traceId, spanId })?.name, store.nameOf(handle));
    }
  }
  assert.deepEqual(new Set(store.list(9).map((trace) => trace.traceId)), new Set([kept[1], kept[2], rest]));
  const { touched } = store.takeChanges();
  assert.ok(touched.has(traceIdOf(3)));
  assert.ok(!touched.has(traceIdOf(1)));
  clock.ms += 6000;
  assert.equal(store.settle(), true);
  assert.deepEqual(store.takeChanges().touched, new Set([...kept, rest]));
  for (const { last } of store.signatures().signatures) assert.ok(store.details(last), 'signatures name held spans');
  store.undoClear();
  assert.equal(store.list(9).length, 4);
});

test('hidden traces that are evicted are not counted as shown', () => {
  const { store } = storeFixture({ maxBytes: LIMIT });
  fill(store, traceIdOf(1), 1, 3);
  store.clear();
  fill(store, traceIdOf(2), 1, 100);
  assert.equal(store.traceCount, 1);
  store.undoClear();
  assert.equal(store.traceCount, 1);
});

test('log records go with their segment; their span then has none', () => {
  const { store } = storeFixture({ maxBytes: LIMIT });
  store.ingestLogs(logsRequest([{ traceId: TRACE_ID, spanId: spanIdAt(500), body: 'old' }]));
  fill(store, TRACE_ID, 1, 20);
  store.ingestLogs(logsRequest([{ traceId: TRACE_ID, spanId: spanIdAt(500), body: 'young' }]));
  store.ingestTraces(
    tracesRequest([{ traceId: TRACE_ID, spanId: spanIdAt(500), name: 'logged', startNs: 1n, endNs: 2n }]),
  );
  assert.equal(store.logs(spanOn(500)).length, 2);
  const held = (): number | undefined =>
    store.columns(TRACE_ID)?.bits[[...(store.columns(TRACE_ID)?.idLo ?? [])].indexOf(500)];
  for (let i = 1000; store.logCount === 2; i++) fill(store, TRACE_ID, i, i + 1);
  assert.deepEqual(
    store.logs(spanOn(500)).map((log) => log.body),
    [{ type: 'string', value: 'young' }],
  );
  assert.equal(held(), SPAN_BIT.hasLogs);
  // The span comes anew and outlives its records.
  store.ingestTraces(
    tracesRequest([{ traceId: TRACE_ID, spanId: spanIdAt(500), name: 'anew', startNs: 1n, endNs: 2n }]),
  );
  for (let i = 2000; store.logCount === 1; i++) fill(store, TRACE_ID, i, i + 1);
  assert.deepEqual(store.logs(spanOn(500)), []);
  assert.equal(store.details(spanOn(500))?.logCount, 0);
});

test('a kind of span whose last one was evicted is forgotten and counted anew', () => {
  const { store } = storeFixture({ maxBytes: LIMIT });
  const rare = (id: number): void => {
    store.ingestTraces(tracesRequest([padded({ traceId: traceIdOf(id), spanId: spanIdAt(id), name: 'rare' })]));
  };
  const counted = (): number | undefined =>
    store.signatures().signatures.find((one) => one.hints.spanName === 'rare')?.count;
  rare(1);
  rare(2);
  assert.equal(counted(), 2);
  fill(store, TRACE_ID, 1, 200);
  assert.equal(counted(), undefined);
  rare(3);
  assert.equal(counted(), 1);
});

test('whatever comes and goes, every answer agrees with what was sent last', () => {
  const step = fc.record({
    trace: fc.nat(3),
    spans: fc.array(
      fc.record({
        id: fc.integer({ min: 1, max: 12 }),
        parent: fc.nat(12),
        start: fc.nat(50),
        length: fc.nat(50),
        error: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    service: fc.nat(2),
    look: fc.boolean(),
    clear: fc.nat(40),
  });
  let evicted = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
      const { store } = storeFixture({ maxBytes: 900_000 });
      const sent = new Map<string, string>();
      for (const [number, { trace, spans, service, look, clear }] of steps.entries()) {
        const traceId = traceIdOf(trace);
        const inputs = spans.map((span) => {
          const name = `v${String(number)}`;
          sent.set(`${traceId} ${spanIdAt(span.id)}`, name);
          return padded({
            traceId,
            spanId: spanIdAt(span.id),
            ...(span.parent === 0 ? {} : { parentSpanId: spanIdAt(span.parent) }),
            name,
            startNs: BigInt(1000 + span.start),
            endNs: BigInt(1000 + span.start + span.length),
            status: { code: span.error ? 2 : 0 },
          });
        });
        store.ingestTraces(tracesRequest(inputs, { service: `s${String(service)}` }));
        if (clear === 0) store.clear();
        if (look) for (const { traceId: listed } of store.list(9)) store.columns(listed);
      }
      store.undoClear();
      evicted += store.evictedSpans;
      assertConsistent(store, sent);
    }),
    { numRuns: 60, endOnFailure: true },
  );
  assert.ok(evicted > 100, `${String(evicted)} spans were evicted on the way`);
});

/** Checks list, summaries, columns, details and counts against each other and against the newest content sent. */
function assertConsistent(store: TraceStore, sent: ReadonlyMap<string, string>): void {
  let spans = 0;
  for (let trace = 0; trace <= 3; trace++) {
    const traceId = traceIdOf(trace);
    const summary = store.summary(traceId);
    const columns = store.columns(traceId);
    if (summary === undefined || columns === undefined) {
      assert.equal(summary, undefined);
      assert.equal(columns, undefined);
      continue;
    }
    spans += columns.count;
    assert.equal(summary.spanCount, columns.count);
    const ids = new Set<string>();
    let end = 0n;
    let start = 2n ** 64n;
    let errors = 0;
    for (let i = 0; i < columns.count; i++) {
      const spanId = spanIdAt(columns.idLo[i] ?? 0);
      ids.add(spanId);
      const details = store.details({ traceId, spanId });
      assert.ok(details);
      assert.equal(details.name, sent.get(`${traceId} ${spanId}`));
      assert.equal(store.handleOf({ traceId, spanId }), columns.handle[i]);
      assert.equal(columns.start + BigInt(columns.offsetNs[i] ?? -1), BigInt(details.start));
      assert.equal(columns.durationNs[i], details.durationNs);
      assert.equal(columns.status[i], details.status.code);
      assert.equal(columns.services[columns.service[i] ?? -1], details.resource.serviceName);
      if (details.status.code === 2) errors++;
      const from = BigInt(details.start);
      if (from < start) start = from;
      if (from + BigInt(details.durationNs) > end) end = from + BigInt(details.durationNs);
    }
    assert.equal(ids.size, columns.count, 'no span twice');
    assert.equal(summary.start, start.toString());
    assert.equal(columns.start, start);
    assert.equal(summary.durationNs, Number(end - start));
    assert.equal(summary.errorCount, errors);
  }
  assert.equal(store.spanCount, spans);
  for (const found of store.findSpans('0', 1000)) assert.ok(store.details(found), 'found spans are held');
  assert.equal(store.findSpans('0', 1000).length, spans);
  for (const { last } of store.signatures().signatures) assert.ok(store.details(last), 'signatures name held spans');
}
