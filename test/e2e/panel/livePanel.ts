import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { chooseInMenu, receiverPort, spanRow } from '../../support/mainJob.ts';
import { newSpanId, newTraceId, postTraces, traceJson } from '../../support/otlpJson.ts';
import { sharedWindow } from '../../support/sharedWindow.ts';
import type { TestWindow } from '../../support/workbench.ts';
import { eventually } from '../../support/eventually.ts';

describe('a trace panel over time', () => {
  let window: TestWindow;
  let endpoint = '';
  const treeRow = (name: string): Locator => window.page.locator('.pane-body .monaco-list-row', { hasText: name });
  const selectedRow = (): Locator => window.webview().locator('.wf-row.selected');

  before(async () => {
    ({ window, endpoint } = await sharedWindow());
  });

  /** Sends a trace of a root and `children`, opens it from the tree, and selects the first child. */
  async function openTrace(name: string, children: readonly string[]): Promise<{ traceId: string; rootId: string }> {
    const traceId = newTraceId();
    const rootId = newSpanId();
    const spans = [
      { name, spanId: rootId, durationMs: 200 },
      ...children.map((child) => ({ name: child, parentSpanId: rootId, durationMs: 50 })),
    ];
    await postTraces(endpoint, traceJson(traceId, 'fixture', spans));
    await treeRow(name).click();
    const first = children[0] ?? name;
    await spanRow(window, first).click();
    await selectedRow().filter({ hasText: first }).waitFor();
    return { traceId, rootId };
  }

  const clipboard = (): Promise<string> => window.page.evaluate(() => navigator.clipboard.readText());

  it('shows the views that come in a file of their own', async () => {
    await openTrace('seen otherwise', ['only child']);
    const page = window.webview();
    await page.getByRole('tab', { name: 'Statistics' }).click();
    await page.getByRole('row', { name: /only child/ }).waitFor();
    await page.getByRole('tab', { name: 'Waterfall' }).click();
    await spanRow(window, 'only child').waitFor();
  });

  it('shows a span within a second of its export, and moves neither the selection nor the row it is on', async (t) => {
    const traceId = newTraceId();
    const rootId = newSpanId();
    const start = Date.now() - 10_000;
    const child = (name: string, afterMs: number) => ({
      name,
      parentSpanId: rootId,
      startMs: start + afterMs,
      durationMs: 30,
    });
    // More rows than the panel shows, so that there is room to scroll.
    const children = Array.from({ length: 40 }, (_, index) => child(`child ${index}.`, 100 * index));
    const root = { name: 'live root', spanId: rootId, startMs: start, durationMs: 5000 };
    await postTraces(endpoint, traceJson(traceId, 'fixture', [root, ...children]));
    await treeRow('live root').click();
    await spanRow(window, 'child 3.').click();
    // What a selection opens has its place by then.
    await window.webview().locator('.details h2', { hasText: 'child 3.' }).waitFor();
    const before = await selectedRow().boundingBox();
    const took: number[] = [];
    for (let round = 0; round < 5; round++) {
      const below = `below ${round}.`;
      const shownAt = selectedRow().evaluate(
        (_, name) =>
          new Promise<number>((resolve) => {
            const isShown = (): boolean => document.querySelector('.wf-rows')?.textContent.includes(name) === true;
            const observer = new MutationObserver(() => {
              if (isShown()) resolve(Date.now());
            });
            observer.observe(document.body, { childList: true, characterData: true, subtree: true });
            if (isShown()) resolve(Date.now());
            setTimeout(resolve, 10_000, Infinity);
          }),
        below,
      );
      const late = [child(`above ${round}.`, 10 + round), child(below, 310 + round)];
      await postTraces(endpoint, traceJson(traceId, 'fixture', late));
      const answered = Date.now();
      took.push(Math.max(0, (await shownAt) - answered));
      await eventually(async () => assert.equal(await selectedRow().locator('.wf-name').innerText(), 'child 3.'));
      assert.deepEqual(
        await selectedRow().boundingBox(),
        before,
        `round ${round}: the selected row moved on the screen`,
      );
    }
    t.diagnostic(`from the export's answer to the row: ${took.join(', ')} ms`);
    // A promise of the product, not a benchmark: "within a second of the export". The middle of five, as other programs
    // may hold the processor for a moment.
    assert.ok((took.sort((a, b) => a - b)[2] ?? Infinity) < 1000, `${took.join(', ')} ms`);
  });

  it('comes back with the same trace and span after another tab was shown', async () => {
    await openTrace('kept root', ['kept one', 'kept two', 'kept three']);
    await spanRow(window, 'kept two').click();
    await window.openFile('app.py');
    await window.page.locator('iframe.webview.ready').waitFor({ state: 'detached' }); // the page is not retained
    await window.page.locator('.tab', { hasText: 'kept root' }).click();
    await selectedRow().filter({ hasText: 'kept two' }).waitFor();
    await window.webview().locator('.details h2', { hasText: 'kept two' }).waitFor();
    await eventually(async () =>
      assert.equal(await window.webview().locator('.trace-header h1').innerText(), 'kept root'),
    );
  });

  it('comes back with its folds and its zoom after another tab was shown', async () => {
    await openTrace('folded root', ['folded one', 'folded two']);
    const panel = window.webview();
    await spanRow(window, 'folded root').click();
    await window.page.keyboard.press('Space');
    await spanRow(window, 'folded one').waitFor({ state: 'detached' });
    const length = panel.locator('.wf-shown');
    const end = panel.getByRole('slider', { name: 'End of what is shown' });
    await end.focus();
    for (let press = 0; press < 4; press++) await window.page.keyboard.press('Shift+ArrowLeft');
    // What was pressed is drawn a frame later: the length stands still after the fourth.
    await waitFor(async () => (await end.getAttribute('aria-valuenow')) === '60', 'six tenths of the trace are shown');
    const zoomed = await length.innerText();
    await window.openFile('app.py');
    await window.page.locator('iframe.webview.ready').waitFor({ state: 'detached' }); // the page is not retained
    await window.page.locator('.tab', { hasText: 'folded root' }).click();
    await spanRow(window, 'folded root').waitFor();
    await eventually(async () => assert.equal(await panel.locator('.wf-row').count(), 1));
    await waitFor(async () => (await length.innerText()) === zoomed, 'the same part is shown');
  });

  it('offers the actions of a span and of a trace in context menus', async () => {
    const { traceId } = await openTrace('menu root', ['model.predict']);
    await chooseInMenu(window, spanRow(window, 'model.predict'), 'Copy Span Name');
    await waitFor(async () => (await clipboard()) === 'model.predict', 'the name is in the clipboard');

    await chooseInMenu(window, treeRow('menu root'), 'Copy Trace ID');
    await waitFor(async () => (await clipboard()) === traceId, 'the id is in the clipboard');

    await chooseInMenu(window, spanRow(window, 'model.predict'), 'Go to Source of Span');
    await window.waitForEditor('predict.py', 7);
    await window.command('View: Close Editor');
  });

  it('finds traces by a traceparent, a line of a log and the beginning of an id', async () => {
    const { traceId } = await openTrace('found root', ['found child']);
    await openTrace('other root', ['other child']);
    const ask = (text: string): Promise<void> => window.answer('Spanline: Open Trace by ID…', 'Open Trace by ID', text);
    const title = window.webview().locator('.trace-header h1');
    // A trace that is shown takes the keyboard; a question asked before that would lose it.
    const grid = window.webview().locator('.wf-grid:focus');
    for (const text of [
      `00-${traceId}-${newSpanId()}-01`,
      `2026-01-01 12:00:00 ERROR [trace_id=${traceId.toUpperCase()} span_id=0] failed`,
      traceId.slice(0, 10),
    ]) {
      await treeRow('other root').click();
      await title.filter({ hasText: 'other root' }).waitFor();
      await grid.waitFor();
      await ask(text);
      await title.filter({ hasText: 'found root' }).waitFor();
      await grid.waitFor();
    }
    await ask(newTraceId());
    await window.command('Notifications: Show Notifications');
    await window.page
      .locator('.notification-list-item', { hasText: 'No trace or span held here has this id' })
      .waitFor();
    await window.command('Notifications: Clear All Notifications');
  });

  it('is cleared and brought back, held while paused, from the tree', async () => {
    await openTrace('cleared root', ['cleared child']);
    const title = (action: string): Locator =>
      window.page.locator('.pane-header, .composite.title').getByRole('button', { name: action });
    await window.page.locator('.composite.title', { hasText: 'Traces' }).hover();
    await title('Clear Traces').click();
    await window.page.locator('.pane-body', { hasText: 'No traces yet' }).waitFor();
    await window.command('Spanline: Undo Clear Traces');
    await treeRow('cleared root').waitFor();

    await title('Pause Live Updates').click();
    await window.page.locator('.pane-body', { hasText: 'Paused: new traces wait' }).waitFor();
    await window.statusItem.locator('.codicon-debug-pause').waitFor();
    await postTraces(endpoint, traceJson(newTraceId(), 'fixture', [{ name: 'waited root' }]));
    await window.webview().getByRole('button', { name: 'Show the trace list' }).click();
    await window.webview().getByText('1 new · resume').waitFor();
    await window.webview().getByRole('button', { name: 'Hide the trace list' }).click();
    await eventually(async () => assert.equal(await treeRow('waited root').count(), 0));
    await title('Resume Live Updates').click();
    await treeRow('waited root').waitFor();
    // The action's hover lies over the tree until the pointer leaves it.
    await window.webview().locator('.wf-grid').hover();
    await window.page.locator('.hover-contents').waitFor({ state: 'hidden' });
  });

  it('says that the engine was restarted, and shows new traces from the same port', async () => {
    await openTrace('before the restart', ['lost child']);
    await window.command('Spanline: Restart Engine');
    await window.webview().locator('.notice-text', { hasText: 'engine was restarted' }).waitFor();
    await window.webview().getByRole('heading', { name: 'This trace is no longer held' }).waitFor();
    await waitFor(() => answers(endpoint), 'the receiver answers on its port again');
    assert.equal(`http://127.0.0.1:${await receiverPort(window)}`, endpoint);
    await openTrace('after the restart', ['new child']);
    await eventually(async () =>
      assert.equal(await window.webview().locator('.trace-header h1').innerText(), 'after the restart'),
    );
    assert.deepEqual(await window.errors(), []);
  });

  it('comes back after a reload of the window, saying that the trace is not held any more', async () => {
    const { traceId } = await openTrace('reloaded root', ['reloaded child']);
    // By command, not by the browser: the window writes down what is open before it goes.
    const loaded = window.page.waitForEvent('load');
    await window.command('Developer: Reload Window');
    await loaded;
    await window.page.locator('iframe.webview.ready').waitFor();
    // A restarted extension host holds nothing, which comes before what was open.
    await window.webview().locator('.app').waitFor();
    await window.webview().getByRole('heading', { name: 'This trace is no longer held' }).waitFor();
    const said = await window.webview().locator('.welcome').innerText();
    assert.ok(said.includes(traceId), `its id ${traceId} is said: ${said}`);
    assert.deepEqual(await window.errors(), []);
    endpoint = `http://127.0.0.1:${await receiverPort(window)}`;
    await openTrace('after the reload', ['child after']);
  });
});

async function answers(endpoint: string): Promise<boolean> {
  return fetch(endpoint).then(
    (response) => response.headers.get('server') === 'Spanline',
    () => false,
  );
}

/** Asks again until `holds` (it has no event to wait for); fails after 15 s. */
async function waitFor(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 15_000; Date.now() < end;) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(what);
}
