import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { openTracesView, receiverPort, spanRow } from '../support/mainJob.ts';
import { newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';
import { startWorkbench, type TestWindow, type TestWorkbench } from '../support/workbench.ts';
import { eventually } from '../support/eventually.ts';

describe('traces that are written to disk', () => {
  let code: TestWorkbench;
  let window: TestWindow;

  before(async () => {
    code = await startWorkbench({ settings: { 'spanline.journal.keepDays': 7 } });
    window = await code.open();
    await window.statusItem.waitFor();
  });
  after(() => code.stop());

  const row = (name: string): Locator => window.page.locator('.pane-body .monaco-list-row', { hasText: name }).first();

  it('are there again after the engine was restarted, and go when they are deleted', async () => {
    await window.command('Spanline: Start Receiver');
    const port = await receiverPort(window);
    await openTracesView(window);
    const endpoint = `http://127.0.0.1:${port}`;
    const send = (name: string): Promise<unknown> =>
      postTraces(endpoint, traceJson(newTraceId(), 'fixture', [{ name }, { name: `${name} child`, durationMs: 5 }]));
    await send('kept root');
    await row('kept root').click();
    await spanRow(window, 'kept root child').waitFor();

    await window.command('Spanline: Restart Engine');
    await window.webview().locator('.notice-text', { hasText: 'engine was restarted' }).waitFor();
    // Only the new engine's list has it: what the list shows beside it is of that engine, too.
    await again(() => send('sent after the restart'));
    await row('sent after the restart').click();
    await spanRow(window, 'sent after the restart child').waitFor();
    await row('kept root').click();
    await spanRow(window, 'kept root child').waitFor();
    assert.equal(await receiverPort(window), port);
    await window.screenshot('restarted-engine');

    await window.command('Spanline: Delete All Traces…');
    await window.page.locator('.monaco-dialog-box', { hasText: 'cannot be undone' }).waitFor();
    await window.screenshot('delete-all');
    await window.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Delete All' }).click();
    await window.page.locator('.pane-body', { hasText: 'No traces yet' }).waitFor();
    await window.command('Spanline: Restart Engine');
    await window.page.locator('.pane-body', { hasText: 'No traces yet' }).waitFor();
    await eventually(async () => assert.equal(await row('kept root').count(), 0));
    assert.deepEqual(await window.errors(), []);
  });
});

/** Until the port is open again, which has no event to wait for; fails after 15 s. */
async function again(send: () => Promise<unknown>): Promise<void> {
  for (const end = Date.now() + 15_000; ;) {
    try {
      await send();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
