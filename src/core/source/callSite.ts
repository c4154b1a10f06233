import type { SourceCandidate, SourceConfidence, SourceHints, SourceResolution } from '../model/source.ts';
import type { CodeCall, CodeDefinition, CodeLookups } from './codeFacts.ts';
import { callMatcher, TELLING } from './callTable.ts';
import { aroundHandler } from './frameworkLayer.ts';

/** A line in the parent's function, or in one it calls, that leaves it towards the span. */
export interface CallSite {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly functionName: string;
  /** The callee as written; empty for the parent's own place, where no call is known. */
  readonly call: string;
  readonly confidence: SourceConfidence;
  /** Larger is better; equal is a tie. */
  readonly fit: number;
}

type CallLookups = Pick<CodeLookups, 'calls' | 'definitionsIn' | 'spanStarts' | 'spanStartsIn' | 'symbols' | 'tasks'>;

/** OTLP SpanKind. */
const [INTERNAL, CLIENT] = [1, 3];
const MAX_HELPERS = 40;
const MAX_DEPTH = 4;
const MAX_SITES = 20;
/** Lines looked through below a place at the top of a file. */
const TOP_LEVEL_LINES = 400;
const MAX_LINES = 20_000;

interface Range {
  readonly path: string;
  readonly first: number;
  readonly last: number;
}

interface FoundCall extends CodeCall {
  readonly path: string;
  readonly score: number;
}

/**
 * Where the parent's function calls the library that made the span, best first: calls in the lines that the parent's
 * span covers and, where those lead to functions of the workspace, the calls in there. Lines that another span covers are
 * left out: that one would be the parent. Among calls that fit equally, the order of equal siblings decides when there
 * are as many of them. Of an internal span without a call, the parent's own place. Bounded; `parent` is the parent's resolution.
 */
export async function callSites(
  hints: SourceHints,
  parent: SourceResolution,
  lookups: CallLookups,
): Promise<CallSite[]> {
  const place = parent.candidates[0];
  if (!place || parent.ambiguous || place.outside || !hints.parent) return [];
  const around = aroundHandler(hints);
  if (around) return installSites(around.installs, place.path, lookups);
  // What a library does inside a call into it was left by that call.
  if (place.evidence.kind === 'callSite') {
    // A function that the library was given runs by itself.
    if (hints.kind !== CLIENT && lookups.symbols(/\w*$/.exec(hints.spanName)?.[0] ?? '', hints.language).length > 0)
      return [];
    const sure = hints.kind === CLIENT ? place.confidence : 'guess';
    return [siteOf(place, place.evidence.call, sure, 1)];
  }
  const task = hints.attributes?.['celery.task_name'] ?? /^apply_async\/(.+)$/.exec(hints.spanName)?.[1];
  const functions = task === undefined ? [] : lookups.tasks(task).map(({ functionName }) => functionName);
  const search = new CallSearch(callMatcher(hints, functions), lookups, hints.language);
  const found = eachLineOnce(await search.within(rangeOf(place, hints.parent, lookups), 0));
  const best = found[0]?.score ?? 0;
  // What a framework does around a handler (middleware, sending the answer) has no call of the user's.
  if (best === 0 && (hints.kind ?? INTERNAL) === INTERNAL) return [siteOf(place, '', 'guess', 0)];
  const equals = found.filter(({ score }) => score === best);
  const meant = siblingOf(equals, hints);
  const sure: SourceConfidence = best < TELLING || place.confidence === 'guess' ? 'guess' : 'likely';
  return found.slice(0, MAX_SITES).map((call) => {
    const fit = call.score * 2 + (call === meant ? 0.5 : 0);
    return siteOf(call, call.callee, call.score === best ? sure : 'guess', fit);
  });
}

/** Where the file that declares the parent's route installs a middleware or hook: of all handlers there, none is meant. */
async function installSites(
  installs: (call: CodeCall) => number,
  path: string,
  lookups: CallLookups,
): Promise<CallSite[]> {
  const calls = await lookups.calls(path, 1, MAX_LINES);
  const found = calls.map((call) => ({ ...call, path, score: installs(call) })).filter(({ score }) => score > 0);
  const best = eachLineOnce(found).slice(0, MAX_SITES);
  return best.map((call) => siteOf(call, call.callee, 'likely', call.score));
}

function siteOf(
  { path, line, column, functionName }: Pick<SourceCandidate, 'path' | 'line' | 'column' | 'functionName'>,
  call: string,
  confidence: SourceConfidence,
  fit: number,
): CallSite {
  return { path, line, column, functionName, call, confidence, fit };
}

/** The call that the span's place among its equal siblings names; a connection is made before it is used. */
function siblingOf(calls: readonly FoundCall[], { sibling, spanName }: SourceHints): FoundCall | undefined {
  if (/connect$/i.test(spanName)) return calls[0];
  return sibling && sibling.count === calls.length ? calls[sibling.index] : undefined;
}

