import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { missingSigns, proposedApiViolations, unrunTests } from '../../../scripts/houseRules.mjs';

describe('the house rules of npm run check', () => {
  let root = '';
  const write = (file, text = '') => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  const sign = 'What lives here.\n\nWhat may not.\n';
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'house-'));
    write('package.json', '{}');
    write('src/extension.ts', "import * as vscode from 'vscode';\n");
    write('src/core/README.md', sign);
    write('src/core/model/README.md', sign);
    write('src/core/model/span.ts', 'const whole = value as unknown;\n');
    write('webview/README.md', sign);
    write('webview/main.tsx');
    write('test/unit/span.test.ts');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('finds nothing in a house in order', () => {
    const found = [...proposedApiViolations(root), ...missingSigns(root), ...unrunTests(root, ['unit'])];
    assert.deepEqual(found, []);
  });

  it('names a proposal that the manifest enables', () => {
    write('package.json', '{"enabledApiProposals":["findTextInFiles"]}');
    assert.deepEqual(proposedApiViolations(root), ['package.json: enabledApiProposals']);
  });

  for (const way of [
    '(vscode.workspace as any).findTextInFiles',
    'vscode.workspace as unknown as Proposed',
    '// @ts-ignore',
    '// @ts-expect-error proposed',
    "declare module 'vscode' {",
  ]) {
    it(`names the line that goes around the vscode types: ${way}`, () => {
      write('src/vscode/view.ts', `\n${way}\n`);
      const [violation] = proposedApiViolations(root);
      assert.match(violation ?? '', /^src\/vscode\/view\.ts:2: /);
    });
  }

  it('names a folder without a sign, and one whose sign is empty', () => {
    write('src/core/store/segment.ts');
    write('webview/list/README.md', '\n');
    write('webview/list/row.tsx');
    assert.deepEqual(missingSigns(root), [
      'src/core/store/ has no README.md',
      'webview/list/README.md has 0 lines; about five say what lives there and what may not',
    ]);
  });

  it('names a test that no stage runs', () => {
    write('test/elsewhere/lost.test.ts');
    assert.deepEqual(unrunTests(root, ['unit']), ['test/elsewhere/lost.test.ts is in no folder that npm test runs']);
  });
});
