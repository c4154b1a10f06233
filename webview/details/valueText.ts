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
      return JSON.stringify(value.value);
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

export function cutOf(value: AttributeValue): CutValue | undefined {
  return value.type === 'string' || value.type === 'bytes' ? value.cut : undefined;
}
