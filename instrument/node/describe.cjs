'use strict';
const { EventEmitter } = require('node:events');
const { types } = require('node:util');
const { numberList, tensor, typedLength } = require('./tensors.cjs');

/**
 * Values of a program as JSON text, bounded: what went into a call and what came out, in the form of instrument/python's
 * describe.py. Runs no code of the program: neither getters, proxies, `toJSON` nor iterators of its own.
 */

const MOST_DEPTH = 6;
const MOST_ITEMS = 100;
const MOST_STRING = 64 * 1024;
const MOST_TEXT = 256 * 1024;
const MOST_REPR = 200;
const MOST_VALUES = 5_000;
/** Numbers of arrays written in one text; then each is short. */
const ALL_NUMBERS = 8_192;

const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
const mapEntries = Map.prototype.entries;
const setValues = Set.prototype.values;
const mapSize = getOwnPropertyDescriptor(Map.prototype, 'size').get;
const setSize = getOwnPropertyDescriptor(Set.prototype, 'size').get;
const bufferSize = getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength').get;
const { toISOString, getTime } = Date.prototype;
const sourceOf = getOwnPropertyDescriptor(RegExp.prototype, 'source').get;
const hrefOf = getOwnPropertyDescriptor(URL.prototype, 'href')?.get;

/** JSON text of a value, at most 256 KiB of UTF-8. Never throws. */
exports.text = (value) => whole((writer) => writer.value(value, 0));

/** JSON text of an object of names and values, side by side. Never throws. */
exports.fields = (names, values) =>
  whole((writer) => {
    const found = Object.create(null);
    for (const [at, name] of names.entries()) {
      if (!writer.hasRoom(at)) {
        found.$cut = names.length - at;
        break;
      }
      found[name] = writer.value(values[at], 1);
    }
    return found;
  });

/** JSON text of a list of which `more` further items were left out. Never throws. */
exports.sequence = (values, more) => whole((writer) => writer.items(values, values.length + more, 0));

function whole(write) {
  for (const most of [MOST_TEXT - 4_096, MOST_TEXT / 8]) {
    try {
      const found = JSON.stringify(write(new Writer(most)));
      if (Buffer.byteLength(found) <= MOST_TEXT) return found;
    } catch {
      return '{"$object":"?","repr":""}';
    }
  }
  return '{"$cut":1}';
}

const thing = (kind, shown = '', more = undefined) => ({ $object: kind, repr: shown.slice(0, MOST_REPR), ...more });

function cutText(text, most) {
  return text.length <= most ? text : `${text.slice(0, most)}…{"$cut":${text.length - most}}`;
}

/** One text being written: what may still be added to it, and the containers that are open. */
class Writer {
  #left;
  #values = MOST_VALUES;
  #numbers = { left: ALL_NUMBERS };
  #open = new Set();

  constructor(left) {
    this.#left = left;
  }

  hasRoom(items) {
    return items < MOST_ITEMS && this.#left > 0 && this.#values > 0;
  }

