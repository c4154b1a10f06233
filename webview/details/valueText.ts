import type { AttributeValue, CutValue } from '../../src/core/model/attributes.ts';

/** The value as text for copying and for one line: structures as JSON, 64-bit integers in full. */
export function valueText(value: AttributeValue): string {
  switch (value.type) {
    case 'string':
    case 'bytes':
    case 'int':
      return value.value;
    case 'bool':
    case 'double':
      return String(value.value);
    case 'array':
    case 'kvlist':
      return valueJson(value);
    case 'empty':
      return '';
  }
}

/** JSON text of a value. Integers are written as numbers with all digits; bytes as base64 strings. */
export function valueJson(value: AttributeValue): string {
  switch (value.type) {
    case 'string':
    case 'bytes':
      // Only inside structures: a cut value by itself says so beside its text.
      return JSON.stringify(value.cut ? `${value.value}…` : value.value);
    case 'int':
      return value.value;
    case 'bool':
      return String(value.value);
    case 'double':
      return typeof value.value === 'number' ? String(value.value) : JSON.stringify(value.value);
    case 'array':
      return `[${value.values.map(valueJson).join(',')}]`;
    case 'kvlist':
      return `{${value.entries.map((entry) => `${JSON.stringify(entry.key)}:${valueJson(entry.value)}`).join(',')}}`;
    case 'empty':
      return 'null';
  }
}

/** What the type column says; plain strings say nothing. */
export function typeName(value: AttributeValue): string {
  return value.type === 'string' ? '' : value.type;
}

/** A structure in which strings or bytes are cut. */
export interface StructureCut {
  /** Of the values that are cut. */
  readonly totalBytes: number;
  readonly value: AttributeValue;
}

/** What is not here of a value, to be fetched whole. */
export function cutOf(value: AttributeValue): CutValue | StructureCut | undefined {
  if (value.type === 'string' || value.type === 'bytes') return value.cut;
  const totalBytes = missingBytes(value);
  return totalBytes === 0 ? undefined : { totalBytes, value };
}

function missingBytes(value: AttributeValue): number {
  switch (value.type) {
    case 'string':
    case 'bytes':
      return value.cut?.totalBytes ?? 0;
    case 'array':
      return value.values.reduce((sum, each) => sum + missingBytes(each), 0);
    case 'kvlist':
      return value.entries.reduce((sum, entry) => sum + missingBytes(entry.value), 0);
    default:
      return 0;
  }
}

/** {@link valueJson} with everything that was cut; `load` fetches one string. */
export async function wholeJson(value: AttributeValue, load: (cut: CutValue) => Promise<string>): Promise<string> {
  const parts: string[] = [];
  // One after the other: there may be thousands.
  switch (value.type) {
    case 'string':
    case 'bytes':
      return value.cut ? JSON.stringify(await load(value.cut)) : valueJson(value);
    case 'array':
      for (const each of value.values) parts.push(await wholeJson(each, load));
      return `[${parts.join(',')}]`;
    case 'kvlist':
      for (const { key, value: each } of value.entries) {
        parts.push(`${JSON.stringify(key)}:${await wholeJson(each, load)}`);
      }
      return `{${parts.join(',')}}`;
    default:
      return valueJson(value);
  }
}
