import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { spanRow } from '../../support/mainJob.ts';
import { newTraceId, postTraces, traceJson } from '../../support/otlpJson.ts';
import { sharedWindow } from '../../support/sharedWindow.ts';
import type { TestWindow } from '../../support/workbench.ts';
import { eventually } from '../../support/eventually.ts';

/** Older than any mtime: a file system that updates access times lazily updates them at the next read. */
const LONG_AGO = new Date('2001-01-01T00:00:00Z');

describe('a path outside the workspace', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'spanline-outside-'));
  const outside = path.join(folder, 'elsewhere', 'secret.py');
  let window: TestWindow;
  let endpoint = '';

  before(async () => {
    mkdirSync(path.dirname(outside));
    writeFileSync(outside, Array.from({ length: 30 }, (_, line) => `line_${line + 1} = ${line + 1}\n`).join(''));
    ({ window, endpoint } = await sharedWindow());
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const untouched = (): void => {
    for (const each of [outside, path.dirname(outside)]) utimesSync(each, LONG_AGO, statSync(each).mtime);
  };
  const wasRead = (): boolean =>
    [outside, path.dirname(outside)].some((each) => statSync(each).atimeMs !== LONG_AGO.getTime());
  const dialog = () => window.page.locator('.monaco-dialog-box');
  const openTabs = () => window.page.locator('.tabs-container .tab:not([data-resource-name^="trace"])');

  /** Sends a trace of one span with that path, opens it from the tree and selects the span. */
  async function select(name: string, filePath: string): Promise<void> {
    const attributes = { 'code.file.path': filePath, 'code.line.number': 12 };
    await postTraces(endpoint, traceJson(newTraceId(), 'fixture', [{ name, attributes }]));
    await window.page.locator('.pane-body .monaco-list-row', { hasText: name }).click();
    await spanRow(window, name).click();
    await window.webview().locator('.details h2', { hasText: name }).waitFor();
    await window.webview().locator('.source-place, .source-line.link-button').first().waitFor();
  }

  it('is asked about by name before anything reads it, and Cancel opens nothing', async () => {
    untouched();
    await select('leave me', outside);
    await spanRow(window, 'leave me').hover();
    assert.equal(wasRead(), false, 'receiving, showing and resolving the span read the file');
    await window.page.keyboard.press('Enter');
    await dialog().waitFor();
    await eventually(async () => assert.match(await dialog().innerText(), /outside the workspace/));
    await eventually(async () =>
      assert.ok((await dialog().innerText()).includes(outside), 'the question names the path'),
    );
    assert.equal(wasRead(), false, 'asking read the file');
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await dialog().waitFor({ state: 'detached' });
    // The panel is free again: a second question can be asked, so the first answer was dealt with.
    await spanRow(window, 'leave me').click();
    await window.page.keyboard.press('Enter');
    await dialog().waitFor();
    await window.page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await eventually(async () =>
      assert.equal(await window.page.locator('.tab[data-resource-name="secret.py"]').count(), 0),
    );
    assert.equal(wasRead(), false, 'the file was read though the answer was no');
  });

  it('is opened at its line when the answer is Open', async () => {
    untouched();
    await select('open me', outside);
    await window.page.keyboard.press('Enter');
    await dialog().getByRole('button', { name: 'Open', exact: true }).click();
    await window.waitForEditor('secret.py', 12);
    assert.equal(wasRead(), true, 'this file system keeps no access times: the other tests would prove nothing');
    await window.command('View: Close Editor');
  });

  for (const [kind, filePath, reason] of [
    ['a network share', '\\\\server.invalid\\share\\app.py', /network share/],
    ['a network share of a file: URI', 'file://server.invalid/share/app.py', /network share/],
    ['an address', 'https://server.invalid/app.py', /https: address/],
    ['a command', 'command:workbench.action.closeAllEditors', /command: address/],
    ['a device', '/dev/zero', /device path/],
    ['the memory of a process', '/proc/self/environ', /device path/],
    ['a device of Windows', '\\\\.\\pipe\\app', /device path/],
  ] as const) {
    it(`that is ${kind} is refused with the reason`, async () => {
      const tabs = await openTabs().count();
      await select(`refused: ${kind}`, filePath);
      await window.page.keyboard.press('Enter');
      await window.webview().getByRole('button', { name: 'What was tried' }).click();
      const tried = window.webview().locator('.tab-content');
      await tried.filter({ hasText: reason }).waitFor();
      await eventually(async () =>
        assert.equal(await dialog().count(), 0, 'no question: there is nothing to agree to'),
      );
      assert.equal(await openTabs().count(), tabs, 'an editor was opened');
      await window
        .webview()
        .locator('.details')
        .getByRole('tab', { name: /Attributes/ })
        .click();
    });
  }
});
