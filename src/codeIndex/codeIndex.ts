import type { SourceHints, SourceResolution } from '../core/model/source.ts';
import type { NamedMapping, PathContext } from '../core/source/pathMapping.ts';
import { parsePath } from '../core/source/plainPath.ts';
import type { SourceLookups } from '../core/source/rank.ts';
import type { FrameSender, SourceFrame } from '../core/source/sourceFrame.ts';
import type { SourceMemory } from '../core/source/sourceMemory.ts';
import type { CodeIndexConfig, CodeIndexStatus, LineContext } from '../protocol/codeIndexApi.ts';
import { CodeFiles } from './codeFiles.ts';
import type { BreakPlace } from '../protocol/insightApi.ts';
import type { TraceableFunction } from '../protocol/traceableFunctionsApi.ts';
import type { CodeIndexDeps } from './codeIndexDeps.ts';
import { maxBytesOf } from './codeReader.ts';
import { CodeTable } from './codeTable.ts';
import { FileFacts } from './fileFacts.ts';
import { GuardedFiles, type CodeAround } from './guardedFiles.ts';
import { isMappingFile, readWorkspaceMappings } from './mappings/workspaceMappings.ts';
import { realFolders } from './realFolders.ts';
import { SpanResolver } from './spanResolver.ts';
import { WorkspaceFiles } from './workspaceFiles.ts';
import { ReachedFolders } from './workspaceWalk.ts';

const MAX_MAPPING_BYTES = 256 * 1024;
const STATUS_EVERY_MS = 200;

/**
 * The workspace's files and the calls in them that start spans. Everything is held in memory and made anew by
 * {@link CodeIndex.configure}; a file that cannot be read or parsed is counted and passed over.
 */
export class CodeIndex {
  readonly #deps: CodeIndexDeps;
  readonly #files: WorkspaceFiles;
  readonly #table = new CodeTable();
  readonly #failed = new Set<string>();
  readonly #code: CodeFiles;
  readonly #facts: FileFacts;
  readonly #guarded: GuardedFiles;
  readonly #resolver: SpanResolver;
  /** Prefix pairs that files of the workspace name. */
  #named: readonly NamedMapping[] = [];
  #config: CodeIndexConfig | undefined;
  #generation = 0;
  #state: CodeIndexStatus['state'] = 'idle';
  #statusAt = 0;
  /** Work on the index runs one after the other; its end is what `source/resolve` waits for. */
  #work: Promise<void> = Promise.resolve();

