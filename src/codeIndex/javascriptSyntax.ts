import type { Node } from '@vscode/tree-sitter-wasm';
import type { SpanNameParts } from '../core/source/spanNamePattern.ts';
import {
  childrenOf,
  concat,
  MAX_EXPRESSION_DEPTH,
  soundsLikeSpan,
  SPAN_CALLS,
  textOfSum,
  textsOfBranches,
  textWithin,
  unescapeSequence,
  UNKNOWN,
  type ResolveConstant,
  type Syntax,
} from './syntax.ts';

const API: ReadonlySet<string> = new Set([
  'startActiveSpan',
  'startSpan',
  'startInactiveSpan',
  'startSpanManual',
  'startActiveObservation',
  'startObservation',
]);
/** The call that Nest's instrumentation makes a span of, and that span's name. */
const NEST_CREATION = /(?<=\bNestFactory\.)create\s{0,4}[(<]/;
const NEST_SPAN = 'Create Nest App';
const NAME_KEYS: ReadonlySet<string> = new Set(['name', 'spanName', 'op']);
const CALLABLE_NAME: ReadonlySet<string> = new Set([
  'identifier',
  'property_identifier',
  'private_property_identifier',
]);
const WRAPPERS: ReadonlySet<string> = new Set([
  'as_expression',
  'satisfies_expression',
  'parenthesized_expression',
  'non_null_expression',
]);

const VALUE = '[(arrow_function) (function_expression) (generator_function)] @function';
const SCOPES = `
(class_declaration name: (_) @name) @class
(function_declaration name: (_) @name) @function
(generator_function_declaration name: (_) @name) @function
(method_definition name: (_) @name) @function
(variable_declarator name: (identifier) @name value: ${VALUE})
(pair key: (property_identifier) @name value: ${VALUE})
(assignment_expression left: [(identifier) @name (member_expression property: (_) @name)] right: ${VALUE})
(function_expression name: (_) @name) @function`;

const MEMBER = '(pair key: (property_identifier) @name value: (_) @value)';
const BINDINGS = `
(variable_declarator name: (identifier) @owner value: (object ${MEMBER}))
(variable_declarator name: (identifier) @owner value: (call_expression arguments: (arguments (object ${MEMBER}))))
(variable_declarator name: (identifier) @name value: (_) @value)`;

/** JavaScript as tree-sitter-javascript 0.25 reads it. */
export const javascriptSyntax: Syntax = {
  callSites: new RegExp(`${SPAN_CALLS.source}|${NEST_CREATION.source}`, 'i'),
  scopeQuery: `${SCOPES}
(field_definition property: (_) @name value: ${VALUE})`,
  bindingQuery: `${BINDINGS}
(class_declaration name: (_) @owner
  body: (class_body (field_definition property: (_) @name value: (_) @value)))`,

  callQuery: `
(call_expression function: [(identifier) (super)] @callee) @call
(call_expression function: (member_expression property: (_) @name) @callee) @call
(call_expression function: (await_expression [(identifier) @name (member_expression property: (_) @name)]) @callee) @call
(new_expression constructor: [(identifier) @callee (member_expression property: (_) @name) @callee]) @call`,

  callAt([identifier, parent, ...around]) {
    if (!identifier || !parent || !CALLABLE_NAME.has(identifier.type)) return undefined;
    const member = parent.type === 'member_expression' && parent.childForFieldName('property')?.id === identifier.id;
    const callee = member ? parent : identifier;
    let called: Node = callee;
    let call = member ? around.shift() : parent;
    // With type arguments, `await a.b<T>()` is read as a call of `await a.b`.
    if (call?.type === 'await_expression') {
      called = call;
      call = around.shift();
    }
    if (call?.type !== 'call_expression' || call.childForFieldName('function')?.id !== called.id) return undefined;
    return { call, callee, identifier, name: identifier.text, around };
  },

  strength({ name, callee }) {
    if (API.has(name) || createsNest(callee)) return 'api';
    return soundsLikeSpan(name, callee.text) ? 'wrapper' : undefined;
  },

  nameArguments(found, strength) {
    if (createsNest(found.callee)) return [];
    const list = found.call.childForFieldName('arguments');
    if (list?.type !== 'arguments') return [];
    const all = childrenOf(list);
    const candidates = strength === 'api' ? all.slice(0, 1) : all;
    return candidates.flatMap((argument) => (argument.type === 'object' ? namesIn(argument) : [argument]));
  },

  defaultNames: ({ callee }) => (createsNest(callee) ? [[NEST_SPAN]] : []),

  evaluate(node, resolve) {
    const inner = unwrap(node);
    if (inner.type === 'ternary_expression') {
      return textsOfBranches(inner, (branch) => text(branch, resolve, 0));
    }
    return [text(inner, resolve, 0)];
  },

  coveredUntil: ({ call }) => call.endPosition.row,

  decorated({ around: [decorator] }) {
    if (decorator?.type !== 'decorator') return undefined;
    let next = decorator.nextNamedSibling;
    while (next && (next.type === 'decorator' || next.type === 'comment')) next = next.nextNamedSibling;
    return next?.type === 'method_definition' ? next : undefined;
  },
};

/** TypeScript and TSX as tree-sitter-typescript 0.23 reads them. */
export const typescriptSyntax: Syntax = {
  ...javascriptSyntax,
  callQuery: `${javascriptSyntax.callQuery}
(call_expression function: (non_null_expression [(identifier) @name (member_expression property: (_) @name)]) @callee) @call`,
  scopeQuery: `${SCOPES}
(public_field_definition name: (_) @name value: ${VALUE})`,
  bindingQuery: `
(variable_declarator name: (identifier) @owner value: (as_expression (object ${MEMBER})))
(variable_declarator name: (identifier) @owner value: (satisfies_expression (object ${MEMBER})))
(variable_declarator name: (identifier) @owner value: (satisfies_expression (as_expression (object ${MEMBER}))))
(enum_declaration name: (_) @owner body: (enum_body (enum_assignment name: (_) @name value: (_) @value)))
(class_declaration name: (_) @owner
  body: (class_body (public_field_definition name: (_) @name value: (_) @value)))
${BINDINGS}`,
};

function createsNest(callee: Node): boolean {
  return callee.text === 'NestFactory.create';
}

function unwrap(node: Node): Node {
  let inner = node;
  for (let depth = 0; depth < MAX_EXPRESSION_DEPTH && WRAPPERS.has(inner.type); depth++) {
    const next = childrenOf(inner)[0];
    if (!next) return inner;
    inner = next;
  }
  return inner;
}

function text(outer: Node, resolve: ResolveConstant, depth: number): SpanNameParts {
  if (depth > MAX_EXPRESSION_DEPTH) return UNKNOWN;
  const node = unwrap(outer);
  switch (node.type) {
    case 'string':
    case 'template_string':
      return stringParts(node, resolve, depth);
    case 'identifier':
      return resolve('', node.text) ?? UNKNOWN;
    case 'member_expression': {
      const owner = node.childForFieldName('object');
      const name = node.childForFieldName('property')?.text ?? '';
      if (owner?.type === 'this') return resolve('this', name) ?? UNKNOWN;
      return owner?.type === 'identifier' ? (resolve(owner.text, name) ?? UNKNOWN) : UNKNOWN;
    }
    case 'binary_expression':
      return textOfSum(node, (part) => text(part, resolve, depth + 1));
    default:
      return UNKNOWN;
  }
}

function stringParts(node: Node, resolve: ResolveConstant, depth: number): SpanNameParts {
  let parts: SpanNameParts = [''];
  for (const child of childrenOf(node)) {
    if (child.type === 'template_substitution') {
      parts = concat(
        parts,
        textWithin(child, (part) => text(part, resolve, depth + 1)),
      );
    } else if (child.type === 'escape_sequence') {
      parts = concat(parts, [unescapeSequence(child.text)]);
    } else {
      parts = concat(parts, [child.text]);
    }
  }
  return parts;
}

function namesIn(object: Node): Node[] {
  return childrenOf(object).flatMap((pair) => {
    const key = pair.type === 'pair' ? (pair.childForFieldName('key')?.text ?? '') : '';
    const value = pair.childForFieldName('value');
    return value && NAME_KEYS.has(key) ? [value] : [];
  });
}
