import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { CODEC, type Codec } from './journalFormat.ts';

/** zstd where this Node has it (22.15 and newer), else deflate. */
export const BEST_CODEC: Codec = 'zstdCompress' in zlib ? CODEC.zstd : CODEC.deflate;

const deflate = promisify(zlib.deflateRaw);
const inflate = promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.inflateRaw);

/** Compresses a block outside this thread. */
export async function compressBlock(plain: Buffer, codec: Codec): Promise<Buffer> {
  switch (codec) {
    case CODEC.none:
      return plain;
    case CODEC.deflate:
      return deflate(plain);
    case CODEC.zstd:
      return promisify(zlib.zstdCompress)(plain);
  }
}

/** Undoes {@link compressBlock} outside this thread. Rejects what is damaged, too long, or of a codec not known here. */
export async function restoreBlock(stored: Buffer, codec: number, plainBytes: number): Promise<Buffer> {
  const plain = await restore(stored, codec, plainBytes);
  if (plain.length !== plainBytes) throw new Error(`a block has ${plain.length} bytes instead of ${plainBytes}`);
  return plain;
}

async function restore(stored: Buffer, codec: number, plainBytes: number): Promise<Buffer> {
  const options = { maxOutputLength: Math.max(1, plainBytes) };
  if (codec === CODEC.none) return stored;
  if (codec === CODEC.deflate) return inflate(stored, options);
  if (codec === CODEC.zstd && 'zstdDecompress' in zlib) {
    return promisify<Uint8Array, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress)(stored, options);
  }
  throw new Error(`this Node does not know how a block is compressed (${codec})`);
}
