import type { Node } from '@vscode/tree-sitter-wasm';
import type { SpanNameParts } from '../core/source/spanNamePattern.ts';
import {
  childrenOf,
  concat,
  endOfBlock,
  literalText,
  MAX_EXPRESSION_DEPTH,
  soundsLikeSpan,
  splitFormat,
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
    const list = call.childForFieldName('arguments');
    // `tracer.Start(ctx, "name")`, where others start with nothing or one thing.
    if (name === 'Start') return (list?.namedChildCount ?? 0) >= 2 ? 'api' : undefined;
    if (/^New(?:Handler|Middleware)$/.test(name)) return callee.text.startsWith('otel') ? 'wrapper' : undefined;
    return soundsLikeSpan(name, callee.text) ? 'wrapper' : undefined;
  },

  nameArguments({ call }, strength) {
    const list = call.childForFieldName('arguments');
    const all = list ? childrenOf(list) : [];
    return strength === 'api' ? all.slice(1, 2) : all;
  },

  evaluate: (node, resolve) => [text(node, resolve, 0)],

  coveredUntil: (found) => endOfBlock(found, (type) => type === 'block'),

  decorated: () => undefined,
};

function text(node: Node, resolve: ResolveConstant, depth: number): SpanNameParts {
  if (depth > MAX_EXPRESSION_DEPTH) return UNKNOWN;
  switch (node.type) {
    case 'interpreted_string_literal':
    case 'raw_string_literal':
      return [literalText(node)];
    case 'identifier':
      return resolve('', node.text) ?? UNKNOWN;
    case 'parenthesized_expression': {
      const inner = childrenOf(node)[0];
      return inner ? text(inner, resolve, depth + 1) : UNKNOWN;
    }
    case 'binary_expression': {
      const left = node.childForFieldName('left');
      const right = node.childForFieldName('right');
      if (!left || !right || node.childForFieldName('operator')?.type !== '+') return UNKNOWN;
      return concat(text(left, resolve, depth + 1), text(right, resolve, depth + 1));
    }
    case 'call_expression': {
      const list = node.childForFieldName('arguments');
      const first = list ? childrenOf(list)[0] : undefined;
      if (node.childForFieldName('function')?.text !== 'fmt.Sprintf' || !first) return UNKNOWN;
      return splitFormat(text(first, resolve, depth + 1), FORMATS);
    }
    default:
      return UNKNOWN;
  }
}
