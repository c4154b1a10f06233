import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { spanIdAt, START_MS, tracesRequest } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';
import { engineBridge } from './support/engineBridge.ts';
import { usePanelBrowser, type OpenOptions, type PanelPage } from './support/panelPage.ts';
import type { ThemeName } from './support/themes.ts';
import { eventually } from '../support/eventually.ts';

const MS = 1_000_000n;
const browser = usePanelBrowser();
let few: TestEngine;
let many: TestEngine;

/** Traces a second apart, slower in the middle; every 40th failed; a restart after two thirds. */
function fill(engine: TestEngine, count: number): void {
  for (let i = 0; i < count; i++) {
    const wave = 20 + 400 * Math.exp(-(((i - count / 2) / (count / 12)) ** 2));
    const ms = wave * (0.4 + ((i * 7919) % 1000) / 500);
    const startNs = BigInt(START_MS + i * 1000) * MS;
    engine.store.ingestTraces(
      tracesRequest(
        [
          {
            traceId: `b${i.toString(16).padStart(31, '0')}`,
            spanId: spanIdAt(1),
            name: `POST /triage ${String(i)}`,
            startNs,
            endNs: startNs + BigInt(Math.round(ms * 1e6)),
            ...(i % 40 === 7 && { status: { code: 2 } }),
          },
        ],
        { resource: { 'service.name': 'gateway', 'process.pid': i < (2 * count) / 3 ? '7' : '8' } },
      ),
    );
  }
}

before(async () => {
  few = await startTestEngine({ receiver: false });
  many = await startTestEngine({ receiver: false });
  fill(few, 300);
  fill(many, 25_000);
  const at = START_MS + 120_000;
  await few.request('markers/put', { id: 'f', kind: 'file', atMs: at, toMs: at, label: 'app/predict.py' });
  await few.request('markers/put', {
    id: 'h',
    kind: 'head',
    atMs: at + 30_000,
    toMs: at + 30_000,
    label: 'main 1a2b3c4',
  });
  await few.request('markers/put', {
    id: 'p',
    kind: 'pause',
    atMs: at - 60_000,
    toMs: at - 52_000,
    label: 'predict.py',
  });
});
after(async () => {
  await few.stop();
  await many.stop();
});

async function open(engine: TestEngine, options: OpenOptions = {}): Promise<PanelPage> {
  const panel = await browser.open({ bridge: engineBridge(engine), list: true, width: 1200, height: 800, ...options });
  await panel.page.waitForSelector('.plot-canvas');
  await panel.page.waitForSelector('.list-entry');
  await panel.page.waitForFunction(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.plot-canvas');
    const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    return [...pixels].some((value) => value !== 0);
  });
  return panel;
}

function total(panel: PanelPage): Promise<string | null> {
  return panel.page.locator('.list-total').textContent();
}

test('a drag over the scatter filters the list; the chip says what, and takes it back', async () => {
  const panel = await open(few);
  const box = await panel.page.locator('.plot-area').boundingBox();
  assert.ok(box);
  await panel.page.mouse.move(box.x + 400, box.y + 20);
  await panel.page.mouse.down();
  await panel.page.mouse.move(box.x + 600, box.y + 60, { steps: 4 });
  await panel.page.mouse.up();
  await panel.page.locator('.plot-chip').waitFor();
  await panel.page.waitForFunction(() => / of 300$/.test(document.querySelector('.list-total')?.textContent ?? ''));
  await eventually(async () =>
    assert.match((await panel.page.locator('.plot-chip-text').textContent()) ?? '', /–.*·.*–/),
  );
  await panel.page.getByRole('button', { name: 'Remove what is brushed' }).click();
  await panel.page.waitForFunction(() => document.querySelector('.list-total')?.textContent === '300');
  await panel.close();
});

test('a drag over the histogram filters by duration alone, which goes into the filter as text', async () => {
  const panel = await open(few);
  const box = await panel.page.locator('.plot-area').boundingBox();
  assert.ok(box);
  await panel.page.mouse.move(box.x + box.width - 60, box.y + 14);
  await panel.page.mouse.down();
  await panel.page.mouse.move(box.x + box.width - 40, box.y + 50, { steps: 4 });
  await panel.page.mouse.up();
  await panel.page.locator('.plot-chip').waitFor();
  await panel.page.waitForFunction(() => / of 300$/.test(document.querySelector('.list-total')?.textContent ?? ''));
  const listed = (await total(panel))?.split(' ')[0];
  await panel.page.getByRole('button', { name: 'to filter' }).click();
  await panel.page.locator('.plot-chip').waitFor({ state: 'detached' });
  // Filtered by text now: nothing else is counted. Rounded to four digits, one may differ.
  await panel.page.waitForFunction(
    (wanted) => Math.abs(Number(document.querySelector('.list-total')?.textContent) - wanted) <= 1,
    Number(listed),
  );
  await panel.close();
});

