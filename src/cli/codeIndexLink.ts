import path from 'node:path';
import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { Channel } from '../protocol/channel.ts';
import type { CodeIndexEvents, CodeIndexMethods } from '../protocol/codeIndexApi.ts';
import { portTransport } from '../protocol/portTransport.ts';
import type { Installation } from './installation.ts';
import { timers } from './ownerLink.ts';
import { grammarFolder, workerFile } from './workerFile.ts';

/** A disk that takes longer has the file the next time. */
const SAVE_MS = 10_000;

export type CodeIndexChannel = Channel<CodeIndexMethods, object, CodeIndexEvents, object>;

/** A code index in a worker thread of this process. */
export interface CodeIndexLink {
  readonly channel: CodeIndexChannel;
  /** Called once when the worker is gone, by itself or by {@link CodeIndexLink.stop}. */
  readonly onExit: (listener: () => void) => void;
  /** Resolves when what was read is kept for the next start, as far as there was reason to. */
  readonly saved: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts the code index of these folders (absolute paths); requests wait for its first index. `cacheFile` keeps what it reads
 * for the next start.
 */
export function startCodeIndex(
  installation: Installation,
  folders: readonly string[],
  cacheFile?: string,
): CodeIndexLink {
  const script = process.argv[1] ?? '';
  const worker = new Worker(workerFile(installation, script, 'codeIndex'));
  worker.on('error', () => undefined);
  const channel: CodeIndexChannel = new Channel<CodeIndexMethods, object, CodeIndexEvents, object>(
    portTransport(worker, () => undefined),
    {},
    timers,
  );
  worker.once('exit', () => channel.dispose());
  channel
    .request('index/configure', {
      folders: folders.map((folder) => ({ path: folder, name: path.basename(folder) })),
      pathMappings: [],
      excludes: [],
      grammarFolder: grammarFolder(installation, script),
      ...(cacheFile === undefined ? {} : { cacheFile }),
    })
    .catch(() => undefined);
  return {
    channel,
    onExit: (listener) => worker.once('exit', listener),
    saved: () => channel.request('index/saved', {}, { timeoutMs: SAVE_MS }).catch(() => undefined),
    stop: async () => {
      channel.dispose();
      await worker.terminate();
    },
  };
}
