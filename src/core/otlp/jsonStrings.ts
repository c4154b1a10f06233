import type { JsonOutput } from './jsonOutput.ts';
import { MAX_DEPTH, OPEN_BRACE, OPEN_BRACKET, QUOTE, type JsonReader } from './jsonReader.ts';

const BACKSLASH = 0x5c;
const LOWER_U = 0x75;
/** What the letter of a one-letter escape stands for. */
const ESCAPES = new Uint8Array(256);
for (const pair of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t']) {
  ESCAPES[pair.charCodeAt(0)] = pair.charCodeAt(1);
}
/** After this many bytes without an escape the rest of the string is looked for and copied in one piece. */
const LONG_RUN = 256;

/** A text with its tag and length. Numbers and booleans where a text belongs are taken as they are written. */
export function writeString(reader: JsonReader, out: JsonOutput, tag: number, c: number): void {
  if (c === QUOTE) {
    out.tag(tag);
    const start = out.open(1);
    writeContent(reader, out);
    out.close(start, 1);
    return;
  }
  if (c === OPEN_BRACE || c === OPEN_BRACKET) reader.fail('a string');
  const start = reader.pos;
  reader.skipValue(MAX_DEPTH);
  out.tag(tag);
  out.varint32(reader.pos - start);
  out.copy(reader.bytes, start, reader.pos);
}

/**
 * Writes the content of the string whose opening quote is at `pos`, escapes resolved (lone surrogates become U+FFFD),
 * and steps behind the closing quote. One pass: looks and copies four bytes at a time.
 */
export function writeContent(reader: JsonReader, out: JsonOutput): void {
  const { bytes, view } = reader;
  const end = bytes.length;
  // Nothing is longer resolved than it was escaped; four more for the word at the end.
  out.reserve(end - reader.pos + 4);
  const target = out.bytes;
  const targetView = out.view;
  let at = out.length;
  let pos = reader.pos + 1;
  for (;;) {
    const stop = Math.min(pos + LONG_RUN, end - 4);
    while (pos <= stop) {
      const word = view.getInt32(pos, true);
      const quote = word ^ 0x22222222;
      const slash = word ^ 0x5c5c5c5c;
      if (((((quote - 0x01010101) & ~quote) | ((slash - 0x01010101) & ~slash)) & 0x80808080) !== 0) break;
      targetView.setInt32(at, word, true);
      pos += 4;
      at += 4;
    }
    if (pos > stop && pos + 4 <= end) {
      const runEnd = reader.runEnd(pos);
      target.set(bytes.subarray(pos, runEnd), at);
      at += runEnd - pos;
      pos = runEnd;
    }
    let c = 0;
    while (pos < end && (c = bytes[pos]!) !== QUOTE && c !== BACKSLASH) {
      target[at++] = c;
      pos++;
    }
    if (pos >= end) reader.fail(`'"' to end the string that begins at byte ${reader.pos}`, end);
    if (c === QUOTE) break;
    const letter = bytes[pos + 1]!;
    const plain = ESCAPES[letter]!;
    if (plain !== 0) {
      target[at++] = plain;
      pos += 2;
    } else {
      out.length = at;
      pos = writeUnicode(reader, out, pos);
      at = out.length;
    }
  }
  out.length = at;
  reader.pos = pos + 1;
}

/** Writes the character of the escape at `pos` that is none of one letter; returns the position behind it. */
function writeUnicode(reader: JsonReader, out: JsonOutput, pos: number): number {
  const { bytes } = reader;
  let next = reader.checkEscape(pos);
  let code = reader.escapedUnit(pos);
  if (code >= 0xd800 && code <= 0xdfff) {
    const pair = code < 0xdc00 && bytes[next] === BACKSLASH && bytes[next + 1] === LOWER_U;
    const low = pair ? (reader.checkEscape(next), reader.escapedUnit(next)) : 0;
    if (low >= 0xdc00 && low <= 0xdfff) {
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      next += 6;
    } else {
      code = 0xfffd;
    }
  }
  out.codePoint(code);
  return next;
}
