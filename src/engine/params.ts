import { parseSpanId, parseTraceId, type SpanId, type TraceId } from '../core/model/ids.ts';
import type { SpanRef } from '../core/model/span.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { RowId } from '../protocol/rowApi.ts';

/** Longest text a parameter may have; pasted log lines are the longest there are. */
const MAX_TEXT = 64 * 1024;

/** Reads the parameters of one request field by field; whatever has not the agreed shape throws `invalid`. */
export class Params {
  readonly #method: string;
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(method: string, params: unknown) {
    this.#method = method;
    if (typeof params !== 'object' || params === null || Array.isArray(params))
      throw this.#invalid('an object', params);
    this.#fields = params as Readonly<Record<string, unknown>>;
  }

  /** Whether a parameter that may be left out was given. */
  has(key: string): boolean {
    return this.#fields[key] !== undefined;
  }

  /** A whole number in `[min, max]`. */
  integer(key: string, min: number, max: number): number {
    const value = this.#fields[key];
    if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
      throw this.#invalid(`${key}: a whole number from ${min} to ${max}`, value);
    }
    return value as number;
  }

  /** A number that is not infinite. */
  number(key: string): number {
    const value = this.#fields[key];
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.#invalid(`${key}: a number`, value);
    return value;
  }

  isNull(key: string): boolean {
    return this.#fields[key] === null;
  }

  boolean(key: string): boolean {
    const value = this.#fields[key];
    if (typeof value !== 'boolean') throw this.#invalid(`${key}: true or false`, value);
    return value;
  }

  text(key: string): string {
    const value = this.#fields[key];
    if (typeof value !== 'string' || value.length > MAX_TEXT) {
      throw this.#invalid(`${key}: text of at most ${MAX_TEXT} characters`, value);
    }
    return value;
  }

  isList(key: string): boolean {
    return Array.isArray(this.#fields[key]);
  }

  /** A list of at most `max` texts. */
  texts(key: string, max: number): readonly string[] {
    const value = this.#fields[key];
    if (!Array.isArray(value) || value.length > max || value.some((item) => typeof item !== 'string')) {
      throw this.#invalid(`${key}: a list of at most ${max} texts`, value);
    }
    return value as readonly string[];
  }

  /** A list of at most `max` objects, each to be read in its turn. */
  list(key: string, max: number): readonly Params[] {
    const value = this.#fields[key];
    if (!Array.isArray(value) || value.length > max) throw this.#invalid(`${key}: a list of at most ${max}`, value);
    return value.map((item: unknown) => new Params(this.#method, item));
  }

  /** A list of at most `max` whole numbers from 0 to `most`. */
  integers(key: string, max: number, most: number): readonly number[] {
    const value = this.#fields[key];
    const isFine = (item: unknown): boolean =>
      Number.isSafeInteger(item) && (item as number) >= 0 && (item as number) <= most;
    if (!Array.isArray(value) || value.length > max || !value.every(isFine)) {
      throw this.#invalid(`${key}: a list of at most ${max} whole numbers`, value);
    }
    return value as readonly number[];
  }

  oneOf<T extends string>(key: string, allowed: readonly T[]): T {
    const value = this.#fields[key];
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw this.#invalid(`${key}: one of ${allowed.join(', ')}`, value);
    return found;
  }

  traceId(key: string): TraceId {
    const value = this.#fields[key];
    const id = typeof value === 'string' ? parseTraceId(value) : undefined;
    if (id === undefined) throw this.#invalid(`${key}: a trace id of 32 hex digits`, value);
    return id;
  }

  traceIdOrEmpty(key: string): TraceId | '' {
    return this.#fields[key] === '' ? '' : this.traceId(key);
  }

  /** A list of at most `max` trace ids. */
  traceIds(key: string, max: number): readonly TraceId[] {
    return this.texts(key, max).map((text) => {
      const id = parseTraceId(text);
      if (id === undefined) throw this.#invalid(`${key}: trace ids of 32 hex digits`, text);
      return id;
    });
  }

  /** Bytes in memory of their own. */
  bytes(key: string): Uint8Array<ArrayBuffer> {
    const value = this.#fields[key];
    if (!(value instanceof Uint8Array)) throw this.#invalid(`${key}: bytes`, value);
    return new Uint8Array(value);
  }

  /** An object, to be read in its turn. */
  inside(key: string): Params {
    return new Params(this.#method, this.#fields[key]);
  }

  spanId(key: string): SpanId {
    const value = this.#fields[key];
    const id = typeof value === 'string' ? parseSpanId(value) : undefined;
    if (id === undefined) throw this.#invalid(`${key}: a span id of 16 hex digits`, value);
    return id;
  }

  spanIdOrEmpty(key: string): SpanId | '' {
    return this.#fields[key] === '' ? '' : this.spanId(key);
  }

  /** A span, or a row that stands for several. */
  rowId(key: string): RowId {
    const value = this.#fields[key];
    const [kind, id] = typeof value === 'string' && value.includes(':') ? value.split(':', 2) : ['', value];
    const spanId = typeof id === 'string' ? parseSpanId(id) : undefined;
    if (spanId === undefined || !isRowKind(kind)) throw this.#invalid(`${key}: a row's id`, value);
    return kind === '' ? spanId : `${kind}:${spanId}`;
  }

  rowIdOrEmpty(key: string): RowId | '' {
    return this.#fields[key] === '' ? '' : this.rowId(key);
  }

  spanRef(): SpanRef {
    return { traceId: this.traceId('traceId'), spanId: this.spanId('spanId') };
  }

  #invalid(expected: string, got: unknown): ProtocolError {
    const kind = got === null ? 'null' : Array.isArray(got) ? 'a list' : typeof got;
    return new ProtocolError('invalid', `${this.#method}: expected ${expected}, got ${kind}`);
  }
}

function isRowKind(kind: string | undefined): kind is '' | 'alike' | 'messages' | 'missing' {
  return kind === '' || kind === 'alike' || kind === 'messages' || kind === 'missing';
}
