import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { FileList } from '../../../src/core/source/fileList.ts';
import { mapPath } from '../../../src/core/source/pathMapping.ts';
import type { PathRules } from '../../../src/core/source/plainPath.ts';
import { brief, hints, openIndex, workspaceOf } from './openIndex.ts';

const LINES = 'def f():\n    pass\n'.repeat(5);

function frame(file: string): string {
  return `Traceback (most recent call last):\n  File "${file}", line 2, in f\n    pass\nValueError: x\n`;
}

describe('frames of installed packages', () => {
  const files = {
    'src/shop/pricing/rules.py': LINES,
    'src/shop/api.py': LINES,
    'other/api.py': LINES,
    'six.py': LINES,
  };
  const cases: readonly [string, string, string[]][] = [
    [
      'a package of the workspace that was installed',
      '/venv/lib/python3.12/site-packages/shop/pricing/rules.py',
      ['likely src/shop/pricing/rules.py:2 f'],
    ],
    ['one in a zip or an egg', '/opt/app.pyz/shop/api.py', ['likely src/shop/api.py:2 f']],
    ['not a library whose file has a name of the workspace', '/venv/lib/python3.12/site-packages/six.py', []],
    ['not a library with a folder of the workspace', '/venv/lib/python3.12/site-packages/flask/other/api.py', []],
  ];
  for (const [title, file, expected] of cases) {
    it(title, async (test) => {
      const { index } = openIndex([await workspaceOf(test, files)]);
      test.after(() => index.dispose());
      const { candidates } = await index.resolve(hints({ stackTraces: [frame(file)] }));
      assert.deepEqual(brief(candidates), expected);
    });
  }
});

it('finds files of a folder that was opened by a link', async (test) => {
  const real = await workspaceOf(test, { 'deep/repo/a/main.py': LINES, 'deep/repo/b/main.py': LINES });
  const link = path.join(real, 'opened');
  await symlink(path.join(real, 'deep/repo'), link);
  const { index } = openIndex([link]);
  test.after(() => index.dispose());
  const code = { keys: ['code.filepath'], filePath: path.join(real, 'deep/repo/b/main.py'), line: '2' };
  const { candidates } = await index.resolve(hints({ code }));
  assert.deepEqual(brief(candidates), ['exact b/main.py:2 f']);
  assert.equal(candidates[0]?.path, path.join(link, 'b/main.py'));
});

it('takes the names of Windows and of the Linux beside it for the same file', () => {
  const cases: readonly [PathRules, string, string, string][] = [
    [{ style: 'posix', caseSensitive: true }, '/mnt/c/work', '/mnt/c/work/a.py', 'C:\\work\\a.py'],
    [{ style: 'windows', caseSensitive: false }, 'C:\\work', 'C:\\work\\a.py', '/mnt/c/work/a.py'],
  ];
  for (const [rules, folder, file, sent] of cases) {
    const files = new FileList(rules);
    files.add(file);
    const context = { rules, folders: [{ path: folder, name: 'work' }], mappings: [], files };
    const [first] = mapPath(sent, [], context).stages;
    assert.deepEqual(
      first?.map(({ path: found, by, known }) => [found, by, known]),
      [[file, 'workspace', true]],
    );
  }
});
