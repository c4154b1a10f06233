import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SPAN_BIT } from '../../../../src/core/store/storeReader.ts';
import { dumpStore } from '../../../support/dumpStore.ts';
import { logsRequest, spanIdAt, START_MS, TRACE_ID, traceFromText, tracesRequest } from '../../../support/otlpBytes.ts';
import { columnLines, spanOn, storeFixture } from './storeFixture.ts';

const TEXT = `
  root     web   10..100 server
    query  db    20..40  client error
    think  model 50..    event:token@60 link gen_ai.request.model=x
      boom model 55..56  exception
`;

test('columns have each span once, in order of arrival, with offsets from the earliest start', () => {
  const { store, draw } = storeFixture();
  draw(TEXT);
  const columns = store.columns(TRACE_ID);
  assert.ok(columns);
  const rows = Array.from({ length: columns.count }, (_, i) => ({
    id: columns.idLo[i],
    parent: columns.parentLo[i],
    offsetMs: (columns.offsetNs[i] ?? NaN) / 1e6,
    durationMs: (columns.durationNs[i] ?? NaN) / 1e6,
    status: columns.status[i],
    kind: columns.kind[i],
    service: columns.services[columns.service[i] ?? -1],
    bits: columns.bits[i],
    name: store.nameOf(columns.handle[i] ?? -1),
  }));
  const { hasEvents, hasException, hasLinks, hasModel, unfinished } = SPAN_BIT;
  assert.deepEqual(rows, [
    { id: 1, parent: 0, offsetMs: 0, durationMs: 90, status: 0, kind: 2, service: 'web', bits: 0, name: 'root' },
    { id: 2, parent: 1, offsetMs: 10, durationMs: 20, status: 2, kind: 3, service: 'db', bits: 0, name: 'query' },
    {
      id: 3,
      parent: 1,
      offsetMs: 40,
      durationMs: 0,
      status: 0,
      kind: 1,
      service: 'model',
      bits: unfinished | hasEvents | hasLinks | hasModel,
      name: 'think',
    },
    {
      id: 4,
      parent: 3,
      offsetMs: 45,
      durationMs: 1,
      status: 0,
      kind: 1,
      service: 'model',
      bits: hasEvents | hasException,
      name: 'boom',
    },
  ]);
  assert.equal(columns.start, BigInt(START_MS + 10) * 1_000_000n);
});

test('columns asked for after each batch are those of a store that got all at once', () => {
  const step = storeFixture();
  const whole = storeFixture();
  // An earlier start last: offsets of what is gathered already must move.
  for (const line of [3, 2, 4, 1]) {
    step.draw(TEXT, { lines: [line] });
    whole.draw(TEXT, { lines: [line] });
    step.store.columns(TRACE_ID);
  }
  const a = step.store.columns(TRACE_ID);
  const b = whole.store.columns(TRACE_ID);
  assert.ok(a && b);
  for (const key of [
    'handle',
    'idLo',
    'parentLo',
    'offsetNs',
    'durationNs',
    'status',
    'kind',
    'service',
    'bits',
  ] as const) {
    assert.deepEqual([...a[key].subarray(0, a.count)], [...b[key].subarray(0, b.count)], key);
  }
  assert.equal(a.start, b.start);
  assert.deepEqual(columnLines(step.store), [3, 2, 4, 1]);
});

test('columns are the same object until the trace changes', () => {
  const { store, draw } = storeFixture();
  draw(TEXT);
  const before = store.columns(TRACE_ID);
  assert.equal(store.columns(TRACE_ID), before);
  draw('other svc 0..1', { traceId: 'b'.repeat(32) });
  assert.equal(store.columns(TRACE_ID), before);
  draw('more svc 0..1', { firstId: 9 });
  assert.ok((store.columns(TRACE_ID)?.revision ?? 0) > (before?.revision ?? Infinity));
});

test('columns of more traces than are kept gathered are still right', () => {
  const { store, draw } = storeFixture();
  const ids = Array.from({ length: 20 }, (_, i) => i.toString(16).padStart(32, 'c'));
  for (const [i, traceId] of ids.entries()) draw(`op${String(i)} svc 0..1`, { traceId });
  for (const round of [0, 1]) {
    for (const [i, traceId] of ids.entries()) {
      const columns = store.columns(spanOn(1, traceId).traceId);
      assert.equal(store.nameOf(columns?.handle[0] ?? -1), `op${String(i)}`, `round ${String(round)}`);
    }
  }
});

