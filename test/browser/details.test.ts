import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceResolution } from '../../src/core/model/source.ts';
import { usePanelBrowser, type PanelPage } from './support/panelPage.ts';
import { eventually } from '../support/eventually.ts';

const browser = usePanelBrowser();

async function openPredict(): Promise<PanelPage> {
  const panel = await browser.open();
  await panel.page.locator('.wf-row', { hasText: 'predict' }).click();
  await panel.page.locator('.details-title h2', { hasText: 'predict' }).waitFor();
  return panel;
}

const REF = { traceId: '000000000000000000000000000000a1', spanId: '0000000000000007' };

test('a model call shows its input first, and its structure opens level by level', async () => {
  const panel = await openPredict();
  await eventually(async () =>
    assert.equal(await panel.page.locator('.details').getByRole('tab', { selected: true }).textContent(), 'Input'),
  );
  const content = panel.page.locator('.details').getByRole('tabpanel');
  await eventually(async () => assert.match(await content.innerText(), /user_tenure:\s*3\.2/));
  await eventually(async () => assert.match(await content.innerText(), /9007199254740993/));
  await eventually(async () => assert.match(await content.innerText(), /from|model\.input_features/));
  await panel.page.locator('.details').getByRole('tab', { name: 'Output' }).click();
  await eventually(async () => assert.match(await content.innerText(), /refund/));
  await panel.close();
});

test('attributes show their type and are copied whole', async () => {
  const panel = await browser.open();
  await panel.page.locator('.wf-row', { hasText: 'POST /triage' }).click();
  const row = panel.page.locator('.attributes tr', { hasText: 'http.response.status_code' });
  await row.waitFor();
  await eventually(async () => assert.match(await row.innerText(), /200[\s\S]*int/));
  await row.hover();
  await row.getByRole('button', { name: 'Copy value of http.response.status_code' }).click();
  await panel.settle();
  await eventually(async () =>
    assert.deepEqual(await panel.calls('clipboard/write'), [
      { text: '200', what: 'value of http.response.status_code' },
    ]),
  );
  await panel.close();
});

test('a frame of an exception opens by its place in the text', async () => {
  const panel = await openPredict();
  await panel.page.locator('.details').getByRole('tab', { name: 'Events' }).click();
  const frames = panel.page.locator('.stack .frame');
  await eventually(async () => assert.equal(await frames.count(), 2));
  await frames.first().click();
  await eventually(async () => assert.equal((await panel.calls('source/openFrame')).length, 1));
  const [call] = await panel.calls('source/openFrame');
  const { textStart, ...rest } = call as { textStart: number };
  assert.deepEqual(rest, { ...REF, stack: { in: 'event', index: 0 } });
  assert.ok(textStart > 0);
  await panel.close();
});

test('a log record shows its level and opens its line', async () => {
  const panel = await openPredict();
  await panel.page.locator('.details').getByRole('tab', { name: 'Logs' }).click();
  const log = panel.page.locator('.log', { hasText: 'prediction failed' });
  await eventually(async () => assert.match(await log.innerText(), /error/));
  await log.getByRole('button', { name: 'Go to the line that logged this' }).click();
  await panel.settle();
  await eventually(async () => assert.deepEqual(await panel.calls('source/openLog'), [{ ...REF, logIndex: 1 }]));
  await panel.close();
});

test('the source line says how sure it is, and a span without source says what was tried', async () => {
  const panel = await openPredict();
  await eventually(async () =>
    assert.equal(
      await panel.page
        .locator('.source-line')
        .innerText()
        .then((text) => text.split('\n')[0]?.trim()),
      'predict.py:42 predict()',
    ),
  );
  await panel.page.locator('.wf-row', { hasText: 'search' }).click();
  await panel.page.locator('.source-line', { hasText: 'likely' }).waitFor();
  await eventually(async () =>
    assert.match(
      (await panel.page.locator('.source-place').getAttribute('title')) ?? '',
      /startActiveSpan starts a span named "search" here/,
    ),
  );
  await panel.page.locator('.wf-row', { hasText: 'rerank' }).click();
  await panel.page.getByRole('button', { name: 'no source found' }).click();
  await eventually(async () =>
    assert.match(await panel.page.locator('.details').getByRole('tabpanel').innerText(), /No literal of this name/),
  );
  await panel.close();
});

