import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agentTrace } from '../support/agentTrace.ts';
import { eventually } from '../support/eventually.ts';
import { START_MS, traceFromText } from '../support/otlpBytes.ts';
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

/** The steps of the agent's trace, the keyboard on the first. */
async function openSteps(options: OpenOptions = {}): Promise<PanelPage> {
  const panel = await browser.open({ bridge: engineBridge(engine), width: 1200, height: 760, ...options });
  await panel.page.getByRole('tab', { name: 'Steps' }).click();
  await panel.page.locator('.step-row', { hasText: 'find_customer' }).first().waitFor();
  const grid = panel.page.getByRole('treegrid');
  await grid.focus();
  return panel;
}

const row = (panel: PanelPage, place: number) => panel.page.locator(`#step-${place}`);

/** Selects a step by a click, and waits until the details show its span. */
async function choose(panel: PanelPage, place: number): Promise<void> {
  await row(panel, place).locator('[role=gridcell]').nth(1).click();
  await panel.page.locator(`#step-${place}.selected`).waitFor();
}

for (const theme of ['dark', 'light', 'highContrast'] satisfies ThemeName[]) {
  test(`steps in the ${theme} theme, looked at`, async () => {
    const panel = await openSteps({ theme });
    await choose(panel, 9);
    await panel.page.keyboard.press('ArrowRight');
    await panel.page.locator('.step-inside').first().waitFor();
    await panel.page.locator('.details').getByRole('tab', { name: 'Input' }).waitFor();
    await panel.settle();
    await panel.screenshot(`steps-${theme}`);
    await panel.close();
  });
}

