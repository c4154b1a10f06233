import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { openTracesView, receiverPort, spanRow } from '../support/mainJob.ts';
import { newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';
import { startWorkbench, type TestWindow, type TestWorkbench } from '../support/workbench.ts';
import { eventually } from '../support/eventually.ts';

const row = (window: TestWindow, name: string): Locator =>
  window.page.locator('.pane-body .monaco-list-row', { hasText: name }).first();

describe('two windows of one user', () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'spanline-two-'));
  const [shop, bank] = ['shop', 'bank'].map((name) => path.join(root, name)) as [string, string];
  let code: TestWorkbench;
  let first: TestWindow;
  let second: TestWindow;
  let port = 0;

  before(async () => {
    mkdirSync(shop);
    mkdirSync(bank);
    code = await startWorkbench({ settings: { 'spanline.journal.keepDays': 7 } });
    first = await code.open(shop);
    await first.statusItem.waitFor();
    await first.command('Spanline: Start Receiver');
    port = await receiverPort(first);
    second = await code.open(bank);
    await openTracesView(second);
  });
  after(async () => {
    await code.stop();
    rmSync(root, { recursive: true, force: true });
  });

  const send = (name: string, resource: Readonly<Record<string, string>> = {}): Promise<unknown> =>
    postTraces(
      `http://127.0.0.1:${port}`,
      traceJson(newTraceId(), 'fixture', [{ name }, { name: `${name} child`, durationMs: 3 }], resource),
    );

  it('each show what runs in their own folders, and the rest folded at the end', async () => {
    try {
      await send('runs in the shop', { 'process.working_directory': shop });
      await send('runs in the bank', { 'process.working_directory': bank });
      await send('runs anywhere');
      await row(second, 'runs in the bank').waitFor();
      await row(second, 'runs anywhere').waitFor();
      const group = row(second, 'Other programs (1)');
      await group.waitFor();
      await eventually(async () => assert.equal(await row(second, 'runs in the shop').count(), 0));
      await group.click();
      await row(second, 'runs in the shop').click();
      await spanRow(second, 'runs in the shop child').waitFor();
      await second.screenshot('other-programs');
      await eventually(async () => assert.deepEqual(await second.errors(), []));
    } catch (error) {
      await second.screenshot('otherPrograms-failed');
      throw error;
    }
  });

  it('show the same traces, and one takes over when the other is closed', async (t) => {
    try {
      await send('received by the first');
      await row(second, 'received by the first').click();
      await spanRow(second, 'received by the first child').waitFor();
      assert.equal(await receiverPort(second), port);
      const shared = second.page.locator('.workbench-hover', { hasText: 'Shared with another window' });
      await second.hover(second.statusItem, shared);

      await first.close();
      const closed = performance.now();
      const taken = second.webview().locator('.notice', { hasText: 'another took over' });
      await taken.waitFor();
      t.diagnostic(`taken over ${(performance.now() - closed).toFixed(0)} ms after the page was closed`);
      // Read back from disk, and open as before.
      await spanRow(second, 'received by the first child').waitFor();
      await send('received by the second');
      await row(second, 'received by the second').waitFor();
      await row(second, 'received by the first').waitFor();
      await eventually(async () => assert.deepEqual(await second.errors(), []));
    } catch (error) {
      if (!first.page.isClosed()) await first.screenshot('twoWindows-first-failed');
      await second.screenshot('twoWindows-failed');
      throw error;
    }
  });

  it('have written traces again after the engine was restarted, until they are deleted', async () => {
    try {
      await send('kept root');
      await row(second, 'kept root').click();
      await spanRow(second, 'kept root child').waitFor();

      await second.command('Spanline: Restart Engine');
      await second.webview().locator('.notice-text', { hasText: 'engine was restarted' }).waitFor();
      // Only the new engine's list has it: what the list shows beside it is of that engine, too.
      await again(() => send('sent after the restart'));
      await row(second, 'sent after the restart').click();
      await spanRow(second, 'sent after the restart child').waitFor();
      await row(second, 'kept root').click();
      await spanRow(second, 'kept root child').waitFor();
      assert.equal(await receiverPort(second), port);
      await second.screenshot('restarted-engine');

      await second.command('Spanline: Delete All Traces…');
      await second.page.locator('.monaco-dialog-box', { hasText: 'cannot be undone' }).waitFor();
      await second.screenshot('delete-all');
      await second.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Delete All' }).click();
      await second.page.locator('.pane-body', { hasText: 'No traces yet' }).waitFor();
      await second.command('Spanline: Restart Engine');
      await second.page.locator('.pane-body', { hasText: 'No traces yet' }).waitFor();
      await eventually(async () => assert.equal(await row(second, 'kept root').count(), 0));
      assert.deepEqual(await second.errors(), []);
    } catch (error) {
      await second.screenshot('restartedTraces-failed');
      throw error;
    }
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