test('the Open button and a candidate open the source', async () => {
  const panel = await openPredict();
  await panel.page.locator('vscode-button', { hasText: 'Open' }).click();
  await panel.page.locator('.details').getByRole('tab', { name: 'Source', exact: true }).click();
  await panel.page.locator('.candidates .link-button').click();
  await panel.settle();
  await eventually(async () =>
    assert.deepEqual(await panel.calls('source/open'), [
      { ...REF, candidate: -1, toSide: false },
      { ...REF, candidate: 0, toSide: false },
    ]),
  );
  await panel.close();
});

test('a value cut for the message is fetched whole on request', async () => {
  const panel = await browser.open();
  await panel.page.evaluate(() => {
    const { host, triage } = window.fake;
    host.values.set('ref1', 'y'.repeat(2400) + 'THE END');
    const spans = triage.spans.map((span, index) =>
      index === 1
        ? {
            ...span,
            attributes: [
              {
                key: 'long',
                value: { type: 'string' as const, value: 'y'.repeat(100), cut: { totalBytes: 2407, ref: 'ref1' } },
              },
            ],
          }
        : span,
    );
    host.putTrace({ ...triage, spans });
  });
  await panel.page.locator('.wf-row', { hasText: 'get_features' }).click();
  await panel.page.getByRole('button', { name: 'Show all (2.4 KB)' }).click();
  await panel.page.locator('.text-value', { hasText: 'THE END' }).waitFor();
  await eventually(async () => assert.equal((await panel.calls('span/value')).length, 3));
  await panel.close();
});

test('a link to a held trace opens it', async () => {
  const panel = await openPredict();
  await panel.page.evaluate(() => {
    const { host, triage, fakeTraceId } = window.fake;
    host.putTrace({ ...triage, traceId: fakeTraceId(0xb2), start: '1763697700000000000' });
  });
  await panel.page.locator('.details').getByRole('tab', { name: 'Links' }).click();
  await panel.page.getByTitle('Open the linked span').click();
  await panel.page.waitForFunction(
    () => document.querySelector('.wf-grid')?.getAttribute('aria-label')?.endsWith('b2') === true,
  );
  await panel.close();
});

