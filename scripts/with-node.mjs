// usage: node scripts/with-node.mjs <script or node flags> [args]
// Runs the script on a Node that strips types, imports .ts files and has zstd: the machine's own when it is new enough,
// else the pinned Node 24 from npm. That Node comes first on PATH, so children run on it too. Itself runs on Node 20.
import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { ensurePinnedNode } from './pinnedNode.mjs';

/**
 * Type stripping is on without a flag from 22.18 and from 23.6 (each has zstd and `module.registerHooks`).
 * @param {string} version such as `22.18.0`
 */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
}

async function chooseNode() {
  if (isNewEnough(process.versions.node)) {
    return process.execPath;
  }
  const slow = setTimeout(() => {
    console.error(`Node ${process.versions.node} is older than 22.18: fetching Node 24 from npm into .cache/ …`);
  }, 300);
  try {
    return await ensurePinnedNode();
  } finally {
    clearTimeout(slow);
  }
}

const args = process.argv.slice(2);
if (args.length === 0) {
  console.error('usage: node scripts/with-node.mjs <script> [args]');
  process.exit(2);
}
const node = await chooseNode();
const pathKey = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
const env = {
  ...process.env,
  [pathKey]: [path.dirname(node), process.env[pathKey]].filter(Boolean).join(path.delimiter),
};
const child = spawn(node, args, { stdio: 'inherit', env });
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    // A terminal sends Ctrl+C to the child too: a second SIGINT would cut its clean-up short.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) {
      child.kill(signal);
    }
  });
}
child.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  process.exit(code ?? 128 + (signal ? os.constants.signals[signal] : 1));
});
