import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pythonLiteralToJson } from '../../../../src/core/inference/pythonLiteral.ts';

const READ: readonly (readonly [string, string])[] = [
  [
    "{'tenure': 3.2, 'plan': 'pro', 'active': True, 'last': None}",
    '{"tenure":3.2,"plan":"pro","active":true,"last":null}',
  ],
  ["{'b': 1, 'a': 2, '10': 3, '2': 4}", '{"b":1,"a":2,"10":3,"2":4}'],
  ["{1: 'x', (1, 2): 'y', None: 'z', 2.5: []}", '{"1":"x","(1, 2)":"y","None":"z","2.5":[]}'],
  ['[(1, 2), (1,), (), (3)]', '[[1,2],[1],[],3]'],
  ["{'a', 'b'}", '["a","b"]'],
  ['set()', '[]'],
  ['{}', '{}'],
  ['[1, 2,]', '[1,2]'],
  ['[-1, +2, 1_000, .5, 1., 1e-05, 12345678901234567890, 1j]', '[-1,2,1000,0.5,1.0,1e-05,12345678901234567890,"1j"]'],
  ['[nan, inf, -inf]', '["NaN","Infinity","-Infinity"]'],
  [
    "['it\\'s', \"it's\", 'a\\nb\\t\\\\', '\\x41\\u00e9\\U0001F600\\101', '\\d']",
    '["it\'s","it\'s","a\\nb\\t\\\\","Aé😀A","\\\\d"]',
  ],
  ["[r'\\d+', b'\\xff', u'x', f'y', '''a\n'b' ''', \"\"\"q\"\"\"]", '["\\\\d+","ÿ","x","y","a\\n\'b\' ","q"]'],
  ["['one ' 'two']", '["one two"]'],
  ['array([0.1, 0.2])', '[0.1,0.2]'],
  ['array([[1., 2.],\n       [3., 4.]], dtype=float32)', '[[1.0,2.0],[3.0,4.0]]'],
  ["{'p': np.float64(0.83), 'ok': np.True_}", '{"p":0.83,"ok":true}'],
  ["{'p': np.float64(0.83), 'n': numpy.int64(3)}", '{"p":0.83,"n":3}'],
  ["tensor([0.5, 0.25], device='cuda:0')", '[0.5,0.25]'],
  ['[0.1 0.2 0.7]', '[0.1,0.2,0.7]'],
  ['[[1 2]\n [3 4]]', '[[1,2],[3,4]]'],
  ['array([0, 1, ..., 8, 9])', '[0,1,"...",8,9]'],
  ["OrderedDict({'a': 1})", '{"a":1}'],
  ["{'at': datetime.datetime(2026, 1, 2, tz='a)'), 'n': 1}", '{"at":"datetime.datetime(2026, 1, 2, tz=\'a)\')","n":1}'],
  ['{"json": true, "mixed": None}', '{"json":true,"mixed":null}'],
];

test('Python literals and reprs become JSON in the order they were written', () => {
  for (const [literal, json] of READ) assert.equal(pythonLiteralToJson(literal), json, literal);
});

test('anything else is left to be text', () => {
  const others = [
    '',
    'hello',
    'hello world',
    '{',
    '[1, 2',
    "{'a': 1 'b': 2}",
    '[1,,2]',
    "{1, 'a': 2}",
    "['a]",
    '1 2',
    '[a, b]',
    '<object at 0x7f>',
    'Features(tenure=3)',
    "{'e': <Color.RED: 1>}",
    '[1 "a"]',
    "'a\nb'",
    "b'",
    '\\',
    'x(',
    '1__',
    '[1)',
  ];
  for (const text of others) assert.equal(pythonLiteralToJson(text), undefined, text);
});

test('hostile text is refused, not followed into the depth', () => {
  for (const text of [
    '['.repeat(1_000_000),
    '{1:'.repeat(200_000),
    'array('.repeat(200_000),
    '[x('.repeat(200_000),
    "['".repeat(100_000),
  ]) {
    assert.equal(pythonLiteralToJson(text), undefined);
  }
});

/** `repr()` of a JSON value, as Python writes it. */
function repr(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string')
    return `'${value.replace(/[\\'\n\r]/g, (c) => ({ '\n': '\\n', '\r': '\\r' })[c] ?? `\\${c}`)}'`;
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  return `{${Object.entries(value as object)
    .map(([key, of]) => `${repr(key)}: ${repr(of)}`)
    .join(', ')}}`;
}

test('the repr of any JSON value is read back as that value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary', maxDepth: 5 }), (value) => {
      const json = pythonLiteralToJson(repr(value));
      assert.ok(json !== undefined);
      assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('any text gives JSON or nothing, and never throws', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    ',',
    ':',
    "'",
    '"',
    '\\',
    'a',
    '1',
    '.',
    'array(',
    'None',
    ' ',
    '-',
    'e',
    'b',
    '...',
    'x(',
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
      (text) => {
        const json = pythonLiteralToJson(text);
        if (json !== undefined) JSON.parse(json);
      },
    ),
    { numRuns: 5000 },
  );
});
