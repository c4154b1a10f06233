type Column = Int32Array | Uint32Array | Uint16Array | Uint8Array | Float64Array;

/** A typed array of `length` elements, of the kind of `from`, with as much of it as there is room for; zeros behind. */
export function resized<T extends Column>(from: T, length: number): T {
  const to = new (from.constructor as new (length: number) => T)(length);
  to.set(from.length > length ? from.subarray(0, length) : from);
  return to;
}
