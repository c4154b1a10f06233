import { readAnyValue, scalarText } from '../otlp/anyValue.ts';
import { FieldCursor, lastField } from '../otlp/fieldCursor.ts';
import type { Scalar } from './scalar.ts';
import type { StoreState } from './storeState.ts';

const MAX_CHARACTERS = 120;
const LIMIT = { inlineBytes: 4 * MAX_CHARACTERS, ref: (): string => '' };

/** The scalar attributes of a span, or of its resource, in the sender's order; lists, maps and bytes are left out. */
export function readScalars(state: StoreState, handle: number, of: 'span' | 'resource'): readonly Scalar[] {
  const segment = state.segmentOf(handle);
  if (segment === undefined) return [];
  const index = handle - segment.base;
  const resource = segment.origins.get(segment.spans.origin[index]!, 0);
  const { bytes, start, end } = of === 'span' ? segment.spanRange(index) : segment.resources.message(resource);
  const field = of === 'span' ? 9 : 1;
  const scalars: Scalar[] = [];
  const cursor = new FieldCursor(bytes, start, end);
  while (cursor.next()) {
    if (cursor.field !== field) continue;
    const key = lastField(bytes, cursor.start, cursor.end, 1);
    const range = lastField(bytes, cursor.start, cursor.end, 2);
    if (key === undefined || range === undefined) continue;
    const value = readAnyValue(bytes, range.start, range.end, LIMIT);
    const text = scalarText(value);
    if (text === '') continue;
    const isNumber = value.type === 'int' || (value.type === 'double' && typeof value.value === 'number');
    scalars.push({
      key: segment.keys.textOf(bytes, key.start, key.end - key.start),
      value: isNumber ? Number(text) : text.slice(0, MAX_CHARACTERS),
    });
  }
  return scalars;
}
