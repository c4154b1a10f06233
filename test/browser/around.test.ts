import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { logsRequest, spanIdAt, START_MS, traceFromText } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';
import { engineBridge } from './support/engineBridge.ts';
import type { Page } from 'playwright-core';
import { usePanelBrowser, type PanelPage } from './support/panelPage.ts';
import type { ThemeName } from './support/themes.ts';
import { eventually } from '../support/eventually.ts';

/** Presses the digit of a view once the one before it has the keyboard, which it takes a frame after it is drawn. */
async function turnTo(page: Page, digit: string): Promise<void> {
  await page.locator('.trace-area :focus').waitFor({ state: 'attached' });
  await page.keyboard.press(digit);
}

const browser = usePanelBrowser();
let engine: TestEngine;
before(async () => {
  engine = await startTestEngine({ receiver: false });
  engine.engine.ingest('traces', traceFromText(TRIAGE, { startMs: START_MS }));
});
after(() => engine.stop());

const TRIAGE = `
POST /triage        gateway    0..512   server http.route=/triage
  get_features      features   4..35    client
    SELECT          features   8..30    client db.system.name=postgresql
  search            retrieval  38..328  client documents=500
    embed           retrieval  40..70   gen_ai.provider.name=acme gen_ai.request.model=embed-small
    rank            retrieval  70..180
    rank            retrieval  180..250
    rank            retrieval  250..325
  predict           model      330..490 model.name=clf exception@480 error:boom
    load            model      331..380
  audit             gateway    495..505
`;

async function openTriage(options: { theme?: ThemeName; width?: number; height?: number } = {}): Promise<PanelPage> {
  const panel = await browser.open({ bridge: engineBridge(engine), width: 1100, height: 700, ...options });
  await panel.page.waitForSelector('.wf-row:not(.placeholder)');
  panel.page.setDefaultTimeout(10_000);
  await panel.page.getByRole('treegrid').focus();
  return panel;
}

async function statisticsRows(panel: PanelPage): Promise<string[]> {
  return panel.page.locator('.statistics .rows-row').evaluateAll((rows) =>
    rows.map((row) =>
      [...row.children]
        .slice(0, 3)
        .map((cell) => cell.textContent)
        .join('|'),
    ),
  );
}

