import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { chooseInMenu, clearTraces, openTracesView, receiverPort, spanRow } from '../support/mainJob.ts';
import { newSpanId, newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';
import { saidChanges } from '../support/saidChanges.ts';
import { screenshotOfFailures, startWorkbench, type TestWindow, type TestWorkbench } from '../support/workbench.ts';

/** Stops twice by itself, so that no breakpoint has to be set. */
const TWICE = `const first = 1;
debugger;
const second = first + 1;
debugger;
console.log(second);
`;

const GREET = `const tracer = { startActiveSpan: (name, run) => run() };

function greet(who, times) {
  return tracer.startActiveSpan('greet', () => {
    const text = who.repeat(times);
    return text;
  });
}

for (const who of ['ann', 'ben', 'cay']) greet(who, 2);
`;

const configuration = (name: string, program: string, internalConsoleOptions: string) => ({
  type: 'node',
  request: 'launch',
  name,
  program: `\${workspaceFolder}/${program}`,
  runtimeExecutable: process.execPath,
  console: 'internalConsole',
  internalConsoleOptions,
});

describe('spans beside the debugger', () => {
  let code: TestWorkbench;
  let window: TestWindow;
  let endpoint = '';
  const folder = mkdtempSync(path.join(tmpdir(), 'spanline-e2e-'));
  before(async () => {
    mkdirSync(path.join(folder, '.vscode'));
    writeFileSync(path.join(folder, 'twice.js'), TWICE);
    writeFileSync(path.join(folder, 'greet.js'), GREET);
    const configurations = [
      configuration('Twice', 'twice.js', 'neverOpen'),
      configuration('Greet', 'greet.js', 'openOnSessionStart'),
    ];
    writeFileSync(path.join(folder, '.vscode/launch.json'), JSON.stringify({ configurations }));
    code = await startWorkbench({
      settings: { 'spanline.receiver.autostart': 'always', 'debug.openDebug': 'neverOpen' },
    });
    await code.workbench.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    window = await code.open(folder);
    endpoint = `http://127.0.0.1:${await receiverPort(window)}`;
    await openTracesView(window);
  });
  after(async () => {
    await code.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  screenshotOfFailures('debugging', () => window);

  it('each pause is one stretch over latency, which ends when the program goes on, and is left out of lengths', async () => {
    const send = (): Promise<void> =>
      postTraces(endpoint, traceJson(newTraceId(), 'fixture', [{ name: 'GET /orders' }]));
    await send();
    await window.openFile('twice.js');
    await window.page.locator('.pane-body .monaco-list-row', { hasText: 'GET /orders' }).first().click();
    await spanRow(window, 'GET /orders').waitFor();
    // Where it is not in the way of the line that the debugger shows.
    await window.command('View: Move Editor into Right Group');
    await window.page.locator('.editor-group-container').nth(1).waitFor();
    await spanRow(window, 'GET /orders').waitFor();
    /** Waits until the pauses are these: `over` have a length, `lasting` have none yet. */
    const pausesAre = async (over: number, lasting: number): Promise<void> => {
      await saidChanges(
        window,
        (said) => {
          const pauses = said.filter((text) => text.startsWith('Debugger paused') && text.includes('twice.js'));
          const ended = pauses.filter((text) => /^Debugger paused [\d.]+\s\S+: /.test(text));
          return ended.length === over && pauses.length === over + lasting;
        },
        'GET /orders',
        send,
      );
    };
    const stoppedAt = (line: number): Promise<void> => window.waitForEditor('twice.js', line);

    const begin = Date.now();
    await window.command('Debug: Start Debugging');
    await stoppedAt(2);
    await pausesAre(0, 1);
    await window.screenshot('debug-pauses');

    await window.command('Debug: Continue');
    await stoppedAt(4);
    await pausesAre(1, 1);

    await window.command('Debug: Continue');
    await window.page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    await pausesAre(2, 0);

    // A request that waited over both, of a service that was not debugged.
    const spans = [{ name: 'GET /held', startMs: begin - 500, durationMs: Date.now() - begin + 1000 }];
    await postTraces(endpoint, traceJson(newTraceId(), 'gateway', spans));
    await window.page.locator('.pane-body .monaco-list-row', { hasText: 'GET /held' }).first().click();
    await spanRow(window, 'GET /held').waitFor();
    await window
      .webview()
      .locator('.trace-facts', { hasText: /held [\d.]+\s\S/ })
      .waitFor();
    await window.webview().locator('.wf-row[title*="by a debugger"]', { hasText: 'GET /held' }).waitFor();
    await window.screenshot('debug-held');
  });

  it('breakpoints from spans log and stop a real program as they say, and ask before they take the place of another', async () => {
    const { page } = window;
    await window.command('View: Close All Editors');
    await clearTraces(window);
    const spanId = newSpanId();
    const greet = { name: 'greet', spanId, attributes: { 'greet.who': 'ben' } };
    await postTraces(endpoint, traceJson(newTraceId(), 'greeter', [greet]));
    await postTraces(endpoint, traceJson(newTraceId(), 'greeter', [{ name: 'other' }]));
    await window.openFile('greet.js');
    await page.locator('.pane-body .monaco-list-row', { hasText: 'greet' }).first().click();
    await window.webview().locator('.source-place', { hasText: 'greet.js:4' }).waitFor();
    await window.command('View: Move Editor into Right Group');
    await page.locator('.editor-group-container').nth(1).waitFor();
    const row = spanRow(window, 'greet');
    const input = page.locator('.quick-input-widget input.input');
    const options = page.locator('.quick-input-list .monaco-list-row');

    await chooseInMenu(window, spanRow(window, 'greet'), 'Add Logpoint…');
    await page.locator('.quick-input-title', { hasText: 'Log at greet.js:' }).waitFor();
    await eventually(async () => assert.match(await input.inputValue(), /^greet who=\{who\} times=\{times\}/));
    await input.press('Enter');
    await page.locator('.statusbar', { hasText: 'Logpoint at greet.js:' }).waitFor();
    await window.command('Debug: Select and Start Debugging');
    await options.filter({ hasText: 'Greet' }).first().click();
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
    await chooseInMenu(window, spanRow(window, 'greet'), 'Break Here Next Time…');
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

    await chooseInMenu(window, spanRow(window, 'greet'), 'Copy Reference to Source');
    await eventually(async () =>
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `greet.js:4 (greet) span ${spanId}`),
    );
    await chooseInMenu(window, spanRow(window, 'greet'), 'Find Similar Spans');
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
  });
});
