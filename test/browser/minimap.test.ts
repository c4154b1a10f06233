import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usePanelBrowser, type PanelPage } from './support/panelPage.ts';
import { eventually } from '../support/eventually.ts';

const browser = usePanelBrowser();

async function openedWithMap(scenario: 'triage' | 'many' = 'triage'): Promise<PanelPage> {
  const panel = await browser.open({ scenario, reducedMotion: true });
  // Some pixel of the picture is drawn.
  await panel.page.waitForFunction(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.wf-minimap canvas');
    const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
    return data?.some((part) => part !== 0) ?? false;
  });
  return panel;
}

/** The window's ends in pixels from the minimap's left edge. */
async function ends(panel: PanelPage): Promise<[begin: number, end: number]> {
  await panel.settle();
  return panel.page.evaluate(() => {
    const left = document.querySelector('.wf-minimap')?.getBoundingClientRect().left ?? 0;
    const at = (each: Element): number => {
      const box = each.getBoundingClientRect();
      return box.left + box.width / 2 - left;
    };
    const [begin, end] = [...document.querySelectorAll('.wf-handle')].map(at);
    return [begin ?? NaN, end ?? NaN];
  });
}

function near([begin, end]: readonly [number, number], [wantedBegin, wantedEnd]: readonly [number, number]): void {
  assert.ok(Math.abs(begin - wantedBegin) < 2.5 && Math.abs(end - wantedEnd) < 2.5, `${begin} … ${end}`);
}

async function mapBox(panel: PanelPage): Promise<{ x: number; y: number; width: number }> {
  const box = await panel.page.locator('.wf-minimap').boundingBox();
  assert.ok(box);
  return { x: box.x, y: box.y + 20, width: box.width };
}

async function drag(panel: PanelPage, from: number, to: number): Promise<void> {
  const { x, y } = await mapBox(panel);
  await panel.page.mouse.move(x + from, y);
  await panel.page.mouse.down();
  await panel.page.mouse.move(x + to, y, { steps: 5 });
  await panel.page.mouse.up();
}

