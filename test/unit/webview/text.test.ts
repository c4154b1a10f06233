import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatBytes, formatCount } from '../../../webview/text/formatCount.ts';
import { visibleLine, visibleText } from '../../../src/core/text/visibleText.ts';

void test('bidirectional controls, zero-width characters and lone surrogates are shown by code point', () => {
  assert.equal(visibleLine('a\u202egnp.exe'), 'a‹U+202E›gnp.exe');
  assert.equal(visibleLine('zero\u200bwidth\ufeff'), 'zero‹U+200B›width‹U+FEFF›');
  assert.equal(visibleLine('\ud800'), '‹U+D800›');
  assert.equal(visibleLine('tag\u{e0041}'), 'tag‹U+E0041›');
  assert.equal(visibleText('\u001b[31mred'), '‹U+001B›[31mred');
});

void test('a single line shows its breaks, a text keeps them', () => {
  assert.equal(visibleLine('a\nb\tc'), 'a⏎b c');
  assert.equal(visibleText('a\r\nb\tc'), 'a\nb\tc');
});

void test('what scripts and emoji need is left alone', () => {
  const family = '👨\u200d👩\u200d👧 नमस्ते\u200c שלום';
  assert.equal(visibleLine(family), family);
});

void test('no text keeps a character that hides or reorders others', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(visibleLine(text), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200e\u200f]/);
    }),
  );
});

void test('counts and sizes carry their unit', () => {
  assert.equal(formatCount(1, 'span', 'spans'), '1 span');
  assert.equal(formatCount(12_345, 'span', 'spans'), '12,345 spans');
  assert.equal(formatBytes(640), '640 B');
  assert.equal(formatBytes(1234), '1.2 KB');
  assert.equal(formatBytes(999_700), '1 MB');
});
