import assert from 'node:assert/strict';
import { test } from 'node:test';
import { POINT, type LatencyPlot } from '../../../src/core/list/latencyPlot.ts';
import type { ListFigures } from '../../../src/core/list/traceListView.ts';
import { brushText, filterOfBrush } from '../../../webview/plot/brushText.ts';
import { paintPlot, type PlotContext, type PlotPicture } from '../../../webview/plot/plotPainter.ts';
import { nextPoint } from '../../../webview/plot/plotPoints.ts';
import { brushOf, durationTicks, plotFrame, PlotScale, timeTicks } from '../../../webview/plot/plotScale.ts';

const MS = 1e6;
const FIGURES: ListFigures = { count: 3, errors: 1, measured: 2, p50Ns: 10 * MS, p95Ns: 900 * MS, p99Ns: 900 * MS };
const COLORS = {
  point: 'blue',
  error: 'red',
  text: 'black',
  dimText: 'gray',
  grid: 'silver',
  mark: 'navy',
  font: '11px x',
};

function plotOf(change: Partial<LatencyPlot> = {}): LatencyPlot {
  return {
    fromMs: 0,
    toMs: 1000,
    loNs: 1 * MS,
    hiNs: 1000 * MS,
    columns: 100,
    rows: 20,
    count: 3,
    timeMs: Float64Array.of(100, 500, 900),
    durationNs: Float64Array.of(10 * MS, 100 * MS, 900 * MS),
    flags: Uint8Array.of(0, POINT.error, POINT.assembling),
    cellX: new Uint16Array(0),
    cellY: new Uint16Array(0),
    cellCount: new Uint32Array(0),
    cellErrors: new Uint32Array(0),
    histogram: new Uint32Array(20),
    histogramErrors: new Uint32Array(20),
    ...change,
  };
}

/** Paints and answers the calls: what was filled and stroked, in which colour. */
function painted(change: Partial<PlotPicture> = {}, plot = plotOf()): string[] {
  const calls: string[] = [];
  let path = 0;
  const context = {
    fillStyle: '',
    strokeStyle: '',
    globalAlpha: 1,
    lineWidth: 1,
    font: '',
    textAlign: 'left',
    textBaseline: 'middle',
    setTransform: () => undefined,
    clearRect: () => undefined,
    setLineDash: () => undefined,
    fillRect: (x: number, y: number, w: number, h: number) =>
      calls.push(`fill ${context.fillStyle} ${[x, y, w, h].map(Math.round).join(' ')}`),
    strokeRect: () => calls.push(`outline ${context.strokeStyle}`),
    fillText: (text: string) => calls.push(`text ${text.replaceAll('\u00a0', ' ')}`),
    beginPath: () => {
      path = 0;
    },
    moveTo: () => path++,
    lineTo: () => path++,
    stroke: () => calls.push(`lines ${context.strokeStyle} ${String(path)}`),
  };
  const size = { width: 700, height: 108 };
  const scale = new PlotScale(plotFrame(size.width, size.height), plot);
  const picture = {
    plot,
    figures: FIGURES,
    markers: [],
    scale,
    brush: null,
    cursor: undefined,
    mark: undefined,
    clock: String,
    ...change,
  };
  paintPlot(context as unknown as PlotContext, picture, COLORS, size, 1);
  return calls;
}

test('points stand at their time and duration; errors have a shape of their own, what is not measured an outline', () => {
  const calls = painted();
  const scale = new PlotScale(plotFrame(700, 108), plotOf());
  const [x, y] = [Math.round(scale.x(100) - 2), Math.round(scale.y(10 * MS) - 2)];
  assert.equal(calls.filter((call) => call === `fill blue ${String(x)} ${String(y)} 4 4`).length, 1);
  assert.ok(calls.includes('outline blue'));
  // One cross of two strokes.
  assert.ok(calls.includes('lines red 4'));
});

test('many traces are cells, stronger where there are more, errors crossed', () => {
  const calls = painted(
    {},
    plotOf({
      count: 9000,
      timeMs: new Float64Array(0),
      cellX: Uint16Array.of(0, 99),
      cellY: Uint16Array.of(0, 19),
      cellCount: Uint32Array.of(8999, 1),
      cellErrors: Uint32Array.of(0, 1),
    }),
  );
  const { left, top, width, height } = plotFrame(700, 108);
  const cells = calls.filter((call) => call.startsWith('fill blue'));
  const low = Math.round(top + height - height / 20);
  assert.equal(cells[0], `fill blue ${String(left)} ${String(low)} ${String(Math.round(width / 100))} 4`);
  assert.equal(cells.length, 2);
  assert.ok(calls.includes('lines red 4'));
});

