// The process whose memory the soak watches: an engine worker as an extension host runs it, and its host, which asks for
// the list and listens for changes. Over IPC: `start` begins, `sample` answers with memory and latencies since the last.
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { Channel } from '../../src/protocol/channel.ts';
import type { EngineEvents, EngineMethods } from '../../src/protocol/engineApi.ts';
import { portTransport } from '../../src/protocol/portTransport.ts';

interface SoakStart {
  readonly kind: 'start';
  readonly engineFile: string;
  readonly maxStoreBytes: number;
  readonly storage: string | undefined;
}

interface SoakSample {
  readonly kind: 'sample';
  readonly rssBytes: number;
  readonly queryMs: readonly number[];
  /** Markers seen, and how long after they were answered their change was announced and the list had them. */
  readonly seen: readonly { readonly name: string; readonly atMs: number }[];
  readonly spans: number;
  readonly evictedSpans: number;
  readonly heldBytes: number;
  readonly refusedRequests: number;
}

const QUERY_EVERY_MS = 100;
/** Root name of the traces that the sender, scripts/soak.mjs, looks for. */
const MARKER = 'soak marker ';

let queryMs: number[] = [];
let seen: { name: string; atMs: number }[] = [];
const known = new Set<string>();

async function start({ engineFile, maxStoreBytes, storage }: SoakStart): Promise<void> {
  const worker = new Worker(engineFile, { workerData: { storage } });
  worker.on('error', (error) => {
    throw error;
  });
  const channel = new Channel<EngineMethods, object, EngineEvents, object>(
    portTransport(worker, () => void worker.terminate()),
    {},
    { set: (callback, ms) => setTimeout(callback, ms), clear: (handle) => clearTimeout(handle as NodeJS.Timeout) },
  );
  channel.on('log', ({ level, message }) => {
    if (level === 'error' || level === 'warn') console.error(`${level}: ${message}`);
  });
  await channel.request('engine/limits', { maxStoreBytes });
  const state = await channel.request('receiver/start', {
    httpPort: 0,
    grpcPort: 0,
    maxBodyBytes: 64 * 1024 * 1024,
    allowedHosts: [],
  });
  if (state.kind !== 'listening') throw new Error(`the receiver is ${state.kind}`);
  let due = true;
  channel.on('traces/changed', () => (due = true));
  const ask = async (): Promise<void> => {
    const from = performance.now();
    const wasDue = due;
    due = false;
    const { traces } = await channel.request('traces/list', { limit: 500 });
    queryMs.push(performance.now() - from);
    if (wasDue) {
      for (const { name } of traces) {
        if (!name.startsWith(MARKER) || known.has(name)) continue;
        known.add(name);
        seen.push({ name, atMs: Date.now() });
      }
    }
    setTimeout(() => void ask(), QUERY_EVERY_MS);
  };
  void ask();
  process.on('message', (message: { readonly kind: string }) => {
    if (message.kind !== 'sample') return;
    void channel.request('engine/status', {}).then((status) => {
      const sample: SoakSample = {
        kind: 'sample',
        rssBytes: process.memoryUsage.rss(),
        queryMs,
        seen,
        spans: status.spans,
        evictedSpans: status.evictedSpans,
        heldBytes: status.heldBytes,
        refusedRequests: status.refusedRequests,
      };
      queryMs = [];
      seen = [];
      process.send?.(sample);
    });
  });
  process.send?.({ kind: 'ready', port: state.httpPort });
}

process.once('message', (message: SoakStart) => void start(message));
process.on('disconnect', () => process.exit());
