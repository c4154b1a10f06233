/** A JSON value, as a model's request has them. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Thrown for values that cannot be written without saying something else than was sent. */
export class RefusedValue extends Error {}

/** C0 and C1 controls other than tab and line breaks: in a terminal they are commands, in a snippet nobody sees them. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
/** Deeper structures are no request of anybody. */
const MOST_LEVELS = 100;

/** Throws {@link RefusedValue} when a text holds control characters. */
export function checkText(text: string): void {
  const found = CONTROL.exec(text)?.[0];
  if (found === undefined) return;
  const code = found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  throw new RefusedValue(`The input holds a control character (U+${code}); copy it as JSON instead.`);
}

/** Everything outside of printable ASCII as `\uXXXX`: what is pasted reads as what it is, bidirectional marks included. */
function asciiJson(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A literal of JavaScript: JSON is one since ES2019, and ASCII besides; `__proto__` as a computed key. */
export function javaScriptLiteral(value: Json, indent = 0): string {
  return literal(value, indent, {
    text: asciiJson,
    key: (key) => (key === '__proto__' ? '["__proto__"]' : asciiJson(key)),
    words: ['null', 'true', 'false'],
  });
}

/** A literal of Python. Characters beyond U+FFFF are written whole: a pair of surrogates would be two characters there. */
export function pythonLiteral(value: Json, indent = 0): string {
  return literal(value, indent, { text: pythonText, key: pythonText, words: ['None', 'True', 'False'] });
}

function pythonText(text: string): string {
  let written = '"';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === '"' || character === '\\') written += `\\${character}`;
    else if (character === '\n') written += '\\n';
    else if (character === '\t') written += '\\t';
    else if (character === '\r') written += '\\r';
    else if (code >= 0x20 && code < 0x7f) written += character;
    else if (code > 0xffff) written += `\\U${code.toString(16).padStart(8, '0')}`;
    else written += `\\u${code.toString(16).padStart(4, '0')}`;
  }
  return `${written}"`;
}

/** One word of a POSIX shell: in single quotes nothing has a meaning but their end. */
export function shellWord(text: string): string {
  checkText(text);
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** JSON in ASCII, for a shell and for files. */
export function jsonText(value: Json): string {
  return literal(value, 0, { text: asciiJson, key: asciiJson, words: ['null', 'true', 'false'] });
}

interface Spelling {
  readonly text: (text: string) => string;
  readonly key: (key: string) => string;
  /** Null, true and false. */
  readonly words: readonly [string, string, string];
}

function literal(value: Json, indent: number, spelling: Spelling, level = 0): string {
  if (level > MOST_LEVELS) throw new RefusedValue('The input is nested too deep; copy it as JSON instead.');
  const [none, yes, no] = spelling.words;
  if (value === null) return none;
  if (typeof value === 'boolean') return value ? yes : no;
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : none;
  if (typeof value === 'string') return spelling.text(value);
  const isList = Array.isArray(value);
  const members = isList
    ? (value as readonly Json[]).map((each) => literal(each, indent + 2, spelling, level + 1))
    : Object.entries(value as { readonly [key: string]: Json }).map(
        ([key, each]) => `${spelling.key(key)}: ${literal(each, indent + 2, spelling, level + 1)}`,
      );
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (members.length === 0) return open + close;
  const pad = ' '.repeat(indent + 2);
  return `${open}\n${pad}${members.join(`,\n${pad}`)}\n${' '.repeat(indent)}${close}`;
}
