import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { JsonText } from '../../../../src/core/otlp/jsonText.ts';
import { decodeUtf8, textBoundary } from '../../../../src/core/otlp/utf8.ts';
import { isMask, kindNumber, showMasks, writeMask } from '../../../../src/core/redact/mask.ts';

const COOKIE = kindNumber('cookie');

/** `text` with each stretch of `#` as a mask. */
function withMasks(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  for (const { index, 0: run } of text.matchAll(/#+/g))
    writeMask(bytes, 0, index, index + run.length, bytes.length, COOKIE);
  return Uint8Array.from(bytes);
}

function read(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return decodeUtf8(bytes, start, end);
}

describe('a mask', () => {
  it('reads as its kind at any length', () => {
    for (const length of [2, 3, 4, 100, 100_000]) {
      assert.equal(read(withMasks(`a${'#'.repeat(length)}b`)), 'a‹redacted: cookie›b');
    }
    assert.equal(read(withMasks('a#b')), 'a*b');
  });

  it('reads the same in JSON that is written from the bytes', () => {
    const text = new JsonText();
    const bytes = withMasks('a\u001a####"\u001a##');
    text.string(bytes, 0, bytes.length);
    assert.equal(
      JSON.parse(Buffer.from(text.finish()).toString()),
      'a\u001a‹redacted: cookie›"\u001a‹redacted: cookie›',
    );
  });

  it('reads once where several touch', () => {
    assert.equal(showMasks('\u001a\u000e\u001a\u000e\u007f'), '‹redacted: api key›');
  });

  it('is taken over whole by one that covers a part of it', () => {
    const bytes = withMasks('ab######cd');
    writeMask(bytes, 0, 0, 4, bytes.length, COOKIE);
    assert.equal(read(bytes), '‹redacted: cookie›cd');
    const other = withMasks('ab######cd');
    writeMask(other, 0, 5, 10, other.length, COOKIE);
    assert.equal(read(other), 'ab‹redacted: cookie›');
  });

  it('does not reach beyond the text it is in', () => {
    const bytes = Uint8Array.from([0x61, 0x62, 0x63, 0x1a, 0x12, 0x7f]);
    writeMask(bytes, 0, 0, 4, 4, COOKIE);
    assert.deepEqual([...bytes.subarray(4)], [0x12, 0x7f]);
    assert.ok(isMask(bytes, 0, 4));
  });

  it('leaves other control characters as they are', () => {
    for (const text of [
      '\u001a',
      '\u001a\u001a',
      '\u000e\u007f',
      'a\u007fb',
      '\u001ax',
      '\u001a\u001b',
      '\u001a\u0019',
    ]) {
      assert.equal(showMasks(text), text);
    }
  });

  it('is never cut: pages end before it, or behind it when they begin with it', () => {
    const bytes = withMasks(`ab${'#'.repeat(50)}cd`);
    for (let at = 1; at < bytes.length; at++) {
      const pages: string[] = [];
      for (let from = 0; from < bytes.length;) {
        const to = textBoundary(bytes, from, bytes.length, Math.min(from + at, bytes.length));
        assert.ok(to > from);
        pages.push(read(bytes, from, to));
        from = to;
      }
      assert.equal(pages.join(''), 'ab‹redacted: cookie›cd', `pages of ${at}`);
    }
  });
});
