// The project's own checks: what no off-the-shelf tool checks here. Each returns one line per violation.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** @param {string} folder @returns {string[]} every file below it, relative to it, with forward slashes */
function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
}

const ESCAPES = [
  { pattern: /\bas\s+(?:any|unknown)\b/, what: 'a cast past the types' },
  { pattern: /<\s*(?:any|unknown)\s*>\s*\(?\s*vscode\b/, what: 'a cast past the types' },
  { pattern: /@ts-(?:ignore|nocheck|expect-error)/, what: 'a switched-off type error' },
  { pattern: /declare\s+(?:module\s+['"]vscode['"]|namespace\s+vscode\b)/, what: 'a declaration added to vscode' },
];

/**
 * The test harness lets every extension use proposed API, so only the types keep it out: no proposal is enabled, and
 * nothing in src/vscode or src/extension.ts goes around the stable types.
 * @param {string} root the project's folder
 * @returns {string[]}
 */
export function proposedApiViolations(root) {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const violations = 'enabledApiProposals' in manifest ? ['package.json: enabledApiProposals'] : [];
  const sources = filesBelow(path.join(root, 'src')).filter(
    (file) => file.endsWith('.ts') && (file === 'extension.ts' || file.startsWith('vscode/')),
  );
  for (const file of sources) {
    if (/^vscode\.proposed/.test(path.basename(file))) {
      violations.push(`src/${file}: types of a proposed API`);
    }
    const lines = readFileSync(path.join(root, 'src', file), 'utf8').split('\n');
    lines.forEach((line, index) => {
      for (const { pattern, what } of ESCAPES) {
        if (pattern.test(line)) {
          violations.push(`src/${file}:${index + 1}: ${what}: ${line.trim()}`);
        }
      }
    });
  }
  return violations;
}

/**
 * Each folder under src/ and webview/ that holds source has a README.md of a few lines: what lives here, what may not.
 * @param {string} root the project's folder
 * @returns {string[]}
 */
export function missingSigns(root) {
  const violations = [];
  for (const house of ['src', 'webview']) {
    const files = filesBelow(path.join(root, house));
    const rooms = new Set(files.filter((file) => /\.tsx?$/.test(file)).map((file) => path.posix.dirname(file)));
    for (const room of [...rooms].sort()) {
      const sign = path.posix.join(room, 'README.md');
      const name = path.posix.join(house, room);
      if (house === 'src' && room === '.') {
        continue; // extension.ts alone: ARCHITECTURE.md introduces it
      }
      if (!files.includes(sign)) {
        violations.push(`${name}/ has no README.md`);
        continue;
      }
      const lines = readFileSync(path.join(root, house, sign), 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== '');
      if (lines.length < 2 || lines.length > 15) {
        violations.push(
          `${name}/README.md has ${lines.length} lines; about five say what lives there and what may not`,
        );
      }
    }
  }
  return violations;
}

/**
 * A test that no stage of `npm test` runs would look like a passing one.
 * @param {string} root the project's folder
 * @param {readonly string[]} stageFolders folders under test/ that some stage runs
 * @returns {string[]}
 */
export function unrunTests(root, stageFolders) {
  return filesBelow(path.join(root, 'test'))
    .filter((file) => /\.test\.[cm]?tsx?$/.test(file) || /\.test\.[cm]?js$/.test(file))
    .filter((file) => !stageFolders.some((folder) => file.startsWith(`${folder}/`)))
    .map((file) => `test/${file} is in no folder that npm test runs`);
}
