import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { markdownText, plainLine } from '../../../src/vscode/plainText.ts';

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

  it('breaks the links that notifications make of text', () => {
    assert.doesNotMatch(plainLine('[x](command:workbench.action.quit)'), /\]\(/);
  });
});

describe('markdownText', () => {
  it('leaves no character that Markdown, HTML, or a finder of addresses reads', () => {
    assert.equal(markdownText('a <b> 1'), 'a &#60;b&#62; 1');
    const hostile =
      'http://x.invalid www.x.invalid me@x.invalid <img src=x> [y](command:z) `c` *b* _i_ $(trash) &lt; \\ |';
    assert.doesNotMatch(markdownText(hostile).replaceAll(/&#\d+;/g, ''), /[^\p{L}\p{N} ]/u);
  });

  it('keeps letters of every script', () => {
    assert.equal(markdownText('größe 大小'), 'größe 大小');
  });
});
