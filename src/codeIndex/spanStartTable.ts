import type { SpanStart } from '../core/source/codeFacts.ts';
import { matchesSpanName } from '../core/source/spanNamePattern.ts';

/** Span starts of all files by name, and by file so that one file can be replaced. Bounded. */
export class SpanStartTable {
  readonly #maxStarts: number;
  readonly #byFile = new Map<string, readonly SpanStart[]>();
  readonly #byName = new Map<string, SpanStart[]>();
  readonly #patterns = new Set<SpanStart>();
  #size = 0;

  /** `maxStarts`: calls held at most; what a file has beyond is left out. */
  constructor(maxStarts: number) {
    this.#maxStarts = maxStarts;
  }

  get size(): number {
    return this.#size;
  }

  /** Replaces what is held of a file. Answers how many calls did not fit. */
  set(path: string, starts: readonly SpanStart[]): number {
    this.delete(path);
    const kept = starts.slice(0, Math.max(0, this.#maxStarts - this.#size));
    if (kept.length > 0) this.#byFile.set(path, kept);
    for (const start of kept) {
      if (start.parts.length === 0) continue;
      if (start.parts.length > 1) {
        this.#patterns.add(start);
        continue;
      }
      const name = start.parts[0] ?? '';
      const named = this.#byName.get(name);
      if (named) named.push(start);
      else this.#byName.set(name, [start]);
    }
    this.#size += kept.length;
    return starts.length - kept.length;
  }

  delete(path: string): void {
    const starts = this.#byFile.get(path);
    if (!starts) return;
    this.#byFile.delete(path);
    this.#size -= starts.length;
    for (const start of starts) {
      if (start.parts.length === 0 || this.#patterns.delete(start)) continue;
      const name = start.parts[0] ?? '';
      const left = (this.#byName.get(name) ?? []).filter((other) => other !== start);
      if (left.length > 0) this.#byName.set(name, left);
      else this.#byName.delete(name);
    }
  }

  clear(): void {
    this.#byFile.clear();
    this.#byName.clear();
    this.#patterns.clear();
    this.#size = 0;
  }

  inFile(path: string): readonly SpanStart[] {
    return this.#byFile.get(path) ?? [];
  }

  /** Calls that can start a span of this name: those that say it, and those whose pattern it fits. */
  matching(name: string): readonly SpanStart[] {
    const matches = [...(this.#byName.get(name) ?? [])];
    for (const start of this.#patterns) if (matchesSpanName(start.parts, name)) matches.push(start);
    return matches;
  }
}
