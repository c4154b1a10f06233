import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { TraceId } from '../../src/core/model/ids.ts';
import { logsRequest, spanIdAt, traceFromText, tracesRequest, type SpanInput } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';
import { engineBridge } from './support/engineBridge.ts';
import { usePanelBrowser, type OpenOptions, type PanelPage } from './support/panelPage.ts';
import { eventually } from '../support/eventually.ts';

const browser = usePanelBrowser();
let engine: TestEngine;
before(async () => {
  engine = await startTestEngine({ receiver: false });
});
after(() => engine.stop());

const SHAPE = `
POST /triage      gateway    0..900 server http.route=/triage
  fetch_features  features  10..60 client
    redis get     features  20..30 key=user:7
    redis set     features  30..40 key=user:8
  model_predict   model     70..850 model.name=clf error:boom
    load          model     80..200 size=42
    run           model    200..840 "model.prompt=Refund for order <b>7</b> please"
  log_outcome     gateway  860..890 outcome=refund
`;
let traces = 0;

async function openPanel(text = SHAPE, options: OpenOptions = {}): Promise<PanelPage> {
  const traceId = (++traces).toString(16).padStart(32, 'e') as TraceId;
  engine.store.ingestTraces(traceFromText(text, { traceId, startMs: 1_767_225_600_000 + traces * 60_000 }));
  engine.store.ingestLogs(
    logsRequest([{ traceId, spanId: spanIdAt(6), timeNs: 1_767_225_600_100_000_000n, body: 'weights loaded' }]),
  );
  const panel = await browser.open({ bridge: engineBridge(engine), height: 760, ...options });
  await panel.page.waitForFunction(() => document.querySelectorAll('.wf-row:not(.placeholder)').length > 3);
  await panel.page.getByRole('treegrid').focus();
  return panel;
}

async function type(panel: PanelPage, text: string): Promise<void> {
  await panel.page.keyboard.press('/');
  await panel.page.getByRole('search', { name: 'Find in Trace' }).waitFor();
  await panel.page.keyboard.type(text);
}

async function waitForCount(panel: PanelPage, words: string): Promise<void> {
  try {
    await panel.page.waitForFunction((wanted) => document.querySelector('.find-count')?.textContent === wanted, words, {
      timeout: 10_000,
    });
  } catch {
    const shown = await panel.page.locator('.find-widget').innerText();
    const text = await panel.page.getByRole('textbox', { name: /^Find in the trace/ }).inputValue();
    assert.fail(`waited for “${words}”, the bar says “${shown}” of “${text}”; ${panel.problems.join(', ')}`);
  }
}

/** Texts that are marked on the page. */
function marked(panel: PanelPage): Promise<string[]> {
  return panel.page.evaluate(() => {
    const highlight = CSS.highlights.get('spanline-find');
    const ranges = highlight ? Array.from(highlight) : [];
    return ranges.map((range) => (range instanceof Range ? range.cloneContents().textContent : ''));
  });
}

