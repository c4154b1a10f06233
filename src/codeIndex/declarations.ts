import type { Node, QueryMatch } from '@vscode/tree-sitter-wasm';
import type { CodeMount, CodeReference, CodeRoute, CodeRpc, CodeTask } from '../core/source/codeFacts.ts';
import { joinTemplate } from '../core/source/routeTemplate.ts';
import type { Constants } from './constants.ts';
import type { Scope } from './functionRanges.ts';
import type { MatchQuery } from './syntax.ts';

const MAX_DECLARATIONS = 5_000;
const MAX_SHOWN = 80;
const MAX_READ_MS = 500;

class OutOfTime extends Error {}

/** How the routes, remote procedures and tasks of a language are found. */
export interface DeclarationSyntax {
  /** A cheap test of the text: files without it declare nothing. */
  readonly mayDeclare: RegExp;
  /** Adds what the file declares. */
  read(file: DeclarationFile): void;
}

export const HTTP_VERB = /^(?:get|post|put|patch|delete|head|options|trace)$/i;

/** What {@link readDeclarations} needs of a parsed file. */
export interface DeclaringFile {
  readonly matches: MatchQuery;
  readonly constants: Constants;
  readonly scopes: readonly Scope[];
}

/** Routes, mounts, remote procedures and tasks of a parsed file, as far as they are read in good time and by `deadline`. */
export function readDeclarations(
  text: string,
  syntax: DeclarationSyntax,
  parsed: DeclaringFile,
  now: () => number,
  deadline = Infinity,
): Pick<DeclarationFile, 'routes' | 'mounts' | 'rpcs' | 'tasks'> {
  const file = new DeclarationFile(parsed, now, deadline);
  try {
    if (syntax.mayDeclare.test(text)) syntax.read(file);
  } catch (error) {
    // What was found by then stays.
    if (!(error instanceof OutOfTime)) throw error;
  }
  file.routes.sort((a, b) => a.line - b.line || a.column - b.column);
  const { routes, mounts, rpcs, tasks } = file;
  return { routes, mounts, rpcs, tasks };
}

/** A route before its prefixes are joined. */
export interface DeclaredRoute {
  /** Methods in any case; none for any method. */
  readonly methods: readonly string[];
  readonly template: string;
  readonly router?: string;
  /** The handler where this file holds it, else the declaration. */
  readonly handler: Node | Scope;
  readonly elsewhere?: CodeReference | undefined;
  /** Where the declaration stands, for prefixes around it and for showing. */
  readonly declaration: Node;
}

/** One file while its declarations are read. Bounded: what is beyond the limit is left out. */
export class DeclarationFile {
  readonly matches: MatchQuery;
  readonly constants: Constants;
  readonly scopes: readonly Scope[];
  readonly routes: CodeRoute[] = [];
  readonly mounts: CodeMount[] = [];
  readonly rpcs: CodeRpc[] = [];
  readonly tasks: CodeTask[] = [];
  /** Stretches of the text whose routes lie below a prefix, in the order they were found. */
  readonly #prefixed: { readonly start: number; readonly end: number; readonly prefix: string }[] = [];
  /** Prefixes that routers were made with. */
  readonly #routerPrefix = new Map<string, string>();
  readonly #byName = new Map<string, Scope>();

  readonly #now: () => number;
  readonly #deadline: number;

