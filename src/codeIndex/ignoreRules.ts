import ignore, { type Ignore } from 'ignore';

/** Folders that never hold the user's own sources; skipped whether ignored or not. */
const NEVER: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  'site-packages',
  '.venv',
  'venv',
  '__pycache__',
  '.tox',
  '.nox',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
]);

/** Whether a folder of this name is passed over wherever it is. */
export function isNeverWalked(name: string): boolean {
  return NEVER.has(name);
}

/** The rules of one `.gitignore`, with the folder it stands in as segments below the workspace folder. */
interface Level {
  readonly depth: number;
  readonly rules: Ignore;
}

/** What is ignored in one folder of the workspace: its own `.gitignore` and those above it, deepest first to decide. */
export class IgnoreRules {
  readonly #levels: readonly Level[];
  readonly #excludes: Ignore;

  private constructor(levels: readonly Level[], excludes: Ignore) {
    this.#levels = levels;
    this.#excludes = excludes;
  }

  /** Rules of a workspace folder's root. `excludes`: globs of `files.exclude` that are on. */
  static root(excludes: readonly string[]): IgnoreRules {
    const matcher = ignore({ allowRelativePaths: true });
    for (const glob of excludes) addSafely(matcher, excludeToGitignore(glob));
    return new IgnoreRules([], matcher);
  }

  /** The rules below a folder at `depth` segments that has this `.gitignore`. */
  below(depth: number, gitignore: string): IgnoreRules {
    const rules = ignore({ allowRelativePaths: true });
    addSafely(rules, gitignore.split(/\r?\n/));
    return new IgnoreRules([...this.#levels, { depth, rules }], this.#excludes);
  }

  /** Whether the entry at `segments` (below the workspace folder) is ignored; its parents are taken as not ignored. */
  ignores(segments: readonly string[], directory: boolean): boolean {
    const end = directory ? '/' : '';
    if (this.#excludes.ignores(segments.join('/') + end)) return true;
    for (let i = this.#levels.length - 1; i >= 0; i--) {
      const level = this.#levels[i];
      if (!level) continue;
      const result = level.rules.test(segments.slice(level.depth).join('/') + end);
      if (result.ignored) return true;
      if (result.unignored) return false;
    }
    return false;
  }
}

/** Adds patterns one by one: one that cannot be understood is left out, as git does. */
function addSafely(matcher: Ignore, patterns: readonly string[]): void {
  for (const pattern of patterns) {
    try {
      matcher.add(pattern);
    } catch {
      continue;
    }
  }
}

/** VS Code globs are anchored at the folder and know `{a,b}`; gitignore patterns float and do not. */
function excludeToGitignore(glob: string): string[] {
  const patterns = expandBraces(glob.replace(/^\/+/, '')).filter((pattern) => pattern !== '');
  return patterns.map((pattern) => (pattern.startsWith('**/') ? pattern : `/${pattern}`));
}

const MAX_EXPANSIONS = 64;

function expandBraces(glob: string): string[] {
  const done: string[] = [];
  const open = [glob];
  while (open.length > 0 && done.length + open.length <= MAX_EXPANSIONS) {
    const next = open.pop() ?? '';
    const group = /\{([^{}]*)\}/.exec(next);
    if (!group) {
      done.push(next);
      continue;
    }
    const [before, after] = [next.slice(0, group.index), next.slice(group.index + group[0].length)];
    for (const option of (group[1] ?? '').split(',')) open.push(before + option + after);
  }
  return done;
}
