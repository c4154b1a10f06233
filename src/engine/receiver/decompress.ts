import * as zlib from 'node:zlib';
import { withoutSlack } from './bodySlab.ts';

/** Content codings of HTTP and message encodings of gRPC that are taken. */
export type ContentCoding = 'identity' | 'gzip' | 'deflate' | 'zstd';

/** In the order of preference, as `Accept-Encoding` and `grpc-accept-encoding` list them. zstd came with Node 22.15. */
export const ACCEPTED_CODINGS: readonly ContentCoding[] = [
  'gzip',
  'deflate',
  ...('zstdDecompressSync' in zlib ? (['zstd'] as const) : []),
  'identity',
];

/** The coding a header names, undefined when it is not one of ours (or several in a row). */
export function contentCoding(header: string | undefined): ContentCoding | undefined {
  const name = header === undefined ? '' : header.trim().toLowerCase();
  if (name === '') return 'identity';
  if (name === 'x-gzip') return 'gzip';
  return ACCEPTED_CODINGS.find((coding) => coding === name);
}

export type Decompressed = { readonly body: Uint8Array<ArrayBuffer> } | { readonly failed: 'tooLarge' | 'malformed' };

/** Deflate cannot grow further than this (zlib's technical details), so a larger claim is a lie. */
const DEFLATE_MAX_RATIO = 1032;
const MIN_CHUNK = 64 * 1024;
/** Each frame costs a context of the codec: a body of thousands of empty ones must not. */
const MOST_FRAMES = 256;
/** The code of the error with which node:zlib stops at a limit. */
const TOO_LARGE = 'ERR_BUFFER_TOO_LARGE';

/**
 * Inflates a whole body into one buffer, stopping at `limit` bytes of output. `deflate` takes zlib's format, as HTTP
 * defines it, and the raw one that some clients send under that name.
 */
export function decompress(coding: ContentCoding, body: Uint8Array<ArrayBuffer>, limit: number): Decompressed {
  if (coding === 'identity') return { body };
  try {
    const inflated = inflate(coding, body, limit);
    return {
      body: withoutSlack(new Uint8Array(inflated.buffer, inflated.byteOffset, inflated.byteLength)),
    };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return { failed: code === TOO_LARGE ? 'tooLarge' : 'malformed' };
  }
}

function inflate(
  coding: Exclude<ContentCoding, 'identity'>,
  body: Uint8Array<ArrayBuffer>,
  limit: number,
): Buffer<ArrayBuffer> {
  switch (coding) {
    case 'gzip':
      return zlib.gunzipSync(body, bounds(gzipLength(body), limit));
    case 'deflate': {
      const options = bounds(undefined, limit);
      return ((body[0] ?? 8) & 0x0f) === 8 ? zlib.inflateSync(body, options) : zlib.inflateRawSync(body, options);
    }
    case 'zstd':
      return inflateFrames(body, limit);
  }
}

/** node:zlib stops behind the first frame and drops the others; a body may have several (RFC 8878, 3.1). */
function inflateFrames(body: Uint8Array<ArrayBuffer>, limit: number): Buffer<ArrayBuffer> {
  const parts: Buffer<ArrayBuffer>[] = [];
  let left = limit;
  let rest = body;
  do {
    if (parts.length >= MOST_FRAMES) throw new RangeError('too many frames');
    const length = zstdLength(rest);
    const frame = zstdFrame(rest, Math.max(1, left), length);
    // Node 22 returns what there is of a truncated frame.
    if (length !== undefined && frame.inflated.byteLength < length) throw new RangeError('truncated');
    left -= frame.inflated.byteLength;
    if (left < 0) throw tooMuch();
    if (frame.bytesRead === 0) throw new RangeError('no frame');
    parts.push(frame.inflated);
    rest = rest.subarray(frame.bytesRead);
  } while (rest.byteLength > 0);
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
}

function zstdFrame(
  body: Uint8Array<ArrayBuffer>,
  limit: number,
  length: number | undefined,
): { readonly inflated: Buffer<ArrayBuffer>; readonly bytesRead: number } {
  const options = { ...bounds(length, limit), info: true };
  // The types do not know what `info` does to the result.
  const result = zlib.zstdDecompressSync(body, options) as unknown as {
    readonly buffer: Buffer<ArrayBuffer>;
    readonly engine: { readonly bytesWritten: number };
  };
  return { inflated: result.buffer, bytesRead: result.engine.bytesWritten };
}

function tooMuch(): Error {
  return Object.assign(new RangeError('larger than the limit'), { code: TOO_LARGE });
}

/** One chunk for the whole output where its length is told; one byte more, so that the end is seen without another. */
function bounds(length: number | undefined, limit: number): { maxOutputLength: number; chunkSize: number } {
  return { maxOutputLength: limit, chunkSize: Math.max(MIN_CHUNK, Math.min((length ?? 0) + 1, limit + 1)) };
}

/** The length a gzip member ends with (RFC 1952, ISIZE), as far as it can be true. Only a hint. */
function gzipLength(body: Uint8Array<ArrayBuffer>): number | undefined {
  if (body.byteLength < 18) return undefined;
  const size = new DataView(body.buffer, body.byteOffset).getUint32(body.byteLength - 4, true);
  return Math.min(size, body.byteLength * DEFLATE_MAX_RATIO);
}

/** Frame_Content_Size of the first zstd frame (RFC 8878, 3.1.1.1), where the frame tells it in at most four bytes. */
function zstdLength(body: Uint8Array<ArrayBuffer>): number | undefined {
  if (body.byteLength < 18) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  if (view.getUint32(0, true) !== 0xfd2fb528) return undefined;
  const descriptor = view.getUint8(4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const at = 5 + (singleSegment ? 0 : 1) + dictionaryBytes;
  switch (descriptor >> 6) {
    case 0:
      return singleSegment ? view.getUint8(at) : undefined;
    case 1:
      return view.getUint16(at, true) + 256;
    case 2:
      return view.getUint32(at, true);
    default:
      return undefined;
  }
}
