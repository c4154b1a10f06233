import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { INSTRUMENT, PROGRAMS, python, runFile, skip } from './capturePython.ts';
import { cleanEnvironment } from './runProgram.ts';

const CHOSEN = [
  'Ranker.predict',
  'Ranker.make',
  'Ranker.check',
  'Ranker.size',
  'Ranker.greet',
  'outer.<locals>.inner',
  'numbers',
  'delegates',
  'loops',
  'waits',
  'streams',
  'step',
  'says_nothing',
  'factorial',
  'batches',
  'branches',
  'is_not_there',
];

/** A span as `chooses.py` tells it. */
interface Told {
  readonly name: string;
  /** Name of the parent; empty without one. */
  readonly parent: string;
  readonly line: number;
  readonly in: unknown;
  /** `-` when there is none. */
  readonly out: unknown;
  readonly status: string;
  readonly events: readonly string[];
}

interface Output {
  readonly spans: readonly Told[];
  readonly same: Readonly<Record<string, unknown>>;
  /** What a child of multiprocessing returned, and the spans it had until then. */
  readonly child: readonly [number, readonly string[]];
}

describe('functions that were chosen to be traced', { skip }, () => {
  let cache = '';
  let traced: Output;
  let plain: Output;
  const run = async (program: string, env: Readonly<Record<string, string>>): Promise<unknown> => {
    const { stdout, stderr } = await runFile(python, [program], {
      cwd: PROGRAMS,
      timeout: 60_000,
      maxBuffer: 1 << 25,
      env: cleanEnvironment({
        PYTHONPATH: INSTRUMENT,
        PYTHONDONTWRITEBYTECODE: '',
        PYTHONPYCACHEPREFIX: cache,
        SPANLINE_CAPTURE_DEBUG: '1',
        ...env,
      }),
    });
    assert.equal(stderr, '');
    return JSON.parse(stdout);
  };
  /** What Python keeps of the traced module. */
  const compiled = async (): Promise<readonly string[]> =>
    (await readdir(cache, { recursive: true })).filter((name) => /chosen/.test(name));
  before(async () => {
    cache = await mkdtemp(path.join(os.tmpdir(), 'spanline-python-'));
    const list = CHOSEN.map((name) => `${path.join(PROGRAMS, 'chosen.py')}#${name}`);
    list.push(`${path.join(PROGRAMS, 'chooses.py')}#in_this_file`, '/no/such/file.py#predict');
    traced = (await run('chooses.py', { SPANLINE_TRACE_FUNCTIONS: JSON.stringify(list) })) as Output;
    assert.deepEqual(await compiled(), []);
    plain = (await run('chooses.py', {})) as Output;
    assert.equal((await compiled()).length, 1);
  });
  after(() => rm(cache, { recursive: true, force: true }));

  it('are spans with what went in and what came out, whatever kind of function they are', () => {
    const ranker = { $object: 'chosen.Ranker', repr: '' };
    const others = ['in_this_file', 'batches', 'branches'];
    const shown = traced.spans.filter(({ name }) => !others.includes(name));
    const calls = shown.map(({ name, parent, in: given, out, status }) => [name, parent, given, out, status]);
    assert.deepEqual(calls, [
      [
        'Ranker.predict',
        '',
        { self: ranker, features: [1, 2], scale: 3, rest: [4], threshold: 5, more: { extra: 6 } },
        [3, 6],
        'UNSET',
      ],
      ['Ranker.make', '', { cls: { $object: 'builtins.type', repr: 'chosen.Ranker' }, count: 1 }, 1, 'UNSET'],
      ['Ranker.check', '', { value: 2 }, 2, 'UNSET'],
      ['Ranker.size', '', { self: ranker }, 5, 'UNSET'],
      ['Ranker.greet', '', { self: ranker }, 'base!', 'UNSET'],
      ['Ranker.size', '', { self: ranker, value: 3 }, null, 'UNSET'],
      ['outer.inner', '', { second: 2 }, 6, 'UNSET'],
      ['factorial', '', { number: 0 }, 1, 'UNSET'],
      ['factorial', 'numbers', { number: 0 }, 1, 'UNSET'],
      ['numbers', '', { count: 3 }, [0, 1], 'UNSET'],
      ['numbers', '', { count: 2 }, [0, 1], 'UNSET'],
      ['delegates', '', { count: 2 }, null, 'UNSET'],
      ['loops', '', { count: 2 }, null, 'UNSET'],
      ['waits', '', { value: 'a' }, 'a', 'UNSET'],
      ['waits', '', { value: 'b' }, 'b', 'UNSET'],
      ['waits', 'streams', { value: 0 }, 0, 'UNSET'],
      ['factorial', '', { number: 0 }, 1, 'UNSET'],
      ['waits', 'streams', { value: 1 }, 1, 'UNSET'],
      ['factorial', '', { number: 0 }, 1, 'UNSET'],
      ['streams', '', { count: 2 }, [0, 1], 'UNSET'],
      ['factorial', 'step', { number: 0 }, 1, 'UNSET'],
      ['step', '', { name: 'a' }, null, 'UNSET'],
      ['says_nothing', '', {}, null, 'UNSET'],
      ['factorial', 'factorial', { number: 0 }, 1, 'UNSET'],
      ['factorial', '', { number: 1 }, 1, 'UNSET'],
      [
        'Ranker.predict',
        '',
        { self: ranker, features: [1], scale: 2, rest: [], threshold: -1, more: {} },
        '-',
        'ERROR',
      ],
    ]);
    assert.deepEqual(traced.spans.find(({ status }) => status === 'ERROR')?.events, ['exception']);
    const batch = { $object: 'chosen.Batch', repr: '' };
    const [batches] = traced.spans.filter(({ name }) => name === 'batches');
    assert.deepEqual(batches?.out, [...Array.from({ length: 100 }, () => batch), { $cut: 50 }]);
    assert.equal(traced.spans[0]?.name, 'in_this_file');
  });

  it('are placed at their def, behind their decorators', () => {
    assert.deepEqual(
      ['Ranker.predict', 'numbers', 'in_this_file'].map(
        (name) => traced.spans.find((span) => span.name === name)?.line,
      ),
      [32, 74, 41],
    );
  });

  it('are traced in the file that was started, and in children that multiprocessing starts', () => {
    assert.deepEqual(
      traced.spans.filter(({ name }) => name === 'in_this_file').map(({ in: given }) => given),
      [{ value: 'while it is read' }, { value: 2 }],
    );
    assert.deepEqual(traced.child, [7, ['in_this_file', 'in_this_file']]);
  });

  it('stay as they were to debuggers, tracebacks, inspect and pickle', () => {
    for (const [what, value] of Object.entries(plain.same)) assert.deepEqual(traced.same[what], value, what);
    assert.ok(JSON.stringify(plain.same['events']).length > 10);
  });

  it('are not traced by a start without the list', () => {
    assert.deepEqual(plain.spans, []);
    assert.deepEqual(plain.child, [7, []]);
  });
});

