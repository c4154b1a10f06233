import { readAnyValue, scalarText, WHOLE } from './anyValue.ts';
import { FieldCursor, lastField } from './fieldCursor.ts';
import { decodeUtf8 } from './utf8.ts';

/** What a resource without `service.name` is called, as the resource SDK specification says. */
const UNKNOWN_SERVICE = 'unknown_service';
const KEY = 'service.name';
const MAX_CHARACTERS = 256;

/** `service.name` of the checked Resource message at `bytes[start .. end)`, at most 256 characters. */
export function readServiceName(bytes: Uint8Array, start: number, end: number): string {
  const cursor = new FieldCursor(bytes, start, end);
  let name = '';
  while (cursor.next()) {
    if (cursor.field !== 1 || cursor.wireType !== 2) continue;
    const key = lastField(bytes, cursor.start, cursor.end, 1);
    if (key === undefined || key.end - key.start !== KEY.length || decodeUtf8(bytes, key.start, key.end) !== KEY)
      continue;
    const value = lastField(bytes, cursor.start, cursor.end, 2);
    if (value !== undefined) name = scalarText(readAnyValue(bytes, value.start, value.end, WHOLE));
  }
  return name === '' ? UNKNOWN_SERVICE : name.slice(0, MAX_CHARACTERS);
}
