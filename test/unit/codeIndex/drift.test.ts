import assert from 'node:assert/strict';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { SourceHints } from '../../../src/core/model/source.ts';
import { hints, lineOf, openIndex, RecordingFileSystem, workspaceOf } from './openIndex.ts';

const BEFORE = `import x


def first():
    prepare()
    return 1


def second():
    load_everything()
    return 2
`;
const AFTER = BEFORE.replace('import x', 'import x\nimport y\nimport z').replace(
  '    prepare()\n',
  '    prepare()\n    more()\n',
);
const EDITED_MS = 1_800_000_000_000;

function at(line: number, startMs: number, functionName?: string): SourceHints {
  const code = {
    keys: ['code.filepath'],
    filePath: 'app.py',
    line: String(line),
    ...(functionName ? { functionName } : {}),
  };
  return hints({ spanName: 'x', language: 'python', code, startMs });
}

async function open(test: TestContext) {
  const folder = await workspaceOf(test, { 'app.py': BEFORE });
  const file = path.join(folder, 'app.py');
  const write = async (text: string, writtenMs: number): Promise<void> => {
    await writeFile(file, text);
    await utimes(file, writtenMs / 1000, writtenMs / 1000);
  };
  await write(BEFORE, EDITED_MS - 100_000);
  const { index } = openIndex([folder]);
  test.after(() => index.dispose());
  await index.settled();
  const edit = async (text: string, writtenMs = EDITED_MS): Promise<void> => {
    await write(text, writtenMs);
    await index.filesChanged([file], []);
  };
  const place = async (given: SourceHints) => {
    const [first] = (await index.resolve(given)).candidates;
    return first && [first.line, first.confidence, first.drift];
  };
  return { edit, place };
}

