import type { Node } from '@vscode/tree-sitter-wasm';
import type { SpanNameParts } from '../core/source/spanNamePattern.ts';
import {
  childrenOf,
  concat,
  endOfBlock,
  givenTo,
  literalText,
  MAX_EXPRESSION_DEPTH,
  soundsLikeSpan,
  textOfSum,
  textsOfBranches,
  unescapeSequence,
  UNKNOWN,
  type ResolveConstant,
  type Syntax,
} from './syntax.ts';

const API: ReadonlySet<string> = new Set([
  'StartActivity',
  'CreateActivity',
  'StartActiveSpan',
  'StartSpan',
  'StartRootSpan',
]);

/** C# as tree-sitter-c-sharp 0.23 reads it. */
export const csharpSyntax: Syntax = {
  callSites: /(?:span|trace|activity|instrument|observ)\w{0,40}\s{0,16}[(<]/i,
  moduleQuery: `
(file_scoped_namespace_declaration name: (_) @module)
(namespace_declaration name: (_) @module)`,
  scopeQuery: `
([(class_declaration name: (_) @name) (record_declaration name: (_) @name) (struct_declaration name: (_) @name)
  (interface_declaration name: (_) @name)] @class)
([(method_declaration name: (_) @name) (constructor_declaration name: (_) @name)
  (local_function_statement name: (_) @name)] @function)`,
  bindingQuery: `
(class_declaration name: (_) @owner body: (declaration_list (field_declaration (variable_declaration
  (variable_declarator name: (identifier) @name (_) @value)))))
(variable_declarator name: (identifier) @name (_) @value)`,
  callQuery: `
(invocation_expression function: [(identifier) (generic_name)] @callee) @call
(invocation_expression function: (member_access_expression name: (_) @name) @callee) @call
(invocation_expression function: (conditional_access_expression (member_binding_expression name: (_) @name)) @callee) @call
(object_creation_expression type: (_) @callee) @call`,

  callAt([identifier, ...path]) {
    if (identifier?.type !== 'identifier') return undefined;
    if (path[0]?.type === 'generic_name') path.shift();
    const [parent] = path;
    const member = parent?.type === 'member_access_expression' || parent?.type === 'member_binding_expression';
    const conditional =
      parent?.type === 'member_binding_expression' && path[1]?.type === 'conditional_access_expression';
    const [callee, call, ...around] = conditional ? path.slice(1) : member ? path : [identifier, ...path];
    if (!callee || call?.type !== 'invocation_expression') return undefined;
    if (call.childForFieldName('function')?.startIndex !== callee.startIndex) return undefined;
    if (identifier.endIndex > callee.endIndex || call.childForFieldName('arguments') === null) return undefined;
    return { call, callee, identifier, name: identifier.text, around };
  },

  strength({ name, callee }) {
    if (API.has(name)) return 'api';
    return /activity/i.test(name) || soundsLikeSpan(name, callee.text) ? 'wrapper' : undefined;
  },

  nameArguments({ call }, strength) {
    const all = givenTo(call).flatMap((argument) => {
      const value = childrenOf(argument).at(-1);
      const label = argument.childForFieldName('name')?.text;
      // `kind: ActivityKind.Client` and what stands first without a name.
      const other = label !== undefined && label !== 'name';
      return !value || other || value.text.startsWith('ActivityKind') ? [] : [value];
    });
    return strength === 'api' ? all.slice(0, 1) : all;
  },

  // The compiler fills in the caller's name: `[CallerMemberName] string name = ""`.
  defaultNames({ name }, functionName) {
    return name === 'StartActivity' ? [[functionName.slice(functionName.lastIndexOf('.') + 1)]] : [];
  },

  evaluate(node, resolve) {
    if (node.type === 'conditional_expression') {
      return textsOfBranches(node, (branch) => text(branch, resolve, 0));
    }
    return [text(node, resolve, 0)];
  },

  coveredUntil(found) {
    return endOfBlock(found, (type) => type === 'block' || type === 'using_statement');
  },

  decorated: () => undefined,
};

function text(node: Node, resolve: ResolveConstant, depth: number): SpanNameParts {
  if (depth > MAX_EXPRESSION_DEPTH) return UNKNOWN;
  const textOf = (part: Node): SpanNameParts => text(part, resolve, depth + 1);
  switch (node.type) {
    case 'string_literal':
    case 'raw_string_literal':
      return [literalText(node)];
    case 'verbatim_string_literal':
      return [node.text.slice(2, -1).replaceAll('""', '"')];
    case 'interpolated_string_expression':
      return interpolated(node, resolve, depth);
    case 'identifier':
      return resolve('', node.text) ?? resolve('this', node.text) ?? UNKNOWN;
    case 'member_access_expression': {
      const owner = node.childForFieldName('expression')?.text ?? '';
      const name = node.childForFieldName('name')?.text ?? '';
      return resolve(owner.slice(owner.lastIndexOf('.') + 1), name) ?? UNKNOWN;
    }
    case 'binary_expression':
      return textOfSum(node, textOf);
    case 'invocation_expression': {
      const list = node.childForFieldName('arguments');
      const name = /[\w]+$/.exec(list?.text.replace(/\)$/, '').slice(-200) ?? '')?.[0];
      return node.childForFieldName('function')?.text === 'nameof' && name !== undefined ? [name] : UNKNOWN;
    }
    default:
      return UNKNOWN;
  }
}

function interpolated(node: Node, resolve: ResolveConstant, depth: number): SpanNameParts {
  let parts: SpanNameParts = [''];
  for (const child of childrenOf(node)) {
    if (child.type === 'string_content') parts = concat(parts, [child.text]);
    else if (child.type === 'escape_sequence') parts = concat(parts, [unescapeSequence(child.text)]);
    else if (child.type === 'interpolation') {
      const inner = childrenOf(child).find(({ type }) => type !== 'interpolation_brace');
      parts = concat(parts, inner ? text(inner, resolve, depth + 1) : UNKNOWN);
    }
  }
  return parts;
}
