import type { SourceHints } from '../model/source.ts';
import { localDirectories, locateInFolders, type PathContext } from './pathMapping.ts';
import { parsePath, segmentsBelow, type PlainPath } from './plainPath.ts';
import { nameWords, serviceFit } from './serviceFit.ts';

/** Languages the code index reads. */
export type SourceLanguage = 'python' | 'javascript' | 'typescript' | 'go' | 'java' | 'rust' | 'csharp';

/** Whether a file's language can be the sender's: true, false, or undefined when the sender names none we know. */
export function languageFits(language: SourceLanguage, sdkLanguage: string): boolean | undefined {
  switch (sdkLanguage) {
    case 'python':
      return language === 'python';
    case 'nodejs':
    case 'webjs':
      return language === 'javascript' || language === 'typescript';
    case 'go':
    case 'java':
    case 'rust':
      return language === sdkLanguage;
    case 'dotnet':
      return language === 'csharp';
    case '':
      return undefined;
    default:
      return false;
  }
}

const IN_STACK = 32;
const SCOPE_IS_MODULE = 16;
const UNDER_BASE_DIRECTORY = 8;
/** The workspace says which folder runs as this service: by its very name, or by a part of it. */
const OF_THE_SERVICE = 12;
const OF_A_SERVICE_LIKE_IT = 6;
const NAMED_LIKE_SERVICE = 4;
const ENDS_SERVICE_NAME = 2;
const NOT_A_TEST = 1;

/**
 * How well a workspace file fits the process that sent the span: in the span's own stack traces, the module the scope
 * names, under a directory the process ran in, in the folder that the workspace runs as this service, in a folder named
 * like the service, no test. Used between candidates
 * that are otherwise equal; larger is better, equal is a tie.
 */
export function fileAffinity(
  path: string,
  hints: SourceHints,
  context: PathContext,
  stackFiles: ReadonlySet<string>,
): number {
  const { rules } = context;
  const plain = parsePath(path, rules.style === 'windows');
  const place = locateInFolders(plain, context);
  if (!place) return 0;
  let score = stackFiles.has(path) ? IN_STACK : 0;
  if (isModule(hints.scopeName, place.segments)) score += SCOPE_IS_MODULE;
  const bases = localDirectories(hints, context);
  const under = bases.some((base) => {
    const below = locateInFolders(base, context);
    return below !== undefined && below.segments.length > 0 && segmentsBelow(base, plain, rules) !== undefined;
  });
  if (under) score += UNDER_BASE_DIRECTORY;
  score += declaredAffinity(plain, hints, context);
  const folders = [place.folder.name, ...place.segments.slice(0, -1)];
  const stem = (place.segments.at(-1) ?? '').replace(/\..*$/s, '');
  score += serviceAffinity(hints.serviceName, [...folders, stem]);
  const tests = place.segments.some((segment) => /^(tests?|__tests__|specs?|e2e|fixtures?)$/i.test(segment));
  const testFile = /(^test_|_test\.|\.test\.|\.spec\.)/i.test(place.segments.at(-1) ?? '');
  if (!tests && !testFile) score += NOT_A_TEST;
  return score;
}

/** The deepest folder that the workspace maps into a process decides, when it is this one's. */
function declaredAffinity(path: PlainPath, hints: SourceHints, context: PathContext): number {
  const { rules, named = [] } = context;
  let deepest = 0;
  let score = 0;
  for (const { to, services } of named) {
    const folder = parsePath(to, rules.style === 'windows');
    if (services.length === 0 || segmentsBelow(folder, path, rules) === undefined) continue;
    const fit = serviceFit(services, hints);
    const worth = fit === 3 ? OF_THE_SERVICE : fit === 2 ? OF_A_SERVICE_LIKE_IT : 0;
    if (folder.segments.length < deepest || (folder.segments.length === deepest && worth <= score)) continue;
    deepest = folder.segments.length;
    score = worth;
  }
  return score;
}

/**
 * By convention a scope is the module's dotted name in Python, the import path of the package in Go, and the class or
 * its package in Java.
 */
function isModule(scopeName: string, segments: readonly string[]): boolean {
  if (!/^[\w./-]{2,200}$/.test(scopeName) || scopeName === '__main__') return false;
  const file = segments.at(-1) ?? '';
  const folders = segments.slice(0, -1).join('/');
  if (file.endsWith('.go')) {
    return scopeName.includes('/') && segments.length > 1 && segments.at(-2) === scopeName.split('/').at(-1);
  }
  if (scopeName.includes('/')) return false;
  const path = segments.join('/').replace(/(?:\/__init__)?\.py$|\.java$/, '');
  const module = scopeName.replaceAll('.', '/');
  const known = file.endsWith('.java') && scopeName.includes('.') ? [path, folders] : [path];
  return known.some((name) => name === module || name.endsWith(`/${module}`));
}

function serviceAffinity(serviceName: string, names: readonly string[]): number {
  const service = nameWords(serviceName);
  if (service === '' || service.startsWith('unknown-service')) return 0;
  let best = 0;
  for (const name of names) {
    const folder = nameWords(name);
    if (folder === '') continue;
    if (folder === service) return NAMED_LIKE_SERVICE;
    if (service.endsWith(`-${folder}`)) best = ENDS_SERVICE_NAME;
  }
  return best;
}
