import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usePanelBrowser, type PanelPage } from './support/panelPage.ts';
import type { ThemeName } from './support/themes.ts';
import { eventually } from '../support/eventually.ts';

const browser = usePanelBrowser();

/** Elements that stick out of the window, and text cut without an ellipsis. */
async function cutOff(panel: PanelPage): Promise<string[]> {
  return panel.page.evaluate(() => {
    const { innerWidth, innerHeight } = window;
    const outside = [
      ...document.querySelectorAll('.toolbar, .trace-header, .wf, .details-title, .tab-list, .notice, .welcome-inner'),
    ]
      .filter((each) => {
        const box = each.getBoundingClientRect();
        return box.width > 0 && (box.right > innerWidth + 0.5 || box.left < 0 || box.bottom > innerHeight + 0.5);
      })
      .map((each) => each.className);
    const { scrollWidth, scrollHeight } = document.documentElement;
    return scrollWidth > innerWidth || scrollHeight > innerHeight ? [...outside, 'the page scrolls'] : outside;
  });
}

/** Contrast of an element's text against what is behind it, by WCAG 2. */
async function contrast(panel: PanelPage, selector: string): Promise<number> {
  return panel.page
    .locator(selector)
    .first()
    .evaluate((element) => {
      const parse = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
      const luminance = ([r = 0, g = 0, b = 0]: number[]): number => {
        const [red = 0, green = 0, blue = 0] = [r, g, b].map((part) => {
          const value = part / 255;
          return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      let behind = [255, 255, 255];
      for (let at: Element | null = element; at; at = at.parentElement) {
        const color = parse(getComputedStyle(at).backgroundColor);
        if ((color[3] ?? 1) === 1 && color.length >= 3) {
          behind = color;
          break;
        }
      }
      const [low = 0, high = 0] = [luminance(parse(getComputedStyle(element).color)), luminance(behind)].sort(
        (a, b) => a - b,
      );
      return (high + 0.05) / (low + 0.05);
    });
}

for (const theme of ['dark', 'light', 'highContrast'] satisfies ThemeName[]) {
  test(`in the ${theme} theme everything fits and text can be read`, async () => {
    const panel = await browser.open({ theme, list: true, width: 1200, height: 760 });
    await panel.page.locator('.wf-row', { hasText: 'predict' }).click();
    await panel.page.locator('.details-title h2', { hasText: 'predict' }).waitFor();
    await panel.settle();
    for (const selector of [
      '.wf-row.selected .wf-name',
      '.wf-row:not(.selected) .wf-name',
      '.list-clock',
      '.tab[aria-selected=true]',
      '.json-key',
      '.source-place',
    ]) {
      const ratio = await contrast(panel, selector);
      assert.ok(ratio >= 4, `${selector}: ${ratio.toFixed(2)}`);
    }
    await eventually(async () => assert.deepEqual(await cutOff(panel), []));
    await panel.screenshot(`panel-${theme}`);
    await panel.page.locator('.details').getByRole('tab', { name: 'Events' }).click();
    await panel.settle();
    await panel.screenshot(`panel-${theme}-exception`);
    assert.deepEqual(panel.problems, []);
    await panel.close();
  });
}

test('a narrow panel and a wide one use their room', async () => {
  const narrow = await browser.open({ list: true, width: 420, height: 640 });
  await eventually(async () => assert.equal(await narrow.page.locator('.list').count(), 0));
  await narrow.settle();
  await eventually(async () => assert.deepEqual(await cutOff(narrow), []));
  await narrow.screenshot('panel-narrow');
  await narrow.close();
  const wide = await browser.open({ list: true, width: 1700, height: 800, theme: 'light' });
  await wide.page.locator('.wf-row', { hasText: 'predict' }).click();
  await wide.page.locator('.details-right').waitFor();
  await wide.settle();
  await eventually(async () => assert.deepEqual(await cutOff(wide), []));
  await wide.screenshot('panel-wide');
  await wide.close();
});

test('with forced colours the selection and the bars use the system’s', async () => {
  const panel = await browser.open();
  await panel.page.emulateMedia({ forcedColors: 'active' });
  await panel.page.locator('.wf-row', { hasText: 'search' }).click();
  await panel.settle();
  const outline = await panel.page.locator('.wf-row.selected').evaluate((row) => getComputedStyle(row).outlineWidth);
  assert.equal(outline, '2px');
  await panel.screenshot('panel-forced-colors');
  await panel.close();
});

test('the states without a trace fit a narrow panel', async () => {
  const panel = await browser.open({ scenario: 'empty', width: 380, height: 600 });
  await panel.settle();
  await eventually(async () => assert.deepEqual(await cutOff(panel), []));
  await panel.screenshot('panel-waiting');
  await panel.close();
});

for (const theme of ['dark', 'light', 'highContrast'] satisfies ThemeName[]) {
  test(`beside an editor the ${theme} panel keeps room for the bars and for the title`, async () => {
    const panel = await browser.open({ theme, width: 540, height: 640, list: true });
    await panel.page.locator('.wf-row', { hasText: 'predict' }).click();
    await panel.settle();
    const [names, title] = await Promise.all(
      ['.wf-head-name', '.trace-header h1'].map((selector) => panel.page.locator(selector).boundingBox()),
    );
    assert.ok(names && names.width <= 540 * 0.45);
    assert.ok(title && title.width >= 80);
    await eventually(async () => assert.deepEqual(await cutOff(panel), []));
    await panel.screenshot(`panel-540-${theme}`);
    await panel.close();
  });
}

test('a deep chain leaves two thirds of the name column to the names', async () => {
  const panel = await browser.open({ width: 540, height: 640 });
  await panel.page.evaluate(() => {
    const { host, triage, fakeSpanId, fakeTraceId } = window.fake;
    const traceId = fakeTraceId(0x99);
    const spans = Array.from({ length: 40 }, (_, n) => ({
      spanId: fakeSpanId(n + 1),
      parent: n === 0 ? ('' as const) : fakeSpanId(n),
      name: `level ${n}`,
      service: n % 4,
      start: n * 1e6,
      duration: (80 - n) * 1e6,
    }));
    host.putTrace({ ...triage, traceId, spans });
    host.emit('panel/show', { traceId, spanId: fakeSpanId(30), focus: true });
  });
  await panel.waitForSelected('29 › level 29');
  await panel.settle();
  const [guides, names] = await Promise.all(
    ['.wf-row.selected .wf-guides', '.wf-head-name'].map((selector) => panel.page.locator(selector).boundingBox()),
  );
  assert.ok(guides && names && guides.width <= names.width / 3 && guides.width > 40);
  await panel.screenshot('panel-540-deep');
  await panel.close();
});
