import { varintSize, type JsonOutput } from './jsonOutput.ts';
import { MAX_DEPTH, OPEN_BRACE, OPEN_BRACKET, QUOTE, type JsonReader } from './jsonReader.ts';

const LOWER_U = 0x75;
/** What the letter of a one-letter escape stands for. */
const ESCAPES = new Uint8Array(256);
for (const pair of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t'])
  ESCAPES[pair.charCodeAt(0)] = pair.charCodeAt(1);

/** A text with its tag and length. Numbers and booleans where a text belongs are taken as they are written. */
export function writeString(reader: JsonReader, out: JsonOutput, tag: number, c: number): void {
  let start = reader.pos;
  let end: number;
  if (c === QUOTE) {
    start++;
    end = reader.string();
  } else if (c === OPEN_BRACE || c === OPEN_BRACKET) {
    return reader.fail('a string');
  } else {
    reader.skipValue(MAX_DEPTH);
    reader.escaped = false;
    end = reader.pos;
  }
  out.tag(tag);
  if (c === QUOTE && reader.escaped) {
    // Unescaped text is never longer than escaped text, so this width is enough.
    const width = varintSize(end - start);
    const begin = out.open(width);
    unescape(reader, out, start, end);
    out.close(begin, width);
  } else {
    out.varint32(end - start);
    out.copy(reader.bytes, start, end);
  }
}

/** Writes the bytes of a string's content with its (checked) escapes resolved. Lone surrogates become U+FFFD. */
export function unescape(reader: JsonReader, out: JsonOutput, start: number, end: number): void {
  const source = reader.bytes;
  out.reserve(end - start);
  const target = out.bytes;
  let at = out.length;
  let pos = start;
  while (pos < end) {
    const c = source[pos]!;
    if (c !== 0x5c) {
      target[at++] = c;
      pos++;
      continue;
    }
    const letter = source[pos + 1]!;
    if (letter !== LOWER_U) {
      target[at++] = ESCAPES[letter]!;
      pos += 2;
      continue;
    }
    let code = reader.escapedUnit(pos);
    pos += 6;
    if (code >= 0xd800 && code <= 0xdfff) {
      const low = code < 0xdc00 && source[pos] === 0x5c && source[pos + 1] === LOWER_U ? reader.escapedUnit(pos) : 0;
      if (low >= 0xdc00 && low <= 0xdfff) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        pos += 6;
      } else {
        code = 0xfffd;
      }
    }
    out.length = at;
    out.codePoint(code);
    at = out.length;
  }
  out.length = at;
}
