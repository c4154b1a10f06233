import { FieldCursor } from './fieldCursor.ts';

/**
 * Adds the places (start and end) of every string and byte value of at least `least` bytes in the checked AnyValue at
 * `bytes[start .. end)`, lists and maps included, in the order they stand there.
 */
export function addLargeValues(bytes: Uint8Array, start: number, end: number, least: number, into: number[]): void {
  const cursor = new FieldCursor(bytes, start, end);
  while (cursor.next()) {
    if (cursor.wireType !== 2 || cursor.end - cursor.start < least) continue;
    if (cursor.field === 1 || cursor.field === 7) {
      into.push(cursor.start, cursor.end);
    } else if (cursor.field === 5 || cursor.field === 6) {
      const items = cursor.inside();
      while (items.next()) {
        if (items.field !== 1 || items.wireType !== 2) continue;
        if (cursor.field === 5) addLargeValues(bytes, items.start, items.end, least, into);
        else addLargeAttribute(bytes, items.start, items.end, least, into);
      }
    }
  }
}

/** The same for the value of the checked KeyValue at `bytes[start .. end)`. */
export function addLargeAttribute(bytes: Uint8Array, start: number, end: number, least: number, into: number[]): void {
  const cursor = new FieldCursor(bytes, start, end);
  while (cursor.next()) {
    if (cursor.field === 2 && cursor.wireType === 2) addLargeValues(bytes, cursor.start, cursor.end, least, into);
  }
}
