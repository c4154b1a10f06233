import fs from 'node:fs';
import path from 'node:path';

interface HostTest {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly ms?: number;
  readonly error?: string;
}

/**
 * Called by the extension host (extensionTestsPath). Resolves: all passed; rejects: some failed, or none ran.
 * Details go to the JSON file that TEST_RESULTS names, rewritten after each test: a host that hangs leaves what passed.
 */
export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha'); // an ES module; how require() shows one differs between hosts
  const grep = process.env['TEST_GREP'];
  const mocha = new Mocha({ ui: 'tdd', timeout: 20_000, color: false, ...(grep ? { grep } : {}) });
  const files = fs.readdirSync(__dirname).filter((file) => file.endsWith('.test.cjs'));
  for (const file of files.sort()) {
    mocha.addFile(path.join(__dirname, file));
  }
  const tests: HostTest[] = [];
  const save = (ended: boolean) => {
    const file = process.env['TEST_RESULTS'];
    if (file) {
      fs.writeFileSync(file, JSON.stringify({ ended, tests }));
    }
  };
  const add = (test: HostTest) => {
    tests.push(test);
    save(false);
  };
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    runner.on('pass', (test) => add({ title: test.fullTitle(), state: 'passed', ms: test.duration ?? 0 }));
    runner.on('pending', (test) => add({ title: test.fullTitle(), state: 'skipped' }));
    runner.on('fail', (test, error: unknown) => {
      add({
        title: test.fullTitle(),
        state: 'failed',
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    });
  });
  save(true);
  if (failures > 0) {
    throw new Error(`${failures} failed`);
  }
}
