import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { SourceHints } from '../../../src/core/model/source.ts';
import { brief, hints, openIndex, workspaceOf } from './openIndex.ts';

const MAIN = 'import x\n\n\ndef run():\n    with tracer.start_as_current_span("run"):\n        work()\n';
const FILES = { 'a/main.py': MAIN, 'b/main.py': MAIN, 'b/other.py': MAIN, 'a/other.py': MAIN };

async function open(test: TestContext, files: Readonly<Record<string, string>> = FILES) {
  const folder = await workspaceOf(test, files);
  const { index } = openIndex([folder]);
  test.after(() => index.dispose());
  return { index, folder };
}

const RUN = hints({ serviceName: 'svc', spanName: 'run', language: 'python' });

function sent(filePath: string, line: string, serviceName = 'svc'): SourceHints {
  return hints({ serviceName, spanName: 'x', code: { keys: ['code.filepath'], filePath, line } });
}

describe('a place the user chose', () => {
  it('goes first from then on, for this kind of span only, until it is forgotten', async (test) => {
    const { index, folder } = await open(test);
    assert.equal((await index.resolve(RUN)).ambiguous, true);
    const memory = await index.opened(RUN, { path: path.join(folder, 'b/main.py'), line: 5, chosen: true });
    assert.equal(memory?.choices.length, 1);
    const { candidates, ambiguous } = await index.resolve(RUN);
    assert.deepEqual([brief(candidates)[0], candidates.length, ambiguous], ['exact b/main.py:5 run', 4, false]);
    assert.equal(candidates[0]?.evidence.kind, 'remembered');
    assert.equal((await index.resolve({ ...RUN, serviceName: 'other' })).ambiguous, true);
    assert.deepEqual(index.forgetChoice(RUN).choices, []);
    assert.equal((await index.resolve(RUN)).ambiguous, true);
  });

  it('holds for names that differ in numbers and ids', async (test) => {
    const { index, folder } = await open(test);
    const named = (spanName: string): SourceHints => ({ ...RUN, spanName });
    await index.opened(named('order 17 of 3fa85f64-5717-4562-b3fc-2c963f66afa6'), {
      path: path.join(folder, 'b/main.py'),
      line: 5,
      chosen: true,
    });
    assert.equal(brief((await index.resolve(named('order 4 of 0b5e9d3c'))).candidates)[0], 'exact b/main.py:5 run');
    assert.deepEqual((await index.resolve(named('order x'))).candidates, []);
  });

  it('is there again after a restart, and follows the line through edits', async (test) => {
    const { index, folder } = await open(test);
    const file = path.join(folder, 'b/main.py');
    const memory = await index.opened(RUN, { path: file, line: 5, chosen: true });
    const { index: later } = openIndex([folder]);
    test.after(() => later.dispose());
    later.setMemory(JSON.parse(JSON.stringify(memory)));
    await writeFile(file, MAIN.replace('import x', 'import x\nimport y\n\n\ndef before():\n    pass\n'));
    await later.filesChanged([file], []);
    assert.equal(brief((await later.resolve(RUN)).candidates)[0], 'exact b/main.py:11 run');
    await writeFile(file, 'nothing = 1\n');
    await later.filesChanged([file], []);
    assert.notEqual((await later.resolve(RUN)).candidates[0]?.evidence.kind, 'remembered');
  });

  it('never leads out of the workspace, whatever was kept', async (test) => {
    const { index } = await open(test);
    const choice = { key: '', path: '/etc/passwd', line: 1, text: '', inFunction: -1, functionName: '' };
    const key = (await index.opened(RUN, { path: '/etc/passwd', line: 1, chosen: true }))?.choices[0]?.key;
    assert.equal(key, undefined);
    for (const raw of [null, 7, { choices: 'x' }, { choices: [null, choice, { ...choice, line: 'x' }], pairs: [{}] }]) {
      index.setMemory(raw);
      assert.equal((await index.resolve(RUN)).ambiguous, true);
    }
  });
});

describe('an opened place', () => {
  it('teaches how paths of its service map', async (test) => {
    const { index, folder } = await open(test);
    assert.equal((await index.resolve(sent('/srv/app/main.py', '5'))).ambiguous, true);
    const memory = await index.opened(sent('/srv/app/main.py', '5'), {
      path: path.join(folder, 'b/main.py'),
      line: 5,
      chosen: false,
    });
    assert.deepEqual(memory?.pairs, [{ service: 'svc', from: '/srv/app', to: path.join(folder, 'b') }]);
    assert.deepEqual(memory.choices, []);
    const { candidates, ambiguous } = await index.resolve(sent('/srv/app/other.py', '6'));
    assert.deepEqual([brief(candidates), ambiguous], [['exact b/other.py:6 run'], false]);
    assert.match(JSON.stringify(candidates[0]?.evidence), /by a place of svc that you opened before/);
    assert.equal((await index.resolve(sent('/srv/app/other.py', '6', 'stranger'))).ambiguous, true);
  });

  it('teaches from frames of stack traces, and nothing from paths of this machine', async (test) => {
    const { index, folder } = await open(test);
    const file = path.join(folder, 'a/main.py');
    assert.equal(await index.opened(sent(file, '5'), { path: file, line: 5, chosen: false }), null);
    const stack = 'Traceback (most recent call last):\n  File "/code/main.py", line 6, in run\n    work()\n';
    const failed = hints({ serviceName: 'svc', spanName: 'x', stackTraces: [stack] });
    const memory = await index.opened(failed, { path: file, line: 6, chosen: false });
    assert.deepEqual(memory?.pairs, [{ service: 'svc', from: '/code', to: path.join(folder, 'a') }]);
  });
});
