import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openTracesView, receiverPort, slowestTrace } from '../support/mainJob.ts';
import { TICKET_TRIAGE, ensureTicketTriage, startTicketTriage, type TicketTriage } from '../support/ticketTriage.ts';
import { startWorkbench, type TestWindow, type TestWorkbench } from '../support/workbench.ts';
import { eventually } from '../support/eventually.ts';

/** Each of the example's twelve twice: on a busy machine one of the others may be slow as well. */
const TICKETS = 24;

describe('why some tickets of the running example are slow', () => {
  let code: TestWorkbench;
  let window: TestWindow;
  let service: TicketTriage | undefined;
  before(async () => {
    await ensureTicketTriage();
    code = await startWorkbench({
      settings: { 'spanline.receiver.autostart': 'always' },
      viewport: { width: 1440, height: 900 },
    });
    window = await code.open(TICKET_TRIAGE);
    const port = await receiverPort(window);
    service = await startTicketTriage({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${port}`,
      OTEL_BSP_SCHEDULE_DELAY: '200',
    });
    await openTracesView(window);
    await service.send(TICKETS);
    await slowestTrace(window, TICKETS);
  });
  after(async () => {
    await service?.stop();
    await code.stop();
  });

  it('names the 500 documents instead of 20 in three actions: a slow trace, why, and the first line read', async () => {
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
