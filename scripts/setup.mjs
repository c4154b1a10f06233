// What a test, a demo or a package run needs before it starts: the project's npm packages and a Chromium. No dependencies.
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from './pinnedNode.mjs';

const windows = process.platform === 'win32';
const HEARTBEAT_MS = 10_000;

/**
 * Runs `work` and shows on stderr that it runs: one line at the start, one every ten seconds, one at the end.
 * @template T
 * @param {string} label
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(label, work) {
  const start = performance.now();
  const seconds = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  console.error(`[setup] ${label} …`);
  const heartbeat = setInterval(() => console.error(`[setup] ${label}: ${seconds()} so far`), HEARTBEAT_MS);
  try {
    const result = await work();
    console.error(`[setup] ${label}: done in ${seconds()}`);
    return result;
  } finally {
    clearInterval(heartbeat);
  }
}

/**
 * Runs a command with its output on stderr, so that a script's own stdout stays clean.
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [cwd]
 * @returns {Promise<void>} rejects unless the command ends with 0
 */
export function runVisibly(command, args, env = process.env, cwd = root) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 2, 2], shell: windows });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code === 0) {
        resolve();
      } else {
        reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? `exit code ${code}`}`));
      }
    });
  });
}

/**
 * Whether node_modules holds exactly what package-lock.json asks for, by npm's own record of what it installed.
 * @param {string} [folder] the folder with package-lock.json
 * @returns {boolean}
 */
export function dependenciesAreCurrent(folder = root) {
  const record = path.join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(record)) {
    return false;
  }
  /** @param {string} file @returns {Record<string, { version?: string, integrity?: string, optional?: boolean }>} */
  const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
  const wanted = packagesOf(path.join(folder, 'package-lock.json'));
  const installed = packagesOf(record);
  for (const [where, { version, integrity, optional }] of Object.entries(wanted)) {
    const found = installed[where];
    if (where === '' || (!found && optional)) {
      continue; // the project itself; a binary for another platform
    }
    if (found?.version !== version || found?.integrity !== integrity) {
      return false;
    }
  }
  return Object.keys(installed).every((where) => where in wanted);
}

/**
 * Brings node_modules in line with package-lock.json (`npm ci`), or does nothing when it is. Install scripts are not
 * run: none of our packages needs one (esbuild's binary is a package of its own), and newer npm versions hold them back.
 * @param {string} [folder] the folder with package-lock.json
 * @returns {Promise<void>}
 */
export async function ensureDependencies(folder = root) {
  if (!dependenciesAreCurrent(folder)) {
    const where = folder === root ? '' : ` of ${path.relative(root, folder)}`;
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await step(`installing npm packages${where}`, () => runVisibly('npm', args, process.env, folder));
  }
}

/** @param {string} name @returns {string | undefined} the executable's full path */
export function findOnPath(name) {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean)) {
    const candidate = path.join(folder, windows ? `${name}.exe` : name);
    if (isExecutable(candidate)) {
      return candidate;
    }
  }
  return undefined;
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * @returns {string | undefined} the path of a Chromium or a browser built on it; `$CHROMIUM` wins
 * @throws when `$CHROMIUM` names no executable file
 */
export function findChromium() {
  const chosen = process.env['CHROMIUM'];
  if (chosen) {
    const found = isExecutable(chosen) ? chosen : findOnPath(chosen);
    if (!found) {
      throw new Error(`CHROMIUM is set to ${chosen}, which is not an executable file.`);
    }
    return found;
  }
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
  const places = {
    darwin: [
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    ],
    win32: [process.env['ProgramFiles'], process.env['ProgramFiles(x86)'], process.env['LOCALAPPDATA']]
      .filter((folder) => folder !== undefined)
      .flatMap((folder) => [
        path.join(folder, 'Google/Chrome/Application/chrome.exe'),
        path.join(folder, 'Microsoft/Edge/Application/msedge.exe'),
      ]),
  };
  const installed = process.platform === 'darwin' || process.platform === 'win32' ? places[process.platform] : [];
  return names.map(findOnPath).find((file) => file !== undefined) ?? installed.find(isExecutable);
}

/**
 * The path of a Chromium; on Debian and Ubuntu one is installed by apt when there is none and we may (root, or sudo
 * without a password).
 * @returns {Promise<string>}
 * @throws with what to do when there is none and none could be installed
 */
export async function ensureChromium() {
  const found = findChromium();
  if (found) {
    return found;
  }
  const advice =
    'The tests and the demo need Chromium. Install it (Debian, Ubuntu: `sudo apt-get install chromium`), ' +
    'or set CHROMIUM to the path of a Chromium, Chrome or Edge.';
  const isRoot = process.getuid?.() === 0;
  const maySudo = !isRoot && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  if (!findOnPath('apt-get') || (!isRoot && !maySudo)) {
    throw new Error(advice);
  }
  const command = isRoot ? 'apt-get' : 'sudo';
  const before = isRoot ? [] : ['-n', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Without recommended packages there would be no font at all on a bare machine.
  const install = [...before, 'install', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation'];
  try {
    await step('installing Chromium with apt-get', async () => {
      await runVisibly(command, [...before, 'update'], env);
      await runVisibly(command, install, env);
    });
  } catch (cause) {
    throw new Error(`Chromium could not be installed: ${String(cause)}. ${advice}`, { cause });
  }
  const installed = findChromium();
  if (!installed) {
    throw new Error(`apt-get ended well, but there is still no Chromium. ${advice}`);
  }
  return installed;
}
