import type { Steps } from '../statistics/steps.ts';

/** UTF-16 units passed over between two yields. */
const STEP_UNITS = 256 * 1024;
/** Members between two remembered places. */
const STRIDE = 64;
/** A key is unquoted up to here; nobody reads on. */
const KEY_UNITS = 4096;

/** A member of a JSON structure: `text.slice(start, end)` is its value. */
export interface JsonMember {
  /** Of an object's member. */
  readonly key: string | undefined;
  readonly start: number;
  readonly end: number;
}

interface Found {
  readonly member: JsonMember;
  /** Where the next one begins. */
  readonly next: number;
  readonly last: boolean;
}

/**
 * Members of one JSON structure inside a text of any size, without parsing it: found from its start on, in steps, and
 * remembered sparsely. Keys keep their order and are listed as often as they stand there. Throws `SyntaxError` where a
 * text is no JSON.
 */
export class JsonMembers {
  readonly #text: string;
  readonly #isObject: boolean;
  /** Where every {@link STRIDE}th member begins, its key included. */
  readonly #places: number[] = [];
  #at: number;
  #counted = 0;
  #complete: boolean;

  constructor(text: string, start: number) {
    this.#text = text;
    const open = text[start];
    if (open !== '{' && open !== '[') throw new SyntaxError('no structure begins here');
    this.#isObject = open === '{';
    this.#at = skipSpace(text, start + 1);
    this.#complete = this.#isEnd(this.#at);
  }

  /** Members found so far; all of them once {@link complete}. */
  get counted(): number {
    return this.#counted;
  }

  get complete(): boolean {
    return this.#complete;
  }

  /** Finds members until `wanted` are known or none is left. */
  *find(wanted: number): Steps<void> {
    let since = this.#at;
    while (!this.#complete && this.#counted < wanted) {
      if (this.#counted % STRIDE === 0) this.#places.push(this.#at);
      const { next, last } = yield* this.#memberAt(this.#at);
      this.#counted++;
      this.#at = next;
      this.#complete = last;
      if (next - since > STEP_UNITS) {
        since = next;
        yield;
      }
    }
  }

  /** Members of those found. */
  *read(from: number, count: number): Steps<readonly JsonMember[]> {
    const members: JsonMember[] = [];
    const end = Math.min(from + count, this.#counted);
    let index = Math.floor(from / STRIDE) * STRIDE;
    let at = this.#places[index / STRIDE] ?? 0;
    for (; index < end; index++) {
      const { member, next } = yield* this.#memberAt(at);
      if (index >= from) members.push(member);
      at = next;
    }
    return members;
  }

  *#memberAt(start: number): Steps<Found> {
    const text = this.#text;
    let at = start;
    let key: string | undefined;
    if (this.#isObject) {
      const end = stringEnd(text, at);
      key = readJsonString(text, at, end, KEY_UNITS).text;
      at = skipSpace(text, end);
      if (text[at] !== ':') throw new SyntaxError('a colon is missing');
      at = skipSpace(text, at + 1);
    }
    const end = yield* valueEnd(text, at);
    const member = { key, start: at, end };
    const after = skipSpace(text, end);
    if (text[after] === ',') return { member, next: skipSpace(text, after + 1), last: false };
    if (!this.#isEnd(after)) throw new SyntaxError('a structure does not end');
    return { member, next: after, last: true };
  }

  #isEnd(at: number): boolean {
    return this.#text[at] === (this.#isObject ? '}' : ']');
  }
}

/** Content of the JSON string at `[start, end)`, its first `most` units; `cut` when there is more. */
export function readJsonString(
  text: string,
  start: number,
  end: number,
  most: number,
): { readonly text: string; readonly cut: boolean } {
  const inner = text.slice(start + 1, end - 1);
  if (inner.length <= most) return { text: parsedString(inner), cut: false };
  let to = most;
  // An escape is six units at most: the cut is made before one that would be split.
  for (let at = to - 1; at >= Math.max(0, most - 5); at--) {
    if (inner.charCodeAt(at) !== 0x5c || trailingSlashes(inner, at) % 2 === 1) continue;
    if (at + (inner[at + 1] === 'u' ? 6 : 2) > to) to = at;
  }
  const last = inner.charCodeAt(to - 1);
  if (last >= 0xd800 && last <= 0xdbff) to--;
  return { text: parsedString(inner.slice(0, to)), cut: true };
}

/** Backslashes right before a place. */
function trailingSlashes(text: string, place: number): number {
  let at = place;
  while (at > 0 && text.charCodeAt(at - 1) === 0x5c) at--;
  return place - at;
}

function parsedString(inner: string): string {
  if (!inner.includes('\\')) return inner;
  try {
    return JSON.parse(`"${inner}"`) as string;
  } catch {
    return inner;
  }
}

/** Where the first value of a text begins. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) break;
    at++;
  }
  return at;
}

/** Past the string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  if (text.charCodeAt(start) !== 0x22) throw new SyntaxError('a string is missing');
  let at = start;
  do {
    at = text.indexOf('"', at + 1);
    if (at < 0) throw new SyntaxError('a string does not end');
  } while (trailingSlashes(text, at) % 2 === 1);
  return at + 1;
}

/** Past the value that begins at `start`; structures are passed over by their brackets. */
function* valueEnd(text: string, start: number): Steps<number> {
  const first = text[start];
  if (first === '"') return stringEnd(text, start);
  if (first !== '{' && first !== '[') {
    let at = start;
    while (at < text.length && !/[,\]}\s]/.test(text[at] ?? '')) at++;
    if (at === start) throw new SyntaxError('a value is missing');
    return at;
  }
  let depth = 0;
  let since = start;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = stringEnd(text, at) - 1;
    else if (code === 0x7b || code === 0x5b) depth++;
    else if (code === 0x7d || code === 0x5d) {
      depth--;
      if (depth === 0) return at + 1;
    }
    if (at - since > STEP_UNITS) {
      since = at;
      yield;
    }
  }
  throw new SyntaxError('a structure does not end');
}
