import type { SourceHints, SourceResolution } from '../core/model/source.ts';
import type { FrameSender, SourceFrame } from '../core/source/sourceFrame.ts';
import type { CodePlaceMethods } from './insightApi.ts';
import type { SourceMemoryMethods } from './sourceMemoryApi.ts';
import type { TraceableFunctionMethods } from './traceableFunctionsApi.ts';

/** One user mapping from `spanline.source.pathMappings`: paths that start with `from` are looked for under `to`. */
export interface PathMapping {
  readonly from: string;
  /** Absolute, or `${workspaceFolder}` / `${workspaceFolder:name}` already replaced. */
  readonly to: string;
}

export interface CodeIndexConfig {
  /** Absolute paths of the workspace folders, in order. */
  readonly folders: readonly { readonly path: string; readonly name: string }[];
  readonly pathMappings: readonly PathMapping[];
  /** Globs of `files.exclude` that are on. */
  readonly excludes: readonly string[];
  /** Folder with tree-sitter.wasm and the grammars. */
  readonly grammarFolder: string;
  /** Absolute path of the file that keeps what was read of the code; without it every start reads all. */
  readonly cacheFile?: string;
}

export interface CodeIndexStatus {
  readonly state: 'idle' | 'indexing' | 'ready';
  readonly filesKnown: number;
  readonly filesIndexed: number;
  readonly failedFiles: number;
}

/** What stands around a line: the function and the span-starting literals whose call or body covers it. */
export interface LineContext {
  readonly functionName: string;
  readonly functionStart: number;
  readonly functionEnd: number;
  readonly spanNames: readonly { readonly name: string; readonly line: number; readonly endLine: number }[];
}

export interface CodeIndexMethods extends CodePlaceMethods, SourceMemoryMethods, TraceableFunctionMethods {
  'index/configure': readonly [CodeIndexConfig, void];
  /** Breaks the first reading of the workspace off; what was read answers. */
  'index/stop': readonly [Record<string, never>, void];
  /** Answers when what is kept on disk for the next start has been written, as far as there was reason to. */
  'index/saved': readonly [Record<string, never>, void];
  'index/status': readonly [Record<string, never>, CodeIndexStatus];
  /** Files the watcher reported; unknown or ignored paths are passed over. */
  'index/filesChanged': readonly [{ readonly changed: readonly string[]; readonly deleted: readonly string[] }, void];
  /** Waits for the first index when it is under way (bounded by the request's timeout). */
  'source/resolve': readonly [{ readonly hints: SourceHints }, SourceResolution];
  /** A frame of a stack trace, or `code.*` of a log record. */
  'source/resolveFrame': readonly [{ readonly frame: SourceFrame; readonly sender: FrameSender }, SourceResolution];
  'source/lineContext': readonly [{ readonly path: string; readonly line: number }, LineContext];
}

export interface CodeIndexEvents {
  'index/changed': CodeIndexStatus;
  log: { readonly level: 'error' | 'warn' | 'info' | 'debug'; readonly message: string };
}
