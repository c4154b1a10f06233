import type { FieldCursor } from '../otlp/fieldCursor.ts';
import { hexOf } from '../otlp/utf8.ts';

/** The id at the cursor in hex; empty when it has another length or is all zeros. */
export function idText({ bytes, start, end }: FieldCursor, length: number): string {
  if (end - start !== length) return '';
  const text = hexOf(bytes, start, end);
  return /[^0]/.test(text) ? text : '';
}
