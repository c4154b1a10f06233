import type { Node } from '@vscode/tree-sitter-wasm';
import type { SpanNameParts } from '../core/source/spanNamePattern.ts';
import {
  endOfBlock,
  givenTo,
  literalText,
  MAX_EXPRESSION_DEPTH,
  soundsLikeSpan,
  splitFormat,
  textOfSum,
  textWithin,
  UNKNOWN,
  type ResolveConstant,
  type Syntax,
} from './syntax.ts';

const RECEIVER = '[(type_identifier) @receiver (generic_type type: (type_identifier) @receiver)]';
const FORMATS = /%[-+# 0]{0,5}\d{0,5}(?:\.\d{0,5})?[a-zA-Z]/;

/** Go as tree-sitter-go 0.25 reads it. */
export const goSyntax: Syntax = {
  callSites:
    /\b((?:spans|tracing|telemetry|traces|observability)\.)\w{1,60}\s{0,4}\(|(?:\bStart|span|trace|instrument|observ|NewHandler|NewMiddleware)\w{0,40}\s{0,16}\(/i,
  moduleQuery: '(package_clause (package_identifier) @module)',
  scopeQuery: `
(function_declaration name: (identifier) @name) @function
(method_declaration receiver: (parameter_list (parameter_declaration
  type: [${RECEIVER} (pointer_type ${RECEIVER})])) name: (field_identifier) @name) @function
(type_spec name: (type_identifier) @name) @class
(short_var_declaration left: (expression_list . (identifier) @name) right: (expression_list . (func_literal) @function))`,
  bindingQuery: `
(const_spec name: (identifier) @name value: (expression_list . (_) @value))
(var_spec name: (identifier) @name value: (expression_list . (_) @value))
(short_var_declaration left: (expression_list . (identifier) @name .) right: (expression_list . (_) @value .))`,
  callQuery: `
(call_expression function: (identifier) @callee) @call
(call_expression function: (selector_expression field: (field_identifier) @name) @callee) @call`,

  callAt([identifier, parent, ...around]) {
    if (!identifier || !parent) return undefined;
    const member = parent.type === 'selector_expression' && parent.childForFieldName('field')?.id === identifier.id;
    const callee = member ? parent : identifier;
    const call = member ? around.shift() : parent;
    if (call?.type !== 'call_expression' || call.childForFieldName('function')?.id !== callee.id) return undefined;
    return { call, callee, identifier, name: identifier.text, around };
  },

  strength({ name, call, callee }) {
    // `tracer.Start(ctx, "name")`, where others start with nothing or one thing.
    if (name === 'Start') return (call.childForFieldName('arguments')?.namedChildCount ?? 0) >= 2 ? 'api' : undefined;
    if (/^New(?:Handler|Middleware)$/.test(name)) return callee.text.startsWith('otel') ? 'wrapper' : undefined;
    return soundsLikeSpan(name, callee.text) ? 'wrapper' : undefined;
  },

  nameArguments({ call }, strength) {
    const all = givenTo(call);
    return strength === 'api' ? all.slice(1, 2) : all;
  },

  evaluate: (node, resolve) => [text(node, resolve, 0)],

  coveredUntil: (found) => endOfBlock(found, (type) => type === 'block'),

  decorated: () => undefined,
};

function text(node: Node, resolve: ResolveConstant, depth: number): SpanNameParts {
  if (depth > MAX_EXPRESSION_DEPTH) return UNKNOWN;
  const textOf = (part: Node): SpanNameParts => text(part, resolve, depth + 1);
  switch (node.type) {
    case 'interpreted_string_literal':
    case 'raw_string_literal':
      return [literalText(node)];
    case 'identifier':
      return resolve('', node.text) ?? UNKNOWN;
    case 'parenthesized_expression':
      return textWithin(node, textOf);
    case 'binary_expression':
      return textOfSum(node, textOf);
    case 'call_expression': {
      const first = givenTo(node)[0];
      if (node.childForFieldName('function')?.text !== 'fmt.Sprintf' || !first) return UNKNOWN;
      return splitFormat(textOf(first), FORMATS);
    }
    default:
      return UNKNOWN;
  }
}
