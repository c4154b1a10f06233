/**
 * Walks the fields of one message that was checked when it arrived. Not for bytes from outside: those go through
 * WireReader first.
 */
export class FieldCursor {
  readonly bytes: Uint8Array;
  /** Number and wire type of the present field. */
  field = 0;
  wireType = 0;
  /** Payload of the present field. For a varint and fixed-size number the encoded number. */
  start = 0;
  end = 0;
  private position: number;
  private readonly limit: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.position = start;
    this.limit = end;
  }

  /** Goes to the next field; false behind the last. Groups are passed over. */
  next(): boolean {
    while (this.position < this.limit) {
      const tag = this.readVarint();
      this.field = Math.floor(tag / 8);
      this.wireType = tag % 8;
      switch (this.wireType) {
        case 0:
          this.start = this.position;
          this.readVarint();
          this.end = this.position;
          return true;
        case 1:
        case 5:
          this.start = this.position;
          this.position += this.wireType === 1 ? 8 : 4;
          this.end = this.position;
          return true;
        case 2: {
          const length = this.readVarint();
          this.start = this.position;
          this.position += length;
          this.end = this.position;
          return true;
        }
        case 3:
          this.passGroup();
          break;
        default:
          return false;
      }
    }
    return false;
  }

  /** The present field's payload as a message of its own. */
  inside(): FieldCursor {
    return new FieldCursor(this.bytes, this.start, this.end);
  }

  /** The present varint as a number, for counts and enumerations: 0 beyond what a u32 holds. */
  smallNumber(): number {
    let value = 0;
    let scale = 1;
    for (let at = this.start; at < this.end; at++) {
      value += (this.bytes[at]! & 0x7f) * scale;
      scale *= 128;
    }
    return value > 0xffffffff ? 0 : value;
  }

  /** The present varint, all 64 bits, as a signed number. */
  int64(): bigint {
    let value = 0n;
    for (let at = this.start, shift = 0n; at < this.end; at++, shift += 7n) {
      value |= BigInt(this.bytes[at]! & 0x7f) << shift;
    }
    return BigInt.asIntN(64, value);
  }

  /** The present fixed64 as an unsigned number. */
  fixed64(): bigint {
    return (BigInt(this.fixed32(this.start + 4)) << 32n) | BigInt(this.fixed32(this.start));
  }

  /** The fixed32 at `at`. */
  fixed32(at = this.start): number {
    const bytes = this.bytes;
    return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
  }

  private readVarint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.bytes[this.position++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  private passGroup(): void {
    for (let open = 1; open > 0;) {
      const wireType = this.readVarint() % 8;
      if (wireType === 0) this.readVarint();
      else if (wireType === 1) this.position += 8;
      else if (wireType === 5) this.position += 4;
      else if (wireType === 2) {
        const length = this.readVarint();
        this.position += length;
      } else open += wireType === 3 ? 1 : -1;
    }
  }
}

/** Range of the last length-delimited field `number` of a checked message (the last one wins in protobuf). */
export function lastField(
  bytes: Uint8Array,
  start: number,
  end: number,
  number: number,
): { readonly start: number; readonly end: number } | undefined {
  const cursor = new FieldCursor(bytes, start, end);
  let found: { start: number; end: number } | undefined;
  while (cursor.next()) {
    if (cursor.field === number && cursor.wireType === 2) found = { start: cursor.start, end: cursor.end };
  }
  return found;
}
