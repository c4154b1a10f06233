// npm run package: production bundles, then out/spanline.vsix.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './pinnedNode.mjs';
import { ensureDependencies, runVisibly } from './setup.mjs';

/**
 * Builds dist/ for production and packs it; `.vscodeignore` lists what goes in.
 * @returns {Promise<string>} the path of the .vsix
 */
export async function buildPackage() {
  const vsix = path.join(root, 'out/spanline.vsix');
  mkdirSync(path.dirname(vsix), { recursive: true });
  await runVisibly(process.execPath, ['esbuild.mjs', '--production']);
  const { createVSIX } = await import('@vscode/vsce');
  // Relative links of the README stay as they are until there is a public address to put before them.
  const options = { dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false };
  await createVSIX({ cwd: root, packagePath: vsix, ...options });
  return vsix;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ensureDependencies();
  console.log(path.relative(process.cwd(), await buildPackage()));
}
