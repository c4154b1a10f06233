import type { JsonOutput } from './jsonOutput.ts';
import { QUOTE, type JsonReader } from './jsonReader.ts';
import { KIND, type FieldInfo } from './jsonSchema.ts';

/** A number, bool or enum without its tag. */
export function writeScalar(reader: JsonReader, out: JsonOutput, field: FieldInfo, c: number): void {
  switch (field.kind) {
    case KIND.fixed64:
    case KIND.sfixed64:
      readInteger(reader, field, c, field.kind === KIND.sfixed64);
      out.fixed64(reader.low, reader.high);
      break;
    case KIND.uint64:
      readInteger(reader, field, c, false);
      out.varint64(reader.low, reader.high);
      break;
    case KIND.enum:
      writeEnum(reader, out, field, c);
      break;
    case KIND.double:
      reader.number(c, field.expected);
      out.double(reader.double());
      break;
    case KIND.bool:
      out.varint32(reader.boolean() ? 1 : 0);
      break;
    case KIND.uint32:
      readInteger32(reader, field, c, false);
      out.varint32(reader.low);
      break;
    case KIND.fixed32:
      readInteger32(reader, field, c, false);
      out.fixed32(reader.low);
      break;
    case KIND.sint32:
      readInteger32(reader, field, c, true);
      out.varint32((reader.low << 1) ^ (reader.low >> 31));
      break;
    default:
      throw new Error(`${field.name} is no plain scalar`);
  }
}

function readInteger(reader: JsonReader, field: FieldInfo, c: number, signed: boolean): void {
  const start = reader.pos;
  if (reader.plainInteger(c)) {
    if (signed && reader.high >= 2 ** 31) reader.fail(field.expected, start);
    return;
  }
  reader.number(c, field.expected);
  if (!reader.integer(signed) || (!signed && reader.negative && (reader.low | reader.high) !== 0)) {
    reader.fail(field.expected, start);
  }
}

function readInteger32(reader: JsonReader, field: FieldInfo, c: number, signed: boolean): void {
  const start = reader.pos;
  readInteger(reader, field, c, signed);
  const extended = signed ? (reader.low | 0) < 0 : false;
  if (reader.high !== (extended ? 0xffffffff : 0)) reader.fail(field.expected, start);
}

/** A number, a number in quotes, or a name in either spelling and any case. A name nobody knows counts as 0, as new ones must. */
function writeEnum(reader: JsonReader, out: JsonOutput, field: FieldInfo, c: number): void {
  const start = reader.pos;
  const next = c === QUOTE ? (reader.bytes[reader.pos + 1] ?? 0) : c;
  if (c === QUOTE && !(next >= 0x30 && next <= 0x39) && next !== 0x2d) {
    const end = reader.string();
    const name = end - start > 64 ? '' : reader.ascii(start + 1, end).toUpperCase();
    out.varint32(field.enumNames!.get(name) ?? 0);
    return;
  }
  if (reader.plainInteger(c) && reader.high === 0 && reader.low < 2 ** 31) {
    out.varint32(reader.low);
    return;
  }
  reader.pos = start;
  reader.number(c, field.expected);
  if (!reader.integer(true) || reader.high !== ((reader.low | 0) < 0 ? 0xffffffff : 0)) {
    reader.fail(field.expected, start);
  }
  out.varint64(reader.low, reader.high);
}
