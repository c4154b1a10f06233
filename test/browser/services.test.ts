import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usePanelBrowser, type PanelPage } from './support/panelPage.ts';
import { eventually } from '../support/eventually.ts';

const browser = usePanelBrowser();

/** Names of the rows that are faint. */
async function faintRows(panel: PanelPage): Promise<string[]> {
  await panel.settle();
  return panel.page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.wf-row')]
      .filter((row) => row.style.opacity !== '')
      .map((row) => row.querySelector('.wf-name')?.textContent ?? ''),
  );
}

test('a click on a service makes the rows of the others faint, another brings them back', async () => {
  const panel = await browser.open({ width: 1200 });
  const features = panel.page.locator('.service', { hasText: 'features' });
  await eventually(async () =>
    assert.match(
      (await features.getAttribute('title')) ?? '',
      /^features\n\d+ spans \(\d+\s%\) · \d+\s% of the own time/,
    ),
  );
  await features.click();
  const faint = await faintRows(panel);
  assert.ok(faint.includes('predict') && !faint.includes('get_features') && !faint.includes('redis GET'), faint.join());
  await eventually(async () => assert.equal(await features.getAttribute('aria-pressed'), 'true'));
  await features.click();
  await eventually(async () => assert.deepEqual(await faintRows(panel), []));
  await panel.close();
});

test('the list of services has all of them with their spans and shares, also in a narrow panel', async () => {
  for (const width of [1200, 620]) {
    const panel = await browser.open({ width });
    await panel.page.getByRole('button', { name: /^All services/ }).click();
    const lines = panel.page.locator('.service-line');
    await eventually(async () => assert.equal(await lines.count(), 4));
    for (const text of await lines.allInnerTexts()) assert.match(text, /\w+[\s\S]*\d+ spans? \(\d+\s%\)\s*<?\d+\s%/);
    const box = await panel.page.locator('.service-list').boundingBox();
    assert.ok(box && box.x >= 0 && box.x + box.width <= width, JSON.stringify(box));
    await panel.page.keyboard.press('Enter');
    await eventually(async () => assert.notEqual((await faintRows(panel)).length, 0));
    await panel.screenshot(`services-${width}`);
    await panel.page.keyboard.press('Escape');
    await lines.first().waitFor({ state: 'detached' });
    assert.deepEqual(panel.problems, []);
    await panel.close();
  }
});

test('the palette for colour blindness is shown when chosen, and changes at once', async () => {
  const colors = (panel: PanelPage) =>
    panel.page.evaluate(() =>
      [...document.querySelectorAll('.service-mark')].map((each) => getComputedStyle(each).backgroundColor),
    );
  const panel = await browser.open({ width: 1200, colorBlind: true });
  const chosen = await colors(panel);
  assert.equal(chosen[0], 'rgb(121, 187, 255)');
  await panel.screenshot('palette-colorBlind');
  await panel.page.evaluate(() => window.fake.host.emit('panel/palette', { palette: 'theme' }));
  await panel.settle();
  await eventually(async () => assert.equal((await colors(panel))[0], 'rgb(55, 148, 255)'));
  await panel.close();
});