test('a step opens by keyboard to what is inside it, messages unfold in place, and closing goes back out', async () => {
  const panel = await openSteps({ height: 1000 });
  const { keyboard } = panel.page;
  await choose(panel, 23);
  await keyboard.press('ArrowRight');
  await panel.page.locator('.step-inside.of-call').waitFor();
  await eventually(async () => assert.equal(await row(panel, 23).getAttribute('aria-expanded'), 'true'));
  await keyboard.press('ArrowRight');
  await panel.page.locator('#step-23-0.selected.of-asBefore').waitFor();
  await keyboard.press('ArrowRight');
  await panel.page.locator('.level-3').nth(3).waitFor();
  await eventually(async () =>
    assert.match((await panel.page.locator('#step-23-1').textContent()) ?? '', /system.*You are the support agent/),
  );
  await keyboard.press('ArrowDown');
  await panel.page.locator('#step-23-1.selected').waitFor();
  await keyboard.press('ArrowRight');
  await panel.page
    .locator('.step-block .message', { hasText: 'Refund only to the account of the customer.' })
    .waitFor();
  await keyboard.press('ArrowLeft');
  await panel.page.locator('.step-block').waitFor({ state: 'detached' });
  await keyboard.press('ArrowLeft');
  await panel.page.locator('#step-23-0.selected').waitFor();
  await keyboard.press('ArrowLeft');
  await panel.page.locator('.level-3').first().waitFor({ state: 'detached' });
  await keyboard.press('ArrowLeft');
  await panel.page.locator('#step-23.selected').waitFor();
  await keyboard.press('ArrowLeft');
  await panel.page.locator('.step-inside').first().waitFor({ state: 'detached' });
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('the selection is shared with the details and the waterfall, both ways', async () => {
  const panel = await openSteps();
  const { keyboard } = panel.page;
  await choose(panel, 1);
  await panel.page.locator('.details-title h2', { hasText: 'execute_tool find_customer' }).waitFor();
  await keyboard.press('1');
  await panel.waitForSelected('execute_tool find_customer');
  await panel.page.locator('.wf-row', { hasText: 'execute_tool list_orders' }).first().click();
  await panel.waitForSelected('execute_tool list_orders');
  await panel.page.getByRole('tab', { name: 'Steps' }).click();
  await panel.page.locator('#step-3.selected').waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('e goes to the step that failed, a link to the step that ran a tool', async () => {
  const panel = await openSteps({ height: 1000 });
  const { keyboard } = panel.page;
  await choose(panel, 0);
  await keyboard.press('e');
  await panel.page.locator('#step-24.selected').waitFor();
  await keyboard.press('e');
  await panel.page.locator('.notice-text', { hasText: 'No further step failed.' }).waitFor();
  await choose(panel, 23);
  await keyboard.press('ArrowRight');
  await panel.page.locator('#step-23-3').getByRole('button', { name: 'step 23' }).click();
  await panel.page.locator('#step-22.selected').waitFor();
  await panel.page.locator('.details-title h2', { hasText: 'execute_tool create_refund' }).waitFor();
  await panel.close();
});

test('a trace without calls says what the view would show', async () => {
  const own = await startTestEngine({ receiver: false });
  own.engine.ingest('traces', traceFromText('GET /  web  0..10 server', { startMs: START_MS }));
  const panel = await browser.open({ bridge: engineBridge(own) });
  await panel.page.getByRole('tab', { name: 'Steps' }).click();
  await panel.page.locator('.steps-empty', { hasText: 'No model or tool call was recorded' }).waitFor();
  await panel.close();
  await own.stop();
});

test('steps of a growing trace come in below, and what is open stays open', async () => {
  const own = await startTestEngine({ receiver: false });
  const drawing = Array.from(
    { length: 8 },
    (_, at) =>
      `execute_tool t${at}  shop  ${at * 10}..${at * 10 + 5} gen_ai.operation.name=execute_tool gen_ai.tool.name=t${at} gen_ai.tool.call.arguments={} orphan`,
  ).join('\n');
  own.engine.ingest('traces', traceFromText(drawing, { startMs: START_MS, lines: [1, 2, 3, 4] }));
  const panel = await browser.open({ bridge: engineBridge(own), width: 1200 });
  await panel.page.getByRole('tab', { name: 'Steps' }).click();
  await panel.page.locator('#step-3').waitFor();
  await choose(panel, 2);
  await panel.page.keyboard.press('ArrowRight');
  await panel.page.locator('#step-2-0').waitFor();
  own.engine.ingest('traces', traceFromText(drawing, { startMs: START_MS, lines: [5, 6, 7, 8] }));
  await panel.page.locator('.step-row', { hasText: 't7' }).waitFor();
  await panel.page.locator('#step-2.selected').waitFor();
  await panel.page.locator('#step-2-0').waitFor();
  await panel.close();
  await own.stop();
});

test('the steps are a treegrid that assistive technology can read', async () => {
  const panel = await openSteps({ height: 1000 });
  await choose(panel, 10);
  await panel.page.keyboard.press('ArrowRight');
  await panel.page.locator('.of-problem').waitFor();
  assert.deepEqual(await findings(panel, '.trace-view'), []);
  await panel.close();
});

test('an opened step, looked at', async () => {
  const panel = await openSteps({ width: 1500, height: 1300 });
  await choose(panel, 23);
  await panel.page.keyboard.press('ArrowRight');
  await panel.page.locator('.step-inside.of-call').waitFor();
  await panel.page.keyboard.press('ArrowRight');
  await panel.page.keyboard.press('ArrowRight');
  await panel.page.locator('.step-inside.level-3').first().waitFor();
  await panel.page.keyboard.press('ArrowDown');
  await panel.page.keyboard.press('ArrowDown');
  await panel.page.keyboard.press('ArrowRight');
  await panel.page.locator('.step-block .message').waitFor();
  await choose(panel, 22);
  await panel.page.keyboard.press('ArrowRight');
  await panel.page.locator('.step-inside.of-difference').waitFor();
  await panel.settle();
  await panel.screenshot('steps-opened');
  await panel.close();
});
for (const [name, size] of [
  ['narrow', { width: 420, height: 700 }],
  ['zoomed', { width: 600, height: 400, scale: 2 }],
] as const) {
  test(`steps ${name}, looked at`, async () => {
    const panel = await openSteps(size);
    await choose(panel, 1);
    await panel.page.keyboard.press('ArrowRight');
    await panel.page.locator('.step-inside').first().waitFor();
    await panel.settle();
    await panel.screenshot(`steps-${name}`);
    await panel.close();
  });
}