  value(value, depth) {
    this.#values--;
    switch (typeof value) {
      case 'string': {
        const text = cutText(value, Math.max(0, Math.min(MOST_STRING, this.#left - 64)));
        this.#left -= Buffer.byteLength(text) + 2;
        return text;
      }
      case 'number':
        this.#left -= 12;
        return Number.isFinite(value) ? value : String(value);
      case 'boolean':
        this.#left -= 5;
        return value;
      case 'bigint':
        this.#left -= 32;
        // Its digits take long to write when there are many.
        return Number.isSafeInteger(Number(value)) ? Number(value) : thing('bigint', smallBigint(value));
      case 'symbol':
        this.#left -= 32;
        return thing('symbol', value.description ?? '');
      case 'undefined':
        this.#left -= 4;
        return null;
      case 'function':
        this.#left -= 64;
        return types.isProxy(value) ? thing('Proxy') : thing('function', nameOf(value));
      default:
        if (value === null) {
          this.#left -= 4;
          return null;
        }
        this.#left -= 2;
        try {
          return this.#object(value, depth);
        } catch {
          return thing('?');
        }
    }
  }

  items(values, size, depth) {
    const found = [];
    for (const value of values) {
      if (!this.hasRoom(found.length)) break;
      found.push(this.value(value, depth + 1));
      this.#left -= 1;
    }
    if (found.length < size) found.push({ $cut: size - found.length });
    return found;
  }

  #object(value, depth) {
    if (types.isProxy(value)) return thing('Proxy');
    if (types.isTypedArray(value)) return this.#typed(value, undefined, undefined);
    const known = knownThing(value);
    if (known !== undefined) {
      this.#left -= 64 + known.repr.length;
      return known;
    }
    if (this.#open.has(value)) return thing(typeOf(value), '…');
    this.#open.add(value);
    try {
      if (Array.isArray(value)) return this.#array(value, depth);
      if (types.isMap(value)) {
        const size = mapSize.call(value);
        return this.#tooDeep(depth, size) ?? this.#members(mapEntries.call(value), size, depth);
      }
      if (types.isSet(value)) {
        const size = setSize.call(value);
        return this.#tooDeep(depth, size) ?? this.items(setValues.call(value), size, depth);
      }
      return this.#fields(value, depth);
    } finally {
      this.#open.delete(value);
    }
  }

  #tooDeep(depth, size) {
    return depth >= MOST_DEPTH && size > 0 ? { $cut: size } : undefined;
  }

  #typed(value, shape, dtype) {
    const size = typedLength(value);
    if (Buffer.isBuffer(value) && shape === undefined) {
      this.#left -= 200;
      const head = Buffer.from(value.buffer, value.byteOffset, Math.min(48, size)).toString('hex');
      return thing('Buffer', size > 48 ? `${head}…` : head, { size });
    }
    const found = tensor(value, shape, this.#numbers, dtype);
    this.#left -= 200 + 12 * found.$tensor.data.length;
    return found;
  }

  #array(value, depth) {
    const size = value.length;
    if (size > MOST_ITEMS) {
      const found = numberList(value, size, this.#numbers);
      if (found !== undefined) {
        this.#left -= 200 + 12 * found.$tensor.data.length;
        return found;
      }
    }
    if (size > 1) {
      const found = this.#table(value, size);
      if (found !== undefined) return found;
    }
    return this.#tooDeep(depth, size) ?? this.items(firstOf(value, MOST_ITEMS), size, depth);
  }

  /**
   * A list of objects of the same few keys and plain values, numbers among them, is a table; not with texts under names that
   * are masked: masking goes by the name before a value, which cells have not.
   */
  #table(value, size) {
    const rows = firstOf(value, MOST_ITEMS);
    if (!isPlain(rows[0])) return undefined;
    const columns = Object.keys(rows[0]);
    if (columns.length === 0 || columns.length > MOST_ITEMS) return undefined;
    const cells = [];
    let numbers = false;
    for (const row of rows) {
      if (!isPlain(row)) return undefined;
      const keys = Object.keys(row);
      if (keys.length !== columns.length || keys.some((key, at) => key !== columns[at])) return undefined;
      const written = [];
      for (const key of keys) {
        const cell = getOwnPropertyDescriptor(row, key).value;
        numbers ||= typeof cell === 'number';
        if (typeof cell === 'string' && SECRET.test(key)) return undefined;
        if (
          typeof cell === 'string'
            ? cell.length > MOST_REPR
            : cell !== null && !/^(?:number|boolean)$/.test(typeof cell)
        )
          return undefined;
        written.push(this.value(cell, MOST_DEPTH));
      }
      if (this.#left > 0) cells.push(written);
    }
    return numbers ? { $table: { columns, rows: cells, row_count: size } } : undefined;
  }

  #fields(value, depth) {
    const array = tensorOf(value);
    if (array !== undefined) return this.#typed(array.data, array.dims, array.type);
    const keys = Object.keys(value);
    const kind = typeOf(value);
    // Nothing to see, e.g. of a class that keeps all of it private.
    if (keys.length === 0 && kind !== 'Object') return thing(kind);
    const pairs = keys.slice(0, MOST_ITEMS + 1).map((key) => [key, ownValue(value, key)]);
    return this.#tooDeep(depth, keys.length) ?? this.#members(pairs, keys.length, depth);
  }

  #members(pairs, size, depth) {
    const found = Object.create(null);
    let count = 0;
    for (const [key, value] of pairs) {
      if (!this.hasRoom(count)) break;
      const name = cutText(keyText(key), MOST_REPR);
      this.#left -= name.length + 4;
      found[name] = value === GETTER ? thing('getter') : this.value(value, depth + 1);
      count++;
    }
    if (count < size) found.$cut = size - count;
    return found;
  }
}