  constructor(deps: CodeIndexDeps) {
    this.#deps = deps;
    const onFailed = (path: string, error: unknown): void => this.#fail(path, error);
    this.#files = new WorkspaceFiles({
      ...deps,
      onFailed,
      onRemoved: (path) => {
        this.#failed.delete(path);
        this.#code.delete(path);
      },
    });
    this.#facts = new FileFacts(deps.fileSystem, onFailed);
    this.#code = new CodeFiles({ ...deps, table: this.#table, onFailed, onSlice: () => this.#announce(false) });
    this.#guarded = new GuardedFiles({
      fileSystem: deps.fileSystem,
      facts: this.#facts,
      table: this.#table,
      contents: this.#code.contents,
      context: () => this.#context(),
      reader: () => this.#code.reader,
    });
    this.#resolver = new SpanResolver(this.#guarded, () =>
      this.#files.list.withName((name) => name.toLowerCase().endsWith('.ipynb')),
    );
  }

  status(): CodeIndexStatus {
    return {
      state: this.#state,
      filesKnown: this.#files.list.size,
      filesIndexed: this.#code.count,
      failedFiles: this.#failed.size,
    };
  }

  /**
   * Starts over with these folders; returns at once, {@link CodeIndex.settled} tells when it is done. When only path
   * mappings changed nothing is read again.
   */
  configure(config: CodeIndexConfig): void {
    const known = this.#config && JSON.stringify({ ...this.#config, pathMappings: config.pathMappings });
    if (known === JSON.stringify(config)) {
      this.#config = config;
      this.#forget();
      // Answers may differ now: what is shown has to ask again.
      this.#announce(true);
      return;
    }
    this.#start(config);
  }

  #start(config: CodeIndexConfig): void {
    const generation = ++this.#generation;
    this.#config = config;
    this.#code.configure(config);
    this.#state = 'indexing';
    void this.#schedule(async () => {
      if (generation !== this.#generation) return;
      this.#files.list.clear();
      this.#failed.clear();
      this.#code.clear();
      this.#forget();
      try {
        await this.#resolver.keepLines(config.cacheFile === undefined ? undefined : `${config.cacheFile}.lines`);
        await this.#indexAll(config, generation);
      } finally {
        // Whatever went wrong, those who wait are answered from what there is.
        if (generation === this.#generation) this.#state = 'ready';
      }
      if (generation === this.#generation) this.#announce(true);
    });
  }

  /** Resolves when all work scheduled so far is done. */
  settled(): Promise<void> {
    return this.#work;
  }

  /** Resolves when what is kept on disk for the next start has been written, as far as there was reason to. */
  async saved(): Promise<void> {
    await Promise.all([this.#code.saved(), this.#resolver.saved()]);
  }

  /** Breaks the reading of the workspace off: what was read by now is all there is, until files change or it starts over. */
  stop(): void {
    if (this.#state !== 'indexing') return;
    this.#generation++;
    this.#state = 'ready';
    const { filesIndexed } = this.status();
    this.#deps.log('info', `Code index: reading was stopped after ${String(filesIndexed)} files.`);
    this.#announce(true);
  }

  /** Stops work under way; what is held stays answerable. */
  dispose(): void {
    this.#generation++;
    this.#state = 'idle';
  }

  /** Takes in what the watcher saw: files or folders made, changed or gone. A changed `.gitignore` starts over. */
  filesChanged(changed: readonly string[], deleted: readonly string[]): Promise<void> {
    const config = this.#config;
    if (!config) return Promise.resolve();
    if ([...changed, ...deleted].some((path) => this.#files.changesRules(path, config))) {
      this.#start(config);
      return this.#work;
    }
    const generation = this.#generation;
    const cancelled = (): boolean => generation !== this.#generation;
    return this.#schedule(async () => {
      if (cancelled()) return;
      const reached = new ReachedFolders(config.excludes, this.#deps.fileSystem);
      const queue: string[] = [];
      let different = this.#files.removeAll(deleted);
      for (const path of changed) {
        if (this.#files.remove(path) || this.#facts.holds(path)) different = true;
        if (await this.#files.findChanged(path, config, reached, cancelled, queue)) different = true;
      }
      // Most of what a watcher reports is ignored; it makes no answer wrong.
      const mappings = [...changed, ...deleted].some(isMappingFile);
      if (!different && !mappings) return;
      this.#forget();
      await this.#code.readChanged(queue, cancelled);
      if (mappings) await this.#readMappings(generation);
      this.#announce(true);
    });
  }

  /** Places a span may come from. Waits for indexing under way. */
  async resolve(hints: SourceHints): Promise<SourceResolution> {
    await this.#readyToAnswer();
    return this.#resolver.resolve(hints, this.#lookups());
  }

  /** What the host kept of {@link CodeIndex.opened}; checked. */
  setMemory(memory: unknown): void {
    this.#resolver.setMemory(memory);
    this.#announce(true);
  }

  /** A place that the user opened; what is remembered now, null when nothing is new. */
  async opened(hints: SourceHints, place: Parameters<SpanResolver['opened']>[1]): Promise<SourceMemory | null> {
    await this.#readyToAnswer();
    const memory = await this.#resolver.opened(hints, place, this.#lookups());
    if (memory) this.#announce(true);
    return memory ?? null;
  }

  forgetChoice(hints: SourceHints): SourceMemory {
    const memory = this.#resolver.forgetChoice(hints);
    this.#announce(true);
    return memory;
  }

  /** Places for one frame of a stack trace, or the `code.*` of a log record. */
  async resolveFrame(frame: SourceFrame, sender: FrameSender): Promise<SourceResolution> {
    await this.#readyToAnswer();
    return this.#resolver.resolveFrame(frame, sender, this.#lookups());
  }

  /** The innermost function around a line of a workspace file, and the span starts that cover the line. */
  async lineContext(path: string, line: number): Promise<LineContext> {
    await this.#readyToAnswer();
    const inside = await this.#guarded.mayRead(path);
    const around = inside ? await this.#facts.functionAround(path, line, this.#code.reader) : undefined;
    const stored = inside ? (this.#files.list.find(this.#parse(path)) ?? path) : path;
    const covering = this.#table
      .startsIn(stored)
      .filter((start) => start.parts.length === 1 && start.line <= line && line <= start.endLine);
    return {
      functionName: around?.name ?? '',
      functionStart: around?.line ?? 0,
      functionEnd: around?.endLine ?? 0,
      spanNames: covering.map(({ parts, line: from, endLine }) => ({ name: parts[0] ?? '', line: from, endLine })),
    };
  }

  /** The innermost function around a line of a workspace file, or a route's nameless handler; lines of 0 for none. */
  async codeAround(path: string, line: number): Promise<CodeAround> {
    await this.#readyToAnswer();
    return (await this.#guarded.codeAround(path, line)) ?? { name: '', line: 0, endLine: 0 };
  }

  /** Where a breakpoint for the call around a line of a workspace file belongs; of a notebook, a line of its cell. */
  async breakPlace(path: string, line: number, cell?: number): Promise<BreakPlace> {
    await this.#readyToAnswer();
    const unknown: BreakPlace = { line, names: [], language: '' };
    if (!(await this.#guarded.mayRead(path))) return unknown;
    const text = await this.#deps.fileSystem.readText(path, maxBytesOf(path)).catch(() => undefined);
    return (text !== undefined && (await this.#code.reader?.breakPlace(path, text, line, cell))) || unknown;
  }

  /**
   * Functions of a file whose calls can be recorded: of `text`, else of the file where it is of the workspace. Waits for no
   * indexing. Null for what cannot be read.
   */
  async traceableFunctions(
    path: string,
    text?: string,
  ): Promise<{ readonly functions: readonly TraceableFunction[] | null }> {
    const given = text ?? (await this.#guarded.text(path, maxBytesOf(path)));
    const functions =
      given === undefined ? undefined : await this.#code.reader?.traceableFunctions(path, given).catch(() => undefined);
    return { functions: functions ?? null };
  }

  /** Waits for the work known by now, and on while a new configuration makes the index start over. */
  async #readyToAnswer(): Promise<void> {
    do await this.#work;
    while (this.#state === 'indexing');
  }

  #schedule(task: () => Promise<void>): Promise<void> {
    const done = this.#work.then(task).catch((error: unknown) => {
      this.#deps.log('error', `Code index: ${messageOf(error)}`);
    });
    this.#work = done;
    return done;
  }

  async #indexAll(config: CodeIndexConfig, generation: number): Promise<void> {
    this.#announce(true);
    const started = this.#deps.now();
    const cancelled = (): boolean => generation !== this.#generation;
    const loading = this.#code.load();
    const queue = await this.#files.walk(config, cancelled);
    if (this.#files.isFull) {
      this.#deps.log('warn', 'Code index: more files than it takes; the rest is left out.');
    }
    await loading;
    await this.#code.readFirst(queue, cancelled);
    await this.#readMappings(generation);
    if (generation !== this.#generation) return;
    const { filesKnown, filesIndexed, failedFiles } = this.status();
    this.#deps.log(
      'info',
      `Code index: ${String(filesKnown)} files, ${String(filesIndexed)} of code, ${String(this.#table.spanStarts)} span starts, ` +
        `${String(failedFiles)} failed, in ${String(Math.round(this.#deps.now() - started))} ms`,
    );
  }

  async #readMappings(generation: number): Promise<void> {
    const named = await readWorkspaceMappings({
      context: this.#context(),
      files: this.#files.list,
      read: (path) => this.#guarded.text(path, MAX_MAPPING_BYTES),
    });
    const real = await realFolders(this.#config?.folders ?? [], this.#deps.fileSystem);
    if (generation === this.#generation) this.#named = [...real, ...named];
  }

  #fail(path: string, error: unknown): void {
    this.#failed.add(path);
    this.#deps.log('debug', `Code index: ${path}: ${messageOf(error)}`);
  }

  #forget(): void {
    this.#resolver.forget();
    this.#facts.forget();
  }

  #announce(now: boolean): void {
    const at = this.#deps.now();
    if (!now && at - this.#statusAt < STATUS_EVERY_MS) return;
    this.#statusAt = at;
    this.#deps.onStatus(this.status());
  }

  #parse(path: string): ReturnType<typeof parsePath> {
    return parsePath(path, this.#deps.rules.style === 'windows');
  }

  #context(): PathContext {
    return {
      rules: this.#deps.rules,
      folders: this.#config?.folders ?? [],
      mappings: this.#config?.pathMappings ?? [],
      files: this.#files.list,
      named: [...this.#resolver.learned, ...this.#named],
    };
  }

  #lookups(): SourceLookups {
    return this.#guarded.lookups(this.#code.count);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
