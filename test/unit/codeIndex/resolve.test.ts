import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { SourceCandidate, SourceHints } from '../../../src/core/model/source.ts';
import { brief, fixtures, hints, openIndex, RecordingFileSystem, workspaceOf } from './openIndex.ts';

const LINES = 'x = 1\n'.repeat(20);

function code(more: Omit<SourceHints['code'], 'keys'>, keys = ['code.file.path', 'code.line.number']): SourceHints {
  return hints({ code: { keys, ...more } });
}

describe('resolving code.*', () => {
  const files = {
    'app/predict.py': 'def top():\n    pass\n\n\nclass Model:\n    def predict(self):\n        return 1\n' + LINES,
    'services/a/model/score.py': LINES,
    'services/b/model/score.py': LINES,
    'services/a/one.py': LINES,
    'deep/er/down/here.py': LINES,
  };
  const cases: readonly [string, SourceHints, string[]][] = [
    [
      'a path inside the workspace is exact',
      code({ filePath: 'WS/app/predict.py', line: '7' }),
      ['exact app/predict.py:7 Model.predict'],
    ],
    [
      'the old keys and a line sent as text count the same',
      code({ filePath: 'WS/app/predict.py', line: '7.0', functionName: 'predict' }, ['code.filepath', 'code.lineno']),
      ['exact app/predict.py:7 predict'],
    ],
    [
      'a path relative to the process is exact',
      hints({ code: { keys: ['code.filepath'], filePath: 'one.py', line: '3' }, baseDirectories: ['WS/services/a'] }),
      ['exact services/a/one.py:3'],
    ],
    [
      'a path relative to the workspace is exact',
      code({ filePath: 'app/predict.py', line: '2' }),
      ['exact app/predict.py:2 top'],
    ],
    [
      'a unique suffix that is the whole path in the folder is exact',
      code({ filePath: '/srv/app/predict.py', line: '2' }),
      ['exact app/predict.py:2 top'],
    ],
    [
      'a unique suffix of three segments is exact',
      code({ filePath: '/srv/er/down/here.py', line: '2' }),
      ['exact deep/er/down/here.py:2'],
    ],
    [
      'a unique suffix of two segments of a longer path is likely',
      code({ filePath: '/srv/down/here.py', line: '2' }),
      ['likely deep/er/down/here.py:2'],
    ],
    [
      'a unique bare name is likely',
      code({ filePath: '/srv/x/predict.py', line: '2' }),
      ['likely app/predict.py:2 top'],
    ],
    [
      'a line beyond the end is a guess at the last line',
      code({ filePath: 'WS/services/a/one.py', line: '900' }),
      ['guess services/a/one.py:21'],
    ],
    [
      'without a line, a function that is found is likely',
      code({ filePath: 'WS/app/predict.py', functionName: 'app.Model.predict' }),
      ['likely app/predict.py:6 app.Model.predict'],
    ],
    [
      'without a line or function, the file is a guess',
      code({ filePath: 'WS/app/predict.py', line: '-3' }),
      ['guess app/predict.py:1'],
    ],
  ];
  for (const [title, given, expected] of cases) {
    it(title, async (test) => {
      const folder = await workspaceOf(test, files);
      const { index } = openIndex([folder]);
      const replaced = JSON.parse(JSON.stringify(given).replaceAll('WS', folder)) as SourceHints;
      const { candidates, ambiguous } = await index.resolve(replaced);
      assert.deepEqual(brief(candidates), expected);
      assert.equal(ambiguous, false);
    });
  }

  it('equal suffixes are likely and ambiguous', async (test) => {
    const { index } = openIndex([await workspaceOf(test, files)]);
    const { candidates, ambiguous } = await index.resolve(code({ filePath: '/x/model/score.py', line: '2' }));
    assert.deepEqual(brief(candidates), ['likely services/a/model/score.py:2', 'likely services/b/model/score.py:2']);
    assert.ok(ambiguous);
  });

  it('a service named like a folder decides between equal suffixes', async (test) => {
    const { index } = openIndex([await workspaceOf(test, files)]);
    const given = { ...code({ filePath: '/x/model/score.py', line: '2' }), serviceName: 'shop-b' };
    const { candidates, ambiguous } = await index.resolve(given);
    assert.equal(brief(candidates)[0], 'likely services/b/model/score.py:2');
    assert.equal(ambiguous, false);
  });

  it('names what was tried in sentences', async (test) => {
    const { index } = openIndex([await workspaceOf(test, files)]);
    const given = { ...code({ filePath: '/app/gone/away.py', line: '2' }), spanName: 'retrieval.search' };
    const result = await index.resolve(given);
    assert.deepEqual(result.tried, [
      '`code.file.path` /app/gone/away.py lies outside the workspace and was not opened.',
      'No call in 5 code files starts a span named `retrieval.search`.',
    ]);
    const other = await index.resolve(code({ filePath: 'C:\\gone\\away.py', line: '2' }));
    assert.deepEqual(other.tried, ['`code.file.path` C:\\gone\\away.py: no workspace file ends with gone/away.py.']);
    const refused = await index.resolve(code({ filePath: '\\\\server\\share\\x.py', line: '2' }));
    assert.deepEqual(refused.tried, ['`code.file.path` \\\\server\\share\\x.py is refused: it names a network share.']);
    assert.deepEqual(refused.candidates, []);
  });

  it('carries the keys and how the path was mapped as evidence', async (test) => {
    const { index } = openIndex([await workspaceOf(test, files)]);
    const [first] = (await index.resolve(code({ filePath: '/srv/app/predict.py', line: '2', column: '5' }))).candidates;
    assert.deepEqual(first?.evidence, {
      kind: 'codeAttributes',
      keys: ['code.file.path', 'code.line.number'],
      mapping: '/srv/app/predict.py by its last 2 segments',
    });
    assert.equal(first.column, 5);
  });

  it('applies user mappings', async (test) => {
    const folder = await workspaceOf(test, files);
    const { index } = openIndex([folder], { pathMappings: [{ from: '/build', to: `${folder}/services/a` }] });
    const { candidates } = await index.resolve(code({ filePath: '/build/model/score.py', line: '2' }));
    assert.deepEqual(brief(candidates), ['exact services/a/model/score.py:2']);
  });
});

