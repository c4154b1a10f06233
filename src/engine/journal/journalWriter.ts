import type { Timers } from '../../protocol/channel.ts';
import type { JournalFiles } from './journalFiles.ts';
import { FILE_KIND, RECORD_HEADER_BYTES, RECORD_TYPE, writeFileHeader, writeRecordHeader } from './journalFormat.ts';
import { journalName, saltOf } from './journalNames.ts';
import { encodeState, type JournalState } from './journalState.ts';

/** A power cut takes what came since the last sync: this long, and as long as the device needs for one. */
const SYNC_MS = 150;
/** A file takes no more after this, so that whole files can go when their time has come. */
const LONGEST_FILE_MS = 60 * 60 * 1000;

export interface WriterDeps {
  readonly files: JournalFiles;
  readonly timers: Timers;
  /** 12 random hex digits: no two writers make a file of the same name. */
  readonly owner: string;
  /** What each file begins with, so that older ones may go. */
  readonly state: () => JournalState;
  /** Called before a file is begun; answers its name's time and the bytes after which the next begins. */
  readonly onBegin: () => { readonly timeMs: number; readonly rollBytes: number };
  /** A file is whole, on the device, and closed. */
  readonly onClosed: (name: string) => void;
  /** The device did not take what was written before. */
  readonly onSyncFailed: (error: unknown) => void;
}

export interface RecordToWrite {
  readonly type: number;
  readonly workspace: number;
  readonly arrivedMs: number;
  readonly body: Uint8Array;
}

interface OpenFile {
  readonly name: string;
  readonly fd: number;
  readonly salt: number;
  readonly begunMs: number;
  readonly rollBytes: number;
  /** Up to the end of the last whole record. */
  bytes: number;
  /** Something was appended since the last sync began. */
  dirty: boolean;
}

/** Appends records to the present file and begins the next where it is full. */
export class JournalWriter {
  readonly #deps: WriterDeps;
  readonly #header = Buffer.alloc(RECORD_HEADER_BYTES);
  #file: OpenFile | undefined;
  /** Files that take no more and wait for their last sync. Only the sync loop closes files. */
  readonly #closing: OpenFile[] = [];
  #syncTimer: unknown;
  #syncing: Promise<void> | undefined;

  constructor(deps: WriterDeps) {
    this.#deps = deps;
  }

  /** The file being written, if one is. */
  get current(): { readonly name: string; readonly bytes: number; readonly begunMs: number } | undefined {
    return this.#file;
  }

  /**
   * The record is in the file (with the system, not yet on the device) when this returns. Throws the system's error
   * when it could not be written; nothing of it is left then, and the next record begins another file.
   */
  append(record: RecordToWrite): void {
    const { arrivedMs, body } = record;
    const present = this.#file;
    const full =
      present !== undefined &&
      (present.bytes + body.byteLength > present.rollBytes || arrivedMs - present.begunMs >= LONGEST_FILE_MS);
    if (full) this.roll();
    const file = this.#file ?? this.#begin(arrivedMs);
    writeRecordHeader(this.#header, record, file.salt);
    this.#append(file, [this.#header, body]);
    this.#markDirty(file);
  }

  /** Begins a file unless one is open. Throws as {@link append} does. */
  begin(arrivedMs: number): void {
    if (!this.#file) this.#markDirty(this.#begin(arrivedMs));
  }

  /** Ends the present file; the next record begins another. */
  roll(): void {
    if (!this.#file) return;
    this.#closing.push(this.#file);
    this.#file = undefined;
    this.#scheduleSync(0);
  }

  /** Ends the present file and waits until all are on the device and closed. */
  async close(): Promise<void> {
    this.roll();
    while (this.#closing.length > 0) {
      this.#clearTimer();
      await (this.#syncing ?? this.#startSync());
    }
    this.#clearTimer();
  }

  #begin(arrivedMs: number): OpenFile {
    const { files, owner, state, onBegin } = this.#deps;
    const { timeMs, rollBytes } = onBegin();
    const name = journalName(timeMs, owner);
    const salt = saltOf(name);
    const fd = files.create(name);
    const file = { name, fd, salt, begunMs: arrivedMs, rollBytes, bytes: 0, dirty: false };
    const body = encodeState(state());
    const header = Buffer.alloc(RECORD_HEADER_BYTES);
    writeRecordHeader(header, { type: RECORD_TYPE.state, workspace: 0, arrivedMs, body }, salt);
    this.#append(file, [writeFileHeader({ kind: FILE_KIND.records, salt }), header, body]);
    this.#file = file;
    return file;
  }

  /** Appends all of `parts`, or leaves the file as it was, gives it up and throws. */
  #append(file: OpenFile, parts: readonly Uint8Array[]): void {
    const { files } = this.#deps;
    try {
      files.append(file.fd, parts);
    } catch (error) {
      if (this.#file === file) this.#file = undefined;
      if (file.bytes === 0) {
        attempt(() => files.close(file.fd));
        attempt(() => files.remove(file.name));
      } else {
        // Where this fails, too, the reader meets a torn tail and cuts it.
        attempt(() => files.truncate(file.fd, file.bytes));
        this.#closing.push(file);
        this.#scheduleSync(SYNC_MS);
      }
      throw error;
    }
    for (const part of parts) file.bytes += part.byteLength;
  }

  #markDirty(file: OpenFile): void {
    file.dirty = true;
    this.#scheduleSync(SYNC_MS);
  }

  #scheduleSync(ms: number): void {
    if (this.#syncing) return;
    if (this.#syncTimer !== undefined) {
      if (ms > 0) return;
      this.#clearTimer();
    }
    this.#syncTimer = this.#deps.timers.set(() => {
      this.#syncTimer = undefined;
      void this.#startSync();
    }, ms);
  }

  #clearTimer(): void {
    if (this.#syncTimer !== undefined) this.#deps.timers.clear(this.#syncTimer);
    this.#syncTimer = undefined;
  }

  /** One sync at a time: a second would only wait for the same device. */
  #startSync(): Promise<void> {
    this.#syncing = this.#sync().finally(() => {
      this.#syncing = undefined;
      if (this.#file?.dirty === true || this.#closing.length > 0) this.#scheduleSync(SYNC_MS);
    });
    return this.#syncing;
  }

  async #sync(): Promise<void> {
    const { files, onClosed } = this.#deps;
    for (let file = this.#closing[0]; file; file = this.#closing[0]) {
      const { fd, name } = file;
      if (file.dirty) await this.#toDevice(file);
      attempt(() => files.close(fd));
      this.#closing.shift();
      onClosed(name);
    }
    if (this.#file?.dirty === true) await this.#toDevice(this.#file);
  }

  async #toDevice(file: OpenFile): Promise<void> {
    file.dirty = false;
    try {
      await this.#deps.files.sync(file.fd);
    } catch (error) {
      // What the system still has of this file is unknown: it takes no more.
      if (this.#file === file) {
        this.#file = undefined;
        this.#closing.push(file);
      }
      this.#deps.onSyncFailed(error);
    }
  }
}

/** Cleans up after an error that is told already. */
function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // The first error says more.
  }
}
