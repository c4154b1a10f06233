import type { Attribute, AttributeValue, CutValue } from '../model/attributes.ts';
import { FieldCursor } from './fieldCursor.ts';
import { isMask } from '../redact/mask.ts';
import { base64Of, decodeUtf8, textBoundary } from './utf8.ts';

/** How much of a long string or byte value is decoded in place, and how to name the rest. */
export interface ValueLimit {
  /** Longer values are cut to this many bytes (for base64 rounded down to whole groups). */
  readonly inlineBytes: number;
  /** Reference to the payload `bytes[start .. end)` of a cut value. */
  readonly ref: (start: number, end: number, type: 'string' | 'bytes') => string;
  /** Told of every key and value as it is decoded: its text and that text's length in bytes. */
  readonly take?: (text: string, bytes: number) => void;
}

/** Decodes values whole. */
export const WHOLE: ValueLimit = { inlineBytes: Infinity, ref: () => '' };

/**
 * OTLP AnyValue at `bytes[start .. end)` of a checked body. Integers become decimal text; NaN and the infinities text;
 * bytes base64; invalid UTF-8 U+FFFD; a value without a kind, or of a kind this version does not know, `empty`.
 */
export function readAnyValue(bytes: Uint8Array, start: number, end: number, limit: ValueLimit): AttributeValue {
  const cursor = new FieldCursor(bytes, start, end);
  let value: AttributeValue = { type: 'empty' };
  // A oneof: the last field wins.
  while (cursor.next()) {
    switch (cursor.field) {
      case 1:
        value = stringValue(bytes, cursor.start, cursor.end, limit);
        break;
      case 2:
        value = { type: 'bool', value: cursor.int64() !== 0n };
        break;
      case 3:
        value = { type: 'int', value: cursor.int64().toString() };
        break;
      case 4:
        value = { type: 'double', value: readDouble(cursor) };
        break;
      case 5:
        value = { type: 'array', values: readArray(cursor.inside(), limit) };
        break;
      case 6:
        value = { type: 'kvlist', entries: readKeyValues(cursor.inside(), 1, limit) };
        break;
      case 7:
        value = bytesValue(bytes, cursor.start, cursor.end, limit);
        break;
      default:
        break;
    }
  }
  if (value.type !== 'string' && value.type !== 'bytes') limit.take?.('', 0);
  return value;
}

/** One KeyValue message; a missing value is `empty`. */
export function readKeyValue(bytes: Uint8Array, start: number, end: number, limit: ValueLimit): Attribute {
  const cursor = new FieldCursor(bytes, start, end);
  let key = '';
  let value: AttributeValue = { type: 'empty' };
  while (cursor.next()) {
    if (cursor.field === 1) {
      key = decodeUtf8(bytes, cursor.start, cursor.end);
      limit.take?.(key, cursor.end - cursor.start);
    } else if (cursor.field === 2) value = readAnyValue(bytes, cursor.start, cursor.end, limit);
  }
  return { key, value };
}

/** All KeyValues in field `field` of the cursor's message, in the sender's order. */
export function readKeyValues(cursor: FieldCursor, field: number, limit: ValueLimit): Attribute[] {
  const entries: Attribute[] = [];
  while (cursor.next()) {
    if (cursor.field === field) entries.push(readKeyValue(cursor.bytes, cursor.start, cursor.end, limit));
  }
  return entries;
}

/** A value as one line of text for labels and hints: scalars as such, strings whole, structures empty. */
export function scalarText(value: AttributeValue): string {
  switch (value.type) {
    case 'string':
    case 'int':
      return value.value;
    case 'bool':
    case 'double':
      return String(value.value);
    case 'bytes':
    case 'array':
    case 'kvlist':
    case 'empty':
      return '';
  }
}

/** The string payload of the AnyValue at `bytes[start .. end)`, at most `maxBytes` of it; undefined for other kinds. */
export function readStringValue(bytes: Uint8Array, start: number, end: number, maxBytes: number): string | undefined {
  const value = readAnyValue(bytes, start, end, { inlineBytes: maxBytes, ref: () => '' });
  return value.type === 'string' ? value.value : undefined;
}

function stringValue(bytes: Uint8Array, start: number, end: number, limit: ValueLimit): AttributeValue {
  const { inlineBytes } = limit;
  const stop = end - start <= inlineBytes ? end : textBoundary(bytes, start, end, start + inlineBytes);
  const isWhole = stop === end;
  const value = decodeUtf8(bytes, start, stop);
  limit.take?.(value, stop - start);
  return isWhole ? { type: 'string', value } : { type: 'string', value, cut: cutOf(start, end, 'string', limit) };
}

function bytesValue(bytes: Uint8Array, start: number, end: number, limit: ValueLimit): AttributeValue {
  // A secret that was sent as bytes reads as text: the base64 of its mask would say nothing.
  if (isMask(bytes, start, end)) return stringValue(bytes, start, end, limit);
  const { inlineBytes } = limit;
  const isWhole = end - start <= inlineBytes;
  const stop = isWhole ? end : start + inlineBytes - (inlineBytes % 3);
  const value = base64Of(bytes, start, stop);
  limit.take?.(value, stop - start);
  return isWhole ? { type: 'bytes', value } : { type: 'bytes', value, cut: cutOf(start, end, 'bytes', limit) };
}

function cutOf(start: number, end: number, type: 'string' | 'bytes', limit: ValueLimit): CutValue {
  return { totalBytes: end - start, ref: limit.ref(start, end, type) };
}

function readArray(cursor: FieldCursor, limit: ValueLimit): AttributeValue[] {
  const values: AttributeValue[] = [];
  while (cursor.next()) {
    if (cursor.field === 1) values.push(readAnyValue(cursor.bytes, cursor.start, cursor.end, limit));
  }
  return values;
}

function readDouble(cursor: FieldCursor): number | 'NaN' | 'Infinity' | '-Infinity' {
  const view = new DataView(cursor.bytes.buffer, cursor.bytes.byteOffset + cursor.start, 8);
  const number = view.getFloat64(0, true);
  if (Number.isNaN(number)) return 'NaN';
  if (number === Infinity) return 'Infinity';
  return number === -Infinity ? '-Infinity' : number;
}