describe('the find bar', () => {
  test('goes to the first match while typing, steps through all of them and around, and gives the keyboard back', async () => {
    const panel = await openPanel();
    await type(panel, 'refund');
    await waitForCount(panel, '1 of 2');
    await panel.waitForSelected('run');
    await panel.page.keyboard.press('Enter');
    await waitForCount(panel, '2 of 2');
    await panel.waitForSelected('log_outcome');
    await panel.page.keyboard.press('F3');
    await waitForCount(panel, '1 of 2');
    await panel.page.keyboard.press('Shift+Enter');
    await waitForCount(panel, '2 of 2');
    await eventually(async () =>
      assert.match(await panel.page.locator('.find-place').innerText(), /Attribute outcome\s*refund/),
    );
    await panel.page.keyboard.press('Escape');
    await eventually(async () =>
      assert.equal(await panel.page.getByRole('search', { name: 'Find in Trace' }).count(), 0),
    );
    await eventually(async () =>
      assert.equal(await panel.page.evaluate(() => document.activeElement?.getAttribute('role')), 'treegrid'),
    );
    await eventually(async () => assert.equal(await panel.selectedName(), 'log_outcome'));
    await eventually(async () => assert.deepEqual(await marked(panel), []));
    await panel.page.keyboard.press('Shift+F3');
    await panel.waitForSelected('run');
    assert.deepEqual(panel.problems, []);
    await panel.close();
  });

  test('marks rows and the text in them and in the details, whose tab shows where it is', async () => {
    const panel = await openPanel();
    await type(panel, 'USER:');
    await waitForCount(panel, '1 of 2');
    await panel.page.waitForFunction(() => document.querySelectorAll('.wf-row.found').length === 2);
    const found = await panel.page.locator('.wf-row.found .wf-name').allTextContents();
    assert.deepEqual(found.sort(), ['redis get', 'redis set']);
    await eventually(async () =>
      assert.equal(await panel.page.getByRole('tab', { selected: true }).last().innerText(), 'Attributes\n1'),
    );
    await panel.page.waitForFunction(() => (CSS.highlights.get('spanline-find')?.size ?? 0) > 0);
    await eventually(async () => assert.ok((await marked(panel)).every((text) => text === 'user:')));
    await panel.page.getByRole('textbox', { name: /^Find in the trace/ }).fill('redis');
    await waitForCount(panel, '1 of 2');
    await panel.page.waitForFunction(() => (CSS.highlights.get('spanline-find')?.size ?? 0) >= 2);
    await panel.close();
  });

  test('finds what is folded, and logs', async () => {
    const panel = await openPanel();
    await panel.page.getByRole('button', { name: 'Fold all', exact: true }).click();
    await panel.page.waitForFunction(() => document.querySelectorAll('.wf-row').length === 1);
    await panel.page.getByRole('treegrid').focus();
    await type(panel, 'weights');
    await panel.waitForSelected('load');
    await waitForCount(panel, '1 of 1');
    await eventually(async () =>
      assert.match(await panel.page.locator('.find-place').innerText(), /Log record\s*weights loaded/),
    );
    await panel.close();
  });

  test('keeps rows to matches and what is above them, in place, and shows all again', async () => {
    const panel = await openPanel();
    await type(panel, 'refund');
    await waitForCount(panel, '1 of 2');
    const top = (): Promise<number> =>
      panel.page.evaluate(() => document.querySelector('.wf-row.selected')?.getBoundingClientRect().top ?? -1);
    await panel.page.keyboard.press('Alt+l');
    await panel.page.waitForFunction(() => document.querySelectorAll('.wf-row:not(.placeholder)').length === 4);
    await eventually(async () =>
      assert.deepEqual(await panel.rowNames(), ['POST /triage', 'model_predict', 'run', 'log_outcome']),
    );
    await panel.page.waitForFunction(() => document.querySelectorAll('.wf-row.steps-back').length === 2);
    const dimmed = await panel.page.locator('.wf-row.steps-back .wf-name').allTextContents();
    assert.deepEqual(dimmed.sort(), ['POST /triage', 'model_predict']);
    await eventually(async () => assert.ok((await top()) > 0));
    await panel.page.keyboard.press('Alt+l');
    await panel.page.waitForFunction(() => document.querySelectorAll('.wf-row:not(.placeholder)').length === 8);
    await eventually(async () => assert.equal(await panel.selectedName(), 'run'));
    await panel.page.keyboard.press('Alt+l');
    await panel.page.waitForFunction(() => document.querySelectorAll('.wf-row:not(.placeholder)').length === 4);
    await panel.page.keyboard.press('Escape');
    await panel.page.waitForFunction(() => document.querySelectorAll('.wf-row:not(.placeholder)').length === 8);
    await panel.close();
  });

  test('says when there is nothing, what is wrong with an expression, and what was read as a filter', async () => {
    const panel = await openPanel();
    await type(panel, 'nowhere');
    await waitForCount(panel, 'No results');
    await eventually(async () => assert.equal(await panel.page.locator('.find-widget.no-results').count(), 1));
    await eventually(async () => assert.equal(await panel.selectedName(), 'POST /triage'));
    const input = panel.page.getByRole('textbox', { name: /^Find in the trace/ });
    await input.fill('a(');
    await panel.page.keyboard.press('Alt+r');
    await panel.page.locator('.find-problem').waitFor();
    await input.fill('redis (get|set)');
    await waitForCount(panel, '1 of 2');
    await panel.page.keyboard.press('Alt+r');
    await input.fill('status:error dur>100ms');
    await waitForCount(panel, '1 of 1');
    await panel.waitForSelected('model_predict');
    await panel.page.getByLabel('Read as a filter').waitFor();
    await input.fill('MODEL_PREDICT');
    await waitForCount(panel, '1 of 1');
    await panel.page.getByRole('button', { name: /Match Case/ }).click();
    await waitForCount(panel, 'No results');
    await panel.close();
  });

  test('follows a trace that grows, and the selection', async () => {
    const panel = await openPanel();
    const traceId = traces.toString(16).padStart(32, 'e') as TraceId;
    await type(panel, 'redis');
    await waitForCount(panel, '1 of 2');
    const startNs = (1_767_225_600_000n + BigInt(traces) * 60_000n) * 1_000_000n;
    const late: SpanInput = {
      traceId,
      spanId: spanIdAt(99),
      parentSpanId: spanIdAt(1),
      name: 'redis quit',
      startNs: startNs + 895_000_000n,
      endNs: startNs + 896_000_000n,
    };
    engine.engine.ingest('traces', tracesRequest([late]));
    await waitForCount(panel, '1 of 3');
    await panel.page.locator('.wf-row', { hasText: 'model_predict' }).click();
    await waitForCount(panel, '? of 3');
    await panel.page.locator('.wf-row', { hasText: 'redis quit' }).click();
    await waitForCount(panel, '3 of 3');
    await panel.close();
  });

  test('shows hostile text as text', async () => {
    const hostile = '\u202e<img src=x onerror=alert(1)>\u0007';
    const panel = await openPanel();
    const traceId = traces.toString(16).padStart(32, 'e') as TraceId;
    const startNs = (1_767_225_600_000n + BigInt(traces) * 60_000n) * 1_000_000n;
    engine.engine.ingest(
      'traces',
      tracesRequest([
        {
          traceId,
          spanId: spanIdAt(98),
          parentSpanId: spanIdAt(1),
          name: 'bad',
          startNs,
          endNs: startNs,
          attributes: { [hostile]: hostile },
        },
      ]),
    );
    await type(panel, 'onerror');
    await waitForCount(panel, '1 of 1');
    await panel.waitForSelected('bad');
    await eventually(async () => assert.equal(await panel.page.locator('.find-widget img').count(), 0));
    await eventually(async () =>
      assert.match(await panel.page.locator('.find-place').innerText(), /<img src=x onerror/),
    );
    assert.deepEqual(panel.problems, []);
    assert.deepEqual(panel.strayRequests, []);
    await panel.close();
  });

  test('has room in a narrow panel', async () => {
    const panel = await openPanel(SHAPE, { width: 380 });
    await type(panel, 'refund');
    await waitForCount(panel, '1 of 2');
    const fits = await panel.page.evaluate(() => {
      const box = document.querySelector('.find-widget')?.getBoundingClientRect();
      return box !== undefined && box.left >= 0 && box.right <= innerWidth;
    });
    assert.ok(fits);
    const [bar, row] = await Promise.all([
      panel.page.locator('.find-widget').boundingBox(),
      panel.page.locator('.wf-row.selected').boundingBox(),
    ]);
    assert.ok(bar && row && bar.y + bar.height <= row.y, 'the row is not under the bar');
    await eventually(async () =>
      assert.ok(
        ((await panel.page.getByRole('textbox', { name: /^Find in the trace/ }).boundingBox())?.width ?? 0) > 60,
      ),
    );
    await panel.settle();
    await panel.screenshot('find-narrow');
    await panel.close();
  });

  for (const theme of ['light', 'dark', 'highContrast'] as const) {
    test(`looks like the editor's in ${theme}`, async () => {
      const panel = await openPanel(SHAPE, { theme: theme as NonNullable<OpenOptions['theme']> });
      await type(panel, 'refund');
      await waitForCount(panel, '1 of 2');
      await panel.page.waitForFunction(() => (CSS.highlights.get('spanline-find')?.size ?? 0) > 0);
      await panel.settle();
      await panel.screenshot(`find-${theme}`);
      await panel.page.keyboard.press('Alt+l');
      await panel.page.waitForFunction(() => document.querySelectorAll('.wf-row:not(.placeholder)').length === 4);
      await panel.settle();
      await panel.screenshot(`find-only-${theme}`);
      await panel.page.getByRole('textbox', { name: /^Find in the trace/ }).fill('nowhere');
      await waitForCount(panel, 'No results');
      await panel.settle();
      await panel.screenshot(`find-nothing-${theme}`);
      await panel.close();
    });
  }
});
