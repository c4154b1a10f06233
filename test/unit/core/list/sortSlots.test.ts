import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sortSlots } from '../../../../src/core/list/sortSlots.ts';
import { compareTexts, TextRanks } from '../../../../src/core/list/textRanks.ts';
import { finish } from '../../../../src/core/statistics/steps.ts';

test('slots are sorted by their keys, equal ones in the order they had', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true })), (values) => {
      const keys = Float64Array.from([...values, ...values.slice(0, 3)]);
      const slots = Uint32Array.from(keys, (_, index) => index);
      const wanted = [...slots].sort((a, b) => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b));
      sortSlots(slots, keys);
      assert.deepEqual([...slots], wanted);
    }),
  );
});

function ranksOf(...texts: readonly string[]): TextRanks {
  const ranks = new TextRanks();
  finish(ranks.reset(new Set(texts)));
  return ranks;
}

test('new texts get numbers between their neighbours, one by one and together', () => {
  const order = ['-3', '2', '10', 'a', 'B', 'bb', 'bc', 'c', 'd', 'e', 'f'];
  for (const added of [[['bc', 'e', 'f', 'bb', '2', '-3', 'c']], [['bb'], ['e'], ['f'], ['2', '-3'], ['c', 'bc']]]) {
    const ranks = ranksOf('B', 'd', 'a', '10');
    for (const texts of added) assert.ok(ranks.add(texts));
    const numbers = order.map((text) => ranks.rankOf(text) ?? NaN);
    assert.ok(
      numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? NaN)),
      numbers.join(),
    );
  }
  const empty = ranksOf();
  assert.ok(empty.add(['b', 'a']));
  assert.deepEqual([empty.rankOf('a'), empty.rankOf('b'), empty.rankOf('c')], [0, 1, undefined]);
});

test('texts come in the order in which they are compared, however they are added', () => {
  const text = fc.oneof(fc.string({ maxLength: 3 }), fc.integer({ min: -5, max: 5 }).map(String));
  fc.assert(
    fc.property(fc.array(text), fc.array(fc.array(text)), (first, added) => {
      const ranks = ranksOf(...first);
      for (const texts of added) assert.ok(ranks.add(texts));
      const all = [...new Set([...first, ...added.flat()])].sort(compareTexts);
      const numbers = all.map((each) => ranks.rankOf(each) ?? NaN);
      assert.ok(numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? NaN)));
    }),
  );
});

test('many texts are sorted in short steps', () => {
  const texts = new Set(Array.from({ length: 5000 }, (_, index) => `t${String((index * 7919) % 5000)}`));
  const ranks = new TextRanks();
  let steps = 0;
  for (const stepping = ranks.reset(texts); stepping.next().done !== true;) steps++;
  assert.ok(steps > 5, String(steps));
  const sorted = [...texts].sort(compareTexts);
  assert.deepEqual(
    sorted.map((each) => ranks.rankOf(each)),
    sorted.map((_, index) => index),
  );
});

test('between two numbers there is room for many texts, and then none: the order is made anew', () => {
  const ranks = ranksOf('a', 'b');
  let text = 'b';
  let room = 0;
  // Each before the last, and behind a.
  while (ranks.add([(text = `a${'a'.repeat(room)}b`)])) room++;
  assert.ok(room > 40, `${String(room)} texts`);
  assert.equal(ranks.rankOf(text), undefined);
  finish(ranks.reset(new Set(['a', 'b', text])));
  assert.equal(ranks.rankOf(text), 1);
});
