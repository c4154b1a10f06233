import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { SourceHints, SourceResolution } from '../core/model/source.ts';
import type { CodeIndexConfig } from '../protocol/codeIndexApi.ts';
import type { CodePlace } from '../protocol/insightApi.ts';
import { CodeIndex } from './codeIndex.ts';
import { codePlaces } from './codePlaces.ts';
import { nodeFileSystem } from './fileSystem.ts';
import { machinePathRules } from './machinePathRules.ts';
import { workedMs } from './workedTime.ts';

/** The resolver over some folders, in this thread: what scripts and benchmarks use in place of the worker. */
export interface OpenWorkspace {
  /** Places a span with these hints may come from; the first call waits for the index. */
  resolve(hints: SourceHints): Promise<SourceResolution>;
  /** What the editor shows of kinds of span; see {@link codePlaces}. */
  places(hints: readonly SourceHints[]): Promise<readonly (CodePlace | null)[]>;
  close(): void;
}

/**
 * Indexes the folders (absolute paths) without VS Code, its settings or a worker. `grammarFolder` holds
 * `tree-sitter.wasm` and the grammars, as the npm package `@vscode/tree-sitter-wasm` lays them out.
 */
export function openWorkspace(
  folders: readonly string[],
  grammarFolder: string,
  more: Partial<Pick<CodeIndexConfig, 'pathMappings' | 'excludes'>> = {},
): OpenWorkspace {
  const index = new CodeIndex({
    fileSystem: nodeFileSystem,
    rules: machinePathRules(),
    onStatus: () => undefined,
    log: () => undefined,
    yieldToMessages: () => setImmediate(),
    build: '',
    now: () => performance.now(),
    worked: workedMs,
  });
  index.configure({
    folders: folders.map((folder) => ({ path: folder, name: path.basename(folder) })),
    pathMappings: [],
    excludes: [],
    grammarFolder,
    ...more,
  });
  return {
    resolve: (hints) => index.resolve(hints),
    places: async (hints) => (await codePlaces(index, hints)).places,
    close: () => index.dispose(),
  };
}
