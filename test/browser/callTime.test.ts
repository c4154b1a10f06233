import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestEngine } from '../support/testEngine.ts';
import { eventually } from '../support/eventually.ts';
import { asgiTrace, timedTrace, type TimedSpan } from '../support/timedTrace.ts';
import { engineBridge } from './support/engineBridge.ts';
import { usePanelBrowser, type PanelPage } from './support/panelPage.ts';
import { THEMES, type ThemeName } from './support/themes.ts';

const browser = usePanelBrowser();

const VLLM: TimedSpan = {
  name: 'llm_request',
  parent: 0,
  at: 60,
  ms: 900,
  kind: 2,
  attributes: {
    'gen_ai.operation.name': 'chat',
    'gen_ai.response.model': 'gpt-4o-2024',
    'gen_ai.latency.time_in_queue': 0.12,
    'gen_ai.latency.time_to_first_token': 0.35,
    'gen_ai.latency.time_in_model_prefill': 0.2,
    'gen_ai.latency.time_in_model_decode': 0.5,
    'gen_ai.usage.input_tokens': 1200,
    'gen_ai.usage.output_tokens': 101,
    'gen_ai.usage.cache_read.input_tokens': 400,
    'llm.cost.total': 0.0123,
  },
};
const SPANS: readonly TimedSpan[] = [
  { name: 'POST /chat', at: 0, ms: 1000, kind: 2 },
  VLLM,
  { name: 'embed', parent: 0, at: 5, ms: 50 },
  {
    name: 'compute',
    parent: 0,
    at: 970,
    ms: 28,
    events: [
      ['COMPUTE_START', 971],
      ['COMPUTE_INPUT_END', 975],
      ['COMPUTE_OUTPUT_START', 994],
      ['COMPUTE_END', 997],
    ],
  },
];

/** A page over a real engine that holds these spans, with one of them selected. */
async function select(
  spans: readonly TimedSpan[],
  name: string,
  run: (panel: PanelPage, bridge: ReturnType<typeof engineBridge>) => Promise<void>,
  theme: ThemeName = 'dark',
): Promise<void> {
  const engine = await startTestEngine();
  try {
    engine.engine.ingest('traces', timedTrace(spans));
    const bridge = engineBridge(engine);
    const panel = await browser.open({ bridge, theme, width: 1100, height: 800 });
    await panel.page.locator('.wf-row', { hasText: name }).click();
    await panel.page.locator('.details-title h2', { hasText: name }).waitFor();
    await run(panel, bridge);
    await panel.close();
  } finally {
    await engine.stop();
  }
}

async function openTime(panel: PanelPage): Promise<void> {
  await panel.page.locator('.details').getByRole('tab', { name: 'Time', exact: true }).click();
  await panel.page.locator('.tab-content').waitFor();
}

test('the time inside a call is drawn and told phase by phase, with what was measured and what computed', async () => {
  for (const theme of Object.keys(THEMES) as ThemeName[]) {
    await select(
      SPANS,
      'llm_request',
      async (panel) => {
        await openTime(panel);
        const rows = panel.page.locator('.phase-table tbody tr');
        await eventually(async () => assert.equal(await rows.count(), 5));
        const texts = (await rows.allInnerTexts()).map((text) => text.replaceAll('\u00a0', ' ').split(/\s*\t\s*/));
        assert.deepEqual(
          texts.map(([name, duration, share, how]) => [name?.trim(), duration, share, how]),
          [
            ['admission', '30 ms', '3.3 %', 'computed'],
            ['queue', '120 ms', '13 %', 'measured'],
            ['prefill', '200 ms', '22 %', 'measured'],
            ['decode', '500 ms', '56 %', 'measured'],
            ['finish', '50 ms', '5.6 %', 'computed'],
          ],
        );
        assert.equal(
          await panel.page.locator('.phase-bar').getAttribute('aria-label'),
          'admission 30\u00a0ms, queue 120\u00a0ms, prefill 200\u00a0ms, decode 500\u00a0ms, finish 50\u00a0ms',
        );
        const facts = await panel.page.locator('.time-facts').innerText();
        assert.match(facts.replaceAll('\u00a0', ' '), /first output\s*350 ms[\s\S]*speed\s*≈ 200 tokens\/s/);
        await panel.screenshot(`call-time-${theme}`);
      },
      theme,
    );
  }
});

test('a row says its phases in its tooltip and to a screen reader', async () => {
  await select(SPANS, 'llm_request', async (panel) => {
    const row = panel.page.locator('.wf-row', { hasText: 'llm_request' });
    await eventually(async () => {
      const [title, label] = [await row.getAttribute('title'), await row.getAttribute('aria-label')];
      assert.match(
        `${title ?? ''}${(await row.innerHTML()).slice(0, 4000)}`.replaceAll('\u00a0', ' '),
        /queue 120 ms \(striped\)/,
      );
      assert.match((label ?? '').replaceAll('\u00a0', ' '), /first output after 350 ms/);
    });
  });
});

test('tokens and cost are those of the sender until the user has prices', async () => {
  await select(SPANS, 'llm_request', async (panel, bridge) => {
    await openTime(panel);
    const cost = panel.page.locator('.cost-facts');
    await eventually(async () => assert.match(await cost.innerText(), /\$0\.012 as the sender says/));
    assert.doesNotMatch(await cost.innerText(), /by your price/);
    assert.match(await panel.page.locator('.token-facts').innerText(), /1,200 \(400 from cache, 33/);
    const usage = panel.page.locator('.trace-usage');
    await eventually(async () => assert.equal(await usage.innerText(), '1,301 tokens · $0.012'));
    bridge.emit('panel/prices', {
      prices: [{ model: 'gpt-4o*', input: 2.5, cachedInput: 1.25, output: 10, currency: 'EUR' }],
    });
    await eventually(async () => assert.match(await cost.innerText(), /0\.0035.EUR by your price for gpt-4o\*/));
    assert.match(
      (await cost.innerText()).replaceAll('\u00a0', ' '),
      /800 input × 2\.50 EUR \+ 400 cached input × 1\.25 EUR \+ 101 output × 10\.00 EUR, per million tokens/,
    );
    await eventually(async () =>
      assert.equal((await usage.innerText()).replaceAll('\u00a0', ' '), '1,301 tokens · 0.0035 EUR'),
    );
  });
});

test('a server that streams tells first byte, pieces, longest gap and last byte without any attribute of GenAI', async () => {
  const pieces = [200, 260, 300, 700, 760, 820];
  await select(asgiTrace(pieces, 1000), 'POST /chat', async (panel) => {
    await openTime(panel);
    const facts = panel.page.locator('.time-facts');
    await eventually(async () => assert.match(await facts.innerText(), /6 pieces/));
    const text = (await facts.innerText()).replaceAll('\u00a0', ' ');
    assert.match(text, /first output\s*200 ms/);
    assert.match(text, /longest gap\s*400 ms at 300 ms/);
    assert.match(text, /last byte\s*821 ms/);
    await panel.screenshot('call-time-stream');
  });
});

test('a span that tells nothing of its time has no such tab', async () => {
  await select(SPANS, 'embed', async (panel) => {
    await panel.page.locator('.details').getByRole('tab', { name: 'Attributes' }).waitFor();
    assert.equal(await panel.page.locator('.details').getByRole('tab', { name: 'Time', exact: true }).count(), 0);
  });
});
