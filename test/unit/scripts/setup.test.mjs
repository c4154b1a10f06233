import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { dependenciesAreCurrent } from '../../../scripts/setup.mjs';

describe('npm packages are current', () => {
  let folder = '';
  const wanted = {
    '': { version: '0.1.0' },
    'node_modules/esbuild': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/@esbuild/win32-x64': { version: '1.0.0', integrity: 'sha512-b', optional: true },
  };
  const installed = { 'node_modules/esbuild': wanted['node_modules/esbuild'] };
  const write = (file, packages) => writeFileSync(path.join(folder, file), JSON.stringify({ packages }));
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'setup-'));
    mkdirSync(path.join(folder, 'node_modules'));
    write('package-lock.json', wanted);
    write('node_modules/.package-lock.json', installed);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('when all but other platforms’ binaries are installed', () => {
    assert.equal(dependenciesAreCurrent(folder), true);
  });

  it('not when none is installed', () => {
    rmSync(path.join(folder, 'node_modules'), { recursive: true });
    assert.equal(dependenciesAreCurrent(folder), false);
  });

  it('not when the lock asks for another version, or for other bytes of the same', () => {
    for (const change of [{ version: '1.0.1' }, { integrity: 'sha512-c' }]) {
      const entry = { ...wanted['node_modules/esbuild'], ...change };
      write('package-lock.json', { ...wanted, 'node_modules/esbuild': entry });
      assert.equal(dependenciesAreCurrent(folder), false);
    }
  });

  it('not when a package the lock no longer names is installed', () => {
    write('node_modules/.package-lock.json', { ...installed, 'node_modules/left-over': { version: '1.0.0' } });
    assert.equal(dependenciesAreCurrent(folder), false);
  });
});
