// Installs a real VS Code server with its workbench from the npm registry. No compiler, no install scripts.
// usage: node scripts/with-node.mjs tools/vscode/install.mjs   (prints the server's main script)
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ensurePinnedNode, fetchPackage, root } from '../../scripts/pinnedNode.mjs';
import { step } from '../../scripts/setup.mjs';

const run = promisify(execFile);
const here = import.meta.dirname;

/**
 * The newest VS Code, for every test, and the oldest that this project supports and npm has (no code-server carries
 * VS Code 1.101 or 1.102). A new pin wants one run of makeDeps.
 */
const VERSIONS = {
  newest: {
    version: '1.139.1',
    node: /** @type {const} */ (24),
    spec: 'code-server@4.139.1',
    integrity: 'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
  },
  oldest: {
    version: '1.103.2',
    node: /** @type {const} */ (22),
    spec: 'code-server@4.103.2',
    integrity: 'sha512-dbYFASiePozmAfA2e3BYE7r83CdZ7LMDEAzKhLVRJwFbnd4zAaFlsxvBNrLAkunDJUaEqbtawsBfbtDZu6SXnQ==',
  },
};

/** @typedef {keyof typeof VERSIONS} Age */

/** What to install: SPANLINE_VSCODE=oldest, or the newest. @returns {Age} */
const chosenAge = () => (process.env['SPANLINE_VSCODE'] === 'oldest' ? 'oldest' : 'newest');

/** Plain JavaScript in place of two native modules, so that nothing is compiled. spdlog's writes the same log files. */
const WATCHDOG = `exports.start = () => {};
exports.exit = (code) => process.exit(code || 0);
`;
const STAND_INS = {
  '@vscode/native-watchdog': WATCHDOG,
  'native-watchdog': WATCHDOG,
  '@vscode/spdlog': readFileSync(path.join(here, 'spdlogStandIn.cjs'), 'utf8'),
};

/**
 * Where a version is installed: a new folder for each change of what would be installed.
 * @param {Age} age
 */
function destinationOf(age) {
  const { version } = VERSIONS[age];
  const key = createHash('sha256')
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .update(STAND_INS['@vscode/spdlog'])
    .update(readFileSync(path.join(here, 'deps', version, 'package-lock.json')))
    .digest('hex')
    .slice(0, 12);
  return path.join(root, '.vscode-test', `workbench-${version}-${key}`);
}

/** @param {string[]} args @param {string} cwd */
async function npm(args, cwd) {
  await run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'], {
    cwd,
    maxBuffer: 1 << 26,
    shell: process.platform === 'win32',
  });
}

/** @param {string} folder an empty folder @param {Age} age */
async function installInto(folder, age) {
  const { version, spec, integrity } = VERSIONS[age];
  const archive = await fetchPackage(spec, integrity, folder);
  await run('tar', [
    ...['-xzf', archive, '-C', folder, '--strip-components=1'],
    ...['package/lib', 'package/LICENSE', 'package/ThirdPartyNotices.txt'],
  ]);
  await rm(archive);
  const server = path.join(folder, 'lib/vscode');
  // Upstream's shrinkwrap lacks a peer, so `npm ci` refuses it; ours is trimmed and complete.
  await rm(path.join(server, 'npm-shrinkwrap.json'));
  for (const file of ['package.json', 'package-lock.json']) {
    await copyFile(path.join(here, 'deps', version, file), path.join(server, file));
  }
  const ci = ['ci', '--omit=dev', '--ignore-scripts'];
  await Promise.all([npm(ci, server), npm(ci, path.join(server, 'extensions'))]);
  for (const [name, source] of Object.entries(STAND_INS)) {
    const target = path.join(server, 'node_modules', name);
    await mkdir(target, { recursive: true });
    await writeFile(path.join(target, 'index.js'), source);
    await writeFile(
      path.join(target, 'package.json'),
      JSON.stringify({ name, version: '0.0.0', main: 'index.js', type: 'commonjs' }),
    );
  }
  await rm(path.join(server, 'extensions/copilot'), { recursive: true, force: true });
}

/**
 * Installs the VS Code server, and the Node that runs it, unless they are there (about 15 s, 150 MB down, 330 MB on
 * disk).
 * @param {Age} [age]
 * @returns {Promise<{ main: string, node: string }>} the paths of the server's main script and of its Node
 * @throws when a package differs from its pin
 */
export async function installWorkbench(age = chosenAge()) {
  const destination = destinationOf(age);
  const main = path.join(destination, 'lib/vscode/out/server-main.js');
  const node = await ensurePinnedNode(VERSIONS[age].node);
  if (existsSync(main)) {
    return { main, node };
  }
  await step(`installing VS Code ${VERSIONS[age].version} from npm`, async () => {
    const partial = `${destination}.partial-${process.pid}`;
    await mkdir(partial, { recursive: true });
    try {
      await installInto(partial, age);
      await rename(partial, destination).catch((error) => {
        if (!existsSync(main)) {
          throw error;
        }
      });
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  });
  return { main, node };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(path.relative(process.cwd(), (await installWorkbench()).main));
}
