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
const MAX_GITIGNORE_BYTES = 256 * 1024;

interface Folder {
  readonly path: string;
  readonly segments: readonly string[];
  readonly rules: IgnoreRules;
}

/**
 * Walks one workspace folder, or the part of it at `segments`, breadth first, honouring nested `.gitignore` files and
 * `files.exclude`. Linked folders are not followed: they either repeat files of the workspace or leave it. Stops at
 * `maxFiles`; answers the number of files found.
 */
export async function walkFolder(
  root: string,
  segments: readonly string[],
  excludes: readonly string[],
  options: WalkOptions,
): Promise<number> {
  const start = await folderAt(root, segments, excludes, options);
  if (!start) return 0;
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

/** Whether the walk would reach the file or folder at `segments`, by reading the `.gitignore` files above it. */
export async function isReached(
  root: string,
  segments: readonly string[],
  directory: boolean,
  excludes: readonly string[],
  fileSystem: FileSystem,
): Promise<boolean> {
  const name = segments.at(-1);
  if (name === undefined) return true;
  if (directory && isNeverWalked(name)) return false;
  const parent = await folderAt(root, segments.slice(0, -1), excludes, { fileSystem });
  if (!parent) return false;
  const rules = await withGitignore(parent.path, segments.length - 1, parent.rules, fileSystem);
  return !rules.ignores(segments, directory);
}

/** The folder with the rules that hold in it, or undefined when it is not reached. */
async function folderAt(
  root: string,
  segments: readonly string[],
  excludes: readonly string[],
  options: Pick<WalkOptions, 'fileSystem'>,
): Promise<Folder | undefined> {
  let rules = IgnoreRules.root(excludes);
  for (let depth = 0; ; depth++) {
    const at = segments.slice(0, depth);
    const name = at.at(-1);
    if (name !== undefined) {
      if (isNeverWalked(name) || rules.ignores(at, true)) return undefined;
      if ((await options.fileSystem.kindOf(join(root, ...at))) === 'link') return undefined;
    }
    if (depth === segments.length) return { path: join(root, ...at), segments, rules };
    rules = await withGitignore(join(root, ...at), depth, rules, options.fileSystem);
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
    // A virtual environment under any name.
    if (entries.some((entry) => entry.name === 'pyvenv.cfg')) return { files, folders };
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
