import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { openTracesView, receiverPort, spanRow } from '../support/mainJob.ts';
import { newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';
import { startWorkbench, type TestWindow, type TestWorkbench } from '../support/workbench.ts';

const SOURCE = `from opentelemetry import trace

tracer = trace.get_tracer("triage")


def predict(features):
    with tracer.start_as_current_span("model.predict") as span:
        span.set_attribute("model.input_features", str(features))
        return score(features)


def score(features):
    return sum(features.values())
`;

const lens = (window: TestWindow, text: string): Locator =>
  window.page.locator('.codelens-decoration a', { hasText: text });

/** Texts behind lines, as the editor draws them: pseudo elements, which have no text of their own. */
async function inlineTexts(window: TestWindow): Promise<readonly string[]> {
  return window.page.locator('.view-line span').evaluateAll((spans) =>
    spans
      .map((span) => getComputedStyle(span, '::after').content)
      .filter((text) => text.startsWith('"'))
      .map((text) => text.replaceAll('\u00a0', ' ')),
  );
}

describe('the editor beside the traces', () => {
  let code: TestWorkbench;
  const folder = mkdtempSync(path.join(tmpdir(), 'spanline-e2e-'));
  before(async () => {
    mkdirSync(path.join(folder, 'src'));
    writeFileSync(path.join(folder, 'src/predict.py'), SOURCE);
    code = await startWorkbench({ settings: { 'spanline.receiver.autostart': 'always' } });
  });
  after(async () => {
    await code.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('says above a function, behind its line and on hover what its calls cost, and leads to them', async () => {
    await code.withWindow(
      'editor-insights',
      async (window) => {
        const port = await receiverPort(window);
        const send = (tenure: number, durationMs: number, name = 'model.predict'): Promise<void> => {
          const attributes = {
            'model.input_features': `{'tenure': ${String(tenure)}}`,
            'model.output_prediction': 'refund',
            'model.name': 'triage-v2',
          };
          const body = traceJson(newTraceId(), 'model', [{ name, durationMs, attributes }]);
          return postTraces(`http://127.0.0.1:${port}`, body);
        };
        await window.openFile('predict.py');
        await send(1.5, 120);
        await send(3.2, 231);
        await lens(window, '2 calls').waitFor();
        await window.page.waitForFunction(() =>
          Array.from(document.querySelectorAll('.view-line span')).some((span) =>
            getComputedStyle(span, '::after').content.includes('refund'),
          ),
        );
        const texts = await inlineTexts(window);
        assert.equal(texts.length, 1, texts.join('\n'));
        assert.match(texts[0] ?? '', /231 ms · .*tenure.*3\.2.* → .*refund/);

        const line = window.page.locator('.view-line', { hasText: 'start_as_current_span' });
        await line.locator('span', { hasText: 'start_as_current_span' }).last().hover();
        const hover = window.page.locator('.monaco-hover', { hasText: 'Show Span' });
        await hover.waitFor();
        assert.match((await hover.innerText()).replaceAll('\u00a0', ' '), /231 ms[\s\S]*3\.2[\s\S]*120 ms[\s\S]*1\.5/);
        await window.screenshot('editor-insights');
        await window.page.keyboard.press('Escape');

        await lens(window, '2 calls').click();
        await spanRow(window, 'model.predict').waitFor();
        const tree = window.page.locator('.pane-body .monaco-list-row');
        await send(9, 5, 'something.else');
        await openTracesView(window);
        await tree.nth(1).waitFor();
        assert.equal(await tree.filter({ hasText: 'something.else' }).count(), 0);
        await window.command('Spanline: Clear Trace Filter');
        await tree.nth(2).waitFor();
        await window.screenshot('editor-insights-spans');
        assert.deepEqual(await window.errors(), []);
      },
      folder,
    );
  });
});
