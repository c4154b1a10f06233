import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usePanelBrowser } from './support/panelPage.ts';

const browser = usePanelBrowser();

test('100,000 rows are scrolled through with a bounded number of elements', async () => {
  const panel = await browser.open({ scenario: 'many' });
  const scroller = panel.page.locator('.wf-scroller');
  const inSight = Math.ceil((await scroller.evaluate((element) => element.clientHeight)) / 22) + 1;
  let most = 0;
  for (const part of [0.1, 0.5, 0.9, 0.3, 1, 0]) {
    await scroller.evaluate((element, to) => {
      element.scrollTop = (element.scrollHeight - element.clientHeight) * to;
    }, part);
    await panel.page.waitForFunction(() => document.querySelectorAll('.wf-row').length > 0);
    await panel.page.waitForFunction((to) => {
      const index = Number(document.querySelector('.wf-row')?.getAttribute('aria-rowindex'));
      const settled = document.querySelectorAll('.wf-row.placeholder').length === 0;
      return settled && Math.abs(index / 100_000 - to) < 0.01;
    }, part);
    most = Math.max(most, await panel.page.locator('.wf-row').count());
  }
  assert.ok(most <= inSight, `${most} rows for a screen of ${inSight}`);
  for (const call of await panel.calls('view/rows')) assert.ok((call as { count: number }).count <= 500);
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('rows not here yet are placeholders, and scrolling does not wait for them', async () => {
  const panel = await browser.open({ scenario: 'many', latencyMs: 100 });
  const seen = await panel.page.evaluate(async () => {
    const scroller = document.querySelector('.wf-scroller');
    if (!scroller) return -1;
    scroller.scrollTop = 1_000_000;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(undefined))));
    return document.querySelectorAll('.wf-row.placeholder').length;
  });
  assert.ok(seen > 0);
  await panel.page.waitForFunction(() => document.querySelectorAll('.wf-row.placeholder').length === 0);
  await panel.close();
});

test('End and Home reach both ends of a long trace by keyboard', async () => {
  const panel = await browser.open({ scenario: 'many' });
  await panel.page.getByRole('treegrid').focus();
  await panel.page.keyboard.press('End');
  await panel.waitForSelected('item 100000');
  await panel.page.keyboard.press('ArrowUp');
  await panel.waitForSelected('item 99999');
  await panel.page.keyboard.press('Home');
  await panel.waitForSelected('batch');
  await panel.close();
});
