// Starts the VS Code server from npm and a headless Chromium. Everything they write lies under one temporary folder.
// What each export does is said in wb.d.mts.
import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { ensureChromium } from '../../scripts/setup.mjs';
import { installWorkbench } from './install.mjs';

const run = promisify(execFile);
const SERVER_START_MS = 60_000;
const WINDOW_MS = 60_000;

export const THEMES = {
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  highContrast: 'Default High Contrast',
  highContrastLight: 'Default High Contrast Light',
};

export const SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'workbench.enableExperiments': false,
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'security.workspace.trust.enabled': false,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  // The chat side bar would take the focus and 290 px. A test of chat or MCP sets false, and the side bar visible.
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'git.openRepositoryInParentFolders': 'never',
  'git.autofetch': false,
  'typescript.disableAutomaticTypeAcquisition': true,
  'json.schemaDownload.enable': false,
  'npm.fetchOnlinePackageInfo': false,
  'workbench.reduceMotion': 'on',
  'workbench.hover.delay': 50,
  'editor.hover.delay': 50,
  'editor.cursorBlinking': 'solid',
  'editor.minimap.enabled': false,
  'files.autoSave': 'off',
  'window.confirmBeforeClose': 'never',
};

const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  // Else each window loads two pages of the address bar's list, unseen.
  '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup',
];

/** @param {string} line */
const listeningPort = (line) => /Extension host agent listening on (\d+)/.exec(line)?.[1];

/** @param {string} dir @param {Record<string, string>} extra */
function serverEnvironment(dir, extra) {
  /** @type {NodeJS.ProcessEnv} */
  const env = {};
  for (const [name, value] of Object.entries(process.env)) {
    // A VS Code around us, npm, and a test runner's own variables would change how the server behaves.
    if (!/^(VSCODE_|XDG_|ELECTRON_|npm_|NODE_OPTIONS$|NODE_TEST_CONTEXT$)/.test(name)) {
      env[name] = value;
    }
  }
  // EXTENSIONS_GALLERY={}: no calls to an extension gallery.
  return { ...env, HOME: path.join(dir, 'home'), TMPDIR: path.join(dir, 'tmp'), EXTENSIONS_GALLERY: '{}', ...extra };
}

/**
 * Resolves with the port once the server listens.
 * @param {import('node:child_process').ChildProcess} server
 * @param {() => string} log
 * @returns {Promise<string>}
 */
