// A window without VS Code: the engine's worker in a process of its own, whose parent plays the extension host.
// usage: fork(windowProcess.ts, [STORAGE], { serialization: 'advanced' })
import process from 'node:process';
import { Worker } from 'node:worker_threads';

const [, , storage = ''] = process.argv;
const ENTRY = new URL('../../src/engine/engineWorker.ts', import.meta.url);
const journal = { keepDays: 7, maxBytes: 256 * 1024 * 1024 };
const worker = new Worker(ENTRY, { workerData: { storage, version: 'test', journal } });
worker.on('message', (message: object) => process.send?.(message));
process.on('message', (message) => worker.postMessage(message));
process.on('disconnect', () => process.exit());
