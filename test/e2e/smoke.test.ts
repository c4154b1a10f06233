import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { screenshotOfFailures, startWorkbench, type TestWindow, type TestWorkbench } from '../support/workbench.ts';

describe('a window with Spanline', () => {
  let code: TestWorkbench;
  let window: TestWindow;
  before(async () => {
    code = await startWorkbench();
    window = await code.open();
  });
  after(() => code.stop());

  screenshotOfFailures('smoke', () => window);

  it('shows the status item and no error', async () => {
    await window.statusItem.waitFor();
    assert.deepEqual(await window.errors(), []);
    await window.screenshot('smoke');
  });

  it('shows the log on Spanline: Show Log', async () => {
    await window.command('Spanline: Show Log');
    await window.page.locator('.part.panel .monaco-editor[data-uri="output:spanline.spanline.Spanline.log"]').waitFor();
  });
});
