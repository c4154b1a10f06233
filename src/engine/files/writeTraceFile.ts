import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { jsonGroupsHead, writeJson, writeJsonGroups } from '../../core/otlp/jsonWriter.ts';
import type { ExportedPart } from './exportedParts.ts';
import type { ExportFormat, ExportTarget } from './exportFormat.ts';
import { FileProblem } from './fileProblem.ts';

/** What a written file holds. */
export interface WrittenReport {
  readonly spans: number;
  readonly logRecords: number;
  /** Log records that the format has no place for: protobuf files hold one signal. */
  readonly leftOut: number;
}

/**
 * Writes exported traces to a file, which is complete or not there: it is written beside and put in place at the end.
 * `json`: one document, spans under `resourceSpans` and log records under `resourceLogs`. `jsonLines`: a request a line,
 * as the Collector's file exporter writes. `protobuf`: one ExportTraceServiceRequest.
 * @throws FileProblem when it cannot be written; the signal's reason when it is cancelled.
 */
export async function writeTraceFile(
  path: string,
  target: ExportTarget,
  parts: AsyncIterable<ExportedPart>,
  signal?: AbortSignal,
): Promise<WrittenReport> {
  const partial = `${path}.${randomBytes(4).toString('hex')}.partial`;
  try {
    const report = await writeTraces(createWriteStream(partial, { flags: 'wx' }), target, parts, signal);
    await rename(partial, path);
    return report;
  } catch (error) {
    await rm(partial, { force: true });
    if (signal?.aborted === true) throw signal.reason;
    throw inWords(error);
  }
}

/** The same to a stream, which is ended. */
export async function writeTraces(
  out: Writable,
  { format, gzip }: ExportTarget,
  parts: AsyncIterable<ExportedPart>,
  signal?: AbortSignal,
): Promise<WrittenReport> {
  const counts = { spans: 0, logRecords: 0, leftOut: 0 };
  const text = Readable.from(FORMATS[format](counted(parts, counts, format)), { objectMode: true });
  const options = signal === undefined ? {} : { signal };
  if (gzip) await pipeline(text, createGzip(), out, options);
  else await pipeline(text, out, options);
  return counts;
}

const FORMATS: Readonly<
  Record<ExportFormat, (parts: AsyncIterable<ExportedPart>) => AsyncGenerator<Uint8Array | string>>
> = { json: jsonDocument, jsonLines, protobuf };

async function* counted(
  parts: AsyncIterable<ExportedPart>,
  counts: { spans: number; logRecords: number; leftOut: number },
  format: ExportFormat,
): AsyncGenerator<ExportedPart> {
  for await (const part of parts) {
    if (part.signal === 'traces') counts.spans += part.records;
    else if (format === 'protobuf') counts.leftOut += part.records;
    else counts.logRecords += part.records;
    yield part;
  }
}

async function* jsonDocument(parts: AsyncIterable<ExportedPart>): AsyncGenerator<Uint8Array | string> {
  yield `{${jsonGroupsHead('traces')}`;
  let open: ExportedPart['signal'] = 'traces';
  let empty = true;
  for await (const { signal, body } of parts) {
    if (signal !== open) {
      yield `],${jsonGroupsHead(signal)}`;
      open = signal;
      empty = true;
    }
    yield empty ? '\n' : ',\n';
    empty = false;
    yield writeJsonGroups(signal, body);
  }
  yield ']}\n';
}

async function* jsonLines(parts: AsyncIterable<ExportedPart>): AsyncGenerator<Uint8Array | string> {
  for await (const { signal, body } of parts) {
    yield writeJson(signal, body);
    yield '\n';
  }
}

async function* protobuf(parts: AsyncIterable<ExportedPart>): AsyncGenerator<Uint8Array> {
  // Messages that follow each other are one message with the fields of both.
  for await (const { signal, body } of parts) if (signal === 'traces') yield body;
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  EACCES: 'this folder may not be written to (permission denied)',
  EPERM: 'this file may not be written (operation not permitted)',
  EROFS: 'this file system is read-only',
  ENOSPC: 'the disk is full',
  EISDIR: 'this is a directory; name a file in it',
  ENOTDIR: 'a part of its path is no directory',
};

function inWords(error: unknown): Error {
  if (!(error instanceof Error)) return new FileProblem(String(error));
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const words = WORDS[code];
  return words === undefined ? error : new FileProblem(words);
}
