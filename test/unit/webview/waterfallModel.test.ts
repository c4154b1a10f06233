import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROW_HEIGHT_PX } from '../../../webview/waterfall/virtualScroll.ts';
import { depthOf, rowIdOf } from '../../../webview/waterfall/rowCache.ts';
import { WaterfallModel } from '../../../webview/waterfall/waterfallModel.ts';
import { fakeSpanId, fakeTraceId, type FakeSpan, type FakeTrace } from '../../support/fakePanelHost.ts';
import { fakeHost, until } from './support.ts';

const SCREEN_PX = 10 * ROW_HEIGHT_PX;

/** A root (1) and `count` children from 2 on, a millisecond apart. */
function flatTrace(count: number, extra: readonly FakeSpan[] = []): FakeTrace {
  const children = Array.from({ length: count }, (_, index): FakeSpan => ({
    spanId: fakeSpanId(index + 2),
    parent: fakeSpanId(1),
    name: `child ${index + 2}`,
    service: 0,
    start: (index + 1) * 1e6,
    duration: 5e5,
  }));
  const root: FakeSpan = {
    spanId: fakeSpanId(1),
    parent: '',
    name: 'root',
    service: 0,
    start: 0,
    duration: count * 1e6,
  };
  return { traceId: fakeTraceId(1), services: ['a'], assembling: true, spans: [root, ...children, ...extra] };
}

async function opened(trace: FakeTrace) {
  const { host, fake } = fakeHost([trace]);
  const notices: string[] = [];
  const model = new WaterfallModel({
    host,
    now: () => 0,
    rowOptions: () => ({ foldAlike: 0, messagesAsRows: true }),
    onNothingThere: (message) => notices.push(message),
  });
  host.on('view/changed', (info) => model.viewChanged(info));
  model.scroll.resize(0, SCREEN_PX);
  await model.open(trace.traceId, '');
  return { model, fake, notices };
}

function early(id: number, start: number): FakeSpan {
  return { spanId: fakeSpanId(id), parent: fakeSpanId(1), name: `late arrival ${id}`, service: 0, start, duration: 10 };
}

void test('opening a trace shows its first row selected and everything on the time axis', async () => {
  const { model } = await opened(flatTrace(20));
  assert.equal(model.phase.value.kind, 'open');
  assert.equal(model.selected.value, fakeSpanId(1));
  assert.equal(model.rows.rowCount, 21);
  assert.equal(model.zoom.scale.value.extentNs, 20.5e6);
});

void test('spans that arrive above a selected span in sight do not move it', async () => {
  const { model, fake } = await opened(flatTrace(100));
  await model.selectRow(50);
  const pixel = 50 * ROW_HEIGHT_PX - model.scroll.topPx;
  const before = model.rows.revision;
  fake.putTrace(flatTrace(100, [early(901, 10), early(902, 20), early(903, 50 * 1e6 - 10)]));
  await until(() => model.rows.revision > before);
  assert.equal(model.selectedRow?.row, 53);
  assert.equal(53 * ROW_HEIGHT_PX - model.scroll.topPx, pixel);
});

void test('the row under the pointer wins over a selection elsewhere on the screen', async () => {
  const { model, fake } = await opened(flatTrace(100));
  await model.selectRow(41);
  const { first } = model.scroll.visibleRows(model.rows.rowCount);
  const pointed = model.rows.at(first + 2);
  assert.ok(pointed);
  model.pointerSpan = rowIdOf(pointed);
  const pixel = pointed.row * ROW_HEIGHT_PX - model.scroll.topPx;
  const before = model.rows.revision;
  fake.putTrace(flatTrace(100, [early(901, 10), early(902, pointed.row * 1e6 + 10)]));
  await until(() => model.rows.revision > before);
  const after = model.rows.find(rowIdOf(pointed));
  assert.ok(after);
  assert.equal(after.row * ROW_HEIGHT_PX - model.scroll.topPx, pixel);
});

void test('at the top with nothing chosen, what comes in above is shown', async () => {
  const whole = flatTrace(30);
  const { model, fake } = await opened({ ...whole, spans: whole.spans.slice(1) });
  const before = model.rows.revision;
  fake.putTrace(whole);
  await until(() => model.rows.revision > before);
  assert.equal(model.scroll.topPx, 0);
  assert.equal(model.rows.find(fakeSpanId(1))?.row, 0);
  assert.equal(model.selected.value, fakeSpanId(2));
});

void test('folding a span that hides the selection selects the folded span', async () => {
  const { model } = await opened(flatTrace(20));
  await model.selectRow(7);
  await model.moves.fold(fakeSpanId(1), false, false);
  assert.equal(model.rows.rowCount, 1);
  assert.equal(model.selected.value, fakeSpanId(1));
  await model.moves.unfoldOrChild();
  assert.equal(model.rows.rowCount, 21);
});

void test('left folds, then goes to the parent; right unfolds, then goes to the first child', async () => {
  const { model } = await opened(flatTrace(3));
  await model.moves.unfoldOrChild();
  assert.equal(model.selected.value, fakeSpanId(2));
  await model.moves.foldOrParent();
  assert.equal(model.selected.value, fakeSpanId(1));
  await model.moves.foldOrParent();
  assert.equal(model.rows.rowCount, 1);
});

