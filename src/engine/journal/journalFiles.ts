import fs from 'node:fs';
import { open, rename } from 'node:fs/promises';
import path from 'node:path';

export interface FileEntry {
  readonly name: string;
  readonly bytes: number;
}

/** A file open for reading in the background. */
export interface ReadableFile {
  readonly bytes: number;
  /** `length` bytes at `offset`, fewer only where the file ends. */
  read(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** A new file written in the background. */
export interface WritableFile {
  write(parts: readonly Uint8Array[]): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The journal's folder: all the journal does to the file system, so that tests can make any of it fail. Methods throw
 * (or reject with) the system's errors. Those that are not asynchronous are called while an exporter waits.
 */
export interface JournalFiles {
  /** Makes the folder where it is missing, lets nobody else read it, and finds out whether it can be written. */
  prepare(): void;
  /** Every file of the folder, not below it. */
  list(): readonly FileEntry[];
  /** Makes a file that must not exist yet, for the user alone, open for appending. */
  create(name: string): number;
  /** Writes all parts at the file's end; after an error any number of their bytes is there. */
  append(fd: number, parts: readonly Uint8Array[]): void;
  truncate(fd: number, bytes: number): void;
  /** Waits until what was appended is on the device. */
  sync(fd: number): Promise<void>;
  close(fd: number): void;
  /** A file that is not there is fine. */
  remove(name: string): void;
  read(name: string): Promise<ReadableFile>;
  /** Makes or empties a file. */
  write(name: string): Promise<WritableFile>;
  /** Puts `from` in the place of `to`, at once. */
  replace(from: string, to: string): Promise<void>;
}

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** The folder `dir` of the real file system. */
export function nodeJournalFiles(dir: string): JournalFiles {
  const at = (name: string): string => path.join(dir, name);
  return {
    prepare: () => {
      fs.mkdirSync(dir, { recursive: true, mode: FOLDER_MODE });
      // One that was there, or that a umask made: others must not read span data.
      if (process.platform !== 'win32') fs.chmodSync(dir, FOLDER_MODE);
      fs.accessSync(dir, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK);
    },
    list: () =>
      fs
        .readdirSync(dir, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .flatMap(({ name }) => {
          const stat = fs.statSync(at(name), { throwIfNoEntry: false });
          return stat ? [{ name, bytes: stat.size }] : [];
        }),
    create: (name) => fs.openSync(at(name), 'wx', FILE_MODE),
    append: (fd, parts) => {
      let rest = parts;
      while (rest.length > 0) rest = behind(rest, fs.writevSync(fd, rest));
    },
    truncate: (fd, bytes) => fs.ftruncateSync(fd, bytes),
    sync: (fd) =>
      new Promise((resolve, reject) => {
        fs.fsync(fd, (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
    close: (fd) => fs.closeSync(fd),
    remove: (name) => fs.rmSync(at(name), { force: true }),
    read: async (name) => {
      const handle = await open(at(name), 'r');
      const { size } = await handle.stat();
      return {
        bytes: size,
        read: async (offset, length) => {
          const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - offset)));
          let filled = 0;
          while (filled < buffer.length) {
            const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, offset + filled);
            if (bytesRead === 0) break;
            filled += bytesRead;
          }
          return buffer.subarray(0, filled);
        },
        close: () => handle.close(),
      };
    },
    write: async (name) => {
      const handle = await open(at(name), 'w', FILE_MODE);
      return {
        write: async (parts) => {
          let rest = parts;
          while (rest.length > 0) rest = behind(rest, (await handle.writev(rest)).bytesWritten);
        },
        sync: () => handle.sync(),
        close: () => handle.close(),
      };
    },
    replace: (from, to) => rename(at(from), at(to)),
  };
}

/** What is left of `parts` behind their first `count` bytes. */
function behind(parts: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  let skip = count;
  const rest: Uint8Array[] = [];
  for (const part of parts) {
    if (skip >= part.byteLength) skip -= part.byteLength;
    else {
      rest.push(skip === 0 ? part : part.subarray(skip));
      skip = 0;
    }
  }
  return rest;
}
