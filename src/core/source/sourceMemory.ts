import type { SourceHints } from '../model/source.ts';
import type { LineMark } from './movedLine.ts';
import type { NamedMapping } from './pathMapping.ts';
import { fold, parsePath, type PathRules } from './plainPath.ts';
import { fromFileUri, refusePath } from './refusePath.ts';

/** The place a user chose for a kind of span. */
export interface RememberedChoice extends LineMark {
  /** {@link choiceKey}. */
  readonly key: string;
  /** Absolute, in a workspace folder. */
  readonly path: string;
  readonly functionName: string;
}

/** A prefix pair that an opened place confirmed for a service. */
export interface LearnedPair {
  readonly service: string;
  readonly from: string;
  readonly to: string;
}

/** Plain JSON, newest last. */
export interface SourceMemory {
  readonly choices: readonly RememberedChoice[];
  readonly pairs: readonly LearnedPair[];
}

export const EMPTY_MEMORY: SourceMemory = { choices: [], pairs: [] };
const MAX_CHOICES = 500;
const MAX_PAIRS = 200;
const MAX_TEXT = 8_192;
/** Over everything that files of the workspace say: the user knows better. */
const LEARNED_RANK = 9;

/** The kind of span a choice holds for: numbers and ids in names are taken as equal. */
export function choiceKey(hints: SourceHints): string {
  const { serviceName, spanName, scopeName, kind = 0, code, attributes = {}, parent } = hints;
  const { filePath = '', line = '', functionName = '' } = code;
  const name = (text: string): string => text.slice(0, 300).replace(/[0-9a-f]{8,}(?:-[0-9a-f]{4,}){0,4}|\d+/gi, '#');
  return JSON.stringify([
    serviceName,
    name(spanName),
    scopeName,
    kind,
    [filePath, line, functionName],
    attributes,
    parent ? name(parent.spanName) : '',
  ]).slice(0, MAX_TEXT);
}

/** With the choice as the newest; the oldest go beyond a bound. */
export function withChoice(memory: SourceMemory, choice: RememberedChoice): SourceMemory {
  const others = memory.choices.filter(({ key }) => key !== choice.key);
  return { ...memory, choices: [...others, choice].slice(-MAX_CHOICES) };
}

export function withoutChoice(memory: SourceMemory, key: string): SourceMemory {
  return { ...memory, choices: memory.choices.filter((choice) => choice.key !== key) };
}

export function withPair(memory: SourceMemory, pair: LearnedPair): SourceMemory {
  const others = memory.pairs.filter(({ service, from }) => service !== pair.service || from !== pair.from);
  return { ...memory, pairs: [...others, pair].slice(-MAX_PAIRS) };
}

/**
 * The prefixes in which a sent path and the local file it turned out to be differ; undefined when they are the same, share
 * no name, or the sent path may not become a location. `folder` is the workspace folder that holds the file: the local
 * prefix does not go above it.
 */
export function learnPair(
  service: string,
  sent: string,
  path: string,
  folder: string,
  rules: PathRules,
): LearnedPair | undefined {
  const text = fromFileUri(sent);
  if (service === '' || service.startsWith('unknown_service') || refusePath(text, rules) !== undefined)
    return undefined;
  const windows = rules.style === 'windows';
  const [there, here] = [parsePath(text), parsePath(path, windows)];
  if (there.root === '') return undefined;
  let shared = 0;
  const most = here.segments.length - parsePath(folder, windows).segments.length;
  while (shared < Math.min(there.segments.length, most)) {
    const [a = '', b = ''] = [there.segments.at(-1 - shared), here.segments.at(-1 - shared)];
    if (fold(a, rules) !== fold(b, rules)) break;
    shared++;
  }
  const from = there.segments.slice(0, there.segments.length - shared);
  const to = here.segments.slice(0, here.segments.length - shared);
  if (shared === 0 || (from.join('/') === to.join('/') && there.root === here.root)) return undefined;
  const separator = windows ? '\\' : '/';
  return {
    service,
    from: `${there.root === '/' ? '' : there.root}/${from.join('/')}`,
    to: `${here.root === '/' ? '' : here.root}${separator}${to.join(separator)}`,
  };
}

/** The learned pairs as mappings. */
export function learnedMappings({ pairs }: SourceMemory): NamedMapping[] {
  return pairs.map(({ service, from, to }) => ({
    from,
    to,
    services: [service],
    origin: `a place of ${service} that you opened before`,
    rank: LEARNED_RANK,
  }));
}

/** What of `raw` (kept by an older version, or by somebody else) has the form of a memory. */
export function checkedMemory(raw: unknown): SourceMemory {
  const { choices, pairs } = (typeof raw === 'object' && raw !== null ? raw : {}) as Record<string, unknown>;
  return {
    choices: list(choices).filter(isChoice).slice(-MAX_CHOICES),
    pairs: list(pairs).filter(isPair).slice(-MAX_PAIRS),
  };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isChoice(value: unknown): value is RememberedChoice {
  return hasTexts(value, ['key', 'path', 'functionName', 'text']) && hasNumbers(value, ['line', 'inFunction']);
}

function isPair(value: unknown): value is LearnedPair {
  return hasTexts(value, ['service', 'from', 'to']);
}

function hasTexts(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>;
  return names.every((name) => typeof fields[name] === 'string' && fields[name].length <= MAX_TEXT);
}

function hasNumbers(value: unknown, names: readonly string[]): boolean {
  const fields = value as Record<string, unknown>;
  return names.every((name) => Number.isSafeInteger(fields[name]));
}
