import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TimeScale } from '../../../src/core/layout/timeScale.ts';
import type { RowGroup, RowPhases } from '../../../src/protocol/rowApi.ts';
import { ROW, type RowWindow } from '../../../src/protocol/viewApi.ts';
import type { BarContext } from '../../../webview/waterfall/barContext.ts';
import { paintBars, type BarFrame } from '../../../webview/waterfall/barPainter.ts';
import { fakeSpanId } from '../../support/fakePanelHost.ts';

type Call = readonly [name: string, ...values: unknown[]];

/** A context that records fills, strokes and texts with the colour and strength they were made with. */
function recorder(): { readonly context: BarContext; readonly calls: Call[] } {
  const calls: Call[] = [];
  const context = {
    fillStyle: '',
    strokeStyle: '',
    lineWidth: 1,
    globalAlpha: 1,
    font: '',
    textAlign: 'left',
    textBaseline: 'middle',
    clearRect: () => undefined,
    setTransform: (...values: number[]) => calls.push(['transform', ...values]),
    setLineDash: () => undefined,
    strokeRect: (...values: number[]) => calls.push(['stroke', context.strokeStyle, ...values]),
    fillRect: (...values: number[]) => calls.push(['fill', context.fillStyle, context.globalAlpha, ...values]),
    strokeText: () => undefined,
    fillText: (text: string, ...values: number[]) =>
      calls.push(['text', text.replaceAll('\u00a0', ' '), context.textAlign, ...values]),
    measureText: (text: string) => ({ width: text.length * 6 }),
  };
  return { context: context as unknown as BarContext, calls };
}

interface Drawn {
  readonly offset: number;
  readonly duration: number;
  readonly flags?: number;
  readonly self?: readonly number[];
  readonly events?: readonly number[];
  readonly exceptions?: readonly number[];
  readonly messages?: readonly number[];
  readonly critical?: readonly number[];
  readonly group?: RowGroup;
  readonly phases?: RowPhases;
}

function frame(row: Drawn, change: Partial<BarFrame> = {}): BarFrame {
  const window: RowWindow = {
    viewId: 1,
    revision: 1,
    rowCount: 1,
    from: 0,
    count: 1,
    anchorRow: -1,
    spanIds: [fakeSpanId(1)],
    names: ['x'],
    labels: [''],
    depth: Uint16Array.of(0),
    siblingPosition: Uint32Array.of(1),
    siblingCount: Uint32Array.of(1),
    service: Uint16Array.of(1),
    kind: Uint8Array.of(1),
    flags: Uint32Array.of(row.flags ?? 0),
    offsetNs: Float64Array.of(row.offset),
    durationNs: Float64Array.of(row.duration),
    skewNs: Float64Array.of(0),
    selfNs: Float64Array.of(0),
    descendants: Uint32Array.of(0),
    selfIndex: Uint32Array.of(0, row.self?.length ?? 0),
    selfTimes: Float64Array.from(row.self ?? []),
    eventIndex: Uint32Array.of(0, row.events?.length ?? 0),
    eventTimes: Float64Array.from(row.events ?? []),
    exceptionIndex: Uint32Array.of(0, row.exceptions?.length ?? 0),
    exceptionTimes: Float64Array.from(row.exceptions ?? []),
    messageIndex: Uint32Array.of(0, row.messages?.length ?? 0),
    messageTimes: Float64Array.from(row.messages ?? []),
    criticalIndex: Uint32Array.of(0, row.critical?.length ?? 0),
    criticalTimes: Float64Array.from(row.critical ?? []),
    criticalNs: Float64Array.of(0),
    groups: row.group ? [row.group] : [],
    ...(row.phases ? { phases: row.phases } : {}),
    columns: [],
    cells: [],
  };
  return {
    rows: [{ ref: { row: 0, window, index: 0 }, yPx: 0, alpha: 1 }],
    scale: new TimeScale(1000, 500),
    ticks: [],
    widthPx: 560,
    heightPx: 22,
    devicePixelRatio: 2,
    palette: {
      services: ['blue', 'green'],
      marks: [],
      error: 'red',
      text: 'white',
      dimText: 'gray',
      grid: 'line',
      eventMark: 'mark',
      background: 'black',
      outline: '',
      childAlpha: 0.4,
      font: '11px x',
    },
    servicePlaces: [0, 1],
    assembling: false,
    critical: true,
    held: [],
    hatch: 'hatch',
    ...change,
  };
}

function painted(...args: Parameters<typeof frame>): Call[] {
  const { context, calls } = recorder();
  paintBars(context, frame(...args));
  return calls;
}

void test('self time is drawn in full colour over a lighter bar of the whole span', () => {
  const calls = painted({ offset: 100, duration: 400, self: [100, 200, 450, 500] });
  assert.deepEqual(
    calls.filter(([name]) => name === 'fill'),
    [
      ['fill', 'green', 0.4, 50, 6, 200, 10],
      ['fill', 'green', 1, 50, 6, 50, 10],
      ['fill', 'green', 1, 225, 6, 25, 10],
    ],
  );
  assert.deepEqual(calls.at(-1), ['text', '400 ns', 'left', 255, 11]);
});

