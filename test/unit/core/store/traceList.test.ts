import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { spanIdAt, START_MS, TRACE_ID, tracesRequest } from '../../../support/otlpBytes.ts';
import { storeFixture, spanOn, traceIdOf } from './storeFixture.ts';

describe('a trace summary', () => {
  test('covers all spans: start, duration, counts, and services by first appearance', () => {
    const { store, draw } = storeFixture();
    draw(`
      GET /  gateway  10..500 server
        call   features 5..60.5 error
        think  model    60..900 error:bad
    `);
    assert.deepEqual(store.summary(TRACE_ID), {
      traceId: TRACE_ID,
      name: 'GET /',
      rootSpanId: spanIdAt(1),
      start: String(BigInt(START_MS) * 1_000_000n + 5_000_000n),
      durationNs: 895_000_000,
      spanCount: 3,
      errorCount: 2,
      services: ['gateway', 'features', 'model'],
      assembling: true,
      lastArrivalMs: 1_000_000,
    });
  });

  test('counts an unfinished span with its start only', () => {
    const { store, draw } = storeFixture();
    draw('open svc 100..');
    assert.equal(store.summary(TRACE_ID)?.durationNs, 0);
  });

  test('is named by the topmost known ancestor of the earliest span until the root is here', () => {
    const { store, draw } = storeFixture();
    const text = `
      root      svc 0..100
        middle  svc 10..90
          leaf  svc 20..30
    `;
    draw(text, { lines: [3] });
    assert.equal(store.summary(TRACE_ID)?.name, 'leaf');
    draw(text, { lines: [2] });
    assert.equal(store.summary(TRACE_ID)?.name, 'middle');
    assert.equal(store.summary(TRACE_ID)?.rootSpanId, '');
    draw(text, { lines: [1] });
    assert.equal(store.summary(TRACE_ID)?.name, 'root');
    assert.equal(store.summary(TRACE_ID)?.rootSpanId, spanIdAt(1));
  });

  test('is named by the earliest of several roots, in whatever order they come', () => {
    for (const lines of [[1], [2]]) {
      const { store, draw } = storeFixture();
      const text = `
        second svc 50..60
        first  svc 10..20
      `;
      draw(text, { lines });
      draw(text);
      assert.equal(store.summary(TRACE_ID)?.name, 'first');
    }
  });

  test('of spans in a parent cycle has a name and no root', () => {
    const { store } = storeFixture();
    store.ingestTraces(
      tracesRequest([
        { traceId: TRACE_ID, spanId: spanIdAt(1), parentSpanId: spanIdAt(2), name: 'a', startNs: 1n, endNs: 2n },
        { traceId: TRACE_ID, spanId: spanIdAt(2), parentSpanId: spanIdAt(1), name: 'b', startNs: 2n, endNs: 3n },
        { traceId: traceIdOf(1), spanId: spanIdAt(1), parentSpanId: spanIdAt(1), name: 'self', startNs: 1n, endNs: 2n },
      ]),
    );
    assert.match(store.summary(TRACE_ID)?.name ?? '', /^[ab]$/);
    assert.equal(store.summary(TRACE_ID)?.rootSpanId, '');
    assert.equal(store.summary(traceIdOf(1))?.name, 'self');
  });

  test('names at most 16 services; columns tell more apart', () => {
    const { store, draw } = storeFixture();
    draw(Array.from({ length: 40 }, (_, i) => `op service${String(i)} ${String(i)}..50`).join('\n'));
    assert.equal(store.summary(TRACE_ID)?.services.length, 16);
    const columns = store.columns(TRACE_ID);
    assert.equal(columns?.services[columns.service[39] ?? 0], 'service39');
  });

  test('calls a service without a name unknown_service', () => {
    const { store } = storeFixture();
    store.ingestTraces(tracesRequest([{ traceId: TRACE_ID, spanId: spanIdAt(1), startNs: 1n, endNs: 2n }]));
    assert.deepEqual(store.summary(TRACE_ID)?.services, ['unknown_service']);
  });

  test('of times at the end of 64 bits is exact', () => {
    const { store } = storeFixture();
    const last = 2n ** 64n - 1n;
    store.ingestTraces(
      tracesRequest([
        { traceId: TRACE_ID, spanId: spanIdAt(1), startNs: last - 2n ** 33n, endNs: last },
        { traceId: TRACE_ID, spanId: spanIdAt(2), startNs: last, endNs: 5n },
      ]),
    );
    assert.equal(store.summary(TRACE_ID)?.durationNs, 2 ** 33);
    assert.equal(store.details(spanOn(2))?.durationNs, 0);
  });
});

