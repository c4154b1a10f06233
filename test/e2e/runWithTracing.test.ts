import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { clearTraces, openTracesView, spanRow } from '../support/mainJob.ts';
import { screenshotOfFailures, startWorkbench, type TestWindow, type TestWorkbench } from '../support/workbench.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const TELEMETRY = path.join(ROOT, 'test/fixtures/launch/telemetry.cjs');
const API = path.join(ROOT, 'node_modules/@opentelemetry/api');

/** Its span's name stands nowhere in the code: only who was there knows the line. */
const SERVICE = `'use strict';
require(${JSON.stringify(TELEMETRY)});
const { trace } = require(${JSON.stringify(API)});

function placeOrder(parts) {
  const name = parts.join(' ');
  trace.getTracer('shop').startSpan(\`\${name}\`).end();
}

placeOrder(['place', 'order', process.env.OTEL_BSP_SCHEDULE_DELAY]);
setInterval(() => undefined, 60_000);
`;
/** Says whether it was told to send what models are asked and answer. */
const ASSISTANT = `'use strict';
require(${JSON.stringify(TELEMETRY)});
const { trace } = require(${JSON.stringify(API)});
const mode = process.env.ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE ?? 'nothing';
const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' };
trace.getTracer('com.anthropic.sdk.typescript').startSpan('chat with ' + mode, { attributes }).end();
setInterval(() => undefined, 60_000);
`;
const manifest = (dependencies: object): string =>
  JSON.stringify({ private: true, scripts: { start: 'node service.cjs' }, dependencies });

describe('Run with Tracing', () => {
  let code: TestWorkbench;
  let window: TestWindow;
  const folder = mkdtempSync(path.join(tmpdir(), 'spanline-run-'));
  before(async () => {
    for (const [name, program, dependencies] of [
      ['shop', SERVICE, { '@opentelemetry/sdk-trace': '2.12.1' }],
      ['assistant', ASSISTANT, { '@opentelemetry/sdk-trace': '2.12.1' }],
      // Names no SDK.
      ['bare', SERVICE, { express: '5' }],
    ] as const) {
      mkdirSync(path.join(folder, name));
      writeFileSync(path.join(folder, name, 'service.cjs'), program);
      writeFileSync(path.join(folder, name, 'package.json'), manifest(dependencies));
    }
    // Sent at once, as the environment's delay is read by the fixture's SDK only where it is asked to.
    code = await startWorkbench({ env: { TEST_DELAY: '100' } });
    window = await code.open(folder);
    await window.statusItem.waitFor();
    await openTracesView(window);
  });
  after(async () => {
    await code.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  screenshotOfFailures('run-with-tracing', () => window);

  const traceRow = (text: string): Locator => window.page.locator('.pane-body .monaco-list-row', { hasText: text });
  const filesOf = (name: string): readonly string[] => readdirSync(path.join(folder, name)).sort();
  /** Chooses the start script of that package in the list of what can be run. */
  const choose = (name: string): Promise<void> =>
    window.page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'npm run start' })
      .filter({ hasText: name })
      .first()
      .click();
  async function runFromPalette(name: string): Promise<void> {
    await window.command('View: Close All Editors');
    await clearTraces(window);
    await window.command('Spanline: Run with Tracing…');
    await choose(name);
  }

  it('takes a script of a folder that knows nothing of Spanline to the line of its span, and changes no file until a function is traced', async () => {
    const { page } = window;
    await page.locator('.pane-body').getByText('Run with Tracing…').click();
    await choose('shop');
    await traceRow('place order 200').click();
    await spanRow(window, 'place order 200').click();
    await page.keyboard.press('Enter');
    await window.waitForEditor('service.cjs', 7);
    await window.screenshot('e2e-run-with-tracing');
    assert.deepEqual(filesOf('.'), ['assistant', 'bare', 'shop']);
    assert.deepEqual(filesOf('shop'), ['package.json', 'service.cjs']);

    await window.command('Spanline: Trace This Function');
    const editor = page.locator('.editor-group-container.active');
    await editor.locator('.codelens-decoration a', { hasText: 'Traced from the next start' }).waitFor();
    await editor.locator('.glyph-margin-widgets .cgmr').waitFor();
    await window.command('Notifications: Show Notifications');
    const said = page.locator('.notification-list-item', { hasText: 'takes effect from the next start of' });
    await said.hover();
    await window.screenshot('e2e-trace-function');
    await said.getByText('Restart', { exact: true }).click();
    await page.locator('.pane-body .monaco-list-row[aria-label^="placeOrder,"]').click();
    await window.webview().getByText('spanline.call.arguments → parts').waitFor();
    await window.screenshot('e2e-traced-call');
    assert.deepEqual(await window.errors(), []);
    assert.deepEqual(filesOf('.'), ['.vscode', 'assistant', 'bare', 'shop']);
    assert.deepEqual(filesOf('shop'), ['package.json', 'service.cjs']);
    assert.equal(readFileSync(path.join(folder, 'shop/service.cjs'), 'utf8'), SERVICE);
  });

  it('turns content on: says what it sets, and restarts the program with it', async () => {
    const { page } = window;
    await runFromPalette('assistant');
    await traceRow('chat with nothing').click();
    await spanRow(window, 'chat with nothing').click();
    await window.webview().getByRole('button', { name: 'Turn On Content…' }).click();
    const question = page.locator('.monaco-dialog-box', { hasText: 'with Anthropic SDK?' });
    await question.getByText('ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE=content').waitFor();
    await window.screenshot('e2e-turn-on-content');
    await question.getByRole('button', { name: 'Turn On and Restart' }).click();
    await traceRow('chat with content').waitFor();
  });

  it('names the packages that a program without an SDK would get, and runs it without when told so', async () => {
    await runFromPalette('bare');
    const question = window.page.locator('.monaco-dialog-box', { hasText: 'covers express' });
    await question.getByText('@opentelemetry/instrumentation-express').waitFor();
    await window.screenshot('e2e-missing-sdk');
    await question.getByRole('button', { name: 'Run Without' }).click();
    await traceRow('place order 200').waitFor();
    assert.deepEqual(filesOf('bare'), ['package.json', 'service.cjs']);
  });
});
