import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TextRows } from '../../../../src/core/text/textRows.ts';

function rowsOf(text: string, columns: number): TextRows {
  const rows = new TextRows(text, columns);
  while (!rows.complete) rows.step();
  return rows;
}

function read(text: string, columns: number): readonly string[] {
  return rowsOf(text, columns).read(0, 1000).rows;
}

test('lines are rows, and long ones are wrapped behind a space where there is one', () => {
  assert.deepEqual(read('one\ntwo\r\n\nfour', 80), ['one', 'two', '', 'four']);
  assert.deepEqual(read('the quick brown fox', 10), ['the quick ', 'brown fox']);
  assert.deepEqual(read('abcdefghij', 4), ['abcd', 'efgh', 'ij']);
  assert.deepEqual(read('', 4), ['']);
  assert.deepEqual(read('a\n', 4), ['a', '']);
});

test('no character is split, and wide ones count as two columns', () => {
  assert.deepEqual(read('😀😀😀', 4), ['😀😀', '😀']);
  assert.deepEqual(read('日本語', 4), ['日本', '語']);
  assert.deepEqual(read('😀', 1), ['😀']);
});

test('rows together are the whole text, wherever reading begins', () => {
  const text = Array.from({ length: 3000 }, (_, n) => `line ${n} ${'word '.repeat(n % 40)}`).join('\n');
  const rows = rowsOf(text, 60);
  const all = rows.read(0, rows.counted);
  assert.equal(all.rows.length, rows.counted);
  all.starts.forEach((start, row) => assert.ok(text.startsWith(all.rows[row] ?? '?', start)));
  for (const from of [0, 1, 255, 256, 257, 3000, rows.counted - 1]) {
    assert.deepEqual(rows.read(from, 3).rows, all.rows.slice(from, from + 3));
  }
  for (const place of [0, 1, 5000, text.length - 1, text.length]) {
    const row = rows.rowOf(place);
    assert.ok((all.starts[row] ?? 0) <= place, `${place}`);
    assert.ok(row === rows.counted - 1 || (all.starts[row + 1] ?? 0) > place, `${place}`);
  }
  assert.deepEqual(rows.read(rows.counted, 5).rows, []);
});
