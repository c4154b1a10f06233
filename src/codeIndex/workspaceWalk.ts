import { join } from 'node:path';
import type { FileSystem } from './fileSystem.ts';
import { IgnoreRules, isNeverWalked } from './ignoreRules.ts';

/** A file the walk found. */
export interface WalkedFile {
  readonly path: string;
  /** A symbolic link: known by its workspace path; what it leads to is for the caller to decide. */
  readonly link: boolean;
}

export interface WalkOptions {
  readonly fileSystem: FileSystem;
  readonly maxFiles: number;
  readonly onFile: (file: WalkedFile) => void;
  readonly onError: (path: string, error: unknown) => void;
  readonly cancelled: () => boolean;
}

const CONCURRENCY = 16;
const MAX_DEPTH = 64;
/** Marks a Python virtual environment under any name. */
const VIRTUAL_ENVIRONMENT = 'pyvenv.cfg';
const MAX_GITIGNORE_BYTES = 256 * 1024;

interface Folder {
  readonly path: string;
  readonly segments: readonly string[];
  readonly rules: IgnoreRules;
}

/**
 * Walks one workspace folder, or the part of it at `segments` that `reached` reaches, breadth first, honouring nested
 * `.gitignore` files and `files.exclude`. Linked folders are not followed: they either repeat files of the workspace
 * or leave it. Stops at `maxFiles`; answers the number of files found.
 */
export async function walkFolder(
  root: string,
  segments: readonly string[],
  reached: ReachedFolders,
  options: WalkOptions,
): Promise<number> {
  const rules = await reached.rulesAround(root, segments);
  if (!rules) return 0;
  const start: Folder = { path: join(root, ...segments), segments, rules };
  const queue: Folder[] = [start];
  let files = 0;
  let next = 0;
  const work = async (): Promise<void> => {
    for (;;) {
      const folder = queue[next];
      if (!folder || files >= options.maxFiles || options.cancelled()) return;
      next++;
      const found = await readFolder(folder, options);
      queue.push(...found.folders);
      for (const file of found.files) {
        if (files >= options.maxFiles) return;
        files++;
        options.onFile(file);
      }
    }
  };
  // Rounds: a worker that finds the queue empty ends, though another may still be adding to it.
  while (next < queue.length && files < options.maxFiles && !options.cancelled()) {
    await Promise.all(Array.from({ length: Math.min(CONCURRENCY, queue.length - next) }, work));
  }
  return files;
}

/** Tells which files the walk would find, remembering the folders asked about: made anew for each batch of changes. */
export class ReachedFolders {
  readonly #excludes: readonly string[];
  readonly #fileSystem: FileSystem;
  readonly #rules = new Map<string, Promise<IgnoreRules | undefined>>();

  constructor(excludes: readonly string[], fileSystem: FileSystem) {
    this.#excludes = excludes;
    this.#fileSystem = fileSystem;
  }

  /** Whether the walk of `root` would come to the file or folder at `segments`. */
  async reaches(root: string, segments: readonly string[], directory: boolean): Promise<boolean> {
    // Installing packages changes thousands of files: no call for those.
    if (segments.some(isNeverWalked)) return false;
    const rules = await this.rulesAround(root, segments);
    return rules?.ignores(segments, directory) === false;
  }

  /** The rules that hold for the entry at `segments`, those of the folders above it; undefined when not reached. */
  rulesAround(root: string, segments: readonly string[]): Promise<IgnoreRules | undefined> {
    if (segments.length === 0) return Promise.resolve(IgnoreRules.root(this.#excludes));
    const folder = segments.slice(0, -1);
    const key = join(root, ...folder);
    const known = this.#rules.get(key) ?? this.#rulesIn(root, folder);
    this.#rules.set(key, known);
    return known;
  }

  async #rulesIn(root: string, folder: readonly string[]): Promise<IgnoreRules | undefined> {
    const rules = await this.rulesAround(root, folder);
    if (!rules) return undefined;
    const path = join(root, ...folder);
    if (folder.length > 0) {
      if (rules.ignores(folder, true)) return undefined;
      if ((await this.#fileSystem.kindOf(path)) === 'link') return undefined;
    }
    if ((await this.#fileSystem.kindOf(join(path, VIRTUAL_ENVIRONMENT))) !== undefined) return undefined;
    return withGitignore(path, folder.length, rules, this.#fileSystem);
  }
}

async function withGitignore(
  path: string,
  depth: number,
  rules: IgnoreRules,
  fileSystem: FileSystem,
): Promise<IgnoreRules> {
  try {
    return rules.below(depth, await fileSystem.readText(join(path, '.gitignore'), MAX_GITIGNORE_BYTES));
  } catch {
    return rules;
  }
}

async function readFolder(
  folder: Folder,
  options: WalkOptions,
): Promise<{ readonly files: WalkedFile[]; readonly folders: Folder[] }> {
  const files: WalkedFile[] = [];
  const folders: Folder[] = [];
  try {
    const entries = await options.fileSystem.readDirectory(folder.path);
    if (entries.some((entry) => entry.name === VIRTUAL_ENVIRONMENT)) return { files, folders };
    const hasGitignore = entries.some((entry) => entry.name === '.gitignore' && entry.kind === 'file');
    const rules = hasGitignore
      ? await withGitignore(folder.path, folder.segments.length, folder.rules, options.fileSystem)
      : folder.rules;
    for (const entry of entries) {
      const directory = entry.kind === 'directory';
      if (directory && (isNeverWalked(entry.name) || folder.segments.length >= MAX_DEPTH)) continue;
      if (entry.kind === 'other') continue;
      const segments = [...folder.segments, entry.name];
      if (rules.ignores(segments, directory)) continue;
      const path = join(folder.path, entry.name);
      if (directory) folders.push({ path, segments, rules });
      else files.push({ path, link: entry.kind === 'link' });
    }
  } catch (error) {
    options.onError(folder.path, error);
  }
  return { files, folders };
}
