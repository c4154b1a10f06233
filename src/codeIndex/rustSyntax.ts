import type { Node } from '@vscode/tree-sitter-wasm';
import type { SpanNameParts } from '../core/source/spanNamePattern.ts';
import {
  childrenOf,
  endOfBlock,
  givenTo,
  literalText,
  MAX_EXPRESSION_DEPTH,
  soundsLikeSpan,
  splitFormat,
  textWithin,
  UNKNOWN,
  type ResolveConstant,
  type Syntax,
} from './syntax.ts';

const NAME =
  '[(type_identifier) @name (generic_type type: (type_identifier) @name) (scoped_type_identifier name: (type_identifier) @name)]';
const API_CALL = /^(?:in_span|span_builder|start_with_context|start_with_span)$/;
const BRACES = /\{[^{}]{0,200}\}/;

/** Rust as tree-sitter-rust 0.23 reads it. */
export const rustSyntax: Syntax = {
  callSites: /(?:span|trace|instrument|observ|(?<=\.)start)\w{0,40}\s{0,4}(?:!\s{0,4})?[([{\]<]/i,
  scopeQuery: `
(function_item name: (identifier) @name) @function
((attribute_item)+ @outer . (function_item) @inner)
([(struct_item name: (_) @name) (enum_item name: (_) @name) (trait_item name: (_) @name)] @class)
(impl_item type: ${NAME}) @impl
(mod_item name: (identifier) @name body: (_)) @module`,
  bindingQuery: `
(const_item name: (identifier) @name value: (_) @value)
(static_item name: (identifier) @name value: (_) @value)
(let_declaration pattern: (identifier) @name value: (_) @value)`,
  callQuery: `
(call_expression function: [(identifier) (scoped_identifier)] @callee) @call
(call_expression function: (field_expression field: (_) @name) @callee) @call
(call_expression function: (generic_function function: [(identifier) (scoped_identifier) (field_expression)] @callee)) @call`,

  callAt([identifier, ...path]) {
    if (identifier?.type !== 'identifier' && identifier?.type !== 'field_identifier') return undefined;
    const [parent] = path;
    const inner = parent?.type === 'scoped_identifier' || parent?.type === 'field_expression';
    const last = parent?.childForFieldName(parent.type === 'field_expression' ? 'field' : 'name');
    if (inner && last?.id !== identifier.id) return undefined;
    const [callee, ...rest] = inner ? path : [identifier, ...path];
    const [holder, ...around] = rest;
    if (!callee || !holder) return undefined;
    const found = { callee, identifier, name: identifier.text };
    if (holder.type === 'macro_invocation' && holder.childForFieldName('macro')?.id === callee.id) {
      return { ...found, call: holder, around };
    }
    if (holder.type === 'attribute' && around[0]?.type === 'attribute_item') {
      return { ...found, call: around[0], around: around.slice(1) };
    }
    if (holder.type !== 'call_expression' || holder.childForFieldName('function')?.id !== callee.id) return undefined;
    return { ...found, call: holder, around };
  },

  strength({ name, call, callee }) {
    if (call.type === 'macro_invocation') return /^(?:span|\w{1,20}_span)$/.test(name) ? 'api' : undefined;
    if (call.type === 'attribute_item') return /^(?:instrument|trace)$/.test(name) ? 'api' : undefined;
    if (API_CALL.test(name)) return 'api';
    if (name === 'start') return /tracer/i.test(callee.childForFieldName('value')?.text ?? '') ? 'api' : undefined;
    return soundsLikeSpan(name, callee.text) ? 'wrapper' : undefined;
  },

  nameArguments({ call }, strength) {
    if (call.type === 'call_expression') {
      const all = givenTo(call);
      return strength === 'api' ? all.slice(0, 1) : all;
    }
    const holder = call.type === 'attribute_item' ? childrenOf(call)[0] : call;
    const tokens = holder && childrenOf(holder).find(({ type }) => type === 'token_tree');
    const all = tokens ? childrenOf(tokens) : [];
    // `name = "x"` of an attribute; of a macro the first text that is not `target: "x"`.
    const index = all.findIndex(({ type }, at) => {
      if (type !== 'string_literal' && type !== 'raw_string_literal') return false;
      const before = all[at - 1]?.type === 'identifier' ? all[at - 1]?.text : '';
      return call.type === 'attribute_item' ? before === 'name' : before !== 'target';
    });
    return all.slice(index, index < 0 ? 0 : index + 1);
  },

  defaultNames({ call }, functionName) {
    return call.type === 'attribute_item' ? [[functionName.slice(functionName.lastIndexOf('.') + 1)]] : [];
  },

  evaluate: (node, resolve) => [text(node, resolve, 0)],

  coveredUntil(found) {
    const decorated = found.call.type === 'attribute_item' ? functionBelow(found.call) : undefined;
    return decorated ? decorated.endPosition.row : endOfBlock(found, (type) => type === 'block');
  },

  decorated: ({ call }) => (call.type === 'attribute_item' ? functionBelow(call) : undefined),
};

function functionBelow(attribute: Node): Node | undefined {
  let next = attribute.nextNamedSibling;
  while (next && (next.type === 'attribute_item' || next.type.endsWith('comment'))) next = next.nextNamedSibling;
  return next?.type === 'function_item' ? next : undefined;
}

function text(node: Node, resolve: ResolveConstant, depth: number): SpanNameParts {
  if (depth > MAX_EXPRESSION_DEPTH) return UNKNOWN;
  const textOf = (part: Node): SpanNameParts => text(part, resolve, depth + 1);
  switch (node.type) {
    case 'string_literal':
    case 'raw_string_literal':
      return [literalText(node)];
    case 'identifier':
      return resolve('', node.text) ?? UNKNOWN;
    case 'scoped_identifier':
      return resolve('', node.childForFieldName('name')?.text ?? '') ?? UNKNOWN;
    case 'reference_expression':
      return textWithin(node, textOf);
    case 'macro_invocation': {
      const tokens = childrenOf(node).find(({ type }) => type === 'token_tree');
      const first = tokens && childrenOf(tokens)[0];
      if (node.childForFieldName('macro')?.text !== 'format' || first?.type !== 'string_literal') return UNKNOWN;
      return splitFormat([literalText(first)], BRACES);
    }
    default:
      return UNKNOWN;
  }
}
