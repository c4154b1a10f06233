import type { Node, QueryMatch } from '@vscode/tree-sitter-wasm';
import type { SpanNameParts } from '../core/source/spanNamePattern.ts';

/**
 * A node with those around it, innermost first. Paths come from walking down: `Node.parent` searches from the root
 * each time, which a deeply nested file makes take minutes.
 */
export type NodePath = readonly Node[];

/** A call whose callee's name may start a span. */
export interface FoundCall {
  readonly call: Node;
  readonly callee: Node;
  /** The last name of the callee. */
  readonly identifier: Node;
  readonly name: string;
  /** What the call stands in. */
  readonly around: NodePath;
}

/** What differs between languages when reading span starts. Query sources have the captures named here. */
export interface Syntax {
  /** `@function`, `@class` or `@module`, each with its `@name`; see {@link readScopes}. */
  readonly scopeQuery: string;
  /** `@name` and `@value` of what may be a constant, with `@owner` for a member of a class, enum or object. */
  readonly bindingQuery: string;
  /** `@call` with its `@callee`, and the `@name` the callee ends in where that is another node. */
  readonly callQuery: string;
  /** The call whose callee ends in the first node of the path. */
  callAt(path: NodePath): FoundCall | undefined;
  /** `api` when the call is known to start a span, `wrapper` when its name only sounds like it. */
  strength(call: FoundCall): 'api' | 'wrapper' | undefined;
  /** Expressions that may be the span's name: one for an API, any argument for a wrapper. */
  nameArguments(call: FoundCall, strength: 'api' | 'wrapper'): Node[];
  /** The static text of an expression; several where a condition chooses. */
  evaluate(node: Node, resolve: ResolveConstant): SpanNameParts[];
  /** Last line index (0-based) of what the span covers. */
  coveredUntil(call: FoundCall): number;
  /** The function that a decorator call stands on. */
  decorated(call: FoundCall): Node | undefined;
}

/** Runs a query over the whole file; what it has not found in good time is left out. */
export type MatchQuery = (source: string) => readonly QueryMatch[];

/** Text of the constant `name`, a member of `owner` (empty for a variable); undefined when none is known. */
export type ResolveConstant = (owner: string, name: string) => SpanNameParts | undefined;

/** Unknown text. */
export const UNKNOWN: SpanNameParts = ['', ''];

/** How deep an expression is followed. */
export const MAX_EXPRESSION_DEPTH = 16;

/** Two texts written one behind the other. */
export function concat(left: SpanNameParts, right: SpanNameParts): SpanNameParts {
  const seam = (left.at(-1) ?? '') + (right[0] ?? '');
  const parts = [...left.slice(0, -1), seam, ...right.slice(1)];
  // Two unknowns in a row are one.
  return parts.filter((part, index) => part !== '' || index === 0 || index === parts.length - 1);
}

/** Splits a format text at its placeholders. */
export function splitFormat(parts: SpanNameParts, placeholder: RegExp): SpanNameParts {
  return parts.flatMap((part) => part.split(placeholder));
}

/** Callee names that sound like starting a span. */
export const SOUNDS_LIKE_SPAN = /span|trace|instrument|observ/i;

/** Whether a callee makes a tracer rather than a span: its text argument is a scope name. */
export function makesTracer(name: string): boolean {
  return /tracer(_?provider)?$/i.test(name);
}

/** Named children without comments. */
export function childrenOf(node: Node): Node[] {
  return node.namedChildren.filter((child): child is Node => child !== null && child.type !== 'comment');
}
