import { maskBoundary, showMasks } from '../redact/mask.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * UTF-8 in `bytes[start .. end)` as text; invalid sequences become U+FFFD, a byte order mark is kept, and what was masked
 * reads `‹redacted: bearer›`. The one place where bytes of senders become text.
 */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  return showMasks(decoder.decode(bytes.subarray(start, end)));
}

/**
 * A position about `at` that splits neither a UTF-8 character nor a mask of `bytes[start .. end)`: the largest one ≤ `at`,
 * or the end of a mask that begins at `start`. In bytes that are no UTF-8 at all, `at` itself.
 */
export function textBoundary(bytes: Uint8Array, start: number, end: number, at: number): number {
  const whole = maskBoundary(bytes, start, end, at);
  return whole === at ? characterBoundary(bytes, start, end, at) : whole;
}

function characterBoundary(bytes: Uint8Array, start: number, end: number, at: number): number {
  if (at >= end) return end;
  let boundary = at;
  while (boundary > start && at - boundary < 3 && isContinuation(bytes[boundary]!)) boundary--;
  if (isContinuation(bytes[boundary]!)) return at;
  return boundary + sequenceLength(bytes[boundary]!) > at ? boundary : at;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}

const HEX_DIGITS = '0123456789abcdef';

/** 2 × length lower-case hex digits of `bytes[start .. end)`. */
export function hexOf(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i++) text += HEX_DIGITS[bytes[i]! >>> 4]! + HEX_DIGITS[bytes[i]! & 15]!;
  return text;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** RFC 4648 base64 with padding of `bytes[start .. end)`. */
export function base64Of(bytes: Uint8Array, start: number, end: number): string {
  const parts: string[] = [];
  let text = '';
  for (let i = start; i < end; i += 3) {
    const left = end - i;
    const word = (bytes[i]! << 16) | ((left > 1 ? bytes[i + 1]! : 0) << 8) | (left > 2 ? bytes[i + 2]! : 0);
    text += BASE64[word >> 18]! + BASE64[(word >> 12) & 63]!;
    text += left > 1 ? BASE64[(word >> 6) & 63]! : '=';
    text += left > 2 ? BASE64[word & 63]! : '=';
    if (text.length > 8192) {
      parts.push(text);
      text = '';
    }
  }
  parts.push(text);
  return parts.join('');
}
