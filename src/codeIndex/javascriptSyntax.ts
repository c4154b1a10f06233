import type { Node } from '@vscode/tree-sitter-wasm';
import type { SpanNameParts } from '../core/source/spanNamePattern.ts';
import { concat, makesTracer, SOUNDS_LIKE_SPAN, UNKNOWN, type Syntax } from './syntax.ts';

const API: ReadonlySet<string> = new Set([
  'startActiveSpan',
  'startSpan',
  'startInactiveSpan',
  'startSpanManual',
  'startActiveObservation',
  'startObservation',
]);
const NAME_KEYS: ReadonlySet<string> = new Set(['name', 'spanName', 'op']);
const FUNCTIONS: ReadonlySet<string> = new Set([
  'function_declaration',
  'generator_function_declaration',
  'function_expression',
  'generator_function',
  'arrow_function',
  'method_definition',
]);
const MAX_DEPTH = 16;

type Resolve = (owner: string, name: string) => SpanNameParts | undefined;

const BINDINGS = `
(variable_declarator name: (identifier) @name value: (_) @value)
(pair key: (property_identifier) @name value: (_) @value)
`;
const CALLABLE_NAME: ReadonlySet<string> = new Set([
  'identifier',
  'property_identifier',
  'private_property_identifier',
]);

/** JavaScript and, with more bindings, TypeScript as tree-sitter 0.25 / 0.23 read them. */
export const javascriptSyntax: Syntax = {
  functionQuery: [...FUNCTIONS].map((type) => `(${type}) @function`).join('\n'),
  bindingQuery: `${BINDINGS}(field_definition property: (property_identifier) @name value: (_) @value)`,

  callAt(identifier) {
    if (!CALLABLE_NAME.has(identifier.type)) return undefined;
    const parent = identifier.parent;
    const member = parent?.type === 'member_expression' && parent.childForFieldName('property')?.id === identifier.id;
    const callee = member ? parent : identifier;
    const call = callee.parent;
    if (call?.type !== 'call_expression' || call.childForFieldName('function')?.id !== callee.id) return undefined;
    return { call, callee, identifier, name: identifier.text };
  },

  strength({ name }) {
    if (API.has(name)) return 'api';
    return SOUNDS_LIKE_SPAN.test(name) && !makesTracer(name) ? 'wrapper' : undefined;
  },

  nameArguments(found, strength) {
    const list = found.call.childForFieldName('arguments');
    if (list?.type !== 'arguments') return [];
    const all = children(list);
    const candidates = strength === 'api' ? all.slice(0, 1) : all;
    return candidates.flatMap((argument) => (argument.type === 'object' ? namesIn(argument) : [argument]));
  },

  evaluate(node, resolve) {
    const inner = unwrap(node);
    if (inner.type === 'ternary_expression') {
      const branches = [inner.childForFieldName('consequence'), inner.childForFieldName('alternative')];
      return branches.flatMap((branch) => (branch ? [text(branch, resolve, 0)] : []));
    }
    return [text(inner, resolve, 0)];
  },

  coveredUntil: (call) => call.endPosition.row,

  functionName(node) {
    const name = ownName(node);
    if (name === '') return '';
    for (let parent = node.parent; parent; parent = parent.parent) {
      if (FUNCTIONS.has(parent.type)) break;
      if (parent.type === 'class_declaration' || parent.type === 'class') {
        const owner = parent.childForFieldName('name')?.text ?? '';
        return owner === '' ? name : `${owner}.${name}`;
      }
    }
    return name;
  },

  isFunction: (node) => FUNCTIONS.has(node.type),

  decorated(call) {
    if (call.parent?.type !== 'decorator') return undefined;
    let next = call.parent.nextNamedSibling;
    while (next && (next.type === 'decorator' || next.type === 'comment')) next = next.nextNamedSibling;
    return next && FUNCTIONS.has(next.type) ? next : undefined;
  },

  binding(name, value) {
    let owner = '';
    const holder = name.parent?.parent;
    if (holder?.type === 'object') {
      let outer = holder.parent;
      while (outer && WRAPPERS.has(outer.type)) outer = outer.parent;
      if (outer?.type === 'variable_declarator') owner = outer.childForFieldName('name')?.text ?? '';
      else owner = '?';
    } else if (holder?.type === 'class_body' || holder?.type === 'enum_declaration') {
      owner = (holder.type === 'class_body' ? holder.parent : holder)?.childForFieldName('name')?.text ?? '?';
    } else if (holder?.type === 'enum_body') {
      owner = holder.parent?.childForFieldName('name')?.text ?? '?';
    }
    return { owner, name: name.text, value };
  },
};

