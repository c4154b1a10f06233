import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { spanRow } from '../../support/mainJob.ts';
import { newSpanId, newTraceId, postTraces, traceJson } from '../../support/otlpJson.ts';
import { sharedWindow } from '../../support/sharedWindow.ts';
import type { TestWindow } from '../../support/workbench.ts';
import { eventually } from '../../support/eventually.ts';

async function openTrace(window: TestWindow, endpoint: string): Promise<void> {
  const rootId = newSpanId();
  const at = (line: number) => ({ 'code.file.path': 'src/predict.py', 'code.line.number': line });
  const spans = [
    { name: 'followed', spanId: rootId, durationMs: 200 },
    { name: 'first', parentSpanId: rootId, startMs: Date.now(), durationMs: 5, attributes: at(6) },
    { name: 'second', parentSpanId: rootId, startMs: Date.now() + 10, durationMs: 5, attributes: at(12) },
  ];
  await postTraces(endpoint, traceJson(newTraceId(), 'fixture', spans));
  await window.page.locator('.pane-body .monaco-list-row', { hasText: 'followed' }).click();
  await spanRow(window, 'first').click();
}

describe('follow mode', () => {
  let window: TestWindow;
  let endpoint = '';
  before(async () => {
    ({ window, endpoint } = await sharedWindow());
  });

  it('moves the editor along with the spans, and the keyboard stays in the panel', async () => {
    await openTrace(window, endpoint);
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
