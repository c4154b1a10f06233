import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { sharedWindow } from '../../support/sharedWindow.ts';
import type { TestWindow } from '../../support/workbench.ts';

describe('a window with Spanline', () => {
  let window: TestWindow;
  before(async () => {
    ({ window } = await sharedWindow());
  });

  it('shows the status item and no error', async () => {
    await window.statusItem.waitFor();
    assert.deepEqual(await window.errors(), []);
    await window.screenshot('smoke');
  });

  it('shows the log on Spanline: Show Log', async () => {
    await window.command('Spanline: Show Log');
    await window.page.locator('.part.panel .monaco-editor[data-uri="output:spanline.spanline.Spanline.log"]').waitFor();
    await window.command('View: Hide Panel');
  });
});