describe('resolving without trust', () => {
  const hostile = [
    '/etc/passwd',
    '/ws/../../../../etc/passwd',
    '../../../../../etc/passwd',
    'file:///etc/passwd',
    'file://server/share/x.py',
    '\\\\server\\share\\x.py',
    '//server/share/x.py',
    '\\\\?\\C:\\Windows\\x.py',
    '/proc/self/environ',
    '/dev/zero',
    'C:\\Windows\\system.ini',
    'http://127.0.0.1:1/x.py',
    'a.py\0.txt',
    '/tmp/\u202Ey.py',
    `/${'x'.repeat(1_000_000)}`,
    '..',
    '.',
    '/',
    '~/x.py',
  ];

  it('touches nothing outside the workspace, whatever the span says', async (test) => {
    const folder = await workspaceOf(test, { 'a.py': LINES });
    const fileSystem = new RecordingFileSystem();
    const { index } = openIndex([folder], { pathMappings: [{ from: '/mapped', to: '/etc' }] }, fileSystem);
    for (const filePath of [...hostile, '/mapped/passwd']) {
      const stack = `Error\n    at f (${filePath}:1:1)\n  File "${filePath}", line 1, in f\n`;
      for (const baseDirectories of [[], ['/etc'], [filePath], [folder], ['/proc']]) {
        const given = { ...code({ filePath, line: '1' }), baseDirectories, stackTraces: [stack], spanName: filePath };
        const { candidates } = await index.resolve(given);
        for (const candidate of candidates) {
          assert.equal(candidate.outside, !candidate.path.startsWith(`${folder}/`), candidate.path);
          assert.doesNotMatch(candidate.path, /^(\/\/|\\\\|\/proc|\/dev|\/sys)/);
        }
      }
      await index.resolveFrame({ path: filePath, line: 1, column: 1 }, { serviceName: '', baseDirectories: ['/etc'] });
      await index.lineContext(filePath, 1);
    }
    const outside = fileSystem.touched.filter((at) => at !== folder && !at.startsWith(`${folder}/`));
    assert.deepEqual(outside, []);
    assert.ok(fileSystem.touched.length > 0);
  });

  it('takes a path through a linked folder for one outside, and touches nothing behind the link', async (test) => {
    const outside = await workspaceOf(test, { 'secret.py': LINES, 'deep/secret.py': LINES });
    const folder = await workspaceOf(test, { '.gitignore': 'gen/\n', 'gen/a.py': LINES, 'app/b.py': LINES });
    await symlink(outside, path.join(folder, 'link'));
    await symlink(path.join(outside, 'deep'), path.join(folder, 'app/link'));
    await symlink(path.join(outside, 'secret.py'), path.join(folder, 'gen/secret.py'));
    const fileSystem = new RecordingFileSystem();
    const { index } = openIndex([folder], { pathMappings: [{ from: '/m', to: `${folder}/link` }] }, fileSystem);
    await index.settled();
    // The walk looks at each link to tell a linked file from a linked folder.
    fileSystem.touched.length = 0;
    const through = (candidates: readonly SourceCandidate[]): string[] =>
      candidates.map(({ path: at, outside: asks, confidence }) => `${confidence} ${at}${asks ? ' outside' : ''}`);
    for (const [filePath, at] of [
      [`${folder}/link/secret.py`, 'link/secret.py'],
      [`${folder}/link/missing.py`, 'link/missing.py'],
      ['app/link/secret.py', 'app/link/secret.py'],
      [`${folder}/gen/secret.py`, 'gen/secret.py'],
      ['/m/secret.py', 'link/secret.py'],
    ] as const) {
      for (const line of ['2', undefined]) {
        const given = code({ filePath, functionName: 'f', ...(line === undefined ? {} : { line }) });
        assert.deepEqual(
          through((await index.resolve(given)).candidates),
          [`likely ${folder}/${at} outside`],
          filePath,
        );
      }
      const frame = await index.resolveFrame(
        { path: filePath, line: 2, column: 1 },
        { serviceName: '', baseDirectories: [] },
      );
      assert.deepEqual(through(frame.candidates), [`likely ${folder}/${at} outside`]);
      await index.lineContext(`${folder}/${at}`, 2);
    }
    const behind = fileSystem.touched.filter(
      (at) => at.startsWith(outside) || /[\\/]link[\\/]|gen[\\/]secret/.test(at),
    );
    assert.deepEqual([...new Set(behind)], [path.join(folder, 'gen/secret.py')]);
    // An ignored file that is no link is still the workspace's own, and goes before a link that fits as well.
    const { candidates } = await index.resolve(code({ filePath: `${folder}/gen/a.py`, line: '2' }));
    assert.deepEqual(brief(candidates), ['exact gen/a.py:2']);
    const known = await index.resolve(code({ filePath: `${folder}/link/app/b.py`, line: '2' }));
    assert.deepEqual(brief(known.candidates), ['exact app/b.py:2']);
  });

  it('offers a path outside as a likely candidate marked so', async (test) => {
    const { index } = openIndex([await workspaceOf(test, { 'a.py': LINES })]);
    const { candidates } = await index.resolve(code({ filePath: '/elsewhere/b.py', line: '12' }));
    assert.deepEqual(
      candidates.map(({ path: at, line, outside, confidence }) => ({ at, line, outside, confidence })),
      [{ at: '/elsewhere/b.py', line: 12, outside: true, confidence: 'likely' }],
    );
  });

  it('prefers any workspace candidate of the same confidence to one outside', async (test) => {
    const folder = await workspaceOf(test, { 'a.py': 'tracer.start_span("n")\n', 'b.py': 'tracer.start_span("n")\n' });
    const { index } = openIndex([folder]);
    const given = { ...code({ filePath: '/elsewhere/c.py', line: '12' }), spanName: 'n' };
    const { candidates, ambiguous } = await index.resolve(given);
    assert.deepEqual(brief(candidates), ['likely a.py:1', 'likely b.py:1', 'likely /elsewhere/c.py:12']);
    assert.ok(ambiguous);
  });

  it('shows hostile text cut and without control characters', async (test) => {
    const { index } = openIndex([await workspaceOf(test, { 'a.py': LINES })]);
    const given = { ...code({ filePath: `/a\u202E\n${'z'.repeat(500)}`, line: '1' }), spanName: '\u0007'.repeat(500) };
    const { tried } = await index.resolve(given);
    assert.equal(tried.length, 2);
    for (const sentence of tried) {
      assert.doesNotMatch(sentence, /[\p{Cc}\p{Cf}]/u);
      assert.ok(sentence.length < 300);
    }
  });
});

