// usage: node scripts/with-node.mjs test/host/run.mjs [--grep text]
// Mocha inside the extension host of a real VS Code: the one from npm, or with DESKTOP=1 the desktop VS Code that
// @vscode/test-electron downloads (VSCODE_VERSION chooses it; on Linux under `xvfb-run -a`).
// Results: out/test-results/host.json. Exit code 1 when a test failed, none ran, or the run did not end.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runTests } from '@vscode/test-electron';
import { root } from '../../scripts/pinnedNode.mjs';
import { TEST_SETTINGS } from '../support/testSettings.ts';

const { values } = parseArgs({ options: { grep: { type: 'string', default: '' } } });
const at = (/** @type {string} */ file) => path.join(root, file);
const results = at('out/test-results/host.json');
mkdirSync(path.dirname(results), { recursive: true });
rmSync(results, { force: true });

const userData = mkdtempSync(path.join(os.tmpdir(), 'wbu-'));
mkdirSync(path.join(userData, 'User'));
writeFileSync(path.join(userData, 'User/settings.json'), JSON.stringify(TEST_SETTINGS));
let code = 0;
try {
  await runTests({
    ...(process.env.DESKTOP
      ? { version: process.env.VSCODE_VERSION ?? 'stable' }
      : { vscodeExecutablePath: at('tools/vscode/code.mjs') }),
    extensionDevelopmentPath: root,
    extensionTestsPath: at('out/test/host/runInHost.cjs'),
    extensionTestsEnv: { TEST_RESULTS: results, TEST_GREP: values.grep },
    launchArgs: [at('test/fixtures/workspace'), '--disable-extensions', `--user-data-dir=${userData}`],
  });
} catch (error) {
  code = 1;
  console.error(error instanceof Error ? error.message : String(error));
} finally {
  rmSync(userData, { recursive: true, force: true });
}
/** @type {{ ended: boolean, tests: { title: string, state: string, error?: string }[] }} */
const run = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : { ended: false, tests: [] };
for (const { title, state, error } of run.tests) {
  console.log(`${state}: ${title}${error ? `\n${error}` : ''}`);
}
if (!run.ended) {
  console.error('The run in the extension host did not end.');
}
process.exitCode = run.ended && run.tests.length > 0 ? code : 1;
