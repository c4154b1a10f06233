import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { eventually } from '../../support/eventually.ts';
import { type JsonSpan, newSpanId, newTraceId, postTraces, traceJson } from '../../support/otlpJson.ts';
import { sharedWindow } from '../../support/sharedWindow.ts';
import { TestWindow, type TestWorkbench } from '../../support/workbench.ts';

/** What a user sees of an open trace. */
interface Seen {
  readonly title: string;
  readonly rows: readonly string[];
  readonly selected: string;
  readonly shown: string;
}

const CHILDREN = 40;
const FOLDED = 'step 3.';
const SELECTED = 'step 5.';

describe('a trace panel that is moved, hidden and found in', () => {
  let code: TestWorkbench;
  let window: TestWindow;
  let send: (spans: readonly JsonSpan[]) => Promise<void>;
  const rootId = newSpanId();
  const startMs = Date.now() - 60_000;

  before(async () => {
    const shared = await sharedWindow();
    ({ code, window } = shared);
    const traceId = newTraceId();
    send = (spans) => postTraces(shared.endpoint, traceJson(traceId, 'fixture', spans));
    const steps = Array.from({ length: CHILDREN }, (_, index) => {
      const [spanId, start] = [newSpanId(), startMs + index * 100];
      const inner = { name: `part of ${index}.`, parentSpanId: spanId, startMs: start + 10, durationMs: 20 };
      return [{ name: `step ${index}.`, spanId, parentSpanId: rootId, startMs: start, durationMs: 90 }, inner];
    });
    await send([{ name: 'moved root', spanId: rootId, startMs, durationMs: CHILDREN * 100 }, ...steps.flat()]);
    await window.openFile('app.py');
    await window.page.locator('.pane-body .monaco-list-row', { hasText: 'moved root' }).click();
    const row = (name: string) => window.webview().locator('.wf-row', { hasText: name });
    await row(FOLDED).click();
    await window.page.keyboard.press('Space');
    await row('part of 3.').waitFor({ state: 'detached' });
    const end = window.webview().getByRole('slider', { name: 'End of what is shown' });
    await end.focus();
    for (let press = 0; press < 4; press++) await window.page.keyboard.press('Shift+ArrowLeft');
    await eventually(async () => assert.equal(await end.getAttribute('aria-valuenow'), '60'));
    await row(SELECTED).click();
    await window.webview().locator('.details h2', { hasText: SELECTED }).waitFor();
  });

  async function seen(of: TestWindow): Promise<Seen> {
    const panel = of.webview();
    const text = (selector: string): Promise<string> => panel.locator(selector).first().innerText({ timeout: 2000 });
    const rows = await panel
      .locator('.wf-row:not(.placeholder)')
      .evaluateAll((all) =>
        all
          .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
          .map((row) => row.querySelector('.wf-name')?.textContent ?? ''),
      );
    return {
      title: await text('.trace-header h1'),
      // A group or window of another height shows more of them or fewer.
      rows: rows.slice(0, 9),
      selected: await text('.wf-row.selected .wf-name'),
      shown: await text('.wf-shown'),
    };
  }

  /** A page that was moved is loaded anew: its rows come first. */
  const isSeen = async (expected: Seen, of = window): Promise<void> => {
    await of.webview().locator('.wf-row.selected', { hasText: expected.selected }).waitFor();
    await eventually(async () => assert.deepEqual(await seen(of), expected));
  };

  it('shows the same in another group, and back in its own', async () => {
    let expected = await seen(window);
    await eventually(async () => {
      expected = await seen(window);
      assert.ok(expected.rows.includes(FOLDED) && !expected.rows.includes('part of 3.'), expected.rows.join());
      assert.equal(expected.selected, SELECTED);
    });
    const groups = window.page.locator('.editor-group-container');
    await window.command('View: Move Editor into Right Group');
    await groups.nth(1).waitFor();
    await isSeen(expected);
    await window.command('View: Move Editor into Previous Group');
    await groups.nth(1).waitFor({ state: 'detached' });
    await isSeen(expected);
    await window.screenshot('moved-panel');
  });

  it('shows the same in a window of its own, and back', async () => {
    const expected = await seen(window);
    const opened = code.workbench.context.waitForEvent('page');
    await window.command('View: Move Editor into New Window');
    const page = await opened;
    page.setDefaultTimeout(30_000);
    const other = new TestWindow(page, () => Promise.resolve());
    await page.locator('iframe.webview.ready').waitFor();
    await isSeen(expected, other);
    await other.screenshot('moved-panel-window');
    await other.webview().locator('.wf-row', { hasText: 'step 6.' }).click();
    await other.webview().locator('.wf-row.selected', { hasText: 'step 6.' }).waitFor();

    await other.command('View: Restore Editors into Main Window');
    await window.page.locator('.tab', { hasText: 'moved root' }).click();
    await isSeen({ ...expected, selected: 'step 6.' });
  });

  it('shows what arrived while it was hidden, where it was', async () => {
    const expected = await seen(window);
    await window.openFile('app.py');
    await window.page.locator('iframe.webview.ready').waitFor({ state: 'detached' });
    await send([{ name: 'came while hidden', parentSpanId: rootId, startMs: startMs + 1, durationMs: 5 }]);
    await window.page.locator('.tab', { hasText: 'moved root' }).click();
    await window.webview().locator('.wf-row', { hasText: 'came while hidden' }).waitFor();
    await eventually(async () => {
      const now = await seen(window);
      assert.deepEqual([now.title, now.selected, now.shown], [expected.title, expected.selected, expected.shown]);
      assert.ok(now.rows.includes(FOLDED) && !now.rows.includes('part of 3.'), now.rows.join());
    });
  });

  it('finds in the trace by commands of the palette', async () => {
    await window.command('Spanline: Find in Trace');
    const panel = window.webview();
    const input = panel.locator('.find-input input');
    await panel.locator('.find-input input:focus').waitFor();
    await input.fill('part of 1');
    const count = (text: string): Promise<void> => panel.locator('.find-count', { hasText: text }).waitFor();
    const selected = (name: string): Promise<void> => panel.locator('.wf-row.selected', { hasText: name }).waitFor();
    await count('of 11');
    // The first after what was selected.
    await selected('part of 10.');
    await window.command('Spanline: Find Next in Trace');
    await selected('part of 11.');
    await window.command('Spanline: Find Next in Trace');
    await selected('part of 12.');
    await window.command('Spanline: Find Previous in Trace');
    await selected('part of 11.');
    await window.screenshot('find-commands');
    // In a folded row too.
    await input.fill('part of 3.');
    await selected('part of 3.');
    assert.deepEqual(await window.errors(), []);
  });
});
