import type { SourceHints, SourceResolution } from '../core/model/source.ts';
import { FileList } from '../core/source/fileList.ts';
import { locateInFolders, type NamedMapping, type PathContext } from '../core/source/pathMapping.ts';
import { parsePath, type PlainPath } from '../core/source/plainPath.ts';
import type { SourceLookups } from '../core/source/rank.ts';
import type { FrameSender, SourceFrame } from '../core/source/sourceFrame.ts';
import type { SourceMemory } from '../core/source/sourceMemory.ts';
import type { CodeIndexConfig, CodeIndexStatus, LineContext } from '../protocol/codeIndexApi.ts';
import { CodeFiles } from './codeFiles.ts';
import type { BreakPlace } from '../protocol/insightApi.ts';
import type { CodeIndexDeps } from './codeIndexDeps.ts';
import { maxBytesOf } from './codeReader.ts';
import { CodeTable } from './codeTable.ts';
import { FileFacts } from './fileFacts.ts';
import { grammarFor } from './grammars.ts';
import { GuardedFiles, type CodeAround } from './guardedFiles.ts';
import { isNeverWalked } from './ignoreRules.ts';
import { isMappingFile, readWorkspaceMappings } from './mappings/workspaceMappings.ts';
import { realFolders } from './realFolders.ts';
import { SpanResolver } from './spanResolver.ts';
import { ReachedFolders, walkFolder, type WalkedFile, type WalkOptions } from './workspaceWalk.ts';

const MAX_FILES = 200_000;
const MAX_MAPPING_BYTES = 256 * 1024;
const STATUS_EVERY_MS = 200;

/**
 * The workspace's files and the calls in them that start spans. Everything is held in memory and made anew by
 * {@link CodeIndex.configure}; a file that cannot be read or parsed is counted and passed over.
 *
 * A linked file is known by its workspace path, wherever it leads; a link to another file of the workspace is known
 * but its calls are counted once, at the file itself. Linked folders are not followed.
 */
