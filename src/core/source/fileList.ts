import { fold, parsePath, pathKey, type PathRules, type PlainPath } from './plainPath.ts';

/** Files known to exist in the workspace. */
export interface KnownFiles {
  /** The stored spelling of this path, or undefined when it is not known. */
  find(path: PlainPath): string | undefined;
  /** Absolute paths of the files with this base name. */
  named(baseName: string): readonly string[];
}

/** The workspace's files by path and by base name, in the machine's own rules of equality. */
export class FileList implements KnownFiles {
  readonly #rules: PathRules;
  readonly #paths = new Map<string, string>();
  readonly #byName = new Map<string, Set<string>>();

  constructor(rules: PathRules) {
    this.#rules = rules;
  }

  get size(): number {
    return this.#paths.size;
  }

  /** Adds an absolute path in the machine's own form; one already known keeps its first spelling. */
  add(path: string): void {
    const plain = this.#parse(path);
    const key = pathKey(plain, this.#rules);
    if (this.#paths.has(key)) return;
    this.#paths.set(key, path);
    const name = this.#name(plain);
    const named = this.#byName.get(name);
    if (named) named.add(path);
    else this.#byName.set(name, new Set([path]));
  }

  delete(path: string): void {
    const plain = this.#parse(path);
    const key = pathKey(plain, this.#rules);
    const stored = this.#paths.get(key);
    if (stored === undefined) return;
    this.#paths.delete(key);
    const name = this.#name(plain);
    const named = this.#byName.get(name);
    named?.delete(stored);
    if (named?.size === 0) this.#byName.delete(name);
  }

  clear(): void {
    this.#paths.clear();
    this.#byName.clear();
  }

  /** The files that lie below one of the folders; one look at each file, however many folders. */
  below(folders: readonly PlainPath[]): string[] {
    const keys = new Set(folders.map((folder) => pathKey(folder, this.#rules)));
    return [...this.#paths.values()].filter((path) => {
      const { root, up, segments } = this.#parse(path);
      return segments.some((_, depth) =>
        keys.has(pathKey({ root, up, segments: segments.slice(0, depth) }, this.#rules)),
      );
    });
  }

  find(path: PlainPath): string | undefined {
    return this.#paths.get(pathKey(path, this.#rules));
  }

  named(baseName: string): readonly string[] {
    return [...(this.#byName.get(fold(baseName, this.#rules)) ?? [])];
  }

  /** The files whose base name (folded where the machine folds) fits; one look at each name, not at each file. */
  withName(fits: (baseName: string) => boolean): string[] {
    return [...this.#byName].flatMap(([name, paths]) => (fits(name) ? [...paths] : []));
  }

  #parse(path: string): PlainPath {
    return parsePath(path, this.#rules.style === 'windows');
  }

  #name(path: PlainPath): string {
    return fold(path.segments.at(-1) ?? '', this.#rules);
  }
}
