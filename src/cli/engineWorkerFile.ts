import path from 'node:path';
import type { Installation } from './installation.ts';

/** The file that an engine's worker thread runs: the bundle, or the source where the command itself runs from source. */
export function engineWorkerFile({ dist }: Installation, script: string): string {
  return script.endsWith('.ts')
    ? path.join(path.dirname(dist), 'src/engine/engineWorker.ts')
    : path.join(dist, 'engine.cjs');
}
