import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { AxeResults } from 'axe-core';
import { usePanelBrowser, type OpenOptions, type PanelPage } from './support/panelPage.ts';
import type { ThemeName } from './support/themes.ts';
import { eventually } from '../support/eventually.ts';

const browser = usePanelBrowser();
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Of the rows' scroller: its grid is the tab stop, whose keys move the selection and scroll with it. */
const KEYS_SCROLL = 'scrollable-region-focusable .wf-scroller';

/**
 * What axe finds against WCAG 2.2 A and AA and its own best practices, one line each. Left out: rules about a whole page
 * (landmarks, a level-one heading), which is the workbench's and not this frame's.
 */
async function findings(panel: PanelPage): Promise<readonly string[]> {
  await panel.settle();
  // As the debugger does, past the page's Content-Security-Policy.
  await panel.page.evaluate(axeSource);
  const { violations } = await panel.page.evaluate<AxeResults>(
    "axe.run(document, { rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false }, 'landmark-one-main': { enabled: false } } })",
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .filter(({ target }) => `${id} ${target.join(' ')}` !== KEYS_SCROLL)
      .map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}

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