test('more log records and events are shown on request, also by the keyboard', async () => {
  const panel = await openPredict();
  await panel.page.evaluate(() => {
    const { host, triage } = window.fake;
    const log = triage.spans.flatMap((span) => span.logs ?? [])[0];
    if (!log) throw new Error('the scenario has no log record');
    const spans = triage.spans.map((span) =>
      span.name === 'predict'
        ? {
            ...span,
            logs: Array.from({ length: 450 }, (_, n) => ({
              ...log,
              body: { type: 'string' as const, value: `record ${n}.` },
            })),
            events: Array.from({ length: 250 }, (_, n) => ({
              name: `event ${n}.`,
              time: '0',
              offsetNs: n,
              attributes: [],
              droppedAttributesCount: 0,
            })),
          }
        : span,
    );
    host.putTrace({ ...triage, spans });
  });
  const { page } = panel;
  await page.locator('.details').getByRole('tab', { name: 'Logs' }).click();
  const more = page.getByRole('button', { name: /^Show more \(/ });
  await page.getByRole('button', { name: 'Show more (200 of 450)' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Show more (400 of 450)' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.log', { hasText: 'record 449.' }).waitFor();
  await eventually(async () => assert.equal(await page.locator('.log').count(), 450));
  await eventually(async () => assert.equal(await more.count(), 0));
  await page.locator('.details').getByRole('tab', { name: 'Events' }).click();
  await eventually(async () => assert.equal(await page.locator('.block').count(), 200));
  await more.click();
  await page.locator('.block', { hasText: 'event 249.' }).waitFor();
  await eventually(async () => assert.equal(await page.locator('.block').count(), 250));
  await panel.close();
});

test('a span without a source offers to search for it and to map a path, and sets code as code', async () => {
  const panel = await browser.open();
  await panel.page.evaluate(() => {
    const { host, triage } = window.fake;
    const [first, ...rest] = triage.spans;
    if (!first) throw new Error('no span');
    const source = { candidates: [], ambiguous: false, tried: ['No `code.*` attributes; a ` alone.'] };
    host.putTrace({ ...triage, spans: [{ ...first, source }, ...rest] });
    host.emit('source/indexChanged', {});
  });
  await panel.page.locator('.details').getByRole('tab', { name: 'Source', exact: true }).click();
  await panel.page.locator('.tried code', { hasText: 'code.*' }).waitFor();
  await eventually(async () =>
    assert.equal(await panel.page.locator('.tried li').innerText(), 'No code.* attributes; a ` alone.'),
  );
  await panel.page.locator('vscode-button', { hasText: 'Search Workspace' }).click();
  await panel.page.locator('vscode-button', { hasText: 'Add Path Mapping…' }).click();
  await panel.settle();
  await eventually(async () => assert.equal((await panel.calls('source/search')).length, 1));
  await eventually(async () => assert.deepEqual(await panel.calls('panel/action'), [{ action: 'openPathMappings' }]));
  await panel.page.getByRole('treegrid').focus();
  await panel.page.keyboard.press('?');
  await panel.page.getByText('lighter is time while its children run').waitFor();
  await panel.screenshot('panel-keys');
  await panel.close();
});

test('a place that is not the first can be made so, a chosen one forgotten, and stale ones look stale', async () => {
  const panel = await browser.open();
  await panel.page.evaluate(() => {
    const { host, triage } = window.fake;
    const place = (line: number, more: object) => ({
      path: '/workspace/app/model.py',
      shownPath: 'app/model.py',
      line,
      column: 1,
      functionName: 'run',
      confidence: 'likely',
      evidence: { kind: 'stackFrame', frame: 'model.py' },
      outside: false,
      ...more,
    });
    const candidates = [
      place(3, { confidence: 'exact', evidence: { kind: 'remembered' } }),
      place(9, { drift: { kind: 'moved', from: 7 } }),
      place(12, { confidence: 'guess', drift: { kind: 'stale', from: 12 } }),
    ];
    const source = { candidates, ambiguous: false, tried: [] } as unknown as SourceResolution;
    const [first, ...rest] = triage.spans;
    if (!first) throw new Error('no span');
    host.putTrace({ ...triage, spans: [{ ...first, source }, ...rest] });
    host.emit('source/indexChanged', {});
  });
  await panel.page.locator('.details').getByRole('tab', { name: 'Source', exact: true }).click();
  const places = panel.page.locator('.candidates li');
  await eventually(async () => assert.equal(await places.count(), 3));
  await eventually(async () => {
    await eventually(async () => assert.match(await places.nth(0).innerText(), /You chose this place before/));
    await eventually(async () => assert.match(await places.nth(1).innerText(), /It was line 7 when the span was made/));
    await eventually(async () => assert.match(await places.nth(2).innerText(), /stale[^]*may be another line now/));
  });
  await places.nth(1).getByRole('button', { name: 'Open First' }).click();
  await places.nth(0).getByRole('button', { name: 'Forget' }).click();
  await eventually(async () =>
    assert.deepEqual(
      (await panel.calls('source/prefer')).map((call) => (call as { readonly candidate: number }).candidate),
      [1, -1],
    ),
  );
  await panel.screenshot('panel-source-choices');
  await panel.close();
});
