import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { openTracesView, receiverPort, spanRow } from '../support/mainJob.ts';
import { newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';
import { startWorkbench, type TestWindow, type TestWorkbench } from '../support/workbench.ts';

const row = (window: TestWindow, name: string): Locator =>
  window.page.locator('.pane-body .monaco-list-row', { hasText: name }).first();

describe('two windows of one user', () => {
  let code: TestWorkbench;

  before(async () => {
    code = await startWorkbench();
  });
  after(() => code.stop());

  const send = (port: number, name: string): Promise<unknown> =>
    postTraces(
      `http://127.0.0.1:${port}`,
      traceJson(newTraceId(), 'fixture', [{ name }, { name: `${name} child`, durationMs: 3 }]),
    );

  it('show the same traces, and one takes over when the other is closed', async (t) => {
    const first = await code.open();
    await first.command('Spanline: Start Receiver');
    const port = await receiverPort(first);
    const second = await code.open();
    try {
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
      await second.statusItem.filter({ hasText: '0 traces' }).waitFor();
      await send(port, 'received by the second');
      await row(second, 'received by the second').waitFor();
      assert.deepEqual(await second.errors(), []);
    } catch (error) {
      await second.screenshot('twoWindows-failed');
      throw error;
    } finally {
      await second.close();
    }
  });
});
