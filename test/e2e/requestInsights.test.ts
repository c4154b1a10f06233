import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { readCaptureFiles } from '../interop/locations/captureFile.ts';
import { programFiles, PROGRAMS, withoutLabels } from '../interop/locations/labels.ts';
import { eventually } from '../support/eventually.ts';
import { receiverPort } from '../support/mainJob.ts';
import { newSpanId, newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';
import { startWorkbench, type TestWindow, type TestWorkbench } from '../support/workbench.ts';

const lenses = (window: TestWindow): Locator => window.page.locator('.codelens-decoration a');
/** The captured programs ran in January 2026. */
const WRITTEN = new Date('2025-06-01');
const LANGUAGES = ['python', 'js'];

/** Lenses and texts behind lines; those of rows that are not on screen are not drawn. */
const lensTexts = async (window: TestWindow): Promise<string> =>
  (await lenses(window).allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
const inlineTexts = async (window: TestWindow): Promise<readonly string[]> =>
  window.page.locator('.view-line span').evaluateAll((spans) =>
    spans
      .map((span) => getComputedStyle(span, '::after').content)
      .filter((text) => text.startsWith('"'))
      .map((text) => text.replaceAll('\u00a0', ' ')),
  );

describe('the editor beside spans of stock instrumentation', () => {
  let code: TestWorkbench;
  let folder = '';
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'spanline-e2e-'));
    for (const file of programFiles()) {
      // Quick Open knows files by name: one of the two `orders.ts`.
      if (!LANGUAGES.some((language) => file.startsWith(language)) || file.includes('services/orders')) continue;
      const target = path.join(folder, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, withoutLabels(file, readFileSync(path.join(PROGRAMS, file), 'utf8')));
      utimesSync(target, WRITTEN, WRITTEN);
    }
    code = await startWorkbench({ settings: { 'spanline.receiver.autostart': 'always' } });
  });
  after(async () => {
    await code.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows requests above their handlers, and model calls at the line that makes them, whole in hover and peek', async () => {
    await code.withWindow(
      'request-insights',
      async (window) => {
        const { page } = window;
        const endpoint = `http://127.0.0.1:${await receiverPort(window)}`;
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
      },
      folder,
    );
  });
});
