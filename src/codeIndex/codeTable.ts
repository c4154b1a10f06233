import {
  MAX_FOUND,
  type CodeDefinition,
  type CodeFacts,
  type InFile,
  type SymbolMatch,
} from '../core/source/codeFacts.ts';
import { languageFits } from '../core/source/affinity.ts';
import type { CodePlace, CodeReference, CodeRpc, CodeTask, RouteMatch, SpanStart } from '../core/source/codeFacts.ts';
import { confirmedSegments, symbolSegments } from '../core/source/symbolName.ts';
import { ConstantTable } from './constantTable.ts';
import { fileNames, folderOf, modulePointsTo } from './fileNames.ts';
import { addTo, removeFrom } from './multiMap.ts';
import { nextRoutes } from './nextRoutes.ts';
import { RouteTable } from './routeTable.ts';
import { SpanStartTable } from './spanStartTable.ts';

const MAX_STARTS = 200_000;
const MAX_DEFINITIONS = 1_000_000;
/** Files looked through for one name; a name that more hold tells nothing. */
const MAX_FILES_OF_NAME = 2_000;

interface Held {
  readonly path: string;
  readonly facts: CodeFacts;
  readonly definitions: readonly CodeDefinition[];
}

/** The facts of all files by what is asked of them, and by file so that one can be replaced. Bounded. */
export class CodeTable {
  readonly #byFile = new Map<string, Held>();
  readonly #definers = new Map<string, Set<Held>>();
  readonly #rpcs = new Map<string, Set<Held>>();
  readonly #withTasks = new Set<Held>();
  readonly #starts = new SpanStartTable(MAX_STARTS);
  readonly #constants = new ConstantTable();
  readonly #routes = new RouteTable();
  #definitions = 0;

  get spanStarts(): number {
    return this.#starts.size;
  }

