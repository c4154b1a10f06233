import type { QueryMatch } from '@vscode/tree-sitter-wasm';
import type { TraceableFunction } from '../protocol/traceableFunctionsApi.ts';
import { readScopes } from './functionRanges.ts';
import type { GrammarName } from './grammars.ts';

/** Objects and class expressions with a name, whose methods are told apart by it. */
const NAMED_OBJECTS = `
(variable_declarator name: (identifier) @name value: [(object) (class)] @class)
(pair key: (property_identifier) @name value: (object) @class)
(assignment_expression left: [(identifier) @name (member_expression property: (_) @name)] right: [(object) (class)] @class)
(method_definition ["get" "set"] name: (_)) @accessor`;
const TYPED_OBJECTS = `
(abstract_class_declaration name: (_) @name) @class
(variable_declarator name: (identifier) @name value: (as_expression (object) @class))
(variable_declarator name: (identifier) @name value: (satisfies_expression (object) @class))`;

const PART = /^#?[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** What is asked of a tree besides its scopes; undefined for languages whose functions cannot be traced. */
export function traceableQuery(grammar: GrammarName): string | undefined {
  switch (grammar) {
    case 'python':
      return '';
    case 'javascript':
      return NAMED_OBJECTS;
    case 'typescript':
    case 'tsx':
      return NAMED_OBJECTS + TYPED_OBJECTS;
    case 'go':
    case 'java':
    case 'rust':
    case 'c-sharp':
      return undefined;
  }
}

/**
 * Functions that a program can be made to record the calls of: those with a name of their own, all the way out. A constructor
 * makes no call that returns, getters and setters are no functions to their callers.
 */
export function traceableFunctions(matches: readonly QueryMatch[], grammar: GrammarName): TraceableFunction[] {
  const isAccessor = ({ name }: QueryMatch['captures'][number]): boolean => name === 'accessor';
  const accessors = new Set(matches.flatMap(({ captures }) => captures.filter(isAccessor).map(({ node }) => node.id)));
  const makes = grammar === 'python' ? '' : 'constructor';
  return readScopes(matches).flatMap(({ kind, name, container, firstLine, line, column, endLine, nodeId }) => {
    if ((kind !== 'function' && kind !== 'method') || accessors.has(nodeId)) return [];
    if (kind === 'method' && name === makes) return [];
    // What a module exports as an object is called by its own name from outside.
    const whole = (container === '' ? name : `${container}.${name}`).replace(/^exports\./, '');
    const isNamed = whole.split('.').every((part) => PART.test(part));
    return isNamed ? [{ name: whole, firstLine, line, column, endLine }] : [];
  });
}