describe('the list', () => {
  const three = (): ReturnType<typeof storeFixture> => {
    const fixture = storeFixture();
    fixture.draw('middle svc 0..1', { traceId: traceIdOf(1), startMs: START_MS + 50 });
    fixture.draw('newest svc 0..1', { traceId: traceIdOf(2), startMs: START_MS + 90 });
    fixture.draw('oldest svc 0..1', { traceId: traceIdOf(3), startMs: START_MS });
    return fixture;
  };

  test('of named traces is the newest of them, with a count of those that are shown', () => {
    const { store, draw } = three();
    const before = store.traceIds();
    draw('later svc 0..1', { traceId: traceIdOf(9), startMs: START_MS + 500 });
    const ids = (limit: number): unknown => {
      const { traces, total } = store.listAmong(before, limit);
      return [traces.map(({ traceId }) => traceId), total];
    };
    const all = store.list(10).map(({ traceId }) => traceId);
    assert.deepEqual(ids(10), [all.slice(1), 3]);
    assert.deepEqual(ids(1), [[traceIdOf(2)], 3]);
    assert.deepEqual(ids(0), [[], 3]);
    store.clear();
    assert.deepEqual(ids(10), [[], 0]);
    assert.equal(store.traceIds().size, 0);
  });

  test('has the newest start first and no more than asked for', () => {
    const { store } = three();
    assert.deepEqual(
      store.list(10).map((trace) => trace.name),
      ['newest', 'middle', 'oldest'],
    );
    assert.deepEqual(
      store.list(2).map((trace) => trace.name),
      ['newest', 'middle'],
    );
    assert.deepEqual(store.list(0), []);
  });

  test('of many traces is the same however many are asked for', () => {
    const { store, draw } = storeFixture();
    for (let i = 0; i < 300; i++) draw('t svc 0..1', { traceId: traceIdOf(i), startMs: START_MS + ((i * 7919) % 300) });
    const all = store.list(1000).map((trace) => trace.start);
    assert.deepEqual(all, [...all].sort().reverse());
    for (const limit of [1, 2, 17, 299]) {
      assert.deepEqual(
        store.list(limit).map((trace) => trace.start),
        all.slice(0, limit),
      );
    }
  });

  test('is empty after clear; a cleared trace comes back when it gets a span, the others with undo', () => {
    const { store, draw } = three();
    assert.equal(store.clear(), 3);
    assert.deepEqual(store.list(10), []);
    assert.equal(store.traceCount, 0);
    assert.ok(store.summary(traceIdOf(1)), 'an open view still reads it');
    draw('late svc 5..6', { traceId: traceIdOf(1), firstId: 9 });
    draw('fresh svc 5..6', { traceId: traceIdOf(4) });
    assert.equal(store.traceCount, 2);
    assert.deepEqual(new Set(store.list(10).map((trace) => trace.traceId)), new Set([traceIdOf(1), traceIdOf(4)]));
    store.undoClear();
    assert.equal(store.traceCount, 4);
    assert.equal(store.list(10).length, 4);
  });

  test('is brought back one clear at a time', () => {
    const { store, draw } = three();
    store.clear();
    draw('after svc 0..1', { traceId: traceIdOf(5) });
    assert.equal(store.clear(), 1);
    store.undoClear();
    assert.deepEqual(
      store.list(10).map((trace) => trace.name),
      ['after'],
    );
    store.undoClear();
    assert.equal(store.traceCount, 4);
    store.undoClear();
    assert.equal(store.traceCount, 4);
  });
});

