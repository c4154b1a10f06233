// Sizes that a user downloads and loads (design budgets): extension.js ≤ 150 KB, webview.js ≤ 450 KB, .vsix ≤ 6 MB.
import { statSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const LIMITS = [
  ['dist/extension.cjs', 150_000],
  ['dist/webview.js', 450_000],
  ['out/spanline.vsix', 6_000_000],
] as const;

for (const [file, limit] of LIMITS) {
  const value = statSync(path.join(root, file)).size;
  console.log(
    JSON.stringify({ name: `size of ${file}`, value, unit: 'bytes', budget: `≤ ${limit}`, ok: value <= limit }),
  );
}
