import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finish } from '../../../../src/core/statistics/steps.ts';
import { findInText } from '../../../../src/core/text/findInText.ts';

function found(text: string, wanted: string, matchCase = false): readonly number[] {
  const starts: number[] = [];
  finish(findInText(text, wanted, matchCase, (start) => starts.push(start)));
  return starts;
}

test('a text is found in any case unless asked, without overlaps, and never read as an expression', () => {
  assert.deepEqual(found('Abc abc', 'ABC'), [0, 4]);
  assert.deepEqual(found('Abc abc', 'abc', true), [4]);
  assert.deepEqual(found('aaaa', 'aa'), [0, 2]);
  assert.deepEqual(found('a.c abc', 'a.c'), [0]);
  assert.deepEqual(found('x', ''), []);
  assert.deepEqual(found('', 'x'), []);
  assert.deepEqual(found('(a+)+$ x', '(a+)+$'), [0]);
});

test('what lies across pieces is found once', () => {
  const piece = 512 * 1024;
  const text = `${'x'.repeat(piece - 2)}needle${'x'.repeat(piece)}needle`;
  assert.deepEqual(found(text, 'needle'), [piece - 2, text.length - 6]);
  assert.equal(found('ab'.repeat(piece), 'abab').length, piece / 2);
});
