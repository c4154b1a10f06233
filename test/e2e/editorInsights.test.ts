import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { readCaptureFiles } from '../interop/locations/captureFile.ts';
import { programFiles, PROGRAMS, withoutLabels } from '../interop/locations/labels.ts';
import { chooseInMenu, clearTraces, openTracesView, receiverPort, spanRow } from '../support/mainJob.ts';
import { newSpanId, newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';
import { screenshotOfFailures, startWorkbench, type TestWindow, type TestWorkbench } from '../support/workbench.ts';
import { eventually } from '../support/eventually.ts';

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

const lenses = (window: TestWindow): Locator => window.page.locator('.codelens-decoration a');
/** The captured programs ran in January 2026. */
const WRITTEN = new Date('2025-06-01');
const LANGUAGES = ['python', 'js'];

/** Lenses and texts behind lines; those of rows that are not on screen are not drawn. */
const lensTexts = async (window: TestWindow): Promise<string> =>
  (await lenses(window).allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');

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
  let window: TestWindow;
  let endpoint = '';
  const folder = mkdtempSync(path.join(tmpdir(), 'spanline-e2e-'));
  before(async () => {
    mkdirSync(path.join(folder, 'src'));
    writeFileSync(path.join(folder, 'src/predict.py'), SOURCE);
    for (const file of programFiles()) {
      // Quick Open knows files by name: one of the two `orders.ts`.
      if (!LANGUAGES.some((language) => file.startsWith(language)) || file.includes('services/orders')) continue;
      const target = path.join(folder, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, withoutLabels(file, readFileSync(path.join(PROGRAMS, file), 'utf8')));
      utimesSync(target, WRITTEN, WRITTEN);
    }
    code = await startWorkbench({ settings: { 'spanline.receiver.autostart': 'always' } });
    window = await code.open(folder);
    endpoint = `http://127.0.0.1:${await receiverPort(window)}`;
  });
  after(async () => {
    await code.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  screenshotOfFailures('editor-insights', () => window);

  it('says above a function, behind its line and on hover what its calls cost, and leads to them', async () => {
    const send = (tenure: number, durationMs: number, name = 'model.predict'): Promise<void> => {
      const attributes = {
        'model.input_features': `{'tenure': ${String(tenure)}}`,
        'model.output_prediction': 'refund',
        'model.name': 'triage-v2',
      };
      const body = traceJson(newTraceId(), 'model', [{ name, durationMs, attributes }]);
      return postTraces(endpoint, body);
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
    await eventually(async () =>
      assert.match((await hover.innerText()).replaceAll('\u00a0', ' '), /231 ms[\s\S]*3\.2[\s\S]*120 ms[\s\S]*1\.5/),
    );
    await window.screenshot('editor-insights');
    await window.page.keyboard.press('Escape');

    await lens(window, '2 calls').click();
    await spanRow(window, 'model.predict').waitFor();
    const tree = window.page.locator('.pane-body .monaco-list-row');
    await send(9, 5, 'something.else');
    await openTracesView(window);
    await tree.nth(1).waitFor();
    await eventually(async () => assert.equal(await tree.filter({ hasText: 'something.else' }).count(), 0));
    await window.command('Spanline: Clear Trace Filter');
    await tree.nth(2).waitFor();
    await window.screenshot('editor-insights-spans');
    assert.deepEqual(await window.errors(), []);
  });

  it('breaks, logs, peeks and goes to the source from a span, and shows what it sets', async () => {
    const { page } = window;
    await window.command('View: Close All Editors');
    await clearTraces(window);
    const attributes = { 'model.features': 'a"; import os', 'http.route': '/triage' };
    const body = traceJson(newTraceId(), 'model', [{ name: 'model.predict', attributes }]);
    await postTraces(endpoint, body);
    await openTracesView(window);
    await page.locator('.pane-body .monaco-list-row', { hasText: 'model.predict' }).first().click();
    const row = spanRow(window, 'model.predict');
    await row.click();
    await window.webview().locator('.source-place', { hasText: 'predict.py:7' }).waitFor();

    await chooseInMenu(window, row, 'Break Here Next Time…');
    const options = page.locator('.quick-input-list .monaco-list-row');
    await options.filter({ hasText: 'features == "a\\"; import os"' }).waitFor();
    await eventually(async () => assert.equal(await options.count(), 2, 'every time, or when features is what it was'));
    await window.screenshot('editor-break-here');
    await options.nth(1).click();
    await page.locator('.statusbar', { hasText: 'Breakpoint at src/predict.py:7' }).waitFor();

    await chooseInMenu(window, row, 'Add Logpoint…');
    const input = page.locator('.quick-input-widget input.input');
    await page.locator('.quick-input-title', { hasText: 'Log at src/predict.py:7' }).waitFor();
    await eventually(async () => assert.equal(await input.inputValue(), 'predict features={features}'));
    await input.press('Escape');

    await row.click();
    await page.keyboard.press('F12');
    await window.waitForEditor('predict.py', 7);
    await page.locator('.codicon-debug-breakpoint-conditional').first().waitFor();
    await window.command('Spanline: Focus Selected Span');
    // The command only asks the page for the focus; a key before that goes to the editor.
    await row.click();
    await page.keyboard.press('Alt+F12');
    await page.locator('.peekview-widget', { hasText: 'predict.py' }).waitFor();
    await window.screenshot('editor-peek');
    assert.deepEqual(await window.errors(), []);
  });

  it('shows requests above their handlers, and model calls at the line that makes them, whole in hover and peek', async () => {
    const { page } = window;
    await window.command('View: Close All Editors');
    await clearTraces(window);
    for (const { language, traces } of readCaptureFiles()) {
      const at = LANGUAGES.indexOf(language);
      // Captures number their traces alike.
      const body = JSON.stringify(traces).replaceAll(/"traceId":"../g, `"traceId":"a${String(at)}`);
      if (at >= 0) await postTraces(endpoint, body);
    }

    // FastAPI: a request's span above the function that serves it.
    await window.openFile('orders.py');
    await eventually(async () => assert.match(await lensTexts(window), /calls? · .*\n[^→]*calls? · /));
    assert.doesNotMatch(await lensTexts(window), /→/, 'what a service further in calls is no call of these lines');
    await window.screenshot('request-insights-fastapi');

    // Express: above handlers that have no name.
    await window.openFile('orders.ts');
    await eventually(async () => assert.equal((await lensTexts(window)).split(/calls? ·/).length, 5));
    await window.screenshot('request-insights-express');

    // A model call, by the library's own span below the user's.
    await window.openFile('planner.py');
    const plan = newSpanId();
    const said = 'Which tea is in stock? '.repeat(40);
    await postTraces(
      endpoint,
      traceJson(
        newTraceId(),
        'assistant',
        [
          { name: 'Planner.plan', spanId: plan, scope: 'agent.planner', durationMs: 900 },
          {
            name: 'chat gpt-4o-mini',
            parentSpanId: plan,
            scope: 'opentelemetry.instrumentation.openai_v2',
            kind: 3,
            durationMs: 812,
            attributes: {
              'gen_ai.operation.name': 'chat',
              'gen_ai.request.model': 'gpt-4o-mini',
              'gen_ai.system': 'openai',
              'gen_ai.usage.input_tokens': 1200,
              'gen_ai.usage.output_tokens': 34,
              'gen_ai.input.messages': JSON.stringify([
                { role: 'user', parts: [{ type: 'text', content: `${said}LAST-WORD` }] },
              ]),
              'gen_ai.output.messages': JSON.stringify([
                { role: 'assistant', parts: [{ type: 'text', content: 'Sencha, 40 g' }], finish_reason: 'stop' },
              ]),
            },
          },
        ],
        { 'telemetry.sdk.language': 'python' },
      ),
    );
    await eventually(async () => {
      const texts = await lensTexts(window);
      assert.match(texts, /2 calls · p50 .* · 1\.2k tokens/, 'tokens of the model call below');
      assert.match(texts, /→ chat gpt-4o-mini: 2 calls/);
    });
    await eventually(async () => {
      const texts = await inlineTexts(window);
      assert.ok(
        texts.some((text) => /812 ms · user: Which tea.*→ .*Sencha, 40 g/.test(text)),
        texts.join('\n'),
      );
    });
    await window.screenshot('request-insights-model');

    const line = page.locator('.view-line', { hasText: 'chat.completions.create' });
    await line.locator('span', { hasText: 'completions' }).last().hover();
    const hover = page.locator('.monaco-hover', { hasText: 'Peek Input and Output' });
    await hover.waitFor();
    await eventually(async () => assert.match(await hover.innerText(), /LAST-WORD[\s\S]*Sencha/));
    await window.screenshot('request-insights-hover');
    await hover.locator('a', { hasText: 'Peek Input and Output' }).first().click();
    const peek = page.locator('.peekview-widget');
    await peek.waitFor();
    await eventually(async () => assert.match(await peek.innerText(), /chat_gpt-4o-mini|chat gpt-4o-mini/));
    await eventually(async () => assert.match((await peek.innerText()).replaceAll('\u00a0', ' '), /── Input ──/));
    await window.screenshot('request-insights-peek');
    assert.deepEqual(await window.errors(), []);
  });
});
