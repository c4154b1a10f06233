import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usePanelBrowser } from './support/panelPage.ts';
import { eventually } from '../support/eventually.ts';

const browser = usePanelBrowser();

test('before anything arrives the panel says how to send, and copies and runs on request', async () => {
  const panel = await browser.open({ scenario: 'empty' });
  const welcome = panel.page.locator('.welcome');
  const text = await welcome.innerText();
  assert.match(text, /Waiting for traces/);
  assert.match(text, /OTEL_EXPORTER_OTLP_ENDPOINT=http:\/\/localhost:4318/);
  assert.match(text, /every 5 seconds by default/);
  for (const name of ['Copy Endpoint', 'Run Example…', 'Copy OTEL_BSP_SCHEDULE_DELAY=200']) {
    await welcome.locator('vscode-button', { hasText: name }).click();
  }
  await panel.settle();
  await eventually(async () =>
    assert.deepEqual(await panel.calls('panel/action'), [
      { action: 'copyEndpoint' },
      { action: 'runExample' },
      { action: 'copyScheduleDelay' },
    ]),
  );
  await panel.close();
});

test('a stopped receiver and a taken port say what to do next', async () => {
  const panel = await browser.open({ scenario: 'empty' });
  const welcome = panel.page.locator('.welcome');
  await panel.page.evaluate(() => window.fake.host.setStatus({ receiver: { kind: 'stopped' } }));
  await welcome.locator('h2', { hasText: 'stopped' }).waitFor();
  await welcome.locator('vscode-button', { hasText: 'Start Receiving' }).click();
  await panel.page.evaluate(() =>
    window.fake.host.setStatus({
      receiver: { kind: 'portTaken', holders: [{ port: 4318, kind: 'foreign', description: 'otelcol (pid 42)' }] },
    }),
  );
  await welcome.locator('h2', { hasText: 'taken' }).waitFor();
  await eventually(async () => assert.match(await welcome.innerText(), /Port 4318 is held by otelcol \(pid 42\)/));
  await panel.page.evaluate(() =>
    window.fake.host.setStatus({
      receiver: { kind: 'portTaken', holders: [{ port: 4318, kind: 'spanline', description: '' }] },
    }),
  );
  await welcome.locator('h2', { hasText: 'Another Spanline' }).waitFor();
  await eventually(async () => assert.deepEqual(await panel.calls('panel/action'), [{ action: 'startReceiver' }]));
  await panel.close();
});

test('the first trace takes the place of the waiting state', async () => {
  const panel = await browser.open({ scenario: 'empty' });
  await panel.page.evaluate(() => window.fake.host.putTrace(window.fake.triage));
  await panel.page.waitForSelector('.wf-row');
  await eventually(async () => assert.equal((await panel.rowNames()).length, 11));
  await panel.close();
});

test('an evicted trace says so and offers the newest', async () => {
  const panel = await browser.open();
  await panel.page.evaluate(() => window.fake.host.dropTrace(window.fake.triage.traceId));
  await panel.page.locator('.welcome h2', { hasText: 'no longer held' }).waitFor();
  await eventually(async () => assert.match(await panel.page.locator('.welcome').innerText(), /00000000a1/));
  await panel.page.locator('vscode-button', { hasText: 'Show Newest Trace' }).click();
  await panel.page.waitForSelector('.wf-row');
  await panel.close();
});

test('clear is undone in place', async () => {
  const panel = await browser.open({ list: true });
  await panel.page.getByRole('button', { name: /^Clear/ }).click();
  const notice = panel.page.getByRole('status');
  await notice.getByText('Cleared 61 traces.').waitFor();
  await eventually(async () => assert.equal(await panel.page.locator('.wf-row').count(), 0));
  await notice.getByRole('button', { name: 'Undo' }).click();
  await panel.page.waitForSelector('.wf-row');
  await eventually(async () => assert.equal((await panel.rowNames()).length, 11));
  await panel.close();
});

test('after a reload the panel stands where it was', async () => {
  const panel = await browser.open();
  await panel.page.locator('.wf-row', { hasText: 'rerank' }).click();
  const divider = panel.page.getByRole('separator', { name: 'Width of the name column' });
  await divider.focus();
  await panel.page.keyboard.press('ArrowRight');
  const width = await divider.getAttribute('aria-valuenow');
  await panel.settle();
  await panel.page.reload();
  await panel.page.waitForSelector('.wf-row');
  await eventually(async () =>
    assert.deepEqual(await panel.calls('panel/ready'), [
      { state: { traceId: '000000000000000000000000000000a1', spanId: '0000000000000006' }, viewId: 1 },
    ]),
  );
  await eventually(async () => assert.equal(await divider.getAttribute('aria-valuenow'), width));
  await panel.close();
});