test('percentiles cross scatter and histogram, with their names where these do not stand on each other', () => {
  const calls = painted();
  assert.equal(calls.filter((call) => call === 'lines navy 2').length, 3);
  assert.deepEqual(
    calls.filter((call) => /^text p\d/.test(call)),
    ['text p50', 'text p95'],
  );
  const none = painted({ figures: { ...FIGURES, measured: 0 } });
  assert.ok(!none.some((call) => call.startsWith('text p')));
});

test('changes are lines with a sign each, pauses stretches; what is out of sight is left out', () => {
  const marker = { id: 'a', kind: 'restart', atMs: 500, toMs: 500, label: 'x' } as const;
  const before = painted().length;
  const markers = [
    marker,
    { ...marker, id: 'b', kind: 'file' },
    { ...marker, id: 'c', kind: 'head' },
    { ...marker, id: 'd', kind: 'pause', toMs: 700 },
    { ...marker, id: 'e', atMs: 5000, toMs: 5000 },
  ] as const;
  // Two for each of three, three for the pause.
  assert.equal(painted({ markers }).length - before, 9);
  // The one that is pointed at stands out.
  const pointed = painted({ markers, mark: 'a' }).filter((call) => /^lines black/.test(call));
  assert.equal(pointed.length, 2);
});

test('a narrow strip has no histogram', () => {
  assert.equal(plotFrame(400, 108).histogramWidth, 0);
  assert.ok(plotFrame(700, 108).histogramWidth > 0);
});

test('a drag brushes along the axes it went', () => {
  const scale = new PlotScale(plotFrame(700, 108), plotOf());
  const at = (ms: number, ns: number): { x: number; y: number } => ({ x: scale.x(ms), y: scale.y(ns) });
  const box = brushOf(scale, at(800, 10 * MS), at(200, 100 * MS), false);
  assert.deepEqual(
    [box?.fromMs, box?.toMs, box?.minNs, box?.maxNs].map((value) => Math.round(value ?? -1)),
    [200, 800, 10 * MS, 100 * MS],
  );
  const times = brushOf(scale, at(200, 10 * MS), at(800, 10 * MS), false);
  assert.deepEqual([times?.minNs, times?.maxNs], [null, null]);
  const durations = brushOf(scale, at(200, 10 * MS), at(800, 100 * MS), true);
  assert.deepEqual([durations?.fromMs, durations?.toMs], [null, null]);
  assert.equal(brushOf(scale, at(200, 10 * MS), at(201, 10 * MS), false), undefined);
});

test('a brush reads in words, and its durations in the filter language', () => {
  const brush = { fromMs: 1, toMs: 2, minNs: 120.04 * MS, maxNs: null };
  assert.equal(brushText(brush, (ms) => `t${String(ms)}`).replaceAll('\u00a0', ' '), 't1 – t2 · 120 ms – …');
  assert.equal(filterOfBrush(brush), 'trace.dur>=120ms');
  assert.equal(filterOfBrush({ ...brush, minNs: null, maxNs: 1.5e9 }), 'trace.dur<=1.5s');
  assert.equal(filterOfBrush({ ...brush, minNs: null }), '');
});

test('keys go from point to point by time and by duration, and stop at the ends', () => {
  const plot = plotOf({ durationNs: Float64Array.of(100 * MS, 10 * MS, 900 * MS) });
  const times: (number | undefined)[] = [];
  let at = nextPoint(plot, undefined, 'ArrowLeft');
  for (const key of ['ArrowLeft', 'ArrowLeft', 'ArrowUp', 'ArrowDown', 'ArrowDown', 'Home', 'End']) {
    times.push(at?.timeMs);
    at = nextPoint(plot, at, key) ?? at;
  }
  assert.deepEqual([...times, at?.timeMs], [900, 500, 100, 900, 100, 500, 100, 900]);
  assert.equal(nextPoint(plot, at, 'ArrowUp'), undefined);
});

test('ticks are round and not too many', () => {
  const range = { fromMs: 0, toMs: 60_000, loNs: 1 * MS, hiNs: 5000 * MS };
  assert.deepEqual(
    durationTicks(range, 4),
    [1, 10, 100, 1000].map((ms) => ms * MS),
  );
  assert.ok(durationTicks({ ...range, loNs: 100, hiNs: 1e14 }, 4).length <= 4);
  const { times, stepMs } = timeTicks(range, 500);
  assert.equal(stepMs, 15_000);
  assert.deepEqual(times, [0, 15_000, 30_000, 45_000, 60_000]);
});
