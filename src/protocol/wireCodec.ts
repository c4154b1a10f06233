/**
 * Messages of the protocol as bytes, for transports that know nothing of typed arrays (ws).
 *
 * Layout, little-endian: `u32` length of the header, the header as JSON in UTF-8, padding to a multiple of 8, then the
 * arrays' bytes one after the other, each padded to a multiple of 8. The header is `[value, parts]`; a part
 * `[path, kind, length]` puts an array of `length` elements, or a number that JSON has no word for, at `path` of the
 * value, where a 0 keeps its place. Parts stand beside the value, not in it: no text of a span can pass for one.
 */

type Path = readonly (string | number)[];
type Part = readonly [path: Path, kind: string, length: number];

const ARRAYS = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;
type ArrayKind = keyof typeof ARRAYS;
type Columns = InstanceType<(typeof ARRAYS)[ArrayKind]>;

const NUMBERS: Readonly<Record<string, number>> = { nan: NaN, inf: Infinity, ninf: -Infinity, n0: -0 };

const KIND_OF = new Map<unknown, ArrayKind>(
  Object.entries(ARRAYS).map(([kind, constructor]) => [constructor, kind as ArrayKind]),
);
/** Of nested values; deeper ones are refused, so that nobody can make this end the stack. */
const MAX_DEPTH = 200;

/** Bytes that are no message: torn, of another version, or made up. */
export class WireFormatError extends Error {
  override readonly name = 'WireFormatError';
}

/**
 * A message as bytes of its own. Throws {@link WireFormatError} on what may not travel: bigint, functions, Map, Set and
 * other classes, nesting beyond {@link MAX_DEPTH}. `undefined` is left out, as JSON does.
 */
export function encodeMessage(message: unknown): Uint8Array {
  const parts: Part[] = [];
  const arrays: Columns[] = [];
  const value = setAside(message, [], parts, arrays);
  const header = new TextEncoder().encode(JSON.stringify([value, parts]));
  let size = padded(4 + header.length);
  for (const array of arrays) size += padded(array.byteLength);
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(header, 4);
  let at = padded(4 + header.length);
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += padded(array.byteLength);
  }
  return bytes;
}

/** The message in these bytes; each typed array has a buffer of its own. Throws {@link WireFormatError}, nothing else. */
export function decodeMessage(bytes: Uint8Array): unknown {
  const [value, parts, bodyAt] = header(bytes);
  const root: unknown[] = [value];
  let at = bodyAt;
  for (const part of parts) {
    const [path, kind, length] = checkedPart(part);
    if (Object.hasOwn(NUMBERS, kind)) {
      place(root, path, NUMBERS[kind]);
      continue;
    }
    if (!Object.hasOwn(ARRAYS, kind)) throw new WireFormatError(`unknown kind ${kind}`);
    const constructor = ARRAYS[kind as ArrayKind];
    const byteLength = length * constructor.BYTES_PER_ELEMENT;
    if (at + byteLength > bytes.length) throw new WireFormatError('an array ends beyond the message');
    // Not slice(): that of Node's Buffer is a view of the pool.
    const own = new Uint8Array(byteLength);
    own.set(bytes.subarray(at, at + byteLength));
    place(root, path, new constructor(own.buffer));
    at += padded(byteLength);
  }
  if (at !== bytes.length) throw new WireFormatError('the message has bytes that belong to nothing');
  return root[0];
}

function padded(length: number): number {
  return (length + 7) & ~7;
}