describe('a trace settles', () => {
  test('six seconds after its last span when the root is here, and says so once', () => {
    const { store, clock, draw } = storeFixture();
    draw('root svc 0..1');
    assert.equal(store.nextSettleMs(), 6000);
    clock.ms += 4000;
    draw('more svc 0..1', { firstId: 2 });
    store.takeChanges();
    clock.ms += 2000;
    assert.equal(store.settle(), false);
    assert.equal(store.nextSettleMs(), 4000);
    clock.ms += 3999;
    assert.equal(store.settle(), false);
    assert.equal(store.summary(TRACE_ID)?.assembling, true);
    clock.ms += 1;
    assert.equal(store.settle(), true);
    assert.equal(store.summary(TRACE_ID)?.assembling, false);
    assert.deepEqual(store.takeChanges(), { traces: true, touched: new Set([TRACE_ID]), status: true });
    assert.equal(store.settle(), false);
    assert.equal(store.nextSettleMs(), undefined);
  });

  test('thirty seconds after its last span when the root never comes, and says so once', () => {
    const { store, clock, draw } = storeFixture();
    draw('lost svc 0..1 orphan');
    store.takeChanges();
    clock.ms += 29_999;
    assert.equal(store.settle(), false);
    assert.equal(store.nextSettleMs(), 1);
    assert.equal(store.summary(TRACE_ID)?.assembling, true);
    clock.ms += 1;
    assert.equal(store.settle(), true);
    assert.equal(store.summary(TRACE_ID)?.assembling, false);
    assert.equal(store.summary(TRACE_ID)?.rootSpanId, '');
    assert.ok(store.takeChanges().touched.has(TRACE_ID));
    assert.equal(store.settle(), false);
    assert.equal(store.nextSettleMs(), undefined);
  });

  test('when a timer set to what nextSettleMs says asks each time, with and without a root', () => {
    const { store, clock, draw } = storeFixture();
    draw('lost svc 0..1 orphan');
    clock.ms += 1000;
    draw('root svc 0..1', { traceId: traceIdOf(1) });
    const began = clock.ms;
    const settled: [string, number][] = [];
    for (let wait = store.nextSettleMs(); wait !== undefined; wait = store.nextSettleMs()) {
      store.takeChanges();
      clock.ms += wait;
      store.settle();
      for (const traceId of store.takeChanges().touched) settled.push([traceId, clock.ms - began]);
    }
    assert.deepEqual(settled, [
      [traceIdOf(1), 6000],
      [TRACE_ID, 29_000],
    ]);
  });

  test('six seconds after a late root, also when it had settled without', () => {
    for (const before of [10_000, 40_000]) {
      const { store, clock, draw } = storeFixture();
      draw('lost svc 0..1 orphan');
      clock.ms += before;
      store.settle();
      draw('root svc 0..1', { firstId: 2 });
      assert.equal(store.summary(TRACE_ID)?.assembling, true);
      assert.equal(store.nextSettleMs(), 6000);
      clock.ms += 6000;
      assert.equal(store.settle(), true);
      assert.equal(store.summary(TRACE_ID)?.assembling, false);
      assert.equal(store.nextSettleMs(), undefined);
    }
  });

  test('by its root also when that comes in the same message as the spans before it', () => {
    const { store, clock, draw } = storeFixture();
    draw('lost svc 0..1 orphan\nroot svc 0..1');
    clock.ms += 6000;
    assert.equal(store.settle(), true);
    assert.equal(store.summary(TRACE_ID)?.assembling, false);
  });
});

test('changes name each touched trace once and are empty when taken', () => {
  const { store, draw } = storeFixture();
  assert.deepEqual(store.takeChanges(), { traces: false, touched: new Set(), status: false });
  draw('a svc 0..1');
  draw('b svc 0..1', { firstId: 2 });
  draw('c svc 0..1', { traceId: traceIdOf(1) });
  assert.deepEqual(store.takeChanges(), { traces: true, touched: new Set([TRACE_ID, traceIdOf(1)]), status: true });
  assert.deepEqual(store.takeChanges(), { traces: false, touched: new Set(), status: false });
  store.clear();
  assert.deepEqual(store.takeChanges(), { traces: true, touched: new Set(), status: true });
});

test('ids are found by prefix, newest first', () => {
  const { store, draw } = storeFixture();
  draw('one svc 0..1', { traceId: traceIdOf(1) });
  draw('two svc 9..10', { traceId: traceIdOf(2) });
  assert.deepEqual(store.findTraces('AAAA', 5), [
    { traceId: traceIdOf(2), name: 'two' },
    { traceId: traceIdOf(1), name: 'one' },
  ]);
  assert.deepEqual(store.findTraces(traceIdOf(1), 5), [{ traceId: traceIdOf(1), name: 'one' }]);
  assert.deepEqual(store.findSpans('00000000000', 1), [{ traceId: traceIdOf(2), spanId: spanIdAt(1), name: 'two' }]);
  draw('high svc 0..1', { traceId: 'f'.repeat(32), firstId: 0xffffffff });
  assert.deepEqual(store.findTraces('ff', 5), [{ traceId: 'f'.repeat(32), name: 'high' }]);
  assert.equal(store.findSpans('00000000ffffffff', 5)[0]?.name, 'high');
  for (const none of ['', 'x', 'b', '0000000000000001f']) {
    assert.deepEqual(store.findTraces(none, 5), []);
    assert.deepEqual(store.findSpans(none, 5), []);
  }
});
