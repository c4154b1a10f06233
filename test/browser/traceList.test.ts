import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEFAULT_NOISE_RULES } from '../../src/core/noise/noiseRule.ts';
import { spanIdAt, START_MS, tracesRequest, type SpanInput } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';
import { engineBridge } from './support/engineBridge.ts';
import { usePanelBrowser, type OpenOptions, type PanelPage } from './support/panelPage.ts';
import type { ThemeName } from './support/themes.ts';
import { eventually } from '../support/eventually.ts';

const TRACES = 3000;
const NAMES = ['POST /triage', 'GET /orders/{id}', 'POST /predict', 'GET /search', 'worker.embed'];
const MS = 1_000_000n;

let engine: TestEngine;
const browser = usePanelBrowser();

function traceId(number: number): string {
  return `b${number.toString(16).padStart(31, '0')}`;
}

/** Seconds apart, from a few milliseconds to seconds, one in 50 failed, one in ten a health check. */
function send(number: number, change: Partial<SpanInput> & { readonly ms?: number } = {}): void {
  const { ms, ...rest } = change;
  const duration = ms ?? 5 + ((number * 7919) % 97) ** 2 / 4;
  const startNs = BigInt(START_MS + number * 1000) * MS;
  const isHealth = number % 10 === 3;
  const name = isHealth ? 'GET /healthz' : (NAMES[number % NAMES.length] ?? '');
  engine.store.ingestTraces(
    tracesRequest(
      [
        {
          traceId: traceId(number),
          spanId: spanIdAt(1),
          name,
          kind: 2,
          startNs,
          endNs: startNs + BigInt(Math.round(duration * 1e6)),
          attributes: { 'url.path': isHealth ? '/healthz' : '/x', 'app.tenant': `tenant ${String(number % 3)}` },
          ...(number % 50 === 0 && { status: { code: 2 } }),
          ...rest,
        },
      ],
      {
        resource: {
          'service.name': number % 4 === 0 ? 'gateway' : 'predictor',
          'service.instance.id': number < TRACES / 2 ? 'one' : 'two',
        },
      },
    ),
  );
}

before(async () => {
  engine = await startTestEngine({ receiver: false });
  await engine.request('noise/rules', { rules: DEFAULT_NOISE_RULES });
  for (let i = 0; i < TRACES; i++) send(i);
});
after(() => engine.stop());

async function open(options: OpenOptions = {}): Promise<PanelPage> {
  const panel = await browser.open({ bridge: engineBridge(engine), list: true, width: 1300, ...options });
  await panel.page.waitForSelector('.list-entry');
  return panel;
}

/** Drags the list as wide as a table. */
async function widen(panel: PanelPage, px = 560): Promise<void> {
  const sash = panel.page.getByRole('separator', { name: 'Width of the trace list' });
  const box = await sash.boundingBox();
  assert.ok(box);
  await panel.page.mouse.move(box.x + 1, box.y + 100);
  await panel.page.mouse.down();
  await panel.page.mouse.move(px, box.y + 100, { steps: 4 });
  await panel.page.mouse.up();
  await panel.page.waitForSelector('.list-columns');
}

async function choose(panel: PanelPage, ...labels: readonly string[]): Promise<void> {
  for (const label of labels) {
    await openMenu(panel);
    await panel.page.locator('.menu-item', { hasText: label }).first().click();
    if (await panel.page.locator('.menu').isVisible()) await panel.page.keyboard.press('Escape');
  }
}

/** Opens the list's menu. A list that is being laid out anew takes its button away between the two halves of a click. */
async function openMenu({ page }: PanelPage): Promise<void> {
  const menu = page.locator('.menu');
  await eventually(async () => {
    if (!(await menu.isVisible())) {
      await page.getByRole('button', { name: 'Order, groups and columns' }).click({ timeout: 2000 });
    }
    await menu.waitFor({ timeout: 500 });
  });
}

async function showColumn(panel: PanelPage, label: string): Promise<void> {
  await openMenu(panel);
  await panel.page.getByRole('menuitemcheckbox', { name: label, exact: true }).click();
  await panel.page.keyboard.press('Escape');
}

function texts(panel: PanelPage, selector: string): Promise<string[]> {
  return panel.page.evaluate(
    (wanted) =>
      [...document.querySelectorAll<HTMLElement>('.list-entry')]
        .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
        .map((row) => row.querySelector(wanted)?.textContent ?? ''),
    selector,
  );
}

