import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  entryOf,
  isTraceableFile,
  parseTracedFunction,
  readTracedFunctions,
  tracedFunctionsValue,
} from '../../../../src/core/launch/tracedFunctions.ts';

const read = (text: string): string | undefined => {
  const found = parseTracedFunction(text);
  return found && `${found.path} ${found.name}`;
};

describe('an entry of the list of traced functions', () => {
  test('is a path and a qualified name, as a person may write them', () => {
    assert.equal(read('src/model.py#Ranker.predict'), 'src/model.py Ranker.predict');
    assert.equal(read('./src\\model.ts#api.users.list '), 'src/model.ts api.users.list');
    assert.equal(read('a#b/c d.mjs#Box.#open'), 'a#b/c d.mjs Box.#open');
    assert.equal(read('größe.py#größe'), 'größe.py größe');
    assert.equal(entryOf({ path: 'a.py', name: 'f' }), 'a.py#f');
  });

  test('is nothing else: no path out of the folder, no other file, no other name', () => {
    const wrong = ['', 'model.py', 'model.py#', '#f', 'model.go#f', '/etc/model.py#f', 'C:\\model.py#f', '../m.py#f'];
    wrong.push('a/../../m.py#f', 'a//m.py#f', 'm.py#f()', 'm.py#f.', 'm.py#a b', 'm.py#1a', 'm.py#f#g', 'a\nb.py#f');
    wrong.push(`${'x/'.repeat(1000)}m.py#f`);
    for (const text of wrong) assert.equal(read(text), undefined, text);
  });

  test('is read once each from a setting that may hold anything, with what is no entry beside', () => {
    const { functions, invalid } = readTracedFunctions(['a.py#f', './a.py#f', 7, 'nonsense', null, 'b.ts#g']);
    assert.deepEqual(functions.map(entryOf), ['a.py#f', 'b.ts#g']);
    assert.deepEqual(invalid, ['7', 'nonsense', 'null']);
    for (const value of [undefined, null, 'a.py#f', {}]) assert.deepEqual(readTracedFunctions(value).functions, []);
  });

  test('can be of Python, JavaScript and TypeScript', () => {
    for (const name of ['a.py', 'a.js', 'a.mjs', 'a.cjs', 'a.jsx', 'a.ts', 'a.mts', 'a.cts', 'a.tsx'])
      assert.ok(isTraceableFile(`/x/${name}`), name);
    for (const name of ['a.pyi', 'a.go', 'a.d.ts', 'a.d.mts', 'a', 'a.ipynb', 'a.json'])
      assert.ok(!isTraceableFile(name));
  });
});

describe('the variable that names the functions to a program', () => {
  test('is a JSON array, each once, after what it held already', () => {
    const { value, refused } = tracedFunctionsValue(['/a.py#f', '/ü"\\.py#g', '/a.py#f'], 'posix', '["/b.ts#h"]');
    assert.deepEqual(JSON.parse(value ?? ''), ['/b.ts#h', '/a.py#f', '/ü"\\.py#g']);
    assert.deepEqual(refused, []);
    assert.equal(tracedFunctionsValue([], 'posix').value, undefined);
    for (const given of ['{', '{}', '7', 'null', 'f'])
      assert.equal(tracedFunctionsValue(['/a.py#f'], 'posix', given).value, '["/a.py#f"]', given);
  });

  test('stays below what a system takes for one variable, by bytes, and says what it left out', () => {
    const entries = Array.from({ length: 5000 }, (_, i) => `/srv/größe/💡/${String(i)}.py#f${String(i)}`);
    for (const [platform, limit] of [
      ['posix', 128 * 1024],
      ['windows', 32_767],
    ] as const) {
      const { value = '', refused } = tracedFunctionsValue(entries, platform);
      const bytes = new TextEncoder().encode(`SPANLINE_TRACE_FUNCTIONS=${value}`).length + 1;
      assert.ok(bytes < limit && bytes > limit * 0.9, `${String(bytes)} of ${String(limit)}`);
      const kept = JSON.parse(value) as unknown[];
      assert.equal(kept.length + refused.length, entries.length);
      assert.equal(kept[0], entries[0]);
      assert.equal(refused.at(-1), entries.at(-1));
    }
  });
});
