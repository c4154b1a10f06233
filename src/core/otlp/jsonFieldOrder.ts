import { FieldCursor } from './fieldCursor.ts';
import { KIND, type FieldInfo, type MessageInfo } from './jsonSchema.ts';
import { JsonOutput } from './jsonOutput.ts';

/** Values of one field as they stand on the wire: tag's wire type and payload. */
interface Met {
  readonly wireType: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The message at `bytes[start .. end)` with each field once, by protobuf's rules: of a scalar given twice the last
 * counts, messages given twice are merged, lists are joined, and of a oneof the last member set stays. Fields outside
 * the schema are left out.
 * @param oneOf numbers of the fields of which only one may be set.
 */
export function inCanonicalOrder(
  info: MessageInfo,
  oneOf: readonly number[],
  bytes: Uint8Array,
  start: number,
  end: number,
): Uint8Array<ArrayBuffer> {
  const met = new Map<number, Met[]>();
  const cursor = new FieldCursor(bytes, start, end);
  while (cursor.next()) {
    const { field, wireType } = cursor;
    if (oneOf.includes(field)) {
      for (const other of oneOf) if (other !== field) met.delete(other);
    }
    const values = met.get(field) ?? [];
    values.push({ wireType, start: cursor.start, end: cursor.end });
    met.set(field, values);
  }
  const out = new JsonOutput();
  for (const field of info.fields) {
    const values = met.get(field.tag >>> 3);
    if (values !== undefined) writeField(out, field, bytes, values);
  }
  return out.finish();
}

function writeField(out: JsonOutput, field: FieldInfo, bytes: Uint8Array, values: readonly Met[]): void {
  if (field.repeated) {
    for (const value of values) writeValue(out, field, bytes, [value]);
  } else if (field.kind === KIND.message) {
    writeValue(out, field, bytes, values);
  } else {
    writeValue(out, field, bytes, values.slice(-1));
  }
}

/** One field whose payload is that of `parts`, one after the other. */
function writeValue(out: JsonOutput, field: FieldInfo, bytes: Uint8Array, parts: readonly Met[]): void {
  const { wireType } = parts[0]!;
  out.tag(((field.tag >>> 3) << 3) | wireType);
  if (wireType === 2) out.varint32(parts.reduce((sum, { start, end }) => sum + end - start, 0));
  for (const { start, end } of parts) out.copy(bytes, start, end);
}
