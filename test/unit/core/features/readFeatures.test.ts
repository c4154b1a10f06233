import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { factsOf } from '../../../../src/core/features/callFeatures.ts';
import type { FeatureColumns, TensorValue } from '../../../../src/core/features/featureValue.ts';
import { MOST_FEATURES, readFeatures } from '../../../../src/core/features/readFeatures.ts';

function table(text: string): FeatureColumns {
  const values = readFeatures(text);
  assert.equal(values.length, 1, text);
  const [value] = values;
  assert.ok(value?.kind === 'table', text);
  return value;
}

function tensor(text: string): TensorValue {
  const values = readFeatures(text);
  assert.equal(values.length, 1, text);
  const [value] = values;
  assert.ok(value?.kind === 'tensor', text);
  return value;
}

/** A table as an object of name to the values of its rows. */
function asObject({ names, columns }: FeatureColumns): Record<string, unknown> {
  return Object.fromEntries(names.map((name, at) => [name, columns[at]]));
}

describe('feature tables', () => {
  const one = { tenure: [3.2], spend: [40] };
  const two = { tenure: [3.2, 1], spend: [40, 5] };
  const forms: readonly (readonly [string, string, Record<string, unknown>])[] = [
    ['an object', '{"tenure": 3.2, "spend": 40}', one],
    ['a Python dict with numpy scalars', "{'tenure': np.float64(3.2), 'spend': np.int64(40)}", one],
    ['what wraps it', '{"features": {"tenure": 3.2, "spend": 40}, "model": "churn"}', one],
    ['names and values', '[{"name": "tenure", "value": 3.2}, {"name": "spend", "value": 40}]', one],
    ['pairs', "[('tenure', 3.2), ('spend', 40)]", one],
    ['a list of objects', '[{"tenure": 3.2, "spend": 40}, {"tenure": 1, "spend": 5}]', two],
    [
      'instances of TensorFlow Serving',
      '{"instances": [{"tenure": 3.2, "spend": 40}, {"tenure": 1, "spend": 5}]}',
      two,
    ],
    ['columns of lists', '{"tenure": [3.2, 1], "spend": [40, 5]}', two],
    ["pandas' split form", '{"columns": ["tenure", "spend"], "index": [0, 1], "data": [[3.2, 40], [1, 5]]}', two],
    ["MLflow's split form", '{"dataframe_split": {"columns": ["tenure", "spend"], "data": [[3.2, 40]]}}', one],
    ["pandas' dict form", '{"tenure": {"0": 3.2, "1": 1}, "spend": {"0": 40, "1": 5}}', two],
    [
      'tensors of the v2 protocol with a row each',
      '{"inputs": [{"name": "tenure", "shape": [1, 1], "datatype": "FP32", "data": [3.2]}, {"name": "spend", "shape": [1], "datatype": "INT64", "data": [40]}]}',
      one,
    ],
    ['a printed DataFrame', '   tenure  spend\n0     3.2   40.0\n1     1.0    5.0', two],
    ['a printed Series', 'tenure     3.2\nspend     40.0\nName: 0, dtype: float64', one],
  ];
  for (const [what, text, expected] of forms) {
    it(`are read from ${what}`, () => assert.deepEqual(asObject(table(text)), expected));
  }

  it('name nested values with dots and keep texts, truth values and gaps', () => {
    const text = '{"user": {"tenure": 3, "geo": {"lat": 1.5}}, "vip": true, "country": "DE", "last": null, "x": NaN}';
    assert.deepEqual(asObject(table(text)), {
      'user.tenure': [3],
      'user.geo.lat': [1.5],
      vip: [true],
      country: ['DE'],
      last: [null],
      x: [NaN],
    });
  });

  it('leave what a row lacks undefined', () => {
    assert.deepEqual(asObject(table('[{"a": 1}, {"b": 2}]')), { a: [1, undefined], b: [undefined, 2] });
  });

  it('read printed columns by their right edge, names of two words and gaps among them', () => {
    const text =
      '   order value country   city name\n0         40.0      DE  Bad Belzig\n1          NaN      FR       Paris\n\n[2 rows x 3 columns]';
    assert.deepEqual(asObject(table(text)), {
      'order value': [40, NaN],
      country: ['DE', 'FR'],
      'city name': ['Bad Belzig', 'Paris'],
    });
  });

  it('say when the printer left rows or columns out', () => {
    const frame = table(
      '      a  ...    b\n0   1.0  ...  2.0\n..  ...  ...  ...\n99  3.0  ...  4.0\n\n[100 rows x 9 columns]',
    );
    assert.ok(frame.incomplete.elided);
    assert.deepEqual(asObject(frame), { a: [1, 3], b: [2, 4] });
  });

  it('read a text that a limit cut as far as it is whole, and say so', () => {
    const cut = table('{"tenure": 3.2, "spend": 40, "age": 3');
    assert.ok(cut.incomplete.unended);
    assert.deepEqual(asObject(cut), one);
  });

  it('are read from what dataclasses, named tuples and pydantic print, as far as it is whole', () => {
    const user =
      "Request(user=User(tenure=3.2, country='DE'), spend=np.float64(40.0), at=datetime.date(2026, 1, 2), x=None)";
    assert.deepEqual(asObject(table(user)), {
      'user.tenure': [3.2],
      'user.country': ['DE'],
      spend: [40],
      at: ['datetime.date(2026, 1, 2)'],
      x: [null],
    });
    const cut = table('Features(tenure=3.2, spend=40, age=3');
    assert.ok(cut.incomplete.unended);
    assert.deepEqual(asObject(cut), one);
    assert.deepEqual(asObject(table('[Point(x=1, y=2), Point(x=3, y=4)]')), { x: [1, 3], y: [2, 4] });
    for (const other of ['f(a == 1)', 'f(a=<Enum.B: 1>)', 'f()', 'call(me, a=1)'])
      assert.deepEqual(readFeatures(other), [], other);
  });

  it('put long lists beside the table as tensors of their own name', () => {
    const [vector, features] = readFeatures(
      `{"tenure": 3, "history": [${Array.from({ length: 30 }, (_, n) => n).join(',')}]}`,
    );
    assert.ok(vector?.kind === 'tensor' && features?.kind === 'table');
    assert.deepEqual([vector.name, vector.shape, features.names], ['history', [30], ['tenure']]);
  });
});

