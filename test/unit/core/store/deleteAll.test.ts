import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { logsRequest, spanIdAt, traceFromText, TRACE_ID } from '../../../support/otlpBytes.ts';
import { spanOn, storeFixture } from './storeFixture.ts';

const DRAWN = `
  POST /triage gateway 0..900
    predict model 10..800
`;

describe('deleting everything', () => {
  test('leaves nothing, not what is hidden or pinned, and cannot be undone', () => {
    const { store } = storeFixture();
    const empty = store.heldBytes;
    store.ingestTraces(traceFromText(DRAWN));
    store.ingestLogs(logsRequest([{ traceId: TRACE_ID, spanId: spanIdAt(1), body: 'why', timeNs: 5n }]));
    store.pin(TRACE_ID, true);
    store.clear();
    assert.equal(store.deleteAll(), 1);
    store.undoClear();
    assert.deepEqual([store.traceCount, store.spanCount, store.logCount, store.clears], [0, 0, 0, 0]);
    assert.equal(store.heldBytes, empty);
    assert.equal(store.summary(TRACE_ID), undefined);
    assert.equal(store.details(spanOn(1)), undefined);
    assert.deepEqual(store.signatures().signatures, []);
  });

  test('tells of every trace that it is gone', () => {
    const { store } = storeFixture();
    store.ingestTraces(traceFromText(DRAWN));
    store.takeChanges();
    store.deleteAll();
    const changes = store.takeChanges();
    assert.deepEqual([changes.traces, changes.status, [...changes.touched]], [true, true, [TRACE_ID]]);
  });

  test('lets the same trace come again under other numbers, so that nothing kept of it is taken for the new one', () => {
    const { store } = storeFixture();
    store.ingestTraces(traceFromText(DRAWN));
    const before = store.columns(TRACE_ID);
    const [kind] = store.signatures().signatures;
    const { revision } = store.signatures();
    store.deleteAll();
    store.ingestTraces(traceFromText(DRAWN));
    const after = store.columns(TRACE_ID);
    assert.ok(before && after && kind);
    assert.ok(after.revision > before.revision);
    assert.ok((after.handle[0] ?? 0) > (before.handle[1] ?? 0));
    assert.ok(store.signatures().revision > revision);
    assert.ok(store.signatures().signatures.every(({ signatureId }) => signatureId > kind.signatureId));
  });

  test('in the middle of the past begins anew without it', () => {
    const { store } = storeFixture();
    store.beginHistory();
    store.ingestHistory('traces', traceFromText(DRAWN), 1000);
    store.deleteAll();
    store.endHistory();
    assert.equal(store.spanCount, 0);
    store.ingestTraces(traceFromText(DRAWN));
    assert.equal(store.spanCount, 2);
  });
});
