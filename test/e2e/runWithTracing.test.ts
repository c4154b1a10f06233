import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openTracesView, spanRow } from '../support/mainJob.ts';
import { startWorkbench, type TestWorkbench } from '../support/workbench.ts';

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
const manifest = (dependencies: object): string =>
  JSON.stringify({ private: true, scripts: { start: 'node service.cjs' }, dependencies });

describe('Run with Tracing', () => {
  let code: TestWorkbench;
  const folder = mkdtempSync(path.join(tmpdir(), 'spanline-run-'));
  /** Names no SDK. */
  const bare = mkdtempSync(path.join(tmpdir(), 'spanline-bare-'));
  before(async () => {
    writeFileSync(path.join(folder, 'service.cjs'), SERVICE);
    writeFileSync(path.join(folder, 'package.json'), manifest({ '@opentelemetry/sdk-trace': '2.12.1' }));
    writeFileSync(path.join(bare, 'service.cjs'), SERVICE);
    writeFileSync(path.join(bare, 'package.json'), manifest({ express: '5' }));
    // Sent at once, as the environment's delay is read by the fixture's SDK only where it is asked to.
    code = await startWorkbench({ env: { TEST_DELAY: '100' } });
  });
  after(async () => {
    await code.stop();
    for (const each of [folder, bare]) rmSync(each, { recursive: true, force: true });
  });

  it('takes a script of a folder that knows nothing of Spanline to the line of its span, and changes no file until a function is traced', async () => {
    await code.withWindow(
      'run-with-tracing',
      async (window) => {
        const { page } = window;
        await window.statusItem.waitFor();
        await openTracesView(window);
        await page.locator('.pane-body').getByText('Run with Tracing…').click();
        await page.locator('.quick-input-list .monaco-list-row', { hasText: 'npm run start' }).click();
        const row = page.locator('.pane-body .monaco-list-row', { hasText: 'place order 200' });
        await row.click();
        await spanRow(window, 'place order 200').click();
        await page.keyboard.press('Enter');
        await window.waitForEditor('service.cjs', 7);
        await window.screenshot('e2e-run-with-tracing');
        assert.deepEqual(readdirSync(folder).sort(), ['package.json', 'service.cjs']);

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
      },
      folder,
    );
    assert.deepEqual(readdirSync(folder).sort(), ['.vscode', 'package.json', 'service.cjs']);
    assert.equal(readFileSync(path.join(folder, 'service.cjs'), 'utf8'), SERVICE);
  });

  it('names the packages that a program without an SDK would get, and runs it without when told so', async () => {
    await code.withWindow(
      'run-without-sdk',
      async (window) => {
        const { page } = window;
        await window.statusItem.waitFor();
        await openTracesView(window);
        await page.locator('.pane-body').getByText('Run with Tracing…').click();
        await page.locator('.quick-input-list .monaco-list-row', { hasText: 'npm run start' }).click();
        const question = page.locator('.monaco-dialog-box', { hasText: 'covers express' });
        await question.getByText('@opentelemetry/instrumentation-express').waitFor();
        await window.screenshot('e2e-missing-sdk');
        await question.getByRole('button', { name: 'Run Without' }).click();
        await page.locator('.pane-body .monaco-list-row', { hasText: 'place order 200' }).waitFor();
      },
      bare,
    );
    assert.deepEqual(readdirSync(bare).sort(), ['package.json', 'service.cjs']);
  });
});
