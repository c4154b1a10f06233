import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usePanelBrowser, type PanelPage } from './support/panelPage.ts';
import { eventually } from '../support/eventually.ts';

const browser = usePanelBrowser();

const ruler = (panel: PanelPage): Promise<string[]> => panel.page.locator('.wf-tick').allInnerTexts();

/** Waits until transitions have ended and the ruler says this. */
async function rulerSays(panel: PanelPage, labels: readonly string[]): Promise<void> {
  await panel.page.waitForFunction(
    (wanted) =>
      [...document.querySelectorAll<HTMLElement>('.wf-tick')].map((tick) => tick.innerText).join('\n') === wanted,
    labels.join('\n'),
  );
}

/** Waits until the ruler says something else than before. Without motion that is where a zoom leads. */
async function rulerLeaves(panel: PanelPage, labels: readonly string[]): Promise<string[]> {
  await panel.page.waitForFunction(
    (old) => [...document.querySelectorAll<HTMLElement>('.wf-tick')].map((tick) => tick.innerText).join('\n') !== old,
    labels.join('\n'),
  );
  await panel.settle();
  return ruler(panel);
}

async function boxOf(
  panel: PanelPage,
  selector: string,
): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await panel.page.locator(selector).boundingBox();
  assert.ok(box, selector);
  return box;
}

async function drag(
  panel: PanelPage,
  from: readonly [number, number],
  to: readonly [number, number],
  button: 'left' | 'middle' = 'left',
) {
  const { mouse } = panel.page;
  await mouse.move(...from);
  await mouse.down({ button });
  await mouse.move(...to, { steps: 5 });
  await mouse.up({ button });
}

test('z zooms to the span, Backspace goes back, Shift+Backspace forward, 0 fits; the ruler follows', async () => {
  const panel = await browser.open({ reducedMotion: true });
  const { keyboard } = panel.page;
  const whole = await ruler(panel);
  await panel.page.locator('.wf-row', { hasText: 'redis GET' }).click({ position: { x: 40, y: 8 } });
  await keyboard.press('z');
  const zoomed = await rulerLeaves(panel, whole);
  assert.ok(zoomed.includes('10\u00a0ms'), zoomed.join());
  await keyboard.press('Backspace');
  await rulerSays(panel, whole);
  await keyboard.press('Shift+Backspace');
  await rulerSays(panel, zoomed);
  await keyboard.press('0');
  await rulerSays(panel, whole);
  await panel.close();
});

test('w and s zoom at the pointer, a and d move along', async () => {
  const panel = await browser.open({ reducedMotion: true });
  const { keyboard, mouse } = panel.page;
  await panel.page.getByRole('treegrid').focus();
  const bars = await boxOf(panel, '.wf-bars');
  const whole = await ruler(panel);
  await mouse.move(bars.x + 150, bars.y + 60);
  const under = async () => Number.parseFloat(await panel.page.locator('.wf-hover-label').innerText());
  const before = await under();
  for (let press = 0; press < 4; press++) await keyboard.press('w');
  const zoomed = await rulerLeaves(panel, whole);
  await mouse.move(bars.x + 151, bars.y + 60);
  await mouse.move(bars.x + 150, bars.y + 60);
  await eventually(async () => assert.ok(Math.abs((await under()) - before) <= 1, 'the time under the pointer stays'));
  await keyboard.press('d');
  await rulerLeaves(panel, zoomed);
  await keyboard.press('a');
  await rulerSays(panel, zoomed);
  for (let press = 0; press < 4; press++) await keyboard.press('s');
  await rulerSays(panel, whole);
  await panel.close();
});

