import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { openTracesView, receiverPort, spanRow } from '../support/mainJob.ts';
import { newSpanId, newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';
import { startWorkbench, type TestWindow, type TestWorkbench } from '../support/workbench.ts';
import { eventually } from '../support/eventually.ts';

let code: TestWorkbench;
before(async () => {
  code = await startWorkbench({ settings: { 'spanline.receiver.autostart': 'always' } });
});
after(() => code.stop());

async function openTrace(window: TestWindow): Promise<void> {
  const rootId = newSpanId();
  const at = (line: number) => ({ 'code.file.path': 'src/predict.py', 'code.line.number': line });
  const spans = [
    { name: 'followed', spanId: rootId, durationMs: 200 },
    { name: 'first', parentSpanId: rootId, startMs: Date.now(), durationMs: 5, attributes: at(6) },
    { name: 'second', parentSpanId: rootId, startMs: Date.now() + 10, durationMs: 5, attributes: at(12) },
  ];
  await postTraces(`http://127.0.0.1:${await receiverPort(window)}`, traceJson(newTraceId(), 'fixture', spans));
  await window.page.locator('.pane-body .monaco-list-row', { hasText: 'followed' }).click();
  await spanRow(window, 'first').click();
}

it('in follow mode moving through spans moves the editor, and the keyboard stays in the panel', async () => {
  await code.withWindow('follow', async (window) => {
    await openTracesView(window);
    await openTrace(window);
    await window.page.keyboard.press('f');
    await window.page.locator('.tab[data-resource-name="predict.py"]').waitFor();
    const line = (number: number) =>
      window.page.locator('.line-numbers.active-line-number', { hasText: new RegExp(`^${String(number)}$`) });
    await line(6).waitFor();
    await window.page.keyboard.press('ArrowDown');
    await line(12).waitFor();
    await window.webview().locator('.wf-row.selected', { hasText: 'second' }).waitFor();
    // Off again, it stays where it is.
    await window.page.keyboard.press('f');
    await window.page.keyboard.press('ArrowUp');
    await window.webview().locator('.wf-row.selected', { hasText: 'first' }).waitFor();
    await eventually(async () => assert.equal(await line(12).count(), 1));
    await window.screenshot('follow');
  });
});
