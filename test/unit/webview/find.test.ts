import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countWords, placeWords, tabOf, type FindResult } from '../../../webview/find/findModel.ts';
import { rangesIn } from '../../../webview/find/textHighlight.ts';

const PLAIN = { text: '', matchCase: false, wholeWord: false, regex: false };

function result(change: Partial<FindResult>): FindResult {
  return { searching: false, progress: 1, total: 0, ordinal: 0, kind: 'text', problem: '', places: [], ...change };
}

void test('a count says which one of how many, and that more may come', () => {
  assert.equal(countWords(undefined), '');
  assert.equal(countWords(result({})), 'No results');
  assert.equal(countWords(result({ searching: true })), 'Searching…');
  assert.equal(countWords(result({ total: 312, ordinal: 17 })), '17 of 312');
  assert.equal(countWords(result({ total: 31_200, ordinal: 0, searching: true })), '? of 31,200+');
});

void test('a place is named with its key, and has a tab of the details where there is one', () => {
  const place = { text: '', start: 0, end: 0 };
  assert.equal(placeWords({ ...place, place: 'attribute', key: 'http.route' }), 'Attribute http.route');
  assert.equal(placeWords({ ...place, place: 'status', key: '' }), 'Status message');
  assert.equal(tabOf({ ...place, place: 'log', key: '' }), 'logs');
  assert.equal(tabOf({ ...place, place: 'name', key: '' }), '');
});

void test('texts are marked where they match, as characters', () => {
  assert.deepEqual(rangesIn('Refund, refund', { ...PLAIN, text: 'refund' }), [
    [0, 6],
    [8, 14],
  ]);
  assert.deepEqual(rangesIn('Refund, refund', { ...PLAIN, text: 'refund', matchCase: true }), [[8, 14]]);
  assert.deepEqual(rangesIn('cat concat', { ...PLAIN, text: 'cat', wholeWord: true }), [[0, 3]]);
  assert.deepEqual(rangesIn('a.b axb', { ...PLAIN, text: 'a.b' }), [[0, 3]]);
});

void test('expressions of users do not run in the page, where their time is not bounded', () => {
  assert.deepEqual(rangesIn('aaaa', { ...PLAIN, text: '(a+)+$', regex: true }), []);
});
