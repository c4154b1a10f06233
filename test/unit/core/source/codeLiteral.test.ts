import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SourceLanguage } from '../../../../src/core/source/affinity.ts';
import type { AttributeValue } from '../../../../src/core/model/attributes.ts';
import { codeLiteral, eitherCondition, equalsCondition, isPlainName } from '../../../../src/core/source/codeLiteral.ts';

const LANGUAGES: readonly SourceLanguage[] = ['python', 'javascript', 'typescript', 'go', 'java', 'rust', 'csharp'];
const text = (value: string) => ({ type: 'string', value }) as const;

/** Texts that would end a literal, a line or what is shown of it. */
const ENDING = [
  'a"; process.exit(); "',
  'a\\',
  '\\"',
  '\\\\"',
  "a'b",
  '`${process.exit()}`',
  '{__import__("os")}',
  '\\u0022 + x',
];
const REFUSED = [
  'a\nb',
  'a\rb',
  '\u0000',
  '\u001b[2J',
  '\u2028',
  '\u2029',
  '\u202eabc',
  '\u200b',
  '\ufeff',
  '\ud800',
  '\u0085',
  '\u007f',
  'x'.repeat(201),
];

/** The text a literal stands for, by the rules all these languages share: `\"` and `\\` only. */
function read(literal: string): string {
  assert.match(literal, /^"(?:[^"\\]|\\["\\])*"$/, 'one literal, from its first to its last character');
  return literal.slice(1, -1).replace(/\\(["\\])/g, '$1');
}

describe('values of spans as literals', () => {
  it('are lists in Python, whose lists are compared by what they hold, of plain values only', () => {
    const list = (...values: AttributeValue[]): AttributeValue => ({ type: 'array', values });
    assert.equal(
      equalsCondition('python', 'ids', list({ type: 'int', value: '1' }, text('a"b'), { type: 'bool', value: true })),
      'ids == [1, "a\\"b", True]',
    );
    for (const refused of [
      list(),
      list(list()),
      list(text('a\nb')),
      list(...Array.from({ length: 21 }, () => text(''))),
    ])
      assert.equal(codeLiteral('python', refused), undefined);
    for (const language of LANGUAGES.filter((each) => each !== 'python'))
      assert.equal(codeLiteral(language, list({ type: 'int', value: '1' })), undefined, language);
  });

  it('join two conditions as the language does', () => {
    assert.equal(eitherCondition('python', 'a == 1', 'b == 2'), '(a == 1) or (b == 2)');
    assert.equal(eitherCondition('go', 'a == 1', 'b == 2'), '(a == 1) || (b == 2)');
  });

  for (const language of LANGUAGES) {
    it(`are one literal of ${language} that stands for the text, whatever is in it`, () => {
      for (const value of ENDING) {
        const literal = codeLiteral(language, text(value));
        if (language === 'rust' && value.includes('$')) assert.equal(literal, undefined);
        else assert.equal(read(literal ?? ''), value);
      }
    });

    it(`are refused for ${language} with control, unseen or too many characters`, () => {
      for (const value of REFUSED) assert.equal(codeLiteral(language, text(value)), undefined, JSON.stringify(value));
    });

    it(`compare in ${language} with plain names only`, () => {
      for (const name of ['a b', 'a.b', 'a(', '', 'None', 'a"', '1a', 'ä', 'a'.repeat(101)]) {
        assert.equal(equalsCondition(language, name, text('x')), undefined, name);
      }
    });
  }

  it('are read back by JavaScript as the same text', () => {
    for (const value of ENDING) {
      assert.equal(JSON.parse(codeLiteral('javascript', text(value)) ?? ''), value);
    }
  });

  it('are conditions as each language writes them', () => {
    const shown = (value: Parameters<typeof equalsCondition>[2]): readonly unknown[] =>
      LANGUAGES.map((language) => equalsCondition(language, 'x', value));
    assert.deepEqual(shown(text('v"2')), [
      'x == "v\\"2"',
      'x === "v\\"2"',
      'x === "v\\"2"',
      'x == "v\\"2"',
      '"v\\"2".equals(x)',
      'x == "v\\"2"',
      'x == "v\\"2"',
    ]);
    assert.deepEqual(shown({ type: 'bool', value: true }), [
      'x == True',
      'x === true',
      'x === true',
      'x == true',
      'x == true',
      'x == true',
      'x == true',
    ]);
    assert.deepEqual(
      shown({ type: 'double', value: 3 }).map((condition) => String(condition).replace(/^x =+ /, '')),
      Array(7).fill('3.0'),
    );
  });

  it('are left out where the language would round or has no such number', () => {
    const long = { type: 'int', value: '9007199254740993' } as const;
    assert.equal(codeLiteral('javascript', long), undefined);
    assert.equal(codeLiteral('java', long), '9007199254740993L');
    assert.equal(codeLiteral('go', long), '9007199254740993');
    for (const value of ['NaN', 'Infinity', '-Infinity'] as const)
      assert.equal(codeLiteral('python', { type: 'double', value }), undefined);
    assert.equal(codeLiteral('python', { type: 'int', value: '1; import os' }), undefined);
  });

  it('have names that are names', () => {
    assert.deepEqual(['tenure', '_x', '$y', 'None', 'x-y', 'this'].map(isPlainName), [
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
