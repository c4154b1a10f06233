import { ALNUM, BASE64, CLASS, DIGIT, hasClass, LETTER, passClass, startsWith, TOKEN, WORD } from './bytes.ts';

/** Ranges that the functions here find; read them before the next call. */
export const found = { start: 0, end: 0 };

const MAX_AUTHORITY = 1024;
const SCHEMES: readonly string[] = [
  'bearer',
  'basic',
  'digest',
  'negotiate',
  'token',
  'apikey',
  'api-key',
  'key',
  'aws4-hmac-sha256',
];

/** Whether `bytes[start .. end)` looks made by a machine: long, without spaces, with digits or very long. */
export function isCredential(bytes: Uint8Array, start: number, end: number, least: number): boolean {
  const length = end - start;
  if (length < least || passClass(bytes, start, end, TOKEN) !== end) return false;
  return (hasClass(bytes, start, end, DIGIT) && hasClass(bytes, start, end, LETTER)) || length >= 32;
}

/** A bearer token behind the word that ends at `at`; {@link found} is the token. */
export function findBearer(bytes: Uint8Array, at: number, high: number): boolean {
  const start = passSpaces(bytes, at, high);
  if (start === at) return false;
  const end = passClass(bytes, start, high, TOKEN);
  const length = end - start;
  // `bearer authentication` is prose.
  if (length < 8 || !(hasClass(bytes, start, end, DIGIT) || length >= 24)) return false;
  found.start = start;
  found.end = end;
  return true;
}

/** Credentials of HTTP's Basic scheme behind the word that ends at `at`: base64 of `user:password`, which is looked at. */
export function findBasic(bytes: Uint8Array, at: number, high: number): boolean {
  const start = passSpaces(bytes, at, high);
  if (start === at) return false;
  let end = passClass(bytes, start, high, BASE64);
  if (end - start < 6 || !isUserAndPassword(bytes, start, end)) return false;
  while (end < high && bytes[end] === 0x3d) end++;
  found.start = start;
  found.end = end;
  return true;
}

/** Whether base64 decodes to printable text with a colon, as far as the first 64 characters tell. */
function isUserAndPassword(bytes: Uint8Array, start: number, end: number): boolean {
  let colon = false;
  let word = 0;
  let bits = 0;
  for (let at = start; at < Math.min(end, start + 64); at++) {
    word = ((word << 6) | base64Digit(bytes[at]!)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    const byte = (word >> bits) & 0xff;
    if (byte < 0x20 || byte === 0x7f) return false;
    if (byte === 0x3a) colon = true;
  }
  return colon;
}

function base64Digit(byte: number): number {
  if (byte >= 0x61) return byte - 0x61 + 26;
  if (byte >= 0x41) return byte - 0x41;
  if (byte >= 0x30) return byte - 0x30 + 52;
  return byte === 0x2b ? 62 : 63;
}

/**
 * The password of a URL whose `://` begins at `at` (also with the slashes escaped, as some write JSON), or the user when
 * that is a token.
 */
export function findUrlPassword(bytes: Uint8Array, low: number, at: number, high: number): boolean {
  let start: number;
  if (bytes[at + 1] === 0x2f && bytes[at + 2] === 0x2f) start = at + 3;
  else if (startsWith(bytes, at + 1, high, '\\/\\/')) start = at + 5;
  else return false;
  if (at <= low || (CLASS[bytes[at - 1]!]! & ALNUM) === 0) return false;
  const stop = Math.min(high, start + MAX_AUTHORITY);
  let colon = -1;
  let sign = -1;
  for (let pos = start; pos < stop; pos++) {
    const byte = bytes[pos]!;
    if (byte === 0x40) sign = pos;
    else if (byte === 0x3a) {
      if (colon < 0) colon = pos;
    } else if (byte <= 0x20 || byte === 0x2f || byte === 0x3f || byte === 0x23 || byte === 0x22 || byte === 0x3c) break;
  }
  if (sign < 0) return false;
  if (colon >= 0 && colon < sign) {
    found.start = colon + 1;
    found.end = sign;
    return sign > colon + 1;
  }
  found.start = start;
  found.end = sign;
  return isCredential(bytes, start, sign, 16);
}

/**
 * The body of a PEM private key whose header's first dashes are at `at`, to its end mark or to the end of the text. Without
 * one, {@link found} ends behind the dashes.
 */
export function findPrivateKey(bytes: Uint8Array, at: number, high: number): boolean {
  let header = at;
  while (header < high && bytes[header] === 0x2d) header++;
  found.end = header;
  if (!startsWith(bytes, header, high, 'BEGIN ')) return false;
  header += 6;
  const stop = Math.min(high, header + 40);
  while (header < stop && !startsWith(bytes, header, stop, 'PRIVATE KEY')) header++;
  if (header >= stop) return false;
  let start = header + 11;
  // `PRIVATE KEY BLOCK-----` is PGP's.
  if (startsWith(bytes, start, high, ' BLOCK')) start += 6;
  while (start < high && bytes[start] === 0x2d) start++;
  let end = start;
  while (end < high && !(bytes[end] === 0x2d && startsWith(bytes, end, high, '-----END'))) end++;
  found.start = start;
  found.end = end;
  return end > start;
}

/** An e-mail address around the `@` at `at`. */
export function findEmail(bytes: Uint8Array, low: number, at: number, high: number): boolean {
  let start = at;
  while (start > low && at - start < 64 && isLocalPart(bytes[start - 1]!)) start--;
  let dots = 0;
  let end = at + 1;
  for (; end < high && end - at < 255; end++) {
    const byte = bytes[end]!;
    if (byte === 0x2e && end + 1 < high && (CLASS[bytes[end + 1]!]! & ALNUM) !== 0) dots++;
    else if ((CLASS[byte]! & ALNUM) === 0 && byte !== 0x2d) break;
  }
  found.start = start;
  found.end = end;
  return start < at && dots > 0;
}

/** Where the credentials of an Authorization header begin, behind its scheme; `start` when it names none of ours. */
export function passScheme(bytes: Uint8Array, start: number, end: number): number {
  for (const scheme of SCHEMES) {
    if (!startsWithScheme(bytes, start, end, scheme)) continue;
    const credentials = passSpaces(bytes, start + scheme.length, end);
    if (credentials > start + scheme.length && credentials < end) return credentials;
  }
  return start;
}

function startsWithScheme(bytes: Uint8Array, start: number, end: number, scheme: string): boolean {
  if (start + scheme.length >= end) return false;
  for (let i = 0; i < scheme.length; i++) {
    const byte = bytes[start + i]!;
    if (byte !== scheme.charCodeAt(i) && (byte | 0x20) !== scheme.charCodeAt(i)) return false;
  }
  return true;
}

/** Behind the spaces at `at`, also as a URL writes them. */
function passSpaces(bytes: Uint8Array, at: number, high: number): number {
  for (;;) {
    if (at < high && (bytes[at] === 0x20 || bytes[at] === 0x09)) at++;
    else if (startsWith(bytes, at, high, '%20')) at += 3;
    else return at;
  }
}

function isLocalPart(byte: number): boolean {
  return (CLASS[byte]! & WORD) !== 0 || byte === 0x2e || byte === 0x2b || byte === 0x25;
}
