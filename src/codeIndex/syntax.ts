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
  /**
   * Where in the text a span may be started: matches begin within the callee's last name, or with what stands before
   * it as their first group. Bounded repetitions only.
   */
  readonly callSites: RegExp;
  /** `@module`: the package or namespace the file declares. */
  readonly moduleQuery?: string;
  /** `@function`, `@class`, `@impl` or `@module`, each with its `@name`; see {@link readScopes}. */
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
  /** Names of a span that no argument names, made of the function's: `Class.method`. */
  defaultNames?(call: FoundCall, functionName: string): SpanNameParts[];
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
const SOUNDS_LIKE_SPAN = /span|trace|instrument|observ/i;

/** A helper of the user's own module for spans: `Spans.in("x", …)`, `telemetry.step("x")`. */
const SPAN_MODULE =
  /(?:^|[.:>])(?:Spans|Tracing|Telemetry|Traces|Observability|spans|tracing|telemetry|observability)(?:\.|::)\w{1,60}$/;

/** Whether the callee, as written, sounds like starting a span, by its own name or its module's. */
export function soundsLikeSpan(name: string, callee: string): boolean {
  return (SOUNDS_LIKE_SPAN.test(name) || SPAN_MODULE.test(callee.slice(-200))) && !makesTracer(name);
}

/** Whether a callee makes a tracer rather than a span: its text argument is a scope name. */
function makesTracer(name: string): boolean {
  return /tracer(_?provider)?$/i.test(name);
}

/** Named children without comments. */
export function childrenOf(node: Node): Node[] {
  return node.namedChildren.filter((child): child is Node => child !== null && child.type !== 'comment');
}

/** What a call or an annotation is given, as written; nothing where it has no list. */
export function givenTo(node: Node): Node[] {
  const list = node.childForFieldName('arguments');
  return list ? childrenOf(list) : [];
}

/** The text of what a node holds first: behind a parenthesis, a reference, in a list. */
export function textWithin(node: Node, textOf: (part: Node) => SpanNameParts): SpanNameParts {
  const inner = childrenOf(node)[0];
  return inner ? textOf(inner) : UNKNOWN;
}

/** The text of `left + right`; unknown for another operator. */
export function textOfSum(node: Node, textOf: (part: Node) => SpanNameParts): SpanNameParts {
  const left = node.childForFieldName('left');
  const right = node.childForFieldName('right');
  if (!left || !right || node.childForFieldName('operator')?.type !== '+') return UNKNOWN;
  return concat(textOf(left), textOf(right));
}

/** The texts of both branches of `condition ? a : b`. */
export function textsOfBranches(node: Node, textOf: (part: Node) => SpanNameParts): SpanNameParts[] {
  const branches = [node.childForFieldName('consequence'), node.childForFieldName('alternative')];
  return branches.flatMap((branch) => (branch ? [textOf(branch)] : []));
}

/** Calls of all that sounds like starting a span, and of what a module for spans has. A megabyte of `spanspan…` must not be read a million times. */
export const SPAN_CALLS =
  /\b((?:spans|tracing|telemetry|traces|observability)\.)\w{1,60}\s{0,4}\(|(?:span|trace|instrument|observ)\w{0,40}\s{0,16}(?:\?\.)?[(<]/i;

/** Last row (0-based) of the nearest block among what a call stands in; its own without one. */
export function endOfBlock({ call, around }: FoundCall, isBlock: (type: string) => boolean): number {
  return (around.find(({ type }) => isBlock(type)) ?? call).endPosition.row;
}

const SIMPLE: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\0' };

/** The character that an escape sequence of C's family stands for; a line's end that is escaped is nothing. */
export function unescapeSequence(sequence: string): string {
  const code = /^\\(?:x([0-9a-fA-F]{2})|[uU]([0-9a-fA-F]{4,8})|u\{([0-9a-fA-F]{1,6})\})$/.exec(sequence);
  if (code) {
    const value = parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16);
    return value <= 0x10ffff ? String.fromCodePoint(value) : '\uFFFD';
  }
  const rest = sequence.slice(1);
  if (/^[\r\n\u2028\u2029]/.test(rest)) return '';
  return SIMPLE[rest] ?? rest;
}

/** The text of a literal whose parts are its named children: escape sequences, and others as they stand. */
export function literalText(node: Node): string {
  let text = '';
  for (const child of childrenOf(node))
    text += child.type === 'escape_sequence' ? unescapeSequence(child.text) : child.text;
  return text;
}
