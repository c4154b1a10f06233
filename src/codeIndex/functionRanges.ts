import type { QueryMatch } from '@vscode/tree-sitter-wasm';

/** A function and its lines, 1-based and inclusive. */
export interface FunctionRange {
  /** With the class it is a method of: `Class.method`. */
  readonly name: string;
  readonly line: number;
  readonly endLine: number;
  /** Offsets in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

const MAX_FUNCTIONS = 20_000;

interface Scope extends FunctionRange {
  readonly isClass: boolean;
}

/** Functions with a name, in order of their start, from matches of a query with `@function` or `@class` and `@name`. */
export function readFunctions(matches: readonly QueryMatch[]): FunctionRange[] {
  const scopes = new Map<number, Scope>();
  for (const match of matches) {
    let name = '';
    let scope: { readonly id: number; readonly range: Scope } | undefined;
    for (const capture of match.captures) {
      const { node } = capture;
      if (capture.name === 'name') {
        name = node.text;
        continue;
      }
      const [line, endLine] = [node.startPosition.row + 1, node.endPosition.row + 1];
      const isClass = capture.name === 'class';
      scope = { id: node.id, range: { name: '', line, endLine, start: node.startIndex, end: node.endIndex, isClass } };
    }
    // A named function bound to another name keeps the one it is bound to, as it is seen from outside.
    if (scope && name !== '' && !scopes.has(scope.id)) scopes.set(scope.id, { ...scope.range, name });
    if (scopes.size >= MAX_FUNCTIONS) break;
  }
  return qualified([...scopes.values()].sort((a, b) => a.start - b.start || b.end - a.end));
}

function qualified(scopes: readonly Scope[]): FunctionRange[] {
  const open: Scope[] = [];
  const functions: FunctionRange[] = [];
  for (const scope of scopes) {
    while (open.length > 0 && (open.at(-1)?.end ?? 0) <= scope.start) open.pop();
    const owner = open.at(-1);
    if (!scope.isClass) {
      const { line, endLine, start, end } = scope;
      const name = owner?.isClass === true ? `${owner.name}.${scope.name}` : scope.name;
      functions.push({ name, line, endLine, start, end });
    }
    open.push(scope);
  }
  return functions;
}
