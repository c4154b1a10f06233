import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { START_MS, traceFromText } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';
import { eventually } from '../support/eventually.ts';
import { engineBridge } from './support/engineBridge.ts';
import { usePanelBrowser } from './support/panelPage.ts';
import { SCREENSHOTS } from './support/screenshots.ts';

const browser = usePanelBrowser();
let engine: TestEngine;
before(async () => {
  engine = await startTestEngine();
});
after(() => engine.stop());

const HELD = `
POST /triage      gateway    0..900 server error:timeout
  fetch_features  features  10..60  client
  model_predict   model     70..850
    load          model     80..840
    poll          model    300..320
`;

test('time that a debugger held a program is hatched, left out of lengths, and said on hover', async () => {
  await fetch(`http://127.0.0.1:${engine.httpPort}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: traceFromText(HELD) as BodyInit,
  });
  const panel = await browser.open({ bridge: engineBridge(engine) });
  const { page } = panel;
  await page.locator('.wf-row', { hasText: 'poll' }).waitFor();
  await eventually(async () => assert.match((await page.locator('.trace-duration').textContent()) ?? '', /900\sms/));

  const pause = { id: 'pause x 1', kind: 'pause', label: 'api', atMs: START_MS + 200, toMs: null } as const;
  await engine.request('markers/put', pause);
  await engine.request('markers/put', { ...pause, toMs: START_MS + 700 });
  await eventually(async () =>
    assert.match((await page.locator('.trace-duration').textContent()) ?? '', /400\sms/, 'without the 500 ms held'),
  );
  await page.locator('.trace-facts', { hasText: /held 500\sms/ }).waitFor();
  const titleOf = (name: string): Promise<string | null> =>
    page.locator('.wf-row', { hasText: name }).getAttribute('title');
  await eventually(async () =>
    assert.match((await titleOf('model_predict')) ?? '', /280\sms[\s\S]*held 500\sms by a debugger: 780\sms with it/),
  );
  await eventually(async () =>
    assert.match((await titleOf('fetch_features')) ?? '', /50\sms(?![\s\S]*held)/, 'over before the pause'),
  );
  await eventually(async () =>
    assert.match((await titleOf('poll')) ?? '', /20\sms(?![\s\S]*held)/, 'began meanwhile: it did not wait'),
  );
  // A timeout that comes of the pause is marked as one.
  await page
    .locator('.wf-row', { hasText: 'POST /triage' })
    .locator('.wf-state.codicon-debug-pause.is-error')
    .waitFor();
  await page.locator('.wf-row', { hasText: 'POST /triage' }).click();
  await page.locator('.details-title', { hasText: /held 500\sms by a debugger/ }).waitFor();
  await page.locator('.details-title', { hasText: 'a timeout may come of the pause' }).waitFor();
  await page.screenshot({ path: path.join(SCREENSHOTS, 'pauses.png') });
  // Where lengths are as they were sent, they say so.
  await page.locator('.list-entry .list-held[aria-label*="includes 500"]').waitFor();
  await page.locator('[role="tab"]', { hasText: 'Statistics' }).click();
  await page.locator('.held-note', { hasText: /they include 500\sms at a breakpoint/ }).waitFor();
  await page.screenshot({ path: path.join(SCREENSHOTS, 'pauses-statistics.png') });
  await page.locator('[role="tab"]', { hasText: 'Waterfall' }).click();
  await page.locator('.held-note').waitFor({ state: 'detached' });
  assert.deepEqual(panel.problems, []);
  await panel.close();
  for (const theme of ['light', 'highContrast'] as const) {
    const other = await browser.open({ bridge: engineBridge(engine), theme });
    await other.page.locator('.trace-facts', { hasText: /held 500\sms/ }).waitFor();
    await other.page.locator('.list-entry .list-held').waitFor();
    await other.page.screenshot({ path: path.join(SCREENSHOTS, `pauses-${theme}.png`) });
    assert.deepEqual(other.problems, []);
    await other.close();
  }
});
