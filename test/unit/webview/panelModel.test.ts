import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_PLACE, readViewPlace } from '../../../webview/waterfall/viewPlace.ts';
import { arrange } from '../../../webview/app/arrange.ts';
import type { TraceId } from '../../../src/core/model/ids.ts';
import { DEFAULT_LIST } from '../../../webview/list/listSettings.ts';
import { TraceListModel } from '../../../webview/list/traceListModel.ts';
import { PanelModel } from '../../../webview/state/panelModel.ts';
import { DEFAULT_SIZES, readSavedState, type SavedState } from '../../../webview/state/savedState.ts';
import { olderTraces, TRIAGE } from '../../browser/support/scenarios.ts';
import { fakeSpanId, fakeTraceId, type FakeTrace } from '../../support/fakePanelHost.ts';
import { fakeHost, until } from './support.ts';

async function started(traces: readonly FakeTrace[], saved: SavedState = readSavedState(null)) {
  const { host, fake } = fakeHost(traces);
  const states: SavedState[] = [];
  const panel = new PanelModel({
    host,
    now: () => 0,
    saved,
    save: (state) => states.push(state),
    focusTree: () => undefined,
  });
  await panel.start();
  return { panel, fake, states };
}

function newest(n: number): FakeTrace {
  const [trace] = olderTraces(1);
  assert.ok(trace);
  return { ...trace, traceId: fakeTraceId(0x9000 + n), start: String(1763697800000000000n + BigInt(n)) };
}

void test('a panel without a trace opens the newest one, and stays with it when newer ones come', async () => {
  const { panel, fake } = await started([TRIAGE, ...olderTraces(3)]);
  await until(() => panel.waterfall.phase.value.kind === 'open');
  assert.equal(panel.waterfall.traceId, TRIAGE.traceId);
  fake.putTrace(newest(1));
  await until(() => panel.list.list.value.total === 5);
  assert.equal(panel.waterfall.traceId, TRIAGE.traceId);
});

void test('the first trace to arrive in an empty panel is opened', async () => {
  const { panel, fake } = await started([]);
  assert.equal(panel.waterfall.phase.value.kind, 'empty');
  fake.putTrace(TRIAGE);
  await until(() => panel.waterfall.phase.value.kind === 'open');
});

void test('clear closes the trace and undo brings it and its selection back', async () => {
  const { panel } = await started([TRIAGE, ...olderTraces(2)]);
  await until(() => panel.waterfall.phase.value.kind === 'open');
  panel.waterfall.select(fakeSpanId(7));
  await panel.clear();
  assert.equal(panel.waterfall.phase.value.kind, 'empty');
  const notice = panel.notice.value;
  assert.ok(notice);
  assert.equal(notice.text, 'Cleared 3 traces.');
  notice.action?.run();
  await until(() => panel.waterfall.phase.value.kind === 'open');
  assert.equal(panel.waterfall.selected.value, fakeSpanId(7));
});

void test('the offer to undo a clear goes once the traces are back by another way', async () => {
  const { panel, fake } = await started([TRIAGE, ...olderTraces(2)]);
  await until(() => panel.waterfall.phase.value.kind === 'open');
  await panel.clear();
  await until(() => panel.list.list.value.total === 0);
  fake.putTrace(newest(1));
  await until(() => panel.list.list.value.total === 1);
  assert.match(panel.notice.value?.text ?? '', /Cleared/);
  fake.undoClear();
  await until(() => panel.notice.value === undefined);
});

void test('a restarted engine opens the trace again and says what happened', async () => {
  const { panel, fake } = await started([TRIAGE]);
  await until(() => panel.waterfall.phase.value.kind === 'open');
  const view = panel.waterfall.info.value?.viewId;
  panel.waterfall.select(fakeSpanId(7));
  fake.emit('engine/restarted', { moved: false });
  await until(() => panel.waterfall.info.value?.viewId !== view && panel.waterfall.phase.value.kind === 'open');
  assert.equal(panel.waterfall.selected.value, fakeSpanId(7));
  assert.match(panel.notice.value?.text ?? '', /restarted/);
  fake.emit('engine/restarted', { moved: true });
  await until(() => /another took over/.test(panel.notice.value?.text ?? ''));
  assert.equal(panel.notice.value?.level, 'info');
});

void test('selecting tells the host and is remembered, and never opens an editor', async () => {
  const { panel, fake, states } = await started([TRIAGE]);
  await until(() => panel.waterfall.phase.value.kind === 'open');
  panel.waterfall.select(fakeSpanId(4));
  await until(() =>
    fake.calls.some(
      ({ method, params }) => method === 'panel/selected' && (params as { spanId: string }).spanId === fakeSpanId(4),
    ),
  );
  assert.equal(states.at(-1)?.spanId, fakeSpanId(4));
  assert.equal(
    fake.calls.some(({ method }) => method === 'source/open'),
    false,
  );
});