describe('tensors', () => {
  it('are read from what numpy prints, with commas or without', () => {
    const repr = tensor('array([[1., 2., 3.],\n       [4., 5., nan]], dtype=float32)');
    assert.deepEqual([repr.dtype, repr.shape, [...repr.values]], ['float32', [2, 3], [1, 2, 3, 4, 5, NaN]]);
    assert.deepEqual([...tensor('[[0.1 0.2]\n [3e-5 -inf]]').values], [0.1, 0.2, 3e-5, -Infinity]);
  });

  it('are read from torch and jax, with their device', () => {
    const torch = tensor(
      "tensor([[0.1, 0.2],\n        [0.3, 0.4]], device='cuda:0', dtype=torch.float16, grad_fn=<AddmmBackward0>)",
    );
    assert.deepEqual([torch.dtype, torch.device, torch.shape], ['torch.float16', 'cuda:0', [2, 2]]);
    assert.deepEqual(tensor('Array([1., 2.], dtype=float32)').shape, [2]);
  });

  it('are read from parameters of torch and tensors of TensorFlow', () => {
    const parameter = tensor('Parameter containing:\ntensor([[1., 2.]], requires_grad=True)');
    assert.deepEqual(
      [parameter.shape, [...parameter.values]],
      [
        [1, 2],
        [1, 2],
      ],
    );
    const tf = tensor('<tf.Tensor: shape=(2,), dtype=float32, numpy=array([1., 2.], dtype=float32)>');
    assert.deepEqual([tf.dtype, tf.shape, [...tf.values]], ['float32', [2], [1, 2]]);
  });

  it('mark an ellipsis, and take the shape that the text tells', () => {
    const cut = tensor('array([0.1, 0.2, ..., 0.3], shape=(1000,))');
    assert.ok(cut.incomplete.elided);
    assert.deepEqual([cut.shape, cut.values.length], [[1000], 3]);
  });

  it('are read from requests of the v2 protocol by name and shape', () => {
    const image = tensor(
      '{"inputs": [{"name": "img", "shape": [1, 2, 3], "datatype": "FP32", "data": [1, 2, 3, 4, 5, 6]}]}',
    );
    assert.deepEqual([image.name, image.dtype, image.shape], ['img', 'FP32', [1, 2, 3]]);
  });

  it('say when their rows differ in length', () => {
    assert.ok(tensor('[[1, 2], [3]]').ragged);
  });
});

describe('other texts', () => {
  it('are no features', () => {
    for (const text of [
      '',
      '-',
      '0.83',
      'hello world',
      '[hello]',
      'Where is my parcel?',
      '{',
      '[',
      '"x"',
      'a b\nc d',
      'x(1)',
      '[1, 2) 3',
    ]) {
      assert.deepEqual(
        readFeatures(text).filter((value) => value.kind === 'table' || value.values.length > 0),
        [],
        text,
      );
    }
  });

  it('never throw, whatever is cut out of them or put into them', () => {
    const seeds = [
      '{"a": [1, 2, {"b": np.float64(3)}], "c": "x\\"y"}',
      "tensor([[1., 2.], [3., ...]], device='cuda:0', dtype=torch.float16)",
      '   a  b\n0  1  2\n\n[1 rows x 2 columns]',
      '{"inputs": [{"name": "x", "shape": [1, 99999999], "datatype": "FP32", "data": [1]}]}',
      '{"columns": ["a"], "data": [[1, 2, 3], []]}',
      "Request(user=User(a=1, b='x'), when=date(2026, 1), c=[P(x=1)])",
    ];
    const marks = ['', '[', '(', '{', '"', "'", '...', ',', '\\', '\u0000', 'nan', '\n', '-', 'e9', '\ud83d'];
    for (const seed of seeds) {
      for (let at = 0; at <= seed.length; at++) {
        for (const mark of marks) {
          readFeatures(seed.slice(0, at) + mark + seed.slice(at));
          readFeatures(seed.slice(0, at) + mark);
        }
      }
    }
  });

  it('may be as deep as they like', () => {
    assert.deepEqual(readFeatures('['.repeat(100_000)), []);
    readFeatures('{"a":'.repeat(100_000));
  });

  it('are read up to a bound, with a mark', () => {
    const wide = table(`{${Array.from({ length: MOST_FEATURES + 10 }, (_, n) => `"f${n}":${n}`).join(',')}}`);
    assert.equal(wide.names.length, MOST_FEATURES);
    assert.ok(wide.incomplete.limited);
    const long = tensor(`[${'0.125,'.repeat(1_200_000)}1]`);
    assert.ok(long.incomplete.limited && long.values.length <= 1_000_000);
    const batch = table(`[${'[1,null],'.repeat(200_000)}[2,"x"]]`);
    assert.deepEqual([batch.names, batch.rows, batch.incomplete.limited], [['[0]', '[1]'], 2000, true]);
  });
});

