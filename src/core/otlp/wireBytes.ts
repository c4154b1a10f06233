/** A field of bytes, text or a message in protobuf wire format; field numbers up to 15. */
export function lengthDelimited(field: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  return joinBytes([(field << 3) | 2, ...varint(body.length)], body);
}

/** A fixed64 field; field numbers up to 15. */
export function fixed64(field: number, value: bigint): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(9);
  bytes[0] = (field << 3) | 1;
  new DataView(bytes.buffer).setBigUint64(1, value, true);
  return bytes;
}

/** A non-negative integer as a varint. */
export function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return bytes;
}

export function joinBytes(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
