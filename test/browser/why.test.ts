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
before(async () => {
  engine = await startTestEngine({ receiver: false });
  for (let n = 0; n < 12; n++) {
    engine.engine.ingest(
      'traces',
      traceFromText(ticket(n), {
        traceId: (n + 1).toString(16).padStart(32, '0'),
        startMs: START_MS + n * 1000,
        firstId: n * 100 + 1,
      }),
    );
  }
});
after(() => engine.stop());

/** Tickets as the example sends them: two of twelve get 500 documents instead of 20. */
function ticket(n: number): string {
  const documents = n % 6 === 5 ? 500 : 20;
  const rank = documents === 500 ? 300 + n : 12 + (n % 3);
  return `
POST /triage        gateway   0..${100 + rank}  server ticket.id=t${n}
  retrieval.search  retrieval 10..${40 + rank}  client product=${documents === 500 ? 'renamed' : `p${n % 3}`}
    retrieval.score retrieval 12..20 algorithm=bm25
    retrieval.rerank retrieval 20..${20 + rank} retrieval.documents.count=${documents}
  model.predict     model     ${50 + rank}..${90 + rank} version=${n % 2 === 0 ? 'v1' : 'v2'}
`;
}

async function open(options: { theme?: ThemeName; width?: number; height?: number } = {}): Promise<PanelPage> {
  const panel = await browser.open({
    bridge: engineBridge(engine),
    list: true,
    width: 1100,
    height: 760,
    ...options,
  });
  panel.page.setDefaultTimeout(10_000);
  return panel;
}

const SAID =
  /retrieval\.rerank of retrieval takes 2\d\d\sms longer \(\d+ % of the difference\)\. retrieval\.documents\.count is 500 instead of 20\./;

test('the 500 documents instead of 20 are named by a click on the slow trace and one on why', async () => {
  const panel = await open();
  const { page } = panel;
  await page
    .locator('.list-entry, .list-row', { hasText: /41\d\sms/ })
    .first()
    .click();
  await page.locator('.trace-duration', { hasText: /41\d\sms/ }).waitFor();
  await page.getByRole('button', { name: 'Why so slow?' }).click();
  await page.locator('.why-verdict', { hasText: SAID }).waitFor();
  const [first] = await page.locator('.why-paths .rows-row').allInnerTexts();
  assert.match(first ?? '', /retrieval\.rerank POST \/triage › retrieval\.search[\s\S]*\d\d %/);
  await eventually(async () =>
    assert.match(
      await page.locator('.why-attribute').first().innerText(),
      /retrieval\.documents\.count[\s\S]*500 instead of 20/,
    ),
  );
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('sets are changed by filters, an attribute filters the list, and the filter is let go of there', async () => {
  const panel = await open();
  const { page } = panel;
  await page.waitForSelector('.wf-row');
  await page.getByRole('button', { name: 'Why so slow?' }).click();
  const against = page.getByRole('textbox', { name: 'against' });
  await against.fill('trace.dur>');
  await against.press('Enter');
  await page.locator('.why-verdict.is-error').waitFor();
  await against.fill('');
  await against.press('Enter');
  await page.locator('.why-verdict:not(.is-error)', { hasText: /\w/ }).waitFor();
  await page.getByRole('button', { name: 'Close the comparison' }).click();
  await page
    .locator('.list-entry, .list-row', { hasText: /41\d\sms/ })
    .first()
    .click();
  await page.locator('.trace-duration', { hasText: /41\d\sms/ }).waitFor();
  await page.getByRole('button', { name: 'Why so slow?' }).click();
  await page.locator('.why-attribute-key', { hasText: 'retrieval.documents.count' }).first().click();
  await page.locator('.list-total', { hasText: /^2( of 12)?$/ }).waitFor();
  // What the list shows against what it leaves out: both slow ones.
  await page.getByRole('button', { name: 'Why these?' }).click();
  await page.locator('.why-verdict', { hasText: SAID }).waitFor();
  await page.locator('.why .trace-facts', { hasText: 'A 2 traces' }).waitFor();
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await page.locator('.list-total', { hasText: /^12$/ }).waitFor();
  await panel.close();
});

test('a path opens its example, and the way back shows the comparison again', async () => {
  const panel = await open();
  const { page } = panel;
  await page.waitForSelector('.wf-row');
  await page.getByRole('button', { name: 'Why so slow?' }).click();
  await page.locator('.why-paths .rows-row').first().click();
  await page.locator('.wf-row.selected').waitFor();
  await page.getByRole('button', { name: 'Back to Why These?' }).click();
  await page.locator('.why-verdict', { hasText: /\w/ }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.wf-row').first().waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

for (const theme of ['dark', 'light', 'highContrast'] satisfies ThemeName[]) {
  test(`the comparison in the ${theme} theme, looked at`, async () => {
    const panel = await open({ theme });
    await panel.page
      .locator('.list-entry, .list-row', { hasText: /41\d\sms/ })
      .first()
      .click();
    await panel.page.locator('.trace-duration', { hasText: /41\d\sms/ }).waitFor();
    await panel.page.getByRole('button', { name: 'Why so slow?' }).click();
    await panel.page.locator('.why-verdict', { hasText: SAID }).waitFor();
    await panel.settle();
    await panel.screenshot(`why-${theme}`);
    await panel.close();
  });
}

test('what is brushed in the plot is compared with the rest', async () => {
  const panel = await open();
  const { page } = panel;
  await page.waitForSelector('.wf-row');
  if ((await page.locator('.plot canvas').count()) === 0) await page.getByLabel('Show latency over time').click();
  const plot = await page.locator('.plot canvas').boundingBox();
  assert.ok(plot);
  // The upper part of the histogram: the slow ones.
  await page.mouse.move(plot.x + plot.width - 40, plot.y + plot.height * 0.45);
  await page.mouse.down();
  await page.mouse.move(plot.x + plot.width - 40, plot.y + 1, { steps: 4 });
  await page.mouse.up();
  await page.locator('.plot-chip-text').waitFor();
  await page.locator('.plot').getByRole('button', { name: 'Why these?' }).click();
  await page.locator('.why-verdict', { hasText: SAID }).waitFor();
  await page.locator('.why .trace-facts', { hasText: 'A 2 traces' }).waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});
