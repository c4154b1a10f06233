/** Lines of a file as they were since a time; hashes, so that no text is kept. */
interface Version {
  readonly sinceMs: number;
  readonly hashes: Uint32Array;
}

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
  readonly #files = new Map<string, Version[]>();

  /** Notes the text of a file that was last written at `sinceMs`. */
  note(path: string, lines: readonly string[], sinceMs: number): void {
    const versions = this.#files.get(path) ?? [];
    const last = versions.at(-1);
    if (lines.length > MAX_LINES || (last && last.sinceMs >= sinceMs)) return;
    const hashes = Uint32Array.from(lines, hashLine);
    // Written anew without a change: the lines are those of before.
    if (last?.hashes.length === hashes.length && last.hashes.every((hash, index) => hash === hashes[index])) return;
    versions.push({ sinceMs, hashes });
    if (versions.length > MAX_VERSIONS) versions.shift();
    this.#files.delete(path);
    this.#files.set(path, versions);
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

/** FNV-1a over the line without the space around it. */
function hashLine(line: string): number {
  let hash = 0x811c9dc5;
  for (const character of line.trim()) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
