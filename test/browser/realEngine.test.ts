import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { spanIdAt, START_MS, traceFromText, type TraceTextOptions } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';
import { engineBridge } from './support/engineBridge.ts';
import { usePanelBrowser, type PanelPage } from './support/panelPage.ts';
import { eventually } from '../support/eventually.ts';

const browser = usePanelBrowser();
let engine: TestEngine;
before(async () => {
  engine = await startTestEngine();
});
after(() => engine.stop());

const TRIAGE = `
POST /triage      gateway    0..900 server http.route=/triage
  fetch_features  features  10..60  client
  model_predict   model     70..850 model.name=clf "model.input_features={'tenure': 3}" event:first_token@300 error:boom
    load          model     80..
`;

/** Sends a drawn trace to the real receiver, as an exporter would. */
async function send(text: string, options?: TraceTextOptions): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${engine.httpPort}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: traceFromText(text, options) as BodyInit,
  });
  assert.equal(response.status, 200);
}

async function waitForRows(panel: PanelPage, names: readonly string[]): Promise<void> {
  await panel.page.waitForFunction(
    (count) => document.querySelectorAll('.wf-row:not(.placeholder)').length === count,
    names.length,
  );
  await eventually(async () => assert.deepEqual(await panel.rowNames(), names));
}

test('an export turns the waiting state into rows, and parents that come later take their place above', async () => {
  const panel = await browser.open({ bridge: engineBridge(engine), list: true });
  await panel.page.locator('.welcome h2', { hasText: 'Waiting for traces' }).waitFor();
  await send(TRIAGE, { lines: [2, 3, 4], traceId: '0'.repeat(31) + '1' });
  await waitForRows(panel, ['fetch_features', 'model_predict', 'load']);
  await eventually(async () => assert.match((await panel.page.locator('.trace-duration').textContent()) ?? '', /^≥/));
  await eventually(async () => assert.equal(await panel.page.locator('.wf-state.codicon-debug-disconnect').count(), 0));
  await send(TRIAGE, { lines: [1], traceId: '0'.repeat(31) + '1' });
  await waitForRows(panel, ['POST /triage', 'fetch_features', 'model_predict', 'load']);
  await eventually(async () =>
    assert.equal(await panel.page.locator('.wf-row', { hasText: 'load' }).getAttribute('aria-level'), '3'),
  );
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('folds, steps and details are answered by the engine', async () => {
  await send(TRIAGE, { traceId: '0'.repeat(31) + '2', startMs: START_MS + 60_000 });
  const panel = await browser.open({ bridge: engineBridge(engine) });
  await waitForRows(panel, ['POST /triage', 'fetch_features', 'model_predict', 'load']);
  await panel.page.getByRole('treegrid').focus();
  await panel.page.keyboard.press('e');
  await panel.waitForSelected('model_predict');
  await panel.page.locator('.details-title h2', { hasText: 'model_predict' }).waitFor();
  await eventually(async () => assert.match(await panel.page.locator('.details').innerText(), /780\sms[\s\S]*boom/));
  await eventually(async () =>
    assert.equal(await panel.page.locator('.details').getByRole('tab', { selected: true }).textContent(), 'Input'),
  );
  await eventually(async () =>
    assert.match(await panel.page.locator('.details').getByRole('tabpanel').innerText(), /tenure\s+3/),
  );
  await panel.page.locator('.details').getByRole('tab', { name: 'Events' }).click();
  await eventually(async () =>
    assert.match(await panel.page.locator('.details').getByRole('tabpanel').innerText(), /first_token/),
  );
  await panel.page.getByRole('treegrid').focus();
  await panel.page.keyboard.press('ArrowLeft');
  await waitForRows(panel, ['POST /triage', 'fetch_features', 'model_predict']);
  await panel.page.keyboard.press('j');
  await panel.page.locator('.notice-text', { hasText: 'last sibling' }).waitFor();
  await panel.page.keyboard.press('ArrowRight');
  await panel.page.keyboard.press('ArrowRight');
  await panel.waitForSelected('load');
  await panel.page.locator('.details-title', { hasText: spanIdAt(4) }).waitFor();
  await panel.close();
});

test('clear and undo go through the engine', async () => {
  await send(TRIAGE, { traceId: '0'.repeat(31) + '3', startMs: START_MS + 120_000 });
  const panel = await browser.open({ bridge: engineBridge(engine), list: true });
  await panel.page.waitForSelector('.wf-row');
  const before = await panel.page.locator('.list-entry').count();
  await panel.page.getByRole('button', { name: /^Clear/ }).click();
  await panel.page.locator('.welcome h2').waitFor();
  await panel.page.getByRole('button', { name: 'Undo' }).click();
  await panel.page.waitForSelector('.wf-row');
  await panel.page.waitForFunction((count) => document.querySelectorAll('.list-entry').length === count, before);
  await panel.close();
});

test('a paused list says how many are waiting and shows them on resume', async () => {
  const panel = await browser.open({ bridge: engineBridge(engine), list: true });
  await panel.page.waitForSelector('.wf-row');
  const before = await panel.page.locator('.list-entry').count();
  await panel.page.getByRole('button', { name: /^Pause/ }).click();
  await panel.page.locator('.list .pill', { hasText: 'Paused' }).waitFor();
  await send(TRIAGE, { traceId: '0'.repeat(31) + '4', startMs: START_MS + 180_000 });
  await panel.page.locator('.list .pill', { hasText: '1 new' }).waitFor();
  await eventually(async () => assert.equal(await panel.page.locator('.list-entry').count(), before));
  await panel.page.locator('.list .pill').click();
  await panel.page.waitForFunction((count) => document.querySelectorAll('.list-entry').length === count, before + 1);
  await panel.close();
});
