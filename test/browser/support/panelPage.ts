import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './launchChromium.ts';
import { pageFiles } from './pageFiles.ts';
import { BrowserWindow, SLOW, SLOW_LATENCY_MS, type PageBridge } from './browserWindow.ts';
import { SCREENSHOTS } from './screenshots.ts';
import { THEMES, type ThemeName } from './themes.ts';

export interface OpenOptions {
  readonly scenario?: 'triage' | 'empty' | 'many' | 'hostile';
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** Device pixels for each of the page's, 1 unless given; 2 with half the size is what 200 % zoom does. */
  readonly scale?: number;
  readonly list?: boolean;
  readonly letters?: boolean;
  /** A new panel opened from the tree: shows a span and takes the keyboard. */
  readonly focus?: boolean;
  readonly reducedMotion?: boolean;
  /** The palette for colour blindness instead of the theme's. */
  readonly colorBlind?: boolean;
  /** Milliseconds a message to the host takes. */
  readonly latencyMs?: number;
  /** Serves the page instead of the fake host in it. */
  readonly bridge?: PageBridge;
  /** Runs in the page before anything else. */
  readonly before?: () => void;
}

/**
 * A browser and a server with the page as the extension serves it: same files, same CSP, host in the same window. A page that
 * a test closed is opened again for the next: a new window with a new process costs a second of a slow machine.
 */
export class PanelBrowser {
  readonly #browser: Browser;
  readonly #origin: string;
  readonly #stop: () => Promise<void>;
  readonly #spare: BrowserWindow[] = [];
  #opened = 0;

  private constructor(browser: Browser, origin: string, stop: () => Promise<void>) {
    this.#browser = browser;
    this.#origin = origin;
    this.#stop = stop;
  }

  static async start(): Promise<PanelBrowser> {
    const files = await pageFiles();
    const server = createServer((request, response) => {
      const name = new URL(request.url ?? '/', 'http://page').pathname;
      const file = files.get(name);
      // Kept by the browser, with what it compiled of them.
      const kept = name === '/' ? 'no-store' : 'max-age=3600';
      response.writeHead(file ? 200 : 404, { 'content-type': file?.type ?? 'text/plain', 'cache-control': kept });
      response.end(file?.body ?? '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const browser = await launchChromium();
    return new PanelBrowser(browser, `http://127.0.0.1:${port}`, async () => {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
  }

  async close(): Promise<void> {
    await this.#stop();
  }

  /** Opens the panel; answers once it has drawn what the scenario shows first. */
  async open(options: OpenOptions = {}): Promise<PanelPage> {
    const scale = options.scale ?? 1;
    const size = { width: options.width ?? 1000, height: options.height ?? 700 };
    // What runs before a page stays with its window.
    const isOwn = options.before !== undefined;
    const at = isOwn ? -1 : this.#spare.findIndex((window) => window.scale === scale);
    const window = this.#spare.splice(at, at < 0 ? 0 : 1)[0] ?? (await BrowserWindow.open(this.#browser, scale));
    const { page } = window;
    await page.setViewportSize(size);
    await page.emulateMedia({ reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference' });
    if (options.before) await page.addInitScript(options.before);
    if (options.bridge) window.serve(options.bridge);
    const query = new URLSearchParams({ scenario: options.scenario ?? 'triage' });
    query.set('opened', String(++this.#opened));
    if (options.bridge) query.set('host', 'elsewhere');
    if (options.list === true) query.set('list', 'on');
    if (options.letters === false) query.set('letters', 'off');
    if (options.focus === true) query.set('focus', 'on');
    if (options.colorBlind === true) query.set('palette', 'colorBlind');
    query.set('latency', String(options.latencyMs ?? (SLOW ? SLOW_LATENCY_MS : 0)));
    query.set('theme', options.theme ?? 'dark');
    const panel = new PanelPage(page, this.#origin, async () => {
      if (isOwn) await page.context().close();
      else if (await window.clear()) this.#spare.push(window);
    });
    await page.goto(`${this.#origin}/?${query.toString()}`);
    await page.waitForSelector('.welcome h2, .wf-row:not(.placeholder)');
    return panel;
  }
}

/** One browser for the tests of a file, started before the first and closed after the last. */
export function usePanelBrowser(): { readonly open: (options?: OpenOptions) => Promise<PanelPage> } {
  let started: PanelBrowser | undefined;
  before(async () => {
    started = await PanelBrowser.start();
  });
  after(() => started?.close());
  return {
    open: async (options) => {
      if (!started) throw new Error('open a panel inside a test');
      return started.open(options);
    },
  };
}

/** One open panel. */
export class PanelPage {
  readonly page: Page;
  /** Requests that left for anywhere but the page's own files. */
  readonly strayRequests: string[] = [];
  readonly problems: string[] = [];

  readonly #close: () => Promise<void>;

  /** `close` ends it, or keeps its window for another. */
  constructor(page: Page, origin: string, close: () => Promise<void>) {
    this.page = page;
    this.#close = close;
    const own = new Set(OWN_FILES.map((name) => `${origin}${name}`));
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (!own.has(`${url.origin}${url.pathname}`)) this.strayRequests.push(request.url());
    });
    page.on('pageerror', (error) => this.problems.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(message.text());
    });
  }

  async close(): Promise<void> {
    await this.#close();
  }

  /** Names of the rows in sight, top to bottom. */
  async rowNames(): Promise<string[]> {
    return this.page.evaluate(() =>
      [...document.querySelectorAll('.wf-row:not(.placeholder)')]
        .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
        .map((row) => row.querySelector('.wf-name')?.textContent ?? ''),
    );
  }

  /** Name of the selected row, or empty. */
  async selectedName(): Promise<string> {
    return (await this.page.locator('.wf-row.selected .wf-name').first().textContent()) ?? '';
  }

  /** Waits until the selected row has this name. */
  async waitForSelected(name: string): Promise<void> {
    await this.page.waitForFunction(
      (wanted) => document.querySelector('.wf-row.selected .wf-name')?.textContent === wanted,
      name,
    );
  }

  /** Calls of a method that the page made so far. */
  async calls(method: string): Promise<unknown[]> {
    return this.page.evaluate(
      (wanted) => window.fake.host.calls.filter((call) => call.method === wanted).map((call) => call.params),
      method,
    );
  }

  /** Lets pending messages and frames pass. */
  async settle(): Promise<void> {
    await this.page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 0)));
        }),
    );
  }

  /** One of each theme, named for it; the page changes to it as VS Code has it change. */
  async screenshotThemes(name: string): Promise<void> {
    for (const theme of Object.keys(THEMES) as ThemeName[]) {
      await this.page.evaluate((to) => (window as unknown as { setTheme: (to: string) => void }).setTheme(to), theme);
      await this.settle();
      await this.screenshot(`${name}-${theme}`);
    }
  }

  async screenshot(name: string): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
  }
}

const OWN_FILES = ['/', '/webview.js', '/host.js', '/theme.js', '/webview.css', '/codicon.css', '/codicon.ttf'];
