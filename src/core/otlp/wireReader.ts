import { OtlpDecodeError } from './decodeError.ts';
import type { MessageShape } from './messageShapes.ts';

/**
 * Values nested in values and groups in groups beyond this are refused: a body of a few KiB could otherwise nest
 * thousands deep. Real payloads stay below ten.
 */
export const MAX_NESTING = 64;

const NO_BYTES = new Uint8Array(0);
const WIRE_TYPE_NAMES = ['varint', '64-bit', 'length-delimited', 'start group', 'end group', '32-bit'];
const LARGEST_FIELD_NUMBER = 0x1fffffff;

/**
 * Checked reading of the protobuf wire format, for everything that is not the hot path. Stricter than the protobuf
 * specification in two places, because both only occur in damaged or hostile bodies: a known field with another wire
 * type is refused (the specification would treat it as unknown and lose the value), and so is a tag that is not in its
 * shortest form. Unknown fields of any legal wire type, groups included, are skipped. Nothing is ever allocated by an
 * announced length.
 */
export abstract class WireReader {
  protected bytes: Uint8Array = NO_BYTES;
  /** Where the last {@link varint} or {@link length} ended. */
  protected next = 0;
  /** Fields met that their shape marks as counted. */
  protected counted = 0;

  /** The varint at `pos`; above 2^53 only its magnitude is right, which is all that checks need. Sets {@link next}. */
  protected varint(pos: number, end: number): number {
    const bytes = this.bytes;
    let value = 0;
    let scale = 1;
    for (let length = 1; length <= 10; length++) {
      if (pos >= end) throw new OtlpDecodeError('A varint runs past the end of its message', pos);
      const byte = bytes[pos++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        this.next = pos;
        return value;
      }
      scale *= 128;
    }
    throw new OtlpDecodeError('A varint is longer than 10 bytes', pos);
  }

  /** The length prefix at `pos`, checked to stay within `end`. Sets {@link next} to the first byte of the payload. */
  protected length(pos: number, end: number): number {
    const value = this.varint(pos, end);
    if (value > end - this.next) {
      throw new OtlpDecodeError(
        `A length of ${String(value)} bytes runs past its message, of which ${String(end - this.next)} are left`,
        pos,
      );
    }
    return value;
  }

  /** Checks a whole message against its shape. */
  protected check(shape: MessageShape, pos: number, end: number, depth: number): void {
    const inside = shape.nests ? depth + 1 : depth;
    if (inside > MAX_NESTING) {
      throw new OtlpDecodeError(`Values are nested deeper than ${String(MAX_NESTING)} levels`, pos);
    }
    while (pos < end) pos = this.checkField(shape, pos, end, inside);
  }

  /** Checks the field whose tag is at `pos` and returns where it ends. */
  protected checkField(shape: MessageShape, pos: number, end: number, depth: number): number {
    const at = pos;
    const tag = this.tag(pos, end);
    pos = this.next;
    const wireType = tag % 8;
    const number = Math.floor(tag / 8);
    const field = shape.fields[number];
    if (field !== undefined && (field.wireTypes & (1 << wireType)) === 0) {
      throw new OtlpDecodeError(
        `${shape.name}.${field.name} (field ${String(number)}) has the wire type ${WIRE_TYPE_NAMES[wireType] ?? String(wireType)}`,
        at,
      );
    }
    if (field?.counted === true) this.counted++;
    if (field?.message !== undefined && wireType === 2) {
      const length = this.length(pos, end);
      const start = this.next;
      this.check(field.message, start, start + length, depth);
      return start + length;
    }
    return this.skip(number, wireType, pos, end, depth);
  }

  /** The tag at `pos`: field number × 8 + wire type. Sets {@link next}. */
  private tag(pos: number, end: number): number {
    const tag = this.varint(pos, end);
    const length = this.next - pos;
    if (length > 1 && tag < 2 ** (7 * (length - 1))) {
      throw new OtlpDecodeError('A field tag is not in its shortest form', pos);
    }
    const number = Math.floor(tag / 8);
    if (number < 1 || number > LARGEST_FIELD_NUMBER) {
      throw new OtlpDecodeError(`The field number ${String(number)} is not legal`, pos);
    }
    return tag;
  }

  /** Skips the payload at `pos` of a field and returns where it ends. */
  private skip(number: number, wireType: number, pos: number, end: number, depth: number): number {
    switch (wireType) {
      case 0:
        this.varint(pos, end);
        return this.next;
      case 1:
      case 5: {
        const after = pos + (wireType === 1 ? 8 : 4);
        if (after > end) throw new OtlpDecodeError('A fixed-size number runs past the end of its message', pos);
        return after;
      }
      case 2: {
        const length = this.length(pos, end);
        return this.next + length;
      }
      case 3:
        return this.skipGroup(number, pos, end, depth + 1);
      case 4:
        throw new OtlpDecodeError(`A group (field ${String(number)}) ends that did not start`, pos);
      default:
        throw new OtlpDecodeError(`The wire type ${String(wireType)} does not exist`, pos);
    }
  }

  private skipGroup(group: number, pos: number, end: number, depth: number): number {
    if (depth > MAX_NESTING) {
      throw new OtlpDecodeError(`Groups are nested deeper than ${String(MAX_NESTING)} levels`, pos);
    }
    while (pos < end) {
      const at = pos;
      const tag = this.tag(pos, end);
      const number = Math.floor(tag / 8);
      if (tag % 8 === 4) {
        if (number === group) return this.next;
        throw new OtlpDecodeError(`A group (field ${String(group)}) is ended by field ${String(number)}`, at);
      }
      pos = this.skip(number, tag % 8, this.next, end, depth);
    }
    throw new OtlpDecodeError(`A group (field ${String(group)}) does not end`, pos);
  }
}
