// Run once when the code-server pin changes: derives a trimmed, fully locked dependency set for its lib/vscode.
// usage: npm pack code-server@VERSION; unpack; node tools/vscode/makeDeps.mjs package/lib/vscode tools/vscode/deps/VERSION
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

// Native modules that would be compiled, and parts of VS Code no test uses (the agent host, ssh, other platforms).
const DROPPED = new Set([
  '@devcontainers/cli',
  '@github/copilot-sdk',
  '@microsoft/mxc-sdk',
  '@vscode/copilot-api',
  '@vscode/native-watchdog',
  '@vscode/sandbox-runtime',
  '@vscode/spdlog',
  '@vscode/sqlite3',
  '@vscode/windows-process-tree',
  '@vscode/windows-registry',
  'kerberos',
  'native-watchdog',
  'node-addon-api',
  'ssh2',
]);

const [server, out] = process.argv.slice(2);
if (!server || !out) {
  console.error('usage: node tools/vscode/makeDeps.mjs <unpacked lib/vscode> <folder to write>');
  process.exit(2);
}
const upstream = JSON.parse(fs.readFileSync(path.join(server, 'package.json'), 'utf8'));
const dependencies = Object.fromEntries(Object.entries(upstream.dependencies).filter(([name]) => !DROPPED.has(name)));
fs.mkdirSync(out, { recursive: true });
fs.writeFileSync(
  path.join(out, 'package.json'),
  `${JSON.stringify(
    {
      name: 'vscode-server-deps',
      private: true,
      type: upstream.type,
      version: upstream.version,
      dependencies,
      overrides: upstream.overrides,
    },
    null,
    2,
  )}\n`,
);
fs.copyFileSync(path.join(server, 'npm-shrinkwrap.json'), path.join(out, 'package-lock.json')); // keeps upstream's versions
execFileSync(
  'npm',
  [
    ...['install', '--package-lock-only', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'],
    '--omit-lockfile-registry-resolved',
  ],
  { cwd: out, stdio: 'inherit' },
);
