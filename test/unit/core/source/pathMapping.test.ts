import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FileList } from '../../../../src/core/source/fileList.ts';
import { mapPath, type MappedPath, type PathContext } from '../../../../src/core/source/pathMapping.ts';
import type { PathRules } from '../../../../src/core/source/plainPath.ts';
import { fromFileUri, refusePath } from '../../../../src/core/source/refusePath.ts';

const POSIX: PathRules = { style: 'posix', caseSensitive: true };
const WINDOWS: PathRules = { style: 'windows', caseSensitive: false };

function context(files: readonly string[], more: Partial<PathContext> = {}): PathContext {
  const rules = more.rules ?? POSIX;
  const list = new FileList(rules);
  for (const file of files) list.add(file);
  return { rules, folders: [{ path: '/ws', name: 'ws' }], mappings: [], files: list, ...more };
}

function stages(path: string, given: PathContext, bases: readonly string[] = []): string[][] {
  return mapPath(path, bases, given).stages.map((stage) => stage.map(show));
}

function show({ by, path, outside, known }: MappedPath): string {
  return `${by} ${path}${outside ? ' outside' : ''}${known ? '' : ' unknown'}`;
}

describe('refusePath', () => {
  const refused: readonly [string, RegExp][] = [
    ['', /empty/],
    ['a\0b.py', /control/],
    ['/app/a\nb.py', /control/],
    ['/app/\u202Eyp.a', /control/],
    ['\\\\server\\share\\x.py', /network/],
    ['//server/share/x.py', /network/],
    ['\\/server/x', /network/],
    ['\\\\?\\C:\\x.py', /device/],
    ['\\\\.\\pipe\\x', /device/],
    ['//?/C:/x.py', /device/],
    ['\\??\\C:\\x', /device/],
    ['/dev/tty', /device/],
    ['/app/../proc/self/mem', /device/],
    ['/sys/kernel', /device/],
    ['C:\\NUL', /device/],
    ['C:\\x\\con.py', /device/],
    ['C:\\x\\COM1', /device/],
    ['NUL', /device/],
    ['C:\\x\\y.py:stream', /stream/],
    ['http://host/x.js', /http:/],
    ['vscode://x', /vscode:/],
    ['command:workbench.action.quit', /command:/],
    ['javascript:alert(1)', /javascript:/],
    ['webpack-internal:///./src/x.ts', /webpack-internal:/],
    ['node:internal/process', /node:/],
    ['<string>', /not a file/],
    ['/x'.repeat(1_000_000), /longer/],
  ];
  for (const [path, reason] of refused) {
    it(`refuses ${JSON.stringify(path.slice(0, 40))}`, () => {
      assert.match(refusePath(path, POSIX) ?? 'accepted', reason);
    });
  }

  it('accepts ordinary paths of both forms, and names that are devices only on Windows', () => {
    for (const path of ['/app/a.py', 'app/a.py', 'C:\\app\\a.py', '/app/aux.rs', '/app/a:b.py', './a.py', '../a.py']) {
      assert.equal(refusePath(path, POSIX), undefined, path);
    }
    assert.match(refusePath('/app/aux.rs', WINDOWS) ?? '', /device/);
  });

  it('reads file URIs, and refuses one that names a host', () => {
    assert.equal(fromFileUri('file:///app/my%20dir/x.mjs'), '/app/my dir/x.mjs');
    assert.equal(fromFileUri('file:///C:/x/y.js?query#part'), 'C:/x/y.js');
    assert.equal(fromFileUri('file://localhost/x.js'), '/x.js');
    assert.equal(fromFileUri('/plain/%41'), '/plain/%41');
    assert.equal(fromFileUri('file:///bad%ZZ'), '/bad%ZZ');
    assert.match(refusePath(fromFileUri('file://server/share/x.js'), POSIX) ?? '', /network/);
    assert.match(refusePath(fromFileUri('file:///a%00b'), POSIX) ?? '', /control/);
    assert.match(refusePath(fromFileUri('file:////server/x'), POSIX) ?? '', /network/);
  });
});

