import assert from 'node:assert/strict';
import http from 'node:http';
import { before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { BEACON_HOST, HOSTILE, hostileTexts, hostileTrace } from '../../support/hostileCorpus.ts';
import { spanRow } from '../../support/mainJob.ts';
import { newSpanId, newTraceId, postTraces, traceJson } from '../../support/otlpJson.ts';
import { sharedWindow } from '../../support/sharedWindow.ts';
import type { TestWindow } from '../../support/workbench.ts';
import { eventually } from '../../support/eventually.ts';

/** What a sender could make of its text if it were read as HTML or Markdown: elements, addresses, commands. */
const MADE_OF_TEXT = [
  `[src*="${BEACON_HOST}"]`,
  `[href*="${BEACON_HOST}"]`,
  `[data-href*="${BEACON_HOST}"]`,
  '[href*="closeAllEditors"]',
  '[data-href*="closeAllEditors"]',
  '[onerror]',
  '[onload]',
  'iframe[srcdoc]',
].join(', ');

describe('text of senders inside VS Code', () => {
  const stray: string[] = [];
  const dialogs: string[] = [];
  let window: TestWindow;
  let endpoint = '';

  before(async () => {
    const shared = await sharedWindow({ width: 1440, height: 1300 });
    ({ window, endpoint } = shared);
    shared.code.workbench.context.on('request', (request) => {
      const url = new URL(request.url());
      // VS Code gives each webview an origin of its own under this name and answers for it itself.
      const own = /^(127\.0\.0\.1|localhost|.*\.vscode-cdn\.net|.*\.vscode-resource\..*)$/.test(url.hostname);
      if (/^(https?|wss?|ftp):$/.test(url.protocol) && !own) stray.push(url.href);
    });
    window.page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
  });

  async function postLogs(body: string): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${endpoint}/v1/logs`, { method: 'POST', headers, body });
    assert.equal(response.status, 200, await response.text());
  }

  /** Nothing of what senders wrote became an element, ran, or was fetched: in the workbench and in every frame of it. */
  async function assertInert(where: string): Promise<void> {
    for (const frame of window.page.frames()) {
      const found = await frame
        .evaluate(
          (selector) => ({
            elements: [...document.querySelectorAll(selector)].map((each) => each.outerHTML.slice(0, 300)),
            pwned: '__pwned' in globalThis,
            // Bidi controls would make text read as another, escapes would act in a terminal it is pasted to.
            controls: /[\u0000\u001b\u202a-\u202e\u2066-\u2069]/.test(document.body.innerText),
          }),
          MADE_OF_TEXT,
        )
        .catch(() => ({ elements: [], pwned: false, controls: false })); // a frame that went away meanwhile
      assert.deepEqual(found, { elements: [], pwned: false, controls: false }, where);
    }
    assert.deepEqual(stray, [], where);
    assert.deepEqual(dialogs, [], where);
  }

  /** The hover of `target` that says `text`. */
  async function hoverOf(target: Locator, text: string): Promise<Locator> {
    const hover = window.page.locator('.workbench-hover, .monaco-hover', { hasText: text }).first();
    await window.hover(target, hover);
    return hover;
  }

  it('stays text in the tree, its hover and the title of the tab', async () => {
    const now = Date.now();
    for (const [index, text] of hostileTexts(190).entries()) {
      const traceId = newTraceId();
      const span = { name: text, startMs: now + index * 1000 }; // the newest start is the first row
      await postTraces(endpoint, traceJson(traceId, text, [span]));
      await window.page
        .locator('.pane-body .monaco-list-row', { hasText: shownStart(text) })
        .first()
        .waitFor();
      const row = window.page.locator('.pane-body .monaco-list-row').first();
      const hover = await hoverOf(row, traceId);
      await assertInert(`tree and hover of ${JSON.stringify(text)}`);
      await eventually(async () =>
        assert.equal(await hover.locator('a, img, code, h1, table, ul, .codicon').count(), 0),
      );
      await eventually(async () => assert.equal(await row.locator('.monaco-icon-label .codicon-trash').count(), 0));
      await row.click();
      await window
        .webview()
        .locator('.trace-header h1', { hasText: shownStart(text) })
        .waitFor();
    }
    await assertInert('the titles of tabs');
  });

  it('stays text in every tab of the details', async () => {
    // Joined to few spans: each text by itself is walked through in the page alone (test/browser/hostileText.test.ts).
    const texts = hostileTexts(400);
    const trace = hostileTrace(newTraceId(), 'hostile root', texts);
    await postTraces(endpoint, trace.traces);
    await postLogs(trace.logs);
    await window.page.locator('.pane-body .monaco-list-row', { hasText: 'hostile root' }).click();
    await spanRow(window, 'hostile root').waitFor();
    const panel = window.webview();
    const seen = new Set<string>();
    for (let row = 1; row <= texts.length; row++) {
      await panel.locator(`.wf-row[aria-rowindex="${row + 1}"] .wf-name`).click();
      await panel.locator(`.details-title`, { hasText: trace.spanIds[row - 1] ?? '' }).waitFor();
      const tabs = panel.locator('.details').getByRole('tab');
      await tabs.filter({ hasText: /^Logs\s*1/ }).waitFor();
      for (let tab = 0; tab < (await tabs.count()); tab++) {
        await tabs.nth(tab).click();
        seen.add(await panel.locator('.details').innerText());
      }
      await assertInert(`details of ${JSON.stringify(texts[row - 1]?.slice(0, 80))}`);
    }
    const all = [...seen].join('\n');
    for (const text of [
      `<img src=http://${BEACON_HOST}/img`,
      '$(trash) $(sync~spin)',
      '‹U+202E›gnp.exe',
      '${globalThis',
    ])
      assert.ok(all.includes(text), `${text} is shown as it was sent`);
  });

  it('stays text in the pick list of ids', async () => {
    const prefix = newTraceId().slice(0, 12);
    for (const [index, text] of HOSTILE.entries()) {
      const traceId = `${prefix}${index.toString(16).padStart(20, '0')}`;
      await postTraces(endpoint, traceJson(traceId, 'fixture', [{ name: text }]));
    }
    const list = window.page.locator('.quick-input-list');
    // Asked for anew when something takes the keyboard, and the list with it.
    for (let tries = 1; ; tries++) {
      await window.answer('Spanline: Open Trace by ID…', 'Open Trace by ID', prefix);
      try {
        await list.locator('.monaco-list-row', { hasText: prefix }).first().waitFor({ timeout: 5000 });
        break;
      } catch (error) {
        if (tries === 3) throw error;
      }
    }
    await assertInert('the pick list');
    await eventually(async () =>
      assert.equal(await list.locator('a[href], img, .codicon-trash, .codicon-account').count(), 0),
    );
    await window.page.keyboard.press('Escape');
  });

  it('stays text in the hover of the status item', async () => {
    // A header takes no control characters; the rest of the corpus names the sender of a refused request.
    const agents = HOSTILE.map((text) => text.replace(/[^\x20-\x7e]/g, '').slice(0, 75)).filter((text) => text !== '');
    for (const agent of agents.slice(0, 10)) {
      await new Promise<void>((resolve, reject) => {
        const headers = { 'content-type': 'application/json', 'user-agent': agent };
        const request = http.request(`${endpoint}/v1/traces`, { method: 'POST', headers }, (response) => {
          response.resume().once('end', resolve);
        });
        request.once('error', reject).end('{ not json');
      });
      const hover = await hoverOf(window.statusItem, agent.replaceAll(/\s+/g, ' ').slice(0, 12));
      await assertInert(`status item, sender ${agent}`);
      await eventually(async () => assert.equal(await hover.locator('a, img, .codicon').count(), 0));
    }
  });

  it('stays text in the hover of a source line', async () => {
    await window.openFile('predict.py');
    for (const text of hostileTexts(550)) {
      const marker = newSpanId();
      const attributes = {
        'model.input_features': `${marker} ${text}`,
        'model.output_prediction': `${marker} ${text}`,
      };
      await postTraces(endpoint, traceJson(newTraceId(), text, [{ name: 'model.predict', attributes }]));
      const line = window.page.locator('.view-line', { hasText: 'model.predict' }).getByText('"model.predict"');
      const hover = await hoverOf(line, marker);
      await assertInert(`editor hover of ${JSON.stringify(text.slice(0, 80))}`);
      // The only links are ours.
      await eventually(async () => {
        const links = await hover.locator('a').allInnerTexts();
        assert.ok(links.includes('Show Span'), links.join(', '));
        const own = ['Show Span', 'Show the Slowest Call', 'Peek Input and Output'];
        const others = links.filter((link) => !own.includes(link));
        assert.deepEqual(others, []);
      });
      await eventually(async () =>
        assert.equal(await hover.locator('img, .codicon-trash, .codicon-account').count(), 0),
      );
    }
  });

  it('stays text in a question', async () => {
    const hostile = `/nowhere/<img src=http://${BEACON_HOST}/q onerror=globalThis.__pwned=1>/[x](command:workbench.action.closeAllEditors) $(trash).py`;
    const attributes = { 'code.file.path': hostile, 'code.line.number': 3 };
    await postTraces(endpoint, traceJson(newTraceId(), 'fixture', [{ name: 'hostile path', attributes }]));
    await window.page.locator('.pane-body .monaco-list-row', { hasText: 'hostile path' }).click();
    await spanRow(window, 'hostile path').click();
    await window.webview().locator('.source-place').waitFor();
    await window.page.keyboard.press('Enter');
    const dialog = window.page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    await eventually(async () => assert.ok((await dialog.innerText()).includes(`<img src=http:/${BEACON_HOST}/q`)));
    await eventually(async () => assert.equal(await dialog.locator('a[href], img, .codicon-trash').count(), 0));
    await assertInert('the question');
    await window.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('leaves nothing behind that acts later', async () => {
    assert.deepEqual(await window.errors(), []);
    await assertInert('the end');
  });
});

/** The first plain characters of a text, as they stand wherever it is shown. */
function shownStart(text: string): string {
  const plain = text.split(/[^\x21-\x7e ]|\$\(/).find((part) => part.trim() !== '');
  return (plain ?? '').trim().slice(0, 12);
}