  /** Replaces what is held of a file. Answers how many of its facts did not fit. */
  set(path: string, facts: CodeFacts): number {
    this.delete(path);
    const definitions = facts.definitions.slice(0, Math.max(0, MAX_DEFINITIONS - this.#definitions));
    const held: Held = { path, facts, definitions };
    this.#byFile.set(path, held);
    this.#definitions += definitions.length;
    for (const { name } of definitions) addTo(this.#definers, name, held);
    for (const { method } of facts.rpcs) addTo(this.#rpcs, plainMethod(method), held);
    if (facts.tasks.length > 0) this.#withTasks.add(held);
    const { language, mounts } = facts;
    this.#routes.set(path, { language, mounts, routes: [...facts.routes, ...nextRoutes(path, facts)] });
    const starts = facts.spanStarts.map((start) => ({ ...start, path, language }));
    const left = this.#starts.set(path, starts);
    this.#constants.set(
      path,
      facts.constants,
      starts.filter(({ constant }) => constant !== undefined),
    );
    return left + facts.definitions.length - definitions.length;
  }

  /** What {@link CodeTable.set} was given last. */
  factsOf(path: string): CodeFacts | undefined {
    return this.#byFile.get(path)?.facts;
  }

  delete(path: string): void {
    const held = this.#byFile.get(path);
    if (!held) return;
    this.#byFile.delete(path);
    this.#definitions -= held.definitions.length;
    for (const { name } of held.definitions) removeFrom(this.#definers, name, held);
    for (const { method } of held.facts.rpcs) removeFrom(this.#rpcs, plainMethod(method), held);
    this.#withTasks.delete(held);
    this.#routes.delete(path);
    this.#starts.delete(path);
    this.#constants.delete(path);
  }

  clear(): void {
    this.#byFile.clear();
    this.#definers.clear();
    this.#rpcs.clear();
    this.#withTasks.clear();
    this.#starts.clear();
    this.#constants.clear();
    this.#routes.clear();
    this.#definitions = 0;
  }

  startsNamed(spanName: string): readonly SpanStart[] {
    return [...this.#starts.matching(spanName), ...this.#constants.matching(spanName)];
  }

  startsIn(path: string): readonly SpanStart[] {
    return this.#starts.inFile(path);
  }

  definitionsIn(path: string): readonly CodeDefinition[] {
    return this.#byFile.get(path)?.definitions ?? [];
  }

  /** See {@link CodeLookups.symbols}. */
  symbols(symbol: string, sdkLanguage = ''): readonly SymbolMatch[] {
    const segments = symbolSegments(symbol);
    const name = segments.at(-1);
    if (name === undefined) return [];
    let best: SymbolMatch[] = [];
    let looked = 0;
    for (const { path, facts, definitions } of this.#definers.get(name) ?? []) {
      if (languageFits(facts.language, sdkLanguage) === false) continue;
      if (++looked > MAX_FILES_OF_NAME || best.length >= MAX_FOUND) break;
      const around = fileNames(path, facts);
      for (const definition of definitions) {
        if (definition.name !== name) continue;
        const own = [...names(definition.container), name];
        const matched = confirmedSegments(
          segments,
          around.map((before) => [...before, ...own]),
        );
        if (matched < (best[0]?.matched ?? 1)) continue;
        if (matched > (best[0]?.matched ?? 0)) best = [];
        const whole = matched === segments.length;
        best.push({ definition: { ...definition, path, language: facts.language }, matched, whole });
      }
    }
    return best;
  }

  /** See {@link CodeLookups.rpcs}. */
  rpcs(service: string, method: string): readonly InFile<CodeRpc>[] {
    const found: InFile<CodeRpc>[] = [];
    for (const { path, facts } of this.#rpcs.get(plainMethod(method)) ?? []) {
      for (const rpc of facts.rpcs) {
        if (plainMethod(rpc.method) !== plainMethod(method) || !sameService(rpc.service, service)) continue;
        const place = rpc.handler && this.#handlerOf(path, rpc.handler, '');
        if (found.length < MAX_FOUND) found.push({ ...rpc, path, language: facts.language, ...place });
      }
    }
    return found;
  }

  /** See {@link CodeLookups.routes}. */
  routes(method: string, template: string): readonly RouteMatch[] {
    return this.#routes.matching(method, template, (path, handler) => this.#handlerOf(path, handler, method));
  }

  /** See {@link CodeLookups.routesForPath}. */
  routesForPath(method: string, asked: string): readonly RouteMatch[] {
    return this.#routes.forPath(method, asked, (path, handler) => this.#handlerOf(path, handler, method));
  }

  /** See {@link CodeLookups.tasks}. */
  tasks(name: string): readonly InFile<CodeTask>[] {
    const segments = symbolSegments(name);
    const found: InFile<CodeTask>[] = [];
    let most = 0;
    for (const { path, facts } of this.#withTasks) {
      for (const task of facts.tasks) {
        const own = names(task.functionName);
        const known = fileNames(path, facts).map((before) => [...before, ...own]);
        const matched = task.name === '' ? confirmedSegments(segments, known) : task.name === name ? Infinity : 0;
        if (matched === 0 || matched < most) continue;
        if (matched > most) found.length = 0;
        most = matched;
        if (found.length < MAX_FOUND) found.push({ ...task, path, language: facts.language });
      }
    }
    return found;
  }

  /** The one definition a reference can mean. */
  #handlerOf(from: string, { module, name }: CodeReference, verb: string): CodePlace | undefined {
    const own = names(name);
    const places: CodePlace[] = [];
    let looked = 0;
    for (const { path, definitions } of this.#definers.get(own.at(-1) ?? '') ?? []) {
      if (++looked > MAX_FILES_OF_NAME) break;
      if (!modulePointsTo(module, from, path)) continue;
      for (const definition of definitions) {
        const whole = [...names(definition.container), definition.name];
        if (definition.name !== own.at(-1) || confirmedSegments(own, [whole]) < Math.min(own.length, whole.length))
          continue;
        const place = definition.kind === 'class' ? methodFor(verb, definition, definitions) : definition;
        const { line, column, endLine } = place;
        const owner = place === definition ? whole.slice(0, -1) : whole;
        const functionName = [...(place.kind === 'method' ? owner.slice(-1) : []), place.name].join('.');
        places.push({ path, line, column, endLine, functionName });
      }
    }
    if (places.length < 2) return places[0];
    // Of several of that name, the one nearest to who refers to it.
    const near = places.filter((place) => place.path === from);
    const beside = near.length > 0 ? near : places.filter((place) => folderOf(place.path) === folderOf(from));
    return beside.length === 1 ? beside[0] : undefined;
  }
}

/** What a class-based view answers a method with, by the names Django, its REST framework and Flask give it. */
const VIEW_METHODS: Readonly<Record<string, readonly string[]>> = {
  GET: ['get', 'list', 'retrieve'],
  POST: ['post', 'create'],
  PUT: ['put', 'update'],
  PATCH: ['patch', 'partial_update'],
  DELETE: ['delete', 'destroy'],
};

function methodFor(verb: string, view: CodeDefinition, definitions: readonly CodeDefinition[]): CodeDefinition {
  const container = [...names(view.container), view.name].join('.');
  const wanted = VIEW_METHODS[verb.toUpperCase()] ?? [];
  return definitions.find((one) => one.container === container && wanted.includes(one.name)) ?? view;
}

function names(dotted: string): string[] {
  return dotted === '' ? [] : dotted.split('.');
}

/** `SayHello`, `sayHello` and `say_hello` are one method. */
function plainMethod(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

/** Whether one name of a service is the other with its package; an unknown one fits all. */
function sameService(one: string, other: string): boolean {
  if (one === '' || other === '') return true;
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  return a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);
}
