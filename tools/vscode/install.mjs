// Installs a real VS Code server with its workbench from the npm registry. No compiler, no install scripts.
// usage: node scripts/with-node.mjs tools/vscode/install.mjs   (prints the folder; does nothing when it is there)
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fetchPackage, root } from '../../scripts/pinnedNode.mjs';
import { step } from '../../scripts/setup.mjs';

const run = promisify(execFile);
const here = import.meta.dirname;

/** VS Code 1.139.1. Changing it means running makeDeps once for the new version. */
const SERVER = {
  spec: 'code-server@4.139.1',
  integrity: 'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
};

/** Plain JavaScript in place of two native modules, so that nothing is compiled. spdlog's writes the same log files. */
const STAND_INS = {
  '@vscode/native-watchdog': `exports.start = () => {};
exports.exit = (code) => process.exit(code || 0);
`,
  '@vscode/spdlog': readFileSync(path.join(here, 'spdlogStandIn.cjs'), 'utf8'),
};

const key = createHash('sha256')
  .update(readFileSync(fileURLToPath(import.meta.url)))
  .update(STAND_INS['@vscode/spdlog'])
  .update(readFileSync(path.join(here, 'deps/package-lock.json')))
  .digest('hex')
  .slice(0, 12);

/** Where the workbench is installed: a new folder for each change of what would be installed. */
export const destination = path.join(root, '.vscode-test', `workbench-${key}`);

/** @param {string[]} args @param {string} cwd */
async function npm(args, cwd) {
  await run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'], {
    cwd,
    maxBuffer: 1 << 26,
    shell: process.platform === 'win32',
  });
}

/** @param {string} folder an empty folder */
async function installInto(folder) {
  const archive = await fetchPackage(SERVER.spec, SERVER.integrity, folder);
  await run('tar', [
    ...['-xzf', archive, '-C', folder, '--strip-components=1'],
    ...['package/lib', 'package/LICENSE', 'package/ThirdPartyNotices.txt'],
  ]);
  await rm(archive);
  const server = path.join(folder, 'lib/vscode');
  // Upstream's shrinkwrap lacks a peer, so `npm ci` refuses it; ours is trimmed and complete.
  await rm(path.join(server, 'npm-shrinkwrap.json'));
  for (const file of ['package.json', 'package-lock.json']) {
    await copyFile(path.join(here, 'deps', file), path.join(server, file));
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
 * Installs the VS Code server unless it is there (about 15 s, 150 MB down, 330 MB on disk).
 * @returns {Promise<string>} the path of the server's main script
 * @throws when a package differs from its pin
 */
export async function installWorkbench() {
  const main = path.join(destination, 'lib/vscode/out/server-main.js');
  if (existsSync(main)) {
    return main;
  }
  await step(`installing VS Code from npm (${SERVER.spec})`, async () => {
    const partial = `${destination}.partial-${process.pid}`;
    await mkdir(partial, { recursive: true });
    try {
      await installInto(partial);
      await rename(partial, destination).catch((error) => {
        if (!existsSync(main)) {
          throw error;
        }
      });
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  });
  return main;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await installWorkbench();
  console.log(path.relative(process.cwd(), destination));
}
