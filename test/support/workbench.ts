import fs from 'node:fs';
import path from 'node:path';
import { afterEach } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { command, pick, start, type StartOptions, type Workbench } from '../../tools/vscode/wb.mjs';
import { TEST_SETTINGS } from './testSettings.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** The workspace that test windows open unless they name another one. */
export const FIXTURE_WORKSPACE = path.join(root, 'test/fixtures/workspace');

/** A window of a real VS Code with Spanline in it. Waits are for what the window shows, 30 s at most (60 s to open). */
export class TestWindow {
  readonly page: Page;
  readonly #onClosed: () => Promise<void>;

  constructor(page: Page, onClosed: () => Promise<void>) {
    this.page = page;
    this.#onClosed = onClosed;
  }

  /** Runs a command from the palette by its title as shown there, `Spanline: Show Log`. */
  async command(title: string): Promise<void> {
    await command(this.page, title);
  }

  /** Runs a command that asks for a text in a box of the title `asks`, and answers it. */
  answer(title: string, asks: string, text: string): Promise<void> {
    return this.inBox(title, asks, text, (box) => box.press('Enter', { timeout: 5000 }));
  }

  /**
   * Runs a command that asks for a text in a box of the title `asks`, types it, and goes on with `then`; all anew while that
   * fails: what takes the keyboard takes the box away. `then` should wait for seconds at most.
   */
  async inBox(title: string, asks: string, text: string, then: (box: Locator) => Promise<void>): Promise<void> {
    const box = this.page
      .locator('.quick-input-widget', { has: this.page.locator('.quick-input-title', { hasText: asks }) })
      .locator('input.input');
    for (let tries = 1; ; tries++) {
      await this.command(title);
      try {
        await box.fill(text, { timeout: 5000 });
        await then(box);
        return;
      } catch (error) {
        if (tries === 4) throw error;
      }
    }
  }

  /** The page inside a webview on screen (a hidden one is destroyed), in the order of the document. */
  webview(index = 0): FrameLocator {
    const outer = this.page.locator('iframe.webview.ready').nth(index).contentFrame(); // VS Code's own frame
    return outer.locator('iframe#active-frame').contentFrame();
  }

  /** Spanline's item in the status bar. */
  get statusItem(): Locator {
    return this.page
      .locator('#spanline\\.spanline\\.spanline\\.status')
      .filter({ has: this.page.locator('.codicon-pulse') });
  }

  /**
   * Texts of the notifications held, newest first. Read from the notification center: under the smoke-test driver, which
   * loading an extension from a folder needs, VS Code shows no toasts.
   */
  async notifications(): Promise<readonly { readonly error: boolean; readonly text: string }[]> {
    await this.command('Notifications: Show Notifications');
    const center = this.page.locator('.notifications-center.visible');
    await center.waitFor();
    // In one step: a notification that a program takes back goes between two.
    const notifications = await center.locator('.notification-list-item').evaluateAll((items) =>
      items.map((item) => ({
        error: item.querySelector('.notification-list-item-icon.codicon-error') !== null,
        text: item.querySelector('.notification-list-item-message')?.textContent ?? '',
      })),
    );
    // The center goes by itself with the last of them.
    const hide = center.locator('.notifications-center-header .action-label.codicon-notifications-hide');
    await Promise.race([hide.click(), center.waitFor({ state: 'detached' })]);
    await center.waitFor({ state: 'detached' });
    return notifications;
  }

  /** Texts of error notifications; a clean window has none. */
  async errors(): Promise<readonly string[]> {
    return (await this.notifications()).filter(({ error }) => error).map(({ text }) => text);
  }

  /**
   * Holds the pointer over `target` until `hover` is shown. What is drawn anew under the pointer takes its hover away: then
   * it is asked for again.
   */
  async hover(target: Locator, hover: Locator): Promise<void> {
    for (let tries = 1; ; tries++) {
      await this.page.mouse.move(10, 10);
      await target.hover();
      try {
        await hover.waitFor({ timeout: 5000 });
        return;
      } catch (error) {
        if (tries === 5) throw error;
      }
    }
  }

  /** Opens a file of the workspace by its name, through Quick Open. */
  async openFile(name: string): Promise<void> {
    await pick(this.page, { key: 'ControlOrMeta+P', text: name });
    await this.waitForEditor(name);
  }

