import * as zlib from 'node:zlib';
import type { BlockCodec } from '../core/store/blockCodec.ts';

/** Fast settings: cold bytes are packed while traces come in, and opened when a panel scrolls. */
const ZSTD_LEVEL = 3;
const DEFLATE_LEVEL = 3;

/** zstd where Node has it (22.15 and newer), else raw deflate. */
export function zlibCodec(): BlockCodec {
  return 'zstdCompressSync' in zlib ? zstdCodec() : deflateCodec();
}

function zstdCodec(): BlockCodec {
  const options = { params: { [zlib.constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } };
  return {
    compress: (bytes) => zlib.zstdCompressSync(bytes, options),
    decompress: (packed, length) =>
      zlib.zstdDecompressSync(packed, { maxOutputLength: length, chunkSize: length + 64 }),
  };
}

/** For older runtimes and to compare. */
export function deflateCodec(): BlockCodec {
  return {
    compress: (bytes) => zlib.deflateRawSync(bytes, { level: DEFLATE_LEVEL }),
    decompress: (packed, length) => zlib.inflateRawSync(packed, { maxOutputLength: length, chunkSize: length + 64 }),
  };
}