void test('what a span waited over a pause is hatched and not in its length', () => {
  const held = [{ fromNs: 300, toNs: 400 }];
  const calls = painted({ offset: 100, duration: 400 }, { held });
  assert.deepEqual(
    calls.filter(([, color]) => color === 'hatch'),
    [['fill', 'hatch', 1, 150, 6, 50, 10]],
  );
  assert.equal(calls.at(-1)?.[1], '300 ns');
  const later = painted({ offset: 320, duration: 50 }, { held });
  assert.equal(later.filter(([, color]) => color === 'hatch').length, 0, 'it began while the other was held');
  assert.equal(later.at(-1)?.[1], '50 ns');
});

void test('the picture is scaled to device pixels', () => {
  assert.deepEqual(painted({ offset: 0, duration: 1 })[0], ['transform', 2, 0, 0, 2, 0, 0]);
});

void test('an error is red, an exception is a red block over the tick of its event', () => {
  const fills = painted({
    offset: 0,
    duration: 500,
    flags: ROW.error | ROW.hasException,
    self: [0, 500],
    events: [100, 250],
    exceptions: [250],
  }).filter(([name]) => name === 'fill');
  assert.deepEqual(fills, [
    ['fill', 'red', 0.4, 0, 6, 250, 10],
    ['fill', 'red', 1, 0, 6, 250, 10],
    ['fill', 'mark', 1, 49, 4, 2, 14],
    ['fill', 'mark', 1, 124, 4, 2, 14],
    ['fill', 'red', 1, 122, 2, 6, 6],
  ]);
});

void test('the critical path is a line under the bar, and nothing when it is hidden', () => {
  const row = { offset: 100, duration: 400, critical: [100, 200, 400, 500] };
  const lines = painted(row).filter(([name, style]) => name === 'fill' && style === 'white');
  assert.deepEqual(lines, [
    ['fill', 'white', 1, 50, 17, 50, 2],
    ['fill', 'white', 1, 200, 17, 50, 2],
  ]);
  assert.deepEqual(
    painted(row, { critical: false }).filter(([, style]) => style === 'white'),
    [],
  );
});

void test('messages are cut into the lower half of their bar in the colour behind it', () => {
  const cuts = painted({ offset: 0, duration: 500, messages: [100, 400] }).filter(([, style]) => style === 'black');
  assert.deepEqual(cuts, [
    ['fill', 'black', 1, 50, 11, 1, 5],
    ['fill', 'black', 1, 200, 11, 1, 5],
  ]);
});

function groupOf(kind: RowGroup['kind'], density: readonly number[], errorTimes: readonly number[]): RowGroup {
  const facts = { totalNs: 900, minNs: 1, medianNs: 2, p95Ns: 3, maxNs: 4, unfinishedCount: 0, services: [0] };
  return {
    row: 0,
    kind,
    count: 40,
    ...facts,
    errorCount: errorTimes.length,
    errorTimes: Float64Array.from(errorTimes),
    density: Uint8Array.from(density),
  };
}

void test('alike siblings are drawn where they ran, stronger where more did, with a mark for each error', () => {
  const group = groupOf('alike', [255, 0, 0, 51], [300]);
  const calls = painted({ offset: 0, duration: 400, flags: ROW.group | ROW.error, group });
  assert.deepEqual(
    calls.filter(([name]) => name === 'fill'),
    [
      ['fill', 'green', 1, 0, 6, 50, 10],
      ['fill', 'green', 0.25 + 0.75 * 0.2, 150, 6, 50, 10],
      ['fill', 'red', 1, 149, 4, 3, 14],
    ],
  );
  assert.deepEqual(calls.at(-1), ['text', 'Σ 900 ns', 'left', 205, 11]);
});

void test('a missing parent is an empty box, without a length', () => {
  const calls = painted({ offset: 0, duration: 400, flags: ROW.group, group: groupOf('missing', [255], []) });
  assert.deepEqual(
    calls.filter(([name]) => name === 'fill' || name === 'text'),
    [],
  );
  assert.equal(calls.filter(([name]) => name === 'stroke').length, 1);
});

void test('a span without an end runs to the end of the trace, dashed and without a right edge', () => {
  const calls = painted({ offset: 500, duration: 0, flags: ROW.unfinished });
  assert.deepEqual(
    calls.find(([name]) => name === 'fill'),
    ['fill', 'green', 0.4, 250, 6, 250, 10],
  );
  const strokes = calls.filter(([name]) => name === 'stroke');
  assert.deepEqual(
    strokes.map(([, , left, , width, height]) => [left, width, height]),
    [
      [250.5, 0, 9],
      [250.5, 249, 0],
      [250.5, 249, 0],
    ],
  );
  assert.ok(calls.some(([name, text]) => name === 'text' && text === 'no end'));
});

void test('the shortest span is still seen', () => {
  assert.deepEqual(painted({ offset: 100, duration: 0 })[1], ['fill', 'green', 0.4, 50, 6, 2, 10]);
});

