import type { AttributeValue } from '../model/attributes.ts';
import { readAnyValue, scalarText } from '../otlp/anyValue.ts';
import { FieldCursor, lastField } from '../otlp/fieldCursor.ts';
import type { Segment } from './segment.ts';

const MAX_CHARACTERS = 80;
/** Bytes of a value that a cell is made of; a character has at most four. */
const LIMIT = { inlineBytes: MAX_CHARACTERS * 4 + 4, ref: (): string => '' };

/**
 * Values of attributes as cells of a table, one for each of `keys`: of the span, else of its resource. One line, cut at 80
 * characters; empty when there is none.
 */
export function cellsOf(segment: Segment, index: number, keys: readonly string[]): string[] {
  const cells = keys.map(() => '');
  const span = segment.spanRange(index);
  read(segment, new FieldCursor(span.bytes, span.start, span.end), 9, keys, cells);
  if (cells.includes('')) {
    const resource = segment.resources.message(segment.origins.get(segment.spans.origin[index]!, 0));
    const found = keys.map(() => '');
    read(segment, new FieldCursor(resource.bytes, resource.start, resource.end), 1, keys, found);
    for (const [at, text] of found.entries()) if (cells[at] === '') cells[at] = text;
  }
  return cells;
}

function read(segment: Segment, cursor: FieldCursor, field: number, keys: readonly string[], cells: string[]): void {
  const { bytes } = cursor;
  while (cursor.next()) {
    if (cursor.field !== field) continue;
    const key = lastField(bytes, cursor.start, cursor.end, 1);
    if (key === undefined) continue;
    const at = keys.indexOf(segment.keys.textOf(bytes, key.start, key.end - key.start));
    if (at < 0) continue;
    const value = lastField(bytes, cursor.start, cursor.end, 2);
    if (value !== undefined) cells[at] = cellText(readAnyValue(bytes, value.start, value.end, LIMIT));
  }
}

/** Span text is hostile: line breaks and control characters become spaces. */
function cellText(value: AttributeValue): string {
  const whole = value.type === 'array' ? value.values.map(scalarText).join(', ') : scalarText(value);
  const text = whole.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g, ' ').trim();
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS - 1)}…` : text;
}
