import assert from 'node:assert/strict';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { brief, fixtures, hints, openIndex, RecordingFileSystem, workspaceOf } from './openIndex.ts';

const start = (name: string): string => `tracer.start_span("${name}")\n`;

async function found(index: ReturnType<typeof openIndex>['index'], spanName: string): Promise<string[]> {
  return brief((await index.resolve(hints({ spanName }))).candidates);
}

describe('walking the workspace', () => {
  it('honours nested .gitignore files and negation', async (test) => {
    const folder = await workspaceOf(test, {
      '.gitignore': '/out/\n*.gen.py\n',
      'out/a.py': start('s'),
      'b.gen.py': start('s'),
      'sub/.gitignore': '!keep.gen.py\nsecret/\n',
      'sub/keep.gen.py': start('s'),
      'sub/secret/c.py': start('s'),
      'sub/out/d.py': start('s'),
    });
    const { index } = openIndex([folder]);
    assert.deepEqual(await found(index, 's'), ['likely sub/keep.gen.py:1', 'likely sub/out/d.py:1']);
  });

  it('honours files.exclude as VS Code reads it', async (test) => {
    const folder = await workspaceOf(test, {
      'a.py': start('s'),
      'sub/a.py': start('s'),
      'x/y/gen/a.py': start('s'),
      'one.js': start('s'),
      'sub/one.js': start('s'),
    });
    const { index } = openIndex([folder], { excludes: ['a.py', '**/gen', '**/*.{js,jsx}'] });
    assert.deepEqual(await found(index, 's'), ['exact sub/a.py:1']);
  });

  it('passes over installed packages and virtual environments of any name', async (test) => {
    const folder = await workspaceOf(test, {
      'node_modules/x/i.js': start('s'),
      '.venv/x.py': start('s'),
      'myenv/pyvenv.cfg': '',
      'myenv/lib/x.py': start('s'),
      '__pycache__/x.py': start('s'),
      '.git/x.py': start('s'),
      'build/x.py': start('s'),
    });
    const { index } = openIndex([folder]);
    assert.deepEqual(await found(index, 's'), ['exact build/x.py:1']);
  });

  it('knows a linked file by its workspace path, counts a link inside once, follows no linked folder', async (test) => {
    const outside = await workspaceOf(test, { 'shared.py': start('shared'), 'dir/x.py': start('dir') });
    const folder = await workspaceOf(test, { 'a.py': start('inner') });
    await symlink(path.join(outside, 'shared.py'), path.join(folder, 'linked.py'));
    await symlink(path.join(folder, 'a.py'), path.join(folder, 'again.py'));
    await symlink(path.join(outside, 'dir'), path.join(folder, 'dir'));
    await symlink(folder, path.join(folder, 'loop'));
    await symlink('/nowhere', path.join(folder, 'broken.py'));
    const { index } = openIndex([folder]);
    assert.deepEqual(await found(index, 'shared'), ['exact linked.py:1']);
    assert.deepEqual(await found(index, 'inner'), ['exact a.py:1']);
    assert.deepEqual(await found(index, 'dir'), []);
    assert.equal(index.status().filesKnown, 3);
  });

  it('counts a file of two overlapping workspace folders once', async (test) => {
    const folder = await workspaceOf(test, { 'sub/a.py': start('s') });
    const { index } = openIndex([folder, path.join(folder, 'sub')]);
    assert.deepEqual(await found(index, 's'), ['exact sub/a.py:1']);
  });

  it('counts files that cannot be read or are too large, and goes on', async (test) => {
    const folder = await workspaceOf(test, { 'big.py': start('s').repeat(100_000), 'ok.py': start('s') });
    const { index } = openIndex([folder]);
    assert.deepEqual(await found(index, 's'), ['exact ok.py:1']);
    assert.deepEqual(index.status(), { state: 'ready', filesKnown: 2, filesIndexed: 1, failedFiles: 1 });
  });

  it('reads what it can of broken and binary code', async (test) => {
    const folder = await workspaceOf(test, {
      'broken.py': 'def f(:\n    with tracer.start_as_current_span("s") as\n',
      'binary.py': '\0\uFFFDspan(\0',
      'deep.py': `${'('.repeat(20_000)}span(`,
      'crlf.ts': "// x\r\ntracer.startSpan('crlf');\r\n",
      'bom.ts': "\uFEFFtracer.startSpan('bom');\n",
    });
    const { index } = openIndex([folder]);
    assert.deepEqual(await found(index, 's'), ['exact broken.py:2 f']);
    assert.deepEqual(await found(index, 'crlf'), ['exact crlf.ts:2']);
    assert.deepEqual(await found(index, 'bom'), ['exact bom.ts:1']);
    assert.equal(index.status().state, 'ready');
  });

  it('gets past code that no person wrote', { timeout: 60_000 }, async (test) => {
    const nested = (call: string): string => `${'f('.repeat(20_000)}${call}${')'.repeat(20_000)}`;
    const folder = await workspaceOf(test, {
      'nested.py': nested('tracer.start_span("s")'),
      'nested.ts': nested('tracer.startSpan("s")'),
      'spans.ts': `${'startSpan("s", () => '.repeat(2_000)}1${')'.repeat(2_000)}`,
      'open.ts': `tracer.startSpan(\`${'${`'.repeat(100_000)}`,
      'chain.ts': `${Array.from({ length: 5_000 }, (_, i) => `const A${String(i)} = A${String(i + 1)};\n`).join('')}startSpan(A0)`,
      'word.js': `${'span'.repeat(200_000)}(`,
      'ok.py': start('ok'),
    });
    const { index } = openIndex([folder]);
    assert.deepEqual(await found(index, 'ok'), ['exact ok.py:1']);
    const filePath = path.join(folder, 'open.ts');
    const { candidates } = await index.resolve(hints({ code: { keys: [], filePath, line: '1' } }));
    assert.deepEqual(brief(candidates), ['exact open.ts:1']);
  });

  it('fails files, not itself, when the grammars are missing', async (test) => {
    const folder = await workspaceOf(test, { 'a.py': start('s') });
    const { index } = openIndex([folder], { grammarFolder: path.join(folder, 'none') });
    assert.deepEqual(await found(index, 's'), []);
    assert.equal(index.status().failedFiles, 1);
  });

  it('tells its state as it goes', async () => {
    const { index, statuses, log } = openIndex([path.join(fixtures, 'python')]);
    assert.equal(index.status().state, 'indexing');
    await index.settled();
    assert.deepEqual(statuses.at(-1), { state: 'ready', filesKnown: 1, filesIndexed: 1, failedFiles: 0 });
    assert.ok(log.some((line) => /^info Code index: 1 files/.test(line)));
  });

  it('lets messages through between files', async () => {
    let clock = 0;
    const seen: string[] = [];
    const { index } = openIndex([path.join(fixtures, 'monorepo')], {}, undefined, {
      // Every look at the clock is a slice later.
      now: () => (clock += 20),
      yieldToMessages: () => {
        const { state, filesIndexed } = index.status();
        seen.push(`${state} ${String(filesIndexed)}`);
        return setImmediate();
      },
    });
    await index.settled();
    assert.deepEqual(seen, ['indexing 1', 'indexing 2', 'indexing 3', 'indexing 4', 'indexing 5']);
  });

  it('leaves out no file because the machine is busy', async () => {
    let passed = 0;
    const { index } = openIndex([path.join(fixtures, 'monorepo')], {}, undefined, {
      // Each look at the clock is minutes later, in which nothing was worked.
      now: () => (passed += 120_000),
      worked: () => 0,
    });
    await index.settled();
    assert.equal(index.status().failedFiles, 0);
    const slow = openIndex([path.join(fixtures, 'monorepo')], {}, undefined, { worked: () => (passed += 120_000) });
    await slow.index.settled();
    assert.ok(slow.index.status().failedFiles > 0);
  });

  it('configured again half way, it drops the work under way', async () => {
    let clock = 0;
    let yields = 0;
    const { index, config } = openIndex([path.join(fixtures, 'monorepo')], {}, undefined, {
      now: () => (clock += 20),
      yieldToMessages: () => {
        if (yields === 0) index.configure({ ...config, folders: [{ path: path.join(fixtures, 'python'), name: 'p' }] });
        yields++;
        return setImmediate();
      },
    });
    assert.deepEqual(await found(index, 'fetch_features'), ['exact model/predict.py:16 fetch']);
    assert.deepEqual(await found(index, 'handle request'), []);
    // Once in each workspace: the rest of the first was not read.
    assert.equal(yields, 2);
    assert.deepEqual(index.status(), { state: 'ready', filesKnown: 1, filesIndexed: 1, failedFiles: 0 });
  });

  it('answers from what was read when it is told to stop reading, and takes in what changes', async (test) => {
    const folder = await workspaceOf(
      test,
      Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`f${String(i)}.py`, start(`span ${String(i)}`)])),
    );
    let clock = 0;
    const { index } = openIndex([folder], {}, undefined, {
      now: () => (clock += 20),
      yieldToMessages: () => {
        if (index.status().filesIndexed === 3) index.stop();
        return setImmediate();
      },
    });
    const known = await Promise.all(Array.from({ length: 9 }, (_, i) => found(index, `span ${String(i)}`)));
    assert.equal(known.filter((places) => places.length > 0).length, 3);
    assert.equal(index.status().state, 'ready');
    const missing = known.findIndex((places) => places.length === 0);
    await index.filesChanged([path.join(folder, `f${String(missing)}.py`)], []);
    assert.deepEqual(await found(index, `span ${String(missing)}`), [`exact f${String(missing)}.py:1`]);
    index.stop();
    assert.equal(index.status().state, 'ready');
  });

  it('answers those who wait when indexing breaks off or is ended', async () => {
    const { index, log } = openIndex([path.join(fixtures, 'monorepo')], {}, undefined, {
      now: () => {
        throw new Error('no clock');
      },
      onStatus: () => undefined,
    });
    assert.deepEqual(await found(index, 'handle request'), []);
    assert.deepEqual(log, ['error Code index: no clock']);
    const ended = openIndex([path.join(fixtures, 'monorepo')]);
    const waiting = found(ended.index, 'nothing of this name');
    ended.index.dispose();
    assert.deepEqual(await waiting, []);
  });

  it('takes new path mappings without reading anything again', async () => {
    const fileSystem = new RecordingFileSystem();
    const { index, config } = openIndex([path.join(fixtures, 'python')], {}, fileSystem);
    const given = hints({ code: { keys: [], filePath: '/old/a.py', line: '1' } });
    assert.equal((await index.resolve(given)).candidates[0]?.outside, true);
    const reads = fileSystem.touched.length;
    const to = path.join(fixtures, 'python/model/predict.py');
    index.configure({ ...config, pathMappings: [{ from: '/old', to: path.dirname(to) }] });
    assert.equal(index.status().state, 'ready');
    assert.equal((await index.resolve(given)).candidates[0]?.outside, true);
    const renamed = hints({ code: { keys: [], filePath: '/old/predict.py', line: '1' } });
    assert.equal((await index.resolve(renamed)).candidates[0]?.path, to);
    // What resolving asked: whether each mapped file is there, and not behind a link.
    const folder = path.dirname(to);
    assert.deepEqual([...new Set(fileSystem.touched.slice(reads))], [folder, path.join(folder, 'a.py'), to]);
  });

  it('configured again, it forgets the folders before', async () => {
    const { index, config } = openIndex([path.join(fixtures, 'python')]);
    index.configure({ ...config, folders: [{ path: path.join(fixtures, 'node'), name: 'node' }] });
    assert.deepEqual(await found(index, 'fetch_features'), []);
    assert.deepEqual(await found(index, 'job.run'), ['exact lib/worker.js:6 run']);
  });
});

