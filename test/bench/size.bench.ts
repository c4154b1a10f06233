// Sizes that a user downloads and loads (design budgets): extension.js ≤ 150 KB, webview.js ≤ 450 KB, .vsix ≤ 6 MB. A
// panel opens with webview.js and the chunk it shares with the views that come later.
import { statSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const LIMITS = [
  [['dist/extension.cjs'], 150_000],
  [['dist/webview.js', 'dist/webview-chunk.js'], 450_000],
  [['out/spanline.vsix'], 6_000_000],
] as const;

for (const [files, limit] of LIMITS) {
  const value = files.reduce((sum, file) => sum + statSync(path.join(root, file)).size, 0);
  const name = `size of ${files.join(' and ')}`;
  console.log(JSON.stringify({ name, value, unit: 'bytes', budget: `≤ ${limit}`, ok: value <= limit }));
}
