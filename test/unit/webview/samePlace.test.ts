import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeSpanId, fakeTraceId, type FakeTrace } from '../../support/fakePanelHost.ts';
import type { RowId } from '../../../src/protocol/rowApi.ts';
import { readFolds } from '../../../webview/waterfall/foldLog.ts';
import { WaterfallModel } from '../../../webview/waterfall/waterfallModel.ts';
import { fakeHost, until } from './support.ts';

const TRACE: FakeTrace = {
  traceId: fakeTraceId(1),
  services: ['a'],
  assembling: false,
  spans: Array.from({ length: 40 }, (_, index) => ({
    spanId: fakeSpanId(index + 1),
    parent: index === 0 ? '' : fakeSpanId(index < 30 ? 1 : 2),
    name: `span ${index}`,
    service: 0,
    start: index * 10,
    duration: index === 0 ? 400 : 10,
  })),
};

function waterfall(host: ReturnType<typeof fakeHost>['host']): WaterfallModel {
  const model = new WaterfallModel({
    host,
    now: () => 0,
    rowOptions: () => ({ foldAlike: 0, messagesAsRows: false }),
    onNothingThere: () => undefined,
  });
  model.resize(220);
  model.zoom.resize(100);
  return model;
}

void test('a page goes on with the view of the one before: folds, rows, zoom', async () => {
  const { host, fake } = fakeHost([TRACE]);
  const first = waterfall(host);
  await first.open(TRACE.traceId, fakeSpanId(5));
  await first.moves.fold(fakeSpanId(2), false, false);
  assert.equal(first.rows.rowCount, 30);
  first.zoom.show(100, 200);
  first.scroll.moveTo(95);
  const { place } = first;
  assert.deepEqual(place, {
    viewId: 1,
    beginNs: 100,
    endNs: 200,
    topSpan: first.rows.at(4)?.window.spanIds[4],
    topPx: -7,
    folds: [{ rowId: fakeSpanId(2), expanded: false, recursive: false }],
  });
  const second = waterfall(host);
  await second.open(TRACE.traceId, fakeSpanId(5), place);
  second.resize(220);
  assert.equal(second.rows.rowCount, 30);
  assert.deepEqual(second.place, place);
  assert.equal(second.selected.value, fakeSpanId(5));
  assert.equal(fake.calls.filter((call) => call.method === 'view/open').length, 1);
});

void test('a view that is gone is opened anew, at the same rows and zoom', async () => {
  const { host } = fakeHost([TRACE]);
  const model = waterfall(host);
  await model.open(TRACE.traceId, '', {
    viewId: 77,
    beginNs: 100,
    endNs: 200,
    topSpan: fakeSpanId(8),
    topPx: 3,
    folds: [],
  });
  await until(() => model.phase.value.kind === 'open');
  assert.deepEqual(model.place, { viewId: 1, beginNs: 100, endNs: 200, topSpan: fakeSpanId(7), topPx: -19, folds: [] });
});

void test('a view that is opened anew is folded alike, but for rows that are gone', async () => {
  const { host } = fakeHost([TRACE]);
  const first = waterfall(host);
  await first.open(TRACE.traceId, fakeSpanId(5));
  await first.moves.foldAll(false);
  await first.moves.fold(fakeSpanId(1), true, false);
  await first.moves.fold(fakeSpanId(1), false, false);
  await first.moves.fold(fakeSpanId(1), true, false);
  assert.equal(first.rows.rowCount, 30);
  const { folds } = first.place;
  assert.deepEqual(
    folds.map(({ expanded, recursive }) => `${String(expanded)} ${String(recursive)}`),
    ['false true', 'true false'],
  );
  const gone = { rowId: fakeSpanId(999), expanded: false, recursive: false };
  const second = waterfall(host);
  await second.open(TRACE.traceId, fakeSpanId(3), { ...first.place, viewId: -1, folds: [gone, ...folds] });
  assert.equal(second.rows.rowCount, 30);
  await second.open(TRACE.traceId, '');
  assert.equal(second.rows.rowCount, 40, 'a trace that is chosen begins as any');
});

void test('folds of another version, or of nobody, are left out', () => {
  assert.deepEqual(readFolds([null, 7, { rowId: '<b>' }, { rowId: 'other:1' }]), []);
  const folds = ['00000000000000a1', 'alike:00000000000000a1', 'missing:00000000000000a1'].map((rowId) => ({
    rowId: rowId as RowId,
    expanded: true,
    recursive: false,
  }));
  assert.deepEqual(readFolds(JSON.parse(JSON.stringify(folds))), folds);
});

void test('a view of another trace is not taken for this one’s', async () => {
  const other = { ...TRACE, traceId: fakeTraceId(2) };
  const { host } = fakeHost([TRACE, other]);
  const first = waterfall(host);
  await first.open(other.traceId, '');
  const model = waterfall(host);
  await model.open(TRACE.traceId, '', first.place);
  assert.equal(model.info.value?.summary.traceId, TRACE.traceId);
  assert.equal(model.info.value.viewId, 2);
});
