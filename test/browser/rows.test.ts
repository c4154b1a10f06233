import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ManualClock } from '../support/manualClock.ts';
import { request, group, span, START_MS, type SpanInput } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';
import { engineBridge } from './support/engineBridge.ts';
import { usePanelBrowser, type PanelPage } from './support/panelPage.ts';
import type { ThemeName } from './support/themes.ts';
import { eventually } from '../support/eventually.ts';

const browser = usePanelBrowser();
const clock = new ManualClock();
let engine: TestEngine;
before(async () => {
  engine = await startTestEngine({ clock });
  await send();
  // Long enough for a trace with a root, and for one without.
  clock.advance(60_000);
});
after(() => engine.stop());

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const INTERNAL = 1;
const SERVER = 2;
const CLIENT = 3;
const ASGI = 'opentelemetry.instrumentation.asgi';

function id(number: number): string {
  return number.toString(16).padStart(16, '0');
}

let serial = 0;

function at(ms: number): bigint {
  return (BigInt(START_MS) + BigInt(ms)) * 1_000_000n;
}

function drawn(name: string, parent: string, fromMs: number, toMs: number, more: Partial<SpanInput> = {}): SpanInput {
  return {
    traceId: TRACE,
    spanId: id(++serial),
    parentSpanId: parent,
    name,
    startNs: at(fromMs),
    endNs: at(toMs),
    kind: INTERNAL,
    ...more,
  };
}

async function post(body: Uint8Array): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${engine.httpPort}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: body as BodyInit,
  });
  assert.equal(response.status, 200);
}

/** A request that loops over 40 queries, one failing; messages of ASGI; spans whose parent never came; one without an end. */
async function send(): Promise<void> {
  serial = 0;
  const root = drawn('POST /triage', '', 0, 900, { kind: SERVER });
  const messages = [
    drawn('POST /triage http receive', id(1), 1, 2),
    drawn('POST /triage http send', id(1), 880, 882),
    drawn('POST /triage http send', id(1), 886, 887),
  ];
  const search = drawn('search', id(1), 40, 520);
  const searchId = id(serial);
  const queries = Array.from({ length: 40 }, (_, turn) =>
    drawn('SELECT documents', searchId, 50 + turn * 11, 50 + turn * 11 + 4 + (turn % 7), {
      kind: CLIENT,
      ...(turn === 23 && { status: { code: 2, message: 'deadlock' } }),
    }),
  );
  const predict = drawn('model.predict', id(1), 530, 870, { kind: CLIENT });
  const predictId = id(serial);
  const serve = drawn('predict', predictId, 540, 860, {
    kind: SERVER,
    links: [{ traceId: 'feedfeedfeedfeedfeedfeedfeedfeed', spanId: 'feedfeedfeedfeed' }],
  });
  const serveId = id(serial);
  const load = drawn('load weights', serveId, 545, 640);
  const decode: SpanInput = drawn('decode', serveId, 640, 640);
  const lost = [
    drawn('rank', 'abcdef0123456789', 600, 640),
    drawn('rank', 'abcdef0123456789', 650, 690),
    drawn('cache.get', 'abcdef0123456789', 655, 660, { kind: CLIENT }),
  ];
  const unfinished = { ...decode, endNs: 0n };
  const resource = (pid: number) => ({ 'process.pid': pid, 'host.name': 'box' });
  await post(
    request(
      group([root, ...messages].map(span), { service: 'gateway', scope: ASGI }),
      group([search, ...queries, predict].map(span), { service: 'gateway', scope: 'app' }),
      group([serve, load, unfinished].map(span), { service: 'model', scope: 'app' }),
      group(lost.map(span), { service: 'ranker', scope: 'app', resource: resource(4242) }),
    ),
  );
  await post(
    request(
      group(
        [
          span({
            ...drawn('rank again', '', 5000, 5010),
            traceId: '1'.repeat(32),
            links: [{ traceId: TRACE, spanId: serveId }],
          }),
        ],
        {
          service: 'ranker',
          scope: 'app',
          resource: resource(4711),
        },
      ),
    ),
  );
}

async function opened(options: Parameters<typeof browser.open>[0] = {}): Promise<PanelPage> {
  const panel = await browser.open({ bridge: engineBridge(engine), list: true, width: 1300, height: 960, ...options });
  await panel.page.locator('.list-entry', { hasText: 'POST /triage' }).first().click();
  await panel.page.locator('.wf-row', { hasText: 'POST /triage' }).first().waitFor();
  await panel.settle();
  return panel;
}

