import { KeyTable } from '../../src/core/store/keyTable.ts';
import { LogColumns } from '../../src/core/store/logColumns.ts';
import { RangeTable } from '../../src/core/store/rangeTable.ts';
import type { ByteRange } from '../../src/core/store/rangeTable.ts';
import { SpanColumns } from '../../src/core/store/spanColumns.ts';
import { StringTable } from '../../src/core/store/stringTable.ts';
import { TupleTable } from '../../src/core/store/tupleTable.ts';
import type { TraceStore } from '../../src/core/store/traceStore.ts';

/**
 * Everything a store holds as plain values, private parts included, for comparing before and after. Columns and tables
 * are dumped as far as they are filled: spare room is not content. The readers are left out: they are scratch.
 */
export function dumpStore(store: TraceStore): unknown {
  const { state } = store as unknown as { state: object };
  return dump(state, new Map());
}

function dump(value: unknown, seen: Map<object, number>): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value;
  if (ArrayBuffer.isView(value)) {
    return value instanceof DataView
      ? 'view'
      : Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex');
  }
  const number = seen.get(value);
  if (number !== undefined) return `see ${String(number)}`;
  seen.set(value, seen.size);
  if (Array.isArray(value)) return value.map((item) => dump(item, seen));
  if (value instanceof Map) return [...value].map(([key, item]) => [dump(key, seen), dump(item, seen)]);
  if (value instanceof Set) return [...value].map((item) => dump(item, seen));
  if (value instanceof StringTable) return Array.from({ length: value.count }, (_, index) => value.text(index));
  if (value instanceof KeyTable) {
    return [dump(value.strings, seen), [...value.roles.subarray(0, value.strings.count)]];
  }
  if (value instanceof TupleTable) return [...value.values.subarray(0, value.count * value.width)];
  if (value instanceof RangeTable) {
    return Array.from({ length: value.count }, (_, i) => [dumpRange(value.message(i)), dumpRange(value.schemaUrl(i))]);
  }
  const filled = value instanceof SpanColumns || value instanceof LogColumns ? value.count : undefined;
  const plain: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (filled === undefined) plain[key] = dump(item, seen);
    else if (key === 'count') plain[key] = item;
    else if (key !== 'capacity') plain[key] = [...(item as Uint32Array).subarray(0, filled)];
  }
  return plain;
}

function dumpRange({ bytes, start, end }: ByteRange): string {
  return Buffer.from(bytes.subarray(start, end)).toString('hex');
}
