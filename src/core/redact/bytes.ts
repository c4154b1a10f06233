/** Classes of ASCII bytes as bits in {@link CLASS}. Bytes of longer UTF-8 sequences are of none. */
export const DIGIT = 1;
export const LETTER = 2;
/** What may stand in a key of an API: letters, digits, `_`, `-`. */
export const WORD = 4;
/** RFC 7235's token68, and what else bearer tokens are seen to hold: word characters, `.`, `~`, `+`, `/`, `=`. */
export const TOKEN = 8;
/** Base64 without padding. */
export const BASE64 = 16;
/** Of names: letters, digits, `_`, `-`, `.`. */
export const NAME = 32;
/** Ends an unquoted value. */
export const STOP = 64;
export const UPPER = 128;

export const ALNUM = DIGIT | LETTER;

export const CLASS = makeClasses();

function makeClasses(): Uint8Array {
  const table = new Uint8Array(256);
  const add = (bits: number, characters: string): void => {
    for (let i = 0; i < characters.length; i++) table[characters.charCodeAt(i)]! |= bits;
  };
  const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const letters = upper + upper.toLowerCase();
  const digits = '0123456789';
  add(UPPER, upper);
  add(LETTER, letters);
  add(DIGIT, digits);
  add(WORD, `${letters}${digits}_-`);
  add(TOKEN, `${letters}${digits}_-.~+/=`);
  add(BASE64, `${letters}${digits}+/`);
  add(NAME, `${letters}${digits}_-.`);
  add(STOP, ' \t\r\n&;,"\'`<>(){}[]|\\\0');
  return table;
}

/** Whether `text` (ASCII) stands at `at` of `bytes`, before `end`. */
export function startsWith(bytes: Uint8Array, at: number, end: number, text: string): boolean {
  if (at < 0 || at + text.length > end) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** The same with letters of either case; `text` in lower case. */
export function startsWithAnyCase(bytes: Uint8Array, at: number, end: number, text: string): boolean {
  if (at < 0 || at + text.length > end) return false;
  for (let i = 0; i < text.length; i++) {
    const byte = bytes[at + i]!;
    const lower = (CLASS[byte]! & UPPER) !== 0 ? byte | 0x20 : byte;
    if (lower !== text.charCodeAt(i)) return false;
  }
  return true;
}

/** The first position from `at` on whose byte is of none of the classes `bits`; `end` when there is none. */
export function passClass(bytes: Uint8Array, at: number, end: number, bits: number): number {
  while (at < end && (CLASS[bytes[at]!]! & bits) !== 0) at++;
  return at;
}

/** Whether a byte of the classes `bits` is in `start .. end`. */
export function hasClass(bytes: Uint8Array, start: number, end: number, bits: number): boolean {
  for (let at = start; at < end; at++) if ((CLASS[bytes[at]!]! & bits) !== 0) return true;
  return false;
}