describe('arrays and tables that Spanline recorded', () => {
  const tensorOf = (fields: object): string => JSON.stringify({ $tensor: { dtype: 'float32', ...fields } });

  it('are tensors with their own facts, where only the first numbers are here', () => {
    const told = { min: -2, max: 8, mean: 1.5, nan: 4, zeros: 30 };
    const value = tensor(tensorOf({ shape: [10, 100], ...told, data: [0.5, null, 'Infinity', -1] }));
    assert.deepEqual([value.dtype, value.shape, [...value.values]], ['float32', [10, 100], [0.5, NaN, Infinity, -1]]);
    assert.deepEqual(value.incomplete.recorded, { count: 4, of: 1000, facts: 'all' });
    const facts = factsOf(value);
    const { count, min, max, mean, nans, zeros, std, bins } = facts;
    assert.deepEqual([count, min, max, mean, nans, zeros, std], [1000, -2, 8, 1.5, 4, 30, NaN]);
    // Between the ends of all numbers: -1 and 0.5 of -2 to 8.
    assert.deepEqual([bins.indexOf(1), bins.lastIndexOf(1)], [4, 10]);
  });

  it('have the facts of their numbers where all are here, whatever was told', () => {
    const value = tensor(tensorOf({ shape: [2, 2], min: 7, max: 7, mean: 7, nan: 7, zeros: 7, data: [0, 1, 2, 3] }));
    const { min, max, mean, nans, zeros } = factsOf(value);
    assert.deepEqual([min, max, mean, nans, zeros], [0, 3, 1.5, 0, 1]);
    assert.equal(value.incomplete.recorded, undefined);
  });

  it('are shown without a number, too: those of a GPU', () => {
    const value = tensor(
      tensorOf({ shape: [4, 4], device: 'cuda:0', min: 0, max: 1, mean: 0.5, sampled: true, data: [] }),
    );
    assert.deepEqual(value.incomplete.recorded, { count: 0, of: 16, facts: 'sample' });
    assert.deepEqual([factsOf(value).max, factsOf(value).bins, value.device], [1, [], 'cuda:0']);
    assert.deepEqual(readFeatures(tensorOf({ shape: [0, 4], data: [] })), []);
  });

  it('are tables, with how many rows there were', () => {
    const text = JSON.stringify({
      $table: {
        columns: ['tenure', 'at'],
        rows: [
          [3.2, '2026'],
          ['NaN', null],
        ],
        row_count: 50,
      },
    });
    assert.deepEqual(asObject(table(text)), { tenure: [3.2, NaN], at: ['2026', null] });
    assert.deepEqual(table(text).incomplete.recorded, { count: 2, of: 50 });
  });

  it('are found in lists and in objects, by their names, beside plain values', () => {
    const one = JSON.parse(tensorOf({ shape: [2], data: [1, 2] })) as object;
    const text = JSON.stringify({ ids: one, more: { mask: one }, k: 3, at: { $object: 'uuid.UUID', repr: 'a-b' } });
    const values = readFeatures(text);
    const named = values.map((value) => (value.kind === 'tensor' ? value.name : asObject(value)));
    assert.deepEqual(named, ['ids', 'more.mask', { k: [3], at: ['a-b'] }]);
    assert.deepEqual(
      readFeatures(JSON.stringify([one, 'x', one])).map((value) => value.kind === 'tensor' && value.name),
      ['[0]', '[2]'],
    );
  });

  it('are left alone where they are none', () => {
    for (const text of [
      '{"$tensor": 3}',
      '{"$tensor": {"shape": [1e300], "data": [1]}}',
      '{"$tensor": {"shape": [-1], "data": [1]}}',
      '{"$tensor": {"shape": [2], "data": ["a", "b"]}}',
      '{"$table": {"columns": ["a"], "rows": 3}}',
    ])
      assert.deepEqual(
        readFeatures(text).filter(({ kind }) => kind === 'tensor'),
        [],
        text,
      );
  });
});
