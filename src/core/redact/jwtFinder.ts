import { ALNUM, CLASS, passClass, WORD } from './bytes.ts';

/** Finds JSON Web Tokens (RFC 7519, compact form) in one text after the other. */
export class JwtFinder {
  /** Range of the token that was found last. */
  start = 0;
  end = 0;
  /** No token begins before this, so that `eyJ-eyJ-eyJ-…` is walked once. */
  private noneUntil = 0;

  /** Before each text. */
  reset(): void {
    this.noneUntil = 0;
  }

  /**
   * Whether the `J` at `at` is of a token's `eyJ`: three stretches of base64url with dots between, a header's length at
   * least in the first, the third may be empty. Sets {@link start} and {@link end}.
   */
  find(bytes: Uint8Array, low: number, at: number, high: number): boolean {
    const start = at - 2;
    if (start < low || at < this.noneUntil || bytes[start] !== 0x65 || bytes[start + 1] !== 0x79) return false;
    if (start > low && (CLASS[bytes[start - 1]!]! & ALNUM) !== 0) return false;
    const header = passClass(bytes, at, high, WORD);
    const payload = header < high && bytes[header] === 0x2e ? passClass(bytes, header + 1, high, WORD) : header;
    if (header - start < 12 || payload - header < 9 || payload >= high || bytes[payload] !== 0x2e) {
      this.noneUntil = header;
      return false;
    }
    this.start = start;
    this.end = passClass(bytes, payload + 1, high, WORD);
    return true;
  }
}
