import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { plainLine } from '../../../src/vscode/plainText.ts';

describe('plainLine', () => {
  it('shows bidi and control characters as code points, so that text cannot read as another', () => {
    assert.equal(plainLine('a\u202eb\u0007c'), 'a‹U+202E›b‹U+0007›c');
  });

  it('keeps one line', () => {
    assert.equal(plainLine('a\r\nb\tc'), 'a b c');
  });

  it('breaks icon syntax', () => {
    assert.doesNotMatch(plainLine('$(trash) delete'), /\$\(/);
  });

  it('marks what it cuts', () => {
    assert.equal(plainLine('x'.repeat(300), 10), `${'x'.repeat(10)}…`);
    assert.equal(plainLine('x'.repeat(10), 10), 'x'.repeat(10));
  });
});