test('splitters move by keyboard and by mouse, and the details close and come back', async () => {
  const panel = await browser.open();
  const details = panel.page.locator('.app-details');
  await details.waitFor();
  const before = await details.boundingBox();
  const splitter = panel.page.getByRole('separator', { name: 'Size of the details' });
  await splitter.focus();
  await panel.page.keyboard.press('ArrowUp');
  await panel.settle();
  const after = await details.boundingBox();
  assert.ok(before && after && after.height !== before.height);
  const line = await splitter.boundingBox();
  assert.ok(line);
  await panel.page.mouse.move(line.x + 100, line.y);
  await panel.page.mouse.down();
  await panel.page.mouse.move(line.x + 100, line.y - 50, { steps: 3 });
  await panel.page.mouse.up();
  await panel.settle();
  await eventually(async () => assert.equal((await details.boundingBox())?.height, after.height + 50));
  await panel.page.getByRole('button', { name: 'Close the details' }).click();
  await details.waitFor({ state: 'detached' });
  await panel.page.getByRole('button', { name: 'Show the details' }).click();
  await details.waitFor();
  await panel.close();
});

test('every control has a name, and a tooltip where it is only an icon', async () => {
  const panel = await browser.open({ list: true });
  const unnamed = await panel.page.evaluate(() =>
    [
      ...document.querySelectorAll(
        'button, [role=separator], [role=treegrid], [role=tree], [role=tablist], [tabindex="0"]',
      ),
    ]
      .filter((each) => {
        const named = (
          each.getAttribute('aria-label') ??
          each.getAttribute('aria-labelledby') ??
          each.textContent
        ).trim();
        const iconOnly = each.classList.contains('icon-button');
        return named === '' || (iconOnly && !each.hasAttribute('title'));
      })
      .map((each) => each.outerHTML.slice(0, 120)),
  );
  assert.deepEqual(unnamed, []);
  await panel.close();
});

test('a panel told to show a trace with focus takes the keyboard, also before it has drawn anything', async () => {
  const panel = await browser.open({ scenario: 'empty' });
  await panel.page.evaluate(() => {
    const { host, triage, fakeSpanId } = window.fake;
    host.putTrace(triage);
    host.emit('panel/show', { traceId: triage.traceId, spanId: fakeSpanId(6), focus: true });
  });
  await panel.waitForSelected('rerank');
  await panel.page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'treegrid');
  await panel.page.keyboard.press('ArrowUp');
  await panel.waitForSelected('embed');
  await panel.close();
});

test('a new panel opened with focus takes the keyboard once its trace is shown, and again when the window gets it', async () => {
  const panel = await browser.open({ focus: true });
  await panel.waitForSelected('rerank');
  await panel.page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'treegrid');
  await panel.page.evaluate(() => {
    (document.activeElement as HTMLElement).blur();
    window.dispatchEvent(new Event('focus'));
  });
  await panel.page.keyboard.press('ArrowUp');
  await panel.waitForSelected('embed');
  const splitter = panel.page.getByRole('separator', { name: 'Width of the name column' });
  await splitter.focus();
  await panel.page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await eventually(async () => assert.ok(await splitter.evaluate((each) => each === document.activeElement)));
  await panel.close();
});

test('a panel opened without focus leaves the keyboard where it is', async () => {
  const panel = await browser.open();
  await panel.settle();
  await eventually(async () => assert.ok(await panel.page.evaluate(() => document.activeElement === document.body)));
  await panel.close();
});

test('a trace shown with focus after another was evicted takes the keyboard', async () => {
  const panel = await browser.open();
  await panel.page.evaluate(() => window.fake.host.dropTrace(window.fake.triage.traceId));
  await panel.page.locator('.welcome h2', { hasText: 'no longer held' }).waitFor();
  await panel.page.evaluate(() => {
    const { host, triage, fakeSpanId } = window.fake;
    host.putTrace(triage);
    host.emit('panel/show', { traceId: triage.traceId, spanId: fakeSpanId(6), focus: true });
  });
  await panel.waitForSelected('rerank');
  await panel.page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'treegrid');
  await panel.close();
});

test('a page that comes back keeps the details’ tab and brings the selected row into sight', async () => {
  const panel = await browser.open({ height: 420 });
  await panel.page.getByRole('treegrid').focus();
  await panel.page.keyboard.press('End');
  await panel.waitForSelected('stream');
  await panel.page.locator('.details-title h2', { hasText: 'stream' }).waitFor();
  await panel.page.locator('.details').getByRole('tab', { name: 'Resource' }).click();
  await panel.settle();
  await panel.page.reload();
  await panel.waitForSelected('stream');
  await panel.page.locator('.details-title h2', { hasText: 'stream' }).waitFor();
  await panel.settle();
  await panel.settle();
  const [row, grid] = await Promise.all(
    ['.wf-row.selected', '.wf-grid'].map((selector) => panel.page.locator(selector).boundingBox()),
  );
  assert.ok(row && grid && row.y >= grid.y && row.y + row.height <= grid.y + grid.height);
  await eventually(async () =>
    assert.equal(
      await panel.page.locator('.details').getByRole('tab', { selected: true }).innerText(),
      'Resource & Scope',
    ),
  );
  await panel.close();
});
