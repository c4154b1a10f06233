/** A number, text, truth value or nothing, as it was written. */
export type LooseScalar = number | string | boolean | null;

/** An array that said its type: `tensor([1., 2.], device='cuda:0')`. */
export interface LooseArray {
  readonly kind: 'array';
  readonly value: Loose;
  /** As written, without quotes: `float32`, `torch.float16`; empty when it says nothing. */
  readonly dtype: string;
  readonly device: string;
  /** What was written behind the value: `shape=(1000,)`, `size=(2, 3)`; undefined without. */
  readonly shape: readonly number[] | undefined;
}

export interface LooseList {
  readonly kind: 'list';
  readonly items: readonly Loose[];
}

/** A list of numbers only, which most lists are. */
export interface LooseNumbers {
  readonly kind: 'numbers';
  readonly values: Float64Array;
}

export interface LooseObject {
  readonly kind: 'object';
  readonly entries: ReadonlyMap<string, Loose>;
}

export type Loose = LooseScalar | LooseArray | LooseList | LooseNumbers | LooseObject;

export interface LooseText {
  readonly value: Loose;
  /** An ellipsis stood for values: the printer left them out. */
  readonly elided: boolean;
  /** The text ended before its brackets did. */
  readonly unended: boolean;
  /** There was more than is read at once. */
  readonly limited: boolean;
}

/** Values read of one text; what is beyond is left out, with a mark. */
export const MOST_VALUES = 1_000_000;
/** Brackets one inside the other. */
const MAX_DEPTH = 64;

const NUMBER = /[+-]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z_][\w.]*/y;
/** `Parameter containing:` before a tensor, `<tf.Tensor: shape=(2,), dtype=float32, numpy=` before an array. */
const FRAME = /^\s*(?:Parameter containing:\s*(?=tensor\()|<tf\.(?:Tensor|Variable)\b[^<>]*?\bnumpy=\s*)/;
/** An argument by name. */
const KEYWORD = /([A-Za-z_]\w*)\s*=(?!=)\s*/y;
/** Calls whose first argument is the value. */
const WRAPPER =
  /^(?:(?:np|numpy|torch|jnp|jax|tf|pd|collections|decimal)\.)*(?:u?int(?:8|16|32|64)|float(?:16|32|64|128)?|bfloat16|bool_?|str_|array|asarray|Array|DeviceArray|ndarray|tensor|Tensor|Parameter|EagerTensor|OrderedDict|defaultdict|dict|list|tuple|set|frozenset|deque|Decimal|matrix|masked_array)$/;
const ARRAY_WRAPPER = /(?:array|Array|tensor|Tensor|Parameter|matrix)$/;
const SCALAR_TYPE = /(?:^|\.)(u?int(?:8|16|32|64)|float(?:16|32|64|128)|bfloat16)$/;
const WORDS: ReadonlyMap<string, LooseScalar> = new Map<string, LooseScalar>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['null', null],
  ['None', null],
  ['nan', NaN],
  ['NaN', NaN],
  ['NaT', null],
  ['NA', null],
  ['inf', Infinity],
  ['Infinity', Infinity],
  ['np.True_', true],
  ['np.False_', false],
  ['np.nan', NaN],
  ['np.inf', Infinity],
]);
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '0': '\0' };

/** Thrown and caught in this file only: the text is no value. */
class NoValue extends Error {}

/**
 * Reads JSON, a Python literal or the repr of an array (numpy, torch, jax, TensorFlow): numbers stand beside each other with
 * commas or without, an ellipsis among them is marked, NaN and infinities are numbers. A text that was cut is read as far as it goes, with a mark.
 * Undefined for prose and whatever else is no value. Linear in the text; at most {@link MOST_VALUES} values.
 */
export function readLoose(text: string): LooseText | undefined {
  const reader = new LooseReader(withoutFrame(text));
  try {
    return reader.run();
  } catch (error) {
    if (error instanceof NoValue) return undefined;
    throw error;
  }
}

/** The array in what torch prints of a parameter and TensorFlow of a tensor; other texts as they are. */
function withoutFrame(text: string): string {
  const frame = FRAME.exec(text.slice(0, 500))?.[0];
  if (frame === undefined) return text;
  const rest = text.slice(frame.length).trimEnd();
  return frame.includes('<') && rest.endsWith('>') ? rest.slice(0, -1) : rest;
}

class LooseReader {
  readonly #text: string;
  #at = 0;
  #left = MOST_VALUES;
  #elided = false;
  #unended = false;

  constructor(text: string) {
    this.#text = text;
  }

