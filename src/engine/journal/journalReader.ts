import { crc32 } from 'node:zlib';
import { restoreBlock } from './blockCodec.ts';
import type { JournalFiles, ReadableFile } from './journalFiles.ts';
import {
  BLOCK_HEADER_BYTES,
  FILE_HEADER_BYTES,
  FILE_KIND,
  guessKind,
  nextMarker,
  readBlockHeader,
  readFileHeader,
} from './journalFormat.ts';
import { saltOf } from './journalNames.ts';
import { RecordCursor } from './recordCursor.ts';

/** Read at a time, besides a longer record's. */
const PART_BYTES = 4 * 1024 * 1024;
/** A header's length is one byte. */
const LONGEST_HEADER = 255;

/** Reads one journal file, oldest record first, in parts of some megabytes. Close it whatever happened. */
export class JournalReader {
  readonly kind: number;
  /** Bytes of the file that were read so far. */
  offset = FILE_HEADER_BYTES;
  /** Records passed over because they, or the block they were in, are damaged. */
  damaged: number;
  /** Bytes at the end that are no whole record: what a process was writing when it ended. */
  tornBytes = 0;
  readonly #file: ReadableFile;
  readonly #salt: number;
  readonly #check: ((type: number) => boolean) | undefined;

  private constructor(
    file: ReadableFile,
    header: { readonly kind: number; readonly salt: number },
    damaged: number,
    check: ((type: number) => boolean) | undefined,
  ) {
    this.#file = file;
    this.kind = header.kind;
    this.#salt = header.salt;
    this.damaged = damaged;
    this.#check = check;
  }

  /**
   * Opens a file of the journal; `newer` for one of a later format, `empty` for one that a process ended before its
   * header was whole, `damaged` when nothing in it can be read. `check`: the record types whose bodies are to be checked,
   * all unless told. Rejects with the system's errors.
   */
  static async open(
    files: JournalFiles,
    name: string,
    check?: (type: number) => boolean,
  ): Promise<JournalReader | 'newer' | 'empty' | 'damaged'> {
    const file = await files.read(name);
    let kept = false;
    try {
      const bytes = await file.read(0, FILE_HEADER_BYTES + 4);
      const header = readFileHeader(bytes);
      if (header === 'newer') return 'newer';
      if (header !== 'damaged') {
        kept = true;
        return new JournalReader(file, header, 0, check);
      }
      if (file.bytes < FILE_HEADER_BYTES) return 'empty';
      const kind = guessKind(bytes);
      if (kind === undefined) return 'damaged';
      kept = true;
      return new JournalReader(file, { kind, salt: saltOf(name) }, 1, check);
    } finally {
      if (!kept) await file.close();
    }
  }

  get bytes(): number {
    return this.#file.bytes;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** The file's parts in order. The taker walks each to its end, or stops for good. */
  parts(): AsyncGenerator<RecordCursor, void, void> {
    return this.kind === FILE_KIND.blocks ? this.#blocks() : this.#records();
  }

  async *#records(): AsyncGenerator<RecordCursor, void, void> {
    let size = PART_BYTES;
    while (this.offset < this.bytes) {
      const bytes = await this.#file.read(this.offset, size);
      const isLast = bytes.length < size || this.offset + bytes.length >= this.bytes;
      const cursor = new RecordCursor(bytes, this.#salt, isLast, this.#check);
      yield cursor;
      this.damaged += cursor.damaged;
      this.offset += cursor.offset;
      if (isLast || this.offset + (cursor.offset === 0 ? cursor.wanted : 0) > this.bytes) {
        this.tornBytes = this.bytes - this.offset;
        this.offset = this.bytes;
        return;
      }
      size = cursor.offset === 0 ? Math.max(PART_BYTES, cursor.wanted) : PART_BYTES;
    }
  }

  async *#blocks(): AsyncGenerator<RecordCursor, void, void> {
    while (this.offset < this.bytes) {
      const header = readHeader(await this.#file.read(this.offset, LONGEST_HEADER), this.#salt);
      if (!header) {
        if (!(await this.#findBlock())) return;
        continue;
      }
      const end = this.offset + header.headerBytes + header.storedBytes;
      if (end > this.bytes) {
        this.#tearHere();
        return;
      }
      const stored = await this.#file.read(this.offset + header.headerBytes, header.storedBytes);
      this.offset = end;
      const plain = crc32(stored) === header.crc ? await restoredOrNot(stored, header) : undefined;
      if (!plain) {
        this.damaged += header.records;
        continue;
      }
      const cursor = new RecordCursor(plain, this.#salt, true, this.#check);
      yield cursor;
      this.damaged += cursor.damaged;
    }
  }

  /** Behind a damaged header: goes to the next block; false when there is none, and the rest is a torn tail. */
  async #findBlock(): Promise<boolean> {
    const from = this.offset;
    for (let at = from + 1; at + BLOCK_HEADER_BYTES <= this.bytes; at += PART_BYTES) {
      const bytes = await this.#file.read(at, PART_BYTES + LONGEST_HEADER);
      for (let found = nextMarker(bytes, 0, this.kind); found >= 0; found = nextMarker(bytes, found + 1, this.kind)) {
        if (!readHeader(bytes.subarray(found), this.#salt)) continue;
        this.damaged++;
        this.offset = at + found;
        return true;
      }
    }
    this.#tearHere();
    return false;
  }

  #tearHere(): void {
    this.tornBytes = this.bytes - this.offset;
    this.offset = this.bytes;
  }
}

function readHeader(bytes: Buffer, salt: number): ReturnType<typeof readBlockHeader> {
  return bytes.length < BLOCK_HEADER_BYTES ? undefined : readBlockHeader(bytes, 0, salt);
}

async function restoredOrNot(
  stored: Buffer,
  { codec, plainBytes }: { readonly codec: number; readonly plainBytes: number },
): Promise<Buffer | undefined> {
  try {
    return await restoreBlock(stored, codec, plainBytes);
  } catch {
    return undefined;
  }
}
