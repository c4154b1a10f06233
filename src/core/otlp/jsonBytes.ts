import type { JsonOutput } from './jsonOutput.ts';
import { varintSize } from './jsonOutput.ts';
import { HEX, MINUS, QUOTE, type JsonReader } from './jsonReader.ts';
import type { FieldInfo } from './jsonSchema.ts';

/** Value of a base64 digit of either alphabet, 255 for any other byte. */
const BASE64 = new Uint8Array(256).fill(255);
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
for (let i = 0; i < 62; i++) BASE64[ALPHABET.charCodeAt(i)] = i;
for (const [digit, value] of [
  ['+', 62],
  ['-', 62],
  ['/', 63],
  ['_', 63],
] as const)
  BASE64[digit.charCodeAt(0)] = value;
const PADDING = 0x3d;

/**
 * An id of `size` bytes: hex in any case (OTLP's form), with `0x` in front or dashes between taken off, shorter ones
 * filled up with zeros in front (64-bit trace ids, senders that drop leading zeros), or base64 of the right length
 * (protobuf's own JSON mapping). An empty text is absence.
 */
export function writeId(reader: JsonReader, out: JsonOutput, field: FieldInfo, size: number): void {
  const open = reader.pos;
  if (reader.bytes[open] !== QUOTE) reader.fail(field.expected);
  out.tag(field.tag);
  const before = out.length;
  out.bytes[out.length++] = size;
  out.reserve(size);
  if (writeExactHex(reader, out, size)) return;
  const at = out.length;
  const end = reader.string();
  if (end === open + 1) {
    out.length = before - 1; // every id's tag is one byte
    return;
  }
  const start = reader.matches(open + 1, '0x') ? open + 3 : open + 1;
  if (writeHex(reader.bytes, start, end, out, size)) return;
  out.length = at;
  // 24 base64 digits at most, and each may be an escaped slash.
  if (end - open - 1 > 48 || !writeBase64Digits(reader.bytes, open + 1, end, out) || out.length - at !== size) {
    reader.fail(field.expected, open);
  }
}

/** The usual case: as many digits as there should be. Leaves everything as it was when the text is anything else. */
function writeExactHex(reader: JsonReader, out: JsonOutput, size: number): boolean {
  const { bytes } = reader;
  const start = reader.pos + 1;
  const end = start + size * 2;
  if (end >= bytes.length || bytes[end] !== QUOTE) return false;
  const target = out.bytes;
  let at = out.length;
  let seen = 0;
  for (let i = start; i < end; i += 2) {
    const high = HEX[bytes[i]!]!;
    const low = HEX[bytes[i + 1]!]!;
    seen |= high | low;
    target[at++] = (high << 4) | low;
  }
  if (seen > 15) return false;
  out.length = at;
  reader.pos = end + 1;
  return true;
}

function writeHex(bytes: Uint8Array, start: number, end: number, out: JsonOutput, size: number): boolean {
  const target = out.bytes;
  const base = out.length;
  let nibble = size * 2;
  for (let i = end - 1; i >= start; i--) {
    const value = HEX[bytes[i]!]!;
    if (value === 255) {
      if (bytes[i] === MINUS) continue;
      return false;
    }
    nibble--;
    if (nibble < 0) return false;
    const at = base + (nibble >>> 1);
    if ((nibble & 1) === 1) target[at] = value;
    else target[at] = target[at]! | (value << 4);
  }
  if (nibble === size * 2) return false;
  // An odd count of digits has already set the byte its highest digit is in.
  target.fill(0, base, base + (nibble >>> 1));
  out.length += size;
  return true;
}

/** Bytes in base64: either alphabet, with or without padding, with its tag and length. */
export function writeBase64(reader: JsonReader, out: JsonOutput, field: FieldInfo): void {
  const open = reader.pos;
  if (reader.bytes[open] !== QUOTE) reader.fail(field.expected);
  const end = reader.string();
  out.tag(field.tag);
  const width = varintSize(end - open);
  const start = out.open(width);
  out.reserve(end - open);
  if (!writeBase64Digits(reader.bytes, open + 1, end, out)) reader.fail(field.expected, open);
  out.close(start, width);
}

function writeBase64Digits(bytes: Uint8Array, start: number, end: number, out: JsonOutput): boolean {
  const target = out.bytes;
  let at = out.length;
  let pending = 0;
  let bits = 0;
  let pos = start;
  while (pos < end) {
    let c = bytes[pos]!;
    if (c === PADDING) break;
    // Some writers escape the slash.
    if (c === 0x5c && bytes[pos + 1] === 0x2f) c = bytes[++pos]!;
    const value = BASE64[c]!;
    if (value === 255) return false;
    pending = (pending << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      target[at++] = (pending >>> bits) & 0xff;
    }
    pending &= 0xff;
    pos++;
  }
  if (bits === 6 || end - pos > 2) return false;
  while (pos < end) if (bytes[pos++] !== PADDING) return false;
  out.length = at;
  return true;
}
