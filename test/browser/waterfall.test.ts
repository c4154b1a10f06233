import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usePanelBrowser } from './support/panelPage.ts';
import { eventually } from '../support/eventually.ts';

const browser = usePanelBrowser();

const ALL = [
  'POST /triage',
  'get_features',
  'redis GET',
  'search',
  'embed',
  'rerank',
  'predict',
  'tokenize',
  'forward',
  'format response',
  'stream',
];

test('a trace is drawn as a treegrid of its spans', async () => {
  const panel = await browser.open();
  await eventually(async () => assert.deepEqual(await panel.rowNames(), ALL));
  const grid = panel.page.getByRole('treegrid');
  await eventually(async () => assert.equal(await grid.getAttribute('aria-rowcount'), '12'));
  const row = panel.page.locator('.wf-row', { hasText: 'redis GET' });
  await eventually(async () => assert.equal(await row.getAttribute('role'), 'row'));
  await eventually(async () => assert.equal(await row.getAttribute('aria-level'), '3'));
  await eventually(async () => assert.equal(await row.getAttribute('aria-rowindex'), '4'));
  await eventually(async () => assert.equal(await row.getAttribute('aria-expanded'), null));
  await eventually(async () =>
    assert.equal(
      await panel.page.locator('.wf-row', { hasText: 'get_features' }).getAttribute('aria-expanded'),
      'true',
    ),
  );
  await eventually(async () =>
    assert.match((await row.getAttribute('aria-label')) ?? '', /redis GET.*features.*12\sms/),
  );
  await eventually(async () =>
    assert.match((await row.locator('.wf-bar-cell').getAttribute('aria-label')) ?? '', /^12\sms, self 12\sms/),
  );
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('a row names its span for context menus and nothing else of it', async () => {
  const panel = await browser.open({ list: true });
  const context = await panel.page.locator('.wf-row', { hasText: 'redis GET' }).getAttribute('data-vscode-context');
  assert.deepEqual(JSON.parse(context ?? ''), {
    webviewSection: 'span',
    preventDefaultContextMenuItems: true,
    traceId: '000000000000000000000000000000a1',
    spanId: '0000000000000003',
  });
  const entry = await panel.page.locator('.list-entry').first().getAttribute('data-vscode-context');
  assert.deepEqual(JSON.parse(entry ?? ''), {
    webviewSection: 'trace',
    preventDefaultContextMenuItems: true,
    traceId: '000000000000000000000000000000a1',
  });
  await panel.close();
});

test('the keyboard walks, folds, steps and opens', async () => {
  const panel = await browser.open();
  const { keyboard } = panel.page;
  await panel.page.getByRole('treegrid').focus();
  const walk: readonly (readonly [key: string, name: string])[] = [
    ['ArrowDown', 'get_features'],
    ['ArrowRight', 'redis GET'],
    ['ArrowLeft', 'get_features'],
    ['j', 'search'],
    ['j', 'predict'],
    ['k', 'search'],
    ['End', 'stream'],
    ['ArrowUp', 'format response'],
    ['E', 'predict'],
    ['e', 'format response'],
    ['Home', 'POST /triage'],
    ['PageDown', 'stream'],
    ['PageUp', 'POST /triage'],
  ];
  for (const [key, name] of walk) {
    await keyboard.press(key);
    await panel.waitForSelected(name);
  }
  await keyboard.press('ArrowDown');
  await panel.waitForSelected('get_features');
  await keyboard.press(' ');
  await panel.page.waitForFunction(() => document.querySelectorAll('.wf-row').length === 10);
  await eventually(async () => assert.ok(!(await panel.rowNames()).includes('redis GET')));
  await keyboard.press('ArrowRight');
  await panel.page.waitForFunction(() => document.querySelectorAll('.wf-row').length === 11);
  await keyboard.press('ArrowLeft');
  await panel.page.waitForFunction(() => document.querySelectorAll('.wf-row').length === 10);
  await keyboard.press(' ');
  await panel.page.waitForFunction(() => document.querySelectorAll('.wf-row').length === 11);

  await eventually(async () => assert.deepEqual(await panel.calls('source/open'), []));
  await keyboard.press('Enter');
  await keyboard.press('Control+Enter');
  await panel.settle();
  const ref = { traceId: '000000000000000000000000000000a1', spanId: '0000000000000002', candidate: -1 };
  await eventually(async () =>
    assert.deepEqual(await panel.calls('source/open'), [
      { ...ref, toSide: false },
      { ...ref, toSide: true },
    ]),
  );
  await panel.close();
});

test('the tree tells assistive technology which row is active', async () => {
  const panel = await browser.open();
  const grid = panel.page.getByRole('treegrid');
  await grid.focus();
  await panel.page.keyboard.press('j');
  await panel.page.keyboard.press('ArrowDown');
  await panel.waitForSelected('get_features');
  await panel.settle();
  const active = await grid.getAttribute('aria-activedescendant');
  await eventually(async () =>
    assert.equal(await panel.page.locator(`#${active ?? ''} .wf-name`).textContent(), 'get_features'),
  );
  await eventually(async () => assert.equal(await panel.page.locator('[role=row][aria-selected=true]').count(), 1));
  await panel.close();
});

test('a click selects, a chevron folds, Alt+click folds everything below, a double-click opens the source', async () => {
  const panel = await browser.open();
  await panel.page.locator('.wf-row', { hasText: 'embed' }).click();
  await panel.waitForSelected('embed');
  await eventually(async () => assert.deepEqual(await panel.calls('source/open'), []));
  await panel.page.locator('.wf-row', { hasText: 'search' }).locator('.wf-chevron').click();
  await panel.page.waitForFunction(() => document.querySelectorAll('.wf-row').length === 9);
  await panel.waitForSelected('search');
  const root = panel.page.locator('.wf-row', { hasText: 'POST /triage' }).locator('.wf-chevron');
  await root.click({ modifiers: ['Alt'] });
  await panel.page.waitForFunction(() => document.querySelectorAll('.wf-row').length === 1);
  await root.click();
  await panel.page.waitForFunction(() => document.querySelectorAll('.wf-row').length === 6);
  await root.click();
  await panel.page.waitForFunction(() => document.querySelectorAll('.wf-row').length === 1);
  await root.click({ modifiers: ['Alt'] });
  await panel.page.waitForFunction(() => document.querySelectorAll('.wf-row').length === 11);
  await panel.page.locator('.wf-row', { hasText: 'rerank' }).dblclick();
  await panel.settle();
  await eventually(async () => assert.equal((await panel.calls('source/open')).length, 1));
  await panel.close();
});

test('a double click is meant for the row of its first click when the rows move between the two', async () => {
  const panel = await browser.open({ height: 420 });
  const { mouse } = panel.page;
  const row = panel.page.locator('.wf-row', { hasText: 'search' });
  const box = await row.boundingBox();
  assert.ok(box);
  const [x, y] = [box.x + 120, box.y + box.height / 2];
  await mouse.click(x, y);
  await panel.waitForSelected('search');
  await mouse.wheel(0, 66);
  await eventually(async () => assert.notEqual((await row.boundingBox())?.y, box.y));
  await mouse.down({ clickCount: 2 });
  await mouse.up({ clickCount: 2 });
  await eventually(async () => assert.equal((await panel.calls('source/open')).length, 1));
  await panel.waitForSelected('search');
  await panel.close();
});

test('? shows all keys and any key closes them, back in the tree', async () => {
  const panel = await browser.open();
  await panel.page.getByRole('treegrid').focus();
  await panel.page.keyboard.press('?');
  const dialog = panel.page.getByRole('dialog');
  await dialog.waitFor();
  await eventually(async () => assert.match(await dialog.innerText(), /Back through zooms/));
  await panel.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await panel.page.keyboard.press('End');
  await panel.waitForSelected('stream');
  await panel.close();
});

test('letters do nothing when they are switched off, other keys still do', async () => {
  const panel = await browser.open({ letters: false });
  await panel.page.getByRole('treegrid').focus();
  await panel.page.keyboard.press('e');
  await panel.page.keyboard.press('?');
  await panel.page.keyboard.press('ArrowDown');
  await panel.waitForSelected('get_features');
  await eventually(async () => assert.deepEqual(await panel.calls('view/step'), []));
  await eventually(async () => assert.equal(await panel.page.getByRole('dialog').count(), 0));
  await panel.close();
});

test('bars are drawn with the theme’s colours, again when the theme changes', async () => {
  const panel = await browser.open({
    before: () => {
      const record: string[] = [];
      Object.assign(window, { fills: record });
      const proto = CanvasRenderingContext2D.prototype;
      const { value } = Object.getOwnPropertyDescriptor(proto, 'fillRect') as { value: (...box: number[]) => void };
      proto.fillRect = function (...box) {
        if (typeof this.fillStyle === 'string') record.push(this.fillStyle);
        value.apply(this, box);
      };
    },
  });
  const fills = () => panel.page.evaluate(() => [...new Set((window as unknown as { fills: string[] }).fills)]);
  const dark = await fills();
  for (const color of ['#3794ff', '#89d185', '#d18616', '#b180d7', '#f14c4c']) assert.ok(dark.includes(color), color);
  await panel.page.evaluate(() => {
    (window as unknown as { fills: string[] }).fills.length = 0;
    (window as unknown as { setTheme: (name: string) => void }).setTheme('light');
  });
  await panel.settle();
  const light = await fills();
  for (const color of ['#1a85ff', '#388a34', '#652d90', '#e51400']) assert.ok(light.includes(color), color);
  assert.ok(!light.includes('#3794ff'));
  await panel.close();
});

test('a service has one colour in every trace, also after a reload', async () => {
  const panel = await browser.open();
  const colors = () =>
    panel.page.evaluate(() =>
      [...document.querySelectorAll('.service')].map((each) => [
        each.textContent,
        getComputedStyle(each.querySelector('.service-mark') ?? each).backgroundColor,
      ]),
    );
  const before = new Map((await colors()) as [string, string][]);
  await panel.page.evaluate(() => {
    const { host, triage, fakeTraceId } = window.fake;
    const traceId = fakeTraceId(0x77);
    host.putTrace({ ...triage, traceId, services: ['model', 'newcomer', 'gateway', 'search'] });
    host.emit('panel/show', { traceId, spanId: '', focus: false });
  });
  await panel.page.locator('.service', { hasText: 'newcomer' }).waitFor();
  const after = new Map((await colors()) as [string, string][]);
  for (const name of ['model', 'gateway']) assert.equal(after.get(name), before.get(name), name);
  assert.ok(![...before.values()].includes(after.get('newcomer') ?? ''));
  await panel.close();
});
