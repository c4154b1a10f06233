import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { FileProblem } from './fileProblem.ts';
import { sniffCompression, type Compression } from './sniffFormat.ts';

const CHUNK_BYTES = 1024 * 1024;

export interface ChunkOptions {
  /** Bytes of the file read so far, compressed as it is; called for each chunk. */
  readonly onProgress?: (readBytes: number) => void;
  /** Ends reading with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Length of a file in bytes. @throws FileProblem in words a user can act on. */
export async function fileSize(path: string): Promise<number> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new FileProblem('this is a directory; name a file in it');
    return found.size;
  } catch (error) {
    throw inWords(error);
  }
}

/**
 * The bytes of a file, or of standard input and the like, decompressed (gzip, zstd; told by content).
 * @throws FileProblem when it cannot be read, or its compression is damaged; what came before was delivered.
 */
export async function* fileChunks(
  source: string | Readable,
  { onProgress, signal }: ChunkOptions = {},
): AsyncGenerator<Uint8Array> {
  const stream = typeof source === 'string' ? createReadStream(source, { highWaterMark: CHUNK_BYTES }) : source;
  const abort = (): void => {
    stream.destroy(signal?.reason instanceof Error ? signal.reason : new FileProblem('cancelled'));
  };
  signal?.addEventListener('abort', abort);
  try {
    if (signal?.aborted === true) abort();
    yield* decompressed(counted(stream, onProgress));
  } catch (error) {
    throw inWords(error);
  } finally {
    signal?.removeEventListener('abort', abort);
    stream.destroy();
  }
}

async function* counted(stream: Readable, onProgress?: (readBytes: number) => void): AsyncGenerator<Uint8Array> {
  let readBytes = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    readBytes += chunk.length;
    onProgress?.(readBytes);
    yield chunk;
  }
}

async function* decompressed(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head = Buffer.alloc(0);
  while (head.length < 4) {
    const next = await chunks.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  const compression = sniffCompression(head);
  const all = startingWith(head, chunks);
  if (compression === undefined) {
    yield* all;
    return;
  }
  const from = Readable.from(all);
  const inflate = decompressor(compression);
  // An error of the source must end the reader of the other side, too.
  from.on('error', (error) => inflate.destroy(error));
  for await (const chunk of from.pipe(inflate) as AsyncIterable<Uint8Array>) yield chunk;
}

async function* startingWith(head: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  yield* rest;
}

function decompressor(compression: Compression): zlib.Gunzip | zlib.ZstdDecompress {
  if (compression === 'gzip') return zlib.createGunzip({ chunkSize: CHUNK_BYTES });
  if (!('createZstdDecompress' in zlib)) {
    throw new FileProblem('this file is compressed with zstd, which needs Node.js 22.15 or newer; decompress it first');
  }
  return zlib.createZstdDecompress({ chunkSize: CHUNK_BYTES });
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this file may not be read (permission denied)',
  EPERM: 'this file may not be read (operation not permitted)',
  EISDIR: 'this is a directory; name a file in it',
  Z_BUF_ERROR: 'its compressed data ends early; was it cut short?',
  Z_DATA_ERROR: 'its compressed data is damaged',
};

function inWords(error: unknown): Error {
  if (error instanceof FileProblem || !(error instanceof Error)) return error as Error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (code === undefined) return error;
  return new FileProblem(WORDS[code] ?? (code.startsWith('ZSTD') ? 'its compressed data is damaged' : error.message));
}
