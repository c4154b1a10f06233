import { crc32 } from 'node:zlib';
import { FILE_KIND, nextMarker, readRecordHeader, RECORD_HEADER_BYTES, type RecordHeader } from './journalFormat.ts';

export interface JournalRecord extends Pick<RecordHeader, 'type' | 'workspace' | 'arrivedMs'> {
  /** A view of the bytes that are walked. */
  readonly body: Buffer;
  /** Header and body as they are in the file. */
  readonly whole: Buffer;
}

/** A header's length is one byte. */
const LONGEST_HEADER = 255;

/**
 * Walks the whole records of a part of a file. A record whose body is damaged is passed over and counted; behind a
 * damaged header the next that can be trusted is looked for. {@link offset} is where the part is used up: what follows
 * there needs {@link wanted} more bytes than are here, or is a torn tail when the file ends with this part.
 */
export class RecordCursor {
  offset = 0;
  /** Bytes from {@link offset} on that the next part should have at least. */
  wanted = LONGEST_HEADER;
  /** Records, or stretches without one, passed over. */
  damaged = 0;
  readonly #bytes: Buffer;
  readonly #salt: number;
  readonly #isLast: boolean;
  readonly #check: (type: number) => boolean;

  /** `isLast`: the file ends with `bytes`. `check`: which records' bodies are worth checking; all unless told. */
  constructor(bytes: Buffer, salt: number, isLast: boolean, check: (type: number) => boolean = () => true) {
    this.#bytes = bytes;
    this.#salt = salt;
    this.#isLast = isLast;
    this.#check = check;
  }

  next(): JournalRecord | undefined {
    const bytes = this.#bytes;
    for (;;) {
      const at = this.offset;
      const room = bytes.length - at;
      if (room < (this.#isLast ? RECORD_HEADER_BYTES : LONGEST_HEADER)) return undefined;
      const header = readRecordHeader(bytes, at, this.#salt);
      if (!header) {
        if (!this.#skipDamage()) return undefined;
        continue;
      }
      const end = at + header.headerBytes + header.bodyBytes;
      if (end > bytes.length) {
        this.wanted = end - at;
        return undefined;
      }
      this.offset = end;
      const body = bytes.subarray(at + header.headerBytes, end);
      if (this.#check(header.type) && crc32(body) !== header.bodyCrc) {
        this.damaged++;
        continue;
      }
      return {
        type: header.type,
        workspace: header.workspace,
        arrivedMs: header.arrivedMs,
        body,
        whole: bytes.subarray(at, end),
      };
    }
  }

  /** Goes to the next header; false when there is none in this part. */
  #skipDamage(): boolean {
    const bytes = this.#bytes;
    let at = nextMarker(bytes, this.offset + 1, FILE_KIND.records);
    while (at >= 0 && at + LONGEST_HEADER <= bytes.length && !readRecordHeader(bytes, at, this.#salt)) {
      at = nextMarker(bytes, at + 1, FILE_KIND.records);
    }
    if (at >= 0) {
      this.damaged++;
      this.offset = at;
      return true;
    }
    if (!this.#isLast) {
      this.damaged++;
      // A marker may begin in the last three bytes of this part.
      this.offset = Math.max(this.offset + 1, bytes.length - 3);
    }
    return false;
  }
}
