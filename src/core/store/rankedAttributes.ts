import { readAnyValue, scalarText, type ValueLimit } from '../otlp/anyValue.ts';
import { FieldCursor, lastField } from '../otlp/fieldCursor.ts';
import type { Segment } from './segment.ts';

/**
 * The scalar values of span `index`'s own attributes whose key has a rank, at that rank; holes where the span has none.
 * Of a key sent twice the last one.
 */
export function rankedAttributes(
  segment: Segment,
  index: number,
  ranks: ReadonlyMap<string, number>,
  limit: ValueLimit,
): readonly (string | undefined)[] {
  const { bytes, start, end } = segment.spanRange(index);
  const found: string[] = [];
  const cursor = new FieldCursor(bytes, start, end);
  while (cursor.next()) {
    if (cursor.field !== 9) continue;
    const key = lastField(bytes, cursor.start, cursor.end, 1);
    if (key === undefined) continue;
    const rank = ranks.get(segment.keys.textOf(bytes, key.start, key.end - key.start));
    if (rank === undefined) continue;
    const value = lastField(bytes, cursor.start, cursor.end, 2);
    if (value !== undefined) found[rank] = scalarText(readAnyValue(bytes, value.start, value.end, limit));
  }
  return found;
}
