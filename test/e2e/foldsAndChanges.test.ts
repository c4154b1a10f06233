import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openTracesView, receiverPort, spanRow } from '../support/mainJob.ts';
import { newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';
import { saidChanges } from '../support/saidChanges.ts';
import { startWorkbench, type TestWorkbench } from '../support/workbench.ts';

describe('folded traces and changes around them', () => {
  let code: TestWorkbench;
  const folder = mkdtempSync(path.join(tmpdir(), 'spanline-e2e-'));
  const head = path.join(folder, '.git/HEAD');
  before(async () => {
    mkdirSync(path.join(folder, '.git/refs/heads'), { recursive: true });
    writeFileSync(head, 'ref: refs/heads/main\n');
    writeFileSync(path.join(folder, '.git/refs/heads/main'), `${'1a2b3c4'.padEnd(40, '0')}\n`);
    writeFileSync(path.join(folder, 'changed.py'), 'x = 1\n');
    code = await startWorkbench({
      settings: {
        'spanline.receiver.autostart': 'always',
        'spanline.noise.rules': { polling: { name: 'GET /poll' } },
      },
    });
  });
  after(async () => {
    await code.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows noise as one row of the tree, and marks a save and another commit over latency', async () => {
    await code.withWindow(
      'folds-and-changes',
      async (window) => {
        const port = await receiverPort(window);
        const send = (name: string): Promise<void> =>
          postTraces(`http://127.0.0.1:${port}`, traceJson(newTraceId(), 'fixture', [{ name }]));
        await openTracesView(window);
        for (let i = 0; i < 3; i++) await send('GET /poll');
        await send('GET /orders');
        const row = (text: string) => window.page.locator('.pane-body .monaco-list-row', { hasText: text });
        await row('polling · 3').waitFor();
        await row('polling · 3').locator('.monaco-tl-twistie').click();
        await row('GET /poll').nth(2).waitFor();

        await window.openFile('changed.py');
        await window.page.locator('.editor-group-container.active .view-line').first().click();
        await window.page.keyboard.type('y');
        await window.page.locator('.tab.dirty').waitFor();
        await window.page.keyboard.press('ControlOrMeta+S');
        await window.page.locator('.tab.dirty').waitFor({ state: 'detached' });
        writeFileSync(head, `${'5d6e7f8'.padEnd(40, '0')}\n`);

        await row('GET /orders').click();
        await spanRow(window, 'GET /orders').waitFor();
        const news = (): Promise<void> => send('GET /orders');
        await saidChanges(
          window,
          (said) => said.some((text) => text.startsWith('Saved: changed.py')),
          'GET /orders',
          news,
        );
        await saidChanges(
          window,
          (said) => said.some((text) => text.startsWith('HEAD changed: 5d6e7f8')),
          'GET /orders',
          news,
        );
        await window.screenshot('folds-and-changes');
      },
      folder,
    );
  });
});
