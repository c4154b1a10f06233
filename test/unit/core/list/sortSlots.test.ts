import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sortSlots } from '../../../../src/core/list/sortSlots.ts';
import { TextRanks } from '../../../../src/core/list/textRanks.ts';

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

test('a new text gets a number between its neighbours', () => {
  const ranks = new TextRanks();
  ranks.reset(['b', 'd', 'b']);
  const order = ['a', 'b', 'bb', 'c', 'd', 'e'];
  const numbers = ['bb', 'e', 'a', 'c', 'd', 'b'].map((text) => [text, ranks.rankOf(text) ?? NaN] as const);
  assert.deepEqual(
    numbers.sort(([, a], [, b]) => a - b).map(([text]) => text),
    order,
  );
  assert.equal(ranks.rankOf('c'), ranks.rankOf('c'));
});

test('between two numbers there is room for many texts, and then none: the order is made anew', () => {
  const ranks = new TextRanks();
  ranks.reset(['a', 'b']);
  let text = 'b';
  let room = 0;
  // Each before the last, and behind a.
  while (ranks.rankOf((text = `a${'a'.repeat(room)}b`)) !== undefined) room++;
  assert.ok(room > 40, `${String(room)} texts`);
  ranks.reset(['a', 'b', text]);
  assert.equal(ranks.rankOf(text), 1);
});
