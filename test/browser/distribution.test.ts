import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';
import { engineBridge } from './support/engineBridge.ts';
import { usePanelBrowser, type OpenOptions, type PanelPage } from './support/panelPage.ts';
import { features, sendPrediction } from '../support/predictions.ts';
import type { ThemeName } from './support/themes.ts';

const browser = usePanelBrowser();
let engine: TestEngine;
before(async () => {
  engine = await startTestEngine({ receiver: false });
  // Version v2 is less sure, and some of its calls fail.
  for (let n = 1; n <= 160; n++) {
    const isNew = n > 90;
    sendPrediction(engine, {
      n,
      version: isNew ? 'v2' : 'v1',
      milliseconds: 30 + (n % 17),
      failed: isNew && n % 5 === 0,
      attributes: {
        'model.input_features': JSON.stringify(features()),
        'model.confidence': {
          double: Math.round(1000 * (isNew ? 0.45 + (n % 23) / 70 : 0.82 + (n % 19) / 120)) / 1000,
        },
      },
    });
  }
});
after(() => engine.stop());

async function open(options: OpenOptions = {}): Promise<PanelPage> {
  const panel = await browser.open({ bridge: engineBridge(engine), list: true, width: 1200, height: 820, ...options });
  panel.page.setDefaultTimeout(15_000);
  await panel.page.locator('.list-total', { hasText: /^160$/ }).waitFor();
  await panel.page.getByRole('button', { name: 'Distribution of the listed calls' }).click();
  await panel.page.locator('.distribution .why-verdict', { hasText: 'v2 differs from v1: median -' }).waitFor();
  return panel;
}

test('confidence by model version comes first, and a brushed range becomes a filter of the list', async () => {
  const panel = await open();
  const { page } = panel;
  const slider = page.getByRole('slider', { name: /Range of the histogram/ });
  const box = await slider.boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + 4, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 4, box.y + 60, { steps: 4 });
  await page.mouse.up();
  await page.locator('.distribution-range', { hasText: /confidence 0\.\d+ to 0\.\d+: \d+ calls/ }).waitFor();
  await page.getByRole('button', { name: 'Filter by it' }).click();
  const filter = page
    .getByRole('combobox', { name: /filter/i })
    .or(page.getByRole('textbox', { name: /filter/i }))
    .first();
  await eventually(async () =>
    assert.match(
      await filter.inputValue(),
      /^any\(service="model" name="predict" confidence>=0\.\d+ confidence<0\.\d+\)$/,
    ),
  );
  await page.locator('.list-total', { hasText: /^(?!160$)\d+( of \d+)?$/ }).waitFor();
  // The distribution follows the list: only v2 is so unsure.
  await eventually(async () => assert.equal(await page.locator('.distribution .rows-row').count(), 1));
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('measure and split are chosen, groups hidden and filtered by, all by keyboard too', async () => {
  const panel = await open();
  const { page } = panel;
  await page.getByRole('combobox', { name: 'Number that is measured' }).selectOption({ label: 'monthly_spend_eur' });
  await page.locator('.why-verdict', { hasText: 'errors +' }).waitFor();
  await page.getByRole('combobox', { name: 'What calls are told apart by' }).selectOption('@time');
  await page.locator('.distribution .rows-row', { hasText: 'later half' }).waitFor();
  await page.getByRole('combobox', { name: 'What calls are told apart by' }).selectOption('model.version');
  await page.locator('.distribution .rows-row', { hasText: 'v2' }).waitFor();
  await page.getByRole('slider', { name: /Range of the histogram/ }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await page.locator('.distribution-range', { hasText: /monthly_spend_eur [\d.]+ to [\d.]+: \d+ calls?/ }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.distribution-range', { hasText: 'Drag over a range' }).waitFor();
  await page.getByRole('button', { name: 'List the calls of v2' }).click();
  await page.locator('.list-total', { hasText: /^70( of 160)?$/ }).waitFor();
  await page.getByRole('button', { name: 'Open the greatest' }).click();
  await page.locator('.wf-row').first().waitFor();
  await page.getByRole('button', { name: 'Back to the Distribution' }).click();
  await page.getByRole('slider', { name: /Range of the histogram/ }).waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('a feature of a table opens its distribution', async () => {
  const panel = await open();
  const { page } = panel;
  await page.getByRole('button', { name: 'Close the distribution (Escape)' }).click();
  await page.locator('.wf-row', { hasText: 'predict' }).last().click();
  await page.locator('.features .rows-row').first().waitFor();
  await page.getByRole('textbox', { name: 'Find a feature by name' }).fill('order_value');
  await eventually(async () => assert.equal(await page.locator('.features .rows-row').count(), 1));
  await page.getByRole('button', { name: /^Distribution of the chosen feature/ }).click();
  await eventually(async () =>
    assert.equal(
      await page.getByRole('combobox', { name: 'Number that is measured' }).locator('option:checked').innerText(),
      'order_value',
    ),
  );
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

for (const theme of ['dark', 'light', 'highContrast'] satisfies ThemeName[]) {
  test(`a distribution in the ${theme} theme, looked at`, async () => {
    const panel = await open({ theme });
    await panel.settle();
    await panel.screenshot(`distribution-${theme}`);
    await panel.close();
  });
}
