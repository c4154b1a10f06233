import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';

/** An entry of a directory. */
export interface DirectoryEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
}

/** What tells whether a file changed. */
export interface FileStamp {
  /** Milliseconds since the epoch, with what the disk knows of fractions. */
  readonly mtimeMs: number;
  readonly size: number;
}

/** The reads the index makes, so that a test can record every path that is touched. All paths are absolute. */
export interface FileSystem {
  readDirectory(path: string): Promise<readonly DirectoryEntry[]>;
  /** Rejects when the file is larger than `maxBytes`. Text is UTF-8; a byte order mark is left out. */
  readText(path: string, maxBytes: number): Promise<string>;
  /** Of the path itself: a link is a link. Undefined when there is nothing. */
  kindOf(path: string): Promise<DirectoryEntry['kind'] | undefined>;
  /** Of what a link leads to. Undefined when there is no such file. */
  stampOf(path: string): Promise<FileStamp | undefined>;
  /** Where a link leads. */
  realPath(path: string): Promise<string>;
}

/** The machine's file system. */
export const nodeFileSystem: FileSystem = {
  async readDirectory(path) {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) }));
  },
  async readText(path, maxBytes) {
    const info = await stat(path);
    // A FIFO or a device would block the read forever.
    if (!info.isFile()) throw new Error('not a file');
    if (info.size > maxBytes) throw new Error(`larger than ${String(maxBytes)} bytes`);
    const text = await readFile(path, 'utf8');
    return text.startsWith('\uFEFF') ? text.slice(1) : text;
  },
  async kindOf(path) {
    try {
      return kindOf(await lstat(path));
    } catch {
      return undefined;
    }
  },
  async stampOf(path) {
    try {
      const { mtimeMs, size } = await stat(path);
      return { mtimeMs, size };
    } catch {
      return undefined;
    }
  },
  realPath: realpath,
};

function kindOf(entry: {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}): DirectoryEntry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'link' : 'other';
}
