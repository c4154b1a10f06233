import { createHash } from 'node:crypto';

/** What a file held from a time on. */
interface Version {
  /** When a file with this text was first seen written, in milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly hash: string;
}

/** A file's versions as plain JSON, oldest first. */
export type KeptContents = readonly (readonly [sinceMs: number, hash: string])[];

const MAX_FILES = 50_000;
const MAX_VERSIONS = 8;
const HASH_CHARACTERS = 16;

/**
 * Which text files of code held when, as hashes: a file that was written anew with the same text, or is again what it was
 * (another branch and back), holds the lines that an older trace names. Changes that nobody read are not known. Files that are gone
 * stay, for the branch that has them.
 */
export class ContentHistory {
  readonly #files = new Map<string, { readonly versions: readonly Version[]; readonly writtenMs: number }>();

  /** Notes the text of a file that was last written at `writtenMs`. */
  note(path: string, text: string, writtenMs: number): void {
    const hash = createHash('sha1').update(text).digest('base64').slice(0, HASH_CHARACTERS);
    // Written with an older time than before: a copy that kept its own.
    const versions = (this.#files.get(path)?.versions ?? []).filter(({ sinceMs }) => sinceMs <= writtenMs);
    const same = versions.at(-1)?.hash === hash;
    const all = same
      ? versions
      : [...versions.filter((each) => each.sinceMs < writtenMs), { sinceMs: writtenMs, hash }];
    this.#set(path, all.slice(-MAX_VERSIONS), writtenMs);
  }

  /** Since when a file that was written at `writtenMs` holds what it holds: that time where no text of then was noted. */
  since(path: string, writtenMs: number): number {
    const file = this.#files.get(path);
    return (file?.writtenMs === writtenMs ? file.versions.at(-1)?.sinceMs : undefined) ?? writtenMs;
  }

  /** Whether a file that was written at `writtenMs` holds what it held at `atMs`; false where that is not known. */
  isAsAt(path: string, writtenMs: number, atMs: number): boolean {
    const file = this.#files.get(path);
    if (file?.writtenMs !== writtenMs) return false;
    const then = file.versions.findLast(({ sinceMs }) => sinceMs <= atMs);
    return then !== undefined && then.hash === file.versions.at(-1)?.hash;
  }

  /** What a later start is to know of a file; undefined for nothing. */
  kept(path: string): KeptContents | undefined {
    return this.#files.get(path)?.versions.map(({ sinceMs, hash }) => [sinceMs, hash] as const);
  }

  /** Takes in what an earlier start kept of a file that was written at `writtenMs` then, of whatever form it is. */
  restore(path: string, raw: unknown, writtenMs: number): void {
    if (!Array.isArray(raw) || this.#files.has(path)) return;
    const versions: Version[] = [];
    for (const each of raw.slice(-MAX_VERSIONS) as unknown[]) {
      const [sinceMs, hash] = Array.isArray(each) ? (each as unknown[]) : [];
      if (typeof sinceMs !== 'number' || typeof hash !== 'string') return;
      if (sinceMs <= (versions.at(-1)?.sinceMs ?? 0)) return;
      versions.push({ sinceMs, hash });
    }
    if (versions.length > 0) this.#set(path, versions, writtenMs);
  }

  #set(path: string, versions: readonly Version[], writtenMs: number): void {
    this.#files.delete(path);
    this.#files.set(path, { versions, writtenMs });
    const oldest = this.#files.keys().next().value;
    if (this.#files.size > MAX_FILES && oldest !== undefined) this.#files.delete(oldest);
  }
}