/** The value without what JSON cannot say, which goes to `parts`; parts of the value that need no change are shared. */
function setAside(value: unknown, path: Path, parts: Part[], arrays: Columns[]): unknown {
  switch (typeof value) {
    case 'number': {
      const kind = numberKind(value);
      if (kind === undefined) return value;
      parts.push([path, kind, 0]);
      return 0;
    }
    case 'object':
      break;
    case 'bigint':
    case 'function':
    case 'symbol':
      throw new WireFormatError(`a ${typeof value} cannot travel`);
    default:
      return value;
  }
  if (value === null) return value;
  if (path.length > MAX_DEPTH) throw new WireFormatError('nested too deeply');
  if (Array.isArray(value)) return eachSetAside(value, value.keys(), path, parts, arrays);
  const kind = KIND_OF.get(value.constructor);
  if (kind !== undefined && ArrayBuffer.isView(value)) {
    const array = value as Columns;
    parts.push([path, kind, array.length]);
    arrays.push(array);
    return 0;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new WireFormatError('only plain objects travel');
  return eachSetAside(value as Record<string, unknown>, Object.keys(value), path, parts, arrays);
}

function eachSetAside<K extends string | number, T extends Record<K, unknown> | unknown[]>(
  holder: T,
  keys: Iterable<K>,
  path: Path,
  parts: Part[],
  arrays: Columns[],
): T {
  let copy: T | undefined;
  for (const key of keys) {
    const item = (holder as Record<K, unknown>)[key];
    // Most of a message is text and plain numbers: no path is made for those.
    if (typeof item === 'string' || typeof item === 'boolean' || item === null || item === undefined) continue;
    if (typeof item === 'number' && numberKind(item) === undefined) continue;
    const plain = setAside(item, [...path, key], parts, arrays);
    if (plain === item) continue;
    copy ??= copyOf(holder);
    Object.defineProperty(copy, key, { value: plain, enumerable: true, configurable: true, writable: true });
  }
  return copy ?? holder;
}

function copyOf<T extends object>(holder: T): T {
  // Spread, not Object.assign: an attribute named __proto__ stays a key.
  const copy: unknown = Array.isArray(holder)
    ? Array.from<unknown>(holder)
    : { ...(holder as Record<string, unknown>) };
  return copy as T;
}

function numberKind(value: number): string | undefined {
  if (Number.isNaN(value)) return 'nan';
  if (value === Infinity) return 'inf';
  if (value === -Infinity) return 'ninf';
  return Object.is(value, -0) ? 'n0' : undefined;
}

function header(bytes: Uint8Array): readonly [value: unknown, parts: readonly unknown[], bodyAt: number] {
  if (bytes.length < 4) throw new WireFormatError('too short');
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  const bodyAt = Math.ceil((4 + length) / 8) * 8;
  if (bodyAt > bytes.length) throw new WireFormatError('the header ends beyond the message');
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(4, 4 + length)));
  } catch {
    throw new WireFormatError('the header is no JSON');
  }
  if (!Array.isArray(parsed) || parsed.length !== 2 || !Array.isArray(parsed[1])) {
    throw new WireFormatError('the header is no pair of value and parts');
  }
  return [parsed[0], parsed[1], bodyAt];
}

function checkedPart(part: unknown): Part {
  if (!Array.isArray(part) || part.length !== 3) throw new WireFormatError('a part is no triple');
  const [path, kind, length] = part as readonly unknown[];
  if (!Array.isArray(path) || path.length > MAX_DEPTH || typeof kind !== 'string') {
    throw new WireFormatError('a part has no path or kind');
  }
  if (!Number.isSafeInteger(length) || (length as number) < 0 || (length as number) > 2 ** 31) {
    throw new WireFormatError('a part has no length');
  }
  return [path as Path, kind, length as number];
}

/** Sets what is at `path` below `root[0]`, which must exist, be its holder's own and be the 0 that keeps the place. */
function place(root: unknown[], path: Path, value: unknown): void {
  let holder: object = root;
  let key: string | number = 0;
  for (const next of path) {
    const inner: unknown = (holder as Record<string | number, unknown>)[key];
    if (typeof inner !== 'object' || inner === null || ArrayBuffer.isView(inner)) {
      throw new WireFormatError('a part names no place');
    }
    const fits = Array.isArray(inner) ? Number.isSafeInteger(next) && (next as number) >= 0 : typeof next === 'string';
    if (!fits || !Object.hasOwn(inner, next)) throw new WireFormatError('a part names no place');
    holder = inner;
    key = next;
  }
  const property = Object.getOwnPropertyDescriptor(holder, key);
  if (property?.value !== 0) throw new WireFormatError('a part names a place that is not kept for it');
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}
