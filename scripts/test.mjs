// npm test [-- stage… --grep text --oldest]: sets up what is missing, then runs check, unit, browser, host, e2e, interop.
// Last line: `N passed, N failed`, with `, N skipped` when some were. Exit code 1 when a test failed or a stage that
// has test files ran none. VERBOSE=1 names every test.
// A file of the browser and e2e stages that fails is run once more, alone; what passes only then is named as unsteady.
// --oldest: the host and e2e stages run on the oldest VS Code that npm has for us.
import { spawn } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './pinnedNode.mjs';
import { ensurePython } from './python.mjs';
import { ensureChromium, ensureDependencies, runVisibly, step } from './setup.mjs';
import { STAGES } from './stages.mjs';

/**
 * @typedef {{ passed: number, failed: number, skipped: { title: string, reason: string }[] }} Counts
 * @typedef {Counts & { byFile: Record<string, { passed: number, failed: string[] }> }} NodeCounts failed by file: titles
 * @typedef {import('./stages.mjs').Stage} Stage
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { grep: { type: 'string', default: '' }, oldest: { type: 'boolean', default: false } },
});
if (values.oldest) {
  process.env['SPANLINE_VSCODE'] = 'oldest'; // read by tools/vscode/install.mjs
}
const { grep } = values;
const names = ['check', ...STAGES.map(({ name }) => name)];
const unknown = positionals.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(`There is no stage "${unknown}"; there are: ${names.join(', ')}`);
  process.exit(2);
}
/** A grep without stages means tests, not static checks. @param {string} name */
const isChosen = (name) => (positionals.length > 0 ? positionals.includes(name) : !(name === 'check' && grep));

/** @param {Stage} stage @returns {string[]} */
function testFiles({ folders }) {
  return folders.flatMap((folder) => globSync(`test/${folder}/**/*.test.{ts,tsx,mjs}`, { cwd: root })).sort();
}

const chosen = STAGES.filter((stage) => isChosen(stage.name) && testFiles(stage).length > 0);

/**
 * Runs node and ends it, with what it started, after `minutes`.
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, minutes: number, quiet?: boolean }} options quiet: output only when it fails
 * @returns {Promise<number>} the exit code
 */
function runNode(args, { env = {}, minutes, quiet = false }) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    const timer = setTimeout(() => {
      console.log(`  failed: not done after ${minutes} minutes`);
      child.kill('SIGTERM');
    }, minutes * 60_000);
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code !== 0 && output) {
        console.log(output.trimEnd().replace(/^(?=.)/gm, '  '));
      }
      resolve(code ?? 1);
    });
  });
}

/** Files run a second time; more than that are no accident. */
const SECOND_TRIES = 3;

/**
 * @param {Stage} stage
 * @param {readonly string[]} files
 * @param {number} [atOnce]
 * @returns {Promise<NodeCounts>}
 */
async function runFiles(stage, files, atOnce = stage.atOnce) {
  const file = path.join(root, `out/test-results/${stage.name}.json`);
  rmSync(file, { force: true });
  const args = ['--test', '--test-reporter=./scripts/countingReporter.mjs', '--test-reporter-destination=stdout'];
  args.push(`--test-concurrency=${atOnce}`);
  if (grep) {
    args.push(`--test-name-pattern=${grep}`);
  }
  /** @type {Record<string, string>} */
  const env = { SPANLINE_TEST_COUNTS: file, SPANLINE_TEST_GREP: grep };
  if (stage.compileCache) {
    env['NODE_COMPILE_CACHE'] = path.join(root, 'out/compile-cache'); // by content, so never stale
  }
  const code = await runNode([...args, ...files], { env, minutes: stage.minutes });
  /** @type {NodeCounts} */
  const counts = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { passed: 0, failed: 1, skipped: [], byFile: {} };
  if (code !== 0 && counts.failed === 0) {
    counts.failed = 1; // such as an error thrown after the last test
    console.log(`  failed: node --test ended with exit code ${code}`);
  }
  return counts;
}

/** @param {Stage} stage @returns {Promise<Counts>} */
async function runNodeStage(stage) {
  const files = testFiles(stage);
  const counts = await runFiles(stage, files);
  const failed = Object.entries(counts.byFile).filter(([, { failed: titles }]) => titles.length > 0);
  const known = failed.reduce((sum, [, { failed: titles }]) => sum + titles.length, 0);
  const isKnown = known === counts.failed && failed.every(([file]) => files.includes(file));
  if (!stage.secondTry || failed.length === 0 || failed.length > SECOND_TRIES || !isKnown) {
    return counts;
  }
  console.log(`  once more, alone: ${failed.map(([file]) => path.basename(file)).join(', ')}`);
  const again = await runFiles(
    stage,
    failed.map(([file]) => file),
    1,
  );
  const stillFailing = new Set(Object.values(again.byFile).flatMap(({ failed: titles }) => titles));
  for (const [file, { failed: titles }] of failed) {
    for (const title of titles.filter((each) => !stillFailing.has(each))) {
      console.log(`  unsteady: ${title} (${file}) passed only the second time`);
    }
  }
  return {
    passed: counts.passed - failed.reduce((sum, [, { passed }]) => sum + passed, 0) + again.passed,
    failed: again.failed,
    skipped: counts.skipped,
  };
}