describe('values of a Python program', { skip }, () => {
  it('are written as bounded JSON without running its code', async () => {
    const { stdout } = await runFile(python, ['values.py'], {
      cwd: PROGRAMS,
      timeout: 60_000,
      maxBuffer: 1 << 25,
      env: cleanEnvironment({ PYTHONPATH: INSTRUMENT, PYTHONDONTWRITEBYTECODE: '1' }),
    });
    interface Tensor {
      readonly $tensor: { readonly data: readonly unknown[]; readonly [fact: string]: unknown };
    }
    const { written, sizes, libraries } = JSON.parse(stdout) as {
      readonly written: Readonly<Record<string, unknown>>;
      readonly sizes: Readonly<Record<string, number>>;
      readonly libraries: readonly string[];
    };
    const {
      numbers,
      'in turns': turns,
      'long list': list,
      'long dict': dict,
      'long text': text,
      bytes,
      ...others
    } = written;
    assert.deepEqual(others, {
      plain: [null, true, 1, 1.5, 'a"\n\u2028\u00e9', 'NaN', 'Infinity', '-Infinity'],
      'half a pair': '\ud800x',
      keys: { 1: 'int', "(1, 'a')": 'tuple', null: 'none', "b'b'": 'bytes' },
      set: [1],
      hostile: [{ $object: '__main__.Hostile', repr: '' }, { $object: '__main__.OfHostileType', repr: '' }, { a: 1 }],
      dataclass: { x: 1, near: [2], $cut: 1 },
      slots: { x: 1 },
      pydantic: { item: 'cup', count: 1, $cut: 1 },
      enum: { $object: '__main__.Colour', repr: 'Colour.RED' },
      pair: { first: 1, second: 2 },
      within: [1, { $object: 'builtins.list', repr: '\u2026' }],
      deep: [[[[[[{ $cut: 1 }]]]]]],
      generator: { $object: 'builtins.generator', repr: 'generator' },
      function: { $object: 'builtins.function', repr: 'generator' },
      date: { $object: 'datetime.datetime', repr: '2026-01-02T03:04:05' },
      decimal: { $object: 'decimal.Decimal', repr: '1.5' },
      huge: { $object: 'builtins.int', repr: '16610 bits' },
      typed: {
        $tensor: { dtype: "array('f')", shape: [2], min: 1, max: 2, mean: 1.5, nan: 0, zeros: 0, data: [1, 2] },
      },
      records: {
        $table: {
          columns: ['a', 'b'],
          rows: [
            [1, 'x'],
            [2, null],
          ],
          row_count: 2,
        },
      },
      secrets: {
        $table: {
          columns: ['user', 'password', 'n'],
          rows: [
            ['bob', '\u2026{"$cut":7}', 1],
            ['bob', '\u2026{"$cut":7}', 1],
          ],
          row_count: 2,
        },
      },
      messages: [
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: 'yes' },
      ],
    });
    assert.equal((bytes as { readonly size: number }).size, 300);
    const { data, ...facts } = (numbers as Tensor).$tensor;
    assert.deepEqual(facts, { dtype: 'float', shape: [3000], min: 0, max: 0.5, mean: 0.25, nan: 1000, zeros: 1000 });
    assert.deepEqual([data.length, ...data.slice(0, 3)], [1024, 0.5, 0, null]);
    // An even sample of what repeats has all of it.
    const { min, max, mean, zeros, nan, data: first, ...sampled } = (turns as Tensor).$tensor;
    assert.deepEqual(sampled, { dtype: 'float', shape: [200_000], sampled: true });
    assert.deepEqual([min, max, nan, first.length], [0, 4, 0, 1024]);
    assert.ok(Math.abs(Number(mean) - 2) < 0.01 && Math.abs(Number(zeros) - 40_000) < 100);
    assert.deepEqual((list as readonly unknown[]).slice(99), [null, { $cut: 150 }]);
    assert.equal((dict as Readonly<Record<string, unknown>>)['$cut'], 150);
    assert.equal(text, `${'x'.repeat(65_536)}\u2026{"$cut":4464}`);
    for (const [name, size] of Object.entries(sizes)) assert.ok(size > 1000 && size <= 262_144, `${name}: ${size}`);
    assert.deepEqual(libraries, []);
  });
});
