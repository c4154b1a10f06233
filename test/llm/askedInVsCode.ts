// Run by `npm run e2e:llm`.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { LLM_SERVICE, lineInService, type LlmService, startLlmService } from '../support/llmService.ts';
import { millisecondsOf, openTracesView, receiverPort, scrolledTo, spanRow } from '../support/mainJob.ts';
import { type TestWindow, type TestWorkbench, startWorkbench } from '../support/workbench.ts';

const CHAT = 'chat SmolLM2-135M-Instruct';
const QUESTION = 'When is the desk open on Sunday?';

describe('a question to a real language model, with its folder open in VS Code', () => {
  let code: TestWorkbench;
  let window: TestWindow;
  let service: LlmService;
  let answer = '';
  before(async () => {
    code = await startWorkbench({
      settings: { 'spanline.receiver.autostart': 'always' },
      viewport: { width: 1600, height: 1000 },
    });
    window = await code.open(LLM_SERVICE);
    service = await startLlmService({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(await receiverPort(window))}`,
      OTEL_BSP_SCHEDULE_DELAY: '200',
    });
  });
  after(async () => {
    await service.stop();
    await code.stop();
  });
  const step = (title: string, run: () => Promise<void>): void => {
    it(title, async () => {
      try {
        await run();
      } catch (error) {
        await window.screenshot('llm-failed');
        throw error;
      }
    });
  };
  const panel = () => window.webview();

  step('streams the answer, and shows its trace with the phases of the model call', async () => {
    const pieces = await service.askStreaming(QUESTION);
    assert.ok(pieces.length > 3, pieces.join('|'));
    answer = pieces.join('').trim();
    await openTracesView(window);
    await window.page.locator('.pane-body .monaco-list-row', { hasText: 'POST /ask/stream' }).first().click();
    await spanRow(window, CHAT).waitFor();
    for (const name of ['answer_question', 'retrieval tool-library', 'embeddings all-MiniLM-L6-v2', 'build_prompt']) {
      await (await scrolledTo(window, name)).waitFor();
    }
    const chat = await scrolledTo(window, CHAT);
    await chat.hover();
    await eventually(async () =>
      assert.match((await chat.getAttribute('title')) ?? '', /to first chunk .*\nstream .*\nfirst output after /),
    );
    await window.screenshot('llm-1-waterfall');
  });

  step('shows the whole prompt and the answer', async () => {
    await (await scrolledTo(window, CHAT)).click();
    const details = panel().locator('.details');
    await details.getByText('It is closed on Sundays').first().waitFor();
    await details.getByText(QUESTION).first().waitFor();
    await window.screenshot('llm-2-prompt');
    await details.getByRole('tab', { name: 'Output' }).click();
    await details.getByText(answer).first().waitFor();
    await window.screenshot('llm-3-answer');
  });

  step('opens the line that sent the prompt, with prompt and answer behind it', async () => {
    await (await scrolledTo(window, CHAT)).click();
    await panel().locator('.source-place', { hasText: 'language_model.py' }).waitFor();
    await window.page.keyboard.press('Enter');
    await window.waitForEditor(
      'language_model.py',
      lineInService('language_model.py', 'start_as_current_span(f"chat '),
    );
    await window.screenshot('llm-4-line');
    // The text stands behind the code: the editor alone has the width for it.
    await window.command('View: Close Other Editors in Group');
    await window.command('View: Maximize Editor Group');
    await window.page.waitForFunction(
      (written) =>
        Array.from(document.querySelectorAll('.view-line span')).some((span) =>
          getComputedStyle(span, '::after').content.replaceAll('\u00a0', ' ').includes(written),
        ),
      answer.slice(0, 20),
    );
    const [behind = ''] = (
      await window.page
        .locator('.view-line span')
        .evaluateAll((spans) =>
          spans.map((span) => getComputedStyle(span, '::after').content.replaceAll('\u00a0', ' ')),
        )
    ).filter((text) => text.includes(answer.slice(0, 20)));
    assert.match(behind, /Notes: .* → /);
    assert.ok(millisecondsOf(behind) > 1, behind);
    const line = window.page.locator('.view-line', { hasText: 'start_as_current_span' });
    await line.locator('span', { hasText: 'start_as_current_span' }).last().hover();
    const hover = window.page.locator('.monaco-hover', { hasText: 'Show Span' });
    await hover.waitFor();
    await window.screenshot('llm-5-inline');
    assert.deepEqual(await window.errors(), []);
  });
});
