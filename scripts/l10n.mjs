// The strings of vscode.l10n.t in src/, as l10n/bundle.l10n.json for translators.
// usage: node scripts/l10n.mjs [--check]   (--check: exit 1 when the file is not up to date)
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const root = path.resolve(import.meta.dirname, '..');
const target = path.join(root, 'l10n/bundle.l10n.json');
const strings = new Set();
const mistakes = [];

for (const file of globSync('src/**/*.ts', { cwd: root })) {
  const source = ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
  /** @param {import('typescript').Node} node */
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.expression.getText(source).endsWith('l10n.t')) {
      const [first] = node.arguments;
      if (first && ts.isStringLiteralLike(first)) strings.add(first.text);
      else mistakes.push(`${file}: l10n.t needs a string literal`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}
const text = `${JSON.stringify(Object.fromEntries([...strings].sort().map((each) => [each, each])), null, 2)}\n`;
const present = (() => {
  try {
    return readFileSync(target, 'utf8');
  } catch {
    return '';
  }
})();
if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (present !== text) mistakes.push('l10n/bundle.l10n.json is not up to date: run node scripts/l10n.mjs');
for (const mistake of mistakes) console.error(mistake);
process.exitCode = mistakes.length > 0 ? 1 : 0;
