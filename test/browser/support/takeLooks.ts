import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { linesOf, startSpanline } from '../../cli/support/runSpanline.ts';
import { traceFromText, tracesRequest, type SpanInput } from '../../support/otlpBytes.ts';
import { launchChromium } from './launchChromium.ts';
import { SCREENSHOTS } from './screenshots.ts';
import { THEMES, type ThemeName } from './themes.ts';

const FOLDER = path.join(SCREENSHOTS, 'looks');
const VIEWS = ['Waterfall', 'Flame', 'Statistics', 'Graph', 'Logs'] as const;
const SPANS_PER_REQUEST = 2000;
const MANY = 10_000;
const REQUESTS = 60;
/** A million spans take a while to settle on a busy machine. */
const WAIT_MS = 180_000;

/** Windows that the smallest trace is looked at in, besides the usual one. 200 % zoom is half the pixels, twice as dense. */
const TIGHT = [
  { name: 'zoomed', viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
  { name: 'narrow', viewport: { width: 400, height: 720 }, deviceScaleFactor: 1 },
] as const;

export interface LooksOptions {
  /** Spans of the largest trace. */
  readonly spans: number;
  /** One theme, or all of them when empty. */
  readonly theme: string;
}

/** Takes the screenshots of `npm run looks` on the page of a real `spanline serve`; `print` is told of each. */
export async function takeLooks(options: LooksOptions, print: (line: string) => void): Promise<void> {
  const storage = mkdtempSync(path.join(tmpdir(), 'spanline-looks-'));
  mkdirSync(FOLDER, { recursive: true });
  const served = startSpanline(['serve', '--http', '0', '--grpc', '0', '--storage', storage]);
  const ended = new Promise((resolve) => served.once('close', resolve));
  served.stderr.pipe(process.stderr);
  const ready = JSON.parse((await linesOf(served).next()).value as string) as { http: string; page: string };
  const browser = await launchChromium();
  try {
    await sendAll(ready.http, options.spans);
    print('traces sent');
    const themes = (Object.keys(THEMES) as ThemeName[]).filter(
      (name) => options.theme === '' || name === options.theme,
    );
    await usual(browser, ready.page, themes, options.spans, print);
    for (const { name, viewport, deviceScaleFactor } of TIGHT) {
      const context = await browser.newContext({ viewport, deviceScaleFactor });
      const page = await context.newPage();
      await page.goto(ready.page);
      const look = (what: string): Promise<void> => shoot(page, themes, `${name}-${what}`, print);
      await page.locator('.toolbar').waitFor();
      await look('first');
      await openTrace(page, 'POST /triage', true);
      await everyView(page, look);
      await why(page, look);
      await context.close();
    }
  } finally {
    await browser.close();
    served.kill('SIGTERM');
    await ended;
    rmSync(storage, { recursive: true, force: true });
  }
}

async function usual(
  browser: Browser,
  address: string,
  themes: readonly ThemeName[],
  spans: number,
  print: (line: string) => void,
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 860 } });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  await page.goto(address);
  for (const [size, name] of [
    [14, 'POST /triage'],
    [MANY, `train ${MANY}`],
    [spans, `train ${spans}`],
  ] as const) {
    await openTrace(page, name, false);
    await everyView(page, (what) => shoot(page, themes, `${size}-${what}`, print));
  }
  await why(page, (what) => shoot(page, themes, what, print));
  await context.close();
}

/** Opens a trace; where the panel is too narrow for both, the list is shown for as long as that takes. */
async function openTrace(page: Page, name: string, closeList: boolean): Promise<void> {
  const show = page.getByRole('button', { name: 'Show the trace list' });
  // Whether the list is shown is known with what stands beside it.
  await page.locator('.list-entry, .wf-row, .welcome h2').first().waitFor();
  if (await show.isVisible()) await show.click();
  await page.locator('.list-entry', { hasText: name }).first().click();
  await page.locator('.trace-header h1', { hasText: name }).waitFor();
  if (closeList) await page.getByRole('button', { name: 'Hide the trace list' }).click();
}

async function everyView(page: Page, look: (what: string) => Promise<void>): Promise<void> {
  for (const view of VIEWS) {
    await page.locator('.view-tabs').getByRole('tab', { name: view }).click();
    await page
      .locator(
        {
          Waterfall: '.wf-row:not(.placeholder)',
          Flame: '.flame-boxes',
          Statistics: '.rows-row',
          Graph: '.graph-node, .around-empty',
          Logs: '.rows-row, .around-empty',
        }[view],
      )
      .first()
      .waitFor();
    if (view === 'Waterfall') await page.locator('.wf-row').nth(1).click();
    await look(view.toLowerCase());
  }
  await page.locator('.view-tabs').getByRole('tab', { name: 'Waterfall' }).click();
  await page.getByRole('treegrid', { name: /^Spans of/ }).focus();
  await page.keyboard.press('/');
  await page.keyboard.type('ch');
  await page.locator('.find-count', { hasText: ' of ' }).waitFor();
  await look('find');
  await page.keyboard.press('Escape');
}

