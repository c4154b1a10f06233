// npm run check [-- name…]: every static check, each with its time. Exit code 1 when one fails.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingSigns, proposedApiViolations, unrunTests } from './houseRules.mjs';
import { root } from './pinnedNode.mjs';
import { ensureDependencies } from './setup.mjs';
import { STAGE_FOLDERS } from './stages.mjs';

/**
 * @typedef {{ ok: boolean, output: string }} Outcome
 * @typedef {{ name: string, ok: boolean, seconds: number, output: string }} CheckResult
 */

/**
 * Runs a tool of node_modules.
 * @param {string} tool
 * @param {string[]} args
 * @returns {Promise<Outcome>}
 */
function runTool(tool, ...args) {
  return new Promise((resolve) => {
    const file = path.join(root, 'node_modules/.bin', tool);
    const child = spawn(file, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
      shell: process.platform === 'win32',
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

/** @param {string[]} violations @returns {Promise<Outcome>} */
const house = (violations) => Promise.resolve({ ok: violations.length === 0, output: violations.join('\n') });

/** @type {Record<string, () => Promise<Outcome>>} */
const CHECKS = {
  types: () => runTool('tsc', '-b'),
  'types of scripts': () => runTool('tsc', '-p', 'scripts'),
  lint: () => runTool('eslint', '--max-warnings', '0', '.'),
  imports: () => runTool('depcruise', '--config', '.dependency-cruiser.cjs', 'src', 'webview', 'test'),
  'dead code': () => runTool('knip'),
  format: () => runTool('prettier', '--check', '--log-level', 'warn', '.'),
  'no proposed API': () => house(proposedApiViolations(root)),
  'a sign in each folder': () => house(missingSigns(root)),
  'no test left out': () => house(unrunTests(root, STAGE_FOLDERS)),
};
const AT_ONCE = 2;

/**
 * @param {readonly string[]} [names] all when empty
 * @param {(result: CheckResult) => void} [onResult] called as each ends
 * @returns {Promise<CheckResult[]>}
 * @throws on a name that is no check
 */
export async function runChecks(names = [], onResult = () => {}) {
  const unknown = names.find((name) => !Object.hasOwn(CHECKS, name));
  if (unknown !== undefined) {
    throw new Error(`There is no check "${unknown}"; there are: ${Object.keys(CHECKS).join(', ')}`);
  }
  const queue = Object.entries(CHECKS).filter(([name]) => names.length === 0 || names.includes(name));
  /** @type {CheckResult[]} */
  const results = [];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [name, check] = next;
      const start = performance.now();
      const { ok, output } = await check();
      const result = { name, ok, seconds: (performance.now() - start) / 1000, output: output.trim() };
      results.push(result);
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

/** @param {CheckResult} result */
export function showCheck({ name, ok, seconds, output }) {
  console.log(`  ${ok ? 'ok    ' : 'failed'} ${name} (${seconds.toFixed(1)} s)`);
  if (!ok) {
    console.log(output.replace(/^(?=.)/gm, '    '));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ensureDependencies();
  const results = await runChecks(process.argv.slice(2), showCheck);
  process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
}