  run(): LooseText {
    this.#space();
    const value = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length && this.#left > 0) throw new NoValue();
    return { value, elided: this.#elided, unended: this.#unended, limited: this.#left <= 0 };
  }

  /** White space, and the commas that part values. */
  #space(commas = false): void {
    const text = this.#text;
    for (; this.#at < text.length; this.#at++) {
      const code = text.charCodeAt(this.#at);
      if (code === 32 || (code >= 9 && code <= 13) || (commas && code === 44)) continue;
      break;
    }
  }

  #value(depth: number): Loose {
    if (depth > MAX_DEPTH) throw new NoValue();
    this.#left--;
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#list(']', depth);
      case '(':
        return this.#list(')', depth);
      case '"':
      case "'":
        return this.#string();
      case undefined:
        this.#unended = true;
        return null;
      default:
        return this.#numberOrName(depth);
    }
  }

  #list(close: string, depth: number): Loose {
    this.#at++;
    let numbers = new Float64Array(8);
    let count = 0;
    let items: Loose[] | undefined;
    let isTuple = close !== ')';
    for (;;) {
      this.#space();
      if (this.#text[this.#at] === ',') {
        isTuple = true;
        this.#space(true);
      }
      if (this.#at >= this.#text.length) this.#unended = true;
      if (this.#at >= this.#text.length || this.#left <= 0) break;
      if (this.#text[this.#at] === close) {
        this.#at++;
        break;
      }
      if (this.#ellipsis()) continue;
      const value = this.#value(depth + 1);
      if (this.#unended && value === null) break;
      if (items === undefined && typeof value === 'number') {
        if (count === numbers.length) {
          const more = new Float64Array(2 * count);
          more.set(numbers);
          numbers = more;
        }
        numbers[count++] = value;
      } else {
        items ??= Array.from(numbers.subarray(0, count));
        items.push(value);
      }
    }
    // `(1)` is a number in brackets, `(1,)` a tuple.
    if (!isTuple && count + (items?.length ?? 0) === 1) return items?.[0] ?? numbers[0]!;
    if (items) return { kind: 'list', items };
    return count === 0 ? { kind: 'list', items: [] } : { kind: 'numbers', values: numbers.slice(0, count) };
  }

  /** Apart, as the flag changes while a value is read. */
  #isCut(): boolean {
    return this.#unended;
  }

  /** `...`, `…` or Python's `Ellipsis` where a value would stand. */
  #ellipsis(): boolean {
    const text = this.#text;
    const length = text.startsWith('...', this.#at) ? 3 : text[this.#at] === '\u2026' ? 1 : 0;
    if (length === 0) return false;
    this.#at += length;
    this.#elided = true;
    return true;
  }

  #object(depth: number): Loose {
    this.#at++;
    const entries = new Map<string, Loose>();
    const set: Loose[] = [];
    for (;;) {
      this.#space(true);
      if (this.#at >= this.#text.length) this.#unended = true;
      if (this.#at >= this.#text.length || this.#left <= 0) break;
      if (this.#text[this.#at] === '}') {
        this.#at++;
        break;
      }
      if (this.#ellipsis()) continue;
      const from = this.#at;
      const key = this.#value(depth + 1);
      if (this.#unended) break;
      const name = typeof key === 'string' ? key : this.#text.slice(from, this.#at);
      this.#space();
      if (this.#text[this.#at] !== ':') {
        if (this.#at >= this.#text.length) {
          this.#unended = true;
          break;
        }
        if (entries.size > 0) throw new NoValue();
        set.push(key);
        continue;
      }
      if (set.length > 0) throw new NoValue();
      this.#at++;
      this.#space();
      if (this.#at >= this.#text.length) {
        this.#unended = true;
        break;
      }
      if (this.#ellipsis()) continue;
      const value = this.#value(depth + 1);
      // A value that the end of the text took is not there.
      if (value === null && this.#at >= this.#text.length && this.#isCut()) break;
      entries.set(name, value);
    }
    return set.length > 0 ? { kind: 'list', items: set } : { kind: 'object', entries };
  }

  #string(): string {
    const text = this.#text;
    const quote = text[this.#at] ?? '';
    const mark =
      text.startsWith(quote.repeat(3), this.#at) && text[this.#at + 3] !== undefined ? quote.repeat(3) : quote;
    this.#at += mark.length;
    let out = '';
    let run = this.#at;
    for (;;) {
      const c = text[this.#at];
      if (c === undefined) {
        this.#unended = true;
        return out + text.slice(run);
      }
      if (c === '\\') {
        out += text.slice(run, this.#at);
        const next = text[this.#at + 1] ?? '';
        const hex = next === 'u' ? /^[0-9a-fA-F]{4}/.exec(text.slice(this.#at + 2, this.#at + 6)) : null;
        if (hex) {
          out += String.fromCharCode(parseInt(hex[0], 16));
          this.#at += 6;
        } else {
          out += ESCAPES[next] ?? next;
          this.#at += 2;
        }
        run = this.#at;
      } else if (c === quote && text.startsWith(mark, this.#at)) {
        out += text.slice(run, this.#at);
        this.#at += mark.length;
        return out;
      } else {
        this.#at++;
      }
    }
  }

  #numberOrName(depth: number): Loose {
    const text = this.#text;
    NUMBER.lastIndex = this.#at;
    const number = NUMBER.exec(text);
    if (number !== null) {
      this.#at += number[0].length;
      // `12abc` is no number; one at the very end within brackets may have lost digits.
      if (/[\w.]/.test(text[this.#at] ?? ' ')) throw new NoValue();
      if (this.#at >= text.length && depth > 0) {
        this.#unended = true;
        return null;
      }
      return Number(number[0].includes('_') ? number[0].replaceAll('_', '') : number[0]);
    }
    const negative = text[this.#at] === '-' || text[this.#at] === '+';
    const from = negative ? this.#at + 1 : this.#at;
    NAME.lastIndex = from;
    const name = NAME.exec(text)?.[0];
    if (name === undefined) throw new NoValue();
    this.#at = from + name.length;
    const word = WORDS.get(name);
    if (word !== undefined) return negative && typeof word === 'number' && text[from - 1] === '-' ? -word : word;
    if (negative) throw new NoValue();
    // `b'…'`, `r"…"`, `u'…'`.
    if (/^[rbuf]{1,2}$/i.test(name) && /["']/.test(text[this.#at] ?? '')) return this.#string();
    if (text[this.#at] === '(') return this.#call(name, from, depth);
    if (text[this.#at] === '<' && depth === 0) throw new NoValue();
    // The beginning of a word that the cut took the rest of.
    if (this.#at >= text.length && depth > 0) {
      this.#unended = true;
      return null;
    }
    throw new NoValue();
  }

  /** A call that stands for its first argument; another one for its own text. */
  #call(name: string, from: number, depth: number): Loose {
    if (!WRAPPER.test(name)) {
      const fields = this.#fields(depth);
      if (fields) return fields;
      if (depth === 0) throw new NoValue();
      this.#skipCall();
      return this.#text.slice(from, Math.min(this.#at, from + 200));
    }
    this.#at++;
    this.#space();
    if (this.#text[this.#at] === ')') {
      this.#at++;
      return { kind: 'list', items: [] };
    }
    let value = this.#value(depth + 1);
    this.#space(true);
    // `defaultdict(<class 'list'>, {…})` is left as text by failing before this.
    const rest = this.#rest();
    if (SCALAR_TYPE.test(name) && typeof value === 'string') value = Number(value);
    if (name.endsWith('Decimal') && typeof value === 'string') value = Number(value);
    if (!ARRAY_WRAPPER.test(name)) return value;
    const shape = /\b(?:shape|size)\s*=\s*(?:torch\.Size\()?[([]([\d,\s]*)[)\]]/.exec(rest)?.[1];
    return {
      kind: 'array',
      value,
      dtype: /\bdtype\s*=\s*['"<]?([\w.]+)/.exec(rest)?.[1] ?? '',
      device: /\bdevice\s*=\s*['"]?([\w:.]+)/.exec(rest)?.[1] ?? '',
      shape: shape?.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)])),
    };
  }

  /**
   * `Order(total=3.2, state='open')`, as dataclasses, named tuples and pydantic print themselves. Undefined for other calls,
   * of which nothing is read.
   */
  #fields(depth: number): LooseObject | undefined {
    const [at, left, elided, unended] = [this.#at, this.#left, this.#elided, this.#unended];
    try {
      this.#at++;
      const entries = new Map<string, Loose>();
      for (;;) {
        this.#space(true);
        if (this.#at >= this.#text.length) this.#unended = true;
        if (this.#at >= this.#text.length || this.#left <= 0) break;
        if (this.#text[this.#at] === ')') {
          this.#at++;
          break;
        }
        if (this.#ellipsis()) continue;
        KEYWORD.lastIndex = this.#at;
        const keyword = KEYWORD.exec(this.#text);
        if (keyword === null) throw new NoValue();
        this.#at += keyword[0].length;
        const value = this.#value(depth + 1);
        if (value === null && this.#at >= this.#text.length && this.#isCut()) break;
        entries.set(keyword[1] ?? '', value);
      }
      if (entries.size > 0) return { kind: 'object', entries };
    } catch (error) {
      if (!(error instanceof NoValue)) throw error;
    }
    [this.#at, this.#left, this.#elided, this.#unended] = [at, left, elided, unended];
    return undefined;
  }

  /** What stands behind the value within a call, to its closing bracket; short in whatever a printer writes. */
  #rest(): string {
    const from = this.#at;
    this.#skipToClose();
    return this.#text.slice(from, Math.min(this.#at, from + 400));
  }

  #skipCall(): void {
    this.#at++;
    this.#skipToClose();
  }

  /** Behind the bracket that closes the present level. */
  #skipToClose(): void {
    let level = 1;
    for (; this.#at < this.#text.length; this.#at++) {
      const c = this.#text[this.#at];
      if (c === '"' || c === "'") {
        this.#string();
        this.#at--;
      } else if (c === '(' || c === '[' || c === '{') level++;
      else if (c === ')' || c === ']' || c === '}') {
        if (--level === 0) {
          this.#at++;
          return;
        }
      }
    }
    if (this.#left > 0) this.#unended = true;
  }
}

/** Whether a value is an object of names and values. */
export function isObject(value: Loose | undefined): value is LooseObject {
  return typeof value === 'object' && value?.kind === 'object';
}

/** A text; empty for everything else. */
export function textOf(value: Loose | undefined): string {
  return typeof value === 'string' ? value : '';
}