describe('ranking span literals', () => {
  const monorepo = path.join(fixtures, 'monorepo');

  it('equal literals of different services are ambiguous', async () => {
    const { index } = openIndex([monorepo]);
    const { candidates, ambiguous } = await index.resolve(hints({ spanName: 'handle request' }));
    assert.deepEqual(brief(candidates), [
      'likely services/billing/src/main.ts:2 handle',
      'likely services/cart/src/main.ts:2 handle',
    ]);
    assert.ok(ambiguous);
  });

  const deciding: readonly [string, Partial<SourceHints>][] = [
    ['the service name', { serviceName: 'cart' }],
    ['the end of the service name', { serviceName: 'my-shop-cart' }],
    ['a directory the process ran in', { baseDirectories: [path.join(monorepo, 'services/cart')] }],
    [
      'a frame of the stack trace',
      { stackTraces: ['Error: x\n    at handle (/srv/services/cart/src/main.ts:3:1)\n    at q (node:internal/x:1:1)'] },
    ],
  ];
  for (const [what, more] of deciding) {
    it(`${what} decides between equal literals`, async () => {
      const { index } = openIndex([monorepo]);
      const { candidates, ambiguous } = await index.resolve(hints({ spanName: 'handle request', ...more }));
      assert.equal(brief(candidates)[0], 'likely services/cart/src/main.ts:2 handle');
      assert.equal(ambiguous, false);
    });
  }

  it('the same name twice in one file is ambiguous', async () => {
    const { index } = openIndex([monorepo]);
    const { candidates, ambiguous } = await index.resolve(hints({ spanName: 'twice' }));
    assert.equal(candidates.length, 2);
    assert.ok(ambiguous);
  });

  it('the language of the SDK decides, and a literal of another language alone is a guess', async () => {
    const { index } = openIndex([monorepo]);
    const resolve = async (spanName: string, language: string): Promise<string[]> =>
      brief((await index.resolve(hints({ spanName, language }))).candidates);
    assert.deepEqual(await resolve('shared name', 'python'), [
      'exact main.py:1',
      'guess services/billing/src/other.ts:1',
    ]);
    assert.deepEqual(await resolve('shared name', 'nodejs'), [
      'exact services/billing/src/other.ts:1',
      'guess main.py:1',
    ]);
    assert.equal((await resolve('twice', 'java'))[0]?.split(' ')[0], 'guess');
  });

  it('a dotted scope name decides between equal literals', async (test) => {
    const text = 'with tracer.start_as_current_span("step"):\n    pass\n';
    const { index } = openIndex([await workspaceOf(test, { 'app/one.py': text, 'app/two/__init__.py': text })]);
    const { candidates, ambiguous } = await index.resolve(hints({ spanName: 'step', scopeName: 'app.two' }));
    assert.equal(brief(candidates)[0], 'likely app/two/__init__.py:1');
    assert.equal(ambiguous, false);
  });

  it('a literal goes before a wrapper, a wrapper before a pattern', async (test) => {
    const folder = await workspaceOf(test, {
      'api.ts': "tracer.startSpan('load data');\n",
      'pattern.ts': 'tracer.startSpan(`load ${what}`);\n',
      'wrapper.ts': "withSpan('load data', () => 1);\n",
    });
    const { index } = openIndex([folder]);
    const { candidates, ambiguous } = await index.resolve(hints({ spanName: 'load data' }));
    assert.deepEqual(brief(candidates), ['exact api.ts:1', 'guess wrapper.ts:1', 'guess pattern.ts:1']);
    assert.equal(ambiguous, false);
  });

  it('product code goes before a test of the same name', async (test) => {
    const text = "tracer.startSpan('load');\n";
    const { index } = openIndex([await workspaceOf(test, { 'test/load.ts': text, 'src/load.ts': text })]);
    const { candidates, ambiguous } = await index.resolve(hints({ spanName: 'load' }));
    assert.deepEqual(brief(candidates), ['likely src/load.ts:1', 'likely test/load.ts:1']);
    assert.equal(ambiguous, false);
  });

  it('code.* goes before an exact literal, and the same line is listed once', async (test) => {
    const folder = await workspaceOf(test, { 'a.py': 'tracer.start_span("n")\n' + LINES });
    const { index } = openIndex([folder]);
    const other = await index.resolve({ ...code({ filePath: `${folder}/a.py`, line: '3' }), spanName: 'n' });
    assert.deepEqual(brief(other.candidates), ['exact a.py:3', 'exact a.py:1']);
    assert.equal(other.ambiguous, false);
    const same = await index.resolve({ ...code({ filePath: `${folder}/a.py`, line: '1' }), spanName: 'n' });
    assert.deepEqual(brief(same.candidates), ['exact a.py:1']);
    assert.equal(same.candidates[0]?.evidence.kind, 'codeAttributes');
  });
});

