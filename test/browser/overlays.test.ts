import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { START_MS, traceFromText } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';
import { findings } from './support/axe.ts';
import { engineBridge } from './support/engineBridge.ts';
import { usePanelBrowser } from './support/panelPage.ts';
import type { ThemeName } from './support/themes.ts';

const browser = usePanelBrowser();
let engine: TestEngine;

before(async () => {
  engine = await startTestEngine({ receiver: false });
  const drawn = 'POST /triage gateway 0..900 server\n  predict model 70..850 model.version=v2 error';
  const body = traceFromText(drawn, { traceId: '1'.repeat(32), startMs: START_MS });
  await engine.request('traces/import', { signal: 'traces', body });
});
after(() => engine.stop());

for (const theme of ['dark', 'light', 'highContrast'] satisfies ThemeName[]) {
  test(`axe finds nothing in what opens over the panel in the ${theme} theme`, async () => {
    const panel = await browser.open({ bridge: engineBridge(engine), list: true, width: 1300, height: 760, theme });
    const { page } = panel;
    const found: string[] = [];
    const look = async (what: string, within: string): Promise<void> => {
      for (const finding of await findings(panel, within)) found.push(`${what}: ${finding}`);
      await panel.screenshot(`overlay-${what}-${theme}`);
    };
    for (const name of ['Columns', 'Order, groups and columns']) {
      await page.getByRole('button', { name, exact: true }).click();
      await page.getByRole('menu', { name, exact: true }).waitFor();
      await look(name, '.menu-holder:has(.menu)');
      await page.keyboard.press('Escape');
      await page.getByRole('menu').waitFor({ state: 'detached' });
    }
    const filter = page.locator('.filter-input');
    // In one go: an answer to the second letter would take back what was chosen from the answer to the first.
    await filter.fill('mo');
    await page.locator('.filter-option').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.locator('.filter-option[aria-selected=true]').waitFor();
    await look('completion', '.filter-bar');
    await page.keyboard.press('Escape');
    await filter.fill('status:error and');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await page.locator('.filter-problem').waitFor();
    await look('mistake', '.filter-bar');
    await filter.fill('status:error');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await page.locator('.filter-count').waitFor();
    await page.locator('.filter-saved-button').click();
    await page.locator('.filter-menu').waitFor();
    await look('saved', '.filter-bar');
    assert.deepEqual(found, []);
    await panel.close();
  });
}
