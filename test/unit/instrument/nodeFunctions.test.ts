import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { after, describe, test } from 'node:test';
import vm from 'node:vm';

const NODE = path.resolve(import.meta.dirname, '../../../instrument/node');
const load = createRequire(import.meta.url);
type Accepts = (name: string, offset: number) => number | undefined;
const { rewrite } = load(path.join(NODE, 'rewrite.cjs')) as {
  rewrite: (
    source: string,
    file: string,
    wanted: readonly string[],
    accepts: Accepts,
  ) => { readonly text: string; readonly missing: readonly string[] };
};
const { text } = load(path.join(NODE, 'describe.cjs')) as { text: (value: unknown) => string };

const lineOf =
  (source: string): Accepts =>
  (_name, offset) =>
    source.slice(0, offset).split('\n').length;

interface Called {
  readonly name: string;
  readonly line: number;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What `expression` is in a program as it is, the same with functions of it rewritten, and what was called then. */
function both(source: string, wanted: readonly string[], expression: string) {
  const { text: rewritten, missing } = rewrite(source, '/f.js', wanted, lineOf(source));
  const calls: Called[] = [];
  const called = (name: string, _file: string, line: number, names: string[], values: unknown[]): void => {
    calls.push({ name, line, args: Object.fromEntries(names.map((each, at) => [each, values[at]])) });
  };
  type Body = (...values: unknown[]) => unknown;
  const context = {
    __spanline_call__: (...given: [string, string, number, string[], unknown[], Body]) => {
      called(...(given.slice(0, 5) as [string, string, number, string[], unknown[]]));
      return given[5](...given[4]);
    },
    __spanline_generator__: (...given: [string, string, number, string[], unknown[], unknown]) => {
      called(...(given.slice(0, 5) as [string, string, number, string[], unknown[]]));
      return given[5];
    },
  };
  const value = (program: string): unknown => vm.runInNewContext(`${program}\n;(${expression})`, { ...context });
  assert.equal(rewritten.split('\n').length, source.split('\n').length);
  const plain: unknown = JSON.parse(JSON.stringify(value(source)));
  return { plain, value: JSON.parse(JSON.stringify(value(rewritten))) as unknown, calls, missing, rewritten };
}

describe('a function that is to be traced', () => {
  const kinds: readonly (readonly [string, string, string, string])[] = [
    [
      'a declaration, hoisted',
      'const early = f(1);\nfunction f(a, b = 2) { return [a, b, f.length, f.name]; }',
      'f',
      'early',
    ],
    ['a function expression', 'const f = function inner(a) { return typeof inner + a; };', 'f', 'f(1)'],
    ['an arrow of an expression', 'const f = (a) => ({ a }), g = 1\nconst h = 2', 'f', '[f(3), g, h]'],
    ['an arrow over lines', 'const f = a =>\n  a\n    + 1\nvar after = [f(1)]', 'f', 'after'],
    ['an arrow in an arrow', 'const f = (a) => (b) => a + b;', 'f', 'f(1)(2)'],
    [
      'a method with `super`',
      'class A { m() { return 1; } }\nclass B extends A { m(x) { return super.m() + x; } }\nvar b = new B();',
      'B.m',
      'b.m(2)',
    ],
    [
      'a static method with `this`',
      'class A { static make(n) { return [this.name, n]; } }\nvar made = A.make(1);',
      'A.make',
      'made',
    ],
    [
      'a private method',
      'class A { #k = 1; #m(x) { return this.#k + x; } n() { return this.#m(4); } }\nvar a = new A();',
      'A.#m',
      'a.n()',
    ],
    ['a field that is an arrow', 'class A { n = 2; m = (x) => this.n + x; }\nvar a = new A();', 'A.m', 'a.m(1)'],
    [
      'a constructor',
      'class A { constructor(a) { this.a = [a, new.target.name]; } }\nclass B extends A { constructor() { super(5); } }\nvar b = new B();',
      'B.constructor',
      'b.a',
    ],
    [
      'a method of an object',
      'const api = { users: { "list": function (n) { return n; }, get(a) { return a; } } };',
      'api.users.get',
      'api.users.get(1)',
    ],
    [
      'a method of what a module exports',
      'const module = {};\nmodule.exports = { save(a) { return a; } };',
      'save',
      'module.exports.save(6)',
    ],
    [
      'a method of an object without a name',
      'const make = (o) => o;\nvar o = make({ save(a) { return a; } });',
      'save',
      'o.save(6)',
    ],
    [
      'a function of another',
      'function outer() { return inner(3);\n  function inner(a) { return a; } }',
      'outer.inner',
      'outer()',
    ],
    ['one that a helper is given', 'const wrap = (f) => f;\nconst f = wrap(function (a) { return a; });', 'f', 'f(9)'],
    [
      '`arguments` that are its parameters',
      'function f(a) { arguments[0] = 7; return [a, arguments.length]; }',
      'f',
      'f(1, 2)',
    ],
    ['a parameter declared again', 'function f(a) { var a = a || "none"; return a; }', 'f', '[f(), f(1)]'],
    ['patterns', 'function f({ a, b: [c] = [2] }, ...rest) { return [a, c, rest]; }', 'f', 'f({ a: 1 }, 3, 4)'],
    ['a strict one', 'function f() { "use strict"; return this === undefined; }', 'f', 'f()'],
    [
      'a generator',
      'function* f(n) { const got = yield n; return [got, this.k, arguments.length]; }\nconst it = f.call({ k: 1 }, 5);',
      'f',
      '[it.next(), it.next(6), it.next()]',
    ],
    [
      'texts that look like code',
      'const r = /[/}"]/, t = `a${`}${"`"}`}{${/["`}]/.source}`;\nfunction f() { /* } */ return [r.test("}"), t]; // }\n}',
      'f',
      'f()',
    ],
    [
      'division and a regular expression',
      'function f(a) { return a / 2 + (a) / 4 + [..."x/y"].filter((c) => /\\//.test(c)).length; }',
      'f',
      'f(8)',
    ],
  ];
  for (const [title, source, name, expression] of kinds)
    test(`does what it did: ${title}`, () => {
      const { plain, value, calls, missing } = both(source, [name], expression);
      assert.deepEqual(missing, []);
      assert.deepEqual(value, plain);
      assert.ok(calls.length > 0 && calls.every((call) => call.name === name));
    });

  test('tells its arguments by their names, and the line it is defined on', () => {
    const { calls } = both(
      '\n\nfunction f(a, { b, c: { d } }, [e], ...rest) { return 0; }',
      ['f'],
      'f(1, { b: 2, c: { d: 3 } }, [4], 5, 6)',
    );
    assert.deepEqual(JSON.parse(JSON.stringify(calls)), [
      { name: 'f', line: 3, args: { a: 1, b: 2, d: 3, e: 4, rest: [5, 6] } },
    ]);
  });

  test('is left alone when it is not there, or would do something else', () => {
    const source = `function f(a) { var a = 1; return arguments[0]; }
      class A { *m() { yield super.toString(); } }`;
    const { missing, rewritten } = both(source, ['f', 'A.m', 'A.n', 'nobody'], 'f(3)');
    assert.deepEqual(missing, ['f', 'A.m', 'A.n', 'nobody']);
    assert.equal(rewritten, source);
  });

  test('is found among the types, overloads and abstract methods of TypeScript', () => {
    const source = `abstract class A<T extends { a: number }> {
  abstract m(x: T): void;
  n(x: string): { a: number };
  public async n(@D({ a: 1 }) x: Map<string, number>, y?: (a: number) => void): Promise<{ a: number }> { return x; }
}
const f = async <T,>(x: T, more: Array<[T, string]> = []): Promise<T | undefined> => x;
const g: (a: number) => void = (a) => { return; };`;
    const { text: rewritten, missing } = rewrite(source, '/f.ts', ['A.n', 'A.m', 'f', 'g'], lineOf(source));
    assert.deepEqual(missing, ['A.m']);
    const at = (line: number): string => rewritten.split('\n')[line - 1] ?? '';
    assert.match(
      at(4),
      /\{return __spanline_call__\("A\.n","\/f\.ts",4,\["x","y"\],\[x,y\],async \(\)=>\{ return x; \}\);\}$/,
    );
    assert.match(at(6), /=> __spanline_call__\("f","\/f\.ts",6,\["x","more"\],\[x,more\],async \(\)=>x\);$/);
    assert.match(at(7), /=> \{return __spanline_call__\("g","\/f\.ts",7,\["a"\],\[a\],\(\)=>\{ return; \}\);\};$/);
  });
});

describe('a value of a Node program as JSON', () => {
  const shown = (value: unknown): unknown => JSON.parse(text(value)) as unknown;

  test('is itself when JSON has it, and told by its type when not', () => {
    class Ranker {
      k = 2;
      #hidden = 1;
      seen(): number {
        return this.#hidden;
      }
    }
    assert.deepEqual(
      shown({
        n: null,
        u: undefined,
        list: [1, 'a', true],
        ranker: new Ranker(),
        map: new Map<unknown, unknown>([
          ['a', 1],
          [2, 3],
        ]),
        set: new Set([1]),
        big: 12n,
        nan: NaN,
        date: new Date(0),
        error: new TypeError('no'),
        f: shown,
        bytes: Buffer.from('abc'),
        promise: Promise.resolve(1),
      }),
      {
        n: null,
        u: null,
        list: [1, 'a', true],
        ranker: { k: 2 },
        map: { a: 1, 2: 3 },
        set: [1],
        big: 12,
        nan: 'NaN',
        date: { $object: 'Date', repr: '1970-01-01T00:00:00.000Z' },
        error: { $object: 'TypeError', repr: 'no' },
        f: { $object: 'function', repr: 'shown' },
        bytes: { $object: 'Buffer', repr: '616263', size: 3 },
        promise: { $object: 'Promise', repr: '' },
      },
    );
  });

  test('of numbers is a tensor, of records a table', () => {
    assert.deepEqual(shown(new Float32Array([0.1, NaN, 0, 3])), {
      $tensor: {
        dtype: 'float32',
        shape: [4],
        min: 0,
        max: 3,
        mean: (Math.fround(0.1) + 3) / 3,
        nan: 1,
        zeros: 1,
        data: [0.100000001, null, 0, 3],
      },
    });
    const onnx = { dims: [2, 1], type: 'int64', cpuData: new BigInt64Array([1n, 5n]) };
    assert.deepEqual(shown(onnx), {
      $tensor: { dtype: 'int64', shape: [2, 1], min: 1, max: 5, mean: 3, nan: 0, zeros: 0, data: [1, 5] },
    });
    const long = shown(Array.from({ length: 3000 }, (_, at) => at)) as { $tensor: { shape: number[]; data: number[] } };
    assert.deepEqual([long.$tensor.shape, long.$tensor.data.length], [[3000], 1024]);
    assert.deepEqual(
      shown([
        { a: 1, b: 'x' },
        { a: 2, b: 'y' },
      ]),
      {
        $table: {
          columns: ['a', 'b'],
          rows: [
            [1, 'x'],
            [2, 'y'],
          ],
          row_count: 2,
        },
      },
    );
  });

  test('of records with a text that is masked by its name is none, so that the name stands before it', () => {
    const rows = [
      { n: 1, apiKey: 'a' },
      { n: 2, apiKey: 'b' },
    ];
    assert.deepEqual(shown(rows), rows);
  });

  test('of more than a million numbers is told by a sample that meets every column of a table', () => {
    const columns = 10;
    const matrix = Float32Array.from({ length: 2_000_000 }, (_, at) => (at % columns === 3 ? NaN : at % columns));
    const { $tensor } = shown(matrix) as { $tensor: Record<string, unknown> };
    assert.deepEqual([$tensor['min'], $tensor['max'], $tensor['sampled']], [0, 9, true]);
    assert.ok(Math.abs(Number($tensor['nan']) - 200_000) < 200, String($tensor['nan']));
    assert.ok(Math.abs(Number($tensor['zeros']) - 200_000) < 200, String($tensor['zeros']));
  });

  test('runs nothing of the program, and ends', () => {
    const ran = (): never => assert.fail('code of the program ran');
    const hostile: Record<string, unknown> = {
      toJSON: ran,
      proxy: new Proxy({}, { get: ran, ownKeys: ran, getPrototypeOf: ran, getOwnPropertyDescriptor: ran }),
      heir: Object.create(new Proxy({}, { get: ran, getPrototypeOf: ran, getOwnPropertyDescriptor: ran })) as unknown,
      list: Object.defineProperty([1], 0, { get: ran }),
    };
    Object.defineProperty(hostile, 'getter', { enumerable: true, get: ran });
    hostile['self'] = hostile;
    assert.deepEqual(shown(hostile), {
      toJSON: { $object: 'function', repr: 'ran' },
      proxy: { $object: 'Proxy', repr: '' },
      heir: { $object: 'Object', repr: '' },
      list: [null],
      getter: { $object: 'getter', repr: '' },
      self: { $object: 'Object', repr: '…' },
    });
  });

  test('is cut where it is too much', () => {
    assert.deepEqual(shown([[[[[[[1]]]]]]]), [[[[[[{ $cut: 1 }]]]]]]);
    assert.equal((shown(Array.from({ length: 150 }, () => 'x')) as unknown[]).length, 101);
    const many: Record<string, unknown> = {};
    for (let at = 0; at < 99; at++)
      many[`k${String(at)}`] = Array.from({ length: 99 }, () => ({ z: 'é'.repeat(9_999) }));
    assert.ok(Buffer.byteLength(text(many)) <= 256 * 1024);
    assert.match(text('x'.repeat(70_000)), /…\{\\"\$cut\\":4464\}"$/);
  });
});

describe('a program whose functions are traced', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'spanline-functions-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, source: string): string => {
    writeFileSync(path.join(folder, name), source);
    return path.join(folder, name);
  };
  const packages = (name: string): string =>
    JSON.stringify(path.resolve(import.meta.dirname, '../../../node_modules/@opentelemetry', name));
  const sdk = write(
    'sdk.cjs',
    `const { trace, context } = require(${packages('api')});
     const { SimpleSpanProcessor, TracerProvider } = require(${packages('sdk-trace')});
     const { AsyncLocalStorage } = require('node:async_hooks');
     const storage = new AsyncLocalStorage();
     const { ROOT_CONTEXT } = require(${packages('api')});
     context.setGlobalContextManager({
       active: () => storage.getStore() ?? ROOT_CONTEXT,
       with: (c, run, self, ...args) => storage.run(c, () => run.apply(self, args)),
       bind: (c, target) => target, enable() { return this; }, disable() { return this; },
     });
     const names = new Map();
     const exporter = { shutdown: () => Promise.resolve(), export(spans, done) {
       for (const s of spans) names.set(s.spanContext().spanId, s);
       done({ code: 0 });
     } };
     exports.start = () => trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
     process.on('exit', () => {
       for (const s of names.values()) console.log(JSON.stringify([s.name, names.get(s.parentSpanContext?.spanId)?.name ?? '',
         s.attributes['code.line.number'], s.attributes['spanline.call.arguments'] ?? '', s.attributes['spanline.call.return'] ?? s.status.message ?? '',
         require('node:path').basename(s.attributes['code.file.path'])]));
     });`,
  );
  const register = path.join(NODE, 'register.cjs');
  const spans = (program: string, functions: readonly string[]): unknown[] => {
    const out = execFileSync(process.execPath, ['--require', register, program], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '', SPANLINE_TRACE_FUNCTIONS: JSON.stringify(functions) },
    });
    return out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  };

  test('has a span of each call, to the end of its promise or generator, and those within it below', () => {
    const file = write(
      'calls.cjs',
      `const { start } = require(${JSON.stringify(sdk)});
const early = plain(0);
start();
async function outer(n) { await null; plain(n); return { n }; }
function plain(a) { return a + 1; }
function fails() { throw new RangeError('too far'); }
async function rejects() { await null; throw new Error('later'); }
function* some(n) { yield plain(n); yield 'x'; }
async function* more() { await null; yield 1; }
(async () => {
  await outer(2);
  try { fails(); } catch {}
  await rejects().catch(() => undefined);
  for (const each of some(5)) plain(9);
  for await (const each of more());
})();`,
    );
    const names = ['outer', 'plain', 'fails', 'rejects', 'some', 'more', 'nobody'];
    assert.deepEqual(spans(file, [...names.map((name) => `${file}#${name}`), `${file}.txt#x`, '{']), [
      ['plain', 'outer', 5, '{"a":2}', '3', 'calls.cjs'],
      ['outer', '', 4, '{"n":2}', '{"n":2}', 'calls.cjs'],
      ['fails', '', 6, '{}', 'too far', 'calls.cjs'],
      ['rejects', '', 7, '{}', 'later', 'calls.cjs'],
      ['plain', 'some', 5, '{"a":5}', '6', 'calls.cjs'],
      ['plain', '', 5, '{"a":9}', '10', 'calls.cjs'],
      ['plain', '', 5, '{"a":9}', '10', 'calls.cjs'],
      ['some', '', 8, '{"n":5}', '[6,"x"]', 'calls.cjs'],
      ['more', '', 9, '{}', '[1]', 'calls.cjs'],
    ]);
  });

  test('runs as it does alone when the list is none', () => {
    const file = write('alone.cjs', 'console.log(JSON.stringify([typeof __spanline_call__]));');
    for (const listed of ['{', '{}', '[]', '[1, "x", "/a.py#f", "/a.cjs#"]']) {
      const env = { ...process.env, NODE_OPTIONS: '', SPANLINE_TRACE_FUNCTIONS: listed };
      const out = execFileSync(process.execPath, ['--require', register, file], { encoding: 'utf8', env });
      assert.deepEqual(JSON.parse(out), ['undefined'], listed);
    }
  });

  test('may be an ES module, one of TypeScript, or made from it with a source map', async () => {
    const typescript = write(
      'rank.ts',
      `interface Row { a: number }
export class Ranker<T extends object> {
  predict(row: T): number;
  predict(row: T, more: Map<string, number> = new Map()): number { return Object.keys(row).length + more.size; }
}
export default (row: Row): number => row.a;`,
    );
    const main = (from: string, more: string): string => `import sdk from './sdk.cjs';
import get, { Ranker } from ${JSON.stringify(from)};
export { default as get } from ${JSON.stringify(from)};
export const at = import.meta.url, twice = (x) => x * 2;
sdk.start();
new Ranker().predict({ a: 1 });
twice(get({ a: 4 }));${more}`;
    const { build } = await import('esbuild');
    await build({ entryPoints: [typescript], outfile: path.join(folder, 'dist.mjs'), sourcemap: true, format: 'esm' });
    const built = write('built.mjs', main('./dist.mjs', ''));
    const functions = [`${typescript}#Ranker.predict`, `${built}#twice`, `${path.join(folder, 'plain.mts')}#twice`];
    const predict = ['Ranker.predict', '', 4, '{"row":{"a":1},"more":{}}', '1', 'rank.ts'];
    assert.deepEqual(spans(built, functions), [predict, ['twice', '', 4, '{"x":4}', '8', 'built.mjs']]);
    if (process.features.typescript !== 'strip' && process.features.typescript !== 'transform') return;
    const plain = write(
      'plain.mts',
      main('./rank.ts', '\nconst x: number = 1;').replace('(x) =>', '(x: number): number =>'),
    );
    assert.deepEqual(spans(plain, functions), [predict, ['twice', '', 4, '{"x":4}', '8', 'plain.mts']]);
  });
});
