/** How cold bytes are made small; zstd or deflate, from outside: core knows no compression. */
export interface BlockCodec {
  /** Throws nothing: bytes that cannot be made smaller come back larger, and are kept as they are. */
  compress(bytes: Uint8Array): Uint8Array;
  /** The inverse; `length` is the length of the result in bytes. */
  decompress(packed: Uint8Array, length: number): Uint8Array;
}

/** Bytes that may be compressed. */
export interface Unit {
  readonly bytes: Uint8Array;
  /** Length when decompressed; equal to that of `bytes` when they are not compressed. */
  readonly length: number;
  readonly packed: boolean;
}

/** Compresses where that gains an eighth. */
export function packUnit(codec: BlockCodec | undefined, bytes: Uint8Array): Unit {
  const packed = codec?.compress(bytes);
  return packed !== undefined && packed.byteLength < bytes.byteLength * 0.875
    ? { bytes: exact(packed), length: bytes.byteLength, packed: true }
    : { bytes: exact(bytes), length: bytes.byteLength, packed: false };
}

/** In a buffer of its own: a view would keep what is around it. */
function exact(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}

/** What was decompressed or put together last, within a number of bytes; the newest entry always stays. */
export class ReadCache {
  private readonly entries = new Map<object | string, Uint8Array>();
  private readonly codec: BlockCodec | undefined;
  private readonly maxBytes: number;
  private bytes = 0;

  constructor(codec: BlockCodec | undefined, maxBytes: number) {
    this.codec = codec;
    this.maxBytes = maxBytes;
  }

  get byteLength(): number {
    return this.bytes;
  }

  /** The unit's bytes as they were. */
  open(unit: Unit): Uint8Array {
    if (!unit.packed) return unit.bytes;
    return this.get(unit, () => this.codec!.decompress(unit.bytes, unit.length));
  }

  /** The bytes kept under `key`, made when they are not here. */
  get(key: object | string, make: () => Uint8Array): Uint8Array {
    const known = this.entries.get(key);
    if (known !== undefined) {
      this.entries.delete(key);
      this.entries.set(key, known);
      return known;
    }
    const made = make();
    this.entries.set(key, made);
    this.bytes += made.byteLength;
    for (const [oldest, bytes] of this.entries) {
      if (this.bytes <= this.maxBytes || oldest === key) break;
      this.entries.delete(oldest);
      this.bytes -= bytes.byteLength;
    }
    return made;
  }
}
