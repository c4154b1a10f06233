import type { Cell } from './cell.ts';
import { isObject, textOf, type Loose, type LooseObject } from './looseLiteral.ts';
import type { ToldFacts } from './tensorFacts.ts';

/*
 * Arrays and tables as instrument/ records them (docs/launch.md): `{"$tensor": …}` and `{"$table": …}`, of long ones the beginning
 * with facts of the whole.
 */

export interface RecordedTensor {
  readonly dtype: string;
  readonly device: string;
  readonly shape: readonly number[];
  /** The first numbers, the last dimension running fastest; gaps are NaN. */
  readonly values: Float64Array<ArrayBuffer>;
  /** Present when there are more than `values`. */
  readonly told?: ToldFacts;
}

export interface RecordedTable {
  readonly names: readonly string[];
  readonly rows: readonly (readonly Loose[])[];
  /** Of the whole table. */
  readonly count: number;
}

const MOST_DIMENSIONS = 64;
const NOT_FINITE: ReadonlyMap<Loose, number> = new Map<Loose, number>([
  [null, NaN],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

/** The array in `{"$tensor": …}`; undefined for other objects, and for arrays of no numbers. */
export function recordedTensor({ entries }: LooseObject): RecordedTensor | undefined {
  const inner = entries.get('$tensor');
  if (entries.size !== 1 || !isObject(inner)) return undefined;
  const of = inner.entries;
  const shape = numbersOf(of.get('shape'));
  const values = numbersOf(of.get('data'));
  if (!shape || !values || shape.length > MOST_DIMENSIONS) return undefined;
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0)) return undefined;
  const count = shape.reduce((product, length) => product * length, 1);
  const number = (key: string): number => {
    const value = of.get(key);
    return typeof value === 'number' ? value : NaN;
  };
  const told: ToldFacts = {
    count,
    min: number('min'),
    max: number('max'),
    mean: number('mean'),
    nans: Math.max(0, number('nan')) || 0,
    zeros: Math.max(0, number('zeros')) || 0,
    sampled: of.get('sampled') === true,
  };
  return {
    dtype: textOf(of.get('dtype')),
    device: textOf(of.get('device')),
    shape: [...shape],
    values,
    ...(values.length < count ? { told } : {}),
  };
}

/** The table in `{"$table": …}`; undefined for other objects. */
export function recordedTable({ entries }: LooseObject): RecordedTable | undefined {
  const inner = entries.get('$table');
  if (entries.size !== 1 || !isObject(inner)) return undefined;
  const names = listOf(inner.entries.get('columns'));
  const rows = listOf(inner.entries.get('rows'))?.map((row) => listOf(row));
  if (!names?.every((name) => typeof name === 'string') || !rows?.every((row) => row !== undefined)) return undefined;
  const count = inner.entries.get('row_count');
  return { names, rows, count: typeof count === 'number' && count > rows.length ? count : rows.length };
}

/** `{"$object": "module.Type", "repr": …}` as a cell: what it looks like, else what it is. */
export function recordedObject({ entries }: LooseObject): Cell {
  const type = entries.get('$object');
  const shown = entries.get('repr');
  if (typeof type !== 'string') return undefined;
  return typeof shown === 'string' && shown !== '' ? shown : type;
}

function listOf(value: Loose | undefined): readonly Loose[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (value.kind === 'numbers') return Array.from(value.values);
  return value.kind === 'list' ? value.items : undefined;
}

function numbersOf(value: Loose | undefined): Float64Array<ArrayBuffer> | undefined {
  const items = listOf(value);
  if (!items) return undefined;
  const numbers = new Float64Array(items.length);
  for (const [at, item] of items.entries()) {
    const number = typeof item === 'number' ? item : typeof item === 'boolean' ? Number(item) : NOT_FINITE.get(item);
    if (number === undefined) return undefined;
    numbers[at] = number;
  }
  return numbers;
}
