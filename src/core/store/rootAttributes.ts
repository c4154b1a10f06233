import { readAnyValue, scalarText } from '../otlp/anyValue.ts';
import { FieldCursor, lastField } from '../otlp/fieldCursor.ts';
import type { Segment } from './segment.ts';

const MAX_BYTES = 2048;
const SHORT = { inlineBytes: MAX_BYTES, ref: (): string => '' };
/** Field numbers of the attributes in Span and in Resource. */
const OF_SPAN = 9;
const OF_RESOURCE = 1;

/** Those attributes of span `index` that `keys` names, as text of at most 2 KiB. */
export function attributesOf(segment: Segment, index: number, keys: ReadonlySet<string>): ReadonlyMap<string, string> {
  const { bytes, start, end } = segment.spanRange(index);
  return textsOf(segment, new FieldCursor(bytes, start, end), OF_SPAN, keys);
}

/** Those attributes of a resource of the segment. */
export function resourceAttributesOf(
  segment: Segment,
  resource: number,
  keys: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const { bytes, start, end } = segment.resources.message(resource);
  return textsOf(segment, new FieldCursor(bytes, start, end), OF_RESOURCE, keys);
}

function textsOf(
  segment: Segment,
  cursor: FieldCursor,
  field: number,
  keys: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const { bytes } = cursor;
  const found = new Map<string, string>();
  while (cursor.next()) {
    if (cursor.field !== field || cursor.wireType !== 2) continue;
    const key = lastField(bytes, cursor.start, cursor.end, 1);
    if (key === undefined) continue;
    const name = segment.keys.textOf(bytes, key.start, key.end - key.start);
    if (!keys.has(name)) continue;
    const value = lastField(bytes, cursor.start, cursor.end, 2);
    if (value !== undefined) found.set(name, scalarText(readAnyValue(bytes, value.start, value.end, SHORT)));
  }
  return found;
}
