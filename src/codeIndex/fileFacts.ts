import type { CodeCall } from '../core/source/codeFacts.ts';
import type { CodeReader } from './codeReader.ts';
import type { FileSystem } from './fileSystem.ts';
import type { FunctionRange } from './functionRanges.ts';

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_CACHED_FILES = 50;

interface Facts {
  readonly lineCount: number;
  readonly functions: readonly FunctionRange[];
}

/** Lines and functions of files, read when asked for and kept until something changes. */
export class FileFacts {
  readonly #fileSystem: FileSystem;
  readonly #onError: (path: string, error: unknown) => void;
  #cache = new Map<string, Facts>();
  #calls = new Map<string, readonly CodeCall[]>();

  constructor(fileSystem: FileSystem, onError: (path: string, error: unknown) => void) {
    this.#fileSystem = fileSystem;
    this.#onError = onError;
  }

  /** Drops everything; a read under way is not kept. */
  forget(): void {
    this.#cache = new Map();
    this.#calls = new Map();
  }

  holds(path: string): boolean {
    return this.#cache.has(path) || this.#calls.has(path);
  }

  /** Undefined when there is no such file, or none of a size that code has. */
  async lineCount(path: string): Promise<number | undefined> {
    return (await this.#read(path, undefined))?.lineCount;
  }

  /** The innermost named function around a line (1-based). */
  async functionAround(path: string, line: number, reader: CodeReader | undefined): Promise<FunctionRange | undefined> {
    let best: FunctionRange | undefined;
    for (const range of (await this.#read(path, reader))?.functions ?? []) {
      if (range.firstLine > line || line > range.endLine) continue;
      if (!best || range.endLine - range.firstLine <= best.endLine - best.firstLine) best = range;
    }
    return best;
  }

  /** The first function of this name, with or without its class. */
  async functionNamed(path: string, name: string, reader: CodeReader | undefined): Promise<FunctionRange | undefined> {
    const functions = (await this.#read(path, reader))?.functions ?? [];
    return functions.find((found) => found.name === name || found.name.endsWith(`.${name}`));
  }

  /** Calls within these lines, in order. */
  async calls(
    path: string,
    firstLine: number,
    lastLine: number,
    reader: CodeReader | undefined,
  ): Promise<readonly CodeCall[]> {
    let calls = this.#calls.get(path);
    if (!calls) {
      const held = this.#calls;
      try {
        calls = (await reader?.calls(path, await this.#fileSystem.readText(path, MAX_BYTES))) ?? [];
      } catch (error) {
        this.#onError(path, error);
        return [];
      }
      if (held.size >= MAX_CACHED_FILES) held.clear();
      held.set(path, calls);
    }
    return calls.filter(({ line }) => firstLine <= line && line <= lastLine);
  }

  /** Without a reader only lines are counted, which is not kept. */
  async #read(path: string, reader: CodeReader | undefined): Promise<Facts | undefined> {
    const cache = this.#cache;
    const held = cache.get(path);
    if (held) return held;
    let text: string;
    try {
      text = await this.#fileSystem.readText(path, MAX_BYTES);
    } catch {
      return undefined;
    }
    const lineCount = countLines(text);
    if (!reader) return { lineCount, functions: [] };
    let functions: readonly FunctionRange[] = [];
    try {
      functions = await reader.functions(path, text);
    } catch (error) {
      this.#onError(path, error);
    }
    if (cache.size >= MAX_CACHED_FILES) cache.clear();
    cache.set(path, { lineCount, functions });
    return { lineCount, functions };
  }
}

function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
