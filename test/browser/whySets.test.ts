import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { START_MS, traceFromText } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';
import { engineBridge } from './support/engineBridge.ts';
import { usePanelBrowser, type PanelPage } from './support/panelPage.ts';
import type { ThemeName } from './support/themes.ts';
import { eventually } from '../support/eventually.ts';

const browser = usePanelBrowser();
let engine: TestEngine;
/** Traces are a second apart; from the eighth on a file that was saved makes them slow. */
const TRACES = 16;
const SAVED_MS = START_MS + 7_500;

before(async () => {
  engine = await startTestEngine({ receiver: false });
  for (let n = 0; n < TRACES; n++) {
    engine.engine.ingest(
      'traces',
      traceFromText(ticket(n), {
        traceId: (n + 1).toString(16).padStart(32, '0'),
        startMs: START_MS + n * 1000,
        firstId: n * 100 + 1,
      }),
    );
  }
  await engine.request('markers/put', {
    id: 'saved',
    kind: 'file',
    atMs: SAVED_MS,
    toMs: SAVED_MS,
    label: 'app/retrieve.py',
  });
  await engine.request('markers/put', {
    id: 'paused',
    kind: 'pause',
    atMs: START_MS + 10_500,
    toMs: START_MS + 12_500,
    label: 'app/retrieve.py',
  });
});
after(() => engine.stop());

/** Model v2 predicts slower than v1 and v0; since the file was saved, 500 documents are ranked instead of 20. */
function ticket(n: number): string {
  const isSaved = START_MS + n * 1000 > SAVED_MS;
  const [documents, rank] = isSaved ? [500, 120 + (n % 3)] : [20, 12 + (n % 3)];
  const version = `v${n % 3}`;
  const predict = version === 'v2' ? 260 + (n % 2) : 40 + (n % 2);
  return `
POST /triage        gateway   0..${100 + rank + predict}  server tenant=${version}
  retrieval.search  retrieval 10..${40 + rank}  client
    retrieval.rerank retrieval 20..${20 + rank} retrieval.documents.count=${documents}
  model.predict     model     ${50 + rank}..${50 + rank + predict} model.version=${version}
`;
}

const RERANKED =
  /retrieval\.rerank of retrieval takes 1\d\d\sms longer \(\d+ % of the difference\)\. retrieval\.documents\.count is 500 instead of 20\./;
const PREDICTED = /model\.predict of model takes 2\d\d\sms longer \(\d+ % of the difference\)\./;

interface Options {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly letters?: boolean;
}

async function open(options: Options = {}): Promise<PanelPage & { readonly why: (of: string) => void }> {
  const bridge = engineBridge(engine);
  const panel = await browser.open({ bridge, list: true, width: 1200, height: 860, ...options });
  await panel.page.waitForSelector('.wf-row');
  await panel.page.waitForSelector('.list-entry');
  return Object.assign(panel, { why: (of: string) => bridge.emit('panel/why', { of }) });
}

async function groupByTenant(panel: PanelPage): Promise<void> {
  await panel.page.getByRole('button', { name: 'Order, groups and columns' }).click();
  await panel.page.getByPlaceholder('Group by attribute…').fill('tenant');
  await panel.page.keyboard.press('Enter');
  await panel.page.locator('.list-head-row', { hasText: 'v2' }).waitFor();
}

/** Where a time of the plot is in the window; read off the scale as the plot draws it: the first trace and the last. */
async function plotSpot(panel: PanelPage, timeMs: number, y: number): Promise<{ x: number; y: number }> {
  const area = panel.page.locator('.plot-area');
  if (!(await area.isVisible())) await panel.page.getByRole('button', { name: 'Show latency over time' }).click();
  const box = await area.boundingBox();
  assert.ok(box);
  // As in plotScale.ts: labels on the left, the histogram with its gaps on the right; a hundredth of margin at both ends.
  const [left, right] = [56, 130];
  const length = (TRACES - 1) * 1000;
  const share = (timeMs - START_MS + length * 0.01) / (length * 1.02);
  return { x: box.x + left + share * (box.width - left - right), y: box.y + y };
}

