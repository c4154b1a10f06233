import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cellHashOf, murmur2, readNotebookCells } from '../../../src/codeIndex/notebookCells.ts';
import { brief, hints, openIndex, workspaceOf } from './openIndex.ts';

/** Computed by ipykernel 6.29.5 (`ipykernel.compiler.murmur2_x86`) with its seed. */
const HASHES: readonly [string, number][] = [
  ['x = 1\nprint(x)', 4252719672],
  ['', 3990065800],
  ['a', 2167009006],
  ['ab', 2805137849],
  ['abc', 3350977461],
  ['abcd', 804720481],
  ["# é ü 漢\nraise ValueError('ü')", 657275559],
];

const NOTEBOOK = JSON.stringify({
  nbformat: 4,
  cells: [
    { cell_type: 'markdown', source: ['# title'] },
    { cell_type: 'code', source: ['x = 1\n', 'print(x)'] },
    { cell_type: 'code', source: 'abcd' },
  ],
});

describe('cells of notebooks', () => {
  it('are hashed as the kernel does', () => {
    for (const [code, hash] of HASHES) assert.equal(murmur2(new TextEncoder().encode(code), 0xc70f6907), hash, code);
  });

  it('are told from other paths', () => {
    assert.equal(cellHashOf('/tmp/ipykernel_4711/4252719672.py'), 4252719672);
    assert.equal(cellHashOf('C:\\Users\\me\\Temp\\ipykernel_1\\12.py'), 12);
    for (const path of ['/tmp/ipykernel_x/1.py', '/tmp/my_ipykernel_1x/1.py', '/tmp/ipykernel_1/a.py', '']) {
      assert.equal(cellHashOf(path), undefined);
    }
  });

  it('are none in text that is no notebook', () => {
    for (const text of ['', 'null', '[]', '{"cells":3}', '{"cells":[null,{"cell_type":"code","source":[1]}]}', '{']) {
      assert.ok(readNotebookCells('a.ipynb', text).size <= 1);
    }
  });

  it('are found from code attributes and from frames', async (test) => {
    const { index } = openIndex([await workspaceOf(test, { 'work/nb.ipynb': NOTEBOOK, 'lib.py': 'x\n'.repeat(9) })]);
    test.after(() => index.dispose());
    const code = { keys: ['code.filepath'], filePath: '/tmp/ipykernel_7/4252719672.py', line: '2' };
    const [named] = (await index.resolve(hints({ code }))).candidates;
    assert.deepEqual(brief(named ? [named] : []), ['exact work/nb.ipynb cell 2:2']);
    assert.deepEqual([named?.cell, named?.outside], [1, false]);
    const stack =
      'Traceback (most recent call last):\n  File "/tmp/ipykernel_7/804720481.py", line 1, in <module>\n    abcd\n';
    const { candidates, ambiguous } = await index.resolve(hints({ stackTraces: [stack] }));
    assert.deepEqual([brief(candidates), ambiguous], [['likely work/nb.ipynb cell 3:1 <module>'], false]);
    const unknown = { ...code, filePath: '/tmp/ipykernel_7/1.py' };
    assert.equal((await index.resolve(hints({ code: unknown }))).candidates[0]?.outside, true);
  });

  it('are found by the literals in them, which only IPython may read the lines around', async (test) => {
    const notebook = JSON.stringify({
      nbformat: 4,
      metadata: { kernelspec: { language: 'python' } },
      cells: [
        { cell_type: 'markdown', source: ['tracer.start_as_current_span("in markdown")'] },
        { cell_type: 'code', source: ['%matplotlib inline\n', '!pip install x\n', 'import x\n', 'x.y?'] },
        { cell_type: 'code', source: ['%%bash\n', 'echo $(('] },
        {
          cell_type: 'code',
          source: [
            'def train(rows):\n',
            '    with tracer.start_as_current_span("train step"):\n',
            '        return rows',
          ],
        },
      ],
    });
    const folder = await workspaceOf(test, {
      'work/nb.ipynb': notebook,
      'r.ipynb': notebook.replace('"python"', '"R"').replace('train step', 'in R'),
      'broken.ipynb': '{"cells": [',
    });
    const { index } = openIndex([folder]);
    test.after(() => index.dispose());
    const { candidates, ambiguous } = await index.resolve(hints({ spanName: 'train step', language: 'python' }));
    assert.deepEqual([brief(candidates), ambiguous], [['exact work/nb.ipynb cell 4:2 train'], false]);
    assert.equal(candidates[0]?.cell, 3);
    for (const spanName of ['in markdown', 'in R', 'train'])
      assert.deepEqual((await index.resolve(hints({ spanName, language: 'python' }))).candidates, [], spanName);
  });
});
