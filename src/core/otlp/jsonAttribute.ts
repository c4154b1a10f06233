import { varintSize, type JsonOutput } from './jsonOutput.ts';
import { CLOSE_BRACE, MINUS, QUOTE, type JsonReader } from './jsonReader.ts';
import { KIND, messageType, nameWords, type FieldInfo } from './jsonSchema.ts';
import { unescape } from './jsonStrings.ts';

const [STRING, BOOL, INT, DOUBLE] = messageType('AnyValue').fields;
const STRING_TAG = 0x0a;
const KEY = nameWords('{"key":'); // …and the quote that begins the key
const VALUE = nameWords(',"value":{');
const KEY_TAG = 0x0a;
const VALUE_TAG = 0x12;

/**
 * The shape nine of ten attributes have, written without white space as serializers do:
 * `{"key":"…","value":{"stringValue":"…"}}`, likewise int, double and bool. Writes the KeyValue with its tag and length
 * (given in `tag`) and returns true; for any other shape returns false and has neither read nor written anything.
 */
export function writeSimpleAttribute(reader: JsonReader, out: JsonOutput, tag: number): boolean {
  const start = reader.pos;
  const mark = out.length;
  if (writeShape(reader, out, tag)) return true;
  reader.pos = start;
  out.length = mark;
  return false;
}

function writeShape(reader: JsonReader, out: JsonOutput, tag: number): boolean {
  const { bytes } = reader;
  const start = reader.pos;
  if (!reader.stands(KEY, start, 8)) return false;
  reader.pos = start + 7;
  const keyStart = start + 8;
  const keyEnd = reader.string();
  if (reader.escaped || !reader.stands(VALUE, keyEnd + 1, 11)) return false;
  const keySize = keyEnd - keyStart;
  reader.pos = keyEnd + 11;
  const field = scalarField(bytes[reader.pos + 1]);
  if (field === undefined || !reader.takes(field.words, field.name.length)) return false;
  if (bytes[reader.pos++] !== 0x3a) return false;
  const c = bytes[reader.pos]!;

  if (field === STRING) return c === QUOTE && writeText(reader, out, tag, keyStart, keyEnd);

  // Two lengths of one byte each: a scalar has at most 11 bytes, a longer key goes the general way.
  if (keySize > 100) return false;
  out.tag(tag);
  const open = out.open(1);
  writeKey(reader, out, keyStart, keyEnd);
  out.reserve(16);
  out.bytes[out.length++] = VALUE_TAG;
  const openValue = out.open(1);
  out.bytes[out.length++] = field.tag;
  switch (field.kind) {
    case KIND.int64:
      if (!reader.plainInteger(c) || reader.high >= 2 ** 31) return false;
      out.varint64(reader.low, reader.high);
      break;
    case KIND.double:
      if (c !== MINUS && !(c >= 0x30 && c <= 0x39)) return false;
      reader.number(c, field.expected);
      out.double(reader.double());
      break;
    default:
      if (c === 0x6e) return false; // null
      out.bytes[out.length++] = reader.boolean() ? 1 : 0;
  }
  out.bytes[openValue - 1] = out.length - openValue;
  out.bytes[open - 1] = out.length - open;
  return closes(reader);
}

/** The rest of a string attribute, from the opening quote of its value. */
function writeText(reader: JsonReader, out: JsonOutput, tag: number, keyStart: number, keyEnd: number): boolean {
  const { bytes } = reader;
  const keySize = keyEnd - keyStart;
  const textStart = reader.pos + 1;
  const textEnd = reader.string();
  const { escaped } = reader;
  if (!closes(reader)) return false;
  if (escaped) {
    // The sizes are not known before the escapes are resolved.
    writeEscaped(reader, out, tag, keyStart, keyEnd, textStart, textEnd);
    return true;
  }
  const textSize = textEnd - textStart;
  const valueSize = 1 + varintSize(textSize) + textSize;
  const size = 1 + varintSize(keySize) + keySize + 1 + varintSize(valueSize) + valueSize;
  out.tag(tag);
  out.varint32(size);
  out.reserve(size);
  writeKey(reader, out, keyStart, keyEnd);
  out.bytes[out.length++] = VALUE_TAG;
  out.varint32(valueSize);
  out.bytes[out.length++] = STRING_TAG;
  out.varint32(textSize);
  out.copy(bytes, textStart, textEnd);
  return true;
}

function scalarField(letter: number | undefined): FieldInfo | undefined {
  switch (letter) {
    case 0x73: // s
      return STRING;
    case 0x69: // i
      return INT;
    case 0x64: // d
      return DOUBLE;
    case 0x62: // b
      return BOOL;
    default:
      return undefined;
  }
}

/** Steps over the '}}' that ends value and attribute. */
function closes(reader: JsonReader): boolean {
  const { bytes, pos } = reader;
  reader.pos += 2;
  return bytes[pos] === CLOSE_BRACE && bytes[pos + 1] === CLOSE_BRACE;
}

function writeKey(reader: JsonReader, out: JsonOutput, start: number, end: number): void {
  out.bytes[out.length++] = KEY_TAG;
  out.varint32(end - start);
  out.copy(reader.bytes, start, end);
}

function writeEscaped(
  reader: JsonReader,
  out: JsonOutput,
  tag: number,
  keyStart: number,
  keyEnd: number,
  textStart: number,
  textEnd: number,
): void {
  out.tag(tag);
  const width = varintSize(keyEnd - keyStart + (textEnd - textStart) + 20);
  const textWidth = varintSize(textEnd - textStart);
  const open = out.open(width);
  out.reserve(keyEnd - keyStart + 16);
  writeKey(reader, out, keyStart, keyEnd);
  out.bytes[out.length++] = VALUE_TAG;
  const openValue = out.open(width);
  out.bytes[out.length++] = STRING_TAG;
  const openText = out.open(textWidth);
  unescape(reader, out, textStart, textEnd);
  out.close(openText, textWidth);
  out.close(openValue, width);
  out.close(open, width);
}