test('the button of a group’s head compares the group with the others', async () => {
  const panel = await open();
  const { page } = panel;
  await groupByTenant(panel);
  const head = page.locator('.list-head-row', { hasText: 'v2' });
  const button = page.getByRole('button', { name: 'Why these? Compare v2 with the others' });
  await eventually(async () => assert.equal(await button.isVisible(), false, 'there only while the row is pointed at'));
  await head.hover();
  await eventually(async () =>
    assert.match((await button.getAttribute('title')) ?? '', /Compare this group with the others \(w\)/),
  );
  await button.click();
  await page.locator('.why-verdict', { hasText: PREDICTED }).waitFor();
  await page.locator('.why .trace-facts', { hasText: 'A 5 traces' }).waitFor();
  await page.locator('.why .trace-facts', { hasText: 'B 11 traces' }).waitFor();
  await eventually(async () => assert.equal(await page.locator('.why-bound').innerText(), 'tenant v2'));
  await eventually(async () =>
    assert.equal(await head.getAttribute('aria-expanded'), 'false', 'the group itself stays as it was'),
  );
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('w compares the group that the keyboard is on, Escape gives the keyboard back to it', async () => {
  const panel = await open();
  const { page } = panel;
  await groupByTenant(panel);
  const list = page.locator('.list-scroller');
  await list.focus();
  await page.keyboard.press('Home');
  await page.locator('.list-head-row.selected').waitFor();
  await page.keyboard.press('w');
  await page.locator('.why-verdict', { hasText: /\w/ }).waitFor();
  await page.waitForFunction(() => document.activeElement?.classList.contains('why') === true);
  await page.keyboard.press('Escape');
  await page.locator('.why').waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement?.classList.contains('list-scroller') === true);
  await page.locator('.list-head-row.selected').waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('a group is compared with another one, and with the others again', async () => {
  const panel = await open();
  const { page } = panel;
  await groupByTenant(panel);
  await page.locator('.list-head-row', { hasText: 'v1' }).hover();
  await page.getByRole('button', { name: 'Compare v1 with the others' }).click();
  await page.locator('.why .trace-facts', { hasText: 'B 11 traces' }).waitFor();
  await page.getByRole('combobox', { name: 'Against which tenant' }).selectOption({ label: 'v2' });
  await page.locator('.why .trace-facts', { hasText: 'B 5 traces' }).waitFor();
  await page.locator('.why-verdict', { hasText: /model\.predict of model takes 2\d\d\sms less long/ }).waitFor();
  await page.getByRole('combobox', { name: 'Against which tenant' }).selectOption({ label: 'all others' });
  await page.locator('.why .trace-facts', { hasText: 'B 11 traces' }).waitFor();
  await panel.close();
});

test('a group is one of what is listed: the filter bounds both sides', async () => {
  const panel = await open();
  const { page } = panel;
  await page.locator('.filter-input').fill('trace.dur>200ms');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => Number(document.querySelector('.list-total')?.textContent) < 16);
  const listed = Number(await page.locator('.list-total').innerText());
  await groupByTenant(panel);
  await page.locator('.list-head-row', { hasText: 'v2' }).hover();
  await page.getByRole('button', { name: 'Compare v2 with the others' }).click();
  await page.locator('.why .trace-facts', { hasText: 'A 5 traces' }).waitFor();
  await page.locator('.why .trace-facts', { hasText: `B ${listed - 5} traces` }).waitFor();
  await eventually(async () =>
    assert.deepEqual(await page.locator('.why-bound').allInnerTexts(), ['tenant v2', 'of trace.dur>200ms']),
  );
  await panel.close();
});

test('a click on a change marker compares before and after it', async () => {
  const panel = await open();
  const { page } = panel;
  // On the sign above the plot, where no trace is.
  const spot = await plotSpot(panel, SAVED_MS, 6);
  await page.mouse.move(spot.x, spot.y);
  const area = page.locator('.plot-area');
  await page.locator('.plot-said', { hasText: /^Saved: app\/retrieve\.py · .* · click or Enter compares/ }).waitFor();
  await eventually(async () =>
    assert.match((await area.getAttribute('title')) ?? '', /^Saved: app\/retrieve\.py .*\nclick or Enter compares/),
  );
  await eventually(async () =>
    assert.equal(await area.evaluate((element) => getComputedStyle(element).cursor), 'pointer'),
  );
  await page.mouse.down();
  await page.mouse.up();
  await page.locator('.why-verdict', { hasText: RERANKED }).waitFor();
  await page.getByRole('heading', { name: 'What changed?' }).waitFor();
  await page.locator('.why .trace-facts', { hasText: 'A after 8 traces' }).waitFor();
  await page.locator('.why .trace-facts', { hasText: 'B before 8 traces' }).waitFor();
  await eventually(async () =>
    assert.match(await page.locator('.why-bound').innerText(), /^Saved: app\/retrieve\.py · /),
  );
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('m and Enter compare before and after a change, the filters of both sides narrow it', async () => {
  const panel = await open();
  const { page } = panel;
  await plotSpot(panel, SAVED_MS, 6);
  await page.locator('.plot-area').focus();
  await page.keyboard.press('m');
  await page.locator('.plot-said', { hasText: 'Saved: app/retrieve.py' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.why-verdict', { hasText: RERANKED }).waitFor();
  const before = page.getByRole('textbox', { name: 'before' });
  await before.fill('any(model.version=v0)');
  await before.press('Enter');
  await page.locator('.why .trace-facts', { hasText: 'B before 3 traces' }).waitFor();
  await before.fill('');
  await before.press('Enter');
  await page.locator('.why .trace-facts', { hasText: 'B before 8 traces' }).waitFor();
  await page.locator('.why').focus();
  await page.keyboard.press('Escape');
  await page.locator('.why').waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement?.classList.contains('plot-area') === true);
  await panel.close();
});

test('what began while a debugger held the process is on neither side of that change', async () => {
  const panel = await open();
  const { page } = panel;
  await plotSpot(panel, SAVED_MS, 6);
  await page.locator('.plot-area').focus();
  await page.keyboard.press('m');
  await page.keyboard.press('m');
  await page.locator('.plot-said', { hasText: 'Debugger paused' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.why .trace-facts', { hasText: 'A after 3 traces' }).waitFor();
  await page.locator('.why .trace-facts', { hasText: 'B before 11 traces' }).waitFor();
  await panel.close();
});

test('the context menu names a group’s head and a change, and its command compares them', async () => {
  const panel = await open();
  const { page } = panel;
  await groupByTenant(panel);
  const contextAt = (selector: string): Promise<string> =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => element.closest<HTMLElement>('[data-vscode-context]')?.dataset['vscodeContext'] ?? '{}');
  const ofHead = JSON.parse(await contextAt('.list-head-row:has-text("v2") .list-name')) as object;
  assert.deepEqual(ofHead, { preventDefaultContextMenuItems: true, webviewSection: 'group', compare: 'group:v2' });
  // By the keyboard the menu opens on what has the focus.
  await page.locator('.list-scroller').focus();
  await page.keyboard.press('Home');
  await page.locator('.list-head-row.selected').waitFor();
  await eventually(async () => assert.match(await contextAt('.list-scroller'), /"webviewSection":"group"/));
  panel.why('group:v2');
  await page.locator('.why-verdict', { hasText: PREDICTED }).waitFor();

  const spot = await plotSpot(panel, SAVED_MS, 6);
  await page.mouse.move(spot.x, spot.y);
  await page.locator('.plot-said', { hasText: 'Saved' }).waitFor();
  const ofChange = JSON.parse(await contextAt('.plot-area')) as object;
  assert.deepEqual(ofChange, {
    preventDefaultContextMenuItems: true,
    webviewSection: 'change',
    compare: 'marker:saved',
  });
  panel.why('marker:saved');
  await page.locator('.why-verdict', { hasText: RERANKED }).waitFor();
  panel.why('');
  await page.getByRole('heading', { name: 'Why these?' }).waitFor();
  await page.locator('.why-bound', { hasText: 'as slow as' }).waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

for (const theme of ['dark', 'light', 'highContrast'] satisfies ThemeName[]) {
  test(`groups, changes and their comparisons in the ${theme} theme, looked at`, async () => {
    const panel = await open({ theme });
    const { page } = panel;
    await groupByTenant(panel);
    await page.locator('.list-head-row', { hasText: 'v2' }).hover();
    await page.getByRole('button', { name: 'Compare v2 with the others' }).click();
    await page.locator('.why-verdict', { hasText: PREDICTED }).waitFor();
    await panel.settle();
    await panel.screenshot(`why-group-${theme}`);
    const spot = await plotSpot(panel, SAVED_MS, 6);
    await page.mouse.move(spot.x, spot.y);
    await page.locator('.plot-said', { hasText: 'Saved' }).waitFor();
    await page.mouse.down();
    await page.mouse.up();
    await page.locator('.why-verdict', { hasText: RERANKED }).waitFor();
    await panel.settle();
    await panel.screenshot(`why-change-${theme}`);
    await panel.close();
  });
}
