import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { after, describe, test } from 'node:test';
import type { InstallRefusal } from '../../../src/core/launch/installRefusal.ts';
import { pythonSdk } from '../../../src/core/launch/sdkPackages.ts';
import type { PythonFacts } from '../../../src/launcher/pythonFacts.ts';
import { InstallRefused, SdkInstaller } from '../../../src/launcher/sdkInstaller.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sdk-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const onPosix = { skip: process.platform === 'win32' };

/** Stands in for an interpreter with pip: what it does is in the name of the file that it is called by. */
const FAKE = `#!${process.execPath}
const fs = require('fs'), path = require('path'), args = process.argv.slice(2), how = path.basename(process.argv[1]);
if (args.includes('-c')) { if (how === 'broken') { console.error('ImportError: no wrapt'); process.exit(1); } process.exit(0); }
const of = (name) => args[args.indexOf(name) + 1];
const target = of('--target'), constraints = fs.readFileSync(of('--constraint'), 'utf8');
fs.writeFileSync(path.join(path.dirname(process.argv[1]), how + '.called'), args.join(' ') + '\\n' + constraints);
console.log('Collecting opentelemetry-distro>=0.49b0');
if (how === 'conflict' || (how === 'older' && constraints.includes('>=1.28'))) {
  console.log('    opentelemetry-proto 1.28.0 depends on protobuf>=5.0\\n    The user requested (constraint) protobuf==3.20.0');
  process.exit(1);
}
if (how === 'hangs') { setInterval(() => {}, 1000); console.log('Downloading wrapt-2.5.2-py3-none-any.whl'); }
else fs.mkdirSync(path.join(target, 'wrapt-2.5.2.dist-info'), { recursive: true });
`;

function fakePython(how: string, over: Partial<PythonFacts> = {}): PythonFacts {
  const program = path.join(folder, how);
  if (!existsSync(program)) {
    writeFileSync(program, FAKE);
    chmodSync(program, 0o755);
  }
  return {
    program,
    executable: program,
    version: [3, 12],
    hasSdk: false,
    hasPip: true,
    bundledPip: '',
    importable: [],
    packages: { protobuf: '3.20.0', torch: '2.3.0+cpu', pip: '25' },
    ...over,
  };
}

const WANTED = pythonSdk(['fastapi']);
const never = new AbortController().signal;
const job = (signal = never, onPackage: (name: string) => void = () => undefined) => ({
  cwd: folder,
  env: { ...process.env, PATH: path.dirname(process.execPath) },
  signal,
  onPackage,
});
let storages = 0;
function newStorage(): string {
  const storage = path.join(folder, `storage-${storages++}`);
  mkdirSync(storage);
  return storage;
}
async function refusalOf(installing: Promise<unknown>): Promise<InstallRefusal> {
  try {
    await installing;
  } catch (error) {
    if (error instanceof InstallRefused) return error.refusal;
    throw error;
  }
  throw new Error('it was installed');
}