describe('following changes', () => {
  it('takes in a changed, a new and a deleted file', async (test) => {
    const folder = await workspaceOf(test, { 'a.py': start('old'), 'b.py': start('gone') });
    const { index } = openIndex([folder]);
    assert.deepEqual(await found(index, 'old'), ['exact a.py:1']);
    await writeFile(path.join(folder, 'a.py'), `\n\n${start('new')}`);
    await mkdir(path.join(folder, 'sub'));
    await writeFile(path.join(folder, 'sub/c.ts'), "tracer.startSpan('made');\n");
    await rm(path.join(folder, 'b.py'));
    const changed = [path.join(folder, 'a.py'), path.join(folder, 'sub/c.ts')];
    await index.filesChanged(changed, [path.join(folder, 'b.py')]);
    assert.deepEqual(await found(index, 'old'), []);
    assert.deepEqual(await found(index, 'new'), ['exact a.py:3']);
    assert.deepEqual(await found(index, 'made'), ['exact sub/c.ts:1']);
    assert.deepEqual(await found(index, 'gone'), []);
    assert.deepEqual(index.status(), { state: 'ready', filesKnown: 2, filesIndexed: 2, failedFiles: 0 });
  });

  it('takes in a folder that was renamed', async (test) => {
    const folder = await workspaceOf(test, { 'one/a.py': start('s'), 'one/deep/b.py': start('t') });
    const { index } = openIndex([folder]);
    await index.settled();
    await rename(path.join(folder, 'one'), path.join(folder, 'two'));
    await index.filesChanged([path.join(folder, 'two')], [path.join(folder, 'one')]);
    assert.deepEqual(await found(index, 's'), ['exact two/a.py:1']);
    assert.deepEqual(await found(index, 't'), ['exact two/deep/b.py:1']);
    assert.equal(index.status().filesKnown, 2);
  });

  it('forgets a file that was replaced by nothing without being told deleted', async (test) => {
    const folder = await workspaceOf(test, { 'a.py': start('s') });
    const { index } = openIndex([folder]);
    await index.settled();
    await rm(path.join(folder, 'a.py'));
    await index.filesChanged([path.join(folder, 'a.py')], []);
    assert.deepEqual(await found(index, 's'), []);
  });

  it('passes over ignored files and paths outside without touching the latter', async (test) => {
    const folder = await workspaceOf(test, {
      '.gitignore': 'out/\n*.gen.py\n',
      'a.gen.py': start('s'),
      'sub/.gitignore': '/b.py\n',
      'sub/b.py': start('s'),
      'out/a.py': start('s'),
      'node_modules/b.py': start('s'),
    });
    const outside = await workspaceOf(test, { 'a.py': start('s') });
    const fileSystem = new RecordingFileSystem();
    const { index } = openIndex([folder], {}, fileSystem);
    const changed = [
      `${folder}/a.gen.py`,
      `${folder}/sub/b.py`,
      `${folder}/out/a.py`,
      `${folder}/node_modules/b.py`,
      `${outside}/a.py`,
      `${folder}/../x.py`,
    ];
    await index.filesChanged(changed, [`${outside}/b.py`]);
    assert.deepEqual(await found(index, 's'), []);
    assert.ok(!fileSystem.touched.some((at) => at.startsWith(outside)));
  });

  it('makes no file-system call for changes below installed packages, and keeps its answers', async (test) => {
    const folder = await workspaceOf(test, { 'a.py': start('s'), 'node_modules/b.js': start('s') });
    const fileSystem = new RecordingFileSystem();
    const { index } = openIndex([folder], {}, fileSystem);
    const before = await index.resolve(hints({ spanName: 's' }));
    const touched = fileSystem.touched.length;
    const inPackages = Array.from({ length: 1_000 }, (_, i) => `${folder}/node_modules/p${String(i)}/b.js`);
    await index.filesChanged(inPackages, inPackages);
    assert.equal(await index.resolve(hints({ spanName: 's' })), before);
    assert.equal(fileSystem.touched.length, touched);
  });

  it('passes over files made in a virtual environment of any name', async (test) => {
    const folder = await workspaceOf(test, { 'env1/pyvenv.cfg': '', 'env1/lib/x.py': start('s') });
    const { index } = openIndex([folder]);
    await index.filesChanged([`${folder}/env1/lib/x.py`, `${folder}/env1/lib`], []);
    assert.deepEqual(await found(index, 's'), []);
  });

  it('answers from the new text of an ignored file that a span named', async (test) => {
    const folder = await workspaceOf(test, { '.gitignore': 'gen/\n', 'gen/a.py': 'def f():\n  pass\n' });
    const { index } = openIndex([folder]);
    const given = hints({ code: { keys: [], filePath: `${folder}/gen/a.py`, line: '2' } });
    assert.deepEqual(brief((await index.resolve(given)).candidates), ['exact gen/a.py:2 f']);
    await writeFile(`${folder}/gen/a.py`, 'def g():\n  pass\n');
    await index.filesChanged([`${folder}/gen/a.py`], []);
    assert.deepEqual(brief((await index.resolve(given)).candidates), ['exact gen/a.py:2 g']);
  });

  it('walks again when a .gitignore changes', async (test) => {
    const folder = await workspaceOf(test, { '.gitignore': 'out/\n', 'out/a.py': start('s') });
    const { index } = openIndex([folder]);
    assert.deepEqual(await found(index, 's'), []);
    await writeFile(path.join(folder, '.gitignore'), '\n');
    await index.filesChanged([path.join(folder, '.gitignore')], []);
    assert.deepEqual(await found(index, 's'), ['exact out/a.py:1']);
  });

  it('does not start over for a .gitignore in a folder that is never walked', async (test) => {
    const folder = await workspaceOf(test, { 'a.py': start('s') });
    const fileSystem = new RecordingFileSystem();
    const { index } = openIndex([folder], {}, fileSystem);
    await index.settled();
    const touched = fileSystem.touched.length;
    for (const name of ['.pytest_cache', '.ruff_cache', '.mypy_cache', 'sub/.venv', 'node_modules/p']) {
      await index.filesChanged([`${folder}/${name}/.gitignore`], []);
      await index.filesChanged([], [`${folder}/${name}/.gitignore`]);
    }
    assert.equal(fileSystem.touched.length, touched);
    assert.equal(index.status().state, 'ready');
  });

  it('answers from the new text of a file it had counted lines of', async (test) => {
    const folder = await workspaceOf(test, { 'a.py': 'x = 1\n' });
    const { index } = openIndex([folder]);
    const given = hints({ code: { keys: [], filePath: `${folder}/a.py`, line: '5' } });
    assert.deepEqual(brief((await index.resolve(given)).candidates), ['guess a.py:2']);
    await writeFile(path.join(folder, 'a.py'), 'x = 1\n'.repeat(9));
    await index.filesChanged([path.join(folder, 'a.py')], []);
    assert.deepEqual(brief((await index.resolve(given)).candidates), ['exact a.py:5']);
  });
});
