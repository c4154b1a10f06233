import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { PanelPage } from './panelPage.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Of the rows' scrollers: their grid is the tab stop, whose keys move the selection and scroll with it. */
const KEYS_SCROLL: ReadonlySet<string> = new Set([
  'scrollable-region-focusable #wf-rows',
  'scrollable-region-focusable #step-rows',
]);

/**
 * What axe finds against WCAG 2.2 A and AA and its own best practices, one line each. Left out: rules about a whole page
 * (landmarks, a level-one heading), which is the workbench's and not this frame's. `within` is a selector: what is looked at.
 */
export async function findings(panel: PanelPage, within = 'body'): Promise<readonly string[]> {
  await panel.settle();
  // As the debugger does, past the page's Content-Security-Policy.
  await panel.page.evaluate(axeSource);
  const { violations } = await panel.page.evaluate<AxeResults>(
    `axe.run(${JSON.stringify(within)}, { rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false }, 'landmark-one-main': { enabled: false } } })`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .filter(({ target }) => !KEYS_SCROLL.has(`${id} ${target.join(' ')}`))
      .map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}
