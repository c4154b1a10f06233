import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { START_MS, traceFromText } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';
import { engineBridge } from './support/engineBridge.ts';
import { usePanelBrowser, type PanelPage } from './support/panelPage.ts';
import { eventually } from '../support/eventually.ts';

const browser = usePanelBrowser();
let engine: TestEngine;

before(async () => {
  engine = await startTestEngine({ receiver: false });
  const drawn = [
    'POST /triage gateway 0..900 server\n  predict model 70..850 model.version=v2 "customer=ACME Corp" error',
    'POST /triage gateway 0..90 server\n  predict model 7..85 model.version=v1',
    'POST /search gateway 0..300 server\n  search retrieval 10..290 documents=500',
    'job worker 0..5',
  ];
  for (const [index, text] of drawn.entries()) {
    const body = traceFromText(text, { traceId: String(index + 1).repeat(32), startMs: START_MS + index * 1000 });
    await engine.request('traces/import', { signal: 'traces', body });
  }
});
after(() => engine.stop());

const INPUT = '.filter-input';

/** Waits until the bar says how many traces match. */
async function waitForCount(panel: PanelPage, text: string): Promise<void> {
  await panel.page.locator('.filter-count', { hasText: text }).waitFor();
}

async function options(panel: PanelPage): Promise<string[]> {
  await panel.page.locator('.filter-option').first().waitFor();
  return panel.page.locator('.filter-option-text').allTextContents();
}

