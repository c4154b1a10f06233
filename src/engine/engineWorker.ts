import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import path from 'node:path';
import process from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import { TraceStore } from '../core/store/traceStore.ts';
import type { Timers } from '../protocol/channel.ts';
import { Engine } from './engine.ts';
import { StoreMember, type EngineHooks, type StoragePlace } from './hub/storeMember.ts';
import { Receiver } from './receiver/receiver.ts';
import { zlibCodec } from './zlibCodec.ts';

/** What the host gives the worker. */
interface EngineWorkerData {
  /** Absolute path of the folder that the windows of a user share; without it everything stays in memory. */
  readonly storage?: string;
  /** The extension's. */
  readonly version?: string;
  /** How long the shared folder keeps traces, until `journal/limits` says otherwise. */
  readonly journal?: { readonly keepDays: number; readonly maxBytes: number };
}

/** Until `engine/limits` says otherwise. */
const DEFAULT_STORE_BYTES = 512 * 1024 * 1024;

const timers: Timers = {
  set: (callback, ms) => setTimeout(callback, ms),
  clear: (handle) => clearTimeout(handle as NodeJS.Timeout),
};

if (!parentPort) throw new Error('engineWorker runs in a worker thread');
const { storage, version = '', journal: limits } = (workerData ?? {}) as EngineWorkerData;

/** The engine of a window that owns its store, or works alone (without a place). */
function createEngine(place: StoragePlace | undefined, { onReceiver }: EngineHooks): Engine {
  return new Engine({
    store: new TraceStore({
      now: () => Date.now(),
      maxBytes: DEFAULT_STORE_BYTES,
      codec: zlibCodec(),
      seed: randomInt(2 ** 31),
    }),
    createReceiver: (deps) => new Receiver(deps),
    onReceiver,
    ...(place && limits && { journal: { dir: path.join(place.folder, 'journal'), limits } }),
    timers,
    now: () => Date.now(),
    elapsed: () => performance.now(),
    seed: randomInt(2 ** 31),
    firstViewId: randomInt(2 ** 40),
  });
}

const member = new StoreMember({
  host: parentPort,
  storage,
  version,
  timers,
  createEngine: (place, hooks) => Promise.resolve(createEngine(place, hooks)),
});

// Only watches: the error still ends the worker, and the host sees it exit and starts another.
process.on('uncaughtExceptionMonitor', (error, origin) => {
  member.log('error', `The engine ends on an ${origin}: ${error.stack ?? error.message}`);
});
