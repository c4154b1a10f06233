/** How paths of this machine are written and compared. */
export interface PathRules {
  readonly style: 'posix' | 'windows';
  /** False on Windows and macOS, whose file systems fold case. */
  readonly caseSensitive: boolean;
}

/** A path taken apart: no `.`, `..` only at the front of a relative path (counted by `up`), no empty segment. */
export interface PlainPath {
  /** Empty for a relative path, `/`, or a lower-case drive such as `c:`. */
  readonly root: string;
  readonly up: number;
  readonly segments: readonly string[];
}

const DRIVE = /^[A-Za-z]:(?=[\\/]|$)/;

/** A path in the Windows form, whatever machine it is read on: a drive, or backslashes and no leading slash. */
export function isWindowsForm(path: string): boolean {
  return DRIVE.test(path) || (!path.startsWith('/') && path.includes('\\'));
}

/** Takes a path of either form apart, lexically: nothing is looked up. */
export function parsePath(path: string, windows = isWindowsForm(path)): PlainPath {
  const drive = windows ? (DRIVE.exec(path)?.[0] ?? '') : '';
  const rest = path.slice(drive.length);
  const rooted = rest.startsWith('/') || (windows && rest.startsWith('\\'));
  const root = drive !== '' ? drive.toLowerCase() : rooted ? '/' : '';
  return normalize(root, windows ? rest.split(/[\\/]/) : rest.split('/'));
}

/** `path` resolved against the directory `base`; an absolute `path` stays as it is. */
export function joinPath(base: PlainPath, path: PlainPath): PlainPath {
  if (path.root !== '') return path;
  const kept = base.segments.slice(0, Math.max(0, base.segments.length - path.up));
  const missing = base.root === '' ? Math.max(0, path.up - base.segments.length) : 0;
  return { root: base.root, up: base.up + missing, segments: [...kept, ...path.segments] };
}

/** Text of a path in the machine's own form. */
export function formatPath(path: PlainPath, rules: PathRules): string {
  const separator = rules.style === 'windows' ? '\\' : '/';
  const body = [...Array<string>(path.up).fill('..'), ...path.segments].join(separator);
  if (path.root === '') return body;
  return path.root === '/' ? separator + body : path.root + separator + body;
}

/** A text equal for two paths exactly when the machine takes them for the same. */
export function pathKey(path: PlainPath, rules: PathRules): string {
  return fold(`${path.root}|${String(path.up)}|${path.segments.join('/')}`, rules);
}

/** A name or path in the form in which the machine compares it. */
export function fold(text: string, rules: PathRules): string {
  return rules.caseSensitive ? text : text.toLowerCase();
}

/** The segments of `path` below `folder`, or undefined when it is elsewhere. */
export function segmentsBelow(folder: PlainPath, path: PlainPath, rules: PathRules): readonly string[] | undefined {
  if (folder.root !== path.root || folder.up !== path.up) return undefined;
  const count = folder.segments.length;
  if (path.segments.length < count) return undefined;
  for (let i = 0; i < count; i++) {
    if (fold(folder.segments[i] ?? '', rules) !== fold(path.segments[i] ?? '', rules)) return undefined;
  }
  return path.segments.slice(count);
}

function normalize(root: string, parts: readonly string[]): PlainPath {
  const segments: string[] = [];
  let up = 0;
  for (const part of parts) {
    if (part === '' || part === '.') continue;
    if (part !== '..') segments.push(part);
    else if (segments.length > 0) segments.pop();
    else if (root === '') up++;
  }
  return { root, up, segments };
}

/** How many segments at the ends of two paths are the same. */
export function commonSuffix(a: readonly string[], b: readonly string[], rules: PathRules): number {
  let count = 0;
  while (count < a.length && count < b.length) {
    const left = a[a.length - 1 - count] ?? '';
    const right = b[b.length - 1 - count] ?? '';
    if (fold(left, rules) !== fold(right, rules)) break;
    count++;
  }
  return count;
}
