/** Lines of a file as they were since a time; hashes, so that no text is kept. */
interface Version {
  readonly sinceMs: number;
  readonly hashes: Uint32Array;
}

/** A file's versions as plain JSON; `hashes` in base 36, by line. */
export interface KeptLines {
  readonly path: string;
  readonly versions: readonly { readonly sinceMs: number; readonly hashes: readonly string[] }[];
}

/** Lines that are kept of all files, and versions of one. */
const MAX_KEPT_LINES = 500_000;
const MAX_KEPT_VERSIONS = 4;
const MAX_FILES = 500;
const MAX_VERSIONS = 10;
const MAX_LINES = 20_000;
/** Lines compared on each side of equal ones. */
const CONTEXT = 3;

/**
 * What files looked like when the resolver read them, so that a line of an older trace is followed through the edits
 * since. Bounded; a file not seen before an edit cannot be followed by it.
 */
export class LineHistory {
  readonly #files = new Map<string, readonly Version[]>();

  /** Notes the text of a file that was last written at `sinceMs`; whether it was another than the last. */
  note(path: string, lines: readonly string[], sinceMs: number): boolean {
    const versions = this.#files.get(path) ?? [];
    const last = versions.at(-1);
    if (lines.length > MAX_LINES || (last && last.sinceMs > sinceMs)) return false;
    const hashes = Uint32Array.from(lines, hashLine);
    // Written anew without a change: the lines are those of before.
    if (last?.hashes.length === hashes.length && last.hashes.every((hash, index) => hash === hashes[index]))
      return false;
    // Two writes may have one time, clocks of disks are coarse: the text that was read last is the file's.
    const earlier = last?.sinceMs === sinceMs ? versions.slice(0, -1) : versions;
    this.#set(path, [...earlier, { sinceMs, hashes }]);
    return true;
  }

  /** What an earlier start is to find again: the files noted last, newest first. */
  kept(): readonly KeptLines[] {
    const kept: KeptLines[] = [];
    let left = MAX_KEPT_LINES;
    for (const [path, all] of [...this.#files].reverse()) {
      const versions = all.slice(-MAX_KEPT_VERSIONS);
      left -= versions.reduce((sum, { hashes }) => sum + hashes.length, 0);
      if (left < 0) break;
      kept.push({
        path,
        versions: versions.map(({ sinceMs, hashes }) => ({
          sinceMs,
          hashes: Array.from(hashes, (hash) => hash.toString(36)),
        })),
      });
    }
    return kept;
  }

  /** Takes in what an earlier start kept, of whatever form it is. Files noted since keep what was noted. */
  restore(raw: unknown): void {
    if (!Array.isArray(raw)) return;
    for (const each of raw.slice(0, MAX_FILES).reverse() as unknown[]) {
      const { path, versions } = (each ?? {}) as Record<string, unknown>;
      if (typeof path !== 'string' || !Array.isArray(versions) || this.#files.has(path)) continue;
      const read = (versions as unknown[]).map(versionOf);
      if (read.every((version) => version !== undefined) && isInOrder(read)) this.#set(path, read);
    }
  }

  #set(path: string, versions: readonly Version[]): void {
    this.#files.delete(path);
    this.#files.set(path, versions.slice(-MAX_VERSIONS));
    const oldest = this.#files.keys().next().value;
    if (this.#files.size > MAX_FILES && oldest !== undefined) this.#files.delete(oldest);
  }

  /** Where a line of the file at `atMs` is now; `gone` when it was taken out, `unknown` when that file was not seen. */
  follow(path: string, line: number, atMs: number): number | 'gone' | 'unknown' {
    const versions = this.#files.get(path) ?? [];
    const then = versions.findLast(({ sinceMs }) => sinceMs <= atMs);
    const now = versions.at(-1);
    if (!then || !now || line > then.hashes.length) return 'unknown';
    return then === now ? line : (counterpart(then.hashes, now.hashes, line - 1) ?? 'gone');
  }
}

/** The place in `now` of line `at` (0-based) of `then`, 1-based. */
function counterpart(then: Uint32Array, now: Uint32Array, at: number): number | undefined {
  let best: number | undefined;
  let most = -1;
  for (let other = 0; other < now.length; other++) {
    if (now[other] !== then[at]) continue;
    let alike = 0;
    for (let step = 1; step <= CONTEXT; step++) {
      if (at - step >= 0 && then[at - step] === now[other - step]) alike++;
      if (at + step < then.length && then[at + step] === now[other + step]) alike++;
    }
    const closer = best === undefined || Math.abs(other - at) < Math.abs(best - at);
    if (alike > most || (alike === most && closer)) [best, most] = [other, alike];
  }
  return best === undefined ? undefined : best + 1;
}

function versionOf(raw: unknown): Version | undefined {
  const { sinceMs, hashes } = (raw ?? {}) as Record<string, unknown>;
  if (typeof sinceMs !== 'number' || !Array.isArray(hashes) || hashes.length > MAX_LINES) return undefined;
  return { sinceMs, hashes: Uint32Array.from(hashes as unknown[], (hash) => parseInt(String(hash), 36)) };
}

function isInOrder(versions: readonly Version[]): boolean {
  return versions.every(({ sinceMs }, index) => index === 0 || sinceMs > (versions[index - 1]?.sinceMs ?? 0));
}

/** FNV-1a over the line without the space around it. */
function hashLine(line: string): number {
  let hash = 0x811c9dc5;
  for (const character of line.trim()) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
