import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip, gunzip } from 'node:zlib';
import { CODE_FACTS_VERSION, type CodeFacts } from '../core/source/codeFacts.ts';
import type { ContentHistory } from './contentHistory.ts';
import type { FileStamp } from './fileSystem.ts';

const FORM = 'spanline code facts 2';
/** Of the texts in the file, unpacked; what is beyond is read from the code the next time. */
const MAX_BYTES = 256 * 1024 * 1024;
/** A file changed so shortly before it was read may change again without looking changed: clocks of disks are coarse. */
const SETTLED_MS = 2_000;
/** Of a file that is to be read again at the next start: what it held when is kept all the same. */
const UNSETTLED: FileStamp = { mtimeMs: 0, size: -1 };
const CHUNK_CHARACTERS = 64 * 1024;
const NEW_LINE = 10;

/** Facts in the file, as they lie in its text. */
interface Kept {
  readonly stamp: FileStamp;
  readonly from: number;
  readonly to: number;
}

/**
 * Facts of files from an earlier start, in one file on disk: each holds for as long as its file's size and time of
 * change are the same. Whatever is wrong with the file, code is read instead. What another build of the reader kept is
 * not used.
 *
 * The file is gzip, which also tells whether it is whole. Inside are lines of JSON: what made it, then two for each
 * file, `[path, mtimeMs, size, contents]` (`KeptContents`) and its facts.
 */
export class FactsCache {
  readonly #file: string;
  readonly #maker: string;
  readonly #contents: ContentHistory;
  #text = Buffer.alloc(0);
  #kept = new Map<string, Kept>();
  /** Of the files whose facts the index holds. */
  readonly #stamps = new Map<string, FileStamp>();
  #unsaved = 0;

  /** `file`: absolute; `build` changes with the code that reads facts; `contents` is kept with them. */
  constructor(file: string, build: string, contents: ContentHistory) {
    this.#file = file;
    this.#contents = contents;
    this.#maker = JSON.stringify([FORM, CODE_FACTS_VERSION, build]);
  }

  /** Files read, changed or gone since the file was written. */
  get unsaved(): number {
    return this.#unsaved;
  }

  /** Reads the file; does not reject. Answers why there is nothing, or undefined. */
  async load(): Promise<string | undefined> {
    try {
      this.#text = await promisify(gunzip)(await readFile(this.#file), { maxOutputLength: MAX_BYTES });
      this.#kept = this.#read();
      return undefined;
    } catch (error) {
      this.release();
      return error instanceof Error ? error.message : String(error);
    }
  }

  #read(): Map<string, Kept> {
    const kept = new Map<string, Kept>();
    const text = this.#text;
    const lineEnd = (from: number): number => {
      const end = text.indexOf(NEW_LINE, from);
      if (end < 0) throw new Error('a line has no end');
      return end;
    };
    let at = lineEnd(0) + 1;
    if (text.toString('utf8', 0, at - 1) !== this.#maker) throw new Error('made by another build');
    while (at < text.length) {
      const headEnd = lineEnd(at);
      const head = JSON.parse(text.toString('utf8', at, headEnd)) as [string, number, number, unknown];
      const [path, mtimeMs, size, contents] = head;
      const to = lineEnd(headEnd + 1);
      kept.set(path, { stamp: { mtimeMs, size }, from: headEnd + 1, to });
      this.#contents.restore(path, contents, mtimeMs);
      at = to + 1;
    }
    return kept;
  }

  /** Whether there are facts of a file as it is now. */
  has(path: string, stamp: FileStamp): boolean {
    const kept = this.#kept.get(path);
    return kept?.stamp.size === stamp.size && kept.stamp.mtimeMs === stamp.mtimeMs;
  }

  /** The facts of a file that {@link FactsCache.has}; undefined when they cannot be read after all. Once for each file. */
  take(path: string): CodeFacts | undefined {
    const kept = this.#kept.get(path);
    if (!kept) return undefined;
    this.#kept.delete(path);
    try {
      const facts = JSON.parse(this.#text.toString('utf8', kept.from, kept.to)) as CodeFacts;
      this.#stamps.set(path, kept.stamp);
      return facts;
    } catch {
      this.#unsaved++;
      return undefined;
    }
  }

  /** A file's facts were read from its text; `stamp` is from before that. */
  add(path: string, stamp: FileStamp | undefined): void {
    this.#stamps.delete(path);
    if (!stamp) return;
    if (Date.now() - stamp.mtimeMs < SETTLED_MS) {
      this.#stamps.set(path, UNSETTLED);
      return;
    }
    this.#stamps.set(path, stamp);
    this.#unsaved++;
  }

  /** A file changed or is gone, whatever its stamp says: two writes may have one time and size. */
  delete(path: string): void {
    if (this.#stamps.delete(path)) this.#unsaved++;
    if (this.#kept.delete(path)) this.#unsaved++;
  }

  /** Lets go of what was read from disk, when all files have been asked for. */
  release(): void {
    this.#unsaved += this.#kept.size;
    this.#kept = new Map();
    this.#text = Buffer.alloc(0);
  }

  /**
   * Writes what the index holds, in one step for those who read: a process that dies leaves the file of before. `pause`
   * lets others have their turn. Rejects when it cannot be written.
   */
  async save(factsOf: (path: string) => CodeFacts | undefined, pause: () => Promise<void>): Promise<void> {
    this.#unsaved = 0;
    const making = `${this.#file}.new`;
    await mkdir(dirname(this.#file), { recursive: true });
    try {
      await pipeline(
        Readable.from(this.#chunks(factsOf, pause)),
        createGzip({ level: 1 }),
        createWriteStream(making, { mode: 0o600 }),
      );
      await rename(making, this.#file);
    } catch (error) {
      await rm(making, { force: true });
      throw error;
    }
  }

  async *#chunks(
    factsOf: (path: string) => CodeFacts | undefined,
    pause: () => Promise<void>,
  ): AsyncGenerator<Buffer, void, void> {
    let bytes = 0;
    let chunk = `${this.#maker}\n`;
    for (const path of [...this.#stamps.keys()]) {
      const facts = factsOf(path);
      const stamp = this.#stamps.get(path);
      if (!facts || !stamp) continue;
      chunk += `${JSON.stringify([path, stamp.mtimeMs, stamp.size, this.#contents.kept(path) ?? []])}\n${JSON.stringify(facts)}\n`;
      if (chunk.length < CHUNK_CHARACTERS) continue;
      const part = Buffer.from(chunk);
      bytes += part.length;
      // A chunk more than this leaves room for in a reader would make the whole file worthless.
      if (bytes > MAX_BYTES) return;
      yield part;
      chunk = '';
      await pause();
    }
    if (bytes + 4 * chunk.length <= MAX_BYTES) yield Buffer.from(chunk);
  }
}
