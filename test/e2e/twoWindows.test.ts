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
  let code: TestWorkbench;

  before(async () => {
    code = await startWorkbench({ settings: { 'spanline.journal.keepDays': 7 } });
  });
  after(() => code.stop());

  const send = (port: number, name: string, resource: Readonly<Record<string, string>> = {}): Promise<unknown> =>
    postTraces(
      `http://127.0.0.1:${port}`,
      traceJson(newTraceId(), 'fixture', [{ name }, { name: `${name} child`, durationMs: 3 }], resource),
    );

  it('each show what runs in their own folders, and the rest folded at the end', async () => {
    const root = mkdtempSync(path.join(os.tmpdir(), 'spanline-two-'));
    const [shop, bank] = ['shop', 'bank'].map((name) => path.join(root, name)) as [string, string];
    mkdirSync(shop);
    mkdirSync(bank);
    const first = await code.open(shop);
    await first.statusItem.waitFor();
    await first.command('Spanline: Start Receiver');
    const port = await receiverPort(first);
    const second = await code.open(bank);
    try {
      await openTracesView(second);
      await send(port, 'runs in the shop', { 'process.working_directory': shop });
      await send(port, 'runs in the bank', { 'process.working_directory': bank });
      await send(port, 'runs anywhere');
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
    } finally {
      await first.close();
      await second.close();
      rmSync(root, { recursive: true, force: true });
    }
  });

  it('show the same traces, and one takes over when the other is closed', async (t) => {
    const first = await code.open();
    const second = await code.open();
    try {
      await first.page.bringToFront();
      await first.statusItem.waitFor();
      await first.command('Spanline: Start Receiver');
      const port = await receiverPort(first);
      await second.page.bringToFront();
      await openTracesView(second);
      await send(port, 'received by the first');
      await row(second, 'received by the first').click();
      await spanRow(second, 'received by the first child').waitFor();
      assert.equal(await receiverPort(second), port);
      await second.statusItem.hover();
      await second.page.locator('.workbench-hover', { hasText: 'Shared with another window' }).waitFor();

      await first.close();
      const closed = performance.now();
      const taken = second.webview().locator('.notice', { hasText: 'another took over' });
      await taken.waitFor();
      t.diagnostic(`taken over ${(performance.now() - closed).toFixed(0)} ms after the page was closed`);
      // Read back from disk, and open as before.
      await spanRow(second, 'received by the first child').waitFor();
      await send(port, 'received by the second');
      await row(second, 'received by the second').waitFor();
      await row(second, 'received by the first').waitFor();
      await eventually(async () => assert.deepEqual(await second.errors(), []));
    } catch (error) {
      if (!first.page.isClosed()) await first.screenshot('twoWindows-first-failed');
      await second.screenshot('twoWindows-failed');
      throw error;
    } finally {
      await second.close();
    }
  });
});
