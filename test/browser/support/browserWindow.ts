import type { Browser, Page } from 'playwright-core';

/**
 * Set to run every test as on a slow machine: the page's thread six times slower, every message 60 ms late. What a test
 * reads before it waited for it shows here each time, and elsewhere once in a hundred runs.
 */
export const SLOW = process.env['SPANLINE_TEST_SLOW'] === '1';
const SLOW_CPU_RATE = 6;
export const SLOW_LATENCY_MS = 60;

/** A host that lives in the test's process. */
export interface PageBridge {
  /** Called once with the way to the page. */
  connect(post: (message: unknown) => void): void;
  receive(message: unknown): void;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** A window of the browser, for one page after the other. */
export class BrowserWindow {
  readonly page: Page;
  readonly scale: number;
  /** The host of the page that it shows now. */
  #bridge: PageBridge | undefined;

  private constructor(page: Page, scale: number) {
    this.page = page;
    this.scale = scale;
  }

  /** `scale`: device pixels for each of the page's. */
  static async open(browser: Browser, scale: number): Promise<BrowserWindow> {
    const context = await browser.newContext({ deviceScaleFactor: scale });
    const page = await context.newPage();
    if (SLOW) {
      const session = await context.newCDPSession(page);
      await session.send('Emulation.setCPUThrottlingRate', { rate: SLOW_CPU_RATE });
    }
    const window = new BrowserWindow(page, scale);
    await page.exposeFunction('toHost', (message: unknown) => {
      const bridge = window.#bridge;
      late(() => {
        if (bridge === window.#bridge) bridge?.receive(message);
      });
    });
    return window;
  }

  /** Has the next page served by a host in this process. */
  serve(bridge: PageBridge): void {
    this.#bridge = bridge;
    bridge.connect((message) => {
      late(() => {
        if (bridge !== this.#bridge) return;
        // A page that is being closed has no more use for it.
        void this.page.evaluate((data) => window.postMessage(data, window.origin), message).catch(() => undefined);
      });
    });
  }

  /** Leaves the page and what a test set; false when that failed and the window was closed instead. */
  async clear(): Promise<boolean> {
    this.#bridge = undefined;
    const { page } = this;
    try {
      await page.goto('about:blank');
      page.removeAllListeners();
      page.setDefaultTimeout(DEFAULT_TIMEOUT_MS);
      // Nothing is pointed at in a new window.
      await page.mouse.move(-1, -1);
      await page.emulateMedia({ media: null, colorScheme: null, forcedColors: null, contrast: null });
      return true;
    } catch {
      await page.context().close();
      return false;
    }
  }
}

function late(pass: () => void): void {
  if (SLOW) setTimeout(pass, SLOW_LATENCY_MS);
  else pass();
}
