import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { textNeedle } from '../../../../src/core/find/byteNeedle.ts';
import { requiredLiteral } from '../../../../src/core/find/requiredLiteral.ts';
import { TextMatcher } from '../../../../src/core/find/textMatcher.ts';
import type { TextQuery } from '../../../../src/core/find/textMatcher.ts';

function matcher(text: string, options: Partial<TextQuery> = {}): TextMatcher {
  return new TextMatcher(
    { text, matchCase: false, wholeWord: false, regex: false, ...options },
    (source, matchCase) => {
      const expression = new RegExp(source, matchCase ? 'gu' : 'giu');
      return {
        exec: (searched, from) => {
          expression.lastIndex = from;
          const found = expression.exec(searched);
          return found ? { start: found.index, end: found.index + found[0].length } : undefined;
        },
      };
    },
  );
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe('a needle', () => {
  test('is where the text is, for any text of any length', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'B', '.', 'é', 'É'), maxLength: 60 });
    const needles = fc.string({ unit: fc.constantFrom('a', 'b', 'B', '.', 'é'), minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(letters, needles, fc.boolean(), (text, wanted, matchCase) => {
        const bytes = bytesOf(text);
        const at = textNeedle(wanted, matchCase).find(bytes, 0, bytes.length);
        const fold = (part: string): string => (matchCase ? part : part.toLowerCase());
        const expected = fold(text).indexOf(fold(wanted));
        assert.equal(at, expected < 0 ? -1 : bytesOf(text.slice(0, expected)).length);
      }),
      { numRuns: 2000 },
    );
  });

  test('is looked for within the range alone', () => {
    const bytes = bytesOf('needle needle');
    const needle = textNeedle('needle', true);
    assert.equal(needle.find(bytes, 1, 12), -1);
    assert.equal(needle.find(bytes, 1, 13), 7);
    assert.equal(needle.find(bytes, 0, 5), -1);
    assert.equal(textNeedle('e', true).find(bytes, 3, 5), -1);
  });

  test('longer than a byte counts is found', () => {
    const long = 'x'.repeat(300) + 'y'.repeat(300);
    const bytes = bytesOf(`${'x'.repeat(500)}${'y'.repeat(400)}`);
    assert.equal(textNeedle(long, false).find(bytes, 0, bytes.length), 200);
  });
});

describe('a matcher', () => {
  test('folds case unless told, in Latin, Greek and Cyrillic', () => {
    for (const [wanted, text] of [
      ['refund', 'REFUND'],
      ['ÉTÉ', 'été'],
      ['привет', 'ПРИВЕТ'],
      ['ΣΟΦΟΣ', 'σοφοσ'],
    ] as const) {
      assert.ok(matcher(wanted).matches(`… ${text} …`), wanted);
      assert.ok(!matcher(wanted, { matchCase: true }).matches(`… ${text} …`), wanted);
    }
  });

  test('takes every character as it is, also those of expressions', () => {
    for (const text of ['a.b', '(', '[x', '\\', '$^*+?{}|/', '‹redacted: token›', '\u{1f600}', '\n']) {
      assert.ok(matcher(text).matches(`before ${text} behind`), text);
    }
    assert.ok(!matcher('a.b').matches('axb'));
  });

  test('finds whole words, not parts of them', () => {
    const word = matcher('cat', { wholeWord: true });
    assert.ok(word.matches('concat cat'));
    assert.ok(word.matches('a.cat!'));
    for (const text of ['concat', 'cats', 'cat_1', 'écat']) assert.ok(!word.matches(text), text);
    assert.ok(matcher('/v1', { wholeWord: true }).matches('http://host/v1'));
  });

  test('finds what JSON writes with escapes', () => {
    assert.ok(matcher('say "hi"').matches(String.raw`{"text":"say \"hi\" to"}`));
    assert.ok(matcher('a\nb').matches(String.raw`"a\nb"`));
    assert.ok(matcher('café').matches(String.raw`"caf\u00e9"`));
  });

  test('takes six to thirty-two hex digits for an id', () => {
    assert.equal(matcher('00F067').idPrefix, '00f067');
    assert.equal(matcher('00f06').idPrefix, '');
    assert.equal(matcher('refund').idPrefix, '');
    assert.equal(matcher('00f067', { wholeWord: true }).idPrefix, '');
    assert.equal(matcher('00f067aa0ba902b7', { wholeWord: true }).idPrefix, '00f067aa0ba902b7');
  });
});

describe('of an expression every match contains', () => {
  const cases: Readonly<Record<string, string>> = {
    refund: 'refund',
    'refund \\d+': 'refund ',
    'colou?r': 'colo',
    'ab+c': 'ab',
    'a{0,2}bcd': 'bcd',
    'x|yes': '',
    '(yes|no)': '',
    'status=(ok|error) code': 'status=',
    '[abc]def': 'def',
    '[]x]def': 'def',
    '[[:alpha:]]def': 'def',
    '\\.py:\\d+': '.py:',
    '\\p{Greek}abc': 'abc',
    '\\Qa.b\\E': '',
    '(?i)abc': 'abc',
    '^http://': 'http://',
    '.*': '',
    'a\\': 'a',
  };
  for (const [source, literal] of Object.entries(cases)) {
    test(`${source}: ${literal === '' ? 'nothing that is known' : literal}`, () => {
      assert.equal(requiredLiteral(source), literal);
    });
  }
});
