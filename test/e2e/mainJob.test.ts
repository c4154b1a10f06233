import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { mainJobSteps, receiverPort, slowestTrace } from '../support/mainJob.ts';
import { TICKET_TRIAGE, ensureTicketTriage, startTicketTriage, type TicketTriage } from '../support/ticketTriage.ts';
import { startWorkbench, type TestWindow, type TestWorkbench } from '../support/workbench.ts';

/** Each of the example's twelve twice: on a busy machine one of the others may be slow as well. */
const TICKETS = 24;

describe('the main job on a running service', () => {
  let code: TestWorkbench;
  let window: TestWindow;
  let service: TicketTriage | undefined;
  before(async () => {
    await ensureTicketTriage();
    code = await startWorkbench({
      settings: { 'spanline.receiver.autostart': 'auto' },
      viewport: { width: 1440, height: 900 },
    });
    window = await code.open(TICKET_TRIAGE);
    await window.statusItem.waitFor();
  });
  after(async () => {
    await service?.stop();
    await code.stop();
  });

  it('walks from the traces to the line, the input and the exception', async (t) => {
    const port = await receiverPort(window);
    service = await startTicketTriage({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${port}`,
      OTEL_BSP_SCHEDULE_DELAY: '200',
    });
    for (const { title, run } of mainJobSteps(window, service, (name) => window.screenshot(`e2e-${name}`))) {
      await t.test(title, async () => {
        try {
          await run();
        } catch (error) {
          await window.screenshot('mainJob-failed');
          throw error;
        }
      });
    }
    assert.deepEqual(await window.errors(), []);
  });

  it('names the 500 documents instead of 20 in three actions: a slow trace, why, and the first line read', async () => {
    assert.ok(service);
    await window.command('View: Close All Editors');
    await service.send(TICKETS - 12);
    try {
      await (await slowestTrace(window, TICKETS)).click();
      const panel = window.webview();
      await panel.getByRole('button', { name: 'Why so slow?' }).click();
      const verdict = panel.locator('.why-verdict', { hasText: 'instead of' });
      await verdict.waitFor();
      await eventually(async () =>
        assert.match(
          (await verdict.innerText()).replaceAll('\u00a0', ' '),
          /^retrieval\.rerank of [\w-]+ takes [\d.]+ m?s longer .*retrieval\.documents\.count is 500 instead of 20\.$/,
        ),
      );
      await window.screenshot('e2e-why-these');
    } catch (error) {
      await window.screenshot('why-these-failed');
      throw error;
    }
    assert.deepEqual(await window.errors(), []);
  });
});
