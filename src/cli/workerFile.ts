import path from 'node:path';
import type { Installation } from './installation.ts';

const SOURCES = { engine: 'src/engine/engineWorker.ts', codeIndex: 'src/codeIndex/codeIndexWorker.ts' } as const;

/** The file that a worker thread runs: the bundle, or the source where the command itself runs from source. */
export function workerFile({ dist }: Installation, script: string, worker: keyof typeof SOURCES): string {
  return script.endsWith('.ts') ? path.join(path.dirname(dist), SOURCES[worker]) : path.join(dist, `${worker}.cjs`);
}

/** The folder with `tree-sitter.wasm` and the grammars: built, or the npm package's where the command runs from source. */
export function grammarFolder({ dist }: Installation, script: string): string {
  if (!script.endsWith('.ts')) return path.join(dist, 'grammars');
  return path.join(path.dirname(dist), 'node_modules/@vscode/tree-sitter-wasm/wasm');
}