for (const theme of ['dark', 'light', 'highContrast'] satisfies ThemeName[]) {
  test(`in the ${theme} theme rows of several spans, lost parents, marks and the critical path can be told apart`, async () => {
    const panel = await opened({ theme });
    await eventually(async () =>
      assert.deepEqual(await panel.rowNames(), [
        'POST /triage',
        'search',
        '40 × SELECT documents',
        'model.predict',
        'predict',
        'load weights',
        'decode',
        'missing parent abcdef01',
        'rank',
        'rank',
        'cache.get',
      ]),
    );
    await panel.screenshot(`rows-${theme}`);
    assert.deepEqual(panel.problems, []);
    await panel.close();
  });
}

test('a row of several spans says what they are, unfolds at an error inside, and folds away its selection', async () => {
  const panel = await opened();
  const { page } = panel;
  const group = page.locator('.wf-row', { hasText: '40 × SELECT documents' });
  await eventually(async () =>
    assert.match(
      (await group.getAttribute('aria-label')) ?? '',
      /^40\s×\sSELECT documents, 1\serror · p50 .*, gateway, Σ.*, level 3, on the critical path, 40\sspans folded$/,
    ),
  );
  await group.click();
  await page.locator('.group-facts', { hasText: 'together 275\u00a0ms' }).waitFor();
  await eventually(async () =>
    assert.match(
      await page.locator('.group-facts').innerText(),
      /min 4\sms · median 7\sms · p95 10\sms · max 10\sms\s+1 error inside/,
    ),
  );
  await panel.screenshot('rows-group-details');
  await page.getByRole('treegrid').focus();
  await page.keyboard.press('e');
  await panel.waitForSelected('SELECT documents');
  await panel.screenshot('rows-unfolded');
  await page.keyboard.press('ArrowLeft');
  await panel.waitForSelected('40 × SELECT documents');
  await eventually(async () => assert.equal(await group.getAttribute('aria-expanded'), 'true'));
  await page.keyboard.press('ArrowLeft');
  await page.waitForFunction(() => document.querySelectorAll('.wf-row').length === 11);
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('a missing parent tells what is known of it, and that its process was restarted', async () => {
  const panel = await opened();
  await panel.page.locator('.wf-row', { hasText: 'missing parent abcdef01' }).click();
  const facts = panel.page.locator('.group-facts');
  await facts.waitFor();
  const text = await facts.innerText();
  assert.match(text, /The parent of these 3 spans was not received: abcdef0123456789/);
  assert.match(text, /3 children of ranker, the first at 600\sms/);
  assert.match(text, /ranker was restarted meanwhile \(pid 4242, then pid 4711 from/);
  await panel.screenshot('rows-missing');
  await panel.close();
});

test('c goes along the critical path, p hides it', async () => {
  const panel = await opened();
  const { page } = panel;
  await page.getByRole('treegrid').focus();
  await page.keyboard.press('c');
  await panel.waitForSelected('search');
  await page.keyboard.press('C');
  await panel.waitForSelected('POST /triage');
  await page.locator('.details', { hasText: /critical path 76\sms, 8\.4\s% of the trace/ }).waitFor();
  await page.keyboard.press('p');
  const button = page.getByRole('button', { name: 'Critical path' });
  await eventually(async () => assert.equal(await button.getAttribute('aria-pressed'), 'false'));
  await panel.settle();
  await panel.screenshot('rows-no-path');
  await panel.close();
});

test('l follows a link from its other end, [ comes back to the same span, ] goes on', async () => {
  const panel = await opened();
  const { page } = panel;
  await page.locator('.wf-row .wf-name', { hasText: /^predict$/ }).click();
  await page.locator('.details-title h2', { hasText: /^predict$/ }).waitFor();
  await page.getByRole('treegrid').focus();
  await page.keyboard.press('l');
  await panel.waitForSelected('rank again');
  await page.keyboard.press('[');
  await panel.waitForSelected('predict');
  await page.getByRole('button', { name: 'On to the next trace' }).click();
  await panel.waitForSelected('rank again');
  await page.locator('.wf-links').click();
  await panel.waitForSelected('predict');
  await page.locator('.details').getByRole('tab', { name: 'Links' }).click();
  await panel.screenshot('rows-links');
  await panel.close();
});

test('columns are chosen at the head, come with the rows, are as wide as they are drawn, and are remembered', async () => {
  const panel = await opened();
  const { page } = panel;
  await page.getByRole('button', { name: 'Columns', exact: true }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Start' }).click();
  for (const name of ['Self', '% of trace', 'Service', 'Tokens']) {
    if (!(await page.getByRole('menu', { name: 'Columns', exact: true }).isVisible()))
      await page.getByRole('button', { name: 'Columns', exact: true }).click();
    await page.getByRole('menuitemcheckbox', { name }).click();
  }
  if (!(await page.getByRole('menu', { name: 'Columns', exact: true }).isVisible()))
    await page.getByRole('button', { name: 'Columns', exact: true }).click();
  await page.getByPlaceholder('Add attribute…').fill('process.pid');
  await page.keyboard.press('Enter');
  const cells = page.locator('.wf-row', { hasText: 'cache.get' }).locator('.wf-cell');

  await page.waitForFunction(() =>
    [...document.querySelectorAll('.wf-cell')].some((cell) => cell.textContent === '4242'),
  );
  await eventually(async () =>
    assert.deepEqual(
      (await cells.allTextContents()).map((text) => text.replaceAll('\u00a0', ' ')),
      ['655 ms', '5 ms', '0.6 %', 'ranker', '', '4242'],
    ),
  );
  await page.keyboard.press('Escape');
  const sash = page.getByRole('separator', { name: 'Width of the column Start' });
  await sash.focus();
  await page.keyboard.press('ArrowRight');
  await eventually(async () =>
    assert.equal(
      await page
        .locator('.wf-column-head')
        .first()
        .evaluate((head) => head.getBoundingClientRect().width),
      100,
    ),
  );
  await eventually(async () =>
    assert.equal(await cells.first().evaluate((cell) => cell.getBoundingClientRect().width), 100),
  );
  const edges = await page.evaluate(() => ({
    head: document.querySelector('.wf-column-head:last-child')?.getBoundingClientRect().right,
    ruler: document.querySelector('.wf-ruler')?.getBoundingClientRect().left,
    canvas: document.querySelector('.wf-bars')?.getBoundingClientRect().left,
  }));
  assert.ok(
    Math.abs((edges.head ?? 0) - (edges.canvas ?? 9)) <= 1 && Math.abs((edges.ruler ?? 0) - (edges.canvas ?? 9)) <= 1,
    JSON.stringify(edges),
  );
  await panel.settle();
  await panel.screenshot('rows-columns');
  await page.setViewportSize({ width: 620, height: 700 });
  await panel.settle();
  await panel.screenshot('rows-columns-narrow');
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

/** A trace of its own, with a root of that name. */
async function sendScaled(traceId: string, name: string, unitNs: number): Promise<void> {
  const scaled = (
    text: string,
    parent: string,
    from: number,
    to: number,
    more: Partial<SpanInput> = {},
  ): SpanInput => ({
    ...drawn(text, parent, 0, 0),
    traceId,
    startNs: BigInt(START_MS) * 1_000_000n + BigInt(Math.round(from * unitNs)),
    endNs: BigInt(START_MS) * 1_000_000n + BigInt(Math.round(to * unitNs)),
    ...more,
  });
  const root = scaled(name, '', 0, 100);
  const rootId = id(serial);
  const children = ['load', 'step', 'evaluate', 'save'].map((text, at) =>
    scaled(text, rootId, at * 24 + 1, at * 24 + 20, at === 1 ? { events: [{ name: 'exception', timeNs: 0n }] } : {}),
  );
  const early = scaled('worker', rootId, -3, 10);
  await post(
    request(
      group([root, ...children].map(span), { service: 'trainer', scope: 'app' }),
      group([span(early)], { service: 'worker', scope: 'app' }),
    ),
  );
  clock.advance(60_000);
}

for (const [name, unitNs, shown] of [
  ['hours of training', 3.6e11, '10 h 00 m'],
  ['microseconds of a kernel', 120, '12 µs'],
] as const) {
  test(`a trace of ${name} reads well, and a span whose clock is behind says so`, async () => {
    await sendScaled(unitNs > 1e9 ? '2'.repeat(32) : '3'.repeat(32), name, unitNs);
    const panel = await opened();
    await panel.page.locator('.list-entry', { hasText: name }).first().click();
    const root = panel.page.locator('.wf-row', { hasText: name });
    await root.waitFor();
    await eventually(async () =>
      assert.match(
        ((await root.getAttribute('title')) ?? '').replaceAll('\u00a0', ' '),
        new RegExp(`${shown} \\(self`),
      ),
    );
    const worker = panel.page.locator('.wf-row', { hasText: 'worker' });
    await eventually(async () =>
      assert.match((await worker.getAttribute('title')) ?? '', /Its clock is behind its caller's: shown .* later/),
    );
    await eventually(async () => assert.equal(await worker.locator('.wf-state.codicon-watch').count(), 1));
    await panel.settle();
    await panel.screenshot(`rows-${name.split(' ')[0] ?? ''}`);
    assert.deepEqual(panel.problems, []);
    await panel.close();
  });
}
