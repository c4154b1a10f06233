import type { AttributeValue } from '../model/attributes.ts';
import type { SourceLanguage } from './affinity.ts';

/** Longer texts are no values that a person compares with. */
const MAX_CHARACTERS = 200;
/** Longer lists are read by nobody. */
const MAX_ELEMENTS = 20;
/** Control, format, private and unpaired characters, and the separators of lines: none may hide in what is shown or end it. */
const REFUSED = /[\p{C}\p{Zl}\p{Zp}]/u;
const NAME = /^[A-Za-z_$][A-Za-z0-9_$]{0,99}$/;

/** Names in words of every language here that are no variables. */
const WORDS = new Set(
  'true false null None True False nil undefined this self super NaN Infinity if in is not and or new typeof await'.split(
    ' ',
  ),
);

/**
 * The value as a literal of the language, such that nothing in it can be anything but that literal; undefined for what has
 * none: lists but in Python, whose lists are compared by what they hold, bytes, long texts, texts with control or unseen characters, numbers that the language would round.
 */
export function codeLiteral(language: SourceLanguage, value: AttributeValue): string | undefined {
  switch (value.type) {
    case 'string':
      return value.cut ? undefined : textLiteral(language, value.value);
    case 'bool':
      if (language === 'python') return value.value ? 'True' : 'False';
      return value.value ? 'true' : 'false';
    case 'int':
      return wholeLiteral(language, value.value);
    case 'double':
      if (typeof value.value !== 'number' || !Number.isFinite(value.value)) return undefined;
      return /^-?\d+$/.test(String(value.value)) ? `${String(value.value)}.0` : String(value.value);
    case 'array':
      return language === 'python' ? listLiteral(value.values) : undefined;
    default:
      return undefined;
  }
}

/**
 * Two conditions of which one has to hold. They are put in parentheses: each has to be a whole expression, as a debugger
 * took it before.
 */
export function eitherCondition(language: SourceLanguage, one: string, other: string): string {
  return `(${one}) ${language === 'python' ? 'or' : '||'} (${other})`;
}

/**
 * A condition that holds where the variable `name` has the value, as a debugger of the language reads it; undefined where
 * {@link codeLiteral} is, and for what is no plain name.
 */
export function equalsCondition(language: SourceLanguage, name: string, value: AttributeValue): string | undefined {
  const literal = codeLiteral(language, value);
  if (literal === undefined || !isPlainName(name)) return undefined;
  switch (language) {
    case 'javascript':
    case 'typescript':
      return `${name} === ${literal}`;
    case 'java':
      // Strings are compared by what they hold.
      return value.type === 'string' ? `${literal}.equals(${name})` : `${name} == ${literal}`;
    case 'python':
    case 'go':
    case 'rust':
    case 'csharp':
      return `${name} == ${literal}`;
  }
}

/** A variable's name that every one of these languages reads as just that. */
export function isPlainName(name: string): boolean {
  return NAME.test(name) && !WORDS.has(name);
}

/**
 * In double quotes only quote and backslash mean something in each of these languages. Java reads `\\u` escapes first, but a
 * backslash behind a backslash begins none; `$` and `{` need a prefix or backquotes to mean something.
 */
function textLiteral(language: SourceLanguage, text: string): string | undefined {
  if (text.length > MAX_CHARACTERS || REFUSED.test(text)) return undefined;
  // CodeLLDB may take `$name` for a variable of its own.
  return language === 'rust' && text.includes('$') ? undefined : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function listLiteral(values: readonly AttributeValue[]): string | undefined {
  if (values.length === 0 || values.length > MAX_ELEMENTS) return undefined;
  const literals = values.map((value) => (value.type === 'array' ? undefined : codeLiteral('python', value)));
  const text = `[${literals.join(', ')}]`;
  return literals.includes(undefined) || text.length > MAX_CHARACTERS ? undefined : text;
}

function wholeLiteral(language: SourceLanguage, text: string): string | undefined {
  if (!/^-?\d{1,19}$/.test(text)) return undefined;
  const value = BigInt(text);
  if (language === 'javascript' || language === 'typescript')
    return Number.isSafeInteger(Number(value)) ? String(value) : undefined;
  const isLong = value < -(2n ** 31n) || value >= 2n ** 31n;
  return language === 'java' && isLong ? `${String(value)}L` : String(value);
}