const GETTER = Symbol('getter');
const SECRET =
  /(?:pass(?:word|wd|phrase|code)?|pwd|secret|credential|cookie|authorization|token|jwt|(?:api|access|private|auth)[^a-z]?key)s?$/i;

function ownValue(value, key) {
  const property = getOwnPropertyDescriptor(value, key);
  return property === undefined || 'value' in property ? property?.value : GETTER;
}

function firstOf(array, most) {
  return Array.from({ length: Math.min(array.length, most) }, (_, at) => {
    const value = ownValue(array, at);
    return value === GETTER ? undefined : value;
  });
}

function smallBigint(value) {
  return value < 2n ** 1024n && value > -(2n ** 1024n) ? value.toString() : 'of more than 1024 bits';
}

function keyText(key) {
  if (typeof key === 'string') return key;
  return typeof key === 'object' && key !== null ? typeOf(key) : String(key);
}

function isPlain(value) {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false;
  const prototype = getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** What has no JSON form, or too much of it: dates, errors, streams, requests, buffers. */
function knownThing(value) {
  if (types.isDate(value))
    return thing('Date', Number.isNaN(getTime.call(value)) ? 'Invalid Date' : toISOString.call(value));
  if (types.isRegExp(value)) return thing('RegExp', sourceOf.call(value));
  if (types.isNativeError(value)) {
    const message = ownValue(value, 'message');
    return thing(typeOf(value), typeof message === 'string' ? message : '');
  }
  if (types.isAnyArrayBuffer(value))
    return thing('ArrayBuffer', '', types.isArrayBuffer(value) ? { size: bufferSize.call(value) } : undefined);
  if (types.isPromise(value) || types.isWeakMap(value) || types.isWeakSet(value) || types.isExternal(value))
    return thing(typeOf(value));
  if (types.isBoxedPrimitive(value) || types.isGeneratorObject(value) || types.isDataView(value))
    return thing(typeOf(value));
  if (hrefOf !== undefined && getPrototypeOf(value) === URL.prototype) return thing('URL', hrefOf.call(value));
  for (let at = value, depth = 0; at !== null && depth < 12; at = getPrototypeOf(at), depth++) {
    // What may run code when it is asked.
    if (types.isProxy(at)) return thing('Object');
    if (at === EventEmitter.prototype || at === EventTarget.prototype) {
      const [method, url] = [ownValue(value, 'method'), ownValue(value, 'url')];
      return thing(typeOf(value), typeof method === 'string' && typeof url === 'string' ? `${method} ${url}` : '');
    }
  }
  return undefined;
}

/** A tensor of onnxruntime or transformers.js: numbers with a shape of as many. */
function tensorOf(value) {
  const dims = ownValue(value, 'dims');
  if (!Array.isArray(dims) || types.isProxy(dims) || dims.length > 32) return undefined;
  let data = ownValue(value, 'cpuData');
  if (!types.isTypedArray(data)) data = ownValue(value, 'data');
  if (!types.isTypedArray(data)) return undefined;
  let size = 1;
  for (const length of dims) {
    if (!Number.isSafeInteger(length) || length < 0) return undefined;
    size *= length;
  }
  if (size !== typedLength(data)) return undefined;
  const type = ownValue(value, 'type');
  return { data, dims: [...dims], type: typeof type === 'string' ? type : undefined };
}

/** The name of the class that made an object, as far as it can be told without asking it. */
function typeOf(value) {
  for (let at = value, depth = 0; at !== null && depth < 12; at = getPrototypeOf(at), depth++) {
    if (types.isProxy(at)) break;
    const made = ownValue(at, 'constructor');
    if (typeof made === 'function' && !types.isProxy(made)) return nameOf(made) || 'Object';
  }
  return 'Object';
}

function nameOf(made) {
  const name = ownValue(made, 'name');
  return typeof name === 'string' ? name : '';
}
//# sourceURL=node:internal/spanline/describe
