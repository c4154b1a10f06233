import type { RowGroup, RowId } from '../../src/protocol/rowApi.ts';
import { ROW, type RowWindow } from '../../src/protocol/viewApi.ts';

/** One row of a window, by position: columns are read, nothing is copied. */
export interface RowRef {
  readonly row: number;
  readonly window: RowWindow;
  readonly index: number;
}

/** Windows kept besides the newest; scrolling back a little then costs no round trip. */
const MOST_WINDOWS = 6;

/** The rows at hand of one layout revision. Rows of different revisions are never mixed. */
export class RowCache {
  #windows: readonly RowWindow[] = [];
  #revision = -1;
  #rowCount = 0;

  get revision(): number {
    return this.#revision;
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  clear(): void {
    this.#windows = [];
    this.#revision = -1;
    this.#rowCount = 0;
  }

  /** Takes a window. One of another revision replaces everything; one of the same is added. */
  accept(window: RowWindow): void {
    const others =
      window.revision === this.#revision
        ? this.#windows.filter((old) => old.from < window.from || old.from + old.count > window.from + window.count)
        : [];
    this.#revision = window.revision;
    this.#rowCount = window.rowCount;
    this.#windows = [window, ...others].slice(0, MOST_WINDOWS);
  }

  /** Forgets all windows but the one a row is in. */
  keepOnly(row: number): void {
    this.#windows = this.#windows.filter(({ from, count }) => row >= from && row < from + count).slice(0, 1);
  }

  at(row: number): RowRef | undefined {
    for (const window of this.#windows) {
      const index = row - window.from;
      if (index >= 0 && index < window.count) return { row, window, index };
    }
    return undefined;
  }

  /** A row by name when it is among the rows at hand, else undefined. */
  find(rowId: RowId): RowRef | undefined {
    for (const window of this.#windows) {
      const index = window.spanIds.indexOf(rowId);
      if (index >= 0) return { row: window.from + index, window, index };
    }
    return undefined;
  }

  /** True when every row of `first .. last` (inclusive, cut to the rows there are) is at hand. */
  covers(first: number, last: number): boolean {
    let row = Math.max(0, first);
    const end = Math.min(last, this.#rowCount - 1);
    while (row <= end) {
      const found = this.at(row);
      if (!found) return false;
      row = found.window.from + found.window.count;
    }
    return true;
  }
}

export function rowIdOf(ref: RowRef): RowId {
  return ref.window.spanIds[ref.index] as RowId;
}

/** What a row that is no span stands for. */
export function groupOf(ref: RowRef): RowGroup | undefined {
  return hasFlag(ref, 'group') ? ref.window.groups.find(({ row }) => row === ref.index) : undefined;
}

export function flagsOf(ref: RowRef): number {
  return ref.window.flags[ref.index] ?? 0;
}

export function depthOf(ref: RowRef): number {
  return ref.window.depth[ref.index] ?? 0;
}

export function offsetOf(ref: RowRef): number {
  return ref.window.offsetNs[ref.index] ?? 0;
}

export function durationOf(ref: RowRef): number {
  return ref.window.durationNs[ref.index] ?? 0;
}

export function hasFlag(ref: RowRef, flag: keyof typeof ROW): boolean {
  return (flagsOf(ref) & ROW[flag]) !== 0;
}
