#!/usr/bin/env node
// Stands in for the desktop `code` executable under @vscode/test-electron: the same arguments, but a VS Code server and
// a headless Chromium.
import fs from 'node:fs';
import path from 'node:path';
import util from 'node:util';
import { root } from '../../scripts/pinnedNode.mjs';
import { start } from './wb.mjs';

const RUN_MS = Number(process.env['TEST_TIMEOUT_MS'] ?? 240_000);
const TIMED_OUT = 124;
const FAILURE_FOLDER = path.join(root, 'out/test-results/host-failure');

/** @param {string} name */
const option = (name) =>
  process.argv.filter((arg) => arg.startsWith(`--${name}=`)).map((arg) => arg.slice(name.length + 3));

const folder = process.argv.slice(2).find((arg) => !arg.startsWith('-')) ?? process.cwd();
/** @type {Record<string, string>} */
const env = {};
for (const [name, value] of Object.entries(process.env)) {
  if (name.startsWith('TEST_') && value !== undefined) {
    env[name] = value;
  }
}
const [testsPath] = option('extensionTestsPath');
if (!testsPath) {
  console.error('no --extensionTestsPath');
  process.exit(2);
}
const [userData] = option('user-data-dir');
const userSettings = userData ? path.join(userData, 'User/settings.json') : '';
const settings = fs.existsSync(userSettings) ? JSON.parse(fs.readFileSync(userSettings, 'utf8')) : {};
const workbench = await start({ env, settings });
/** @type {string[]} */
const lines = [];
let code = 1;
try {
  const page = workbench.context.pages()[0] ?? (await workbench.context.newPage());
  await page.exposeFunction('codeAutomationLog', (/** @type {string} */ type, /** @type {unknown[]} */ args) => {
    const line = util.format(...args);
    lines.push(`${type} ${line}`);
    if (process.env['VERBOSE']) {
      console.log(line);
    }
  });
  /** @type {Promise<number>} */
  const ended = new Promise((resolve) => {
    void page.exposeFunction('codeAutomationExit', resolve); // the workbench calls it when the test run has ended
  });
  /** @type {Promise<number>} */
  const timedOut = new Promise((resolve) => setTimeout(resolve, RUN_MS, TIMED_OUT));
  await page.goto(
    workbench.url(folder, [
      ...option('extensionDevelopmentPath').map(
        (extension) => /** @type {const} */ (['extensionDevelopmentPath', workbench.remote(extension)]),
      ),
      ['extensionTestsPath', workbench.remote(testsPath)],
    ]),
    // A busy machine takes long to load the page; the run as a whole is bounded.
    { timeout: RUN_MS },
  );
  code = await Promise.race([ended, timedOut]);
  if (code !== 0) {
    fs.rmSync(FAILURE_FOLDER, { recursive: true, force: true });
    fs.mkdirSync(FAILURE_FOLDER, { recursive: true });
    await page.screenshot({ path: path.join(FAILURE_FOLDER, 'window.png') });
    fs.writeFileSync(path.join(FAILURE_FOLDER, 'console.log'), lines.join('\n'));
    fs.cpSync(path.join(workbench.dir, 'server.log'), path.join(FAILURE_FOLDER, 'server.log'));
    fs.cpSync(path.join(workbench.dir, 'user/logs'), path.join(FAILURE_FOLDER, 'logs'), { recursive: true });
    const why = code === TIMED_OUT ? `the run took longer than ${RUN_MS} ms` : `exit code ${code}`;
    console.error(`${why}; logs and a screenshot: ${path.relative(root, FAILURE_FOLDER)}`);
  }
} finally {
  await workbench.stop();
}
process.exit(code);
