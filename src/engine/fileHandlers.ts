import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TraceId } from '../core/model/ids.ts';
import type { StoreReader } from '../core/store/storeReader.ts';
import type { Handlers } from '../protocol/channel.ts';
import type { EngineEvents, EngineMethods, FileExported, FileOpened } from '../protocol/engineApi.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { exportedParts } from './files/exportedParts.ts';
import { exportTargetOf } from './files/exportFormat.ts';
import { fileChunks, fileSize } from './files/fileChunks.ts';
import { describeProblem, FileProblem } from './files/fileProblem.ts';
import { readTraceFile } from './files/readTraceFile.ts';
import { writeTraceFile } from './files/writeTraceFile.ts';
import { Params } from './params.ts';
import type { IngestSink } from './receiver/intake.ts';

type FileMethod = 'files/open' | 'files/export' | 'files/cancel';

export interface FileHandlerDeps {
  readonly store: StoreReader;
  readonly ingest: IngestSink;
  /** To the client that asked. */
  readonly onProgress: (progress: EngineEvents['files/progress']) => void;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
}

const PROGRESS_MS = 200;
const MAX_JOBS = 8;
const MAX_JOB_ID = 2 ** 53 - 1;
const MAX_EXPORTED = 100_000;

/** Reading and writing files on the engine's side, for windows: what may be large never passes the host's thread. */
export function fileHandlers(deps: FileHandlerDeps): Pick<Handlers<EngineMethods>, FileMethod> {
  const jobs = new Map<number, AbortController>();
  const run = async <T>(
    job: number,
    work: (signal: AbortSignal, tell: (done: number, total: number) => void) => Promise<T>,
  ): Promise<T> => {
    if (jobs.has(job)) throw new ProtocolError('invalid', `job ${job} is under way`);
    if (jobs.size >= MAX_JOBS) throw new ProtocolError('failed', 'too many files are being read and written');
    const controller = new AbortController();
    jobs.set(job, controller);
    let next = deps.elapsed() + PROGRESS_MS;
    const tell = (done: number, total: number): void => {
      if (deps.elapsed() < next) return;
      next = deps.elapsed() + PROGRESS_MS;
      deps.onProgress({ job, done, total });
    };
    try {
      return await work(controller.signal, tell);
    } catch (error) {
      if (controller.signal.aborted) throw new ProtocolError('cancelled', 'cancelled');
      if (error instanceof FileProblem) throw new ProtocolError('failed', describeProblem(error));
      throw error;
    } finally {
      jobs.delete(job);
    }
  };
  return {
    'files/open': (params) => {
      const read = new Params('files/open', params);
      const path = read.text('path');
      return run(read.integer('job', 0, MAX_JOB_ID), (signal, tell) => openFile(deps, path, signal, tell));
    },
    'files/export': (params) => {
      const read = new Params('files/export', params);
      const path = read.text('path');
      const ids = read.traceIds('traceIds', MAX_EXPORTED);
      return run(read.integer('job', 0, MAX_JOB_ID), (signal, tell) => exportFile(deps, path, ids, signal, tell));
    },
    'files/cancel': (params) => {
      const job = new Params('files/cancel', params).integer('job', 0, MAX_JOB_ID);
      jobs.get(job)?.abort(new FileProblem('cancelled'));
    },
  };
}

async function openFile(
  { ingest }: FileHandlerDeps,
  path: string,
  signal: AbortSignal,
  tell: (done: number, total: number) => void,
): Promise<FileOpened> {
  const total = await fileSize(path);
  const chunks = fileChunks(path, { onProgress: (bytes) => tell(bytes, total), signal });
  const { problems, ...report } = await readTraceFile(chunks, async (kind, body) => {
    // Requests of windows and senders come in between.
    await nextTurn();
    signal.throwIfAborted();
    return ingest.ingest(kind, body);
  });
  return { ...report, problems: problems.map(describeProblem) };
}

async function exportFile(
  { store }: FileHandlerDeps,
  path: string,
  traceIds: readonly TraceId[],
  signal: AbortSignal,
  tell: (done: number, total: number) => void,
): Promise<FileExported> {
  const target = exportTargetOf(path);
  if (target === undefined) throw new ProtocolError('invalid', 'the name ends with none of .json, .jsonl and .pb');
  const ids = traceIds.length > 0 ? traceIds : store.list(MAX_EXPORTED).map((trace) => trace.traceId);
  const parts = exportedParts(
    async ({ traceIds: some, signal: kind, from, maxBytes }) => {
      await nextTurn();
      return kind === 'traces' ? store.exportSpans(some, from, maxBytes) : store.exportLogs(some, from, maxBytes);
    },
    ids,
    (done) => tell(done, ids.length),
  );
  return { ...(await writeTraceFile(path, target, parts, signal)), traces: ids.length };
}
