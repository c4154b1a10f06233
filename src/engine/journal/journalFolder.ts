import type { FileEntry, JournalFiles } from './journalFiles.ts';
import { isJournalName, TEMPORARY_SUFFIX } from './journalNames.ts';

/** What the journal knows of the files in its folder that nobody writes to any more. */
export class JournalFolder {
  readonly #files: JournalFiles;
  readonly #onKept: (name: string, error: unknown) => void;
  /** Bytes by name. */
  readonly #closed = new Map<string, number>();
  /** Files that may be raw. */
  readonly #raw = new Set<string>();

  /** `onKept` is told of a file that could not be deleted. */
  constructor(files: JournalFiles, onKept: (name: string, error: unknown) => void) {
    this.#files = files;
    this.#onKept = onKept;
  }

  /** Files the journal made, by name, as the folder has them now; none where it cannot be read. */
  listed(): readonly FileEntry[] {
    try {
      return this.#files
        .list()
        .filter(({ name }) => isJournalName(name.replace(TEMPORARY_SUFFIX, '')))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch {
      return [];
    }
  }

  /** The entry of one name, as the folder has it now. */
  find(name: string): FileEntry | undefined {
    return this.listed().find((each) => each.name === name);
  }

  /** A file was closed; it may be raw. */
  add({ name, bytes }: FileEntry): void {
    this.#closed.set(name, bytes);
    this.#raw.add(name);
  }

  has(name: string): boolean {
    return this.#closed.has(name);
  }

  bytesOf(name: string): number | undefined {
    return this.#closed.get(name);
  }

  /** A file has another size now. */
  resized({ name, bytes }: FileEntry): void {
    this.#closed.set(name, bytes);
  }

  /** Bytes of all closed files. */
  get bytes(): number {
    let total = 0;
    for (const bytes of this.#closed.values()) total += bytes;
    return total;
  }

  /** Closed files, oldest first. */
  sorted(): readonly FileEntry[] {
    return Array.from(this.#closed, ([name, bytes]) => ({ name, bytes })).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Names of those that may be raw, oldest first. */
  get raw(): readonly string[] {
    return [...this.#raw].sort();
  }

  /** A file is looked at once, whatever comes of it. */
  takeRaw(name: string): void {
    this.#raw.delete(name);
  }

  /** Deletes a file; throws the system's error. */
  delete(name: string): void {
    this.#files.remove(name);
    this.#closed.delete(name);
    this.#raw.delete(name);
  }

  /** Deletes a file, or says that it could not. */
  remove(name: string): void {
    try {
      this.delete(name);
    } catch (error) {
      this.#onKept(name, error);
    }
  }
}