describe('mapPath', () => {
  it('takes a path inside the workspace as it is, with dots resolved', () => {
    assert.deepEqual(stages('/ws/src/../src/./a.py', context(['/ws/src/a.py']))[0], ['workspace /ws/src/a.py']);
  });

  it('keeps a path that leaves the workspace by dots outside', () => {
    assert.deepEqual(stages('/ws/../etc/passwd', context(['/ws/a.py'])), [['asSent /etc/passwd outside unknown']]);
    assert.deepEqual(stages('../../etc/passwd', context([])), []);
    assert.deepEqual(stages('../../proc/self/mem', context([]), ['/a/b']), []);
  });

  it('does not take a sibling with the folder name as prefix for inside', () => {
    assert.deepEqual(stages('/ws2/a.py', context([])), [['asSent /ws2/a.py outside unknown']]);
  });

  it('applies the longest user mapping, slashes and backslashes alike', () => {
    const given = context(['/ws/svc/m/a.py', '/ws/a.py'], {
      mappings: [
        { from: 'C:\\build', to: '/ws' },
        { from: 'c:/build/app/', to: '/ws/svc' },
        { from: '/appx', to: '/nowhere' },
      ],
    });
    assert.equal(stages('C:\\Build\\app\\m\\a.py', given)[0]?.[0], 'userMapping /ws/svc/m/a.py');
    assert.equal(stages('C:/build/a.py', given)[0]?.[0], 'userMapping /ws/a.py');
    assert.match(stages('C:\\builder\\a.py', given)[0]?.[0] ?? '', /^suffix/);
  });

  it('does not apply a mapping to a path that climbs out of it', () => {
    const given = context([], { mappings: [{ from: '/app', to: '/ws/svc' }] });
    assert.deepEqual(stages('/app/../../etc/passwd', given)[0], ['asSent /etc/passwd outside unknown']);
  });

  it('refuses a mapping onto a network share', () => {
    const given = context([], { mappings: [{ from: '/app', to: '\\\\server\\share' }] });
    assert.deepEqual(stages('/app/a.py', given), [['asSent /app/a.py outside unknown']]);
  });

  it('tries a relative path under base directories before workspace folders', () => {
    const given = context(['/ws/svc/app/a.py', '/ws/app/a.py']);
    assert.deepEqual(stages('app/a.py', given, ['/ws/svc']).slice(0, 2), [
      ['relative /ws/svc/app/a.py'],
      ['relative /ws/app/a.py'],
    ]);
  });

  it('matches by the longest common suffix; equal ones are several candidates', () => {
    const given = context(['/ws/a/model/predict.py', '/ws/b/model/predict.py', '/ws/c/predict.py']);
    assert.deepEqual(stages('/app/model/predict.py', given)[0], [
      'suffix /ws/a/model/predict.py',
      'suffix /ws/b/model/predict.py',
    ]);
    assert.deepEqual(stages('D:\\x\\c\\predict.py', given), [['suffix /ws/c/predict.py']]);
  });

  it('does not match a library file by its bare name', () => {
    const given = context(['/ws/runners.py', '/ws/asyncio/base.py']);
    const outside = '/usr/lib/python3.12/asyncio/runners.py';
    assert.deepEqual(stages(outside, given), [[`asSent ${outside} outside unknown`]]);
    assert.equal(stages('/v/site-packages/asyncio/base.py', given)[0]?.[0], 'suffix /ws/asyncio/base.py');
  });

  it('folds case where the machine does', () => {
    const files = ['C:\\Ws\\src\\App.py'];
    const folders = [{ path: 'C:\\Ws', name: 'Ws' }];
    const given = context(files, { rules: WINDOWS, folders });
    assert.deepEqual(stages('c:/ws/SRC/app.py', given)[0], ['workspace C:\\Ws\\src\\App.py']);
    assert.deepEqual(stages('/app/src/app.py', given), [['suffix C:\\Ws\\src\\App.py']]);
    assert.deepEqual(stages('/ws/SRC/a.py', context(['/ws/src/a.py']))[0], ['workspace /ws/SRC/a.py unknown']);
  });

  it('offers no path of another platform outside the workspace', () => {
    assert.deepEqual(stages('C:\\app\\a.py', context([])), []);
    assert.deepEqual(stages('/app/a.py', context([], { rules: WINDOWS, folders: [] })), []);
  });

  it('shows the folder name only when there are several folders', () => {
    const folders = [
      { path: '/ws', name: 'one' },
      { path: '/other', name: 'two' },
    ];
    const first = (given: PathContext): string | undefined => mapPath('/ws/a.py', [], given).stages[0]?.[0]?.shownPath;
    assert.equal(first(context(['/ws/a.py'])), 'a.py');
    assert.equal(first(context(['/ws/a.py'], { folders })), 'one/a.py');
  });

  it('answers refused paths with the reason and no candidate', () => {
    const result = mapPath('//server/share/a.py', [], context(['/ws/a.py']));
    assert.deepEqual(result.stages, []);
    assert.match(result.refused ?? '', /network share/);
  });
});
