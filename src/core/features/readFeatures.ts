import { cellText, type Cell } from './cell.ts';
import type { FeatureValue, Incomplete } from './featureValue.ts';
import { readFrameText } from './frameText.ts';
import { cellOfLoose, isArray, rowsOf, scalarsOf, shapeOf, textsOf } from './looseCells.ts';
import { isObject, readLoose, textOf, type Loose, type LooseObject } from './looseLiteral.ts';
import { arrayOf } from './numberArray.ts';
import { recordedObject, recordedTable, recordedTensor } from './recordedValue.ts';

/** Texts are read up to this length in UTF-16 units. */
export const MOST_CHARS = 16 * 1024 * 1024;
export const MOST_FEATURES = 20_000;
export const MOST_ROWS = 2000;
/** Names one inside the other, joined by dots. */
const MAX_NESTING = 6;
/** Lists of more numbers are tensors of their own, not features `[0]`, `[1]`, … */
const MOST_LISTED = 16;
/** Objects that only wrap what they carry. */
const WRAPPERS: ReadonlySet<string> = new Set([
  'features',
  'feature_values',
  'data',
  'input',
  'inputs',
  'instances',
  'record',
  'records',
  'x',
  'X',
  'dataframe_split',
  'dataframe_records',
  'ndarray',
  'outputs',
  'predictions',
  'output',
  'values',
  'shap_values',
  'scores',
]);

/**
 * The tables and tensors that a text holds, as serving libraries and their printers write them: an object of name to value
 * or list, lists of objects or of `{name, value}`, pandas' split and dict forms and its prints, `instances` and `inputs` of TensorFlow Serving, KServe and Triton,
 * numpy, torch and jax. Empty for text, messages and other structures. Linear in the text; what is left out is marked.
 */