/** Lines that the parent's span covers: its block where the code shows one, else the function. */
function rangeOf(place: SourceCandidate, parent: SourceHints, lookups: CallLookups): Range {
  const { path, line } = place;
  const start = lookups.spanStarts(parent.spanName).find((each) => each.path === path && each.line === line);
  if (start && start.endLine > start.line) return { path, first: start.line, last: start.endLine };
  const around = functionAround(lookups.definitionsIn(path), line);
  if (!around) return { path, first: line, last: line + TOP_LEVEL_LINES };
  return { path, first: start ? start.line : around.line, last: around.endLine };
}

function functionAround(definitions: readonly CodeDefinition[], line: number): CodeDefinition | undefined {
  let best: CodeDefinition | undefined;
  for (const definition of definitions) {
    if (definition.kind === 'class' || definition.firstLine > line || line > definition.endLine) continue;
    if (!best || definition.endLine - definition.firstLine <= best.endLine - best.firstLine) best = definition;
  }
  return best;
}

class CallSearch {
  readonly #score: (call: CodeCall) => number;
  readonly #lookups: CallLookups;
  readonly #language: string;
  /** Functions looked through, and whether the call is in there. */
  readonly #holdsCall = new Map<string, boolean>();

  constructor(score: (call: CodeCall) => number, lookups: CallLookups, language: string) {
    this.#score = score;
    this.#lookups = lookups;
    this.#language = language;
  }

  /** Calls that fit, in the order in which they would run. */
  async within({ path, first, last }: Range, depth: number): Promise<FoundCall[]> {
    const found: FoundCall[] = [];
    const covered = this.#lookups
      .spanStartsIn(path)
      .filter((start) => start.line > first && start.endLine > start.line && start.line <= last);
    for (const call of await this.#lookups.calls(path, first, last)) {
      if (covered.some((start) => start.line <= call.line && call.line <= start.endLine)) continue;
      const helper = depth < MAX_DEPTH ? this.#helperOf(call, path) : undefined;
      const known = helper && this.#holdsCall.get(helper.key);
      // A function of the workspace that is called like the library's does what is written in it, each time.
      if (known === true) continue;
      if (helper && known === undefined) {
        this.#holdsCall.set(helper.key, false);
        const inside = await this.within(helper.range, depth + 1);
        const telling = inside.some(({ score }) => score >= TELLING);
        this.#holdsCall.set(helper.key, telling);
        found.push(...(telling ? inside : []));
        if (telling) continue;
      }
      const score = this.#score(call);
      if (score > 0) found.push({ ...call, path, score: depth > 0 && score < TELLING ? 0 : score });
    }
    return found.filter(({ score }) => score > 0);
  }

  /** The workspace's function that a call leads to, when it leaves no doubt and begins no span of its own. */
  #helperOf(call: CodeCall, path: string): { readonly key: string; readonly range: Range } | undefined {
    const range = this.#calledBy(call, path);
    if (!range) return undefined;
    const key = `${range.path}\n${String(range.first)}`;
    if (this.#holdsCall.size >= MAX_HELPERS && !this.#holdsCall.has(key)) return undefined;
    const starts = this.#lookups.spanStartsIn(range.path);
    const own = starts.some((start) => start.line < range.first && start.endLine >= range.last);
    return own ? undefined : { key, range };
  }

  /** By the name alone where nothing or `self` stands before it: this file's own goes first. */
  #calledBy({ callee, line }: CodeCall, path: string): Range | undefined {
    const asked = callee.replace(/^(?:(?:self|cls|this|super)\.)?#?/, '');
    const name = /[^.:]*$/.exec(asked)?.[0] ?? '';
    const own = this.#lookups.definitionsIn(path).filter((each) => each.name.replace(/^#/, '') === name);
    const named = own.length > 0 && name === asked ? own.map((each) => ({ ...each, path })) : [];
    // `engine.connect` is no function of some other module: the module's name would stand before it.
    const kind = name === asked ? 'function' : 'method';
    const elsewhere = this.#lookups
      .symbols(asked, this.#language)
      .filter(({ definition, matched }) => matched > 1 || definition.kind === kind || definition.path === path);
    const found = named.length > 0 ? named : elsewhere.map(({ definition }) => definition);
    const ranges = found.flatMap((each) => {
      const around = each.path === path && each.firstLine <= line && line <= each.endLine;
      return each.kind === 'class' || around ? [] : [{ path: each.path, first: each.line, last: each.endLine }];
    });
    // Services of one repository have functions of the same name: the nearest is meant.
    const near = ranges.map((range) => commonFolders(range.path, path));
    const nearest = ranges.filter((_, index) => near[index] === Math.max(...near));
    return nearest.length === 1 ? nearest[0] : undefined;
  }
}

/** Folders that two paths begin with; one more for the same file. */
function commonFolders(a: string, b: string): number {
  const [left, right] = [a.split(/[\\/]/), b.split(/[\\/]/)];
  const differs = left.findIndex((segment, index) => segment !== right[index]);
  return differs < 0 ? left.length : differs;
}

/** The best call of each line; best first, then in the order found. */
function eachLineOnce(calls: readonly FoundCall[]): FoundCall[] {
  const lines = new Map<string, FoundCall>();
  for (const call of calls) {
    const key = `${call.path}\n${String(call.line)}`;
    const known = lines.get(key);
    if (!known || known.score < call.score) lines.set(key, call);
  }
  return [...lines.values()].sort((a, b) => b.score - a.score);
}
