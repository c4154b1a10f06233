/** Containers one inside the other; deeper input stays text. */
const MAX_DEPTH = 64;

/** Calls whose repr only wraps the value: `np.float64(0.83)`, `array([1, 2])`, `OrderedDict({...})`. */
const WRAPPERS =
  /^(?:(?:np|numpy|torch|jnp|collections|decimal)\.)?(?:u?int(?:8|16|32|64)|float(?:16|32|64|128)?|bfloat16|bool_?|str_|array|asarray|Array|tensor|OrderedDict|dict|list|tuple|set|frozenset|deque|Decimal)$/;

const WORDS: Readonly<Record<string, string>> = {
  True: 'true',
  False: 'false',
  None: 'null',
  true: 'true',
  false: 'false',
  null: 'null',
  'np.True_': 'true',
  'np.False_': 'false',
  nan: '"NaN"',
  NaN: '"NaN"',
  inf: '"Infinity"',
  Infinity: '"Infinity"',
};

const ONE_LETTER_ESCAPES: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const SPACE = /[ \t\r\n]*/y;
const NUMBER = /[+-]?(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z_][A-Za-z0-9_.]*/y;
const STRING_START = /([rRbBuUfF]{0,2})('''|"""|'|")/y;

/**
 * A Python literal or repr (`str(value)` of a dict, list, tuple, set, string, number, numpy array or scalar) as JSON
 * text, in the order it was written; undefined when the text is anything else. Tuples and sets become arrays, NaN and
 * infinities strings, keys that are no strings their own text; calls that stand for a value of their own
 * (`datetime.datetime(2026, 1, 2)`) become strings of their source. JSON's words are taken too, so that mixtures pass.
 * Linear in the length of the text.
 */
export function pythonLiteralToJson(text: string): string | undefined {
  const parser = new PythonLiteral(text);
  return parser.run();
}

/** Thrown and caught in this file only: the text is no literal. */
class NoLiteral extends Error {}

class PythonLiteral {
  readonly #text: string;
  #pos = 0;
  readonly #out: string[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  run(): string | undefined {
    try {
      this.#space();
      this.#value(0);
      this.#space();
    } catch (error) {
      if (error instanceof NoLiteral) return undefined;
      throw error;
    }
    return this.#pos === this.#text.length ? this.#out.join('') : undefined;
  }

  #fail(): never {
    throw new NoLiteral();
  }

  #space(): void {
    SPACE.lastIndex = this.#pos;
    SPACE.test(this.#text);
    this.#pos = SPACE.lastIndex;
  }

  /** The match of a sticky expression at the present place, stepped over. */
  #match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#pos;
    const match = expression.exec(this.#text);
    if (match !== null) this.#pos = expression.lastIndex;
    return match;
  }

  #value(depth: number): void {
    if (depth > MAX_DEPTH) this.#fail();
    const c = this.#text[this.#pos];
    if (c === '{') this.#dictOrSet(depth);
    else if (c === '[') this.#sequence(']', depth);
    else if (c === '(') this.#sequence(')', depth);
    else if (this.#isStringStart()) this.#out.push(JSON.stringify(this.#strings()));
    else if (this.#text.startsWith('...', this.#pos)) {
      this.#pos += 3;
      this.#out.push('"..."');
    } else this.#numberOrName(depth);
  }

  #isStringStart(): boolean {
    STRING_START.lastIndex = this.#pos;
    return STRING_START.test(this.#text);
  }

  /** `(1)` is 1, `(1,)` and `()` are tuples; numpy's `[0.1 0.2]` without commas passes where numbers follow. */
  #sequence(close: string, depth: number): void {
    const first = this.#out.push('[') - 1;
    this.#pos++;
    let commas = 0;
    let count = 0;
    for (;;) {
      this.#space();
      if (this.#text[this.#pos] === close) break;
      if (count > 0) this.#out.push(',');
      const start = this.#pos;
      this.#value(depth + 1);
      count++;
      this.#space();
      const next = this.#text[this.#pos];
      if (next === ',') {
        commas++;
        this.#pos++;
      } else if (next !== close && !(close === ']' && commas === 0 && this.#isArrayElement(start))) {
        this.#fail();
      }
    }
    this.#pos++;
    const bracket = close === ')' && count === 1 && commas === 0;
    if (bracket) this.#out[first] = '';
    else this.#out.push(']');
  }

  /** Elements of a printed array: numbers, words like nan and True, nested arrays. */
  #isArrayElement(start: number): boolean {
    return /[-+.\dnNiTF[]/.test(this.#text[start] ?? '') && /[-+.\dnNiTF[]/.test(this.#text[this.#pos] ?? '');
  }

  #dictOrSet(depth: number): void {
    const first = this.#out.push('{') - 1;
    this.#pos++;
    let isSet: boolean | undefined;
    for (;;) {
      this.#space();
      if (this.#text[this.#pos] === '}') break;
      if (isSet !== undefined) this.#out.push(',');
      const from = this.#out.length;
      const start = this.#pos;
      this.#value(depth + 1);
      const end = this.#pos;
      this.#space();
      const hasColon = this.#text[this.#pos] === ':';
      if (isSet === hasColon) this.#fail();
      isSet = !hasColon;
      if (hasColon) {
        // A key: JSON wants a string, so 1, None and (1, 2) become their text.
        if (!(this.#out[from] ?? '').startsWith('"')) {
          this.#out.length = from;
          this.#out.push(JSON.stringify(this.#text.slice(start, end)));
        }
        this.#out.push(':');
        this.#pos++;
        this.#space();
        this.#value(depth + 1);
        this.#space();
      }
      if (this.#text[this.#pos] === ',') this.#pos++;
      else if (this.#text[this.#pos] !== '}') this.#fail();
    }
    this.#pos++;
    if (isSet === true) this.#out[first] = '[';
    this.#out.push(isSet === true ? ']' : '}');
  }

  /** One or more string literals next to each other: one string. */
  #strings(): string {
    let text = '';
    do {
      text += this.#string();
      this.#space();
    } while (this.#isStringStart());
    return text;
  }

  #string(): string {
    const [, prefix = '', quote = ''] = this.#match(STRING_START) ?? this.#fail();
    const raw = /r/i.test(prefix);
    const bytes = /b/i.test(prefix);
    const parts: string[] = [];
    let run = this.#pos;
    for (;;) {
      const c = this.#text[this.#pos];
      if (c === undefined || (c === '\n' && quote.length === 1)) this.#fail();
      if (c === '\\') {
        if (raw) {
          this.#pos += 2;
          continue;
        }
        parts.push(this.#text.slice(run, this.#pos), this.#escape(bytes));
        run = this.#pos;
      } else if (this.#text.startsWith(quote, this.#pos)) {
        parts.push(this.#text.slice(run, this.#pos));
        this.#pos += quote.length;
        return parts.join('');
      } else {
        this.#pos++;
      }
    }
  }

  #escape(bytes: boolean): string {
    const rest = this.#text.slice(this.#pos + 1, this.#pos + 10);
    const hex = bytes
      ? /^x([0-9a-fA-F]{2})/.exec(rest)
      : (/^x([0-9a-fA-F]{2})/.exec(rest) ?? /^u([0-9a-fA-F]{4})/.exec(rest) ?? /^U([0-9a-fA-F]{8})/.exec(rest));
    if (hex !== null) {
      this.#pos += 1 + hex[0].length;
      const code = parseInt(hex[1] ?? '', 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
    }
    const octal = /^[0-7]{1,3}/.exec(rest);
    if (octal !== null) {
      this.#pos += 1 + octal[0].length;
      return String.fromCharCode(parseInt(octal[0], 8));
    }
    const letter = rest[0] ?? this.#fail();
    this.#pos += 2;
    // Python keeps the backslash of an escape it does not know.
    return Object.hasOwn(ONE_LETTER_ESCAPES, letter) ? (ONE_LETTER_ESCAPES[letter] ?? '') : `\\${letter}`;
  }

  #numberOrName(depth: number): void {
    const start = this.#pos;
    const number = this.#match(NUMBER);
    if (number !== null) {
      const complex = /[jJ]/.test(this.#text[this.#pos] ?? '');
      if (complex) this.#pos++;
      if (/[\w.]/.test(this.#text[this.#pos] ?? '')) this.#fail();
      this.#out.push(complex ? JSON.stringify(this.#text.slice(start, this.#pos)) : jsonNumber(number[0]));
      return;
    }
    const negative = this.#text[this.#pos] === '-';
    if (negative) this.#pos++;
    const name = this.#match(NAME)?.[0] ?? this.#fail();
    if (negative) {
      if (name !== 'inf' && name !== 'Infinity') this.#fail();
      this.#out.push('"-Infinity"');
    } else if (Object.hasOwn(WORDS, name)) {
      this.#out.push(WORDS[name] ?? '');
    } else if (this.#text[this.#pos] === '(') {
      this.#call(name, start, depth);
    } else {
      this.#fail();
    }
  }

  #call(name: string, start: number, depth: number): void {
    if (!WRAPPERS.test(name)) {
      // At the top this says nothing a reader could not see in the text.
      if (depth === 0) this.#fail();
      this.#skipBrackets();
      this.#out.push(JSON.stringify(this.#text.slice(start, this.#pos)));
      return;
    }
    this.#pos++;
    this.#space();
    if (this.#text[this.#pos] === ')') {
      this.#out.push('[]');
      this.#pos++;
      return;
    }
    this.#value(depth + 1);
    this.#space();
    // What follows describes the value (`dtype=float32`, `shape=(2,)`, `device='cuda:0'`) and is left out.
    if (this.#text[this.#pos] === ',') {
      const out = this.#out.length;
      this.#skipToClose();
      this.#out.length = out;
    } else if (this.#text[this.#pos] !== ')') this.#fail();
    this.#pos++;
  }

  /** From an opening bracket to behind the one that closes it, strings stepped over. */
  #skipBrackets(): void {
    this.#pos++;
    this.#skipToClose();
    this.#pos++;
  }

  /** To the bracket that closes the present level. */
  #skipToClose(): void {
    let level = 0;
    for (;;) {
      const c = this.#text[this.#pos];
      if (c === undefined) this.#fail();
      if (c === "'" || c === '"') {
        this.#string();
        continue;
      }
      if (c === '(' || c === '[' || c === '{') level++;
      else if (c === ')' || c === ']' || c === '}') {
        if (level === 0) {
          if (c !== ')') this.#fail();
          return;
        }
        level--;
      }
      this.#pos++;
    }
  }
}

/** Python's number as JSON has it: no underscores, no plus, digits on both sides of the point. */
function jsonNumber(text: string): string {
  let number = text.replaceAll('_', '');
  if (number.startsWith('+')) number = number.slice(1);
  number = number.replace(/^(-?)0+(?=\d)/, '$1').replace(/^(-?)\./, '$10.');
  return number.replace(/\.(?!\d)/, '.0');
}
