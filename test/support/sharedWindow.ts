import { clearTraces, openTracesView, receiverPort } from './mainJob.ts';
import { startWorkbench, type TestWindow, type TestWorkbench } from './workbench.ts';

const VIEWPORT = { width: 1280, height: 800 };

export interface SharedWindow {
  readonly code: TestWorkbench;
  readonly window: TestWindow;
  /** Of OTLP over HTTP. */
  readonly endpoint: string;
}

let opened: Promise<SharedWindow> | undefined;

/** The one window, if it has been opened. */
export let openWindow: TestWindow | undefined;

async function openOne(): Promise<SharedWindow> {
  const code = await startWorkbench({ settings: { 'spanline.receiver.autostart': 'always' }, viewport: VIEWPORT });
  try {
    await code.workbench.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const window = await code.open();
    openWindow = window;
    const endpoint = `http://127.0.0.1:${await receiverPort(window)}`;
    return { code, window, endpoint };
  } catch (error) {
    await code.stop();
    throw error;
  }
}

/**
 * The one window that suites use after each other, on the fixture workspace and with a receiver: as new, with the Traces
 * view open, no editor and no trace listed. A window costs ten seconds of processor time to open, and most suites need
 * none of their own. `stopSharedWindow` is for the test file that has them all.
 */
export async function sharedWindow(viewport = VIEWPORT): Promise<SharedWindow> {
  const isFirst = opened === undefined;
  opened ??= openOne();
  const shared = await opened;
  const { window } = shared;
  await window.page.setViewportSize(viewport);
  if (!isFirst) {
    // What a test that failed half-way asked or left open.
    for (let press = 0; press < 2; press++) await window.page.keyboard.press('Escape');
    await window.command('View: Close All Editors');
    await window.page.locator('.editor-group-container .tab').first().waitFor({ state: 'detached' });
  }
  await openTracesView(window);
  await clearTraces(window);
  return shared;
}

export async function stopSharedWindow(): Promise<void> {
  await (await opened)?.code.stop();
}
