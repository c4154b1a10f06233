import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usePanelBrowser, type PanelPage } from './support/panelPage.ts';
import { eventually } from '../support/eventually.ts';

const browser = usePanelBrowser();

interface Place {
  readonly first: string;
  readonly topPx: number;
  readonly ticks: string;
  readonly selected: string;
}

async function placeOf(panel: PanelPage): Promise<Place> {
  await panel.settle();
  return panel.page.evaluate(() => {
    const top = document.querySelector('.wf-viewport')?.getBoundingClientRect().top ?? 0;
    const rows = [...document.querySelectorAll('.wf-row')]
      .map((row) => ({ row, y: row.getBoundingClientRect().top - top }))
      .sort((a, b) => a.y - b.y);
    return {
      first: rows[0]?.row.querySelector('.wf-name')?.textContent ?? '',
      topPx: Math.round(rows[0]?.y ?? NaN),
      ticks: [...document.querySelectorAll<HTMLElement>('.wf-tick')].map((tick) => tick.innerText).join(),
      selected: document.querySelector('.wf-row.selected .wf-name')?.textContent ?? '',
    };
  });
}

/** Waits until the page has kept where it stands: it may go without a word. */
async function kept(panel: PanelPage, wanted: string): Promise<void> {
  await panel.page.waitForFunction((part) => (sessionStorage.getItem('state') ?? '').includes(part), wanted);
}

test('a page that was destroyed comes back to the same rows, at the same zoom, with the same span', async () => {
  const panel = await browser.open({ scenario: 'many', reducedMotion: true });
  const { page } = panel;
  const bars = await page.locator('.wf-bars').boundingBox();
  assert.ok(bars);
  await page.getByRole('treegrid').focus();
  await page.mouse.move(bars.x + 200, bars.y + 100);
  for (let press = 0; press < 5; press++) await page.keyboard.press('w');
  await page.mouse.wheel(0, 22 * 1000 + 7);
  await page.waitForFunction(
    () => document.querySelector('.wf-row:not(.placeholder) .wf-name')?.textContent !== 'batch',
  );
  await page.waitForFunction(() => document.querySelectorAll('.wf-row.placeholder').length === 0);
  const before = await placeOf(panel);
  assert.notEqual(before.topPx, 0);
  await kept(panel, '"topPx":-7');
  await page.mouse.move(5, 5);
  await page.reload();
  await page.waitForFunction(() => document.querySelectorAll('.wf-row:not(.placeholder)').length > 10);
  await eventually(async () => assert.deepEqual({ ...(await placeOf(panel)), selected: before.selected }, before));
  await kept(panel, '"spanId":"0000000000000001"');
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('another engine shows the trace where it was', async () => {
  const panel = await browser.open({ scenario: 'many', reducedMotion: true });
  const { page } = panel;
  await page.getByRole('treegrid').focus();
  await page.keyboard.press('w');
  await page.keyboard.press('w');
  await page.locator('.wf-scroller').hover();
  await page.mouse.wheel(0, 22 * 50);
  await page.waitForFunction(
    () => document.querySelector('.wf-row:not(.placeholder) .wf-name')?.textContent !== 'batch',
  );
  const before = await placeOf(panel);
  await page.evaluate(() => window.fake.host.emit('engine/restarted', { moved: true }));
  await page.waitForFunction(() => window.fake.host.calls.filter((call) => call.method === 'view/open').length === 2);
  await page.waitForFunction(() => document.querySelectorAll('.wf-row:not(.placeholder)').length > 10);
  await eventually(async () => assert.deepEqual(await placeOf(panel), before));
  await panel.close();
});

test('a trace that is chosen later begins at its begin, whole', async () => {
  const panel = await browser.open({ reducedMotion: true, list: true });
  const { page } = panel;
  const whole = (await placeOf(panel)).ticks;
  await page.getByRole('treegrid').focus();
  await page.keyboard.press('w');
  await page.evaluate(() => {
    const { host, triage, fakeTraceId } = window.fake;
    const traceId = fakeTraceId(0x78);
    host.putTrace({ ...triage, traceId });
    host.emit('panel/show', { traceId, spanId: '', focus: false });
  });
  await page.waitForFunction(
    (ticks) => [...document.querySelectorAll<HTMLElement>('.wf-tick')].map((tick) => tick.innerText).join() === ticks,
    whole,
  );
  await panel.close();
});

test('another engine’s view is folded as the one before was', async () => {
  const panel = await browser.open({ reducedMotion: true });
  const { page } = panel;
  await page.locator('.wf-row', { hasText: 'get_features' }).click();
  await page.keyboard.press('Space');
  await page.locator('.wf-row', { hasText: 'redis GET' }).waitFor({ state: 'detached' });
  const before = await panel.rowNames();
  await page.evaluate(() => window.fake.host.emit('engine/restarted', { moved: true }));
  await page.waitForFunction(() => {
    const methods = window.fake.host.calls.map(({ method }) => method);
    return methods.slice(methods.lastIndexOf('view/open')).join().includes('view/fold');
  });
  await page.waitForFunction(() => window.fake.host.calls.at(-1)?.method !== 'view/fold');
  await panel.settle();
  await eventually(async () => assert.deepEqual(await panel.rowNames(), before));
  assert.equal(before.includes('redis GET'), false);
  await panel.close();
});
