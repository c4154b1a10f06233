import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';
import { engineBridge } from './support/engineBridge.ts';
import { usePanelBrowser, type OpenOptions, type PanelPage } from './support/panelPage.ts';
import { features, predictionTraceId, sendCall, sendPrediction } from '../support/predictions.ts';
import type { ThemeName } from './support/themes.ts';

const browser = usePanelBrowser();
let engine: TestEngine;
before(async () => {
  engine = await startTestEngine({ receiver: false });
  for (let n = 1; n <= 60; n++) {
    sendPrediction(engine, { n, attributes: { 'model.input_features': JSON.stringify(features()) } });
  }
});
after(() => engine.stop());

/** Opens the page on the model call of the newest trace. */
async function openCall(options: OpenOptions = {}): Promise<PanelPage> {
  const panel = await browser.open({ bridge: engineBridge(engine), width: 1200, height: 900, ...options });
  panel.page.setDefaultTimeout(15_000);
  await panel.page.locator('.wf-row', { hasText: 'predict' }).last().click();
  await panel.page.locator('.details-title h2', { hasText: /^predict$/ }).waitFor();
  return panel;
}

function firstFeature(panel: PanelPage) {
  return panel.page.locator('.features .rows-row').first();
}

let sent = 100;
/** Sends a call that becomes the newest. */
function send(attributes: Record<string, string | number>): number {
  sent++;
  sendPrediction(engine, { n: sent, attributes });
  return sent;
}