test('a list of thousands has elements for the rows in sight only, and its end is as near as its top', async () => {
  const panel = await open();
  const list = panel.page.getByRole('tree', { name: 'Traces' });
  await list.focus();
  await panel.page.keyboard.press('End');
  await panel.page.waitForFunction(() =>
    document.querySelector('.list-head-row')?.textContent.includes('health checks'),
  );
  await eventually(async () => assert.ok((await panel.page.locator('.list-entry').count()) < 60));
  await eventually(async () => assert.match((await texts(panel, '.list-name')).join(), /health checks$/));
  const label = panel.page.locator('.list-head-row .badge');
  await eventually(async () => assert.equal(await label.textContent(), '300'));
  // Twice: the first goes on the head, which Enter opens.
  await panel.page.keyboard.press('End');
  await panel.page.keyboard.press('Enter');
  await panel.page.waitForFunction(
    () => document.querySelector('.list-head-row')?.getAttribute('aria-expanded') === 'true',
  );
  await eventually(async () =>
    assert.equal(
      await panel.page.locator('.list-entry.below').first().locator('.list-name').textContent(),
      'GET /healthz',
    ),
  );
  await panel.page.keyboard.press('ArrowLeft');
  await panel.page.waitForFunction(() => document.querySelector('.list-entry.below') === null);
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('a wide list has columns; a head sorts, again turns the order around', async () => {
  const panel = await open();
  await widen(panel);
  await eventually(async () => assert.equal(await panel.page.getByRole('treegrid', { name: 'Traces' }).count(), 1));
  await panel.page.getByRole('button', { name: 'Duration', exact: true }).click();
  await panel.page.waitForSelector('.list-column.sorted:has-text("Duration")');
  const longest = (): boolean =>
    /^\d\.\d+\ss$/.test(document.querySelector('.list-entry .list-number')?.textContent ?? '');
  await panel.page.waitForFunction(longest);
  const first = (await texts(panel, '.list-number'))[0];
  await panel.page.getByRole('button', { name: /^Duration/ }).click();
  await panel.page.waitForFunction(
    (before) => document.querySelector('.list-entry .list-number')?.textContent !== before,
    first,
  );
  await eventually(async () => assert.match((await texts(panel, '.list-number'))[0] ?? '', /^5\sms$/));
  await panel.close();
});

test('the run, tokens and any attribute sort the list, from a column’s head or the menu, over a reload too', async () => {
  const panel = await open();
  const { page } = panel;
  /** What the menu does for an attribute is typed. */
  const add = async (placeholder: string, key: string): Promise<void> => {
    await openMenu(panel);
    const input = page.getByPlaceholder(placeholder);
    await input.fill(key);
    // To the input itself: the page may be giving the keyboard to the list.
    await input.press('Enter');
    await input.waitFor({ state: 'detached' });
  };
  const firstOf = (column: number): Promise<string> =>
    page.evaluate(
      (at) =>
        [...document.querySelectorAll<HTMLElement>('.list-entry')]
          .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)[0]
          ?.querySelectorAll('.list-cell')[at]?.textContent ?? '',
      column,
    );
  await widen(panel, 900);
  await showColumn(panel, 'Run');
  await add('Add attribute…', 'app.tenant');
  const heads = (): Promise<string[]> => page.locator('.list-columns [role=columnheader]').allInnerTexts();
  await eventually(async () => assert.ok((await heads()).includes('app.tenant')));
  const at = (await heads()).indexOf('app.tenant');
  const head = page.locator('.list-columns button', { hasText: 'app.tenant' });
  await eventually(async () => assert.equal(await head.getAttribute('title'), 'Sort by app.tenant'));
  await head.click();
  await eventually(async () => assert.equal(await firstOf(at), 'tenant 2'));
  await head.click();
  await eventually(async () => assert.equal(await firstOf(at), 'tenant 0'));
  await eventually(async () =>
    assert.equal(await page.locator('[role=columnheader][aria-sort]').innerText(), 'app.tenant'),
  );
  await page.locator('.list-columns button', { hasText: 'Run' }).click();
  await eventually(async () => assert.equal(await firstOf((await heads()).indexOf('Run')), 'gateway one'));
  await add('Sort by attribute…', 'service.instance.id');
  await page.locator('.list-column.sorted').waitFor({ state: 'detached' });
  await eventually(async () => assert.match(await firstOf((await heads()).indexOf('Run')), / two$/));
  await page.reload();
  await page.waitForSelector('.list-entry');
  await openMenu(panel);
  const chosen = page.getByRole('menuitemradio', { name: 'service.instance.id' });
  await eventually(async () => assert.equal(await chosen.getAttribute('aria-checked'), 'true'));
  await page.keyboard.press('Escape');
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('groups tell count, errors and percentiles, and open by keyboard and by mouse', async () => {
  const panel = await open();
  await choose(panel, 'Group by name');
  await panel.page.waitForSelector('.list-head-row');
  const heads = await texts(panel, '.list-name');
  assert.ok(NAMES.every((name) => heads.includes(name)));
  await panel.page.getByRole('tree', { name: 'Traces' }).focus();
  await panel.page.keyboard.press('Home');
  await panel.page.keyboard.press('ArrowRight');
  await panel.page.waitForSelector('.list-entry.below');
  await panel.page.keyboard.press('ArrowDown');
  await panel.page.waitForSelector('.list-entry.below.selected');
  await panel.page.keyboard.press('ArrowLeft');
  await panel.page.waitForSelector('.list-head-row.selected');
  await panel.page.keyboard.press('ArrowLeft');
  await panel.page.waitForSelector('.list-entry.below', { state: 'detached' });
  await choose(panel, 'No groups');
  await panel.page.waitForFunction(() => document.querySelectorAll('.list-head-row').length === 0);
  await panel.close();
});

test('what the list is sorted, grouped and shown by is kept over a reload', async () => {
  const panel = await open();
  await choose(panel, 'Spans', 'Group by service');
  await showColumn(panel, 'Tokens');
  await panel.page.waitForSelector('.list-head-row');
  await panel.page.reload();
  await panel.page.waitForSelector('.list-head-row');
  await openMenu(panel);
  const on = await panel.page.locator('.menu-item[aria-checked=true]').allTextContents();
  assert.deepEqual(
    on.filter((label) => ['Spans', 'Group by service', 'Tokens'].includes(label)),
    ['Spans', 'Group by service', 'Spans', 'Tokens'],
  );
  await panel.close();
});

test('with the pointer on a row nothing moves under it; the new ones are counted, and come when it leaves', async () => {
  const panel = await open();
  const row = panel.page.locator('.list-entry').nth(3);
  const context = await row.getAttribute('data-vscode-context');
  await row.hover();
  await panel.settle();
  const y = (await row.boundingBox())?.y;
  for (let i = 0; i < 5; i++) send(TRACES + 10 + i, { name: 'fresh' });
  engine.engine.log('debug', 'a change is announced by the next ingest');
  await engine.request('engine/pause', { paused: false });
  await engine.request('noise/rules', { rules: DEFAULT_NOISE_RULES });
  await panel.page.locator('.list .pill', { hasText: 'new' }).waitFor();
  await panel.settle();
  const moved = await panel.page.evaluate(
    (wanted) =>
      [...document.querySelectorAll('.list-entry')]
        .find((each) => each.getAttribute('data-vscode-context') === wanted)
        ?.getBoundingClientRect().top,
    context,
  );
  assert.equal(moved, y);
  await panel.page.mouse.move(900, 400);
  await panel.page.waitForFunction(() => document.querySelector('.list-scroller')?.scrollTop === 0);
  await panel.page.locator('.list .pill').waitFor({ state: 'detached' });
  await panel.close();
});

for (const theme of ['dark', 'light', 'highContrast'] as const satisfies readonly ThemeName[]) {
  test(`the list is looked at in ${theme}`, async () => {
    const panel = await open({ theme });
    await panel.screenshot(`list-narrow-${theme}`);
    await widen(panel, 640);
    await showColumn(panel, 'Tokens');
    await choose(panel, 'Group by name');
    await panel.page.locator('.list-head-row', { hasText: 'GET /search' }).waitFor();
    await panel.page.locator('.list-head-row', { hasText: 'GET /search' }).click();
    await panel.page.waitForSelector('.list-entry.below');
    await openMenu(panel);
    await panel.screenshot(`list-groups-${theme}`);
    assert.deepEqual(panel.problems, []);
    await panel.close();
  });
}

test('tests are one line each, with how they came out last, failed ones first', async () => {
  const ran = (number: number, name: string, result: string): void =>
    send(number, {
      name,
      kind: 1,
      attributes: { 'test.case.name': `tests/unit/test_orders.py::${name}`, 'test.case.result.status': result },
      ...(result === 'fail' && { status: { code: 2 } }),
    });
  ran(5001, 'TestOrders::test_total[usd]', 'fail');
  ran(5002, 'TestOrders::test_total[eur]', 'pass');
  ran(5003, 'test_later', 'skip');
  const panel = await open();
  await choose(panel, 'Group by test');
  const heads = panel.page.locator('.list-head-row:has(.list-test)');
  await heads.nth(2).waitFor();
  await eventually(async () =>
    assert.deepEqual(
      await heads.evaluateAll((rows) =>
        rows.map((row) => [
          row.querySelector('[role=img]')?.getAttribute('aria-label'),
          row.querySelector('.list-name')?.textContent,
        ]),
      ),
      [
        ['failed', 'test_total[usd]tests/unit/test_orders.py::TestOrders'],
        ['skipped', 'test_latertests/unit/test_orders.py'],
        ['passed', 'test_total[eur]tests/unit/test_orders.py::TestOrders'],
      ],
    ),
  );
  assert.match((await heads.first().getAttribute('title')) ?? '', /^tests\/unit.*\nlast time: failed\n/);
  assert.deepEqual(panel.problems, []);
  await panel.close();
});
