import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
/** Set in high contrast themes only; the panel asks for them with a fallback. */
const CONTRAST_ONLY = ['--vscode-contrastBorder', '--vscode-contrastActiveBorder'];

test('a tab of a browser has a value for every theme variable that the panel uses', () => {
  const theme = 'webview/browser/browser.css';
  const sources = readdirSync(path.join(root, 'webview'), { recursive: true, encoding: 'utf8' })
    .map((file) => path.join('webview', file))
    .filter((file) => /\.(tsx?|css)$/.test(file) && file !== theme);
  const text = sources.map(read).join('\n');
  const used = new Set(text.match(/--vscode-[\w-]*\w/g));
  const set = new Set(read(theme).match(/--vscode-[\w-]+(?=:)/g));
  assert.ok(used.size > 50);
  assert.deepEqual(
    [...used].filter((name) => !set.has(name) && !CONTRAST_ONLY.includes(name)),
    [],
  );
});
