import assert from 'node:assert/strict';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { linesOf, startSpanline } from '../cli/support/runSpanline.ts';
import { traceFromText } from '../support/otlpBytes.ts';
import { launchChromium } from './support/launchChromium.ts';
import { SCREENSHOTS } from './support/screenshots.ts';
import { eventually } from '../support/eventually.ts';

interface Ready {
  readonly http: string;
  readonly page: string;
}

const folder = mkdtempSync(path.join(tmpdir(), 'spanline-serve-'));
let served: ChildProcessWithoutNullStreams;
let ready: Ready;
let browser: Browser;

before(async () => {
  const fixtures = path.resolve(import.meta.dirname, '../fixtures');
  served = startSpanline(['serve', '--http', '0', '--grpc', '0', '--storage', folder, '--source', fixtures]);
  served.stderr.pipe(process.stderr);
  ready = JSON.parse((await linesOf(served).next()).value as string) as Ready;
  browser = await launchChromium();
  await post(
    traceFromText(
      [
        'POST /triage gateway 0..900 server http.route=/triage event:accepted@5',
        '  fetch_features features 10..60 client',
        '  model_predict model 70..850 model.name=clf "gen_ai.prompt=Is this urgent?" "gen_ai.completion=Yes."',
        '    load model 80..300 error:cold',
      ].join('\n'),
      { startMs: Date.now() - 1000 },
    ),
  );
});
after(async () => {
  await browser.close();
  const ended = new Promise((resolve) => served.once('close', resolve));
  served.kill('SIGTERM');
  assert.equal(await ended, 0);
  rmSync(folder, { recursive: true, force: true });
});