  constructor({ matches, constants, scopes }: DeclaringFile, now: () => number, deadline: number) {
    this.#now = now;
    this.#deadline = Math.min(deadline, now() + MAX_READ_MS);
    this.matches = matches;
    this.constants = constants;
    this.scopes = scopes;
    for (const scope of scopes) {
      const dotted = scope.owner === '' ? scope.name : `${scope.owner}.${scope.name}`;
      if (!this.#byName.has(dotted)) this.#byName.set(dotted, scope);
    }
  }

  textOf(node: Node | null | undefined): string | undefined {
    this.#checkTime();
    return this.constants.textOf(node);
  }

  /** A definition of this file by its name or `Class.method`. */
  named(name: string): Scope | undefined {
    return this.#byName.get(name);
  }

  /** The innermost definition around an offset that passes the test. */
  around(offset: number, test: (scope: Scope) => boolean = () => true): Scope | undefined {
    this.#checkTime();
    let inner: Scope | undefined;
    for (const scope of this.scopes) {
      if (scope.start > offset) break;
      if (offset < scope.end && test(scope)) inner = scope;
    }
    return inner;
  }

  /** The first definition that starts at or after an offset. */
  after(offset: number): Scope | undefined {
    this.#checkTime();
    return this.scopes.find(({ start }) => start >= offset);
  }

  /** Routes within a node lie below this prefix. */
  prefixWithin(node: Node, prefix: string): void {
    if (this.#prefixed.length < MAX_DECLARATIONS) {
      this.#prefixed.push({ start: node.startIndex, end: node.endIndex, prefix });
    }
  }

  /** Routes on this variable lie below this prefix. */
  prefixOf(router: string, prefix: string): void {
    this.#routerPrefix.set(router, prefix);
  }

  addRoute({ methods, template, router = '', handler, elsewhere, declaration }: DeclaredRoute): void {
    const whole = this.prefixAround(declaration, this.prefixBelow(router, template));
    const route = {
      template: whole.slice(0, MAX_DECLARATIONS),
      router,
      ...(this.hasPrefix(router) ? { routerPrefix: this.prefixBelow(router, '') } : {}),
      ...placeOf(handler),
      ...(elsewhere ? { handler: elsewhere } : {}),
      declaration: shown(declaration),
    };
    if ('kind' in handler) route.functionName = dottedName(handler);
    else route.functionName = this.#functionNameAt(handler);
    for (const method of methods.length === 0 ? [''] : methods) {
      if (this.routes.length < MAX_DECLARATIONS) this.routes.push({ method: method.toUpperCase(), ...route });
    }
  }

  addMount(mount: CodeMount): void {
    this.#checkTime();
    if (this.mounts.length < MAX_DECLARATIONS) this.mounts.push(mount);
  }

  addRpc(service: string, method: string, at: Scope | Node, elsewhere?: CodeReference): void {
    if (this.rpcs.length >= MAX_DECLARATIONS) return;
    const functionName = 'kind' in at ? dottedName(at) : this.#functionNameAt(at);
    this.rpcs.push({ service, method, ...placeOf(at), functionName, ...(elsewhere ? { handler: elsewhere } : {}) });
  }

  addTask(name: string, at: Scope): void {
    if (this.tasks.length >= MAX_DECLARATIONS) return;
    this.tasks.push({ name, ...placeOf(at), functionName: dottedName(at) });
  }

  /** A path below the prefix its router was made with. */
  prefixBelow(router: string, template: string): string {
    const prefix = this.#routerPrefix.get(router) ?? '';
    return prefix === '' ? template : joinTemplate(prefix, template);
  }

  hasPrefix(router: string): boolean {
    return this.#routerPrefix.has(router);
  }

  /** A path below the prefixes of the stretches that hold a node. */
  prefixAround(node: Node, template: string): string {
    const around = this.#prefixed
      .filter(({ start, end }) => start <= node.startIndex && node.endIndex <= end)
      .sort((a, b) => b.start - a.start);
    let whole = template;
    for (const { prefix } of around) whole = joinTemplate(prefix, whole);
    return whole;
  }

  #checkTime(): void {
    if (this.#now() > this.#deadline) throw new OutOfTime();
  }

  #functionNameAt(node: Node): string {
    const scope = this.scopes.find(({ start, end }) => start === node.startIndex && end === node.endIndex);
    return scope ? dottedName(scope) : '';
  }
}

function placeOf(at: Scope | Node): Pick<CodeRoute, 'line' | 'column' | 'endLine' | 'functionName'> {
  if ('kind' in at) return { line: at.line, column: at.column, endLine: at.endLine, functionName: '' };
  const { row, column } = at.startPosition;
  return { line: row + 1, column: column + 1, endLine: at.endPosition.row + 1, functionName: '' };
}

/** `Class.method`, or the name alone. */
function dottedName(scope: Scope): string {
  return scope.owner === '' ? scope.name : `${scope.owner}.${scope.name}`;
}

function shown(node: Node): string {
  const line = node.text
    .slice(0, MAX_SHOWN * 4)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN - 1)}…` : line;
}

/** The nodes of a match by capture name; of a capture that is there several times the last. */
export function capturesOf(match: QueryMatch): ReadonlyMap<string, Node> {
  return new Map(match.captures.map(({ name, node }) => [name, node]));
}

/** The last name of a dotted text: `self.app` → `app`. */
export function lastNameOf(text: string): string {
  return /[\w$]*$/.exec(text.slice(-200))?.[0] ?? '';
}
