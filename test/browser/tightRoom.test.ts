import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { START_MS, traceFromText } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';
import { findings } from './support/axe.ts';
import { engineBridge } from './support/engineBridge.ts';
import { usePanelBrowser, type PanelPage } from './support/panelPage.ts';

const browser = usePanelBrowser();
let engine: TestEngine;

/** As the panel is at 200 % zoom in a window of 1280 × 800, and beside an editor. */
const ROOMS = [
  { name: 'at 200 % zoom', width: 640, height: 400, scale: 2 },
  { name: 'in a narrow panel', width: 400, height: 720 },
] as const;
/** With its details open, so many rows stay in sight. */
const LEAST_ROWS = 4;

before(async () => {
  engine = await startTestEngine({ receiver: false });
  for (let index = 0; index < 10; index++) {
    const documents = index < 3 ? 500 : 20;
    const end = index < 3 ? 700 : 90;
    const drawn = [
      `POST /triage gateway 0..${end + 200} server http.route=/triage event:accepted@5`,
      '  get_features features 4..35 client',
      '    redis GET features 9..21 client db.system=redis',
      `  search retrieval 37..${end} client documents=${documents}`,
      `    rerank retrieval 54..${end - 4} documents=${documents}`,
      `  predict model ${end + 4}..${end + 150} client error`,
      '  format response gateway 40..60',
    ].join('\n');
    const startMs = START_MS + index * 1000;
    const body = traceFromText(drawn, { traceId: (index + 1).toString(16).padStart(32, '0'), startMs });
    await engine.request('traces/import', { signal: 'traces', body });
  }
});
after(() => engine.stop());

/** Controls that cannot be reached by the eye: outside of the window, or cut by what they stand in and not to be scrolled to. */
async function cutControls(panel: PanelPage): Promise<string[]> {
  return panel.page.evaluate(() => {
    const cut: string[] = [];
    const { scrollWidth, scrollHeight } = document.documentElement;
    if (scrollWidth > innerWidth || scrollHeight > innerHeight) cut.push('the page scrolls');
    for (const control of document.querySelectorAll('button, input, select, [role=tab]')) {
      const box = control.getBoundingClientRect();
      if (box.width === 0 || box.height === 0 || !control.checkVisibility({ visibilityProperty: true })) continue;
      const name = `${control.className} ${control.getAttribute('aria-label') ?? control.textContent}`.trim();
      // Names of services that have no room are counted beside them.
      if (control.closest('.service-names')) continue;
      for (let at = control.parentElement; at; at = at.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(at);
        if (/auto|scroll/.test(`${overflowX} ${overflowY}`)) break;
        const around = at.getBoundingClientRect();
        const sticksOut =
          box.right > around.right + 1.5 || box.left < around.left - 1.5 || box.bottom > around.bottom + 1.5;
        if (sticksOut && overflowX !== 'visible') cut.push(`${name} is cut by ${at.className}`);
        if (at === document.body && sticksOut) cut.push(`${name} is outside of the window`);
      }
    }
    return cut;
  });
}

for (const { name, ...room } of ROOMS) {
  test(`${name} every view keeps its controls in sight and some rows beside the details`, async () => {
    const panel = await browser.open({ bridge: engineBridge(engine), ...room });
    const { page } = panel;
    await page.locator('.wf-row', { hasText: 'get_features' }).click();
    await page.locator('.details-title h2', { hasText: 'get_features' }).waitFor();
    const rowsPx = (): Promise<number> => page.locator('.wf-scroller').evaluate((element) => element.clientHeight);
    await eventually(async () => assert.ok((await rowsPx()) >= LEAST_ROWS * 22, String(await rowsPx())));
    const fits = (what: string): Promise<void> =>
      eventually(async () => assert.deepEqual(await cutControls(panel), [], what));
    const tabs = page.getByRole('tablist', { name: 'Views of the trace' }).getByRole('tab');
    for (const view of ['Waterfall', 'Flame', 'Statistics', 'Graph', 'Logs']) {
      await tabs.filter({ hasText: view }).click();
      await page
        .locator({ Flame: '.flame-boxes', Waterfall: '.wf-row' }[view] ?? '.rows-row')
        .first()
        .waitFor();
      await fits(view);
    }
    await tabs.filter({ hasText: 'Waterfall' }).click();
    await page.getByRole('treegrid', { name: /^Spans of/ }).focus();
    await page.keyboard.press('/');
    await page.keyboard.type('re');
    await page.locator('.find-count', { hasText: ' of ' }).waitFor();
    await fits('find');
    await page.keyboard.press('Escape');
    await page.locator('.filter-input').fill('any(documents>100)');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await page.locator('.filter-count', { hasText: '3 of 10' }).waitFor();
    await fits('filter');
    await page.getByRole('button', { name: 'Show latency over time' }).click();
    await page.locator('.plot-canvas').waitFor();
    await fits('plot');
    await page.getByRole('button', { name: 'Hide latency over time' }).first().click();
    const show = page.getByRole('button', { name: 'Show the trace list' });
    if (await show.isVisible()) await show.click();
    await page.getByRole('button', { name: 'Why these?' }).click();
    await page.locator('.why .rows-row').first().waitFor();
    await fits('why, beside the list');
    await page.getByRole('button', { name: 'Hide the trace list' }).click();
    await fits('why');
    await eventually(async () => assert.deepEqual(await findings(panel, '.why'), []));
    assert.deepEqual(panel.problems, []);
    await panel.close();
  });
}
