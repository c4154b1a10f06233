import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorkbench, type TestWorkbench } from '../support/workbench.ts';

describe('a window with Spanline', () => {
  let code: TestWorkbench;
  before(async () => {
    code = await startWorkbench();
  });
  after(() => code.stop());

  it('shows the status item and no error', async () => {
    await code.withWindow('smoke', async (window) => {
      await window.statusItem.waitFor();
      assert.deepEqual(await window.errors(), []);
      await window.screenshot('smoke');
    });
  });

  it('shows the log on Spanline: Show Log', async () => {
    await code.withWindow('show-log', async (window) => {
      await window.statusItem.waitFor();
      await window.command('Spanline: Show Log');
      await window.page
        .locator('.part.panel .monaco-editor[data-uri="output:spanline.spanline.Spanline.log"]')
        .waitFor();
    });
  });
});
