import type { Locator } from 'playwright-core';
import type { TestWindow } from './workbench.ts';

/** Changes are told with the figures of a new trace: at most so many are sent, and so many changes looked through. */
const MOST_LOOKS = 20;
const MOST_CHANGES = 8;

/**
 * Walks through the changes over latency, as a person does with `m`, until what is said is `enough`; answers it. `news` makes the plot's figures new (they hold still while the plot has the focus), and `row` is
 * something in the panel that takes the focus from it.
 */
export async function saidChanges(
  window: TestWindow,
  enough: (said: readonly string[]) => boolean,
  row: string,
  news: () => Promise<void>,
): Promise<readonly string[]> {
  const panel = window.webview();
  const show = panel.getByRole('button', { name: 'Show latency over time' });
  if (await show.isVisible()) await show.click();
  let said: string[] = [];
  for (let look = 0; look < MOST_LOOKS; look++) {
    await panel.locator('.wf-row', { hasText: row }).first().click();
    await panel.locator('.plot-area').focus();
    said = [];
    for (let step = 0; step < MOST_CHANGES; step++) {
      const before = said.at(-1);
      await window.page.keyboard.press('m');
      const text = await textAfter(panel.locator('.plot-said'), before);
      if (said.includes(text)) break;
      said.push(text);
    }
    if (enough(said)) return said;
    await news();
    await panel.locator('.plot-canvas').waitFor();
  }
  throw new Error(`the changes said are ${said.join(' | ')}`);
}

/** How long the page may take to answer a key; one that says what it said before costs that much. */
const ANSWER_MS = 1000;

/** The text of `element` once it is another than `before`. */
async function textAfter(element: Locator, before: string | undefined): Promise<string> {
  for (const end = performance.now() + ANSWER_MS; ;) {
    const text = (await element.textContent()) ?? '';
    if ((text !== '' && text !== before) || performance.now() > end) return text;
  }
}