void test('where the user looks is kept at once when the page loses the keyboard', async () => {
  const { panel, states } = await started([TRIAGE]);
  await until(() => panel.waterfall.phase.value.kind === 'open');
  panel.waterfall.resize(220);
  panel.waterfall.zoom.resize(100);
  panel.waterfall.zoom.show(100, 200);
  const before = states.length;
  panel.saveDue();
  assert.deepEqual([states.at(-1)?.place.beginNs, states.at(-1)?.place.endNs], [100, 200]);
  panel.saveDue();
  assert.equal(states.length, before + 1, 'nothing was left to be kept');
});

void test('a long value is read to its end, page by page', async () => {
  const { panel, fake } = await started([TRIAGE]);
  await until(() => panel.details.state.value?.details !== undefined);
  const whole = 'x'.repeat(2500);
  fake.values.set('v1', whole);
  const { selectedRef } = panel;
  assert.ok(selectedRef);
  assert.equal(await panel.outside.loadValue({ ref: 'v1', totalBytes: 2500 }, selectedRef), whole);
});

void test('new traces above a scrolled list are counted', async () => {
  const { host, fake } = fakeHost(olderTraces(10));
  const list = new TraceListModel(host);
  list.setWindow(0, 3, undefined);
  await list.refresh();
  const row = list.page.value.rows[2];
  const first = row?.kind === 'trace' ? row.trace.traceId : '';
  assert.notEqual(first, '');
  list.setWindow(2, 5, { traceId: first as TraceId, row: 2 });
  fake.putTrace(newest(1));
  fake.putTrace(newest(2));
  await list.refresh();
  await until(() => list.list.value.total === 12);
  assert.equal(list.unseen.value, 2);
  list.setWindow(0, 3, undefined);
  assert.equal(list.unseen.value, 0);
});

void test('saved state of another version, or of nobody, falls back to defaults', () => {
  for (const raw of [
    null,
    1,
    'x',
    { traceId: '<b>', sizes: { listWidth: 'NaN', list: 7 } },
    { sizes: { nameWidth: -5 }, services: [7, null], tab: '<b>', modelTab: {}, view: 'no such' },
  ]) {
    assert.deepEqual(readSavedState(raw), {
      traceId: '',
      spanId: '',
      sizes: DEFAULT_SIZES,
      list: DEFAULT_LIST,
      utc: false,
      rawText: false,
      place: NO_PLACE,
      services: [],
      tab: '',
      modelTab: '',
      view: 'waterfall',
      critical: true,
      follow: false,
      columns: [],
    });
  }
});

void test('a place of another version, or of nobody, is none', () => {
  for (const raw of [null, 7, {}, { viewId: 1.5, beginNs: 9, endNs: 3, topSpan: '<b>', topPx: '7' }, { endNs: NaN }]) {
    assert.deepEqual(readViewPlace(raw), NO_PLACE);
  }
  const place = { viewId: 3, beginNs: 0, endNs: 5, topSpan: '00000000000000a1', topPx: -4, folds: [] };
  assert.deepEqual(readViewPlace(place), place);
});

void test('a narrow panel hides the list unless it was asked for, a wide one puts the details at the right', () => {
  const narrow = { width: 500, height: 600 };
  assert.equal(arrange(DEFAULT_SIZES, true, narrow).list, false);
  assert.equal(arrange({ ...DEFAULT_SIZES, list: 'shown' }, true, narrow).list, true);
  assert.equal(arrange(DEFAULT_SIZES, false, { width: 1000, height: 600 }).list, false);
  assert.equal(arrange(DEFAULT_SIZES, true, { width: 1000, height: 600 }).details, 'below');
  assert.equal(arrange(DEFAULT_SIZES, true, { width: 1500, height: 600 }).details, 'right');
  assert.equal(arrange(DEFAULT_SIZES, true, { width: 1000, height: 600 }).detailsHeight, DEFAULT_SIZES.detailsHeight);
  assert.equal(arrange(DEFAULT_SIZES, true, { width: 640, height: 340 }).detailsHeight, 120, 'rows keep some room');
});

void test('hiding content forgets what was read of it, also where the engine then refuses an answer', async () => {
  const { panel, fake } = await started([TRIAGE]);
  await until(() => panel.waterfall.phase.value.kind === 'open');
  const answers = [panel.numbers.live.answer, panel.distribution.live.answer, panel.why.live.answer];
  for (const answer of answers) answer.set({ values: [] } as never);
  fake.setStatus({ contentHidden: true });
  await until(() => answers.every((answer) => answer.value === undefined));
});
