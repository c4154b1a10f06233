import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { openTracesView, receiverPort, spanRow } from '../support/mainJob.ts';
import { newSpanId, newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';
import { startWorkbench, type TestWindow, type TestWorkbench } from '../support/workbench.ts';

const PROGRAM = `const tracer = { startActiveSpan: (name, run) => run() };

function greet(who, times) {
  return tracer.startActiveSpan('greet', () => {
    const text = who.repeat(times);
    return text;
  });
}

for (const who of ['ann', 'ben', 'cay']) greet(who, 2);
`;

describe('breakpoints from spans', () => {
  let code: TestWorkbench;
  const folder = mkdtempSync(path.join(tmpdir(), 'spanline-e2e-'));
  before(async () => {
    mkdirSync(path.join(folder, '.vscode'));
    writeFileSync(path.join(folder, 'greet.js'), PROGRAM);
    const configuration = {
      type: 'node',
      request: 'launch',
      name: 'Greet',
      program: '${workspaceFolder}/greet.js',
      runtimeExecutable: process.execPath,
      console: 'internalConsole',
      internalConsoleOptions: 'openOnSessionStart',
    };
    writeFileSync(path.join(folder, '.vscode/launch.json'), JSON.stringify({ configurations: [configuration] }));
    code = await startWorkbench({
      settings: { 'spanline.receiver.autostart': 'always', 'debug.openDebug': 'neverOpen' },
    });
    await code.workbench.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  });
  after(async () => {
    await code.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('log and stop a real program as they say, and ask before they take the place of another', async () => {
    await code.withWindow(
      'span-breakpoints',
      async (window) => {
        const { page } = window;
        const endpoint = `http://127.0.0.1:${await receiverPort(window)}`;
        const spanId = newSpanId();
        const greet = { name: 'greet', spanId, attributes: { 'greet.who': 'ben' } };
        await postTraces(endpoint, traceJson(newTraceId(), 'greeter', [greet]));
        await postTraces(endpoint, traceJson(newTraceId(), 'greeter', [{ name: 'other' }]));
        await window.openFile('greet.js');
        await openTracesView(window);
        await page.locator('.pane-body .monaco-list-row', { hasText: 'greet' }).first().click();
        await window.webview().locator('.source-place', { hasText: 'greet.js:4' }).waitFor();
        await window.command('View: Move Editor into Right Group');
        await page.locator('.editor-group-container').nth(1).waitFor();
        const row = spanRow(window, 'greet');
        const input = page.locator('.quick-input-widget input.input');
        const options = page.locator('.quick-input-list .monaco-list-row');

        await fromMenu(window, 'greet', 'Add Logpoint…');
        await page.locator('.quick-input-title', { hasText: 'Log at greet.js:' }).waitFor();
        await eventually(async () => assert.match(await input.inputValue(), /^greet who=\{who\} times=\{times\}/));
        await page.keyboard.press('Enter');
        await page.locator('.statusbar', { hasText: 'Logpoint at greet.js:' }).waitFor();
        await window.command('Debug: Start Debugging');
        const output = page.locator('.repl .monaco-list-row');
        for (const who of ['ann', 'ben', 'cay']) {
          await output
            .filter({ hasText: `greet who=${who} times=2` })
            .first()
            .waitFor();
        }
        await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
        await window.screenshot('span-logpoint');

        await row.waitFor();
        await fromMenu(window, 'greet', 'Break Here Next Time…');
        await options.filter({ hasText: 'who === "ben"' }).click();
        await page.locator('.quick-input-title', { hasText: 'There is a breakpoint at greet.js:' }).waitFor();
        await options.filter({ hasText: 'Leave What Is There' }).waitFor();
        await window.screenshot('span-breakpoint-ask');
        await options.filter({ hasText: 'Replace' }).click();
        await page.locator('.statusbar', { hasText: 'Breakpoint at greet.js:' }).waitFor();
        await window.command('Debug: Start Debugging');
        // For ben, and for nobody else.
        await page.locator('.debug-top-stack-frame-column, .debug-top-stack-frame').first().waitFor();
        await window.waitForEditor('greet.js', 5);
        await window.screenshot('span-breakpoint-stopped');
        await window.command('Debug: Continue');
        await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });

        await fromMenu(window, 'greet', 'Copy Reference to Source');
        await eventually(async () =>
          assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `greet.js:4 (greet) span ${spanId}`),
        );
        await fromMenu(window, 'greet', 'Find Similar Spans');
        await eventually(async () =>
          assert.equal(
            await window.webview().locator('.filter-input').inputValue(),
            'service=greeter name=greet scope=fixture',
          ),
        );
        const tree = page.locator('.pane-body .monaco-list-row');
        await eventually(async () => assert.equal(await tree.filter({ hasText: 'other' }).count(), 0));
        await tree.filter({ hasText: 'greet' }).first().waitFor();
        await window.screenshot('span-similar');
        assert.deepEqual(await window.errors(), []);
      },
      folder,
    );
  });
});

async function fromMenu(window: TestWindow, name: string, title: string): Promise<void> {
  await spanRow(window, name).click({ button: 'right' });
  const item = window.page.locator('.context-view .action-item', { hasText: title });
  await item.hover();
  await window.page.locator('.context-view .action-item.focused', { hasText: title }).waitFor();
  // A menu takes no clicks for a moment, so that the one that opened it does not choose.
  await window.page.keyboard.press('Enter');
  await item.waitFor({ state: 'detached' });
}
