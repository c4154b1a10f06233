import { FileProblem, type FilePlace } from './fileProblem.ts';
import { PendingBytes } from './pendingBytes.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** A piece held in memory at once; all spans of a resource may be one piece. */
const MAX_PIECE_BYTES = 512 * 1024 * 1024;

/** An element of a list that stands at the top of a JSON value, or of a value that is a list itself. */
export interface JsonPiece {
  /** Name of the list's field, or empty for a list at the top. */
  readonly list: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly place: FilePlace;
}

/**
 * Cuts a stream of JSON values (lines, one large document, or several) into the elements of their top lists, so that a
 * file of any size is read in pieces. Only brackets and strings are looked at: what is inside a piece, its reader checks.
 */
export class JsonSplitter {
  readonly #pending = new PendingBytes(true);
  #pos = 0;
  /** Open brackets around `#pos`, outermost first. */
  readonly #open: number[] = [];
  #inString = false;
  /** Start of the string being read when it is a name at the top of an object; -1 else. */
  #nameStart = -1;
  #name = '';
  #afterColon = false;
  /** Depth of the list whose elements are cut out; 0 for none. */
  #listDepth = 0;
  #pieceStart = -1;
  readonly #pieces: JsonPiece[] = [];

  /**
   * Takes the next bytes; the pieces that are complete now.
   * @throws FileProblem where brackets do not match, or something else stands where a value should begin.
   */
  push(chunk: Uint8Array): JsonPiece[] {
    let used = Math.min(this.#pos, this.#pending.length);
    if (this.#pieceStart >= 0) used = Math.min(used, this.#pieceStart);
    if (this.#nameStart >= 0) used = Math.min(used, this.#nameStart);
    this.#pending.drop(used);
    this.#pos -= used;
    if (this.#pieceStart >= 0) this.#pieceStart -= used;
    if (this.#nameStart >= 0) this.#nameStart -= used;
    if (this.#pending.length > MAX_PIECE_BYTES) {
      throw new FileProblem(
        'one resource has more than 512 MiB of JSON here; write the file in smaller parts, or as protobuf',
        this.#pending.placeOf(0),
      );
    }
    this.#pending.append(chunk);
    this.#scan(this.#pending.bytes);
    return this.#pieces.splice(0);
  }

  /** @throws FileProblem when a value is still open. */
  end(): void {
    if (this.#open.length > 0) {
      throw new FileProblem(
        'the file ends inside a JSON value; was it cut short?',
        this.#pending.placeOf(this.#pending.length),
      );
    }
  }

  #scan(bytes: Uint8Array<ArrayBuffer>): void {
    const end = bytes.length;
    let pos = this.#pos;
    for (;;) {
      if (this.#inString) {
        pos = stringEnd(bytes, pos);
        if (pos >= end) break;
        pos++;
        this.#inString = false;
        if (this.#nameStart >= 0) {
          this.#name = Buffer.from(bytes.subarray(this.#nameStart + 1, pos - 1)).toString();
          this.#nameStart = -1;
        }
      }
      if (pos >= end) break;
      const c = bytes[pos] ?? 0;
      if (c > 0x20) this.#token(bytes, c, pos);
      pos++;
    }
    this.#pos = pos;
  }

  #token(bytes: Uint8Array<ArrayBuffer>, c: number, pos: number): void {
    const depth = this.#open.length;
    if (depth === 0) {
      this.#top(c, pos);
      return;
    }
    const inList = depth === this.#listDepth;
    if (inList && this.#pieceStart < 0 && c !== COMMA && c !== CLOSE_BRACKET) this.#pieceStart = pos;
    switch (c) {
      case QUOTE:
        this.#inString = true;
        if (depth === 1 && this.#listDepth === 0 && !this.#afterColon) this.#nameStart = pos;
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        this.#open.push(c);
        if (depth === 1 && this.#listDepth === 0 && c === OPEN_BRACKET) this.#listDepth = 2;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        this.#close(bytes, c, pos, inList);
        break;
      case COLON:
        if (depth === 1) this.#afterColon = true;
        break;
      case COMMA:
        if (depth === 1) this.#afterColon = false;
        if (inList) this.#endPiece(bytes, pos);
        break;
      default:
        break;
    }
  }

  #top(c: number, pos: number): void {
    // A byte order mark and commas between values are passed over, record separators (RFC 7464) are white space.
    if (c === COMMA || (this.#pending.offset + pos < 3 && c >= 0xbb)) return;
    if (c !== OPEN_BRACE && c !== OPEN_BRACKET) {
      throw new FileProblem(
        `expected '{' or '[', found ${shown(this.#pending.bytes, pos)}`,
        this.#pending.placeOf(pos),
      );
    }
    this.#open.push(c);
    this.#name = '';
    this.#afterColon = false;
    this.#listDepth = c === OPEN_BRACKET ? 1 : 0;
  }

  #close(bytes: Uint8Array<ArrayBuffer>, c: number, pos: number, inList: boolean): void {
    const opened = this.#open.pop();
    if (opened !== (c === CLOSE_BRACE ? OPEN_BRACE : OPEN_BRACKET)) {
      const expected = opened === OPEN_BRACE ? "'}'" : "']'";
      throw new FileProblem(`expected ${expected}, found ${shown(bytes, pos)}`, this.#pending.placeOf(pos));
    }
    if (inList) {
      this.#endPiece(bytes, pos);
      this.#listDepth = 0;
    }
  }

  #endPiece(bytes: Uint8Array<ArrayBuffer>, end: number): void {
    const start = this.#pieceStart;
    if (start < 0) return;
    this.#pieceStart = -1;
    const list = this.#listDepth === 1 ? '' : this.#name;
    this.#pieces.push({ list, bytes: bytes.slice(start, end), place: this.#pending.placeOf(start) });
  }
}

/** Where the string that goes on at `pos` has its closing quote; the end or more when it is not there yet. */
function stringEnd(bytes: Uint8Array, pos: number): number {
  let at = pos;
  while (at < bytes.length) {
    const c = bytes[at];
    if (c === QUOTE) return at;
    at += c === BACKSLASH ? 2 : 1;
  }
  return at;
}

function shown(bytes: Uint8Array, pos: number): string {
  const text = Buffer.from(bytes.subarray(pos, pos + 12)).toString('latin1');
  return JSON.stringify(text.replace(/[^\u0020-\u007e]/g, '·'));
}