void test('a bar out of sight is pointed to, not drawn', () => {
  const scale = new TimeScale(1000, 500, { beginNs: 500, endNs: 600 });
  assert.deepEqual(
    painted({ offset: 0, duration: 100 }, { scale }).filter(([name]) => name !== 'transform'),
    [['text', '‹', 'left', 2, 11]],
  );
  assert.deepEqual(painted({ offset: 900, duration: 100 }, { scale }).at(-1), ['text', '›', 'right', 558, 11]);
});

void test('a deep zoom hands the canvas no huge numbers', () => {
  const scale = new TimeScale(1e12, 500, { beginNs: 5e11, endNs: 5e11 + 100 });
  for (const call of painted({ offset: 0, duration: 1e12, self: [0, 1e12] }, { scale })) {
    for (const value of call) if (typeof value === 'number') assert.ok(Math.abs(value) <= 200_000);
  }
});

void test('while a trace assembles only a span without an end says that its length is a lower bound', () => {
  assert.equal(painted({ offset: 0, duration: 500 }, { assembling: true }).at(-1)?.[1], '500 ns');
  const open = painted({ offset: 100, duration: 0, flags: ROW.unfinished }, { assembling: true });
  assert.equal(open.at(-1)?.[1], '≥ 900 ns');
});

void test('a bar that goes on beyond the scale ends there, and its duration stands in the room kept for it', () => {
  const scale = new TimeScale(1000, 500, { beginNs: 0, endNs: 100 });
  const calls = painted({ offset: 0, duration: 1000, self: [0, 1000] }, { scale });
  for (const [name, , , left, , width] of calls) {
    if (name === 'fill') assert.ok(Number(left) + Number(width) <= 500);
  }
  assert.deepEqual(calls.at(-1), ['text', '1 µs ›', 'left', 505, 11]);
});

void test('nothing is painted behind a duration that has no room but over its bar', () => {
  const calls = painted({ offset: 0, duration: 1000, self: [0, 1000] }, { widthPx: 510 });
  assert.deepEqual(
    calls.filter(([name]) => name === 'fill').map(([, color]) => color),
    ['green', 'green'],
  );
  assert.deepEqual(calls.at(-1), ['text', '1 µs', 'right', 508, 11]);
});

void test('high contrast outlines every bar', () => {
  const base = frame({ offset: 0, duration: 500 });
  const { context, calls } = recorder();
  paintBars(context, { ...base, palette: { ...base.palette, outline: 'edge' } });
  assert.deepEqual(
    calls.find(([name]) => name === 'stroke'),
    ['stroke', 'edge', 0.5, 6.5, 249, 9],
  );
});

/** Queue, prefill and decode of a span, with its first token; row 3 has others, which are not to be drawn. */
const PHASES: RowPhases = {
  rows: Uint32Array.of(0, 3),
  index: Uint32Array.of(0, 3, 4),
  names: ['queue', 'prefill', 'decode'],
  name: Uint8Array.of(0, 1, 2, 0),
  times: Float64Array.of(100, 200, 200, 300, 300, 500, 0, 1000),
  exact: Uint8Array.of(1, 1, 1, 1),
  firstNs: Float64Array.of(300, Number.NaN),
};

void test('phases are drawn into the bar: striped, half strong, full, a line between, a flag at the first token', () => {
  const calls = painted({ offset: 100, duration: 400, phases: PHASES });
  assert.deepEqual(
    calls.filter(([name]) => name === 'fill'),
    [
      ['fill', 'green', 0.4, 50, 6, 200, 10],
      ['fill', 'green', 0.4, 50, 6, 50, 10],
      ['fill', 'hatch', 1, 50, 6, 50, 10],
      ['fill', 'black', 1, 99, 6, 1, 10],
      ['fill', 'green', 0.7, 100, 6, 50, 10],
      ['fill', 'black', 1, 149, 6, 1, 10],
      ['fill', 'green', 1, 150, 6, 100, 10],
      ['fill', 'black', 1, 249, 6, 1, 10],
      ['fill', 'white', 1, 149, 3, 2, 13],
      ['fill', 'white', 1, 149, 3, 5, 2],
    ],
  );
});

void test('where children run the phases have the upper half of the bar', () => {
  const calls = painted({ offset: 100, duration: 400, phases: PHASES, flags: ROW.hasChildren, self: [100, 150] });
  const fills = calls.filter(([name, color]) => name === 'fill' && color === 'green');
  assert.deepEqual(fills[1], ['fill', 'green', 1, 50, 6, 25, 10], 'self time below');
  assert.deepEqual(
    fills.slice(2).map(([, , , , , , height]) => height),
    [5, 5, 5],
  );
});

void test('phases out of sight are not drawn, and those of a span in error are red', () => {
  const far = { ...PHASES, times: PHASES.times.map((time) => time + 5000), firstNs: Float64Array.of(5300, Number.NaN) };
  assert.equal(painted({ offset: 100, duration: 400, phases: far }).filter(([, color]) => color === 'hatch').length, 0);
  const error = painted({ offset: 100, duration: 400, phases: PHASES, flags: ROW.error });
  assert.equal(error.filter(([, color]) => color === 'green').length, 0);
});
