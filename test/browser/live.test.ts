import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usePanelBrowser, type PanelPage } from './support/panelPage.ts';
import { eventually } from '../support/eventually.ts';

const browser = usePanelBrowser();

/** Adds spans right after the start of the trace shown: every later row moves down. */
async function addEarlySpans(panel: PanelPage, count: number): Promise<void> {
  await panel.page.evaluate((n) => {
    const { host, fakeSpanId, triage } = window.fake;
    const extra = Array.from({ length: n }, (_, index) => ({
      spanId: fakeSpanId(500 + index),
      parent: fakeSpanId(1),
      name: `early ${index}`,
      service: 1,
      start: 1000 + index,
      duration: 1000,
    }));
    host.putTrace({ ...triage, spans: [...triage.spans, ...extra] });
  }, count);
  await panel.page.waitForFunction(
    (rows) => document.querySelector('.wf-grid')?.getAttribute('aria-rowcount') === String(rows),
    12 + count,
  );
  await panel.settle();
}

async function topOf(panel: PanelPage, name: string): Promise<number> {
  const box = await panel.page.locator('.wf-row', { hasText: name }).boundingBox();
  assert.ok(box, `${name} is not in sight`);
  return box.y;
}

test('what is under the pointer does not move when spans arrive above it', async () => {
  const panel = await browser.open({ height: 420 });
  const row = panel.page.locator('.wf-row', { hasText: 'get_features' });
  await row.hover();
  const before = await topOf(panel, 'get_features');
  await addEarlySpans(panel, 30);
  await eventually(async () => assert.equal(await topOf(panel, 'get_features'), before));
  await panel.close();
});

test('a selected span in sight keeps its pixel and stays selected by its id', async () => {
  const panel = await browser.open({ height: 420 });
  await panel.page.locator('.wf-row', { hasText: 'get_features' }).click();
  await panel.page.mouse.move(5, 5);
  const before = await topOf(panel, 'get_features');
  await addEarlySpans(panel, 30);
  await eventually(async () => assert.equal(await topOf(panel, 'get_features'), before));
  await eventually(async () => assert.equal(await panel.selectedName(), 'get_features'));
  await panel.close();
});

test('new rows fade in, and do not with reduced motion', async () => {
  for (const reducedMotion of [false, true]) {
    const panel = await browser.open({
      reducedMotion,
      before: () => {
        const faded: string[] = [];
        Object.assign(window, { faded });
        new MutationObserver((changes) => {
          for (const { target } of changes) {
            if (target instanceof HTMLElement && target.classList.contains('wf-row') && target.style.opacity !== '') {
              faded.push(target.querySelector('.wf-name')?.textContent ?? '');
            }
          }
        }).observe(document, { subtree: true, attributes: true, attributeFilter: ['style'] });
      },
    });
    await addEarlySpans(panel, 2);
    await panel.page.waitForFunction(() =>
      [...document.querySelectorAll<HTMLElement>('.wf-row')].every((row) => row.style.opacity === ''),
    );
    const faded = await panel.page.evaluate(() =>
      [...new Set((window as unknown as { faded: string[] }).faded)].sort(),
    );
    assert.deepEqual(faded, reducedMotion ? [] : ['early 0', 'early 1']);
    await panel.close();
  }
});

test('an assembling trace says ≥ and becomes final in place', async () => {
  const panel = await browser.open();
  const length = panel.page.locator('.trace-duration');
  await panel.page.evaluate(() => window.fake.host.putTrace({ ...window.fake.triage, assembling: true }));
  await panel.page.waitForFunction(
    () => document.querySelector('.trace-duration')?.textContent.startsWith('≥') === true,
  );
  await panel.page.evaluate(() => window.fake.host.putTrace(window.fake.triage));
  await panel.page.waitForFunction(
    () => document.querySelector('.trace-duration')?.textContent.startsWith('≥') === false,
  );
  await eventually(async () => assert.equal((await length.textContent())?.replace('\u00a0', ' '), '512 ms'));
  await eventually(async () => assert.deepEqual(await panel.rowNames().then((names) => names.length), 11));
  await panel.close();
});

test('a scrolled list holds still and counts what is new', async () => {
  const panel = await browser.open({ list: true });
  const list = panel.page.getByRole('tree', { name: 'Traces' });
  await list.evaluate((element) => {
    element.scrollTop = 440;
  });
  await panel.settle();
  const entry = await panel.page.evaluate(() => {
    const top = document.querySelector('.list-scroller')?.getBoundingClientRect().top ?? 0;
    const inSight = [...document.querySelectorAll('.list-entry')].find(
      (each) => each.getBoundingClientRect().top >= top + 100,
    );
    return {
      context: inSight?.getAttribute('data-vscode-context') ?? '',
      y: inSight?.getBoundingClientRect().top ?? -1,
    };
  });
  await panel.page.evaluate(() => {
    const { host, fakeTraceId, triage } = window.fake;
    for (let n = 0; n < 3; n++)
      host.putTrace({ ...triage, traceId: fakeTraceId(0x7000 + n), start: String(1763697800000000000n + BigInt(n)) });
  });
  await panel.page.locator('.list .pill', { hasText: '3 new' }).waitFor();
  await panel.settle();
  const y = await panel.page.evaluate(
    (context) =>
      [...document.querySelectorAll('.list-entry')]
        .find((each) => each.getAttribute('data-vscode-context') === context)
        ?.getBoundingClientRect().top,
    entry.context,
  );
  assert.equal(y, entry.y);
  await panel.page.locator('.list .pill').click();
  await panel.page.locator('.list .pill').waitFor({ state: 'detached' });
  await eventually(async () => assert.equal(await list.evaluate((element) => element.scrollTop), 0));
  await panel.close();
});

test('rows of another trace are drawn anew, also where their ids are the same', async () => {
  const panel = await browser.open();
  await panel.page.evaluate(() => {
    const { host, triage, fakeTraceId } = window.fake;
    const traceId = fakeTraceId(0x77);
    const spans = triage.spans.map((span) => ({ ...span, name: `other ${span.name}`, duration: span.duration + 1e6 }));
    host.putTrace({ ...triage, traceId, spans });
    host.emit('panel/show', { traceId, spanId: '', focus: true });
  });
  await eventually(async () => {
    const names = await panel.rowNames();
    assert.ok(names.length > 5 && names.every((name) => name.startsWith('other ')), names.join());
  });
  await panel.close();
});
