import type { Node } from '@vscode/tree-sitter-wasm';
import type { SpanNameParts } from '../core/source/spanNamePattern.ts';

/** A call whose callee's name may start a span. */
export interface FoundCall {
  readonly call: Node;
  readonly callee: Node;
  /** The last name of the callee. */
  readonly identifier: Node;
  readonly name: string;
}

/** A name bound to a value: `owner` is the class or object it is a member of, empty for a variable. */
export interface Binding {
  readonly owner: string;
  readonly name: string;
  readonly value: Node;
}

/** What differs between languages when reading span starts. */
export interface Syntax {
  /** Captures function nodes as `@function`. */
  readonly functionQuery: string;
  /** Captures names as `@name` and values as `@value` of what may be a constant. */
  readonly bindingQuery: string;
  /** The call whose callee ends in this identifier. */
  callAt(identifier: Node): FoundCall | undefined;
  /** `api` when the call is known to start a span, `wrapper` when its name only sounds like it. */
  strength(call: FoundCall): 'api' | 'wrapper' | undefined;
  /** Expressions that may be the span's name: one for an API, any argument for a wrapper. */
  nameArguments(call: FoundCall, strength: 'api' | 'wrapper'): Node[];
  /** The static text of an expression; several where a condition chooses, none when nothing is known. */
  evaluate(node: Node, resolve: (owner: string, name: string) => SpanNameParts | undefined): SpanNameParts[];
  /** Last line index (0-based) of what the span covers. */
  coveredUntil(call: Node): number;
  /** Name of a function node, qualified by its class; empty when it has none. */
  functionName(node: Node): string;
  isFunction(node: Node): boolean;
  /** The function that a decorator call stands on. */
  decorated(call: Node): Node | undefined;
  binding(name: Node, value: Node): Binding;
}

/** Unknown text. */
export const UNKNOWN: SpanNameParts = ['', ''];

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
  return /^(get_?)?tracer(_?provider)?$/i.test(name) || /tracer$/i.test(name);
}