test('a feature divided by 1000 is ranked first, against other calls and against a pinned baseline', async () => {
  const values = features();
  send({ 'model.input_features': JSON.stringify({ ...values, order_value: Number(values['order_value']) / 1000 }) });
  const panel = await openCall({ list: true });
  const { page } = panel;
  await firstFeature(panel)
    .filter({ hasText: /order_value[\s\S]*÷1,000\?/ })
    .waitFor();
  const against = page.getByRole('combobox', { name: 'What it is compared with' });
  await eventually(async () =>
    assert.match(await against.locator('option:checked').innerText(), /^other held calls \(\d+\)$/),
  );
  await page.getByRole('button', { name: 'Pin as baseline' }).click();
  await page.getByRole('menuitem', { name: 'The calls of this kind in the listed traces' }).click();
  await page.locator('.notice', { hasText: /Pinned \d+ calls of predict of model as baseline/ }).waitFor();
  await eventually(async () =>
    assert.match(await against.locator('option:checked').innerText(), /^pinned baseline \(\d+ calls\)$/),
  );
  await page.getByRole('button', { name: 'Undo' }).click();
  await eventually(async () => assert.match(await against.locator('option:checked').innerText(), /^other held calls/));
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('a pinned baseline is compared with until it is unpinned', async () => {
  const { pinned } = await engine.request('baselines/pin', {
    ref: null,
    set: {
      filter: '',
      brush: null,
      group: null,
      asSlowAs: null,
      traceIds: Array.from({ length: 60 }, (_, n) => predictionTraceId(n + 1)) as never,
    },
  });
  assert.deepEqual([pinned.length, pinned[0]?.calls], [1, 60]);
  const values = features();
  send({
    'model.input_features': JSON.stringify({
      ...values,
      monthly_spend_eur: Number(values['monthly_spend_eur']) / 1000,
    }),
  });
  const panel = await openCall();
  const { page } = panel;
  await firstFeature(panel)
    .filter({ hasText: /monthly_spend_eur[\s\S]*÷1,000\?/ })
    .waitFor();
  await page.locator('.features-facts', { hasText: '15 features, 1 odd' }).waitFor();
  await page.getByRole('button', { name: 'Pin as baseline' }).click();
  await page.getByRole('menuitem', { name: 'Unpin the baseline of this kind (60 calls)' }).click();
  await page.locator('.notice', { hasText: 'Unpinned the baseline of predict of model.' }).waitFor();
  await page.getByRole('combobox', { name: 'What it is compared with' }).selectOption('none');
  await eventually(async () => assert.equal(await page.getByRole('columnheader', { name: 'What is odd' }).count(), 0));
  await eventually(async () => assert.match(await firstFeature(panel).innerText(), /tenure_months/));
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('the table is searched, sorted, walked by keys, and copied', async () => {
  send({ 'model.input_features': JSON.stringify(features()) });
  const bridge = engineBridge(engine);
  const panel = await openCall({ bridge });
  const { page } = panel;
  await firstFeature(panel).waitFor();
  await page.getByRole('textbox', { name: 'Find a feature by name' }).fill('session');
  await eventually(async () => assert.equal(await page.locator('.features .rows-row').count(), 2));
  await page.getByRole('textbox', { name: 'Find a feature by name' }).fill('');
  await page.getByRole('button', { name: 'Feature', exact: true }).click();
  await eventually(async () => assert.match(await firstFeature(panel).innerText(), /^age/));
  await page.getByRole('grid', { name: /by feature/ }).focus();
  await page.keyboard.press('End');
  await page.locator('.features .rows-row.selected', { hasText: 'tenure_months' }).waitFor();
  await page.getByRole('button', { name: 'Copy the table as CSV' }).click();
  await page.locator('.notice', { hasText: 'Copied table as CSV.' }).waitFor();
  await page.locator('.folded-head', { hasText: 'As it was sent' }).click();
  await page.locator('.folded-body', { hasText: 'tenure_months' }).waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('explanation scores sort the table and stand as bars to both sides', async () => {
  const values = features();
  send({
    'model.input_features': JSON.stringify(values),
    'model.shap_values': JSON.stringify({ age: 0.1, order_value: -0.8, tenure_months: 0.4 }),
  });
  const panel = await openCall();
  await firstFeature(panel)
    .filter({ hasText: /order_value[\s\S]*-0\.8/ })
    .waitFor();
  assert.equal(await panel.page.locator('.score-bar.is-against').count(), 1);
  await panel.settle();
  await panel.screenshot('features-scores');
  await panel.close();
});

test('an image-shaped tensor is drawn, with its facts and how its numbers spread', async () => {
  const plane = (of: (x: number, y: number) => number) =>
    Array.from({ length: 28 }, (_, y) => Array.from({ length: 28 }, (_, x) => Math.round(of(x, y))));
  const image = [
    plane((x) => x * 9),
    plane((_, y) => y * 9),
    plane((x, y) => ((x - 14) ** 2 + (y - 14) ** 2 < 80 ? 255 : 0)),
  ];
  send({
    'model.input': JSON.stringify({
      inputs: [{ name: 'image', shape: [1, 3, 28, 28], datatype: 'UINT8', data: image }],
    }),
  });
  const panel = await openCall();
  const { page } = panel;
  await page.locator('.tensor-picture canvas').waitFor();
  await page.locator('.tensor .facts', { hasText: /1 × 3 × 28 × 28[\s\S]*UINT8/ }).waitFor();
  const pixel = await page.locator('.tensor-picture canvas').evaluate((canvas: HTMLCanvasElement) => {
    return [...(canvas.getContext('2d')?.getImageData(27, 0, 1, 1).data ?? [])];
  });
  assert.deepEqual(pixel, [243, 0, 0, 255]);
  await panel.settle();
  await panel.screenshot('features-tensor');
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('a traced function shows its arguments by name, its arrays with their facts and its tables', async () => {
  const data = Array.from({ length: 1024 }, (_, n) => Math.round(Math.sin(n / 40) * 1000) / 1000);
  const tensor = { dtype: 'float32', shape: [64, 768], min: -4.5, max: 3.25, mean: 0.0125, nan: 12, zeros: 7, data };
  const rows = Array.from({ length: 100 }, (_, n) => [n % 30, 20 + n / 3, n % 2 === 0 ? 'pro' : 'free']);
  sent++;
  sendCall(engine, {
    n: sent,
    name: 'Ranker.predict',
    attributes: {
      'code.function.name': 'Ranker.predict',
      'spanline.call.arguments': JSON.stringify({
        self: { $object: 'model.Ranker', repr: '' },
        query: 'late parcel',
        top_k: 3,
        embeddings: { $tensor: tensor },
        customers: { $table: { columns: ['tenure', 'spend', 'plan'], rows, row_count: 5000 } },
        options: {
          weights: { $tensor: tensor },
          tags: ['a', 'b', { $cut: 150 }],
          text: 'long\u2026{"$cut":900}',
          at: null,
        },
      }),
      'spanline.call.return': JSON.stringify([
        { $tensor: { ...tensor, shape: [3], data: [0.9, 0.5, 0.1] } },
        'shipping',
      ]),
    },
  });
  const panel = await browser.open({ bridge: engineBridge(engine), width: 1200, height: 1500 });
  const { page } = panel;
  page.setDefaultTimeout(15_000);
  await page.locator('.wf-row', { hasText: 'Ranker.predict' }).last().click();
  const item = (name: string) =>
    page.getByRole('article').filter({ hasText: `spanline.call.arguments \u2192 ${name}` });
  await item('self')
    .locator('.json-leaf', { hasText: /^model\.Ranker$/ })
    .waitFor();
  await item('query').getByText('late parcel').waitFor();
  await item('embeddings')
    .locator('.facts', { hasText: /dimension\s*768[\s\S]*NaN\s*12 /u })
    .waitFor();
  await item('embeddings')
    .getByText('The first 1,024 of 49,152 numbers are here; min, max, mean, NaN and zero are of all.')
    .waitFor();
  await item('customers').getByText('The first 100 of 5,000 rows are here.').waitFor();
  const tree = item('options').locator('.json-node');
  await tree.getByText('float32, 64 \u00d7 768, min -4.5, max 3.25, mean 0.0125, NaN 12').waitFor();
  await tree.getByText('150 more, not recorded').first().waitFor();
  await tree.getByText('900 more characters, not recorded').first().waitFor();
  await panel.settle();
  await panel.screenshot('features-traced');
  await page.getByRole('tab', { name: /Output/ }).click();
  await page.getByRole('article').getByText('shipping').waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('an embedding has its norm, its dimension and a line of its numbers', async () => {
  const vector = Array.from({ length: 384 }, (_, n) => Number((Math.sin(n / 7) / Math.sqrt(192)).toFixed(6)));
  send({
    'embedding.embeddings.0.embedding.text': 'parcel',
    'embedding.embeddings.0.embedding.vector': JSON.stringify(vector),
  });
  const panel = await openCall();
  await panel.page.getByRole('tab', { name: /Output/ }).click();
  await panel.page.locator('.tensor .facts', { hasText: /dimension\s*384\s*norm\s*[01]/ }).waitFor();
  await panel.page.locator('.number-line').waitFor();
  await panel.settle();
  await panel.screenshot('features-embedding');
  await panel.close();
});

test('a table of 5,000 features draws the rows in sight only', async () => {
  send({
    'model.input_features': JSON.stringify(
      Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`f${n}`, n / 7])),
    ),
  });
  const panel = await openCall();
  await panel.page.getByRole('combobox', { name: 'What it is compared with' }).selectOption('none');
  await panel.page.locator('.features-facts', { hasText: /^5,000 features$/ }).waitFor();
  await panel.page.getByRole('button', { name: 'Feature', exact: true }).click();
  await firstFeature(panel).filter({ hasText: /^f00$/ }).waitFor();
  assert.ok((await panel.page.locator('.features .rows-row').count()) < 60);
  const grid = panel.page.getByRole('grid', { name: /by feature/ });
  // Rows come page by page: End goes to the last one that is here.
  await eventually(async () => assert.equal(await grid.getAttribute('aria-rowcount'), '5001'));
  await grid.focus();
  await panel.page.keyboard.press('End');
  await panel.page.locator('.features .rows-row.selected', { hasText: 'f999' }).waitFor();
  await panel.close();
});

test('names and values that are markup stay text', async () => {
  const evil = '<img src=x onerror=alert(1)>\u202e';
  send({ 'model.input_features': JSON.stringify({ [evil]: 3, b: evil, c: 1 }) });
  const panel = await openCall();
  await panel.page.locator('.features .rows-row', { hasText: '<img src=x' }).first().waitFor();
  assert.equal(await panel.page.locator('.features img').count(), 0);
  assert.deepEqual(panel.problems, []);
  assert.deepEqual(panel.strayRequests, []);
  await panel.close();
});

for (const theme of ['dark', 'light', 'highContrast'] satisfies ThemeName[]) {
  test(`a feature table in the ${theme} theme, looked at`, async () => {
    const values = features();
    send({
      'model.input_features': JSON.stringify({
        ...values,
        order_value: Number(values['order_value']) / 1000,
        country: 'XX',
        age: null,
        support_tickets: '2',
      }),
    });
    const panel = await openCall({ theme });
    await firstFeature(panel)
      .filter({ hasText: /order_value/ })
      .waitFor();
    await panel.settle();
    await panel.screenshot(`features-${theme}`);
    await panel.close();
  });
}

test('hiding content takes tables, tensors and distributions away that are on the page, and showing it brings them back', async () => {
  send({
    'model.input_features': JSON.stringify(features()),
    'model.input': JSON.stringify(Array.from({ length: 20 }, (_, y) => Array.from({ length: 20 }, (_, x) => x * y))),
  });
  const panel = await openCall({ list: true });
  const { page } = panel;
  const numbers = page.locator('.features, .tensor');
  const shown = async (count: number): Promise<void> =>
    eventually(async () => assert.equal(await numbers.count(), count));
  await page.locator('.tensor-picture canvas').waitFor();
  await firstFeature(panel).waitFor();
  const before = await numbers.count();
  await page.getByRole('button', { name: 'Hide Content' }).click();
  await shown(0);
  await page.getByRole('button', { name: 'Show Content' }).click();
  await shown(before);
  await page.getByRole('button', { name: 'Distribution of the listed calls' }).click();
  await page.locator('.distribution .histogram').first().waitFor();
  await page.getByRole('button', { name: 'Hide Content' }).click();
  await page.locator('.distribution .why-verdict', { hasText: 'Content is hidden.' }).waitFor();
  await eventually(async () => assert.equal(await page.locator('.distribution .histogram').count(), 0));
  await page.getByRole('button', { name: 'Show Content' }).click();
  await page.locator('.distribution .histogram').first().waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});
