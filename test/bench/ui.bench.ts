// The panel in Chromium over a real engine in another process (`spanline serve`), by real input events: from a click on a
// trace to its first paint, frames while scrolling, jumping and zooming in a million spans, the heap, and the minimap.
// Software rendering. Frames as best of three runs: what else the machine does is not ours.
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { CDPSession, Page } from 'playwright-core';
import { MinimapPainter } from '../../src/core/layout/minimap.ts';
import { buildDisplayTree } from '../../src/core/layout/displayTree.ts';
import type { TraceId } from '../../src/core/model/ids.ts';
import { TraceStore } from '../../src/core/store/traceStore.ts';
import { servePage, type ServedPage } from './servedPage.ts';
import { recorded, type Recorded } from './uiRecorder.ts';
import { traceBodies } from './uiTraces.ts';

const SIZES = [
  { name: 'bench 10k', spans: 10_000 },
  { name: 'bench 100k', spans: 100_000, firstPaintMs: 200 },
  { name: 'bench 1M', spans: 1_000_000, firstPaintMs: 800 },
] as const;
const SMALL = 'bench small';
const RUNS = 3;
const SCREENSHOTS = path.resolve(import.meta.dirname, '../../out/screenshots');

function report(figure: Readonly<Record<string, string | number | boolean>>): void {
  const detail = [figure['detail'], `load ${(os.loadavg()[0] ?? 0).toFixed(1)}`].filter(Boolean).join('; ');
  console.log(JSON.stringify({ ...figure, detail }));
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? NaN;
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

async function send(served: ServedPage): Promise<void> {
  const traces = [...SIZES.toReversed(), { name: SMALL, spans: 14 }];
  for (const [number, { name, spans }] of traces.entries()) {
    for (const body of traceBodies(name, spans, number + 1)) await served.post(body);
  }
}

/** Clicks a trace in the list with the mouse; answers milliseconds from the click to its first paint. */
async function open(page: Page, name: string): Promise<number> {
  const shown = { '.trace-header h1': name, '.wf-row:not(.placeholder) .wf-name': name };
  await page.evaluate((wanted) => window.recorder.clickToPaint(wanted), shown);
  await page.locator('.app-list').getByText(name, { exact: true }).first().click();
  return page.evaluate(() => window.recorder.painted);
}

async function firstPaints(page: Page): Promise<void> {
  for (const size of SIZES) {
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      await open(page, SMALL);
      times.push(await open(page, size.name));
    }
    const value = Math.round(Math.min(...times));
    const budget = 'firstPaintMs' in size ? size.firstPaintMs : undefined;
    report({
      name: `click → first paint of ${size.spans.toLocaleString('en')} spans, best of ${RUNS}`,
      value,
      unit: 'ms',
      ...(budget !== undefined && { budget: `≤ ${budget} ms`, ok: value <= budget }),
      detail: times.map((time) => Math.round(time)).join(' '),
    });
    await page.waitForTimeout(500);
    await page.screenshot({ path: path.join(SCREENSHOTS, `ui-${size.spans}.png`) });
  }
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function boxOf(page: Page, selector: string): Promise<Place> {
  const box = await page.locator(selector).boundingBox();
  if (!box) throw new Error(`${selector} is not there`);
  return box;
}

/** Wheel turns by the browser's own input, one a frame. */
async function wheel(cdp: CDPSession, at: Place, turns: number, event: Record<string, number>): Promise<void> {
  const [x, y] = [at.x + at.width / 2, at.y + at.height / 2];
  for (let turn = 0; turn < turns; turn++) {
    await cdp.send('Input.dispatchMouseEvent', { type: 'mouseWheel', x, y, deltaX: 0, deltaY: 0, ...event });
    await new Promise((resolve) => setTimeout(resolve, 14));
  }
}

type Act = (page: Page, cdp: CDPSession) => Promise<void>;

const scroll: Act = async (page, cdp) => {
  const rows = await boxOf(page, '.wf-scroller');
  await wheel(cdp, rows, 80, { deltaY: 240 });
  await wheel(cdp, rows, 40, { deltaY: -600 });
};

/** Below the scrollbar's arrow lies its slider, which is as short as it can be. */
const SLIDER_PX = 26;

/** The scrollbar's slider dragged from the top to the middle, a quarter, nearly the end, and back. */
const jump: Act = async (page) => {
  const scroller = page.locator('.wf-scroller');
  const rows = await boxOf(page, '.wf-scroller');
  await scroller.evaluate((element) => {
    element.scrollTop = 0;
  });
  await page.waitForTimeout(300);
  const x = rows.x + rows.width - 7;
  let y = rows.y + SLIDER_PX;
  for (const part of [0.5, 0.25, 0.9, 0.02]) {
    await page.mouse.move(x, y);
    await page.mouse.down();
    y = rows.y + SLIDER_PX + (rows.height - 2 * SLIDER_PX) * part;
    await page.mouse.move(x, y, { steps: 6 });
    await page.mouse.up();
    await page.waitForTimeout(150);
    const at = await scroller.evaluate((element) => element.scrollTop / (element.scrollHeight - element.clientHeight));
    if (Math.abs(at - part) > 0.05) throw new Error(`the slider was dragged to ${part}, and stands at ${at}`);
  }
};

const zoom: Act = async (page, cdp) => {
  const bars = await boxOf(page, '.wf-bars');
  const CTRL = 2;
  await wheel(cdp, bars, 40, { deltaY: -120, modifiers: CTRL });
  await wheel(cdp, bars, 40, { deltaX: 60 });
  await wheel(cdp, bars, 60, { deltaY: 120, modifiers: CTRL });
};

async function heapMb(cdp: CDPSession): Promise<number> {
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  return usedSize / 2 ** 20;
}

async function frames(page: Page, cdp: CDPSession): Promise<void> {
  const peaks: number[] = [];
  for (const [what, act] of Object.entries({ scroll, jump, zoom })) {
    const runs: Recorded[] = [];
    for (let run = 0; run < RUNS; run++) {
      runs.push(await recorded(page, () => act(page, cdp)));
      peaks.push(await heapMb(cdp));
      if (what === 'zoom') await page.screenshot({ path: path.join(SCREENSHOTS, 'ui-1000000-zoomed.png') });
    }
    const best = (of: (run: Recorded) => number): { value: number; detail: string } => {
      const values = runs.map(of);
      return { value: tenth(Math.min(...values)), detail: values.map(tenth).join(' ') };
    };
    const frame = best((run) => quantile(run.frames, 0.95));
    report({
      name: `${what} at 1M spans, frames p95, best of ${RUNS}`,
      ...frame,
      unit: 'ms',
      budget: '≤ 16.8 ms',
      // What a clock of 60 Hz and its rounding make of 16.67.
      ok: frame.value <= 16.8,
    });
    const script = best((run) => quantile(run.scripts, 0.95));
    report({
      name: `${what} at 1M spans, script p95`,
      ...script,
      unit: 'ms',
      budget: '≤ 4 ms',
      ok: script.value <= 4,
    });
    const longest = best((run) => Math.max(0, ...run.longTasks));
    report({ name: `${what} at 1M spans, longest task (0: none over 50 ms)`, ...longest, unit: 'ms' });
    if (what === 'jump') {
      const held = best((run) => run.placeholderRun);
      report({
        name: 'jump at 1M spans, frames with placeholders after the slider rests',
        ...held,
        unit: 'frames',
        budget: '≤ 2',
        ok: held.value <= 2,
      });
    }
  }
  const heap = Math.max(...peaks);
  report({
    name: 'JS heap of the page at 1M spans, garbage included, most',
    value: tenth(heap),
    unit: 'MB',
    budget: '≤ 60 MB',
    ok: heap <= 60,
  });
}

/** 20,000 spans a second of other traces arrive while the rows scroll. */
async function whileTracesArrive(page: Page, cdp: CDPSession): Promise<void> {
  const bodies = Array.from({ length: 60 }, (_, number) => [
    ...traceBodies(`live ${number}`, 2000, 20 + number),
  ]).flat();
  const sending = { on: true };
  const sender = (async () => {
    for (let sent = 0; sending.on; sent++) {
      const body = bodies[sent % bodies.length];
      if (body) await served.post(body);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  const runs: Recorded[] = [];
  for (let run = 0; run < RUNS; run++) runs.push(await recorded(page, () => scroll(page, cdp)));
  sending.on = false;
  await sender;
  const frame = runs.map((run) => quantile(run.frames, 0.95));
  const script = runs.map((run) => quantile(run.scripts, 0.95));
  report({
    name: `scroll at 1M spans while 20,000 spans/s arrive, frames p95, best of ${RUNS}`,
    value: tenth(Math.min(...frame)),
    unit: 'ms',
    detail: `${frame.map(tenth).join(' ')}; script p95 ${script.map(tenth).join(' ')}`,
  });
}

/** The engine's part of a whole redraw: the page's is one image of constant size. */
function minimapRedraw(): void {
  const store = new TraceStore({ now: () => 0, maxBytes: 2 ** 32 });
  for (const body of traceBodies('minimap', 1_000_000, 9)) store.ingestTraces(body);
  const columns = store.columns('9'.padStart(32, '0') as TraceId);
  if (!columns) throw new Error('no trace to draw');
  const tree = buildDisplayTree(columns, 3);
  const draw = (): void => {
    const painter = new MinimapPainter(tree, 1200, 36);
    while (!painter.done) painter.step();
  };
  for (let warm = 0; warm < 5; warm++) draw();
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const begin = process.threadCpuUsage();
    for (let turn = 0; turn < 20; turn++) draw();
    const { user, system } = process.threadCpuUsage(begin);
    times.push((user + system) / 1000 / 20);
  }
  const value = tenth(quantile(times, 0.5));
  report({
    name: 'minimap of 1M spans, whole redraw, CPU',
    value,
    unit: 'ms',
    budget: '≤ 20 ms',
    ok: value <= 20,
    detail: times.map(tenth).join(' '),
  });
}

mkdirSync(SCREENSHOTS, { recursive: true });
const served = await servePage();
try {
  minimapRedraw();
  await send(served);
  const page = await served.open();
  await page.locator('.app-list').getByText(SMALL, { exact: true }).first().waitFor();
  await firstPaints(page);
  await open(page, 'bench 1M');
  await page.waitForTimeout(1000);
  const rows = Number(await page.getByRole('treegrid').getAttribute('aria-rowcount'));
  if (rows !== 1_000_001) throw new Error(`${rows} rows instead of a million and the heads`);
  const cdp = await page.context().newCDPSession(page);
  await frames(page, cdp);
  await whileTracesArrive(page, cdp);
} finally {
  await served.stop();
}
