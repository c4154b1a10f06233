import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placesIn } from '../../../../src/core/follow/decodedValues.ts';
import { soughtValue } from '../../../../src/core/follow/soughtValue.ts';
import type { AttributeValue } from '../../../../src/core/model/attributes.ts';

const text = (value: string): AttributeValue => ({ type: 'string', value });
const none = (): undefined => undefined;

/** `path: …before[match]behind` of every place. */
function found(marked: string, value: AttributeValue): string[] {
  return placesIn(value, none, soughtValue(marked)).map(
    ({ path, match }) =>
      `${path}: ${match.text.slice(0, match.start)}[${match.text.slice(match.start, match.end)}]${match.text.slice(match.end)}`,
  );
}

test('a text is found inside JSON inside JSON, with the way to it', () => {
  const payload = JSON.stringify({ hits: [{ payload: JSON.stringify({ bank: { iban: 'DE02' } }) }] });
  assert.deepEqual(found('DE02', text(JSON.stringify([{ parts: [{ response: payload }] }]))), [
    '[0].parts[0].response › hits[0].payload › bank.iban: [DE02]',
  ]);
});

test('escapes are what they stand for, on both sides', () => {
  assert.deepEqual(found('P\u00e9rez', text('{"name":"Ana P\\u00e9rez"}')), ['name: Ana [P\u00e9rez]']);
  assert.deepEqual(found('Ana P\\u00e9rez', text('{"name":"Ana P\u00e9rez"}')), ['name: [Ana P\u00e9rez]']);
  assert.deepEqual(found('one\\ntwo', text(JSON.stringify({ a: 'one\ntwo' }))), ['a: [one two]']);
  assert.deepEqual(found('say "hi" now', text('the tool said {\\"say\\": \\"say \\\\\\"hi\\\\\\" now\\"}')).length, 1);
  assert.deepEqual(found('Pe\u0301rez', text('P\u00e9rez')), [': [P\u00e9rez]']);
});

test('numbers are equal by value, in numbers and in texts, and are no part of names and ids', () => {
  const value = text(
    '{"a":3.20,"b":32e-1,"c":"3.2","d":"it costs 3.20 EUR","e":13.2,"f":"v3.2.1","g":"A3.2","h":-3.2}',
  );
  assert.deepEqual(
    found('3.2', value).map((line) => line.split(':')[0]),
    ['a', 'b', 'c', 'd'],
  );
  assert.deepEqual(found('-3.2', value), ['h: [-3.2]']);
  assert.deepEqual(found('1,200', text('{"n":1200}')), ['n: [1200]']);
  assert.deepEqual(found('1200', text('paid 1,200.00 today')), [': paid [1,200.00] today']);
  assert.deepEqual(found('1042', text('C-1042')), [': C-[1042]']);
  assert.deepEqual(found('42', { type: 'int', value: '42' }), [': [42]']);
  assert.deepEqual(found('0.5', { type: 'double', value: 0.5 }), [': [0.5]']);
});

test('ids of many digits, and with zeros in front, keep every digit', () => {
  assert.deepEqual(found('12345678901234567890', text('{"id":12345678901234567890,"x":12345678901234567891}')), [
    'id: [12345678901234567890]',
  ]);
  assert.deepEqual(found('0042', text('{"a":42,"b":"0042"}')), ['b: [0042]']);
});

test('Python literals are read', () => {
  assert.deepEqual(found('C-1042', text("{'customer': {'id': 'C-1042', 'vip': True}}")), ['customer.id: [C-1042]']);
});

test('a structure is equal whatever the order of its members', () => {
  assert.deepEqual(found('{"a": 1, "b": [2]}', text('{"x":{"b":[2],"a":1},"y":{"a":1,"b":[2],"c":3}}')), [
    'x: [{"b":[2],"a":1}]',
  ]);
});

test('white space of long texts is folded; short texts are words, longer ones may be part of one', () => {
  assert.deepEqual(found('refund the   order', text('Please refund\n  the order now')), [
    ': Please [refund the order] now',
  ]);
  assert.deepEqual(found('Paris', text('Parisian weather')), []);
  assert.deepEqual(found('Paris', text('in Paris.')), [': in [Paris].']);
  assert.deepEqual(found('DE0212…', text('DE02120300')), [': [DE0212]0300']);
  assert.deepEqual(found('efund for order A-7', text('Refund for order A-7731')), [': R[efund for order A-7]731']);
});

test('quotes, a name in front and a comma behind come along when text is marked', () => {
  const value = text('{"account":"DE02 1203"}');
  for (const marked of ['"DE02 1203"', '"account": "DE02 1203",', "'DE02 1203'", ' DE02 1203 ']) {
    assert.deepEqual(found(marked, value), ['account: [DE02 1203]'], marked);
  }
});

test('what is everywhere is not followed, and says why', () => {
  for (const marked of ['', '  ', 'a', 'true', 'null', '{}', '""'])
    assert.equal(soughtValue(marked).kind, 'refused', marked);
  assert.equal(soughtValue('7').kind, 'number');
});

test('hostile values end: deep nesting, texts in texts, long runs', () => {
  let nested = '"x"';
  for (let level = 0; level < 12; level++) nested = JSON.stringify(nested);
  assert.ok(found('needle', text(nested)).length === 0);
  assert.deepEqual(found('needle', text('['.repeat(100_000))), []);
  assert.equal(found('5', text(`[${Array.from({ length: 1000 }, () => 5).join(',')}]`)).length, 64);
  assert.deepEqual(found('x'.repeat(30), text(' '.repeat(1_000_000))), []);
});
