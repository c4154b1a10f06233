// Runs inputs one after the other in a thread that can be ended when one of them hangs. Before each it says which.
import { parentPort, workerData } from 'node:worker_threads';
import { makeInput } from './fuzzInput.ts';
import type { FuzzInput } from './fuzzInput.ts';
import { FuzzTarget } from './fuzzTarget.ts';

export interface FuzzJob {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** Only this input, whatever the numbers say. */
  readonly replay?: FuzzInput;
  /** Number of the input that runs, to be read while it does. */
  readonly progress: Int32Array<SharedArrayBuffer>;
}

export type FuzzReport =
  | {
      readonly kind: 'memory';
      readonly index: number;
      readonly heap: number;
      readonly external: number;
      readonly held: number;
    }
  | { readonly kind: 'failed'; readonly index: number; readonly message: string; readonly input: FuzzInput }
  | { readonly kind: 'done'; readonly accepted: number; readonly refused: number };

const job = workerData as FuzzJob;
const say = (report: FuzzReport): void => parentPort?.postMessage(report);

async function sayMemory(index: number, target: FuzzTarget): Promise<void> {
  // What a first collection finds dead gives its external memory back a turn later.
  globalThis.gc?.();
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  say({ kind: 'memory', index, heap: heapUsed, external, held: target.store.heldBytes });
}

const target = new FuzzTarget();
await target.start();
const every = Math.max(1, Math.floor((job.to - job.from) / 20));
let running: { readonly index: number; readonly input: FuzzInput } | undefined;
const fail = (error: unknown): void => {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (running !== undefined) say({ kind: 'failed', index: running.index, message, input: running.input });
};
// What a socket's handler throws comes up here, not at the input's await.
process.on('uncaughtException', (error) => {
  fail(error);
  process.exit(1);
});
for (let index = job.from; index < job.to; index++) {
  const input = job.replay ?? makeInput(job.seed, index);
  running = { index, input };
  Atomics.store(job.progress, 0, index);
  try {
    await target.run(input);
  } catch (error) {
    fail(error);
    break;
  }
  if ((index - job.from) % every === every - 1) await sayMemory(index, target);
}
await target.stop();
say({ kind: 'done', accepted: target.accepted, refused: target.refused });
