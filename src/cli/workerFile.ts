import path from 'node:path';
import type { Installation } from './installation.ts';

const SOURCES = { engine: 'src/engine/engineWorker.ts', codeIndex: 'src/codeIndex/codeIndexWorker.ts' } as const;

/** The file that a worker thread runs: the bundle, or the source where the command itself runs from source. */
export function workerFile({ dist }: Installation, script: string, worker: keyof typeof SOURCES): string {
  return script.endsWith('.ts') ? path.join(path.dirname(dist), SOURCES[worker]) : path.join(dist, `${worker}.cjs`);
}
