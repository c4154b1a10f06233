import { FileList } from '../core/source/fileList.ts';
import { locateInFolders } from '../core/source/pathMapping.ts';
import { parsePath, type PathRules, type PlainPath } from '../core/source/plainPath.ts';
import type { CodeIndexConfig } from '../protocol/codeIndexApi.ts';
import type { FileSystem } from './fileSystem.ts';
import { grammarFor } from './grammars.ts';
import { isNeverWalked } from './ignoreRules.ts';
import { ReachedFolders, walkFolder, type WalkedFile, type WalkOptions } from './workspaceWalk.ts';

const MAX_FILES = 200_000;

export interface WorkspaceFilesDeps {
  readonly fileSystem: FileSystem;
  readonly rules: PathRules;
  readonly onFailed: (path: string, error: unknown) => void;
  /** A known file is gone. */
  readonly onRemoved: (path: string) => void;
}

/** What of the configuration says which files there are. */
type Folders = Pick<CodeIndexConfig, 'folders' | 'excludes'>;

/**
 * Which files the workspace has. A linked file is known by its workspace path, wherever it leads; a link to another file of
 * the workspace is known but its calls are counted once, at the file itself. Linked folders are not followed.
 */
export class WorkspaceFiles {
  readonly list: FileList;
  readonly #deps: WorkspaceFilesDeps;

  constructor(deps: WorkspaceFilesDeps) {
    this.#deps = deps;
    this.list = new FileList(deps.rules);
  }

  /** There may be more than are known. */
  get isFull(): boolean {
    return this.list.size >= MAX_FILES;
  }

  /** Adds all files of the folders; answers those of code, in order. */
  async walk(config: Folders, cancelled: () => boolean): Promise<string[]> {
    const queue: string[] = [];
    const links: string[] = [];
    const reached = new ReachedFolders(config.excludes, this.#deps.fileSystem);
    for (const folder of config.folders) {
      const options = this.#walkOptions(cancelled, queue, links);
      if (options.maxFiles > 0) await walkFolder(folder.path, [], reached, options);
    }
    for (const path of links) await this.#addLink(path, queue, config);
    return queue;
  }

  /** Test runners and linters write a `.gitignore` into their caches, which are never walked. */
  changesRules(path: string, config: Folders): boolean {
    return /[\\/]\.gitignore$/.test(path) && this.#place(path, config)?.segments.some(isNeverWalked) === false;
  }

  /** Adds what there is at a path that changed, code to `queue`; whether it could matter to an answer. */
  async findChanged(
    path: string,
    config: Folders,
    reached: ReachedFolders,
    cancelled: () => boolean,
    queue: string[],
  ): Promise<boolean> {
    const place = this.#place(path, config);
    if (!place || place.segments.some(isNeverWalked)) return false;
    const kind = await this.#deps.fileSystem.kindOf(path);
    if (kind === undefined || kind === 'other') return false;
    const directory = kind === 'directory';
    const root = place.folder.path;
    if (!(await reached.reaches(root, place.segments, directory))) return false;
    const links: string[] = [];
    if (directory) {
      await walkFolder(root, place.segments, reached, this.#walkOptions(cancelled, queue, links));
    } else if (kind === 'link') {
      links.push(path);
    } else if (!this.isFull) {
      this.#add(path, queue);
    }
    for (const link of links) await this.#addLink(link, queue, config);
    return true;
  }

  remove(path: string): boolean {
    const stored = this.list.find(this.#parse(path));
    if (stored === undefined) return false;
    this.list.delete(stored);
    this.#deps.onRemoved(stored);
    return true;
  }

  /** Removes files, and everything below a path that is no known file: the watcher reports a folder as one path. */
  removeAll(gone: readonly string[]): boolean {
    let removed = false;
    const folders: PlainPath[] = [];
    for (const path of gone) {
      const plain = this.#parse(path);
      if (this.remove(path)) removed = true;
      else if (!plain.segments.some(isNeverWalked)) folders.push(plain);
    }
    if (folders.length === 0) return removed;
    for (const path of this.list.below(folders)) removed = this.remove(path) || removed;
    return removed;
  }

  #walkOptions(cancelled: () => boolean, queue: string[], links: string[]): WalkOptions {
    return {
      fileSystem: this.#deps.fileSystem,
      maxFiles: MAX_FILES - this.list.size,
      onFile: (file: WalkedFile) => {
        if (file.link) links.push(file.path);
        else this.#add(file.path, queue);
      },
      onError: (path, error) => {
        this.#deps.onFailed(path, error);
      },
      cancelled,
    };
  }

  #add(path: string, queue: string[]): void {
    // Workspace folders may lie in one another.
    if (this.list.find(this.#parse(path)) !== undefined) return;
    this.list.add(path);
    if (grammarFor(path)) queue.push(path);
  }

  async #addLink(path: string, queue: string[], config: Folders): Promise<void> {
    try {
      const target = await this.#deps.fileSystem.realPath(path);
      if ((await this.#deps.fileSystem.kindOf(target)) !== 'file') return;
      if (this.#place(target, config)) this.list.add(path);
      else this.#add(path, queue);
    } catch {
      // A link that leads nowhere is no file.
    }
  }

  #place(path: string, { folders }: Folders): ReturnType<typeof locateInFolders> {
    return locateInFolders(this.#parse(path), { folders, rules: this.#deps.rules });
  }

  #parse(path: string): PlainPath {
    return parsePath(path, this.#deps.rules.style === 'windows');
  }
}