export class CodeIndex {
  readonly #deps: CodeIndexDeps;
  readonly #files: FileList;
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
    this.#files = new FileList(deps.rules);
    const onFailed = (path: string, error: unknown): void => this.#fail(path, error);
    this.#facts = new FileFacts(deps.fileSystem, onFailed);
    this.#code = new CodeFiles({ ...deps, table: this.#table, onFailed, onSlice: () => this.#announce(false) });
    this.#guarded = new GuardedFiles({
      fileSystem: deps.fileSystem,
      facts: this.#facts,
      table: this.#table,
      context: () => this.#context(),
      reader: () => this.#code.reader,
    });
    this.#resolver = new SpanResolver(this.#guarded, () =>
      this.#files.withName((name) => name.toLowerCase().endsWith('.ipynb')),
    );
  }

  status(): CodeIndexStatus {
    return {
      state: this.#state,
      filesKnown: this.#files.size,
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
      this.#files.clear();
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
    if ([...changed, ...deleted].some((path) => this.#changesRules(path))) {
      this.#start(config);
      return this.#work;
    }
    const generation = this.#generation;
    return this.#schedule(async () => {
      if (generation !== this.#generation) return;
      const reached = new ReachedFolders(config.excludes, this.#deps.fileSystem);
      const queue: string[] = [];
      let different = this.#removeAll(deleted);
      for (const path of changed) {
        if (this.#remove(path) || this.#facts.holds(path)) different = true;
        if (await this.#findChanged(path, config, generation, reached, queue)) different = true;
      }
      // Most of what a watcher reports is ignored; it makes no answer wrong.
      const mappings = [...changed, ...deleted].some(isMappingFile);
      if (!different && !mappings) return;
      this.#forget();
      await this.#code.readChanged(queue, () => generation !== this.#generation);
      if (mappings) await this.#readMappings(generation);
      this.#announce(true);
    });
  }

  /** Test runners and linters write a `.gitignore` into their caches, which are never walked. */
  #changesRules(path: string): boolean {
    return /[\\/]\.gitignore$/.test(path) && this.#place(path)?.segments.some(isNeverWalked) === false;
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
    const stored = inside ? (this.#files.find(this.#parse(path)) ?? path) : path;
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

  /** Where a breakpoint for the call around a line of a workspace file belongs. */
  async breakPlace(path: string, line: number): Promise<BreakPlace> {
    await this.#readyToAnswer();
    const unknown: BreakPlace = { line, names: [], language: '' };
    if (!(await this.#guarded.mayRead(path))) return unknown;
    const text = await this.#deps.fileSystem.readText(path, maxBytesOf(path)).catch(() => undefined);
    return (text !== undefined && (await this.#code.reader?.breakPlace(path, text, line))) || unknown;
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
    const queue: string[] = [];
    const links: string[] = [];
    const loading = this.#code.load();
    const reached = new ReachedFolders(config.excludes, this.#deps.fileSystem);
    for (const folder of config.folders) {
      const options = this.#walkOptions(generation, queue, links);
      if (options.maxFiles > 0) await walkFolder(folder.path, [], reached, options);
    }
    if (this.#files.size >= MAX_FILES) {
      this.#deps.log('warn', `Code index: more than ${String(MAX_FILES)} files; the rest is left out.`);
    }
    for (const path of links) await this.#addLink(path, queue);
    await loading;
    await this.#code.readFirst(queue, () => generation !== this.#generation);
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
      files: this.#files,
      read: (path) => this.#guarded.text(path, MAX_MAPPING_BYTES),
    });
    const real = await realFolders(this.#config?.folders ?? [], this.#deps.fileSystem);
    if (generation === this.#generation) this.#named = [...real, ...named];
  }

  #walkOptions(generation: number, queue: string[], links: string[]): WalkOptions {
    return {
      fileSystem: this.#deps.fileSystem,
      maxFiles: MAX_FILES - this.#files.size,
      onFile: (file: WalkedFile) => {
        if (file.link) links.push(file.path);
        else this.#add(file.path, queue);
      },
      onError: (path, error) => {
        this.#fail(path, error);
      },
      cancelled: () => generation !== this.#generation,
    };
  }

  #add(path: string, queue: string[]): void {
    // Workspace folders may lie in one another.
    if (this.#files.find(this.#parse(path)) !== undefined) return;
    this.#files.add(path);
    if (grammarFor(path)) queue.push(path);
  }

  async #addLink(path: string, queue: string[]): Promise<void> {
    try {
      const target = await this.#deps.fileSystem.realPath(path);
      if ((await this.#deps.fileSystem.kindOf(target)) !== 'file') return;
      if (this.#place(target)) this.#files.add(path);
      else this.#add(path, queue);
    } catch {
      // A link that leads nowhere is no file.
    }
  }

  /** Adds what there is at a path that changed; whether it could matter to an answer. */
  async #findChanged(
    path: string,
    config: CodeIndexConfig,
    generation: number,
    reached: ReachedFolders,
    queue: string[],
  ): Promise<boolean> {
    const place = locateInFolders(this.#parse(path), { folders: config.folders, rules: this.#deps.rules });
    if (!place || place.segments.some(isNeverWalked)) return false;
    const kind = await this.#deps.fileSystem.kindOf(path);
    if (kind === undefined || kind === 'other') return false;
    const directory = kind === 'directory';
    const root = place.folder.path;
    if (!(await reached.reaches(root, place.segments, directory))) return false;
    const links: string[] = [];
    if (directory) {
      await walkFolder(root, place.segments, reached, this.#walkOptions(generation, queue, links));
    } else if (kind === 'link') {
      links.push(path);
    } else if (this.#files.size < MAX_FILES) {
      this.#add(path, queue);
    }
    for (const link of links) await this.#addLink(link, queue);
    return true;
  }

  #fail(path: string, error: unknown): void {
    this.#failed.add(path);
    this.#deps.log('debug', `Code index: ${path}: ${messageOf(error)}`);
  }

  #remove(path: string): boolean {
    const stored = this.#files.find(this.#parse(path));
    if (stored === undefined) return false;
    this.#files.delete(stored);
    this.#failed.delete(stored);
    this.#code.delete(stored);
    return true;
  }

  /** Removes files, and everything below a path that is no known file: the watcher reports a folder as one path. */
  #removeAll(gone: readonly string[]): boolean {
    let removed = false;
    const folders: PlainPath[] = [];
    for (const path of gone) {
      const plain = this.#parse(path);
      if (this.#remove(path)) removed = true;
      else if (!plain.segments.some(isNeverWalked)) folders.push(plain);
    }
    if (folders.length === 0) return removed;
    for (const path of this.#files.below(folders)) removed = this.#remove(path) || removed;
    return removed;
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

  #place(path: string): ReturnType<typeof locateInFolders> {
    return locateInFolders(this.#parse(path), this.#context());
  }

  #context(): PathContext {
    return {
      rules: this.#deps.rules,
      folders: this.#config?.folders ?? [],
      mappings: this.#config?.pathMappings ?? [],
      files: this.#files,
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