test('tabs turn to the statistics of the trace, by mouse, arrow keys and digits, and back', async () => {
  const panel = await openTriage();
  const { page } = panel;
  await page.getByRole('tab', { name: 'Statistics' }).click();
  await page.locator('.statistics .rows-row').first().waitFor();
  await eventually(async () => assert.deepEqual(await statisticsRows(panel), SELF));
  await page.getByRole('tab', { name: 'Statistics' }).press('Home');
  await page.getByRole('treegrid').focus();
  await turnTo(page, '4');
  await page.locator('.statistics [role=grid]:focus').waitFor();
  await turnTo(page, '1');
  await page.locator('.wf-grid:focus').waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

/** By self time. */
const SELF = [
  'rank|3|',
  'predict|1|1',
  'load|1|',
  'embed|1|',
  'SELECT|1|',
  'POST /triage|1|',
  'audit|1|',
  'get_features|1|',
  'search|1|',
];

test('a line of the statistics steps through its slowest spans, which the other views show too', async () => {
  const panel = await openTriage();
  const { page } = panel;
  await turnTo(page, '4');
  await page.locator('.statistics .rows-row', { hasText: 'rank' }).click();
  await page.locator('.details-title', { hasText: spanIdAt(6) }).waitFor();
  await page.locator('.notice-text', { hasText: 'The slowest of 3' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.details-title', { hasText: spanIdAt(8) }).waitFor();
  await turnTo(page, '1');
  await panel.waitForSelected('rank');
  await panel.close();
});

test('the head sorts, a field regroups, an attribute is asked for by key, and the table is copied', async () => {
  const panel = await openTriage();
  const { page } = panel;
  await turnTo(page, '4');
  await page.getByRole('button', { name: 'Errors' }).click();
  await page.locator('[role=columnheader][aria-sort=descending]', { hasText: 'Errors' }).waitFor();
  await page.waitForFunction(() => document.querySelector('.rows-row')?.textContent.startsWith('predict'));
  await page.getByRole('combobox', { name: 'Group by' }).selectOption('Service');
  await page.waitForFunction(() => document.querySelectorAll('.rows-row').length === 4);
  await page.getByRole('combobox', { name: 'Group by' }).selectOption('Attribute…');
  await page.getByLabel('Attribute key').fill('documents');
  // Digits go into the field.
  await turnTo(page, '1');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => [...document.querySelectorAll('.stat-text')].some((e) => e.textContent === '500'));
  await page.getByLabel('Copy the table as CSV').click();
  await page.locator('.notice-text', { hasText: 'Copied 2 lines as CSV' }).waitFor();
  await panel.close();
});

test('the view is there again after a reload', async () => {
  const panel = await openTriage();
  await turnTo(panel.page, '4');
  await panel.page.locator('.statistics .rows-row').first().waitFor();
  await panel.page.reload();
  await panel.page.locator('.statistics .rows-row').first().waitFor();
  await panel.close();
});

for (const theme of ['dark', 'light', 'highContrast'] satisfies ThemeName[]) {
  test(`statistics in the ${theme} theme, looked at`, async () => {
    const panel = await openTriage({ theme });
    await turnTo(panel.page, '4');
    await panel.page.locator('.statistics .rows-row', { hasText: 'predict' }).click();
    await panel.page.locator('.details-title h2', { hasText: 'predict' }).waitFor();
    await panel.settle();
    await panel.screenshot(`statistics-${theme}`);
    await panel.close();
  });
}

test('a narrow panel keeps the views in a line of their own', async () => {
  const panel = await openTriage({ width: 480, height: 640 });
  await turnTo(panel.page, '4');
  await panel.page.locator('.statistics .rows-row').first().waitFor();
  await panel.settle();
  await panel.screenshot('statistics-narrow');
  const { scrollWidth, innerWidth } = await panel.page.evaluate(() => ({
    scrollWidth: document.documentElement.scrollWidth,
    innerWidth: window.innerWidth,
  }));
  assert.ok(scrollWidth <= innerWidth);
  await panel.close();
});

test('the flame graph selects and zooms by click and by keyboard, goes back, and finds', async () => {
  const panel = await openTriage();
  const { page } = panel;
  await turnTo(page, '3');
  const boxes = page.locator('.flame-boxes');
  await page.locator('.flame-boxes .unseen', { hasText: 'POST /triage' }).waitFor({ state: 'attached' });
  await page.locator('.flame-boxes:focus').waitFor();
  await page.keyboard.press('ArrowDown');
  await page.locator('.details-title h2', { hasText: 'search' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.locator('.details-title', { hasText: spanIdAt(6) }).waitFor();
  await page.locator('.flame-boxes .unseen', { hasText: 'rank ×3, retrieval, 3 calls' }).waitFor({ state: 'attached' });
  await page.keyboard.press('Enter');
  await page.getByLabel('Show all').and(page.locator(':enabled')).waitFor();
  await page.keyboard.press('Escape');
  await page.getByLabel('Show all').and(page.locator(':disabled')).waitFor();
  const box = await boxes.boundingBox();
  assert.ok(box);
  // The second box of the second row: predict.
  await page.mouse.click(box.x + box.width * 0.7, box.y + 30);
  await page.locator('.details-title h2', { hasText: 'predict' }).waitFor();
  await page.getByLabel('Back to the zoom before').click();
  await page.getByLabel('Show all').and(page.locator(':disabled')).waitFor();
  let moved = 0;
  await eventually(async () => {
    // What is under the pointer is looked up when it moves, and the boxes may still be those of the zoom.
    await page.mouse.move(box.x + box.width * 0.7, box.y + 28 + (moved++ % 4));
    await eventually(async () =>
      assert.match((await page.locator('.tip').textContent({ timeout: 500 })) ?? '', /predict/),
    );
  });
  await page.getByLabel('Find in the flame graph').fill('rank');
  await page.locator('.around-said', { hasText: '1 path, 255 ms' }).waitFor();
  await page.getByRole('radio', { name: 'In time' }).click();
  await page.locator('.around-said', { hasText: '3 spans, 255 ms' }).waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

for (const theme of ['dark', 'light', 'highContrast'] satisfies ThemeName[]) {
  test(`the flame graph in the ${theme} theme, looked at`, async () => {
    const panel = await openTriage({ theme });
    await turnTo(panel.page, '3');
    await panel.page.locator('.flame-boxes .unseen', { hasText: 'POST' }).waitFor({ state: 'attached' });
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.locator('.details-title h2', { hasText: 'search' }).waitFor();
    await panel.settle();
    await panel.screenshot(`flame-${theme}`);
    await panel.page.getByRole('radio', { name: 'In time' }).click();
    await panel.page.getByLabel('Find in the flame graph').fill('r');
    await panel.page.locator('.around-said', { hasText: 'spans' }).waitFor();
    await panel.settle();
    await panel.screenshot(`flame-time-${theme}`);
    await panel.close();
  });
}

test('a stretch marked in the waterfall has statistics of its own, until it is cleared', async () => {
  const panel = await openTriage();
  const { page } = panel;
  const ruler = await page.locator('.wf-ruler').boundingBox();
  assert.ok(ruler);
  await page.keyboard.down('Shift');
  await page.mouse.move(ruler.x + ruler.width * 0.2, ruler.y + 10);
  await page.mouse.down();
  await page.mouse.move(ruler.x + ruler.width * 0.4, ruler.y + 10);
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await page.getByLabel('Statistics of the marked stretch').click();
  await page.locator('.around-said', { hasText: /^[34] groups · [34] spans$/ }).waitFor();
  await page.getByTitle('Show the whole trace').click();
  await page.locator('.around-said', { hasText: '9 groups · 11 spans' }).waitFor();
  await panel.close();
});

test('logs of all spans stand in order of time, select their span, open their line, and are filtered', async () => {
  const at = (ms: number): bigint => BigInt(START_MS + ms) * 1_000_000n;
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  engine.engine.ingest(
    'logs',
    logsRequest([
      { traceId, spanId: spanIdAt(4), timeNs: at(45), severityNumber: 9, body: 'no filter for product Raven' },
      ...Array.from({ length: 400 }, (_, n) => ({
        traceId,
        spanId: spanIdAt(5),
        timeNs: at(46) + BigInt(n),
        severityNumber: 5,
        body: `candidate ${n}`,
      })),
      { traceId, spanId: spanIdAt(9), timeNs: at(485), severityNumber: 17, body: 'prediction failed' },
    ]),
  );
  const panel = await openTriage();
  const { page } = panel;
  await page.getByRole('tab', { name: 'Logs' }).first().click();
  await page.locator('.around-said', { hasText: '403 lines' }).waitFor();
  await page.locator('.trace-logs .rows-row', { hasText: 'no filter for product' }).click();
  await page.locator('.details-title', { hasText: spanIdAt(4) }).waitFor();
  await page.keyboard.press('End');
  await page.locator('.trace-logs .rows-row.selected', { hasText: 'prediction failed' }).waitFor();
  await panel.screenshotThemes('logs');
  await page.getByLabel('Text in the logs').fill('candidate 39');
  await page.locator('.around-said', { hasText: '11 of 403 lines' }).waitFor();
  await page.getByLabel('Text in the logs').fill('');
  await page.getByLabel('Severity').selectOption('Errors');
  await page.locator('.around-said', { hasText: '2 of 403 lines' }).waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('the graph shows services and what they call, as a picture and as a table, and opens the slowest call', async () => {
  const panel = await openTriage();
  const { page } = panel;
  await turnTo(page, '5');
  await page.locator('.around-said', { hasText: '6 nodes · 5 edges' }).waitFor();
  await eventually(async () =>
    assert.deepEqual(await page.locator('.graph-node').allInnerTexts(), [
      'gateway',
      'features',
      'retrieval',
      'model',
      'postgresql',
      'acme embed-small',
    ]),
  );
  await panel.screenshotThemes('graph');
  await page.locator('.graph-node', { hasText: 'retrieval' }).click();
  await page.waitForFunction(() => document.querySelectorAll('.graph .rows-row').length === 2);
  await page.locator('.graph-node', { hasText: 'retrieval' }).click();
  await page.locator('.graph .rows-row', { hasText: 'postgresql' }).click();
  await page.locator('.details-title h2', { hasText: 'SELECT' }).waitFor();
  await page.getByRole('radio', { name: 'Listed traces' }).click();
  await page.locator('.around-said', { hasText: '6 nodes · 5 edges' }).waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('the graph of the listed traces follows the filter and the brush of the list', async () => {
  const graphed = await startTestEngine({ receiver: false });
  for (let n = 0; n < 6; n++) {
    const callee = n % 3 === 0 ? 'model' : 'features';
    const ms = n === 5 ? 900 : 20;
    graphed.engine.ingest(
      'traces',
      traceFromText(`POST gateway 0..${ms} server\n  call ${callee} 1..${ms - 1} server`, {
        traceId: String(n + 1).repeat(32),
        firstId: 1 + n * 10,
        startMs: START_MS + n * 1000,
      }),
    );
  }
  const panel = await browser.open({ bridge: engineBridge(graphed), list: true, width: 1200, height: 800 });
  const { page } = panel;
  const said = (text: string): Promise<void> => page.locator('.graph .around-said', { hasText: text }).waitFor();
  await page.getByRole('tab', { name: 'Graph' }).click();
  await page.getByRole('radio', { name: 'Listed traces' }).click();
  await said('3 nodes · 2 edges · 6 traces');
  await page.locator('.filter-input').fill('service:model');
  await page.keyboard.press('Enter');
  await said('2 nodes · 1 edge · 2 traces');
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await said('3 nodes · 2 edges · 6 traces');
  // A trace that comes is in it, too.
  graphed.engine.ingest(
    'traces',
    traceFromText('POST gateway 0..20 server\n  call retrieval 1..19 server', {
      traceId: '9'.repeat(32),
      firstId: 901,
      startMs: START_MS + 9000,
    }),
  );
  await said('4 nodes · 3 edges · 7 traces');
  if (!(await page.locator('.plot-area').isVisible())) {
    await page.getByRole('button', { name: 'Show latency over time' }).click();
  }
  const plot = await page.locator('.plot-canvas').boundingBox();
  assert.ok(plot);
  // The upper part of the histogram: the one that took 900 ms.
  await page.mouse.move(plot.x + plot.width - 40, plot.y + plot.height * 0.45);
  await page.mouse.down();
  await page.mouse.move(plot.x + plot.width - 40, plot.y + 1, { steps: 4 });
  await page.mouse.up();
  await said('2 nodes · 1 edge · 1 trace');
  await page.locator('.filter-input').fill('name:nothing');
  await page.keyboard.press('Enter');
  await said('No trace is listed.');
  assert.deepEqual(panel.problems, []);
  await panel.close();
  await graphed.stop();
});

test('a stretch marked in the flame graph in time is that of the waterfall, and has statistics of its own', async () => {
  const panel = await openTriage();
  const { page } = panel;
  await turnTo(page, '3');
  await page.getByRole('radio', { name: 'In time' }).click();
  await page.locator('.flame-boxes .unseen', { hasText: 'POST /triage, gateway, 512' }).waitFor({ state: 'attached' });
  const box = await page.locator('.flame-boxes').boundingBox();
  assert.ok(box);
  const drag = async (from: number, to: number): Promise<void> => {
    await page.mouse.move(box.x + box.width * from, box.y + 8);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * to, box.y + 8, { steps: 4 });
    await page.mouse.up();
  };
  await drag(0.25, 0.5);
  await page.locator('.flame-area .wf-area-label', { hasText: /^12[78](\.\d+)?\sms/ }).waitFor();
  await eventually(async () =>
    assert.equal(await page.getByLabel('Show all').isDisabled(), true, 'a drag is no click: nothing is zoomed to'),
  );
  const band = await page.locator('.flame-area .wf-area').boundingBox();
  assert.ok(band);
  assert.ok(Math.abs(band.x - box.x - box.width * 0.25) < 3 && Math.abs(band.width - box.width * 0.25) < 4);
  await panel.screenshotThemes('flame-area');
  await page.getByRole('button', { name: 'Statistics of the marked stretch' }).click();
  await page.locator('.statistics .pill', { hasText: /12[78](\.\d+)?\sms – 25[5-7]/ }).waitFor();
  await page.locator('.statistics .rows-row', { hasText: 'rank' }).waitFor();
  await eventually(async () =>
    assert.equal(await page.locator('.statistics .rows-row', { hasText: 'predict' }).count(), 0),
  );
  await turnTo(page, '1');
  await page.locator('.wf-time .wf-area').waitFor();
  await turnTo(page, '3');
  await page.locator('.flame-area .wf-area').waitFor();
  await page.getByRole('button', { name: 'Zoom to the marked stretch' }).click();
  await page.getByLabel('Show all').and(page.locator(':enabled')).waitFor();
  await eventually(async () => {
    const wide = await page.locator('.flame-area .wf-area').boundingBox();
    assert.ok(wide && wide.width > box.width * 0.98);
  });
  await page.locator('.flame-boxes').focus();
  await page.keyboard.press('Escape');
  await page.locator('.flame-area').waitFor({ state: 'detached' });
  await eventually(async () =>
    assert.equal(await page.getByLabel('Show all').isDisabled(), false, 'what was marked goes first'),
  );
  await page.keyboard.press('Escape');
  await page.getByLabel('Show all').and(page.locator(':disabled')).waitFor();
  // By the keyboard alone: the box of the selected span.
  await page.keyboard.press('ArrowDown');
  await page.locator('.details-title h2', { hasText: 'search' }).waitFor();
  await page.locator('.flame-boxes .unseen', { hasText: 'search' }).waitFor({ state: 'attached' });
  await page.keyboard.press('m');
  await page.locator('.flame-area .wf-area-label', { hasText: /^290\sms/ }).waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('a line of the statistics filters the list', async () => {
  const panel = await openTriage();
  const { page } = panel;
  await page.getByRole('tab', { name: 'Statistics' }).click();
  const filter = page.getByRole('button', { name: /^List the traces/ });
  await filter.waitFor();
  await eventually(async () => assert.equal(await filter.isDisabled(), true));
  await page.locator('.statistics .rows-row', { hasText: 'predict' }).click();
  await page.getByRole('button', { name: 'List the traces with name="predict"' }).click();
  await page.waitForFunction(
    () => document.querySelector<HTMLInputElement>('input[role=combobox]')?.value === 'name="predict"',
  );
  await page.locator('.list-entry', { hasText: 'POST /triage' }).waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});
