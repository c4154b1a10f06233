import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { finish } from '../../../../src/core/statistics/steps.ts';
import { JsonMembers, readJsonString } from '../../../../src/core/text/jsonMembers.ts';

function membersOf(text: string, start = 0): readonly (readonly [string | undefined, string])[] {
  const members = new JsonMembers(text, start);
  finish(members.find(Infinity));
  assert.equal(members.complete, true);
  return finish(members.read(0, Infinity)).map(({ key, start: from, end }) => [key, text.slice(from, end)]);
}

test('members are found with their keys, in order, twice when they stand there twice', () => {
  assert.deepEqual(membersOf('{"a": 1 , "b":[1,{"x":"]"}],"a":"\\"}"}'), [
    ['a', '1'],
    ['b', '[1,{"x":"]"}]'],
    ['a', '"\\"}"'],
  ]);
  assert.deepEqual(membersOf('[]'), []);
  assert.deepEqual(membersOf('{ }'), []);
  assert.deepEqual(membersOf('[{"k\\u0041":null}]', 1), [['kA', 'null']]);
});

test('members read like those of JSON.parse, for any structure', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(undefined, 1), (value, indent) => {
      const whole = { list: [value, value], value };
      const text = JSON.stringify(whole, null, indent);
      const parsed: unknown[] = membersOf(text).map(([, part]) => JSON.parse(part) as unknown);
      assert.deepEqual(parsed, Object.values(JSON.parse(text) as object));
    }),
  );
});

test('going on from the middle finds the same members', () => {
  const text = JSON.stringify(Array.from({ length: 1000 }, (_, n) => ({ n })));
  const members = new JsonMembers(text, 0);
  finish(members.find(10));
  assert.ok(members.counted >= 10 && !members.complete);
  finish(members.find(1000));
  const [found] = finish(members.read(700, 1));
  assert.equal(text.slice(found?.start, found?.end), '{"n":700}');
});

test('what is no JSON is refused, never read past its end', () => {
  for (const text of [
    '',
    'x',
    '[',
    '{',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{a:1}',
    '[1',
    '["a',
    '["a\\"',
    '[1}',
    '[,]',
    '{"a" 1}',
    '[1 2]',
  ]) {
    assert.throws(() => membersOf(text), SyntaxError, text);
  }
});

test('a long string is cut between characters, escapes included', () => {
  const read = (content: string, most: number): unknown => {
    const text = JSON.stringify(content);
    return readJsonString(text, 0, text.length, most);
  };
  assert.deepEqual(read('a"b', 100), { text: 'a"b', cut: false });
  assert.deepEqual(read('abcdef', 3), { text: 'abc', cut: true });
  assert.deepEqual(read('ab"cdef', 3), { text: 'ab', cut: true });
  assert.deepEqual(read('ab\u0001cdef', 6), { text: 'ab', cut: true });
  assert.deepEqual(read('a\\\\bcdef', 3), { text: 'a\\', cut: true });
  assert.deepEqual(read('ab😀cdef', 3), { text: 'ab', cut: true });
});
