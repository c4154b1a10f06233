import assert from 'node:assert/strict';
import net from 'node:net';
import type { Locator } from 'playwright-core';
import { THEMES } from '../../tools/vscode/wb.mjs';
import { TICKET_TRIAGE, lineOf, startTicketTriage, type TicketTriage } from './ticketTriage.ts';
import { startWorkbench, type TestWindow } from './workbench.ts';

/** SDKs send every 5 s, then the service is quiet: everything is here well before. */
const ARRIVAL_MS = 30_000;

/** The `Traces` view's rows, newest first. */
function traceRows(window: TestWindow): Locator {
  return window.page.locator('.pane-body .monaco-list-row', { hasText: 'POST /triage' });
}

/** Milliseconds of `512 ms`, `1.24 s`; NaN for other text. */
export function millisecondsOf(text: string): number {
  const [, value = NaN, unit = ''] = /([\d.]+)\s*(µs|ms|s)(?![a-z])/.exec(text) ?? [];
  return Number(value) * ({ µs: 0.001, ms: 1, s: 1000 }[unit] ?? NaN);
}

/** Opens the Spanline view in the activity bar. A click on the view that a folder comes back with closes it: once more. */
export async function openTracesView(window: TestWindow): Promise<void> {
  const shown = window.page
    .locator('.pane-header', { hasText: 'Traces' })
    .or(window.page.locator('.composite.title', { hasText: 'Spanline' }))
    .filter({ visible: true })
    .first();
  for (let tries = 1; !(await shown.isVisible()); tries++) {
    await window.page
      .locator('.activitybar .action-item', { has: window.page.locator('[aria-label^="Spanline"]') })
      .click();
    try {
      await shown.waitFor({ timeout: 5000 });
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

/** Empties the Traces view, which has to be open; what is sent afterwards is listed. */
export async function clearTraces(window: TestWindow): Promise<void> {
  // By its time: the row of a run that sent nothing stays, and terminals have a list in their pane, too.
  const row = window.page
    .locator('.pane-body .monaco-list-row[role="treeitem"]', { hasText: /^\d+:\d\d:\d\d/ })
    .first();
  if (!(await row.isVisible())) return;
  await window.command('Spanline: Clear Traces');
  // The command is done later than it is chosen: it would hide what is sent at once, too.
  await row.waitFor({ state: 'hidden' });
}

/** Waits until `count` settled or assembling traces are listed, and answers the row with the longest duration. */
export async function slowestTrace(window: TestWindow, count: number): Promise<Locator> {
  const rows = traceRows(window);
  await rows.nth(count - 1).waitFor({ timeout: ARRIVAL_MS });
  // A trace is listed while it assembles; its duration is final when the `≥` is gone.
  await window.page
    .locator('.pane-body .monaco-list-row', { hasText: '≥' })
    .first()
    .waitFor({ state: 'detached', timeout: ARRIVAL_MS });
  const durations = (await rows.allInnerTexts()).map((text) => millisecondsOf(text.replaceAll('\u00a0', ' ')));
  const longest = durations.indexOf(Math.max(...durations));
  return rows.nth(longest);
}

/** The row of a span in the open waterfall. */
export function spanRow(window: TestWindow, name: string): Locator {
  return window.webview().locator('.wf-row', { hasText: name }).first();
}

/** The row of a span, scrolled into sight as a person would: by the wheel over the rows. */
export async function scrolledTo(window: TestWindow, name: string): Promise<Locator> {
  const row = spanRow(window, name);
  const rows = window.webview().locator('.wf-scroller');
  for (const delta of [-10_000, ...Array<number>(40).fill(66)]) {
    if (await row.isVisible()) return row;
    await rows.hover();
    const before = await rows.evaluate((element) => element.scrollTop);
    await window.page.mouse.wheel(0, delta);
    // The wheel has been dealt with when the rows moved, or cannot.
    await rows.evaluate(
      (element, [from, by]) =>
        new Promise<void>((resolve) => {
          const ends = by < 0 ? 0 : element.scrollHeight - element.clientHeight;
          const look = (): void => {
            if (element.scrollTop !== from || Math.abs(from - ends) < 1) resolve();
            else requestAnimationFrame(look);
          };
          look();
        }),
      [before, delta] as const,
    );
  }
  return row;
}

interface Step {
  readonly title: string;
  readonly run: () => Promise<void>;
}

/** The steps of the main job in a window that receives what the service sends. */
export function mainJobSteps(
  window: TestWindow,
  service: TicketTriage,
  shot: (name: string) => Promise<unknown>,
): readonly Step[] {
  const panel = () => window.webview();
  return [
    {
      title: 'the traces of twelve tickets are listed, newest first',
      run: async () => {
        await openTracesView(window);
        await service.send(12);
        await slowestTrace(window, 12);
        await shot('1-traces');
      },
    },
    {
      title: 'a click on a slow trace opens its waterfall',
      run: async () => {
        await (await slowestTrace(window, 12)).click();
        await spanRow(window, 'POST /triage').waitFor();
        await shot('2-waterfall');
      },
    },
    {
      title: 'the slow span got 500 documents instead of 20',
      run: async () => {
        await (await scrolledTo(window, 'retrieval.rerank')).click();
        await panel()
          .getByRole('tab', { name: /Attributes/ })
          .click();
        await panel()
          .locator('.details', { hasText: 'retrieval.documents.count' })
          .locator('text="500"')
          .first()
          .waitFor();
        await shot('3-slow-span');
      },
    },
    {
      title: 'Enter opens the line that starts it',
      run: async () => {
        await (await scrolledTo(window, 'retrieval.rerank')).click();
        await panel().locator('.source-place', { hasText: 'retrieval.ts' }).waitFor();
        await window.page.keyboard.press('Enter');
        await window.waitForEditor('retrieval.ts', lineOf('src/retrieval.ts', "'retrieval.rerank'"));
        await shot('4-source');
      },
    },
    {
      title: 'a double click opens the line of another service',
      run: async () => {
        // Selected first: rows that the details push aside between two clicks would take the second for another.
        await (await scrolledTo(window, 'model.predict')).click();
        const selected = panel().locator('.wf-row.selected', { hasText: 'model.predict' });
        await panel().locator('.details h2', { hasText: 'model.predict' }).waitFor();
        await selected.dblclick();
        await window.waitForEditor('model.ts', lineOf('src/model.ts', "'model.predict'"));
      },
    },
    {
      title: "the model's input is read first in the details",
      run: async () => {
        await (await scrolledTo(window, 'model.predict')).click();
        await panel().getByRole('tab', { name: 'Input', selected: true }).waitFor();
        await panel().getByRole('tabpanel').or(panel().locator('.tab-content')).first().waitFor();
        await shot('5-model-input');
      },
    },
    {
      title: 'the failed trace shows its exception, whose frame opens the line that threw',
      run: async () => {
        await window.page
          .locator('.pane-body .monaco-list-row', { has: window.page.locator('.codicon-error') })
          .first()
          .click();
        // The slow trace has a span of this name too: wait until the failed one is shown.
        await panel()
          .locator('.trace-header, .app-trace')
          .getByText(/\d errors?/)
          .first()
          .waitFor();
        await (await scrolledTo(window, 'features.load_order')).click();
        await panel()
          .getByRole('tab', { name: /Events/ })
          .click();
        await panel()
          .locator('.tab-content')
          .getByRole('button', { name: /features\.ts/ })
          .or(panel().locator('.tab-content a', { hasText: 'features.ts' }))
          .first()
          .click();
        await window.waitForEditor('features.ts', lineOf('src/features.ts', 'payment.method'));
        await shot('6-exception');
      },
    },
  ];
}

/** Whether a port of the loopback interface is free. */
function portIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}

/** The ports the receiver of a test window took, from its status item; waits until it listens. */
export async function receiverPort(window: TestWindow): Promise<number> {
  const item = window.statusItem.filter({ hasText: /:\d+/ });
  await item.waitFor();
  return Number(/:(\d+)/.exec(await item.innerText())?.[1]);
}

/**
 * `npm run demo -- --headless`: walks the main job with the SDK's defaults (its ports if they are free, its 5 s), prints
 * each step, and looks at the panel in light, dark and high contrast. Resolves with true when a step failed.
 */
export async function walkMainJob(print: (line: string) => void): Promise<boolean> {
  const usual = (await portIsFree(4318)) && (await portIsFree(4317));
  if (!usual) print('Ports 4317 and 4318 are held by another program: the walk takes free ones and tells the service.');
  const settings = {
    'workbench.colorTheme': THEMES.dark,
    'spanline.receiver.autostart': 'auto',
    ...(usual ? { 'spanline.receiver.httpPort': 4318, 'spanline.receiver.grpcPort': 4317 } : {}),
  };
  const code = await startWorkbench({ settings, viewport: { width: 1440, height: 900 } });
  let service: TicketTriage | undefined;
  let failed = false;
  try {
    const window = await code.open(TICKET_TRIAGE);
    await window.statusItem.waitFor();
    if (usual) await waitForReceiver();
    const env = usual ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${await receiverPort(window)}` };
    service = await startTicketTriage(env);
    for (const { title, run } of mainJobSteps(window, service, (name) => window.screenshot(`demo-${name}`))) {
      try {
        await run();
        print(`ok      ${title}`);
      } catch (error) {
        failed = true;
        print(`FAILED  ${title}\n${error instanceof Error ? error.message : String(error)}`);
        await window.screenshot('demo-failed');
        break;
      }
    }
    assert.deepEqual(await window.errors(), []);
    await window.close();
  } catch (error) {
    failed = true;
    print(`FAILED  ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await service?.stop();
    await code.stop();
  }
  print(
    failed ? 'The walk failed; see out/screenshots/.' : 'The walk is complete; screenshots: out/screenshots/demo-*.png',
  );
  return failed;
}

/** Waits until a Spanline answers on the default port: the extension starts its receiver by itself. */
async function waitForReceiver(): Promise<void> {
  for (const end = Date.now() + ARRIVAL_MS; Date.now() < end;) {
    const server = await fetch('http://127.0.0.1:4318/').then(
      (response) => response.headers.get('server'),
      () => undefined,
    );
    if (server === 'Spanline') return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the receiver did not start by itself on port 4318');
}

/**
 * Opens the context menu of `target` and runs an item of it. By key: a menu takes no click in its first tenth of a second.
 * A menu that goes before its item has the focus (a page that takes the keyboard closes it) is opened anew.
 */
export async function chooseInMenu({ page }: TestWindow, target: Locator, title: string): Promise<void> {
  const menu = page.locator('.context-view .monaco-menu');
  for (let tries = 1; ; tries++) {
    await target.click({ button: 'right' });
    try {
      await menu.getByText(title, { exact: true }).hover({ timeout: 5000 });
      await menu.locator('.action-item.focused', { hasText: title }).waitFor({ timeout: 5000 });
      break;
    } catch (error) {
      if (tries === 4) throw error;
      if (await menu.isVisible()) await page.keyboard.press('Escape');
    }
  }
  await page.keyboard.press('Enter');
  await menu.waitFor({ state: 'detached' });
}
