import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openTracesView, receiverPort, spanRow } from '../support/mainJob.ts';
import { newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';
import { saidChanges } from '../support/saidChanges.ts';
import { startWorkbench, type TestWorkbench } from '../support/workbench.ts';

/** Stops twice by itself, so that no breakpoint has to be set. */
const PROGRAM = `const first = 1;
debugger;
const second = first + 1;
debugger;
console.log(second);
`;

describe('pauses of the debugger', () => {
  let code: TestWorkbench;
  const folder = mkdtempSync(path.join(tmpdir(), 'spanline-e2e-'));
  before(async () => {
    mkdirSync(path.join(folder, '.vscode'));
    writeFileSync(path.join(folder, 'twice.js'), PROGRAM);
    const configuration = {
      type: 'node',
      request: 'launch',
      name: 'Twice',
      program: '${workspaceFolder}/twice.js',
      runtimeExecutable: process.execPath,
      console: 'internalConsole',
      internalConsoleOptions: 'neverOpen',
    };
    writeFileSync(path.join(folder, '.vscode/launch.json'), JSON.stringify({ configurations: [configuration] }));
    code = await startWorkbench({
      settings: { 'spanline.receiver.autostart': 'always', 'debug.openDebug': 'neverOpen' },
    });
  });
  after(async () => {
    await code.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('each is one stretch over latency, which ends when the program goes on, and is left out of lengths', async () => {
    await code.withWindow(
      'debug-pauses',
      async (window) => {
        const port = await receiverPort(window);
        const send = (): Promise<void> =>
          postTraces(`http://127.0.0.1:${port}`, traceJson(newTraceId(), 'fixture', [{ name: 'GET /orders' }]));
        await openTracesView(window);
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
        await postTraces(`http://127.0.0.1:${port}`, traceJson(newTraceId(), 'gateway', spans));
        await window.page.locator('.pane-body .monaco-list-row', { hasText: 'GET /held' }).first().click();
        await spanRow(window, 'GET /held').waitFor();
        await window
          .webview()
          .locator('.trace-facts', { hasText: /held [\d.]+\s\S/ })
          .waitFor();
        await window.webview().locator('.wf-row[title*="by a debugger"]', { hasText: 'GET /held' }).waitFor();
        await window.screenshot('debug-held');
      },
      folder,
    );
  });
});
