import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openTracesView, receiverPort, spanRow } from '../support/mainJob.ts';
import { newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';
import { FIXTURE_WORKSPACE, startWorkbench, type TestWorkbench } from '../support/workbench.ts';
import { eventually } from '../support/eventually.ts';

/** Predicts in the fixture's `src/predict.py`. */
const PREDICT = { name: 'model.predict', attributes: { 'model.output_prediction': 'refund' } };

describe('an untrusted workspace', () => {
  let code: TestWorkbench;
  before(async () => {
    code = await startWorkbench({
      workspaceTrust: true,
      settings: {
        'spanline.receiver.autostart': 'always',
        'spanline.source.pathMappings': { '/elsewhere': '/mapped' },
      },
    });
  });
  // What was trusted once stays so: another folder than the fixture.
  const folder = mkdtempSync(path.join(tmpdir(), 'spanline-e2e-'));
  cpSync(FIXTURE_WORKSPACE, folder, { recursive: true });
  after(async () => {
    await code.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows the waterfall, and applies path mappings only once it is trusted', async () => {
    await code.withWindow('untrusted', async (window) => {
      await window.page.locator('.statusbar', { hasText: 'Restricted Mode' }).waitFor();
      const port = await receiverPort(window);
      await openTracesView(window);
      const attributes = { 'code.file.path': '/elsewhere/gone.py', 'code.line.number': 2 };
      const body = traceJson(newTraceId(), 'fixture', [{ name: 'a span', attributes }]);
      await postTraces(`http://127.0.0.1:${port}`, body);
      await window.page.locator('.pane-body .monaco-list-row', { hasText: 'a span' }).click();
      /** Enter on the span asks about this path, which tells what the span's was mapped to. */
      const expectQuestion = async (about: string): Promise<void> => {
        await window.webview().locator(`.source-place[title*="${about}"]`).waitFor();
        await spanRow(window, 'a span').click();
        await window.page.keyboard.press('Enter');
        const question = window.page.locator('.monaco-dialog-box', { hasText: about });
        await question.getByRole('button', { name: 'Cancel' }).click();
        await question.waitFor({ state: 'detached' });
      };
      await expectQuestion('/elsewhere/gone.py');

      await window.command('Workspaces: Manage Workspace Trust');
      await window.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
      await window.page.locator('.statusbar', { hasText: 'Restricted Mode' }).waitFor({ state: 'detached' });
      await window.command('View: Close Editor');
      await expectQuestion('/mapped/gone.py');
    });
  });

  it('has lenses and inline values in the editor only once it is trusted', async () => {
    await code.withWindow(
      'untrusted-editor',
      async (window) => {
        await window.page.locator('.statusbar', { hasText: 'Restricted Mode' }).waitFor();
        const port = await receiverPort(window);
        const lens = window.page.locator('.codelens-decoration a', { hasText: /\d calls?/ });
        const inline = (): Promise<boolean> =>
          window.page.evaluate(() =>
            Array.from(document.querySelectorAll('.view-line span')).some((span) =>
              getComputedStyle(span, '::after').content.includes('refund'),
            ),
          );
        await window.openFile('predict.py');
        await postTraces(`http://127.0.0.1:${port}`, traceJson(newTraceId(), 'fixture', [PREDICT]));
        await openTracesView(window);
        // The trace is known to the host by then, and what an editor of a trusted workspace shows comes within a second.
        await window.page.locator('.pane-body .monaco-list-row', { hasText: 'model.predict' }).first().waitFor();
        await eventually(async () => assert.equal(await lens.count(), 0));
        await eventually(async () => assert.equal(await inline(), false));

        await window.command('Workspaces: Manage Workspace Trust');
        await window.page
          .locator('.workspace-trust-editor')
          .getByRole('button', { name: 'Trust', exact: true })
          .click();
        await window.page.locator('.statusbar', { hasText: 'Restricted Mode' }).waitFor({ state: 'detached' });
        await window.command('View: Close Editor');
        await lens.waitFor();
        await window.page.waitForFunction(() =>
          Array.from(document.querySelectorAll('.view-line span')).some((span) =>
            getComputedStyle(span, '::after').content.includes('refund'),
          ),
        );
        await window.screenshot('trusted-editor');
      },
      folder,
    );
  });
});
