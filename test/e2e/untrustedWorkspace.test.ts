import { after, before, describe, it } from 'node:test';
import { openTracesView, receiverPort, spanRow } from '../support/mainJob.ts';
import { newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';
import { startWorkbench, type TestWorkbench } from '../support/workbench.ts';

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
  after(() => code.stop());

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
});
