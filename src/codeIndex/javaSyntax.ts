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
  textsOfBranches,
  textWithin,
  UNKNOWN,
  type ResolveConstant,
  type Syntax,
} from './syntax.ts';

const API: ReadonlySet<string> = new Set(['spanBuilder', 'createNotStarted', 'WithSpan', 'NewSpan', 'Observed']);
const NAME_KEYS: ReadonlySet<string> = new Set(['value', 'name', 'contextualName']);
const FORMATS = /%[-#+ 0,(]{0,5}\d{0,5}(?:\.\d{0,5})?[a-zA-Z]/;

/** Java as tree-sitter-java 0.23 reads it. */
export const javaSyntax: Syntax = {
  callSites:
    /(?<=@)(?:WithSpan|NewSpan|Observed)\b|\b((?:Spans|Tracing|Telemetry|Traces|Observability)\.)\w{1,60}\s{0,4}\(|(?:span|trace|observ|createNotStarted)\w{0,40}\s{0,16}\(/i,
  moduleQuery: '(package_declaration [(scoped_identifier) (identifier)] @module)',
  scopeQuery: `
([(class_declaration name: (_) @name) (interface_declaration name: (_) @name) (enum_declaration name: (_) @name)
  (record_declaration name: (_) @name)] @class)
([(method_declaration name: (_) @name) (constructor_declaration name: (_) @name)] @function)`,
  bindingQuery: `
(class_declaration name: (_) @owner body: (class_body (field_declaration
  declarator: (variable_declarator name: (identifier) @name value: (_) @value))))
(variable_declarator name: (identifier) @name value: (_) @value)`,
  callQuery: `
(method_invocation !object name: (identifier) @callee) @call
(method_invocation object: (_) @callee name: (identifier) @name) @call
(object_creation_expression type: (_) @callee) @call`,

  callAt([identifier, parent, ...around]) {
    if (identifier?.type !== 'identifier' || parent?.childForFieldName('name')?.id !== identifier.id) return undefined;
    if (!/^(?:method_invocation|annotation|marker_annotation)$/.test(parent.type)) return undefined;
    return { call: parent, callee: identifier, identifier, name: identifier.text, around };
  },

  strength({ name, call }) {
    if (API.has(name)) return 'api';
    if (call.type !== 'method_invocation') return undefined;
    return soundsLikeSpan(name, `${call.childForFieldName('object')?.text ?? ''}.${name}`) ? 'wrapper' : undefined;
  },

  nameArguments({ call }, strength) {
    const all = givenTo(call);
    if (call.type === 'method_invocation') return strength === 'api' ? all.slice(0, 1) : all;
    return all.flatMap((argument) => {
      if (argument.type !== 'element_value_pair') return [argument];
      const value = argument.childForFieldName('value');
      return value && NAME_KEYS.has(argument.childForFieldName('key')?.text ?? '') ? [value] : [];
    });
  },

  defaultNames({ call, name }, functionName) {
    if (call.type === 'method_invocation') return [];
    return [[name === 'Observed' ? functionName.replace('.', '#') : functionName]];
  },

  evaluate(node, resolve) {
    if (node.type === 'ternary_expression') {
      return textsOfBranches(node, (branch) => text(branch, resolve, 0));
    }
    return [text(node, resolve, 0)];
  },

  coveredUntil(found) {
    const method = found.call.type === 'method_invocation' ? undefined : found.around[1];
    return method ? method.endPosition.row : endOfBlock(found, (type) => type === 'block');
  },

  decorated({ call, around }) {
    return call.type === 'method_invocation' || around[1]?.type !== 'method_declaration' ? undefined : around[1];
  },
};

function text(node: Node, resolve: ResolveConstant, depth: number): SpanNameParts {
  if (depth > MAX_EXPRESSION_DEPTH) return UNKNOWN;
  const textOf = (part: Node): SpanNameParts => text(part, resolve, depth + 1);
  switch (node.type) {
    case 'string_literal':
      return [literalText(node)];
    case 'identifier':
      return resolve('', node.text) ?? resolve('this', node.text) ?? UNKNOWN;
    case 'field_access': {
      const owner = node.childForFieldName('object')?.text ?? '';
      return resolve(owner.slice(owner.lastIndexOf('.') + 1), node.childForFieldName('field')?.text ?? '') ?? UNKNOWN;
    }
    case 'parenthesized_expression':
      return textWithin(node, textOf);
    case 'binary_expression':
      return textOfSum(node, textOf);
    case 'method_invocation': {
      const name = node.childForFieldName('name')?.text;
      const object = node.childForFieldName('object');
      const template =
        name === 'formatted' ? object : object?.text === 'String' && name === 'format' ? givenTo(node)[0] : null;
      return template ? splitFormat(textOf(template), FORMATS) : UNKNOWN;
    }
    default:
      return UNKNOWN;
  }
}
