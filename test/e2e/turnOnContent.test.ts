import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openTracesView, spanRow } from '../support/mainJob.ts';
import { startWorkbench, type TestWorkbench } from '../support/workbench.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const TELEMETRY = path.join(ROOT, 'test/fixtures/launch/telemetry.cjs');
const API = path.join(ROOT, 'node_modules/@opentelemetry/api');
const SERVICE = `'use strict';
require(${JSON.stringify(TELEMETRY)});
const { trace } = require(${JSON.stringify(API)});
const mode = process.env.ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE ?? 'nothing';
const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' };
trace.getTracer('com.anthropic.sdk.typescript').startSpan('chat with ' + mode, { attributes }).end();
setInterval(() => undefined, 60_000);
`;

describe('Turn On Content', () => {
  let code: TestWorkbench;
  const folder = mkdtempSync(path.join(tmpdir(), 'spanline-content-'));
  before(async () => {
    writeFileSync(path.join(folder, 'service.cjs'), SERVICE);
    const dependencies = { '@opentelemetry/sdk-trace': '2.12.1' };
    writeFileSync(
      path.join(folder, 'package.json'),
      JSON.stringify({ scripts: { start: 'node service.cjs' }, dependencies }),
    );
    code = await startWorkbench({ env: { TEST_DELAY: '100' } });
  });
  after(async () => {
    await code.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('says what it sets, and restarts the program with it', async () => {
    await code.withWindow(
      'turn-on-content',
      async (window) => {
        const { page } = window;
        await window.statusItem.waitFor();
        await openTracesView(window);
        await window.command('Spanline: Run with Tracing…');
        await page.locator('.quick-input-list .monaco-list-row', { hasText: 'npm run start' }).first().click();
        await page.locator('.pane-body .monaco-list-row', { hasText: 'chat with nothing' }).click();
        await spanRow(window, 'chat with nothing').click();
        await window.webview().getByRole('button', { name: 'Turn On Content…' }).click();
        const question = page.locator('.monaco-dialog-box', { hasText: 'with Anthropic SDK?' });
        await question.getByText('ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE=content').waitFor();
        await window.screenshot('e2e-turn-on-content');
        await question.getByRole('button', { name: 'Turn On and Restart' }).click();
        await page.locator('.pane-body .monaco-list-row', { hasText: 'chat with content' }).waitFor();
      },
      folder,
    );
  });
});