describe('resolving stack frames', () => {
  const trace = (folder: string): string =>
    [
      'Traceback (most recent call last):',
      `  File "${folder}/a.py", line 2, in outer`,
      `  File "${folder}/lib/b.py", line 3, in inner`,
      `  File "${folder}/vendor/pkg/c.py", line 4, in vendored`,
      `  File "${folder}/.venv/lib/python3.12/site-packages/torch/b.py", line 9, in forward`,
      'ValueError',
    ].join('\n');

  async function opened(test: TestContext): Promise<{ folder: string; index: ReturnType<typeof openIndex>['index'] }> {
    const folder = await workspaceOf(test, {
      'a.py': 'tracer.start_span("n")\n' + LINES,
      'lib/b.py': LINES,
      'vendor/pkg/c.py': LINES,
      '.venv/lib/python3.12/site-packages/torch/b.py': LINES,
    });
    return { folder, index: openIndex([folder]).index };
  }

  it('the innermost frame in user code is likely', async (test) => {
    const { folder, index } = await opened(test);
    const { candidates } = await index.resolve(hints({ stackTraces: [trace(folder)] }));
    assert.deepEqual(brief(candidates), ['likely lib/b.py:3 inner']);
    assert.deepEqual(candidates[0]?.evidence, { kind: 'stackFrame', frame: `${folder}/lib/b.py:3` });
  });

  it('comes after the literal', async (test) => {
    const { folder, index } = await opened(test);
    const { candidates } = await index.resolve(hints({ spanName: 'n', stackTraces: [trace(folder)] }));
    assert.deepEqual(brief(candidates), ['exact a.py:1', 'likely lib/b.py:3 inner']);
  });

  it('resolves one frame by itself', async (test) => {
    const { index } = await opened(test);
    const { candidates } = await index.resolveFrame(
      { path: '/srv/lib/b.py', line: 3, column: 0 },
      { serviceName: '', baseDirectories: [] },
    );
    assert.deepEqual(brief(candidates), ['exact lib/b.py:3']);
    assert.deepEqual(candidates[0]?.evidence, { kind: 'stackFrame', frame: '/srv/lib/b.py:3' });
  });
});