describe('a line of an older trace', () => {
  const line = lineOf(BEFORE, 'load_everything');
  const now = lineOf(AFTER, 'load_everything');

  it('is followed through edits since the file was looked at', async (test) => {
    const { edit, place } = await open(test);
    assert.deepEqual(await place(at(line, EDITED_MS - 1000)), [line, 'exact', undefined]);
    await edit(AFTER);
    assert.deepEqual(await place(at(line, EDITED_MS - 1000)), [now, 'likely', { kind: 'moved', from: line }]);
    assert.deepEqual(await place(at(now, EDITED_MS + 1000)), [now, 'exact', undefined]);
    await edit(AFTER.replace('def second', 'def zero():\n    pass\n\n\ndef second'), EDITED_MS + 5000);
    assert.deepEqual(await place(at(line, EDITED_MS - 1000)), [now + 4, 'likely', { kind: 'moved', from: line }]);
    assert.deepEqual(await place(at(now, EDITED_MS + 1000)), [now + 4, 'likely', { kind: 'moved', from: now }]);
  });

  it('is followed through a second edit that has the time of the first', async (test) => {
    const { edit, place } = await open(test);
    await place(at(line, EDITED_MS - 1000));
    await edit(AFTER);
    await place(at(line, EDITED_MS - 1000));
    await edit(`\n${AFTER}`);
    assert.deepEqual(await place(at(line, EDITED_MS - 1000)), [now + 1, 'likely', { kind: 'moved', from: line }]);
  });

  it('is followed by its function when the file as it was is not known', async (test) => {
    const { edit, place } = await open(test);
    await edit(AFTER);
    const start = lineOf(AFTER, 'def second');
    assert.deepEqual(await place(at(line - 3, EDITED_MS - 1000, 'app.second')), [
      start,
      'likely',
      { kind: 'moved', from: line - 3 },
    ]);
    assert.deepEqual(await place(at(now, EDITED_MS - 1000, 'app.second')), [now, 'exact', undefined]);
  });

  it('is followed through edits that were made while no index ran', async (test) => {
    const folder = await workspaceOf(test, { 'app.py': BEFORE });
    const cacheFile = path.join(await workspaceOf(test, {}), 'kept/codeIndex.gz');
    const file = path.join(folder, 'app.py');
    await utimes(file, EDITED_MS / 1000 - 100, EDITED_MS / 1000 - 100);
    const first = openIndex([folder], { cacheFile }).index;
    await first.resolve(at(line, EDITED_MS - 1000));
    await first.saved();
    first.dispose();
    await writeFile(file, AFTER);
    await utimes(file, EDITED_MS / 1000, EDITED_MS / 1000);
    const second = openIndex([folder], { cacheFile }).index;
    test.after(() => second.dispose());
    const [place] = (await second.resolve(at(line, EDITED_MS - 1000))).candidates;
    assert.deepEqual([place?.line, place?.drift], [now, { kind: 'moved', from: line }]);
    assert.doesNotMatch(await readFile(`${cacheFile}.lines`, 'utf8'), /load_everything/, 'no text is kept');

    await second.saved();
    await writeFile(
      `${cacheFile}.lines`,
      '{"form":"spanline lines 1","files":[{"path":1},{"path":"x","versions":[{}]}]}',
    );
    const third = openIndex([folder], { cacheFile }).index;
    test.after(() => third.dispose());
    const [unknown] = (await third.resolve(at(line, EDITED_MS - 1000))).candidates;
    assert.deepEqual(unknown?.drift, { kind: 'stale', from: line }, 'what is no such file keeps nothing');
  });

  it('is marked stale when it cannot be followed', async (test) => {
    const { edit, place } = await open(test);
    await edit(AFTER);
    assert.deepEqual(await place(at(line, EDITED_MS - 1000)), [line, 'guess', { kind: 'stale', from: line }]);
    assert.deepEqual(await place(at(line, EDITED_MS - 1000, 'gone')), [line, 'guess', { kind: 'stale', from: line }]);
  });

  it('is marked stale when it was taken out', async (test) => {
    const { edit, place } = await open(test);
    await place(at(line, EDITED_MS - 1000));
    await edit(BEFORE.replace('    load_everything()\n', ''));
    assert.deepEqual(await place(at(line, EDITED_MS - 1000)), [line, 'guess', { kind: 'stale', from: line }]);
  });

  it('is as it is when the file, never looked at before, was written anew with the same text', async (test) => {
    const { edit, place } = await open(test);
    await edit(BEFORE);
    assert.deepEqual(await place(at(line, EDITED_MS - 1000)), [line, 'exact', undefined]);
  });

  it('is as it is when the file is again what it was, as after another branch and back', async (test) => {
    const { edit, place } = await open(test);
    await edit(AFTER);
    await edit(BEFORE, EDITED_MS + 5000);
    assert.deepEqual(await place(at(line, EDITED_MS - 1000)), [line, 'exact', undefined]);
    assert.deepEqual(
      (await place(at(line, EDITED_MS + 1000)))?.[2],
      { kind: 'stale', from: line },
      'but not of a span that began in between',
    );
  });

  it('is followed from a text that was the same before it was first looked at', async (test) => {
    const { edit, place } = await open(test);
    await edit(BEFORE);
    await place(at(line, EDITED_MS - 1000));
    await edit(AFTER, EDITED_MS + 5000);
    assert.deepEqual(await place(at(line, EDITED_MS - 1000)), [now, 'likely', { kind: 'moved', from: line }]);
  });

  it('is as it is when a call there starts spans of its name, whatever else was changed', async (test) => {
    const { edit, place } = await open(test);
    const text = AFTER.replace('    load_everything()', "    with tracer.start_as_current_span('x'):\n        pass");
    await edit(text);
    const start = lineOf(text, "'x'");
    assert.deepEqual(await place(at(start, EDITED_MS - 1000)), [start, 'exact', undefined]);
    assert.deepEqual(await place(at(start, EDITED_MS - 1000, 'gone')), [start, 'exact', undefined]);
  });

  it('is as it is after a start that finds the file written anew with the same text', async (test) => {
    const folder = await workspaceOf(test, { 'app.py': BEFORE });
    const cacheFile = path.join(await workspaceOf(test, {}), 'kept/codeIndex.gz');
    const file = path.join(folder, 'app.py');
    await utimes(file, EDITED_MS / 1000 - 400_000_000, EDITED_MS / 1000 - 400_000_000);
    const first = openIndex([folder], { cacheFile }).index;
    await first.settled();
    await first.saved();
    first.dispose();
    await utimes(file, EDITED_MS / 1000, EDITED_MS / 1000);
    const second = openIndex([folder], { cacheFile }).index;
    test.after(() => second.dispose());
    const [found] = (await second.resolve(at(line, EDITED_MS - 1000))).candidates;
    assert.deepEqual([found?.line, found?.confidence, found?.drift], [line, 'exact', undefined]);
  });

  it('is as it is when the file was not changed since, or was written without a change', async (test) => {
    const { edit, place } = await open(test);
    assert.deepEqual(await place(at(line, EDITED_MS - 1000)), [line, 'exact', undefined]);
    await edit(BEFORE);
    assert.deepEqual(await place(at(line, EDITED_MS - 1000)), [line, 'exact', undefined]);
  });
});

it('asks nothing of the file system for more spans of a kind', async (test) => {
  const folder = await workspaceOf(test, { 'app.py': BEFORE });
  const fileSystem = new RecordingFileSystem();
  const { index } = openIndex([folder], {}, fileSystem);
  test.after(() => index.dispose());
  await index.resolve(at(5, Date.now() + 1000));
  const before = fileSystem.touched.length;
  for (let i = 0; i < 100; i++) await index.resolve(at(5, Date.now() + i));
  assert.equal(fileSystem.touched.length, before);
});