/** @param {Stage} stage @returns {Promise<Counts>} */
async function runHostStage({ minutes }) {
  const file = path.join(root, 'out/test-results/host.json');
  await runVisibly(process.execPath, ['scripts/buildHostTests.mjs']);
  rmSync(file, { force: true });
  const code = await runNode(['test/host/run.mjs', '--grep', grep], { minutes, quiet: true });
  /** @type {{ tests: { title: string, state: string }[] }} */
  const { tests } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { tests: [] };
  const failed = tests.filter(({ state }) => state === 'failed').length;
  return {
    passed: tests.filter(({ state }) => state === 'passed').length,
    // Mocha's own exit code is 1 for a run without tests, too; a grep may well match none here.
    failed: failed === 0 && code !== 0 && !(grep && tests.length === 0 && existsSync(file)) ? 1 : failed,
    skipped: tests
      .filter(({ state }) => state === 'skipped')
      .map(({ title }) => ({ title, reason: 'skipped inside the extension host' })),
  };
}

/** @returns {Promise<Counts>} */
async function runCheckStage() {
  const { runChecks, showCheck } = await import('./check.mjs');
  const results = await runChecks([], showCheck);
  const failed = results.filter(({ ok }) => !ok).length;
  return { passed: results.length - failed, failed, skipped: [] };
}

/** @type {Counts} */
const total = { passed: 0, failed: 0, skipped: [] };

/** @param {string} name @param {() => Promise<Counts>} run */
async function runStage(name, run) {
  console.log(`${name}`);
  const start = performance.now();
  /** @type {Counts} */
  let counts;
  try {
    counts = await run();
  } catch (error) {
    console.log(`  failed: ${error instanceof Error ? error.message : String(error)}`);
    counts = { passed: 0, failed: 1, skipped: [] };
  }
  if (counts.passed + counts.failed + counts.skipped.length === 0 && !grep) {
    console.log('  failed: no test ran');
    counts.failed = 1;
  }
  for (const { title, reason } of counts.skipped) {
    console.log(`  skipped: ${title} (${reason})`);
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`  ${counts.passed} passed, ${counts.failed} failed in ${seconds} s`);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped.push(...counts.skipped);
}

/** @type {Map<string, Promise<unknown>>} what was set up already, or failed to be */
const ready = new Map();

/** @param {string} name @param {() => Promise<unknown>} work */
async function once(name, work) {
  if (!ready.has(name)) {
    ready.set(name, work());
  }
  await ready.get(name);
}

/** What `stage` needs, made before the first stage that needs it. @param {Stage} stage @returns {Promise<void>} */
async function prepare(stage) {
  if (stage.chromium) {
    await once('chromium', ensureChromium);
  }
  if (stage.workbench && !(stage.runner === 'host' && process.env['DESKTOP'])) {
    const { installWorkbench } = await import('../tools/vscode/install.mjs');
    await once('workbench', installWorkbench);
  }
  // Made from production bundles in dist/, so it comes before the bundles that the tests run on.
  const makePackage = () =>
    once('package', async () => {
      const { buildPackage } = await import('./package.mjs');
      await step('building the .vsix', buildPackage);
    });
  if (stage.bundles && chosen.some((other) => other.package)) {
    await makePackage().catch(() => {}); // fails the stage that needs it, below
  }
  if (stage.bundles) {
    await once('bundles', () => step('building', () => runVisibly(process.execPath, ['esbuild.mjs'])));
  }
  if (stage.package) {
    await makePackage();
  }
  if (stage.page) {
    await once('page', async () => {
      const { keepPage } = await import('../test/browser/support/pageFiles.ts');
      const file = path.join(root, 'out/test-results/page.json');
      await keepPage(file);
      process.env['SPANLINE_TEST_PAGE'] = file;
    });
  }
  if (stage.programs) {
    // Before the tests, where the progress is visible; they report a missing Python themselves.
    await once('programs', async () => {
      await ensureDependencies(path.join(root, 'examples/ticket-triage'));
      await ensureDependencies(path.join(root, 'test/interop/programs/js'));
      await ensurePython();
    });
  }
}

await ensureDependencies();
mkdirSync(path.join(root, 'out/test-results'), { recursive: true });
if (isChosen('check')) {
  await runStage('check', runCheckStage);
}
for (const stage of chosen) {
  await runStage(stage.name, async () => {
    await prepare(stage);
    return stage.runner === 'host' ? runHostStage(stage) : runNodeStage(stage);
  });
}
if (total.passed + total.failed === 0) {
  console.log('No test ran.');
}
const skipped = total.skipped.length > 0 ? `, ${total.skipped.length} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
