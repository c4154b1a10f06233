import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { newTraceId, postTraces, traceJson } from '../../support/otlpJson.ts';
import { sharedWindow } from '../../support/sharedWindow.ts';
import type { TestWindow } from '../../support/workbench.ts';
import { eventually } from '../../support/eventually.ts';

describe('one filter for the tree and the panel', () => {
  let window: TestWindow;
  const treeRow = (name: string): Locator => window.page.locator('.pane-body .monaco-list-row', { hasText: name });
  const message = (): Locator => window.page.locator('.pane-body .message');
  const bar = (): Locator => window.webview().locator('.filter-input');

  before(async () => {
    const shared = await sharedWindow();
    const { endpoint } = shared;
    window = shared.window;
    for (const [service, name] of [
      ['gateway', 'first call'],
      ['gateway', 'second call'],
      ['worker', 'nightly job'],
    ] as const) {
      await postTraces(endpoint, traceJson(newTraceId(), service, [{ name, durationMs: 20 }]));
    }
    await treeRow('nightly job').waitFor();
  });

  const filterFromTree = (text: string): Promise<void> =>
    window.answer('Spanline: Filter Traces', 'Filter Traces', text);

  it('what is asked in the tree is in the bar of the panel, and what is cleared there is gone from the tree', async () => {
    await treeRow('first call').click();
    await bar().waitFor();
    // The panel takes the keyboard once it has drawn; a command asked before would lose its box to that.
    await window.webview().locator('[role="treegrid"]:focus, [role="treegrid"] :focus').first().waitFor();
    await filterFromTree('service:gateway');
    await treeRow('nightly job').waitFor({ state: 'detached' });
    await eventually(async () => assert.equal(await treeRow('call').count(), 2));
    await message().filter({ hasText: '2 of 3: service:gateway' }).waitFor();
    await eventually(async () => assert.equal(await bar().inputValue(), 'service:gateway'));
    await window.screenshot('filter-tree');
    await bar().fill('name:second');
    await treeRow('first call').waitFor({ state: 'detached' });
    await window.webview().getByRole('button', { name: 'Clear the filter' }).click();
    await treeRow('nightly job').waitFor();
    await message().filter({ hasText: 'of 3' }).waitFor({ state: 'hidden' });
  });

  it('a mistake is told in the box before anything is filtered, and nothing found says how to go on', async () => {
    const mistake = window.page.locator('.quick-input-message', { hasText: 'Column 5: A duration is a number' });
    await window.inBox('Spanline: Filter Traces', 'Filter Traces', 'dur>5', async (box) => {
      await mistake.waitFor({ timeout: 5000 });
      await box.press('Escape', { timeout: 5000 });
    });
    await filterFromTree('service:nobody');
    await message().filter({ hasText: 'None of 3 traces matches service:nobody' }).waitFor();
    await window.screenshot('filter-tree-nothing');
    await window.command('Spanline: Clear Trace Filter');
    await treeRow('nightly job').waitFor();
  });
});
