import type { CodeFacts } from '../core/source/codeFacts.ts';

const MAX_FOLDERS = 16;
/** The module of a name that is in scope without saying where it is from: an extension method, a receiver's method. */
export const ANY_MODULE = '*';
/** Files named so stand for their folder. */
const FOLDER_FILE = /^(?:__init__|__main__|index|mod|lib)$/;
const SOURCE_FOLDER: ReadonlySet<string> = new Set(['src', 'main', 'java', 'kotlin', 'lib']);

/** Names a definition's full name can begin with: its file's folders and name, its folders alone, its package. */
export function fileNames(path: string, facts: Pick<CodeFacts, 'language' | 'module'>): string[][] {
  const segments = moduleSegments(path);
  const folders = path.split(/[\\/]/).slice(0, -1).slice(-MAX_FOLDERS);
  const known = facts.language === 'go' ? [folders] : [segments, folders];
  if (segments.some((name) => SOURCE_FOLDER.has(name))) {
    known.push(segments.filter((name) => !SOURCE_FOLDER.has(name)));
  }
  if (facts.module !== '') known.push(facts.module.split(/\.|::/));
  return known;
}

/** Folders and name of a file as a module's name has them: without extension, `index` and the like left out. */
export function moduleSegments(path: string): string[] {
  const segments = path.split(/[\\/]/).filter((segment) => segment !== '');
  const name = segments.pop() ?? '';
  const stem = name.replace(/\.\w+$/, '');
  // A package of Go is its folder.
  if (!FOLDER_FILE.test(stem) && !name.endsWith('.go')) segments.push(stem);
  return segments.slice(-MAX_FOLDERS);
}

/**
 * Whether the module that a file refers to can be this other file: relative ones (`./users.js`, `..routers.users`)
 * exactly, others (`shop.views`, `@/routes/users`, `handlers`) when the path ends with their names.
 */
export function modulePointsTo(module: string, from: string, path: string): boolean {
  if (module === ANY_MODULE) return true;
  if (module === '') return from === path || (path.endsWith('.go') && folderOf(from) === folderOf(path));
  const target = moduleSegments(path);
  const relative = relativeModule(module, from);
  if (relative) {
    const tail = relative.slice(-MAX_FOLDERS);
    const shown = target.slice(-tail.length);
    return tail.length <= target.length && tail.every((name, i) => name === shown[i]);
  }
  const named = module
    .replace(/\.[mc]?[jt]sx?$/, '')
    .split(/[./\\]|::/)
    .filter((name) => !/^(?:|@|~|crate|self|super)$/.test(name));
  return (
    named.length > 0 && named.length <= target.length && named.every((name, i) => name === target.at(i - named.length))
  );
}

/** The last name of a module as written: what the file, or its folder, is called. */
export function lastModuleName(module: string, from: string): string {
  if (module === ANY_MODULE) return module;
  if (module === '') return moduleSegments(from).at(-1) ?? '';
  const names = module
    .replace(/\.[mc]?[jt]sx?$/, '')
    .split(/[./\\]|::/)
    .filter((name) => name !== '' && !FOLDER_FILE.test(name));
  return names.at(-1) ?? moduleSegments(from).at(-2) ?? '';
}

/** A path up to its last separator. */
export function folderOf(path: string): string {
  return path.replace(/[^\\/]*$/, '');
}

function relativeModule(module: string, from: string): string[] | undefined {
  const folders = from.split(/[\\/]/).slice(0, -1);
  if (/^\.{1,2}(?:[\\/]|$)/.test(module)) {
    for (const step of module.replace(/\.[mc]?[jt]sx?$/, '').split(/[\\/]/)) {
      if (step === '..') folders.pop();
      else if (step !== '.' && step !== '') folders.push(step);
    }
  } else if (module.startsWith('.')) {
    const dots = /^\.+/.exec(module)?.[0].length ?? 1;
    folders.splice(folders.length - (dots - 1), dots - 1);
    folders.push(...module.slice(dots).split('.'));
  } else return undefined;
  const named = folders.filter((name) => name !== '');
  if (FOLDER_FILE.test(named.at(-1) ?? '')) named.pop();
  return named;
}
