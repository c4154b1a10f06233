import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { parentPort } from 'node:worker_threads';
import { TraceStore } from '../core/store/traceStore.ts';
import { Channel, type Timers } from '../protocol/channel.ts';
import type { EngineEvents, EngineMethods } from '../protocol/engineApi.ts';
import { portTransport } from '../protocol/portTransport.ts';
import { Engine } from './engine.ts';
import { Receiver } from './receiver/receiver.ts';
import { zlibCodec } from './zlibCodec.ts';

/** Until `engine/limits` says otherwise. */
const DEFAULT_STORE_BYTES = 512 * 1024 * 1024;

const timers: Timers = {
  set: (callback, ms) => setTimeout(callback, ms),
  clear: (handle) => clearTimeout(handle as NodeJS.Timeout),
};

if (!parentPort) throw new Error('engineWorker runs in a worker thread');
const port = parentPort;

const engine = new Engine({
  store: new TraceStore({ now: () => Date.now(), maxBytes: DEFAULT_STORE_BYTES, codec: zlibCodec() }),
  createReceiver: (deps) => new Receiver(deps),
  timers,
  now: () => Date.now(),
  elapsed: () => performance.now(),
  seed: randomInt(2 ** 31),
  firstViewId: randomInt(2 ** 40),
});
const connection = engine.connect((event, payload) => channel.emit(event, payload));
const channel = new Channel<object, EngineMethods, object, EngineEvents>(
  portTransport(port, () => port.close()),
  connection.handlers,
  timers,
);

// Only watches: the error still ends the worker, and the host sees it exit and starts another.
process.on('uncaughtExceptionMonitor', (error, origin) => {
  engine.log('error', `The engine ends on an ${origin}: ${error.stack ?? error.message}`);
});
