// The Python of the interop tests and the demo: a venv in .venv/ with the versions of test/interop/requirements.txt.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from './pinnedNode.mjs';
import { runVisibly, step } from './setup.mjs';

const run = promisify(execFile);
const windows = process.platform === 'win32';
const REQUIREMENTS = path.join(root, 'test/interop/requirements.txt');
const VENV = path.join(root, '.venv');
const PYTHON = path.join(VENV, windows ? 'Scripts/python.exe' : 'bin/python');
/** Written last: a venv without it, or with another hash, is made anew. */
const RECORD = path.join(VENV, 'spanline-requirements.sha256');
const OLDEST = [3, 10];

const PROBE = `
import sys
print(sys.executable)
print(*sys.version_info[:2])
try:
    import venv, ensurepip
    print("venv")
except ImportError:
    print("")
`;

/**
 * Looks for a Python that can make a venv.
 * @returns {Promise<{ python: string } | { missing: string }>} missing: why there is none, for people
 */
async function findPython() {
  const names = windows ? ['py', 'python3', 'python'] : ['python3', 'python'];
  let missing = 'there is no python3 on PATH';
  for (const name of names) {
    let lines;
    try {
      const { stdout } = await run(name, [...(name === 'py' ? ['-3'] : []), '-c', PROBE]);
      lines = stdout.split(/\r?\n/);
    } catch {
      continue; // not there, or a launcher without a Python behind it
    }
    const [executable = '', version = '', venv = ''] = lines;
    const [major = 0, minor = 0] = version.split(' ').map(Number);
    if (major < 3 || (major === 3 && minor < /** @type {number} */ (OLDEST[1]))) {
      missing = `${name} is Python ${major}.${minor}; ${OLDEST.join('.')} or newer is needed`;
    } else if (venv.trim() !== 'venv') {
      missing = `${name} has no venv module (Debian, Ubuntu: apt-get install python3-venv)`;
    } else {
      return { python: executable };
    }
  }
  return { missing };
}

/** @returns {Promise<{ python: string } | { missing: string }>} */
async function makeVenv() {
  const wanted = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex');
  if (existsSync(PYTHON) && existsSync(RECORD) && readFileSync(RECORD, 'utf8') === wanted) {
    return { python: PYTHON };
  }
  const found = await findPython();
  if ('missing' in found) {
    return found;
  }
  await step('making .venv with pinned Python packages', async () => {
    await rm(VENV, { recursive: true, force: true });
    await runVisibly(found.python, ['-m', 'venv', VENV]);
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:'];
    await runVisibly(PYTHON, [...install, '-r', REQUIREMENTS]);
    await writeFile(RECORD, wanted);
  });
  return { python: PYTHON };
}

/** @type {ReturnType<typeof makeVenv> | undefined} */
let venv;

/**
 * The Python of `.venv/` with the packages of test/interop/requirements.txt, made on first use and whenever that file
 * changed. Not safe for several processes at once.
 * @returns {Promise<{ python: string } | { missing: string }>} missing: why this machine has none, for people
 * @throws when there is a Python but the packages cannot be installed
 */
export function ensurePython() {
  venv ??= makeVenv();
  return venv;
}