test('pointing at a trace names it and holds the plot still; a click opens it', async () => {
  const panel = await open(few);
  const box = await panel.page.locator('.plot-area').boundingBox();
  assert.ok(box);
  const said = panel.page.locator('.plot-said');
  const names = said.filter({ hasText: /./ });
  for (let [y, isNamed] = [95, false]; y > 10 && !isNamed; y -= 8) {
    await panel.page.mouse.move(box.x + 500, box.y + y);
    // Where no trace lies nothing is ever said.
    isNamed = await names.waitFor({ timeout: 500 }).then(
      () => true,
      () => false,
    );
  }
  await eventually(async () => assert.match((await said.textContent()) ?? '', /^POST \/triage \d+ · /));
  const name = /^POST \/triage \d+/.exec((await said.textContent()) ?? '')?.[0] ?? '';
  await panel.page.mouse.down();
  await panel.page.mouse.up();
  await panel.page.waitForFunction(
    (wanted) => document.querySelector('.trace-header')?.textContent.includes(wanted) === true,
    name,
  );
  await panel.close();
});

test('by keyboard: arrows go from trace to trace, Shift brushes, Enter opens, m goes to changes, Escape clears', async () => {
  const panel = await open(few);
  const area = panel.page.locator('.plot-area');
  await area.focus();
  await panel.page.keyboard.press('End');
  const said = panel.page.locator('.plot-said');
  await said.filter({ hasText: 'POST /triage 299' }).waitFor();
  await panel.page.keyboard.press('Shift+ArrowLeft');
  await panel.page.keyboard.press('Shift+ArrowLeft');
  await panel.page.waitForFunction(() => document.querySelector('.list-total')?.textContent === '3 of 300');
  await panel.page.keyboard.press('Escape');
  await panel.page.waitForFunction(() => document.querySelector('.list-total')?.textContent === '300');
  await said.filter({ hasText: 'POST /triage 297' }).waitFor();
  await panel.page.keyboard.press('Enter');
  await panel.page.waitForFunction(
    () => document.querySelector('.trace-header')?.textContent.includes('POST /triage 297') === true,
  );
  await area.focus();
  await panel.page.keyboard.press('m');
  await said.filter({ hasText: 'Debugger paused 8 s: predict.py' }).waitFor();
  await panel.page.keyboard.press('m');
  await said.filter({ hasText: 'Saved: app/predict.py' }).waitFor();
  await panel.page.keyboard.press('m');
  await panel.page.keyboard.press('m');
  await said.filter({ hasText: 'Restarted: gateway' }).waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('the plots can be hidden and come back, also after a reload', async () => {
  const panel = await open(few);
  await panel.page.locator('.plot').getByRole('button', { name: 'Hide latency over time' }).click();
  await panel.page.locator('.plot').waitFor({ state: 'detached' });
  await panel.page.reload();
  await panel.page.waitForSelector('.list-entry');
  await eventually(async () => assert.equal(await panel.page.locator('.plot').count(), 0));
  await panel.page.getByRole('button', { name: 'Show latency over time' }).click();
  await panel.page.locator('.plot').waitFor();
  await panel.close();
});

for (const theme of ['dark', 'light', 'highContrast'] as const satisfies readonly ThemeName[]) {
  test(`the plots are looked at in ${theme}`, async () => {
    const panel = await open(few, { theme });
    const box = await panel.page.locator('.plot-area').boundingBox();
    assert.ok(box);
    await panel.page.mouse.move(box.x + 400, box.y + 20);
    await panel.page.mouse.down();
    await panel.page.mouse.move(box.x + 600, box.y + 70, { steps: 4 });
    await panel.page.mouse.up();
    await panel.page.locator('.plot-chip').waitFor();
    await panel.settle();
    await panel.screenshot(`plot-few-${theme}`);
    await panel.close();
    const dense = await open(many, { theme });
    await dense.screenshot(`plot-many-${theme}`);
    await dense.close();
  });
}

test('a narrow panel without a list leaves its room to the rows, and has plots without a histogram on demand', async () => {
  const narrow = await browser.open({ bridge: engineBridge(few), width: 460, height: 800, theme: 'light' });
  await narrow.page.waitForSelector('.wf-row:not(.placeholder)');
  await eventually(async () => assert.equal(await narrow.page.locator('.plot-canvas').count(), 0));
  await narrow.page.getByRole('button', { name: 'Show latency over time' }).click();
  await narrow.page.waitForSelector('.plot-canvas');
  await narrow.settle();
  await narrow.screenshot('plot-narrow');
  assert.deepEqual(narrow.problems, []);
  await narrow.close();
});