async function post(body: Uint8Array<ArrayBuffer>): Promise<void> {
  const response = await fetch(`${ready.http}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body,
  });
  assert.equal(response.status, 200);
}

interface Tab {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly problems: string[];
  readonly requests: string[];
}

async function openTab(colorScheme: 'light' | 'dark', url = ready.page): Promise<Tab> {
  const context = await browser.newContext({ colorScheme, viewport: { width: 1100, height: 640 } });
  const page = await context.newPage();
  const problems: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(url);
  return { page, context, problems, requests };
}

async function openTrace(page: Page, name: string): Promise<void> {
  await page.getByText(name, { exact: false }).first().click();
  await page.waitForSelector('.wf-row:not(.placeholder)');
}

describe('the page of spanline serve', () => {
  test('is opened by a file that only its user can read, with a code that is good once', async () => {
    const file = fileURLToPath(ready.page);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const address = /url=(http:\/\/127\.0\.0\.1:\d+\/#[0-9a-f]{64})/.exec(readFileSync(file, 'utf8'))?.[1];
    assert.ok(address !== undefined);
    const first = await openTab('dark', address);
    await first.page.waitForSelector('.list-entry, [role=row]');
    assert.doesNotMatch(first.page.url(), /#/, 'the code is gone from the address');
    assert.deepEqual(await first.context.cookies(), []);
    const second = await openTab('dark', address);
    await second.page.getByText('This page was opened before').waitFor();
    await second.context.close();
    // The tab itself may be loaded again.
    await first.page.reload();
    await first.page.waitForSelector('.list-entry, [role=row]');
    await first.context.close();
    const bare = await openTab('dark', address.replace(/#.*/, ''));
    await bare.page.getByText('This page needs its key').waitFor();
    await bare.context.close();
  });

  for (const scheme of ['light', 'dark'] as const) {
    test(`shows traces in ${scheme} colours, live, and asks nobody else`, async () => {
      const { page, context, problems, requests } = await openTab(scheme);
      await openTrace(page, 'POST /triage');
      await page.getByText('model_predict').first().click();
      await page.getByText('Is this urgent?').first().waitFor();
      // Its code is a file of its own, fetched under the same policy.
      await page.getByRole('tab', { name: 'Statistics' }).click();
      await page
        .getByRole('row', { name: /model_predict/ })
        .first()
        .waitFor();
      await page.getByRole('tab', { name: 'Waterfall' }).click();
      await page.waitForSelector('.wf-row:not(.placeholder)');
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: path.join(SCREENSHOTS, `serve-${scheme}.png`) });
      await post(
        traceFromText(`GET /${scheme}-later worker 0..5 server`, {
          traceId: scheme === 'dark' ? 'd'.repeat(32) : 'e'.repeat(32),
          startMs: Date.now(),
        }),
      );
      await page.getByText(`GET /${scheme}-later`).first().waitFor();
      const origin = new URL(page.url()).origin;
      const others = requests.filter(
        (url) => !url.startsWith(`${origin}/`) && !url.startsWith('file:') && !url.startsWith('data:'),
      );
      assert.deepEqual([problems, others], [[], []]);
      await context.close();
    });
  }

  test('the theme and the colours of services are chosen in the page, and kept by the browser', async () => {
    const { page, context, problems } = await openTab('dark');
    await openTrace(page, 'POST /triage');
    const worn = () =>
      page.evaluate(() => ({
        background: getComputedStyle(document.body).backgroundColor,
        body: document.body.className.trim(),
        service: getComputedStyle(document.querySelector('#root') ?? document.body).getPropertyValue('--service-0'),
      }));
    const system = await worn();
    assert.equal(system.body, 'vscode-dark');
    const choose = async (label: string): Promise<void> => {
      await page.getByRole('button', { name: 'Colours' }).click();
      await page.getByRole('menuitemradio', { name: label, exact: true }).click();
      await page.getByRole('menu').waitFor({ state: 'detached' });
    };
    await choose('Light');
    await eventually(async () => {
      const light = await worn();
      assert.deepEqual([light.body, light.background], ['vscode-light', 'rgb(255, 255, 255)']);
      assert.notEqual(light.service, system.service);
    });
    const light = await worn();
    await choose('Colours for colour blindness');
    await eventually(async () => assert.notEqual((await worn()).service, light.service));
    const chosen = await worn();
    await page.screenshot({ path: path.join(SCREENSHOTS, 'serve-chosen.png') });
    await page.reload();
    await page.locator('.wf-row').first().waitFor();
    await eventually(async () => assert.deepEqual(await worn(), chosen));
    await choose('Like the system');
    await choose('Colours of the theme');
    await eventually(async () => assert.deepEqual(await worn(), system));
    assert.deepEqual(problems, []);
    await context.close();
  });

  test('a place in the source is shown, to be copied', async () => {
    const { page, context } = await openTab('dark');
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await openTrace(page, 'POST /triage');
    await page.getByText('model_predict').first().click();
    await page.keyboard.press('Enter');
    await page.getByText(/^\/.*\/predict\.py:\d+$/).waitFor();
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    const copied = await page.waitForFunction(async () => (await navigator.clipboard.readText()) || false);
    await eventually(async () => assert.match(String(await copied.jsonValue()), /^\/.*\/predict\.py:\d+$/));
    await context.close();
  });

  test('other origins, other hosts and other paths get nothing', async () => {
    const { page, context } = await openTab('dark');
    await page.waitForURL(/127\.0\.0\.1/);
    const { port } = new URL(page.url());
    await context.close();
    const get = (at: string, headers: Record<string, string> = {}) =>
      fetch(`http://127.0.0.1:${port}${at}`, { headers });
    assert.equal((await get('/../package.json')).status, 404);
    assert.equal((await get('/webview.js.map')).status, 404);
    const root = await get('/');
    assert.match(root.headers.get('content-security-policy') ?? '', /^default-src 'none'; script-src 'nonce-[^']+'/);
    assert.match(root.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
    assert.equal(root.headers.get('set-cookie'), null);
  });

  test('says so when the server has ended', async () => {
    const own = mkdtempSync(path.join(tmpdir(), 'spanline-serve-'));
    const child = startSpanline(['serve', '--http', '0', '--grpc', '0', '--storage', own]);
    const line = JSON.parse((await linesOf(child).next()).value as string) as Ready;
    const { page, context } = await openTab('light', line.page);
    await page.waitForSelector('.welcome h2');
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGINT');
    assert.equal(await ended, 0);
    await page.getByText('Spanline has ended').waitFor();
    await context.close();
    assert.throws(() => statSync(fileURLToPath(line.page)), 'the file is gone with its server');
    rmSync(own, { recursive: true, force: true });
  });
});
