import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CHAT_REF, chatRequest, manyMessages } from '../support/chatTrace.ts';
import { eventually } from '../support/eventually.ts';
import { tracesRequest } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';
import { findings } from './support/axe.ts';
import { engineBridge } from './support/engineBridge.ts';
import { usePanelBrowser, type PanelPage } from './support/panelPage.ts';

const browser = usePanelBrowser();
let engine: TestEngine;
before(async () => {
  engine = await startTestEngine({ receiver: false });
});
after(() => engine.stop());

async function open(request: Uint8Array, options: { width?: number; height?: number } = {}): Promise<PanelPage> {
  await engine.request('traces/deleteAll', {});
  engine.store.ingestTraces(request);
  const panel = await browser.open({ bridge: engineBridge(engine), width: 1200, height: 900, ...options });
  await panel.page.locator('.wf-row', { hasText: 'chat' }).click();
  await panel.page.locator('.details').getByRole('tab', { name: 'Input' }).waitFor();
  return panel;
}

const tab = (panel: PanelPage, name: string) => panel.page.locator('.details').getByRole('tab', { name }).click();

test('a conversation shows who says what, joins tools to their results and fetches nothing', async () => {
  const panel = await open(chatRequest());
  const content = panel.page.locator('.details .tab-panel');
  await content.locator('.role-user').waitFor();
  const heads = content.locator('.message h3 .block-name');
  await eventually(async () =>
    assert.deepEqual(await heads.allTextContents(), ['system', 'user', 'assistant', 'tool']),
  );
  // The long system prompt is one line until it is opened.
  const system = content.locator('.role-system .folded-head');
  assert.equal(await system.getAttribute('aria-expanded'), 'false');
  await system.click();
  await eventually(async () => assert.match(await content.locator('.role-system').innerText(), /Follow the rules/));
  await eventually(async () => assert.equal(await content.locator('.role-user strong').textContent(), '4711'));
  await eventually(async () => assert.equal(await content.locator('img').count(), 1));
  assert.match((await content.locator('img').getAttribute('src')) ?? '', /^data:image\/gif;base64,/);
  assert.match(await content.locator('.role-user').innerText(), /not fetched[\s\S]*never-fetched\.png/);
  const call = content.locator('.role-assistant .tool-call');
  assert.match(await call.innerText(), /find_order[\s\S]*4711[\s\S]*state[\s\S]*sent/);
  assert.match(await content.locator('.tools .folded-head').innerText(), /find_order/);
  await tab(panel, 'Output');
  await eventually(async () => assert.match(await content.innerText(), /no result recorded in this call/));
  assert.equal(await content.locator('.markdown li').count(), 2);
  assert.equal(await content.locator('.markdown td').count(), 2);
  assert.equal(await content.locator('img').count(), 0);
  assert.match(await content.innerText(), /<img src=x onerror=alert\(1\)>/);
  assert.deepEqual(await findings(panel, '.details'), []);
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('content that was not recorded is turned on by the library’s id, and nothing of the span goes with it', async () => {
  await engine.request('traces/deleteAll', {});
  const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm<img src=x>' };
  const span = { ...CHAT_REF, name: 'chat m', startNs: 1_000_000n, endNs: 2_000_000n, attributes };
  engine.store.ingestTraces(tracesRequest([span], { scope: 'com.anthropic.sdk.python' }));
  const asked: unknown[] = [];
  const bridge = engineBridge(engine, {
    'content/turnOn': (params) => {
      asked.push(params);
      return { copied: true };
    },
  });
  const panel = await browser.open({ bridge, width: 1200, height: 900 });
  await panel.page.locator('.wf-row', { hasText: 'chat' }).click();
  const note = panel.page.locator('.details .call-notes', { hasText: 'recorded no content' });
  const button = note.getByRole('button', { name: 'Turn On Content…' });
  assert.match((await button.getAttribute('title')) ?? '', /^ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE=content$/m);
  await button.focus();
  await panel.page.keyboard.press('Enter');
  await panel.page.getByText('Copied what records content').waitFor();
  assert.deepEqual(asked, [{ ...CHAT_REF, library: 'anthropicSdk' }]);
  assert.deepEqual(await findings(panel, '.details'), []);
  await panel.close();
});

test('text is shown as it was sent when asked, and that is remembered', async () => {
  const panel = await open(chatRequest());
  await tab(panel, 'Output');
  const content = panel.page.locator('.details .tab-panel');
  await content.locator('.markdown').waitFor();
  await content.getByRole('button', { name: 'Show text as it was sent' }).click();
  await eventually(async () => assert.match(await content.innerText(), /\*\*sent\*\*/));
  assert.equal(await content.locator('.markdown').count(), 0);
  const saved = await panel.page.evaluate(() => sessionStorage.getItem('state') ?? '');
  assert.match(saved, /"rawText":true/);
  await panel.close();
});

test('JSON in a text in a message is a tree to its last level, and JSON that was cut keeps its escapes', async () => {
  const deep = JSON.stringify({ state: JSON.stringify({ order: JSON.stringify({ total: 129.5 }) }) });
  const panel = await open(
    chatRequest([{ role: 'user', parts: [{ type: 'text', content: deep }] }], deep.slice(0, -9)),
  );
  const content = panel.page.locator('.details .tab-panel');
  const level = (name: string) => content.getByRole('button', { name: new RegExp(`^${name}:`) });
  await level('state').waitFor();
  await level('order').click();
  await eventually(async () => assert.match(await content.innerText(), /total:\s*129\.5/));
  await content.getByRole('button', { name: 'As text' }).click();
  await eventually(async () => assert.ok((await content.innerText()).includes(deep)));
  await content.getByRole('button', { name: 'As tree' }).click();
  await level('state').waitFor();
  assert.deepEqual(await findings(panel, '.details'), []);
  await tab(panel, 'Output');
  await eventually(async () => assert.ok((await content.innerText()).includes(deep.slice(0, -9))));
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('of 5,000 messages only those near the view are in the document, and any is found', async () => {
  const panel = await open(chatRequest(manyMessages(5000)));
  const content = panel.page.locator('.details .tab-panel');
  await content.locator('.message').first().waitFor();
  await eventually(async () =>
    assert.equal(await content.locator('article').first().getAttribute('aria-setsize'), '5001'),
  );
  assert.ok((await content.locator('article').count()) < 150);
  const box = content.getByRole('textbox', { name: 'Find in input' });
  await box.fill('message 4321:');
  await box.press('Enter');
  await eventually(async () => assert.match(await content.locator('.call-find-count').innerText(), /1 of 1/));
  const found = content.locator('article', { hasText: 'message 4321:' });
  await found.waitFor();
  await eventually(async () => {
    const [at, around] = [await found.boundingBox(), await content.boundingBox()];
    assert.ok(at && around && at.y >= around.y && at.y < around.y + around.height, JSON.stringify([at, around]));
  });
  assert.ok((await content.locator('article').count()) < 150);
  // Keys scroll what has the keyboard.
  await content.focus();
  await panel.page.keyboard.press('End');
  await content.locator('article', { hasText: 'message 4999:' }).waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('a message of 6 MB is read, searched and scrolled in pages', async () => {
  const long = Array.from({ length: 150_000 }, (_, n) => `line ${n} of a very long text indeed`).join('\n');
  const big = chatRequest([{ role: 'user', content: 'x' }], `${long}\nthe last NEEDLE`);
  const page = await open(big);
  await tab(page, 'Output');
  const content = page.page.locator('.details .tab-panel');
  await content.getByRole('button', { name: /Show all/ }).click();
  const rows = content.locator('.paged-rows');
  await rows.waitFor();
  await eventually(async () => assert.match(await rows.innerText(), /line 0 of/));
  assert.ok((await content.locator('.paged-row').count()) < 100);
  const box = content.getByRole('textbox', { name: 'Find in message' });
  await box.fill('needle');
  await box.press('Enter');
  await eventually(async () => assert.match(await rows.innerText(), /the last NEEDLE/));
  assert.deepEqual(page.problems, []);
  await page.close();
});

test('an attribute of megabytes is read in pages, as text or as a tree, and the page never holds it whole', async () => {
  const rows = Array.from({ length: 40_000 }, (_, n) => ({ n, text: `row-${n}-of-it` }));
  const panel = await open(chatRequest([{ role: 'user', content: 'x' }], JSON.stringify([...rows, 'NEEDLE'])));
  await tab(panel, 'Attributes');
  const value = panel.page.locator('.attributes tr', { hasText: 'row-0-of-it' });
  await value.getByRole('button', { name: /Show all/ }).click();
  const shown = panel.page.locator('.attributes .paged-rows');
  await eventually(async () => assert.match(await shown.innerText(), /row-0-of-it/));
  const box = panel.page.locator('.attributes .call-find input');
  await box.fill('needle');
  await box.press('Enter');
  await eventually(async () => assert.match(await shown.innerText(), /NEEDLE/));
  await panel.page.locator('tr:has(.paged-rows)').getByRole('button', { name: 'As tree' }).click();
  const tree = panel.page.locator('.attributes .paged-tree');
  await eventually(async () => assert.match(await tree.innerText(), /assistant/));
  assert.deepEqual(await panel.calls('span/value'), []);
  await panel.page.locator('tr:has(.paged-tree)').getByRole('button', { name: 'Show less' }).click();
  await tree.waitFor({ state: 'detached' });
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('hidden content is nowhere on the page until it is shown again', async () => {
  const panel = await open(chatRequest());
  const content = panel.page.locator('.details .tab-panel');
  await content.locator('.role-user').waitFor();
  await panel.page.getByRole('button', { name: 'Hide Content' }).click();
  await eventually(async () => assert.match(await content.innerText(), /•••/));
  for (const name of ['Output', 'Attributes', 'Raw', 'Input']) {
    await tab(panel, name);
    await eventually(async () => {
      const text = await panel.page.locator('body').innerText();
      assert.match(text, /•••/);
      assert.doesNotMatch(text, /4711|find_order"|customer/);
    });
  }
  await panel.page.getByRole('button', { name: 'Show Content' }).click();
  await eventually(async () => assert.match(await content.innerText(), /4711/));
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('the input is shown as a program before it is copied', async () => {
  const panel = await open(chatRequest());
  const content = panel.page.locator('.details .tab-panel');
  await content.getByRole('button', { name: 'Copy Input As…' }).click();
  await panel.page.getByText('Python (OpenAI SDK)…').click();
  const snippet = content.getByRole('region', { name: 'Input as Python (OpenAI SDK)' });
  await eventually(async () =>
    assert.match(await snippet.innerText(), /client\.chat\.completions\.create\([\s\S]*4711/),
  );
  await panel.page.keyboard.press('Escape');
  await eventually(async () => assert.equal(await snippet.count(), 0));
  assert.deepEqual(panel.problems, []);
  await panel.close();
});
