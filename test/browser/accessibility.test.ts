import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { findings } from './support/axe.ts';
import { usePanelBrowser, type OpenOptions, type PanelPage } from './support/panelPage.ts';
import type { ThemeName } from './support/themes.ts';
import { eventually } from '../support/eventually.ts';

const browser = usePanelBrowser();

const open = async (options: OpenOptions): Promise<PanelPage> =>
  browser.open({ list: true, width: 1200, height: 760, ...options });

async function selected(options: OpenOptions): Promise<PanelPage> {
  const panel = await open(options);
  await panel.page.locator('.wf-row', { hasText: 'predict' }).click();
  await panel.page.locator('.details-title h2', { hasText: 'predict' }).waitFor();
  return panel;
}

for (const theme of ['dark', 'light', 'highContrast'] satisfies ThemeName[]) {
  test(`axe finds nothing in an open trace with its details in the ${theme} theme`, async () => {
    const panel = await selected({ theme });
    await eventually(async () => assert.deepEqual(await findings(panel), []));
    await panel.close();
  });
}

test('axe finds nothing in the list of keys', async () => {
  const panel = await selected({});
  await panel.page.keyboard.press('?');
  await panel.page.getByRole('dialog').waitFor();
  await eventually(async () => assert.deepEqual(await findings(panel), []));
  await panel.close();
});

test('axe finds nothing when nothing has been received', async () => {
  const panel = await open({ scenario: 'empty' });
  await panel.page.locator('.welcome h2').waitFor();
  await eventually(async () => assert.deepEqual(await findings(panel), []));
  await panel.close();
});

test('axe finds nothing in any of the views of a trace', async () => {
  const panel = await selected({});
  const tabs = panel.page.getByRole('tablist', { name: 'Views of the trace' }).getByRole('tab');
  const names = await tabs.allInnerTexts();
  assert.ok(names.length > 1, names.join());
  const found: string[] = [];
  for (const name of names) {
    await tabs.filter({ hasText: name }).click();
    for (const finding of await findings(panel)) found.push(`${name}: ${finding}`);
  }
  assert.deepEqual(found, []);
  await panel.close();
});

test('axe finds nothing in the find bar', async () => {
  const panel = await open({});
  await panel.page.getByRole('treegrid').focus();
  await panel.page.keyboard.press('/');
  await panel.page.keyboard.type('predict');
  await panel.page.locator('.find-count', { hasText: 'No results' }).waitFor();
  const inBar = (await findings(panel)).filter((line) => line.includes('.find-'));
  assert.deepEqual(inBar, []);
  await panel.close();
});

/** Roles of what the browser's accessibility tree has right below the first node of a role. */
async function childrenInTree(page: Page, role: string): Promise<readonly string[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  const roleOf = (id: string): string => String(nodes.find(({ nodeId }) => nodeId === id)?.role?.value);
  const children = nodes.find((node) => node.role?.value === role)?.childIds ?? [];
  return children.map(roleOf);
}

test('screen readers meet heads of columns, and how many stand beside a row', async () => {
  const panel = await open({ width: 1400 });
  const { page } = panel;
  await eventually(async () => assert.deepEqual(await childrenInTree(page, 'treegrid'), ['row', 'rowgroup']));
  for (const name of ['Span', 'Time']) {
    await eventually(async () =>
      assert.equal(await page.locator('#wf-head').getByRole('columnheader', { name, exact: true }).count(), 1, name),
    );
  }
  const row = page.locator('.wf-row', { hasText: 'get_features' });
  await eventually(async () => assert.equal(await row.getAttribute('aria-posinset'), '1'));
  await eventually(async () => assert.equal(await row.getAttribute('aria-setsize'), '5'));
  await panel.close();
});

test('? lists the keys from everywhere but a field, and closing gives the keyboard back', async () => {
  const panel = await selected({ width: 1400 });
  const { page } = panel;
  const dialog = page.getByRole('dialog', { name: 'Keys' });
  const opens = async (from: string): Promise<void> => {
    await page.keyboard.press('?');
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await eventually(async () =>
      assert.ok(
        await page
          .locator(from)
          .first()
          .evaluate((element) => element.contains(document.activeElement)),
        from,
      ),
    );
  };
  await page.locator('.list-scroller').focus();
  await opens('.list-scroller');
  await page.locator('.details').getByRole('tab').first().focus();
  await opens('.details');
  await page.locator('.filter-errors input').focus();
  await opens('.filter-errors');
  const tabs = page.getByRole('tablist', { name: 'Views of the trace' }).getByRole('tab');
  for (const name of ['Flame', 'Statistics', 'Graph', 'Logs']) {
    await tabs.filter({ hasText: name }).click();
    await page.locator('.trace-view').locator('[tabindex="0"]').last().focus();
    await opens('.trace-view');
  }
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('?');
  await dialog.waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.filter-input').focus();
  await page.keyboard.type('?');
  await eventually(async () => assert.equal(await page.locator('.filter-input').inputValue(), '?'));
  await eventually(async () => assert.equal(await dialog.count(), 0));
  await panel.close();
});
