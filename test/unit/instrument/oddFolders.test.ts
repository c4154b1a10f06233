import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { launchEnvironment } from '../../../src/core/launch/launchEnvironment.ts';

const windows = process.platform === 'win32';
/** What people's names and folders have; Windows allows fewer. */
const folder = path.join(
  mkdtempSync(path.join(tmpdir(), 'spanline-odd-')),
  windows ? "Ann O'Neil ü & 50% $HOME" : `Ann "A" O'Neil \\ü & 50% $HOME`,
);
const instrument = path.join(folder, 'instrument');
const own = path.join(folder, 'own');

function environment(given: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:OTEL_|NODE_|PYTHON)/i.test(name)),
  );
  const base = { ...inherited, ...given };
  const { set } = launchEnvironment({
    platform: windows ? 'windows' : 'posix',
    environment: base,
    endpoint: 'http://127.0.0.1:9',
    runId: 'r1',
    runName: '',
    pythonFolder: path.join(instrument, 'python'),
    nodeFile: path.join(instrument, 'node', 'register.cjs'),
  });
  return { ...base, ...set };
}

describe('an installation in a folder with spaces, quotes and what shells read', () => {
  before(() => {
    mkdirSync(own, { recursive: true });
    cpSync(path.resolve(import.meta.dirname, '../../../instrument'), instrument, { recursive: true });
    writeFileSync(path.join(own, 'mine.cjs'), 'globalThis.mine = true;');
    writeFileSync(path.join(own, 'sitecustomize.py'), 'import builtins\nbuiltins.mine = True\n');
  });
  after(() => rmSync(path.dirname(folder), { recursive: true, force: true }));

  test('is loaded by Node, behind what NODE_OPTIONS has', () => {
    const mine = path.join(own, 'mine.cjs').replaceAll(/["\\]/g, '\\$&');
    const env = environment({ NODE_OPTIONS: `--max-old-space-size=512 --require "${mine}"` });
    const script =
      'console.log(globalThis.mine, Object.keys(require.cache).some((file) => file.endsWith("register.cjs")))';
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { env, encoding: 'utf8' });
    assert.equal(stdout.trim(), 'true true', stderr);
  });

  const python = windows ? 'python' : 'python3';
  const skip = spawnSync(python, ['--version']).status === 0 ? false : 'no Python';
  test('is loaded by Python, with the sitecustomize of PYTHONPATH', { skip }, () => {
    const env = environment({ PYTHONPATH: own });
    const script = 'import builtins, sys; print(getattr(builtins, "mine", False), "_spanline" in sys.modules)';
    const { stdout, stderr } = spawnSync(python, ['-c', script], { env, encoding: 'utf8' });
    assert.equal(stdout.trim(), 'True True', stderr);
  });
});