/** How many different rulers are seen within 300 ms of a key. */
async function rulersSeen(panel: PanelPage, key: string): Promise<number> {
  await panel.page.getByRole('treegrid').focus();
  return panel.page.evaluate(async (pressed) => {
    const left = new Set<string>();
    let running = true;
    const look = (): void => {
      left.add([...document.querySelectorAll<HTMLElement>('.wf-tick')].map((tick) => tick.style.left).join());
      if (running) requestAnimationFrame(look);
    };
    look();
    document.querySelector('.wf-grid')?.dispatchEvent(new KeyboardEvent('keydown', { key: pressed, bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    running = false;
    return left.size;
  }, key);
}

test('a zoom passes on its way, and where less motion is wanted it is there at once', async () => {
  const still = await browser.open({ reducedMotion: true });
  assert.equal(await rulersSeen(still, 'w'), 2);
  await still.close();
  const moving = await browser.open();
  const whole = await ruler(moving);
  assert.ok((await rulersSeen(moving, 'w')) > 2);
  await moving.page.keyboard.press('0');
  await rulerSays(moving, whole);
  await moving.close();
});

test('Ctrl+wheel zooms so that the time under the pointer stays, Shift+wheel moves along', async () => {
  const panel = await browser.open({ reducedMotion: true });
  const bars = await boxOf(panel, '.wf-bars');
  await panel.page.mouse.move(bars.x + 200, bars.y + 60);
  await panel.page.keyboard.down('Control');
  for (let turn = 0; turn < 3; turn++) await panel.page.mouse.wheel(0, -120);
  await panel.page.keyboard.up('Control');
  await panel.settle();
  const tick = () => panel.page.locator('.wf-tick').nth(1);
  const label = await tick().textContent();
  assert.notEqual(label, '0');
  const box = await tick().boundingBox();
  await panel.page.keyboard.down('Shift');
  await panel.page.mouse.wheel(0, 30);
  await panel.page.keyboard.up('Shift');
  await panel.settle();
  const same = panel.page.locator('.wf-tick', { hasText: label ?? '' }).first();
  const moved = await same.boundingBox();
  assert.ok(box && moved && Math.abs(box.x - moved.x - 30) < 2, `${box?.x ?? 0} → ${moved?.x ?? 0}`);
  await panel.close();
});

test('dragging on the ruler zooms to that stretch, double-click fits', async () => {
  const panel = await browser.open({ reducedMotion: true });
  const box = await boxOf(panel, '.wf-ruler');
  const whole = await ruler(panel);
  await drag(panel, [box.x + 100, box.y + 10], [box.x + 160, box.y + 10]);
  await rulerLeaves(panel, whole);
  await panel.page.mouse.dblclick(box.x + 100, box.y + 10);
  await rulerSays(panel, whole);
  await panel.close();
});

test('a drag over the bars marks a stretch and selects no row; it is zoomed to, and Escape clears it', async () => {
  const panel = await browser.open({ reducedMotion: true });
  const bars = await boxOf(panel, '.wf-bars');
  const whole = await ruler(panel);
  await drag(panel, [bars.x + 300, bars.y + 80], [bars.x + 150, bars.y + 95]);
  const area = await boxOf(panel, '.wf-area');
  assert.ok(Math.abs(area.x - bars.x - 150) < 2 && Math.abs(area.width - 150) < 3, JSON.stringify(area));
  await eventually(async () => assert.equal(await panel.selectedName(), 'POST /triage'));
  await eventually(async () => assert.deepEqual(await ruler(panel), whole));
  await panel.page.getByRole('treegrid').focus();
  await panel.page.keyboard.press('Z');
  await rulerLeaves(panel, whole);
  await panel.page.keyboard.press('Escape');
  await panel.page.locator('.wf-area').waitFor({ state: 'detached' });
  await panel.close();
});

test('m marks the stretch of the selected span', async () => {
  const panel = await browser.open({ reducedMotion: true });
  await panel.page.getByRole('treegrid').focus();
  await panel.page.keyboard.press('ArrowDown');
  await panel.page.waitForFunction(() => {
    const name = document.querySelector('.wf-row.selected .wf-name')?.textContent ?? '';
    return name !== '' && name !== 'POST /triage';
  });
  await panel.page.keyboard.press('m');
  await panel.page.locator('.wf-area').waitFor();
  const length = await panel.page.locator('.wf-area-label span').first().innerText();
  await eventually(async () =>
    assert.equal(
      await panel.page
        .locator('.details-title')
        .innerText()
        .then((text) => text.includes(length)),
      true,
    ),
  );
  await panel.close();
});

test('Shift and a drag on the ruler mark a stretch without a zoom, and its buttons act on it', async () => {
  const panel = await browser.open({ reducedMotion: true });
  const box = await boxOf(panel, '.wf-ruler');
  const whole = await ruler(panel);
  await panel.page.keyboard.down('Shift');
  await drag(panel, [box.x + 100, box.y + 10], [box.x + 200, box.y + 10]);
  await panel.page.keyboard.up('Shift');
  await panel.page.locator('.wf-area').waitFor();
  await eventually(async () => assert.deepEqual(await ruler(panel), whole));
  await panel.page.getByRole('button', { name: 'Zoom to the marked stretch' }).click();
  await rulerLeaves(panel, whole);
  await panel.page.getByRole('button', { name: 'Clear the marked stretch' }).click();
  await panel.page.locator('.wf-area').waitFor({ state: 'detached' });
  await panel.close();
});

test('the middle button and Alt move along both axes, and a press that does not move stays a click', async () => {
  const panel = await browser.open({ scenario: 'many', reducedMotion: true });
  const { page } = panel;
  const bars = await boxOf(panel, '.wf-bars');
  await page.getByRole('treegrid').focus();
  await page.mouse.move(bars.x + 200, bars.y + 100);
  const whole = await ruler(panel);
  for (let press = 0; press < 6; press++) await page.keyboard.press('w');
  await rulerLeaves(panel, whole);
  // The head of the columns is the first row of the grid.
  const firstRow = (): Promise<number> =>
    page.evaluate(() =>
      Math.min(...[...document.querySelectorAll('.wf-row')].map((row) => Number(row.getAttribute('aria-rowindex')))),
    );
  const tick = page.locator('.wf-tick').nth(1);
  const label = (await tick.textContent()) ?? '';
  const before = await tick.boundingBox();
  await drag(panel, [bars.x + 300, bars.y + 200], [bars.x + 260, bars.y + 90], 'middle');
  await panel.settle();
  const after = await page.locator('.wf-tick', { hasText: label }).first().boundingBox();
  assert.ok(before && after && Math.abs(before.x - after.x - 40) < 2, `${before?.x ?? 0} → ${after?.x ?? 0}`);
  await eventually(async () => assert.equal(await firstRow(), 7));
  await page.keyboard.down('Alt');
  await drag(panel, [bars.x + 260, bars.y + 90], [bars.x + 300, bars.y + 200]);
  await page.keyboard.up('Alt');
  await panel.settle();
  await eventually(async () => assert.equal(await firstRow(), 2));
  await page.mouse.click(bars.x + 100, bars.y + 22 * 3 + 11);
  await panel.waitForSelected('item 4');
  await eventually(async () => assert.equal(await page.locator('.wf-area').count(), 0));
  await panel.close();
});

test('a line says the time under the pointer, and the clock, local or UTC, also after a reload', async () => {
  const panel = await browser.open({ reducedMotion: true });
  const bars = await boxOf(panel, '.wf-bars');
  await panel.page.mouse.move(bars.x + 100, bars.y + 40);
  const label = panel.page.locator('.wf-hover-label');
  await label.waitFor();
  await eventually(async () => assert.match(await label.innerText(), /^\d+(\.\d)?\sms\s*\d\d:\d\d:\d\d\.\d{3}/));
  await panel.page.getByRole('button', { name: 'UTC' }).click();
  await panel.page.mouse.move(bars.x + 101, bars.y + 40);
  await eventually(async () => assert.match(await label.innerText(), /UTC$/));
  await eventually(async () => assert.match(await panel.page.locator('.trace-clock').innerText(), /UTC$/));
  await panel.page.mouse.move(5, 5);
  await label.waitFor({ state: 'detached' });
  await panel.page.reload();
  await panel.page.waitForSelector('.wf-row:not(.placeholder)');
  await eventually(async () => assert.match(await panel.page.locator('.trace-clock').innerText(), /UTC$/));
  await panel.close();
});
