import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agentTrace, WRONG_ACCOUNT } from '../support/agentTrace.ts';
import { eventually } from '../support/eventually.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';
import { findings } from './support/axe.ts';
import { engineBridge } from './support/engineBridge.ts';
import { usePanelBrowser, type OpenOptions, type PanelPage } from './support/panelPage.ts';
import type { ThemeName } from './support/themes.ts';

const browser = usePanelBrowser();
let engine: TestEngine;
before(async () => {
  engine = await startTestEngine({ receiver: false });
  engine.engine.ingest('traces', agentTrace());
});
after(() => engine.stop());

/** The wrong account where the details show it. */
const accountIn = (panel: PanelPage) => panel.page.locator('.details').getByText(WRONG_ACCOUNT).first();

/** The refund's step, with the wrong account among the arguments in the details. */
async function openRefund(options: OpenOptions = {}): Promise<PanelPage> {
  const panel = await browser.open({ bridge: engineBridge(engine), width: 1300, height: 1000, ...options });
  await panel.page.getByRole('tab', { name: 'Steps' }).click();
  await panel.page.locator('#step-22').locator('[role=gridcell]').nth(1).click();
  await panel.page.locator('.details-title h2', { hasText: 'execute_tool create_refund' }).waitFor();
  await accountIn(panel).waitFor();
  return panel;
}

test('in a trace of 30 steps the origin of a wrong argument is two actions away: mark it, follow it', async () => {
  const panel = await openRefund();
  const { page } = panel;
  // One: mark the argument.
  await accountIn(panel).dblclick();
  // Two: follow it.
  await page.getByRole('button', { name: 'Follow This Value' }).click();
  const origin = page.locator('.follow-hit', { hasText: 'first seen here' });
  await origin.waitFor();
  await eventually(async () => {
    const text = (await origin.textContent()) ?? '';
    assert.match(text, /13 search_tickets/);
    assert.match(text, /result/);
    assert.match(text, /hits\[0\]\.payload › bank\.iban: DE02120300000000202051/);
  });
  await page.locator('.details-title h2', { hasText: 'execute_tool search_tickets' }).waitFor();
  await page.locator('#step-12.selected').waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('places are gone through by keyboard, repeats of later prompts on demand, and closing gives the view back', async () => {
  const panel = await openRefund();
  const { page } = panel;
  await accountIn(panel).dblclick();
  await page.getByRole('button', { name: 'Follow This Value' }).waitFor();
  await page.keyboard.press('v');
  await page.locator('#follow-0.selected', { hasText: 'first seen here' }).waitFor();
  await page.locator('.follow-list:focus').waitFor();
  await page.keyboard.press('ArrowUp');
  await page.locator('.follow-hit.selected', { hasText: 'followed from here' }).waitFor();
  await page.locator('.details-title h2', { hasText: 'execute_tool create_refund' }).waitFor();
  await eventually(async () => assert.equal(await page.locator('.follow-hit').count(), 6));
  await page.getByRole('button', { name: '11 places in later prompts' }).click();
  await eventually(async () => assert.equal(await page.locator('.follow-hit').count(), 17));
  assert.deepEqual(await findings(panel, '.follow'), []);
  await page.locator('.follow-list').focus();
  await page.keyboard.press('Escape');
  await page.locator('.follow').waitFor({ state: 'detached' });
  await page.locator('.step-rows:focus').waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('a node of a tree of JSON is followed as a whole, and the command of the menu follows what it was opened on', async () => {
  const bridge = engineBridge(engine);
  const panel = await openRefund({ bridge });
  const { page } = panel;
  const given = page.locator('.details tr', { hasText: 'gen_ai.tool.call.arguments' });
  const openTree = async (): Promise<void> => {
    await page.locator('.details').getByRole('tab', { name: 'Attributes' }).click();
    await given.getByRole('button', { name: 'As tree' }).click();
  };
  await openTree();
  await given.locator('.json-toggle').first().focus();
  await page.keyboard.press('v');
  await page.locator('.follow-value', { hasText: '"amount":119' }).waitFor();
  await eventually(async () =>
    assert.match((await page.locator('.follow-said').textContent()) ?? '', /1 place in 1 span/),
  );
  // Going to the place turned to the input.
  await page.locator('.details [role=tab][aria-selected=true]', { hasText: 'Input' }).waitFor();
  await openTree();
  await given.locator('.json-leaf', { hasText: 'order_id' }).locator('.json-string').click({ button: 'right' });
  bridge.emit('panel/command', { command: 'followValue' });
  await page.locator('.follow-value', { hasText: 'A-7731' }).waitFor();
  await page.locator('#follow-0', { hasText: 'list_orders' }).waitFor();
  await panel.close();
});

test('the key on nothing says what to do', async () => {
  const panel = await openRefund();
  await panel.page.locator('.step-rows').focus();
  await panel.page.keyboard.press('v');
  await panel.page.locator('.notice-text', { hasText: 'Mark a value first' }).waitFor();
  await panel.close();
});

for (const theme of ['dark', 'light', 'highContrast'] satisfies ThemeName[]) {
  test(`a followed value in the ${theme} theme, looked at`, async () => {
    const panel = await openRefund({ theme });
    await accountIn(panel).dblclick();
    await panel.page.getByRole('button', { name: 'Follow This Value' }).waitFor();
    await panel.settle();
    await panel.screenshot(`follow-button-${theme}`);
    await panel.page.getByRole('button', { name: 'Follow This Value' }).click();
    await panel.page.locator('.follow-hit.selected', { hasText: 'first seen here' }).waitFor();
    await panel.page.locator('.details-title h2', { hasText: 'execute_tool search_tickets' }).waitFor();
    await panel.settle();
    await panel.screenshot(`follow-${theme}`);
    await panel.close();
  });
}
