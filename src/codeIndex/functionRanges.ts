import type { QueryMatch } from '@vscode/tree-sitter-wasm';
import type { CodeDefinition } from '../core/source/codeFacts.ts';

/** A function and its lines, 1-based and inclusive. */
export interface FunctionRange {
  /** With the class it is a method of: `Class.method`. */
  readonly name: string;
  /** With its decorators or annotations. */
  readonly firstLine: number;
  /** Where the name stands. */
  readonly line: number;
  readonly endLine: number;
  /** Offsets in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

const MAX_SCOPES = 20_000;
const MAX_NAME = 200;

/** A definition with its place in the text; `impl`: a block of methods of a type that is defined elsewhere. */
export interface Scope {
  readonly kind: CodeDefinition['kind'] | 'module' | 'impl';
  readonly name: string;
  /** Names around it, dotted. */
  readonly container: string;
  /** The class directly around it, or the type a method names itself. */
  readonly owner: string;
  readonly firstLine: number;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly start: number;
  readonly end: number;
  /** The node that holds it, to find it again from within. */
  readonly nodeId: number;
}

type Found = Omit<Scope, 'container' | 'owner'> & { readonly receiver: string };

/**
 * Definitions with a name in order of their start, from matches of a query with `@function`, `@class`, `@impl` or `@module` and
 * `@name`, with `@receiver` for a type named beside the method, and with `@outer` around `@inner` for decorators. What is `@stub`
 * declares only: it is left out.
 */
export function readScopes(matches: readonly QueryMatch[]): Scope[] {
  const found = new Map<number, Found>();
  const outer = new Map<number, number>();
  const stubs = new Set<number>();
  for (const match of matches) {
    let name = '';
    let receiver = '';
    let place = { line: 0, column: 0 };
    let scope: Pick<Found, 'nodeId' | 'kind' | 'firstLine' | 'endLine' | 'start' | 'end'> | undefined;
    let outerLine = 0;
    for (const { name: capture, node } of match.captures) {
      if (capture === 'name') {
        name = node.text.slice(0, MAX_NAME);
        place = { line: node.startPosition.row + 1, column: node.startPosition.column + 1 };
      } else if (capture === 'receiver') receiver = node.text.slice(0, MAX_NAME);
      else if (capture === 'outer') outerLine ||= node.startPosition.row + 1;
      else if (capture === 'stub') stubs.add(node.id);
      else if (capture === 'inner') outer.set(node.id, outerLine);
      else if (capture === 'function' || capture === 'class' || capture === 'impl' || capture === 'module') {
        const lines = { endLine: node.endPosition.row + 1, firstLine: node.startPosition.row + 1 };
        scope = { nodeId: node.id, kind: capture, start: node.startIndex, end: node.endIndex, ...lines };
      }
    }
    // A named function bound to another name keeps the one it is bound to, as it is seen from outside.
    if (scope && name !== '' && !found.has(scope.nodeId)) {
      found.set(scope.nodeId, { ...scope, ...place, name, receiver });
    }
    if (found.size >= MAX_SCOPES) break;
  }
  return contained(
    [...found.values()].filter(({ nodeId }) => !stubs.has(nodeId)).sort((a, b) => a.start - b.start || b.end - a.end),
    outer,
  );
}

function contained(found: readonly Found[], outer: ReadonlyMap<number, number>): Scope[] {
  const open: Scope[] = [];
  return found.map(({ receiver, ...scope }) => {
    while (open.length > 0 && (open.at(-1)?.end ?? 0) <= scope.start) open.pop();
    const around = open.at(-1);
    const inside = around === undefined ? '' : joinNames(around.container, around.name);
    const container = joinNames(inside, receiver);
    const owner = receiver === '' && (around?.kind === 'class' || around?.kind === 'impl') ? around.name : receiver;
    const method = scope.kind === 'function' && owner !== '';
    const firstLine = Math.min(outer.get(scope.nodeId) ?? scope.line, scope.firstLine, scope.line);
    const whole: Scope = { ...scope, kind: method ? 'method' : scope.kind, container, owner, firstLine };
    open.push(whole);
    return whole;
  });
}

function joinNames(container: string, name: string): string {
  if (name === '') return container;
  return container === '' ? name : `${container}.${name}`.slice(-MAX_NAME);
}

/** The functions among these, named with the class they belong to. */
export function functionsOf(scopes: readonly Scope[]): FunctionRange[] {
  return scopes
    .filter(({ kind }) => kind === 'function' || kind === 'method')
    .map(({ name, owner, firstLine, line, endLine, start, end }) => ({
      name: joinNames(owner, name),
      firstLine,
      line,
      endLine,
      start,
      end,
    }));
}

/** The functions, methods and classes among these as facts. */
export function definitionsOf(scopes: readonly Scope[]): CodeDefinition[] {
  return scopes.flatMap(({ kind, name, container, firstLine, line, column, endLine }) =>
    kind === 'module' || kind === 'impl' ? [] : [{ name, container, kind, firstLine, line, column, endLine }],
  );
}