/** What the slow requests have that the others do not. */
async function why(page: Page, look: (what: string) => Promise<void>): Promise<void> {
  await page.locator('.filter-input').fill('any(documents>100)');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await page.locator('.filter-count', { hasText: ' of ' }).waitFor();
  await look('filtered');
  const show = page.getByRole('button', { name: 'Show the trace list' });
  if (await show.isVisible()) await show.click();
  await page
    .getByRole('button', { name: /Why these/ })
    .first()
    .click();
  await page.locator('.why-verdict').waitFor();
  await page.locator('.rows-row').first().waitFor();
  await look('why');
  await page.keyboard.press('Escape');
}

async function shoot(
  page: Page,
  themes: readonly ThemeName[],
  name: string,
  print: (line: string) => void,
): Promise<void> {
  for (const theme of themes) {
    await page.evaluate(({ bodyClass, variables }) => {
      for (const [key, value] of Object.entries(variables)) {
        document.documentElement.style.setProperty(`--vscode-${key}`, value);
      }
      document.body.className = bodyClass;
    }, THEMES[theme]);
    // Two frames: the palette is read in the first.
    await page.evaluate(
      () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
    );
    const file = path.join(FOLDER, `${name}-${theme}.png`);
    await page.screenshot({ path: file });
    print(file);
  }
}

async function sendAll(endpoint: string, spans: number): Promise<void> {
  const post = async (body: Uint8Array<ArrayBuffer>): Promise<void> => {
    const response = await fetch(`${endpoint}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body,
    });
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  };
  for (let index = 0; index < REQUESTS; index++) {
    const startMs = Date.now() - (REQUESTS - index) * 10_000;
    await post(traceFromText(triage(index), { startMs, traceId: (index + 1).toString(16).padStart(32, '0') }));
  }
  for (const count of [MANY, spans]) {
    for (const batch of training(count)) await post(batch);
  }
}

/** A request of 14 spans; every fifth gets too many documents, every ninth fails. */
function triage(index: number): string {
  const slow = index % 5 === 0;
  const search = slow ? 480 : 60;
  const end = search + 260 + ((index * 37) % 90);
  return [
    `POST /triage gateway 0..${end} server http.route=/triage user.id=u${index % 7} event:accepted@5`,
    '  get_features features 4..35 client',
    `    redis GET features 9..21 client db.system=redis "db.statement=GET user:${index}"`,
    '    normalise features 22..33',
    `  search retrieval 37..${search} client documents=${slow ? 500 : 20}`,
    '    embed retrieval 40..52 client gen_ai.request.model=all-minilm',
    `    rerank retrieval 54..${search - 4} documents=${slow ? 500 : 20}`,
    `  predict model ${search + 4}..${end - 40} client gen_ai.request.model=triage-lr "gen_ai.prompt=Is this urgent?" "gen_ai.completion=Yes." gen_ai.usage.input_tokens=412 gen_ai.usage.output_tokens=38`,
    `    tokenize model ${search + 6}..${search + 12}`,
    `    forward model ${search + 14}..${end - 60}${index % 9 === 0 ? ' error:out_of_memory exception@70' : ''}`,
    `    decode model ${end - 58}..${end - 44}`,
    `  format response gateway ${end - 38}..${end - 26}`,
    `  audit gateway ${end - 24}..${end - 8} producer link`,
    `  stream gateway ${end - 20}..`,
  ].join('\n');
}

/** A long run: epochs of batches of steps. Bodies of at most {@link SPANS_PER_REQUEST} spans. */
function* training(count: number): Generator<Uint8Array<ArrayBuffer>> {
  const traceId = count.toString(16).padStart(32, 'a');
  const id = (number: number): string => number.toString(16).padStart(16, '0');
  // Not so long that the list, newest begin first, would have it out of sight.
  const lengthNs = BigInt(Math.min(count, 20_000)) * 1_000_000n;
  const startNs = BigInt(Date.now()) * 1_000_000n - lengthNs;
  const names = ['load batch', 'forward', 'backward', 'optimizer.step', 'write checkpoint'];
  let batch: SpanInput[] = [{ traceId, spanId: id(1), name: `train ${count}`, startNs, endNs: startNs + lengthNs }];
  for (let number = 2; number <= count; number++) {
    const parent = number <= 50 ? 1 : Math.floor(number / 50) + 1;
    const begin = startNs + (lengthNs * BigInt(number)) / BigInt(count + 100);
    batch.push({
      traceId,
      spanId: id(number),
      parentSpanId: id(parent),
      name: names[number % names.length] ?? '',
      startNs: begin,
      endNs: begin + BigInt(200_000 + ((number * 7919) % 60_000_000)),
      attributes: { step: number, 'batch.size': 32 * ((number % 4) + 1) },
      ...(number % 997 === 0 && { status: { code: 2, message: 'nan in loss' } }),
    });
    if (batch.length < SPANS_PER_REQUEST) continue;
    yield tracesRequest(batch);
    batch = [];
  }
  if (batch.length > 0) yield tracesRequest(batch);
}