describe('the same span again', () => {
  test('with the same bytes changes nothing', () => {
    const { store, draw } = storeFixture();
    draw(TEXT);
    store.takeChanges();
    const before = dumpStore(store) as Record<string, unknown>;
    assert.deepEqual(store.ingestTraces(traceFromText(TEXT)), { accepted: 4, rejected: 0, message: '' });
    const after = dumpStore(store) as Record<string, unknown>;
    // The signatures count messages seen; everything else is as it was.
    for (const key of Object.keys(before)) if (key !== 'signatures') assert.deepEqual(after[key], before[key], key);
    assert.deepEqual(store.takeChanges(), { traces: false, touched: new Set(), status: false });
  });

  test('beside new ones is shown once', () => {
    const { store, draw } = storeFixture();
    draw(TEXT, { lines: [1, 2] });
    const revision = store.columns(TRACE_ID)?.revision ?? 0;
    draw(TEXT);
    assert.deepEqual(columnLines(store), [1, 2, 3, 4]);
    assert.equal(store.spanCount, 4);
    assert.equal(store.findSpans('0', 99).length, 4);
    assert.equal(store.columns(TRACE_ID)?.revision, revision + 2);
  });

  test("with other content takes the old one's place; the summary follows", () => {
    const { store, draw } = storeFixture();
    draw(`
      root  svc 0..1000 error
        kid svc 10..20
    `);
    assert.deepEqual(columnLines(store), [1, 2]);
    const old = store.handleOf(spanOn(1)) ?? -1;
    draw('renamed other 5..50');
    assert.deepEqual(columnLines(store), [1, 2]);
    assert.equal(store.spanCount, 2);
    const summary = store.summary(TRACE_ID);
    assert.equal(summary?.name, 'renamed');
    assert.equal(summary.errorCount, 0);
    assert.equal(summary.durationNs, 45e6);
    assert.equal(summary.spanCount, 2);
    assert.deepEqual(summary.services, ['svc', 'other']);
    assert.equal(store.details(spanOn(1))?.name, 'renamed');
    assert.notEqual(store.handleOf(spanOn(1)), old);
    assert.equal(store.nameOf(old), 'root', 'a handle somebody still has leads to what it named');
    const columns = store.columns(TRACE_ID);
    assert.deepEqual([...(columns?.offsetNs.subarray(0, 2) ?? [])], [0, 5e6]);
    assert.deepEqual([...(columns?.service.subarray(0, 2) ?? [])], [1, 0]);
  });

  test('under another resource is other content', () => {
    const { store } = storeFixture();
    const span = { traceId: TRACE_ID, spanId: spanIdAt(1), name: 'op', startNs: 1n, endNs: 2n };
    store.ingestTraces(tracesRequest([span], { service: 'a' }));
    store.ingestTraces(tracesRequest([span], { service: 'b' }));
    assert.equal(store.details(spanOn(1))?.resource.serviceName, 'b');
    assert.equal(store.spanCount, 1);
  });

  test('twice in one message is shown once, the last', () => {
    const { store } = storeFixture();
    const span = { traceId: TRACE_ID, spanId: spanIdAt(1), startNs: 1n, endNs: 2n };
    store.ingestTraces(
      tracesRequest([
        { ...span, name: 'first' },
        { ...span, name: 'first' },
        { ...span, name: 'last' },
      ]),
    );
    assert.deepEqual(columnLines(store), [1]);
    assert.equal(store.details(spanOn(1))?.name, 'last');
    assert.equal(store.spanCount, 1);
  });

  test('keeps the mark of its log records', () => {
    const { store, draw } = storeFixture();
    draw('op svc 0..1');
    store.ingestLogs(logsRequest([{ traceId: TRACE_ID, spanId: spanIdAt(1), body: 'x' }]));
    draw('op svc 0..2');
    assert.equal(store.columns(TRACE_ID)?.bits[0], SPAN_BIT.hasLogs);
  });
});

test('the same span id in two traces is two spans', () => {
  const { store, draw } = storeFixture();
  draw('a svc 0..1');
  draw('b svc 0..1', { traceId: 'b'.repeat(32) });
  assert.equal(store.details(spanOn(1))?.name, 'a');
  assert.equal(store.details(spanOn(1, 'b'.repeat(32)))?.name, 'b');
});

test('what is not held answers undefined, empty or nothing', () => {
  const { store, draw } = storeFixture();
  draw('a svc 0..1');
  for (const ref of [spanOn(2), spanOn(1, 'b'.repeat(32))]) {
    assert.equal(store.handleOf(ref), undefined);
    assert.equal(store.details(ref), undefined);
    assert.equal(store.hints(ref), undefined);
    assert.deepEqual(store.logs(ref), []);
  }
  assert.equal(store.summary(spanOn(1, 'b'.repeat(32)).traceId), undefined);
  assert.equal(store.columns(spanOn(1, 'b'.repeat(32)).traceId), undefined);
  for (const handle of [1, 65536, 0xfffffffe, 0xffffffff]) {
    assert.equal(store.nameOf(handle), '');
    assert.equal(store.labelOf(handle), '');
  }
});

test('event offsets count from the given start, ascending, as many as asked for', () => {
  const { store, draw } = storeFixture();
  draw('op svc 10..90 event:c@80 event:a@20 event:b@5');
  const handle = store.handleOf(spanOn(1)) ?? -1;
  const { start } = store.columns(TRACE_ID) ?? {};
  assert.ok(start !== undefined);
  assert.deepEqual(store.eventOffsets(handle, start, 10), [-5e6, 10e6, 70e6]);
  assert.deepEqual(store.eventOffsets(handle, start, 2), [-5e6, 10e6]);
});
