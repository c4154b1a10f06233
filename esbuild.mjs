// All bundles, one script. usage: node esbuild.mjs [--production] [--watch]
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { context, build } from 'esbuild';

const root = import.meta.dirname;
const at = (...parts) => path.join(root, ...parts);
const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** Grammars that the code index reads; each adds its size to the .vsix. */
const GRAMMARS = ['python', 'javascript', 'typescript', 'tsx', 'go', 'java', 'rust', 'c-sharp'].map(
  (name) => `tree-sitter-${name}`,
);

const shared = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  metafile: true,
  legalComments: production ? 'external' : 'none',
  logLevel: 'warning',
  absWorkingDir: root,
};
const node = {
  ...shared,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  // Its `main` is UMD, whose require calls no bundler sees.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
};

const bundles = [
  { ...node, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.cjs', external: ['vscode'] },
  // Loaded by the first command that needs it, and to look for services once a window is up.
  { ...node, entryPoints: ['src/vscode/launch/starting.ts'], outfile: 'dist/starting.cjs', external: ['vscode'] },
  { ...node, entryPoints: ['src/launcher/launcher.ts'], outfile: 'dist/launcher.cjs' },
  { ...node, entryPoints: ['src/engine/engineWorker.ts'], outfile: 'dist/engine.cjs' },
  { ...node, entryPoints: ['src/codeIndex/codeIndexWorker.ts'], outfile: 'dist/codeIndex.cjs' },
  { ...node, entryPoints: ['src/cli/main.ts'], outfile: 'dist/cli.cjs' },
  {
    ...shared,
    platform: 'browser',
    target: 'chrome128',
    // Views that a panel does not open with are a file of their own, webview-LateViews.js; what both use, webview-chunk.js.
    format: 'esm',
    splitting: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    entryPoints: { webview: 'webview/main.tsx' },
    outdir: 'dist',
    chunkNames: 'webview-[name]',
  },
  // The page of `spanline serve`: no part of the .vsix.
  {
    ...shared,
    platform: 'browser',
    target: 'chrome128',
    format: 'iife',
    entryPoints: ['webview/browser/browserPage.ts'],
    outfile: 'dist/browserPage.js',
  },
  {
    ...shared,
    target: 'chrome128',
    entryPoints: ['webview/webview.css', 'webview/browser/browser.css'],
    outdir: 'dist',
    entryNames: '[name]',
    // No map is served beside them, and the sheets are legible as they are.
    sourcemap: false,
  },
];

function copyAssets() {
  mkdirSync(at('dist/grammars'), { recursive: true });
  const wasm = at('node_modules/@vscode/tree-sitter-wasm/wasm');
  copyFileSync(path.join(wasm, 'tree-sitter.wasm'), at('dist/grammars/tree-sitter.wasm'));
  for (const name of GRAMMARS) copyFileSync(path.join(wasm, `${name}.wasm`), at('dist/grammars', `${name}.wasm`));
  const icons = at('node_modules/@vscode/codicons/dist');
  copyFileSync(path.join(icons, 'codicon.ttf'), at('dist/codicon.ttf'));
  copyFileSync(path.join(icons, 'codicon.css'), at('dist/codicon.css'));
}

/** `size  input` lines per bundle, largest first: what a bundle contains is a table that can be compared. */
function sizeTable(results) {
  const lines = [];
  for (const { metafile } of results) {
    for (const [file, output] of Object.entries(metafile.outputs)) {
      if (!/\.(cjs|js)$/.test(file)) continue;
      lines.push(`${String(output.bytes).padStart(9)}  ${file}`);
      const inputs = Object.entries(output.inputs).sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput);
      for (const [input, { bytesInOutput }] of inputs.slice(0, 12)) {
        lines.push(`${String(bytesInOutput).padStart(9)}    ${input}`);
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

if (watch) {
  copyAssets();
  const contexts = await Promise.all(bundles.map((bundle) => context({ ...bundle, logLevel: 'info' })));
  await Promise.all(contexts.map((each) => each.watch()));
} else {
  if (production) rmSync(at('dist'), { recursive: true, force: true });
  mkdirSync(at('dist'), { recursive: true });
  const results = await Promise.all(bundles.map((bundle) => build(bundle)));
  copyAssets();
  writeFileSync(at('dist/sizes.txt'), sizeTable(results));
  if (production) {
    const first = readFileSync(at('dist/sizes.txt'), 'utf8')
      .split('\n')
      .filter((line) => / {2}dist\//.test(line));
    console.log(first.join('\n'));
  }
}