test('typing filters the list; clearing shows all again', async () => {
  const panel = await browser.open({ bridge: engineBridge(engine), list: true, width: 1200 });
  await panel.page.locator(INPUT).click();
  await panel.page.keyboard.type('service:model dur>200ms');
  await waitForCount(panel, '1 of 4');
  await panel.page.keyboard.press('Control+A');
  await panel.page.keyboard.press('Delete');
  await panel.page.locator('.filter-count').waitFor({ state: 'detached' });
  await panel.page.locator('.filter-errors input').check();
  await waitForCount(panel, '1 of 4');
  await panel.page.getByRole('button', { name: 'Clear the filter' }).click();
  await panel.page.locator('.filter-count').waitFor({ state: 'detached' });
  await eventually(async () => assert.equal(await panel.page.locator('.filter-errors input').isChecked(), false));
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('suggestions come from the data and are taken with the keyboard alone', async () => {
  const panel = await browser.open({ bridge: engineBridge(engine), list: true, width: 1200 });
  const input = panel.page.locator(INPUT);
  await input.click();
  await panel.page.keyboard.press('Control+Space');
  await eventually(async () => assert.equal((await options(panel))[0], 'service:'));
  await panel.screenshot('filter-completion');
  await panel.page.keyboard.type('cust');
  await panel.page.locator('.filter-option-text', { hasText: 'customer:' }).first().waitFor();
  await panel.page.keyboard.press('Tab');
  await panel.page.locator('.filter-option-text', { hasText: '"ACME Corp"' }).waitFor();
  await panel.page.keyboard.press('ArrowDown');
  await eventually(async () => assert.equal(await input.getAttribute('aria-activedescendant'), 'filter-option-0'));
  await panel.page.keyboard.press('Enter');
  await eventually(async () => assert.equal(await input.inputValue(), 'customer:"ACME Corp" '));
  await eventually(async () => assert.equal(await input.getAttribute('aria-expanded'), 'false'));
  await waitForCount(panel, '1 of 4');
  await panel.close();
});

test('a mistake is underlined with what to do, and the list keeps the last filter that could be read', async () => {
  const panel = await browser.open({ bridge: engineBridge(engine), list: true, width: 1200 });
  const input = panel.page.locator(INPUT);
  await input.click();
  await panel.page.keyboard.type('kind:server');
  await waitForCount(panel, '3 of 4');
  await panel.page.keyboard.type(' dur>20');
  await panel.page.keyboard.press('Escape');
  await panel.page.locator('.filter-problem', { hasText: 'A duration is a number' }).waitFor();
  await eventually(async () => assert.equal(await panel.page.locator('.filter-mark').textContent(), '20'));
  await eventually(async () => assert.equal(await input.getAttribute('aria-invalid'), 'true'));
  await waitForCount(panel, '3 of 4');
  await panel.screenshot('filter-problem');
  await panel.page.keyboard.type('0ms');
  await waitForCount(panel, '2 of 4');
  await eventually(async () => assert.equal(await panel.page.locator('.filter-problem').count(), 0));
  await input.fill('name~"(a"');
  await panel.page.locator('.filter-problem', { hasText: 'no regular expression' }).waitFor();
  await eventually(async () => assert.equal(await panel.page.locator('.filter-mark').textContent(), '"(a"'));
  await panel.close();
});

test('filters used before come back with the arrow key', async () => {
  const panel = await browser.open({ bridge: engineBridge(engine), list: true, width: 1200 });
  const input = panel.page.locator(INPUT);
  for (const filter of ['service:worker', 'errors']) {
    await input.fill(filter);
    await panel.page.keyboard.press('Escape');
    await input.press('Enter');
    await waitForCount(panel, '1 of 4');
  }
  await input.fill('dur>1s');
  await panel.page.keyboard.press('Escape');
  const shown: string[] = [];
  for (const key of ['ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowDown', 'ArrowDown']) {
    await input.press(key);
    shown.push(await input.inputValue());
  }
  assert.deepEqual(shown, ['errors', 'service:worker', 'service:worker', 'errors', 'dur>1s']);
  await panel.close();
});

test('filters are saved, used, renamed and deleted, which can be undone, and are there after a reload', async () => {
  const bridge = engineBridge(engine);
  const panel = await browser.open({ bridge, list: true, width: 1200 });
  const { page } = panel;
  await page.locator(INPUT).fill('documents>100');
  await waitForCount(panel, '1 of 4');
  const menu = page.getByRole('button', { name: 'saved' });
  await menu.click();
  await page.getByLabel('Name for the present filter').fill('many documents');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.locator('.filter-menu-name', { hasText: 'many documents' }).waitFor();
  await page.getByRole('button', { name: 'Rename many documents' }).click();
  await page.getByLabel('New name of many documents').fill('500 docs');
  await page.getByRole('button', { name: 'Rename', exact: true }).click();
  await page.locator('.filter-menu-name', { hasText: '500 docs' }).waitFor();
  await panel.screenshot('filter-saved');
  await page.getByRole('button', { name: 'Delete 500 docs' }).click();
  await page.locator('.filter-menu-name').waitFor({ state: 'detached' });
  await page.locator('.notice').getByRole('button', { name: 'Undo' }).click();
  await page.keyboard.press('Escape');
  await page.reload();
  await page.locator(INPUT).waitFor();
  await waitForCount(panel, '1 of 4');
  await eventually(async () => assert.equal(await page.locator(INPUT).inputValue(), 'documents>100'));
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await menu.click();
  await page.locator('.filter-menu-use', { hasText: '500 docs' }).first().click();
  await waitForCount(panel, '1 of 4');
  await panel.close();
});

for (const theme of ['light', 'dark', 'highContrast'] as const) {
  test(`the bar in ${theme}, and in a narrow panel`, async () => {
    const panel = await browser.open({ bridge: engineBridge(engine), list: true, width: 1200, theme });
    await panel.page.locator(INPUT).click();
    await panel.page.keyboard.type('service:model m');
    await panel.page.locator('.filter-option').first().waitFor();
    await panel.page.keyboard.press('ArrowDown');
    await panel.screenshot(`filter-${theme}`);
    await panel.page.setViewportSize({ width: 420, height: 600 });
    await panel.settle();
    const box = await panel.page.locator('.filter-box').boundingBox();
    assert.ok(box && box.width > 180 && box.x + box.width <= 420, JSON.stringify(box));
    await panel.screenshot(`filter-narrow-${theme}`);
    await panel.close();
  });
}

test('a filter that matches nothing names the attribute no span has, and what was meant is one click', async () => {
  const panel = await browser.open({ bridge: engineBridge(engine), list: true, width: 1200 });
  const { page } = panel;
  const input = page.locator(INPUT);
  await input.fill('documnets>100');
  await waitForCount(panel, '0 of 4');
  const nothing = page.locator('.list-nothing');
  await nothing.getByText('No span has the attribute documnets. Did you mean documents?').waitFor();
  await panel.screenshot('filter-unknown-key');
  await nothing.getByRole('button', { name: 'documents' }).click();
  await waitForCount(panel, '1 of 4');
  await eventually(async () => assert.equal(await input.inputValue(), 'documents>100'));
  // A value that none has is no unknown key.
  await input.fill('documents>100000');
  await waitForCount(panel, '0 of 4');
  await nothing.getByText('No trace matches.').waitFor();
  await eventually(async () => assert.equal(await nothing.getByText('No span has').count(), 0));
  // The bar says that the list is filtered and clears it: the list's head need not.
  await eventually(async () =>
    assert.equal(await page.locator('.list-head .pill', { hasText: 'Filtered' }).count(), 0),
  );
  await nothing.getByRole('button', { name: 'Show all' }).click();
  await page.locator('.filter-count').waitFor({ state: 'detached' });
  await eventually(async () => assert.equal(await input.inputValue(), ''));
  assert.deepEqual(panel.problems, []);
  await panel.close();
});