  /**
   * Waits until the focused editor shows `file` (its name), with the cursor on `line` (from 1) if given. Reads the tab
   * and the status bar: the lines on screen are virtual.
   */
  async waitForEditor(file: string, line?: number): Promise<void> {
    await this.page.locator(`.editor-group-container.active .tab.active[data-resource-name="${file}"]`).waitFor();
    if (line !== undefined) {
      await this.page.locator('#status\\.editor\\.selection', { hasText: `Ln ${line},` }).waitFor();
    }
  }

  /** File name, line and column (from 1) of the focused editor. */
  async cursor(): Promise<{ file: string; line: number; column: number }> {
    const tab = this.page.locator('.editor-group-container.active .tab.active');
    const text = await this.page.locator('#status\\.editor\\.selection').innerText();
    const [, line = NaN, column = NaN] = /Ln (\d+), Col (\d+)/.exec(text) ?? [];
    return { file: (await tab.getAttribute('data-resource-name')) ?? '', line: Number(line), column: Number(column) };
  }

  /** Writes out/screenshots/NAME.png and returns its path. */
  async screenshot(name: string): Promise<string> {
    const file = path.join(root, 'out/screenshots', `${name}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }

  /**
   * Closes the window; its extension host ends within about two seconds. After the last one this waits for all of them, so
   * that no window opened later shares the traces of one that is closed.
   */
  async close(): Promise<void> {
    await this.page.close();
    await this.#onClosed();
  }
}

/** A host that is still there then waits for its window to come back. */
const HOST_ENDS_MS = 10_000;

/**
 * Waits until no extension host of this server runs; on systems without /proc the caller goes on at once. The server keeps
 * the host of a page that went before it could say goodbye (closed within the first second or so), for hours: such a
 * host is ended here.
 */
async function hostsHaveEnded(dir: string): Promise<void> {
  for (let waited = 0; runningHosts(dir).length > 0; waited += 50) {
    if (waited > 3 * HOST_ENDS_MS) throw new Error('an extension host does not end');
    if (waited >= HOST_ENDS_MS) for (const pid of runningHosts(dir)) end(pid);
    await setTimeout(50);
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}

function runningHosts(dir: string): readonly number[] {
  if (process.platform !== 'linux') return [];
  return fs
    .readdirSync('/proc')
    .filter((pid) => {
      if (!/^\d+$/.test(pid)) return false;
      try {
        const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return (
          command.includes('--type=extensionHost') && fs.readFileSync(`/proc/${pid}/environ`, 'utf8').includes(dir)
        );
      } catch {
        return false; // ended meanwhile, or another user's
      }
    })
    .map(Number);
}

/** Keeps a screenshot of the window after each test that fails, for suites whose tests share it. */
export function screenshotOfFailures(name: string, window: () => TestWindow | undefined): void {
  afterEach(async (context) => {
    if (!('passed' in context) || context.passed) return;
    await window()
      ?.screenshot(`${name}-failed`)
      .catch(() => undefined); // the window may be what is missing
  });
}

export interface TestWorkbench {
  readonly workbench: Workbench;
  /** Opens a window with the extension from this folder, or from the package that was installed. */
  open(folder?: string): Promise<TestWindow>;
  /** Runs `body` on a new window and closes it; keeps a screenshot named after `name` when it fails. */
  withWindow(name: string, body: (window: TestWindow) => Promise<void>, folder?: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts VS Code with Spanline from this folder (as built in dist/) or, given `vsix`, from the package alone. Start it
 * once in a `before`, stop it in an `after`; two at once are too much for two cores.
 */
export async function startWorkbench(options: StartOptions = {}): Promise<TestWorkbench> {
  fs.mkdirSync(path.join(root, 'out/screenshots'), { recursive: true });
  const workbench = await start({ ...options, settings: { ...TEST_SETTINGS, ...options.settings } });
  const extensions = options.vsix === undefined ? [root] : [];
  let windows = 0;
  const onClosed = async (): Promise<void> => {
    if (--windows === 0) await hostsHaveEnded(workbench.dir);
  };
  const open = async (folder = FIXTURE_WORKSPACE) => {
    const page = await workbench.open(folder, { extensions });
    page.setDefaultTimeout(30_000);
    windows++;
    return new TestWindow(page, onClosed);
  };
  return {
    workbench,
    open,
    async withWindow(name, body, folder) {
      const window = await open(folder);
      try {
        await body(window);
      } catch (error) {
        await window.screenshot(`${name}-failed`);
        throw error;
      } finally {
        await window.close();
      }
    },
    stop: () => workbench.stop(),
  };
}
