import type { AttributeValue } from '../model/attributes.ts';
import { decodeText, parseJson, type WholeValue } from '../inference/valueDecoder.ts';
import { matchScalar, matchStructure, matchText, type ValueMatch } from './matchValue.ts';
import type { SoughtValue } from './soughtValue.ts';

/** A place inside a value, and what matched there. */
export interface DecodedPlace {
  /** `[3].parts[0].response.hits[0].payload › bank.iban`; `›` where a text held a structure. Empty for the value itself. */
  readonly path: string;
  /** The first index of the path, of a list of messages which one; -1 when it is none. */
  readonly index: number;
  readonly match: ValueMatch;
}

/** Structures in texts in structures that are opened. */
const MOST_LEVELS = 6;
const MOST_DEPTH = 128;
/** Places of one value that are told. */
const MOST_PLACES = 64;
const PATH_CHARS = 200;
const STRUCTURE = /^\s*(?:[[{("]|[A-Za-z_][\w.]{0,60}\()/;
/** Longer texts are not read as structures here: as texts they are searched whole. */
const MAX_DECODED = 8 * 1024 * 1024;

/** The places of a value that have what is sought, in the order in which they stand; at most 64. */
export function placesIn(value: AttributeValue, whole: WholeValue, sought: SoughtValue): readonly DecodedPlace[] {
  const walk = new Walk(whole, sought);
  walk.attribute(value, '', -1, 0);
  return walk.places;
}

class Walk {
  readonly places: DecodedPlace[] = [];
  readonly #whole: WholeValue;
  readonly #sought: SoughtValue;

  constructor(whole: WholeValue, sought: SoughtValue) {
    this.#whole = whole;
    this.#sought = sought;
  }

  attribute(value: AttributeValue, path: string, index: number, depth: number): void {
    if (this.places.length >= MOST_PLACES || depth > MOST_DEPTH) return;
    switch (value.type) {
      case 'string': {
        const full = value.cut === undefined ? value : (this.#whole(value.cut.ref) ?? value);
        this.#text(full.type === 'string' ? full.value : value.value, path, index, 0);
        return;
      }
      case 'int':
        this.#number(value.value, path, index);
        return;
      case 'double':
      case 'bool':
        if (typeof value.value === 'string') this.#add(matchText(this.#sought, value.value), path, index);
        else this.#add(matchScalar(this.#sought, value.value), path, index);
        return;
      case 'array':
        value.values.forEach((one, at) => {
          this.attribute(one, `${path}[${at}]`, index < 0 && path === '' ? at : index, depth + 1);
        });
        return;
      case 'kvlist':
        for (const { key, value: inner } of value.entries) this.attribute(inner, joined(path, key), index, depth + 1);
        return;
      case 'bytes':
      case 'empty':
        return;
    }
  }

  #text(text: string, path: string, index: number, level: number): void {
    if (this.places.length >= MOST_PLACES) return;
    const parsed =
      level < MOST_LEVELS && text.length <= MAX_DECODED && STRUCTURE.test(text) ? structureIn(text) : undefined;
    if (parsed !== undefined) this.#json(parsed, path === '' ? '' : `${path} › `, index, level + 1, 0);
    else this.#add(matchText(this.#sought, text), path, index);
  }

  #number(digits: string, path: string, index: number): void {
    const number = Number(digits);
    const found = Number.isSafeInteger(number)
      ? matchScalar(this.#sought, number, digits)
      : matchText(this.#sought, digits);
    this.#add(found, path, index);
  }

  #json(value: unknown, path: string, index: number, level: number, depth: number): void {
    if (this.places.length >= MOST_PLACES || depth > MOST_DEPTH) return;
    if (value instanceof LongNumber) {
      this.#add(matchText(this.#sought, value.digits), path, index);
    } else if (typeof value === 'string') {
      this.#text(value, path, index, level);
    } else if (typeof value === 'number' || typeof value === 'boolean') {
      this.#add(matchScalar(this.#sought, value), path, index);
    } else if (typeof value === 'object' && value !== null) {
      const found = matchStructure(this.#sought, value);
      if (found) {
        this.#add(found, path, index);
      } else if (Array.isArray(value)) {
        value.forEach((one: unknown, at) => {
          this.#json(one, `${path}[${at}]`, index < 0 && path === '' ? at : index, level, depth + 1);
        });
      } else {
        for (const [key, inner] of Object.entries(value)) this.#json(inner, joined(path, key), index, level, depth + 1);
      }
    }
  }

  #add(match: ValueMatch | undefined, path: string, index: number): void {
    if (!match) return;
    const trimmed = path.replace(/ › $/, '');
    const shown = trimmed.length > PATH_CHARS ? `…${trimmed.slice(trimmed.length - PATH_CHARS)}` : trimmed;
    this.places.push({ path: shown, index, match });
  }
}

/** A number that JSON.parse would round. */
class LongNumber {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }
}

type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;

const keepDigits: Reviver = (_key, value, context) =>
  typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
    ? new LongNumber(context?.source ?? String(value))
    : value;

function structureIn(text: string): unknown {
  const { json } = decodeText(text);
  if (json === undefined) {
    const { text: inner, form } = /^\s*"/.test(text) ? decodeText(text) : { text, form: 'text' as const };
    // A text in quotes is what stands in them.
    return form === 'json' && inner !== text ? inner : undefined;
  }
  if (!/\d{16}/.test(json)) return parseJson(json);
  try {
    return JSON.parse(json, keepDigits) as unknown;
  } catch {
    return undefined;
  }
}

function joined(path: string, key: string): string {
  if (!/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(key)) return `${path}[${JSON.stringify(key.slice(0, 60))}]`;
  return path === '' || path.endsWith(' › ') ? path + key : `${path}.${key}`;
}