describe('an SDK is installed for a Python', onPosix, () => {
  test('with its own pip, wheels only, in the versions that the project has', async () => {
    const facts = fakePython('good');
    const installer = new SdkInstaller(newStorage(), () => undefined);
    assert.equal(await installer.pythonFolder(facts, WANTED), undefined);
    const seen: string[] = [];
    const installed = await installer.installPython(
      facts,
      WANTED,
      job(never, (name) => seen.push(name)),
    );
    assert.deepEqual(seen, ['opentelemetry-distro']);
    assert.equal(await installer.pythonFolder(facts, WANTED), installed);
    const called = readFileSync(`${facts.program}.called`, 'utf8');
    assert.match(called, /-m pip install .*--only-binary :all: --no-compile/);
    assert.match(called, /\nprotobuf==3\.20\.0\n(?!.*torch)(?!.*pip==)/);
    assert.deepEqual(readdirSync(path.dirname(installed)).sort(), ['complete', 'site-packages']);
  });

  test('once, however often it is asked for meanwhile', async () => {
    const facts = fakePython('twice');
    const installer = new SdkInstaller(newStorage(), () => undefined);
    const seen: string[] = [];
    const ask = (): Promise<string> =>
      installer.installPython(
        facts,
        WANTED,
        job(never, (name) => seen.push(name)),
      );
    const [one, other] = await Promise.all([ask(), ask()]);
    assert.equal(one, other);
    assert.deepEqual(seen, ['opentelemetry-distro']);
  });

  test('of the generation before, where a version of the project stands in the way of today’s', async () => {
    const facts = fakePython('older');
    const installer = new SdkInstaller(newStorage(), () => undefined);
    assert.ok(existsSync(await installer.installPython(facts, WANTED, job())));
  });

  test('anew once the project has another version of what was installed', async () => {
    const facts = fakePython('good');
    const installer = new SdkInstaller(newStorage(), () => undefined);
    await installer.installPython(facts, WANTED, job());
    assert.ok(await installer.pythonFolder({ ...facts, packages: { wrapt: '2.5.2' } }, WANTED));
    assert.equal(await installer.pythonFolder({ ...facts, packages: { wrapt: '1.10.0' } }, WANTED), undefined);
  });

  test('not where a version of the project stands in the way: said, and nothing is left', async () => {
    const storage = newStorage();
    const refusal = await refusalOf(
      new SdkInstaller(storage, () => undefined).installPython(fakePython('conflict'), WANTED, job()),
    );
    assert.deepEqual(refusal, {
      kind: 'conflict',
      own: 'protobuf 3.20.0',
      needs: 'opentelemetry-proto 1.28.0 needs protobuf>=5.0',
    });
    assert.deepEqual(readdirSync(storage), []);
  });

  test('not where it would not load beside what the project has', async () => {
    const storage = newStorage();
    const refusal = await refusalOf(
      new SdkInstaller(storage, () => undefined).installPython(fakePython('broken'), WANTED, job()),
    );
    assert.deepEqual(refusal, { kind: 'broken', said: 'ImportError: no wrapt' });
    assert.deepEqual(readdirSync(storage), []);
  });

  test('until it is cancelled: nothing is left, and nothing runs on', async () => {
    const storage = newStorage();
    const controller = new AbortController();
    // The second package is told right before it waits.
    const onPackage = (name: string): void => {
      if (name === 'wrapt') controller.abort();
    };
    const installing = new SdkInstaller(storage, () => undefined).installPython(
      fakePython('hangs'),
      WANTED,
      job(controller.signal, onPackage),
    );
    assert.deepEqual(await refusalOf(installing), { kind: 'cancelled' });
    assert.deepEqual(readdirSync(storage), []);
  });

  test('not for one that is too old, or that nothing can install for', async () => {
    const storage = newStorage();
    const installer = new SdkInstaller(storage, () => undefined);
    const old = await refusalOf(installer.installPython(fakePython('good', { version: [3, 7] }), WANTED, job()));
    assert.deepEqual(old, { kind: 'tooOld', name: 'Python', has: '3.7', needs: '3.8' });
    const bare = await refusalOf(installer.installPython(fakePython('good', { hasPip: false }), WANTED, job()));
    assert.deepEqual(bare, { kind: 'noInstaller', name: 'pip' });
    assert.deepEqual(readdirSync(storage), []);
  });

  test('with the pip that Python brings for new environments, where the environment has none', async () => {
    const facts = fakePython('bundled', { hasPip: false, bundledPip: '/usr/lib/pip-25-py3-none-any.whl' });
    await new SdkInstaller(newStorage(), () => undefined).installPython(facts, WANTED, job());
    assert.match(readFileSync(`${facts.program}.called`, 'utf8'), /^\/usr\/lib\/pip-25-py3-none-any\.whl\/pip install/);
  });

  test('not where the storage cannot be written', async () => {
    const file = path.join(folder, 'a-file');
    writeFileSync(file, '');
    const refusal = await refusalOf(
      new SdkInstaller(file, () => undefined).installPython(fakePython('good'), WANTED, job()),
    );
    assert.equal(refusal.kind, 'storage');
  });
});

describe('installed SDKs', () => {
  test('are not installed for Node where there is no npm', onPosix, async () => {
    const storage = newStorage();
    const refusal = await refusalOf(
      new SdkInstaller(storage, () => undefined).installNode(
        { packages: ['x'], covered: [] },
        { ...job(), env: { PATH: path.join(folder, 'nowhere') } },
      ),
    );
    assert.deepEqual(refusal, { kind: 'noInstaller', name: 'npm' });
    assert.deepEqual(readdirSync(storage), []);
  });

  test('are removed at once, and leave the storage empty', onPosix, async () => {
    const storage = newStorage();
    const installer = new SdkInstaller(storage, () => undefined);
    await installer.installPython(fakePython('good'), WANTED, job());
    assert.equal(await installer.removeAll(), true);
    assert.deepEqual(readdirSync(storage), []);
    assert.equal(await installer.removeAll(), false);
  });
});