/** TypeScript and TSX. */
export const typescriptSyntax: Syntax = {
  ...javascriptSyntax,
  bindingQuery: `${BINDINGS}
(public_field_definition name: (property_identifier) @name value: (_) @value)
(enum_assignment name: (property_identifier) @name value: (_) @value)`,
};

const WRAPPERS: ReadonlySet<string> = new Set([
  'as_expression',
  'satisfies_expression',
  'parenthesized_expression',
  'non_null_expression',
]);

function unwrap(node: Node): Node {
  let inner = node;
  for (let depth = 0; depth < MAX_DEPTH && WRAPPERS.has(inner.type); depth++) {
    const next = children(inner)[0];
    if (!next) return inner;
    inner = next;
  }
  // Object.freeze({...}) and the like
  return inner;
}

function text(outer: Node, resolve: Resolve, depth: number): SpanNameParts {
  if (depth > MAX_DEPTH) return UNKNOWN;
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
    case 'binary_expression': {
      const left = node.childForFieldName('left');
      const right = node.childForFieldName('right');
      if (!left || !right || node.childForFieldName('operator')?.type !== '+') return UNKNOWN;
      return concat(text(left, resolve, depth + 1), text(right, resolve, depth + 1));
    }
    default:
      return UNKNOWN;
  }
}

function stringParts(node: Node, resolve: Resolve, depth: number): SpanNameParts {
  let parts: SpanNameParts = [''];
  for (const child of children(node)) {
    if (child.type === 'template_substitution') {
      const inner = children(child)[0];
      parts = concat(parts, inner ? text(inner, resolve, depth + 1) : UNKNOWN);
    } else if (child.type === 'escape_sequence') {
      parts = concat(parts, [unescape(child.text)]);
    } else {
      parts = concat(parts, [child.text]);
    }
  }
  return parts;
}

const SIMPLE: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\0' };

function unescape(sequence: string): string {
  const code = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\})$/.exec(sequence);
  if (code) {
    const value = parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16);
    return value <= 0x10ffff ? String.fromCodePoint(value) : '\uFFFD';
  }
  const rest = sequence.slice(1);
  if (/^[\r\n\u2028\u2029]/.test(rest)) return '';
  return SIMPLE[rest] ?? rest;
}

function namesIn(object: Node): Node[] {
  return children(object).flatMap((pair) => {
    const key = pair.type === 'pair' ? (pair.childForFieldName('key')?.text ?? '') : '';
    const value = pair.childForFieldName('value');
    return value && NAME_KEYS.has(key) ? [value] : [];
  });
}

/** The name a function is declared with or bound to. */
function ownName(node: Node): string {
  const name = node.childForFieldName('name')?.text;
  if (name !== undefined) return name;
  let parent = node.parent;
  while (parent && WRAPPERS.has(parent.type)) parent = parent.parent;
  switch (parent?.type) {
    case 'variable_declarator':
    case 'public_field_definition':
      return parent.childForFieldName('name')?.text ?? '';
    case 'field_definition':
      return parent.childForFieldName('property')?.text ?? '';
    case 'pair':
      return parent.childForFieldName('key')?.text ?? '';
    case 'assignment_expression': {
      const left = parent.childForFieldName('left');
      return left?.childForFieldName('property')?.text ?? (left?.type === 'identifier' ? left.text : '');
    }
    default:
      return '';
  }
}

function children(node: Node): Node[] {
  return node.namedChildren.filter((child): child is Node => child !== null && child.type !== 'comment');
}
