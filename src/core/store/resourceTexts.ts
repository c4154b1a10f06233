import type { AttributeValue } from '../model/attributes.ts';
import { readKeyValue, WHOLE } from '../otlp/anyValue.ts';
import { FieldCursor } from '../otlp/fieldCursor.ts';
import type { Segment } from './segment.ts';

/** Field number of the attributes in Resource. */
const ATTRIBUTES = 1;
const SERVICE = 'service.name';

/**
 * The values of a resource's attributes as they are shown, each under its key; those of lists and maps one by one. The name
 * of the service is left out: it is found as such.
 */
export function resourceTexts(
  segment: Segment,
  resource: number,
): readonly { readonly key: string; readonly text: string }[] {
  const { bytes, start, end } = segment.resources.message(resource);
  const cursor = new FieldCursor(bytes, start, end);
  const texts: { key: string; text: string }[] = [];
  const add = (key: string, value: AttributeValue): void => {
    switch (value.type) {
      case 'string':
      case 'int':
        texts.push({ key, text: value.value });
        return;
      case 'bool':
      case 'double':
        texts.push({ key, text: String(value.value) });
        return;
      case 'array':
        for (const each of value.values) add(key, each);
        return;
      case 'kvlist':
        for (const entry of value.entries) add(`${key}.${entry.key}`, entry.value);
        return;
      case 'bytes':
      case 'empty':
    }
  };
  while (cursor.next()) {
    if (cursor.field !== ATTRIBUTES) continue;
    const { key, value } = readKeyValue(bytes, cursor.start, cursor.end, WHOLE);
    if (key !== SERVICE) add(key, value);
  }
  return texts;
}