void test('siblings are walked in order and the last one says so', async () => {
  const { model, notices } = await opened(flatTrace(2));
  await model.selectRow(1);
  await model.moves.step('nextSibling');
  assert.equal(model.selected.value, fakeSpanId(3));
  await model.moves.step('nextSibling');
  assert.equal(model.selected.value, fakeSpanId(3));
  assert.deepEqual(notices, ['This is the last sibling.']);
});

void test('beyond 5,000 rows only a window around the screen is fetched', async () => {
  const { model, fake } = await opened(flatTrace(20_000));
  model.scroll.resize(model.rows.rowCount * ROW_HEIGHT_PX, SCREEN_PX);
  await model.selectRow(15_000);
  assert.equal(model.selected.value, fakeSpanId(15_001));
  const windows = fake.calls.filter(({ method }) => method === 'view/rows').map(({ params }) => params);
  for (const window of windows) assert.ok((window as { count: number }).count <= 100);
  const found = model.rows.find(fakeSpanId(15_001));
  assert.equal(found && depthOf(found), 1);
});

void test('rows are fetched ahead of a scroll, before the screen gets there, and around a jump only few', async () => {
  const { model, fake } = await opened(flatTrace(20_000));
  const asked = (): { from: number; count: number }[] =>
    fake.calls
      .filter(({ method }) => method === 'view/rows')
      .map(({ params }) => params as { from: number; count: number });
  const opening = asked().length;
  model.ensureRows();
  assert.equal(asked().length, opening, 'nothing moves, so nothing more is wanted');
  for (let row = 0; row < 400; row += 5) {
    model.scroll.moveTo(row * ROW_HEIGHT_PX);
    const { first, last } = model.scroll.visibleRows(model.rows.rowCount);
    assert.ok(model.rows.covers(first, last), `row ${row} is here`);
    model.ensureRows();
    await until(() => model.rows.covers(first, last + 10));
  }
  model.scroll.moveTo(10_000 * ROW_HEIGHT_PX);
  model.ensureRows();
  await until(() => model.rows.covers(10_000, 10_009));
  const jumped = asked().at(-1);
  assert.ok(jumped && jumped.from >= 9990 && jumped.count <= 30, JSON.stringify(jumped));
});

void test('a trace that is no longer held is told as such, with its id', async () => {
  const { model, fake } = await opened(flatTrace(5));
  fake.dropTrace(fakeTraceId(1));
  await model.check();
  assert.deepEqual(model.phase.value, { kind: 'evicted', traceId: fakeTraceId(1) });
});

void test('opening another trace while one is opening shows only the last', async () => {
  const first = flatTrace(5);
  const second = { ...flatTrace(3), traceId: fakeTraceId(2) };
  const { host } = fakeHost([first, second]);
  const model = new WaterfallModel({
    host,
    now: () => 0,
    rowOptions: () => ({ foldAlike: 0, messagesAsRows: true }),
    onNothingThere: () => undefined,
  });
  await Promise.all([model.open(first.traceId, ''), model.open(second.traceId, '')]);
  assert.equal(model.traceId, second.traceId);
  assert.equal(model.rows.rowCount, 4);
});

void test('zooms are gone back through in order, and a wheel gesture is one of them', async () => {
  let now = 0;
  const { host } = fakeHost([flatTrace(10)]);
  const model = new WaterfallModel({
    host,
    now: () => now,
    rowOptions: () => ({ foldAlike: 0, messagesAsRows: true }),
    onNothingThere: () => undefined,
  });
  await model.open(fakeTraceId(1), '');
  model.zoom.resize(1000);
  const whole = model.zoom.scale.value.range;
  model.zoom.showSpan(1e6, 1e6);
  const close = model.zoom.scale.value.range;
  now = 10_000;
  for (let turn = 0; turn < 5; turn++) model.zoom.zoomAt(500, 1.2);
  assert.ok(model.zoom.back());
  assert.deepEqual(model.zoom.scale.value.range, close);
  assert.ok(model.zoom.back());
  assert.deepEqual(model.zoom.scale.value.range, whole);
  assert.equal(model.zoom.back(), false);
});

void test('keys pressed before the engine has answered act in order, each on what the one before did', async () => {
  const { model } = await opened(flatTrace(3));
  await Promise.all([
    model.moves.foldOrParent(),
    model.moves.unfoldOrChild(),
    model.moves.unfoldOrChild(),
    model.moves.moveBy(1),
  ]);
  assert.equal(model.rows.rowCount, 4);
  assert.equal(model.selected.value, fakeSpanId(3));
});

void test('a change announced while the first rows are on their way is not missed', async () => {
  const { host, fake } = fakeHost([flatTrace(3)]);
  let grown = false;
  const model = new WaterfallModel({
    host: {
      request: async (method, params, options) => {
        const answer = await host.request(method, params, options);
        if (method === 'view/rows' && !grown) {
          grown = true;
          fake.putTrace(flatTrace(4));
          await new Promise((resolve) => setImmediate(resolve));
        }
        return answer;
      },
    },
    now: () => 0,
    rowOptions: () => ({ foldAlike: 0, messagesAsRows: true }),
    onNothingThere: () => undefined,
  });
  host.on('view/changed', (info) => model.viewChanged(info));
  await model.open(fakeTraceId(1), '');
  await until(() => model.rows.rowCount === 5);
});