test('minimap, ruler and rows have one scale', async () => {
  const panel = await openedWithMap();
  const { x, width } = await mapBox(panel);
  const bars = await panel.page.locator('.wf-bars').boundingBox();
  const ruler = await panel.page.locator('.wf-ruler').boundingBox();
  assert.equal(x, bars?.x);
  assert.equal(x, ruler?.x);
  near(await ends(panel), [0, width]);
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('a drag beside the window zooms there; the window moves, its ends resize, a click centres, double-click fits', async () => {
  const panel = await openedWithMap();
  const { x, y, width } = await mapBox(panel);
  await drag(panel, 300, 100);
  near(await ends(panel), [100, 300]);
  await drag(panel, 200, 260);
  near(await ends(panel), [160, 360]);
  await drag(panel, 360, 300);
  near(await ends(panel), [160, 300]);
  await drag(panel, 160, 200);
  near(await ends(panel), [200, 300]);
  await panel.page.mouse.click(x + 400, y);
  near(await ends(panel), [350, 450]);
  await drag(panel, 400, 5000);
  near(await ends(panel), [width - 100, width]);
  await drag(panel, 20, 60);
  near(await ends(panel), [20, 60]);
  await panel.page.mouse.dblclick(x + 40, y);
  near(await ends(panel), [0, width]);
  await panel.close();
});

test('each drag of the window is one step back', async () => {
  const panel = await openedWithMap();
  await drag(panel, 100, 200);
  await drag(panel, 150, 250);
  await drag(panel, 250, 350);
  near(await ends(panel), [300, 400]);
  const back = panel.page.getByRole('button', { name: /^Back to the zoom before/ });
  await back.click();
  near(await ends(panel), [200, 300]);
  await back.click();
  near(await ends(panel), [100, 200]);
  await panel.page.getByRole('button', { name: /^Forward again/ }).click();
  near(await ends(panel), [200, 300]);
  await panel.page.getByRole('button', { name: /^Fit the whole trace/ }).click();
  near(await ends(panel), [0, (await mapBox(panel)).width]);
  await panel.close();
});

test('both ends of the window are sliders of the keyboard', async () => {
  const panel = await openedWithMap();
  const { keyboard } = panel.page;
  const { width } = await mapBox(panel);
  const begin = panel.page.getByRole('slider', { name: 'Begin of what is shown' });
  const end = panel.page.getByRole('slider', { name: 'End of what is shown' });
  await begin.focus();
  for (let press = 0; press < 3; press++) await keyboard.press('Shift+ArrowRight');
  await keyboard.press('ArrowLeft');
  near(await ends(panel), [width * 0.29, width]);
  await eventually(async () => assert.equal(await begin.getAttribute('aria-valuenow'), '29'));
  await eventually(async () => assert.match((await begin.getAttribute('aria-valuetext')) ?? '', /^148\.5\sms$/));
  await end.focus();
  for (let press = 0; press < 5; press++) await keyboard.press('Shift+ArrowLeft');
  near(await ends(panel), [width * 0.29, width * 0.5]);
  await keyboard.press('PageUp');
  near(await ends(panel), [width * 0.5, width * 0.71]);
  await begin.focus();
  await keyboard.press('Home');
  near(await ends(panel), [0, width * 0.71]);
  await keyboard.press('End');
  const [last, past] = await ends(panel);
  assert.ok(last < past, 'one end cannot pass the other');
  await panel.close();
});

test('Shift and a drag mark a stretch, a wheel with Ctrl zooms around the time under the pointer', async () => {
  const panel = await openedWithMap();
  const { x, y, width } = await mapBox(panel);
  await panel.page.keyboard.down('Shift');
  await drag(panel, 100, 150);
  await panel.page.keyboard.up('Shift');
  const area = await panel.page.locator('.wf-minimap-area').boundingBox();
  assert.ok(area && Math.abs(area.x - x - 100) < 2 && Math.abs(area.width - 50) < 2);
  near(await ends(panel), [0, width]);
  await panel.page.mouse.move(x + width / 4, y);
  await panel.page.keyboard.down('Control');
  for (let turn = 0; turn < 3; turn++) await panel.page.mouse.wheel(0, -120);
  await panel.page.keyboard.up('Control');
  const [begin, end] = await ends(panel);
  assert.ok(end - begin < width / 2 && begin > 0);
  assert.ok(Math.abs((width / 4 - begin) / (end - begin) - 0.25) < 0.02, `${begin} … ${end}`);
  await panel.close();
});

test('the picture follows the theme and a trace that grows', async () => {
  const panel = await openedWithMap();
  const colors = () =>
    panel.page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.wf-minimap canvas');
      const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      const found = new Set<string>();
      for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3] === 255) found.add([data[at], data[at + 1], data[at + 2]].join());
      }
      return [...found];
    });
  const blue = '55,148,255';
  await eventually(async () => assert.ok((await colors()).includes(blue), (await colors()).join(' ')));
  await eventually(async () => assert.ok((await colors()).includes('241,76,76'), 'errors'));
  await panel.page.evaluate(() => (window as unknown as { setTheme: (name: string) => void }).setTheme('light'));
  await panel.settle();
  await eventually(async () => assert.ok(!(await colors()).includes(blue)));
  const before = (await panel.calls('view/minimap')).length;
  await panel.page.evaluate(() => {
    const { host, triage } = window.fake;
    host.putTrace({ ...triage, spans: triage.spans.map((span) => ({ ...span, error: true })) });
  });
  await panel.page.waitForFunction(
    (old) => window.fake.host.calls.filter((call) => call.method === 'view/minimap').length > old,
    before,
  );
  await panel.close();
});

test('a low panel keeps its height for the rows', async () => {
  const panel = await browser.open({ height: 280 });
  await eventually(async () => assert.equal(await panel.page.locator('.wf-minimap').isVisible(), false));
  await eventually(async () => assert.ok((await panel.rowNames()).length > 1));
  await panel.close();
});
