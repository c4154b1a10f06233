import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { openIndex, workspaceOf } from './openIndex.ts';

const { index } = openIndex([]);

/** `name firstLine-line-endLine` of each. */
async function functionsIn(file: string, text: string): Promise<readonly string[] | null> {
  const { functions } = await index.traceableFunctions(`/anywhere/${file}`, text);
  return (
    functions?.map(
      ({ name, firstLine, line, endLine }) => `${name} ${String(firstLine)}-${String(line)}-${String(endLine)}`,
    ) ?? null
  );
}

describe('functions whose calls can be recorded', () => {
  it('are those of Python with the classes and functions around them', async () => {
    const source = `
@app.post("/rank")
async def rank(request):
    def score(x):
        return x
    return score(request)

class Ranker:
    class Inner:
        def run(self): ...

    @property
    def size(self):
        return 1

    def predict(self, x):
        key = lambda y: y
        return key(x)
`;
    assert.deepEqual(await functionsIn('m.py', source), [
      'rank 2-3-6',
      'rank.score 4-4-5',
      'Ranker.Inner.run 10-10-10',
      'Ranker.size 12-13-14',
      'Ranker.predict 16-16-18',
    ]);
  });

  it('are those of JavaScript: declared, bound to a name, of classes and of objects with a name', async () => {
    const source = `
function plain() {}
const arrow = async () => 1;
export const old = function () {};
exports.sent = () => {};
class Box {
  constructor() {}
  open(x) { return () => x; }
  static make() {}
  #hidden() {}
  get size() { return 1; }
  set size(x) {}
  get() {}
  held = () => {};
  [Symbol.iterator]() {}
  'quoted name'() {}
}
const Other = class { run() {} };
const api = { list() {}, users: { find: () => 1 }, 'a b': () => 1 };
app.get('/x', (request) => {});
module.exports = { bare() {} };
function outer() { function inner() {} }
export default () => {};
`;
    assert.deepEqual(
      (await functionsIn('m.mjs', source))?.map((each) => each.replace(/ .*/, '')),
      [
        'plain',
        'arrow',
        'old',
        'sent',
        'Box.open',
        'Box.make',
        'Box.#hidden',
        'Box.get',
        'Box.held',
        'Other.run',
        'api.list',
        'api.users.find',
        'bare',
        'outer',
        'outer.inner',
      ],
    );
  });

  it('are those of TypeScript, without what only declares', async () => {
    const source = `
abstract class Base<T> {
  private held = async (x: T): Promise<T> => x;
  abstract missing(): void;
  run(x: T): T;
  run(x: T, y?: number): T { return x; }
}
export const table = { find(x: string) { return x; } } satisfies Table;
declare function told(): void;
function over(a: string): void;
function over(a: unknown): void {}
interface Api { call(): void }
`;
    for (const file of ['m.ts', 'm.tsx'])
      assert.deepEqual(
        (await functionsIn(file, source))?.map((each) => each.replace(/ .*/, '')),
        ['Base.held', 'Base.run', 'table.find', 'over'],
        file,
      );
  });

  it('are none that can be told of other files, and never a failure', async () => {
    assert.equal(await functionsIn('m.go', 'func f() {}'), null);
    assert.equal(await functionsIn('m.d.ts', 'declare function f(): void;'), null);
    assert.equal(await functionsIn('m.ipynb', '{"cells": []}'), null);
    assert.equal(await functionsIn('m.py', '('.repeat(5000)), null);
    assert.deepEqual(await functionsIn('m.py', 'def f(:\n  \u0000 class (((\n'), []);
    assert.deepEqual(await functionsIn('m.py', ''), []);
  });

  it('are read from a file of the workspace, and from no other', async (test) => {
    const folder = await workspaceOf(test, { 'src/m.py': 'def f(): ...\n' });
    const other = await workspaceOf(test, { 'm.py': 'def f(): ...\n' });
    const { index: own } = openIndex([folder]);
    const { functions } = await own.traceableFunctions(path.join(folder, 'src/m.py'));
    assert.deepEqual(functions, [{ name: 'f', firstLine: 1, line: 1, column: 5, endLine: 1 }]);
    for (const file of [path.join(folder, 'gone.py'), path.join(other, 'm.py'), path.join(folder, '../x.py')])
      assert.equal((await own.traceableFunctions(file)).functions, null, file);
  });
});
