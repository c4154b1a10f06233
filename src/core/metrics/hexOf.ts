import type { FieldCursor } from '../otlp/fieldCursor.ts';

/** The id at the cursor in hex; empty when it has another length or is all zeros. */
export function hexOf({ bytes, start, end }: FieldCursor, length: number): string {
  if (end - start !== length) return '';
  let text = '';
  let any = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    any |= byte;
    text += byte.toString(16).padStart(2, '0');
  }
  return any === 0 ? '' : text;
}
