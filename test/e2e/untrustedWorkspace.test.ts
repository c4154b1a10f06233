import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { openTracesView, receiverPort, spanRow } from '../support/mainJob.ts';
import { newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';
import {
  FIXTURE_WORKSPACE,
  screenshotOfFailures,
  startWorkbench,
  type TestWindow,
  type TestWorkbench,
} from '../support/workbench.ts';
import { eventually } from '../support/eventually.ts';

/** Predicts in the fixture's `src/predict.py`. */
const PREDICT = { name: 'model.predict', attributes: { 'model.output_prediction': 'refund' } };

describe('an untrusted workspace', () => {
  let code: TestWorkbench;
  let window: TestWindow;
  // What was trusted once stays so: another folder than the fixture.
  const folder = mkdtempSync(path.join(tmpdir(), 'spanline-e2e-'));
  before(async () => {
    cpSync(FIXTURE_WORKSPACE, folder, { recursive: true });
    code = await startWorkbench({
      workspaceTrust: true,
      settings: {
        'spanline.receiver.autostart': 'always',
        'spanline.source.pathMappings': { '/elsewhere': '/mapped' },
      },
    });
    window = await code.open(folder);
  });
  after(async () => {
    await code.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  screenshotOfFailures('untrusted', () => window);

  const restricted = (): Locator => window.page.locator('.statusbar', { hasText: 'Restricted Mode' });
  const traceRow = (name: string): Locator =>
    window.page.locator('.pane-body .monaco-list-row', { hasText: name }).first();
  const lens = (): Locator => window.page.locator('.codelens-decoration a', { hasText: /\d calls?/ });
  const inline = (): Promise<boolean> =>
    window.page
      .locator('.view-line span')
      .evaluateAll((spans) => spans.some((span) => getComputedStyle(span, '::after').content.includes('refund')));

  /** Enter on the span asks about this path, which tells what the span's was mapped to. */
  async function expectQuestion(about: string): Promise<void> {
    await traceRow('a span').click();
    await window.webview().locator(`.source-place[title*="${about}"]`).waitFor();
    await spanRow(window, 'a span').click();
    await window.page.keyboard.press('Enter');
    const question = window.page.locator('.monaco-dialog-box', { hasText: about });
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
  }

  it('shows the waterfall with paths as they were sent, and nothing in the editor', async () => {
    await restricted().waitFor();
    const endpoint = `http://127.0.0.1:${await receiverPort(window)}`;
    await openTracesView(window);
    await window.openFile('predict.py');
    const attributes = { 'code.file.path': '/elsewhere/gone.py', 'code.line.number': 2 };
    await postTraces(endpoint, traceJson(newTraceId(), 'fixture', [PREDICT]));
    await postTraces(endpoint, traceJson(newTraceId(), 'fixture', [{ name: 'a span', attributes }]));
    // The trace is known to the host by then, and what an editor of a trusted workspace shows comes within a second.
    await traceRow('model.predict').waitFor();
    await eventually(async () => assert.equal(await lens().count(), 0));
    await eventually(async () => assert.equal(await inline(), false));
    await expectQuestion('/elsewhere/gone.py');
    assert.equal(await lens().count(), 0);
  });

  it('applies path mappings, and has lenses and inline values, once it is trusted', async () => {
    await window.command('Workspaces: Manage Workspace Trust');
    await window.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    await restricted().waitFor({ state: 'detached' });
    await window.command('View: Close All Editors');
    await expectQuestion('/mapped/gone.py');
    await window.openFile('predict.py');
    await lens().waitFor();
    await eventually(async () => assert.equal(await inline(), true));
    await window.screenshot('trusted-editor');
  });
});
