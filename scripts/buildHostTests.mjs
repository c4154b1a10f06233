// Bundles test/host/*.ts into out/test/host/*.cjs, which the extension host loads.
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { root } from './pinnedNode.mjs';

const from = path.join(root, 'test/host');
const to = path.join(root, 'out/test/host');
rmSync(to, { recursive: true, force: true }); // a test file that is gone must not run
await build({
  entryPoints: readdirSync(from)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => path.join(from, file)),
  outdir: to,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  external: ['vscode', 'mocha'],
  sourcemap: 'inline',
  absWorkingDir: root,
  logLevel: 'warning',
});