async function waitForPort(server, log) {
  for (const end = Date.now() + SERVER_START_MS; Date.now() < end;) {
    const port = listeningPort(log());
    if (port) {
      return port;
    }
    if (server.exitCode !== null) {
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The VS Code server did not start:\n${log().slice(-2000)}`);
}

/** @param {number | undefined} leader ends the whole process group that it leads */
function killGroup(leader) {
  try {
    if (leader !== undefined) {
      process.kill(-leader, 'SIGTERM');
    }
  } catch {
    // It has ended by itself.
  }
}

/**
 * @param {import('./wb.d.mts').StartOptions} [options]
 * @returns {Promise<import('./wb.d.mts').Workbench>}
 */
export async function start(options = {}) {
  const { settings = {}, env = {}, vsix = [], viewport = { width: 1280, height: 800 } } = options;
  const { workspaceTrust = false, browser = true } = options;
  const { main, node } = await installWorkbench();
  const executablePath = browser ? await ensureChromium() : '';

  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'wb-')); // short: unix sockets are made in it
  for (const folder of ['user/User', 'user/Machine', 'extensions', 'home', 'tmp']) {
    fs.mkdirSync(path.join(dir, folder), { recursive: true });
  }
  const userSettings = { ...SETTINGS, 'security.workspace.trust.enabled': workspaceTrust, ...settings };
  // A window on a server reads settings of machine scope from Machine alone.
  for (const folder of ['User', 'Machine']) {
    fs.writeFileSync(path.join(dir, 'user', folder, 'settings.json'), JSON.stringify(userSettings));
  }

  const serverEnv = serverEnvironment(dir, env);
  const common = [
    main,
    '--accept-server-license-terms',
    '--disable-telemetry',
    ...['--server-data-dir', path.join(dir, 'server')],
    ...['--user-data-dir', path.join(dir, 'user')],
    ...['--extensions-dir', path.join(dir, 'extensions')],
  ];
  for (const file of vsix) {
    await run(node, [...common, '--install-extension', path.resolve(file), '--force'], { env: serverEnv });
  }
  const logFile = path.join(dir, 'server.log');
  const logFd = fs.openSync(logFile, 'w');
  // extensionDevelopmentPath and extensionTestsPath in the address count only under --enable-smoke-test-driver.
  const serverArgs = ['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--enable-smoke-test-driver'];
  const trustArgs = workspaceTrust ? [] : ['--disable-workspace-trust'];
  const server = spawn(node, [...common, ...serverArgs, ...trustArgs], {
    env: serverEnv,
    stdio: ['ignore', logFd, logFd],
    detached: true,
  });
  fs.closeSync(logFd);
  const killServer = () => killGroup(server.pid);
  // A launcher that is ended from outside leaves nothing behind.
  const exitNow = () => process.exit(1);
  process.once('exit', killServer).once('SIGTERM', exitNow).once('SIGHUP', exitNow);
  const log = () => fs.readFileSync(logFile, 'utf8');
  /** @type {import('playwright-core').BrowserContext | undefined} */
  let context;
  let origin = '';

  /** @param {boolean} [keep] */
  const stop = async (keep = false) => {
    await context?.close().catch(() => {});
    process.off('exit', killServer).off('SIGTERM', exitNow).off('SIGHUP', exitNow);
    const ended = new Promise((resolve) => server.once('exit', resolve));
    if (server.exitCode === null && server.signalCode === null) {
      killServer();
      await ended;
    }
    if (!keep) {
      fs.rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    }
  };

  try {
    const launched = browser
      ? chromium.launchPersistentContext(path.join(dir, 'chromium'), {
          executablePath,
          headless: true,
          viewport,
          env: { ...process.env, HOME: path.join(dir, 'home') },
          args: CHROMIUM_FLAGS,
        })
      : undefined;
    const [port, opened] = await Promise.all([waitForPort(server, log), launched]);
    origin = `http://127.0.0.1:${port}`;
    context = opened;
  } catch (error) {
    await stop();
    throw error;
  }

  const theContext = () => {
    if (!context) {
      throw new Error('This workbench was started with browser: false.');
    }
    return context;
  };
  /** @param {string} file */
  const remote = (file) => `vscode-remote://${new URL(origin).host}${path.resolve(file)}`;
  /** @param {string} folder @param {readonly (readonly [string, string])[]} [payload] */
  const url = (folder, payload = []) => {
    const address = new URL(origin);
    address.searchParams.set(folder.endsWith('.code-workspace') ? 'workspace' : 'folder', path.resolve(folder));
    const pairs = [['skipWelcome', 'true'], ['skipReleaseNotes', 'true'], ...payload];
    address.searchParams.set('payload', JSON.stringify(pairs));
    return address.href;
  };
  return {
    dir,
    get context() {
      return theContext();
    },
    origin,
    log,
    remote,
    url,
    stop,
    async open(folder, { extensions = [] } = {}) {
      const windows = theContext();
      const page = windows.pages().find((each) => each.url() === 'about:blank') ?? (await windows.newPage());
      const payload = extensions.map(
        (extension) => /** @type {const} */ (['extensionDevelopmentPath', remote(extension)]),
      );
      await page.goto(url(folder, payload), { waitUntil: 'commit' });
      // The class comes with the configured theme, about a second after the first paint in a default one.
      await page.locator('.monaco-workbench[class*="vscode-theme-"]').waitFor({ timeout: WINDOW_MS });
      return page;
    },
  };
}

/** How long a quick input may stay away, or without the row that is asked for. */
const PICK_MS = 30_000;

/**
 * Runs a command by its title in the palette.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} title
 */
export async function command(page, title) {
  // A command may ask something in the same place, without the palette's `>`.
  await pick(page, { key: 'F1', prefix: '>', text: title });
}

/**
 * Presses the key that opens a quick input, types `prefix` and `text`, and clicks the row with `text`, anew from where it
 * stands until it is taken: a key is lost while a webview takes the keyboard, another quick input that closes takes this
 * one with it, and a click is lost when the list is drawn anew between its press and its release.
 *
 * @param {import('playwright-core').Page} page
 * @param {{ key: string, prefix?: string, text: string }} what
 */
export async function pick(page, { key, prefix = '', text }) {
  const input = page.locator('.quick-input-widget input.input');
  const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
  const isOpen = async () =>
    (await input.isVisible()) && (await input.inputValue({ timeout: 1000 }).catch(() => '')).startsWith(prefix);
  /** @param {boolean} open */
  const becomes = async (open) => {
    for (const end = Date.now() + 3000; Date.now() < end;) {
      // A window that goes with what was picked took it.
      if ((await isOpen().catch(() => !page.isClosed())) === open) return true;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return false;
  };
  for (const end = Date.now() + PICK_MS; ;) {
    try {
      if (!(await isOpen())) await page.keyboard.press(key);
      if (!(await becomes(true))) throw new Error(`no quick input opened on ${key}`);
      await input.fill(prefix + text, { timeout: 1000 });
      await row.click({ timeout: 5000 });
      if (await becomes(false)) return;
      throw new Error(`the quick input keeps “${text}” and does not take it`);
    } catch (error) {
      if (Date.now() > end || page.isClosed()) throw error;
    }
  }
}
