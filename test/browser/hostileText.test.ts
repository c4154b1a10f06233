import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usePanelBrowser } from './support/panelPage.ts';
import { HOSTILE } from './support/scenarios.ts';
import { eventually } from '../support/eventually.ts';

const browser = usePanelBrowser();

test('text of senders makes no element, runs nothing and reaches nobody, in every place it is shown', async () => {
  const panel = await browser.open({ scenario: 'hostile', list: true, width: 1300 });
  const { page } = panel;
  const shown = new Set<string>();
  for (let index = 0; index < HOSTILE.length; index++) {
    await page.locator(`.wf-row[aria-rowindex="${index + 2}"] .wf-name`).click();
    await page.waitForFunction(
      (id) => document.querySelector('.details-title')?.textContent.includes(id) === true,
      (index + 1).toString(16).padStart(16, '0'),
    );
    const tabs = await page.locator('.details').getByRole('tab').count();
    assert.equal(tabs, 9);
    for (let tab = 0; tab < tabs; tab++) {
      await page.locator('.details').getByRole('tab').nth(tab).click();
      const toggle = page.getByRole('button', { name: 'Show attributes' });
      for (let open = await toggle.count(); open > 0; open--) await toggle.first().click();
      shown.add(await page.locator('.details').innerText());
    }
  }
  const found = await page.evaluate(() => {
    const foreign =
      'img, iframe, svg, object, embed, form, link:not([rel=stylesheet]):not([rel=icon]), a, video, audio, base, style, [onload], [onerror], [onmouseover], [href^=javascript], [src^=http]';
    return {
      elements: [...document.querySelectorAll(foreign)]
        .filter((each) => each.closest('head') === null)
        .map((each) => each.outerHTML.slice(0, 200)),
      scripts: document.querySelectorAll('script').length,
      pwned: window.pwned ?? 0,
      controls: /[\u202a-\u202e\u2066-\u2069\u0000\u001b]/.test(document.body.innerText),
    };
  });
  assert.deepEqual(found, { elements: [], scripts: 3, pwned: 0, controls: false });
  assert.deepEqual(panel.strayRequests, []);
  assert.deepEqual(panel.problems, []);
  const all = [...shown].join('\n');
  for (const text of [
    '<img src=http://evil.example/x onerror="window.pwned=1">',
    '‹U+202E›gnp.exe',
    '‹U+001B›[31mred',
    '$(trash)',
  ]) {
    assert.ok(all.includes(text), text);
  }
  await panel.close();
});

test('messages of another origin are not listened to', async () => {
  const panel = await browser.open();
  await panel.page.evaluate(() => {
    const message = { k: 'v', n: 'engine/restarted', p: { moved: false } };
    window.dispatchEvent(new MessageEvent('message', { data: message, origin: 'https://evil.example' }));
  });
  await panel.settle();
  await eventually(async () => assert.equal(await panel.page.locator('.notice-text').count(), 0));
  await panel.page.evaluate(() => {
    const message = { k: 'v', n: 'engine/restarted', p: { moved: false } };
    window.dispatchEvent(new MessageEvent('message', { data: message, origin: window.origin }));
  });
  await panel.page.locator('.notice-text').waitFor();
  await panel.close();
});
