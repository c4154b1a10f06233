import { cellText, type Cell } from './cell.ts';
import type { Loose } from './looseLiteral.ts';
import { recordedObject } from './recordedValue.ts';

/** How JSON writers that know no NaN put it. */
const NOT_FINITE: ReadonlyMap<string, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

/** Whether a value is a printed array or a run of numbers. */
export function isArray(value: Loose): boolean {
  return typeof value === 'object' && value !== null && (value.kind === 'array' || value.kind === 'numbers');
}

/** A value as one cell: what is neither plain nor one value is undefined. */
export function cellOfLoose(value: Loose | undefined): Cell {
  if (value === undefined || value === null) return value;
  if (typeof value === 'string') return NOT_FINITE.get(value) ?? cellText(value);
  if (typeof value !== 'object') return value;
  if (value.kind === 'object') return recordedObject(value);
  const cells = scalarsOf(value);
  if (cells?.length === 1) return cells[0];
  return undefined;
}

/** A flat list of plain values (an array's included); undefined for everything else. */
export function scalarsOf(value: Loose): Cell[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  switch (value.kind) {
    case 'numbers':
      return Array.from(value.values);
    case 'array':
      return typeof value.value === 'object' ? scalarsOf(value.value) : [value.value];
    case 'list': {
      const cells: Cell[] = [];
      for (const item of value.items) {
        const inner = typeof item === 'object' && item !== null ? scalarsOf(item) : undefined;
        if (typeof item === 'object' && item !== null && !(item.kind === 'array' && inner?.length === 1))
          return undefined;
        cells.push(inner ? inner[0] : cellOfLoose(item));
      }
      return cells;
    }
    case 'object':
      return undefined;
  }
}

/** A list of texts only, not empty. */
export function textsOf(value: Loose | undefined): readonly string[] | undefined {
  const cells = value === undefined ? undefined : scalarsOf(value);
  return cells?.every((cell) => typeof cell === 'string') === true && cells.length > 0 ? cells.map(String) : undefined;
}

/** The sizes of an array's dimensions. */
export function shapeOf(value: Loose | undefined): readonly number[] | undefined {
  const cells = value === undefined ? undefined : scalarsOf(value);
  return cells?.every((cell) => typeof cell === 'number' && Number.isSafeInteger(cell) && cell >= 0) === true
    ? (cells as number[])
    : undefined;
}

/** Rows of plain values: a list of lists, or one row. */
export function rowsOf(value: Loose | undefined): readonly (readonly Cell[])[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const inner = value.kind === 'array' ? value.value : value;
  if (typeof inner !== 'object' || inner === null) return undefined;
  if (inner.kind === 'numbers') return [Array.from(inner.values)];
  if (inner.kind !== 'list') return undefined;
  const rows = inner.items.map(scalarsOf);
  if (rows.every((row) => row !== undefined)) return rows;
  const single = scalarsOf(inner);
  return single && [single];
}
