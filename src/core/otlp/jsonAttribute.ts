import { varintSize, type JsonOutput } from './jsonOutput.ts';
import { CLOSE_BRACE, COLON, COMMA, MINUS, OPEN_BRACE, QUOTE, type JsonReader } from './jsonReader.ts';
import { KIND, messageType, nameWords, type FieldInfo } from './jsonSchema.ts';
import { writeContent } from './jsonStrings.ts';

const [STRING, BOOL, INT, DOUBLE] = messageType('AnyValue').fields;
const STRING_TAG = 0x0a;
const KEY = nameWords('key');
const VALUE = nameWords('value');
const KEY_COMPACT = nameWords('{"key":'); // and the quote that begins the key
const VALUE_COMPACT = nameWords(',"value":{');
const KEY_TAG = 0x0a;
const VALUE_TAG = 0x12;

/**
 * The shape nine of ten attributes have:
 * `{"key":"…","value":{"stringValue":"…"}}`, likewise int, double and bool. Writes the KeyValue with its tag and length
 * (given in `tag`, one byte: fields below 16) and returns true; for any other shape returns false and has neither read nor written anything.
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
  // Without white space (as serializers write) whole stretches are compared at once.
  if (reader.stands(KEY_COMPACT, reader.pos, 8)) reader.pos += 7;
  else if (bytes[reader.pos] !== OPEN_BRACE || !stepsTo(reader, KEY, 3) || reader.peek() !== QUOTE) return false;
  const keyStart = reader.pos + 1;
  const keyEnd = reader.string();
  const keySize = keyEnd - keyStart;
  if (reader.escaped) return false;
  if (reader.stands(VALUE_COMPACT, reader.pos, 11)) reader.pos += 9;
  else if (reader.peek() !== COMMA || !stepsTo(reader, VALUE, 5) || reader.peek() !== OPEN_BRACE) return false;
  reader.pos++;
  if (reader.peek() !== QUOTE) return false;
  const field = scalarField(bytes[reader.pos + 1]);
  if (field === undefined || !reader.takes(field.words, field.name.length) || !steps(reader, COLON)) return false;
  const c = reader.peek();

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
  const keySize = keyEnd - keyStart;
  const tagAt = out.length;
  // The text first, behind as much room as short ones need; the sizes in front of it are known only then.
  const front = 7 + varintSize(keySize) + keySize;
  out.reserve(front + 16);
  out.length += front;
  const textAt = out.length;
  writeContent(reader, out);
  const textSize = out.length - textAt;
  if (!closes(reader)) return false;
  const valueSize = 1 + varintSize(textSize) + textSize;
  const size = 1 + varintSize(keySize) + keySize + 1 + varintSize(valueSize) + valueSize;
  const shift = varintSize(size) + varintSize(valueSize) + varintSize(textSize) - 3;
  if (shift > 0) {
    out.reserve(shift);
    out.bytes.copyWithin(textAt + shift, textAt, out.length);
  }
  const end = out.length + shift;
  out.length = tagAt;
  out.bytes[out.length++] = tag;
  out.varint32(size);
  writeKey(reader, out, keyStart, keyEnd);
  out.bytes[out.length++] = VALUE_TAG;
  out.varint32(valueSize);
  out.bytes[out.length++] = STRING_TAG;
  out.varint32(textSize);
  out.length = end;
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

/** Steps over the two '}' that end value and attribute. */
function closes(reader: JsonReader): boolean {
  return steps(reader, CLOSE_BRACE) && steps(reader, CLOSE_BRACE);
}

/** From an opening brace or comma over the name and the colon behind it. */
function stepsTo(reader: JsonReader, name: Int32Array, length: number): boolean {
  reader.pos++;
  return reader.peek() === QUOTE && reader.takes(name, length) && steps(reader, COLON);
}

/** Steps over `c` and the white space in front of it; false when something else stands there. */
function steps(reader: JsonReader, c: number): boolean {
  if (reader.peek() !== c) return false;
  reader.pos++;
  return true;
}

function writeKey(reader: JsonReader, out: JsonOutput, start: number, end: number): void {
  out.bytes[out.length++] = KEY_TAG;
  out.varint32(end - start);
  out.copy(reader.bytes, start, end);
}
