import type { BrowserContext, Page } from 'playwright-core';

export interface StartOptions {
  /** User settings, over `SETTINGS`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Variables of the server; they reach the extension host. */
  readonly env?: Readonly<Record<string, string>>;
  /** Packages to install before the start. */
  readonly vsix?: readonly string[];
  /** In CSS pixels; 1280 × 800 unless given. */
  readonly viewport?: { readonly width: number; readonly height: number };
  /** true: VS Code asks, and a new folder is untrusted. false (default): all is trusted. */
  readonly workspaceTrust?: boolean;
  /** false: the server alone, for a person's own browser; `context` and `open` then throw. */
  readonly browser?: boolean;
}

export interface Workbench {
  /** The temporary folder: logs, settings, extensions, the browser's profile. */
  readonly dir: string;
  readonly context: BrowserContext;
  /** Such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** What the server wrote so far. */
  log(): string;
  /** A local path as the vscode-remote URI that payload pairs want. */
  remote(file: string): string;
  /** The address of a window on a folder or a .code-workspace file. */
  url(folder: string, payload?: readonly (readonly [string, string])[]): string;
  /**
   * Opens a window (each has its own extension host) and resolves once it is drawn in its color theme.
   * `extensions` are folders of extensions under development.
   */
  open(folder: string, options?: { readonly extensions?: readonly string[] }): Promise<Page>;
  /** Ends server and browser, and removes `dir` unless `keep`. */
  stop(keep?: boolean): Promise<void>;
}

/** Names of built-in color themes, for `start({ settings: { 'workbench.colorTheme': … } })`. */
export const THEMES: {
  readonly light: string;
  readonly dark: string;
  readonly highContrast: string;
  readonly highContrastLight: string;
};

/** User settings of every run: no network, no first-run pages, nothing that moves. */
export const SETTINGS: Readonly<Record<string, unknown>>;

/**
 * Starts a VS Code server on a free loopback port and a headless Chromium with an empty profile. Call `stop()`.
 * An extension under development is loaded by `open(folder, { extensions: [root] })`, a packaged one by `vsix`.
 */
export function start(options?: StartOptions): Promise<Workbench>;

/** Runs a command from the palette by its title as the palette shows it, `Category: Title`. */
export function command(page: Page, title: string): Promise<void>;

/**
 * Picks the row with `text` from the quick input that `key` opens, after typing `prefix` and `text` there. Tries for 30 s,
 * from the start each time, until the row is taken.
 */
export function pick(page: Page, what: { key: string; prefix?: string; text: string }): Promise<void>;
