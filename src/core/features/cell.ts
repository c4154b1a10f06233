/** One value of a feature: null when it is there and empty, undefined when it is not there. */
export type Cell = number | string | boolean | null | undefined;

/** Texts of cells are kept to this many UTF-16 units. */
const CELL_CHARS = 200;

/** A text as a cell keeps it. */
export function cellText(text: string): string {
  return text.length > CELL_CHARS ? `${text.slice(0, CELL_CHARS)}\u2026` : text;
}

/** What a value is: a missing one is `none`. NaN and infinities are numbers. */
export type CellType = 'number' | 'text' | 'bool' | 'none';

export function cellType(cell: Cell): CellType {
  if (cell === null || cell === undefined) return 'none';
  if (typeof cell === 'number') return 'number';
  return typeof cell === 'boolean' ? 'bool' : 'text';
}
