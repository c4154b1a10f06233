import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { mainJobSteps, receiverPort } from '../support/mainJob.ts';
import { TICKET_TRIAGE, ensureTicketTriage, startTicketTriage, type TicketTriage } from '../support/ticketTriage.ts';
import { startWorkbench, type TestWindow, type TestWorkbench } from '../support/workbench.ts';

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
});