export function readFeatures(text: string): readonly FeatureValue[] {
  const limited = text.length > MOST_CHARS;
  const source = limited ? text.slice(0, MOST_CHARS) : text;
  const frame = /^\s*[[{("']/.test(source) ? undefined : readFrameText(source);
  if (frame) {
    const incomplete = { elided: frame.elided, unended: false, limited };
    return [{ kind: 'table', names: frame.names, columns: frame.columns, rows: frame.rows, incomplete }];
  }
  const loose = readLoose(source);
  if (loose === undefined) return [];
  const { elided, unended } = loose;
  const reading = new Reading({ elided, unended: unended && !limited, limited: limited || loose.limited });
  reading.read(loose.value, '', 0);
  return reading.found;
}

class Reading {
  readonly found: FeatureValue[] = [];
  readonly #incomplete: Incomplete;

  constructor(incomplete: Incomplete) {
    this.#incomplete = incomplete;
  }

  read(value: Loose, name: string, depth: number): void {
    if (typeof value !== 'object' || value === null) return;
    if (depth > MAX_NESTING) return;
    switch (value.kind) {
      case 'numbers':
      case 'array':
        this.#tensor(value, name);
        return;
      case 'list':
        this.#list(value.items, name);
        return;
      case 'object':
        this.#object(value, name, depth);
    }
  }

  #tensor(value: Loose, name: string): boolean {
    const array = arrayOf(value);
    if (array === undefined || array.values.length === 0) return false;
    this.found.push({ kind: 'tensor', name, ...array, incomplete: this.#incomplete });
    return true;
  }

  /** What Spanline's own capture recorded as an array or a table. */
  #recorded(object: LooseObject, name: string): boolean {
    const table = recordedTable(object);
    if (table) {
      const { names, rows, count } = table;
      const columns = names.map((_, at) => rows.map((row) => cellOfLoose(row[at])));
      this.#table(
        names,
        columns,
        rows.length,
        false,
        rows.length < count ? { count: rows.length, of: count } : undefined,
      );
      return true;
    }
    const tensor = recordedTensor(object);
    if (!tensor || tensor.shape.includes(0)) return tensor !== undefined;
    const { told, values } = tensor;
    const facts = told?.sampled === true ? 'sample' : 'all';
    const recorded = told && { recorded: { count: values.length, of: told.count, facts } as const };
    const incomplete = { ...this.#incomplete, ...recorded };
    this.found.push({ kind: 'tensor', name, ...tensor, ragged: false, incomplete });
    return true;
  }

  #list(items: readonly Loose[], name: string): void {
    const [first] = items;
    if (first === undefined) return;
    if (items.some((item) => isObject(item) && isRecorded(item))) {
      items.forEach((item, at) => {
        if (isObject(item)) this.#recorded(item, `${name}[${at}]`);
      });
      return;
    }
    if (isObject(first)) {
      const objects = items.filter(isObject);
      if (objects.length < items.length) return;
      if (this.#namedTensors(objects) || this.#namedValues(objects)) return;
      this.#records(objects);
      return;
    }
    if (this.#pairs(items)) return;
    if (this.#tensor({ kind: 'list', items }, name)) return;
    // A batch of rows with texts and gaps among the numbers.
    const rows = items.map((item) => scalarsOf(item));
    if (rows.every((row) => row !== undefined) && rows.length > 0) {
      const kept = rows.slice(0, MOST_ROWS);
      const width = kept.reduce((most, row) => Math.max(most, row.length), 0);
      const names = Array.from({ length: Math.min(MOST_FEATURES, width) }, (_, at) => `[${at}]`);
      this.#table(
        names,
        names.map((_, at) => kept.map((row) => row[at])),
        kept.length,
        rows.length > kept.length || width > MOST_FEATURES,
      );
      return;
    }
    const row = scalarsOf({ kind: 'list', items });
    if (row && row.some((cell) => typeof cell === 'number')) {
      const names = row.map((_, at) => `[${at}]`);
      this.#table(
        names,
        row.map((cell) => [cell]),
        1,
      );
    }
  }

  #object(object: LooseObject, name: string, depth: number): void {
    const { entries } = object;
    if (this.#recorded(object, name)) return;
    if (this.#split(entries) || this.#byColumn(entries) || this.#byIndex(entries)) return;
    const wrapped = wrappedValue(entries);
    if (wrapped !== undefined) {
      this.read(wrapped, name, depth + 1);
      if (this.found.length > 0) return;
    }
    const names: string[] = [];
    const columns: Cell[][] = [];
    this.#flatten(entries, name, names, columns, depth);
    this.#table(names, columns, 1);
  }

  /** `{"columns": […], "data": [[…], …]}`. */
  #split(entries: ReadonlyMap<string, Loose>): boolean {
    const names = textsOf(entries.get('columns') ?? entries.get('feature_names'));
    const data = rowsOf(entries.get('data') ?? entries.get('values'));
    if (names === undefined || data === undefined) return false;
    this.#table(
      names,
      names.map((_, at) => data.map((row) => row[at])),
      data.length,
    );
    return true;
  }

  /** `{"a": [1, 2], "b": [3, 4]}`: lists of one length, at least two rows of two columns. */
  #byColumn(entries: ReadonlyMap<string, Loose>): boolean {
    const columns = Array.from(entries.values(), scalarsOf);
    const rows = columns[0]?.length ?? 0;
    if (rows < 1 || columns.some((column) => column?.length !== rows)) return false;
    // Few columns of many numbers are vectors side by side; one row is written so by pandas too.
    if (columns.length < 2 || (rows > MOST_LISTED && columns.length < 4 && rows > 20 * columns.length)) return false;
    this.#table([...entries.keys()], columns as Cell[][], rows);
    return true;
  }

  /** pandas' `to_dict()`: `{"a": {"0": 1, "1": 2}, …}`. */
  #byIndex(entries: ReadonlyMap<string, Loose>): boolean {
    const columns = [...entries.values()];
    if (columns.length < 2 || !columns.every(isObject)) return false;
    const keys = [...(columns[0]?.entries.keys() ?? [])];
    if (keys.length === 0 || !keys.every((key) => /^\d+$/.test(key))) return false;
    if (columns.some((column) => column.entries.size !== keys.length)) return false;
    this.#table(
      [...entries.keys()],
      columns.map((column) => keys.map((key) => cellOfLoose(column.entries.get(key)))),
      keys.length,
    );
    return true;
  }

  /** Tensors of the v2 protocol: `{name, shape, datatype, data}`. Of one row length each they are the columns of a table. */
  #namedTensors(objects: readonly LooseObject[]): boolean {
    const tensors = objects.map(({ entries }) => ({
      name: textOf(entries.get('name')),
      data: entries.get('data'),
      dtype: entries.get('datatype') ?? entries.get('dtype'),
      shape: shapeOf(entries.get('shape')),
    }));
    if (!tensors.every(({ name, data, shape }) => name !== '' && data !== undefined && shape !== undefined))
      return false;
    const columns = tensors.map(({ data }) => scalarsOf(data ?? null));
    const rows = tensors[0]?.shape?.[0] ?? 0;
    const isColumn = tensors.every(({ shape }, at) => {
      const [count = 0, width = 1] = shape ?? [];
      return (shape?.length ?? 0) <= 2 && width === 1 && count === rows && columns[at]?.length === rows;
    });
    if (isColumn && rows > 0 && rows <= MOST_ROWS) {
      this.#table(
        tensors.map(({ name }) => name),
        columns as Cell[][],
        rows,
      );
      return true;
    }
    for (const { name, data, dtype, shape } of tensors) {
      const value: Loose = {
        kind: 'array',
        value: data ?? null,
        dtype: typeof dtype === 'string' ? dtype : '',
        device: '',
        shape,
      };
      if (!this.#tensor(value, name)) {
        const cells = scalarsOf(data ?? null);
        if (cells)
          this.#table(
            cells.length === 1 ? [name] : cells.map((_, at) => `${name}[${at}]`),
            cells.map((cell) => [cell]),
            1,
          );
      }
    }
    return true;
  }

  /** `[{"name": "tenure", "value": 3.2}, …]`. */
  #namedValues(objects: readonly LooseObject[]): boolean {
    const names: string[] = [];
    const columns: Cell[][] = [];
    for (const { entries } of objects) {
      const name = entries.get('name') ?? entries.get('feature') ?? entries.get('feature_name') ?? entries.get('key');
      const value =
        entries.get('value') ?? entries.get('score') ?? entries.get('importance') ?? entries.get('shap_value');
      if (typeof name !== 'string' || value === undefined || entries.size > 4) return false;
      names.push(name);
      columns.push([cellOfLoose(value)]);
    }
    this.#table(names, columns, 1);
    return true;
  }

  /** `[["tenure", 3.2], …]`. */
  #pairs(items: readonly Loose[]): boolean {
    const names: string[] = [];
    const columns: Cell[][] = [];
    for (const item of items) {
      if (typeof item !== 'object' || item?.kind !== 'list' || item.items.length !== 2) return false;
      const [name, value] = item.items;
      if (typeof name !== 'string' || typeof value === 'object' || typeof value === 'string') return false;
      names.push(name);
      columns.push([cellOfLoose(value)]);
    }
    if (new Set(names).size < names.length) return false;
    this.#table(names, columns, 1);
    return true;
  }

  /** A list of objects: a row each, whatever names they have. */
  #records(objects: readonly LooseObject[]): void {
    const byName = new Map<string, Cell[]>();
    const rows = Math.min(MOST_ROWS, objects.length);
    for (let row = 0; row < rows; row++) {
      const names: string[] = [];
      const columns: Cell[][] = [];
      this.#flatten(objects[row]!.entries, '', names, columns, 1, row === 0);
      names.forEach((name, at) => {
        let column = byName.get(name);
        if (!column) byName.set(name, (column = new Array<Cell>(rows).fill(undefined)));
        column[row] = columns[at]?.[0];
      });
      if (byName.size > MOST_FEATURES) break;
    }
    this.#table([...byName.keys()], [...byName.values()], rows, objects.length > rows);
  }

  /** Leaves of a structure with dotted names; long lists of numbers become tensors of their own. */
  #flatten(
    entries: ReadonlyMap<string, Loose>,
    prefix: string,
    names: string[],
    columns: Cell[][],
    depth: number,
    tensors = true,
  ): void {
    for (const [key, value] of entries) {
      if (names.length > MOST_FEATURES) return;
      const name = prefix === '' ? key : `${prefix}.${key}`;
      const cells = scalarsOf(value);
      if (
        typeof value !== 'object' ||
        value === null ||
        (isArray(value) && cells === undefined && arrayOf(value)?.values.length === 1)
      ) {
        names.push(name);
        columns.push([cellOfLoose(value)]);
      } else if (cells !== undefined && cells.length <= MOST_LISTED && (cells.length <= 4 || value.kind !== 'array')) {
        names.push(...(cells.length === 1 ? [name] : cells.map((_, at) => `${name}[${at}]`)));
        columns.push(...cells.map((cell) => [cell]));
      } else if (isObject(value)) {
        const shown = recordedObject(value);
        if (shown !== undefined) {
          names.push(name);
          columns.push([shown]);
        } else if (isRecorded(value)) {
          if (tensors) this.#recorded(value, name);
        } else if (depth < MAX_NESTING) this.#flatten(value.entries, name, names, columns, depth + 1, tensors);
      } else if (tensors) {
        this.read(value, name, depth + 1);
      }
    }
  }

  #table(
    names: readonly string[],
    columns: readonly (readonly Cell[])[],
    rows: number,
    more = false,
    recorded?: Incomplete['recorded'],
  ): void {
    if (names.length === 0 || rows === 0) return;
    const limited = more || names.length > MOST_FEATURES || rows > MOST_ROWS || this.#incomplete.limited;
    const kept = Math.min(rows, MOST_ROWS);
    this.found.push({
      kind: 'table',
      names: names.slice(0, MOST_FEATURES).map(cellText),
      columns: columns.slice(0, MOST_FEATURES).map((column) => (column.length > kept ? column.slice(0, kept) : column)),
      rows: kept,
      incomplete: { ...this.#incomplete, limited, ...(recorded && { recorded }) },
    });
  }
}

function isRecorded({ entries }: LooseObject): boolean {
  return entries.size === 1 && (entries.has('$tensor') || entries.has('$table'));
}

/** What an object wraps, when its other entries are a name or a version at most. */
function wrappedValue(entries: ReadonlyMap<string, Loose>): Loose | undefined {
  const inner = [...entries].filter(([key, value]) => WRAPPERS.has(key) && typeof value === 'object' && value !== null);
  const [only] = inner;
  const others = entries.size - inner.length;
  const isPlain = [...entries].every(
    ([key, value]) => WRAPPERS.has(key) || typeof value === 'string' || value === null || /version|^id$/.test(key),
  );
  return inner.length === 1 && only !== undefined && (others === 0 || (others <= 4 && isPlain)) ? only[1] : undefined;
}
