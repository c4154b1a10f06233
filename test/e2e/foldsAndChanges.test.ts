import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { chooseInMenu, openTracesView, receiverPort, spanRow } from '../support/mainJob.ts';
import { newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';
import { saidChanges } from '../support/saidChanges.ts';
import { screenshotOfFailures, startWorkbench, type TestWindow, type TestWorkbench } from '../support/workbench.ts';

describe('folded traces and changes around them', () => {
  let code: TestWorkbench;
  let window: TestWindow;
  let endpoint = '';
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
    window = await code.open(folder);
    endpoint = `http://127.0.0.1:${await receiverPort(window)}`;
    await openTracesView(window);
  });
  after(async () => {
    await code.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  screenshotOfFailures('folds-and-changes', () => window);

  it('shows noise as one row of the tree, and marks a save and another commit over latency', async () => {
    const send = (name: string): Promise<void> => postTraces(endpoint, traceJson(newTraceId(), 'fixture', [{ name }]));
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
    await saidChanges(window, (said) => said.some((text) => text.startsWith('Saved: changed.py')), 'GET /orders', news);
    await saidChanges(
      window,
      (said) => said.some((text) => text.startsWith('HEAD changed: 5d6e7f8')),
      'GET /orders',
      news,
    );
    await window.screenshot('folds-and-changes');
  });

  it('hides traces like one from its menu, and Undo lists them again', async () => {
    for (let i = 0; i < 3; i++) {
      await postTraces(endpoint, traceJson(newTraceId(), 'fixture', [{ name: 'GET /quotes' }]));
    }
    const row = (text: string) => window.page.locator('.pane-body .monaco-list-row', { hasText: text });
    const fold = row('GET /quotes · fixture · 3');
    await row('GET /quotes').nth(2).waitFor();
    await chooseInMenu(window, row('GET /quotes').first(), 'Hide Traces Like This');
    await fold.waitFor();
    await eventually(() => assert.equal(rulesIn(folder).length, 1));

    await window.command('Notifications: Show Notifications');
    const said = window.page.locator('.notification-list-item', { hasText: 'are folded from now on' });
    await said.hover();
    await said.locator('.monaco-button', { hasText: 'Undo' }).click();
    await fold.waitFor({ state: 'detached' });
    await row('GET /quotes').nth(2).waitFor();
    await eventually(() => assert.deepEqual(rulesIn(folder), []));
    assert.deepEqual(await window.errors(), []);
  });
});

/** Rules that the folder's own settings have. */
function rulesIn(folder: string): readonly string[] {
  const file = path.join(folder, '.vscode/settings.json');
  const settings = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, object>>) : {};
  return Object.keys(settings['spanline.noise.rules'] ?? {});
}
