import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { makeInput } from './fuzzInput.ts';
import type { FuzzInput } from './fuzzInput.ts';
import type { FuzzJob, FuzzReport } from './fuzzWorker.ts';

export interface FuzzOptions {
  readonly inputs: number;
  readonly seed: number;
  readonly replay?: FuzzInput;
  /** An input that takes longer hangs. */
  readonly hangMs?: number;
  /** Told of the memory after a collection, twenty times in a run. */
  readonly onMemory?: (report: Extract<FuzzReport, { kind: 'memory' }>) => void;
}

export interface FuzzResult {
  readonly accepted: number;
  readonly refused: number;
  readonly failure?: { readonly index: number; readonly message: string; readonly input: FuzzInput };
  /** Growth of heap and external memory, in bytes, from the second quarter of the run to its last. */
  readonly growth: number;
}

/** Beyond this a run leaks: store and caches are full by its first quarter. */
const MAX_GROWTH = 24 * 1024 * 1024;
/** In fewer inputs the garbage that is not collected yet is more than any leak. */
const LEAST_INPUTS_FOR_GROWTH = 100_000;

/** Throws `inputs` inputs at redaction, store and receiver, and tells of the first that makes anything fail, or hang. */
export function runFuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { inputs, seed, replay, hangMs = 10_000, onMemory } = options;
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const job: FuzzJob = { seed, from: 0, to: replay === undefined ? inputs : 1, progress, ...(replay && { replay }) };
  const worker = new Worker(path.join(import.meta.dirname, 'fuzzWorker.ts'), { workerData: job });
  const memory: number[] = [];
  let failure: FuzzResult['failure'];
  let counts = { accepted: 0, refused: 0 };
  return new Promise((resolve, reject) => {
    let last = -1;
    const watch = setInterval(() => {
      const index = Atomics.load(progress, 0);
      if (index !== last) {
        last = index;
        return;
      }
      failure ??= { index, message: `no end after ${hangMs} ms`, input: replay ?? makeInput(seed, index) };
      void worker.terminate();
    }, hangMs);
    worker.on('message', (report: FuzzReport) => {
      if (report.kind === 'failed') failure ??= report;
      else if (report.kind === 'done') counts = report;
      else {
        memory.push(report.heap + report.external);
        onMemory?.(report);
      }
    });
    worker.on('error', reject);
    worker.on('exit', (code) => {
      clearInterval(watch);
      if (code !== 0 && failure === undefined) {
        const index = Atomics.load(progress, 0);
        failure = { index, message: `the thread ended with ${code}`, input: replay ?? makeInput(seed, index) };
      }
      const growth = growthOf(memory);
      if (inputs >= LEAST_INPUTS_FOR_GROWTH && growth > MAX_GROWTH && failure === undefined) {
        failure = { index: inputs - 1, message: `memory grew by ${growth} bytes`, input: makeInput(seed, inputs - 1) };
      }
      resolve({ accepted: counts.accepted, refused: counts.refused, growth, ...(failure && { failure }) });
    });
  });
}

/** Least of the last quarter less the least of the second: buffers on their way out come and go in between. */
function growthOf(memory: readonly number[]): number {
  const quarter = Math.floor(memory.length / 4);
  if (quarter === 0) return 0;
  return Math.min(...memory.slice(-quarter)) - Math.min(...memory.slice(quarter, 2 * quarter));
}
