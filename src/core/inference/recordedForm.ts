/*
 * Values that are no JSON as instrument/ records them (docs/launch.md), for a line: `{"$tensor": …}`, `{"$table": …}`,
 * `{"$object": …}`, `{"$cut": …}`.
 */

/** Numbers of an array, or rows of a table, that a line has room for. */
const FEW = 8;

/** What a recorded value is in a line. */
export type RecordedForm =
  /** To be written as this. */
  | { readonly kind: 'value'; readonly value: unknown; readonly prefix: string }
  /** An object of which nothing but its type is known. */
  | { readonly kind: 'name'; readonly name: string; readonly bare: boolean };

/** Undefined for plain objects. */
export function recordedForm(value: object): RecordedForm | undefined {
  const [first] = Object.entries(value);
  if (first?.[0].startsWith('$') !== true) return undefined;
  const [key, inner] = first as [string, unknown];
  if (key === '$object' && typeof inner === 'string') {
    const shown = 'repr' in value && typeof value.repr === 'string' ? value.repr : '';
    return { kind: 'name', name: shown === '' ? shortType(inner) : shown, bare: shown === '' };
  }
  if (key === '$cut') return { kind: 'name', name: '\u2026', bare: false };
  if (typeof inner !== 'object' || inner === null) return undefined;
  if (key === '$tensor') return tensorForm(inner);
  return key === '$table' ? tableForm(inner) : undefined;
}

function tensorForm(tensor: object): RecordedForm | undefined {
  const { dtype, shape, data } = tensor as Readonly<Record<string, unknown>>;
  if (!Array.isArray(shape) || !Array.isArray(data)) return undefined;
  const count = shape.reduce((product: number, length) => product * Number(length), 1);
  if (count === data.length && count <= FEW) return { kind: 'value', value: data as unknown[], prefix: '' };
  const kind = typeof dtype === 'string' && dtype !== '' ? `${dtype} ` : '';
  return { kind: 'name', name: `${kind}${shape.map(String).join('\u00d7')}`, bare: false };
}

function tableForm(table: object): RecordedForm | undefined {
  const { columns, rows, row_count: count } = table as Readonly<Record<string, unknown>>;
  if (!Array.isArray(columns) || !Array.isArray(rows)) return undefined;
  const [row] = rows as unknown[];
  const total = typeof count === 'number' ? count : rows.length;
  if (!Array.isArray(row)) return { kind: 'name', name: `${total}\u00d7${columns.length}`, bare: false };
  const value = Object.fromEntries(columns.map((name, at) => [String(name), row[at] as unknown]));
  return { kind: 'value', value, prefix: total === 1 ? '' : `${total.toLocaleString('en-US')} rows, first ` };
}

/** `pkg.module.Type` without where it is from. */
function shortType(type: string): string {
  return type.slice(type.lastIndexOf('.') + 1);
}
