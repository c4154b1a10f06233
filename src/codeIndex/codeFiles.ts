import type { CodeIndexConfig } from '../protocol/codeIndexApi.ts';
import type { CodeIndexDeps } from './codeIndexDeps.ts';
import { CodeReader, maxBytesOf } from './codeReader.ts';
import { ContentHistory } from './contentHistory.ts';
import type { CodeTable } from './codeTable.ts';
import { FactsCache } from './factsCache.ts';
import { Grammars } from './grammars.ts';
import { readAhead, type FoundFile } from './readAhead.ts';

const SLICE_MS = 10;
/** Files that may change before what is kept on disk is written anew: reading them again costs a start little. */
const SAVE_AFTER = 200;

interface CodeFilesDeps extends Pick<
  CodeIndexDeps,
  'fileSystem' | 'log' | 'yieldToMessages' | 'now' | 'worked' | 'build'
> {
  readonly table: CodeTable;
  readonly onFailed: (path: string, error: unknown) => void;
  /** Before others have their turn. */
  readonly onSlice: () => void;
}

/** The files of code and what was read of them: fills the table, from the texts or from what an earlier start kept. */
export class CodeFiles {
  readonly #deps: CodeFilesDeps;
  readonly #paths = new Set<string>();
  /** Which texts the files held when. */
  readonly contents = new ContentHistory();
  #reader: CodeReader | undefined;
  #cache: FactsCache | undefined;
  #saved: Promise<void> = Promise.resolve();

  constructor(deps: CodeFilesDeps) {
    this.#deps = deps;
  }

  /** Files of code taken in, those that failed among them. */
  get count(): number {
    return this.#paths.size;
  }

  get reader(): CodeReader | undefined {
    return this.#reader;
  }

  /** What is read from now on is read with these grammars, and kept in this file. */
  configure({ grammarFolder, cacheFile }: CodeIndexConfig): void {
    this.#reader = new CodeReader(new Grammars(grammarFolder), this.#deps.worked);
    this.#cache = cacheFile === undefined ? undefined : new FactsCache(cacheFile, this.#deps.build, this.contents);
  }

  clear(): void {
    this.#paths.clear();
    this.#deps.table.clear();
  }

  delete(path: string): void {
    this.#paths.delete(path);
    this.#deps.table.delete(path);
    this.#cache?.delete(path);
  }

  /** Makes what an earlier start kept ready for {@link CodeFiles.readFirst}. */
  async load(): Promise<void> {
    const problem = await this.#cache?.load();
    if (problem !== undefined) this.#deps.log('debug', `Code index: nothing kept from before: ${problem}`);
  }

  /** Reads all files; afterwards what was kept of others is forgotten. */
  async readFirst(paths: readonly string[], cancelled: () => boolean): Promise<void> {
    await this.#readAll(paths, cancelled);
    if (cancelled()) return;
    this.#cache?.release();
    this.#save(1);
  }

  /** Reads files that changed. */
  async readChanged(paths: readonly string[], cancelled: () => boolean): Promise<void> {
    await this.#readAll(paths, cancelled);
    if (!cancelled()) this.#save(SAVE_AFTER);
  }

  /** Resolves when what is kept on disk has been written, as far as there was reason to. */
  saved(): Promise<void> {
    return this.#saved;
  }

  /** Reads files a few at a time and parses them one by one, letting messages through every few milliseconds. */
  async #readAll(paths: readonly string[], cancelled: () => boolean): Promise<void> {
    const { fileSystem, now, onFailed, onSlice, yieldToMessages } = this.#deps;
    const cache = this.#cache;
    let sliceStart = now();
    for await (const found of readAhead(paths, maxBytesOf, fileSystem, cache)) {
      if (cancelled()) return;
      if (found.kind === 'failed') onFailed(found.path, found.error);
      else await this.#take(found, cache);
      if (now() - sliceStart < SLICE_MS) continue;
      onSlice();
      await yieldToMessages();
      sliceStart = now();
    }
  }

  async #take(found: Exclude<FoundFile, { readonly kind: 'failed' }>, cache: FactsCache | undefined): Promise<void> {
    const { table, log, onFailed } = this.#deps;
    const { path } = found;
    this.#paths.add(path);
    try {
      const kept = found.kind === 'kept' ? cache?.take(path) : undefined;
      const text = kept ? '' : await this.#textOf(found);
      if (found.kind === 'text' && found.stamp) this.contents.note(path, text, found.stamp.mtimeMs);
      const facts = kept ?? (await this.#reader?.facts(path, text));
      if (!facts) return;
      const left = table.set(path, facts);
      if (found.kind === 'text') cache?.add(path, found.stamp);
      if (left > 0) log('warn', `Code index: ${path}: ${String(left)} definitions or span starts beyond the limit`);
    } catch (error) {
      onFailed(path, error);
    }
  }

  async #textOf(found: Exclude<FoundFile, { readonly kind: 'failed' }>): Promise<string> {
    return found.kind === 'text' ? found.text : this.#deps.fileSystem.readText(found.path, maxBytesOf(found.path));
  }

  /** Writes to disk beside other work, when `least` files changed since the last time. */
  #save(least: number): void {
    const cache = this.#cache;
    if (!cache || cache.unsaved < least) return;
    const { table, log, yieldToMessages } = this.#deps;
    this.#saved = this.#saved
      .then(() => cache.save((path) => table.factsOf(path), yieldToMessages))
      .catch((error: unknown) => {
        log(
          'warn',
          `Code index: not kept for the next start: ${error instanceof Error ? error.message : String(error)}`,
        );
      });
  }
}
