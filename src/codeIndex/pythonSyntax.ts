import type { Node } from '@vscode/tree-sitter-wasm';
import type { SpanNameParts } from '../core/source/spanNamePattern.ts';
import {
  childrenOf,
  concat,
  MAX_EXPRESSION_DEPTH,
  soundsLikeSpan,
  SPAN_CALLS,
  splitFormat,
  textWithin,
  UNKNOWN,
  type FoundCall,
  type ResolveConstant,
  type Syntax,
} from './syntax.ts';

const API: ReadonlySet<string> = new Set([
  'start_as_current_span',
  'start_span',
  'start_as_current_observation',
  'start_observation',
]);
/** Logfire's calls take a message template as the span's name. */
const LOGFIRE: ReadonlySet<string> = new Set(['span', 'instrument']);
const NAME_KEYWORDS: ReadonlySet<string> = new Set(['name', 'span_name', 'op', 'description', 'msg_template']);
const PERCENT = /%(?:\([^()]{0,100}\))?[-#0 +]{0,5}\d{0,5}(?:\.\d{0,5})?[diouxXeEfFgGcrsa]/;
const BRACES = /\{[^{}]{0,200}\}/;

/** Python as tree-sitter-python 0.25 reads it. */
export const pythonSyntax: Syntax = {
  callSites: SPAN_CALLS,
  scopeQuery: `
(function_definition name: (identifier) @name) @function
(class_definition name: (identifier) @name) @class
(decorated_definition definition: (_) @inner) @outer
((decorated_definition (decorator [(identifier) (attribute)] @decorator) definition: (_) @stub)
  (#match? @decorator "^(typing(_extensions)?\\\\.)?overload$"))`,
  bindingQuery: `
(class_definition name: (identifier) @owner
  body: (block (expression_statement (assignment left: (identifier) @name right: (_) @value))))
(assignment left: (identifier) @name right: (_) @value)`,

  callQuery: `
(call function: (identifier) @callee) @call
(call function: (attribute attribute: (identifier) @name) @callee) @call`,

  callAt([identifier, parent, ...around]) {
    if (!identifier || !parent) return undefined;
    const member = parent.type === 'attribute' && parent.childForFieldName('attribute')?.id === identifier.id;
    const callee = member ? parent : identifier;
    const call = member ? around.shift() : parent;
    if (call?.type !== 'call' || call.childForFieldName('function')?.id !== callee.id) return undefined;
    return { call, callee, identifier, name: identifier.text, around };
  },

  strength(found) {
    if (API.has(found.name) || isLogfire(found)) return 'api';
    return soundsLikeSpan(found.name, found.callee.text) ? 'wrapper' : undefined;
  },

  nameArguments(found, strength) {
    const list = found.call.childForFieldName('arguments');
    if (list?.type !== 'argument_list') return [];
    const positional: Node[] = [];
    const keyword: Node[] = [];
    for (const argument of list.namedChildren) {
      if (!argument || argument.type === 'comment') continue;
      if (argument.type !== 'keyword_argument') positional.push(argument);
      else if (NAME_KEYWORDS.has(argument.childForFieldName('name')?.text ?? '')) {
        const value = argument.childForFieldName('value');
        if (value) keyword.push(value);
      }
    }
    return strength === 'api' ? [...positional.slice(0, 1), ...keyword].slice(0, 1) : [...positional, ...keyword];
  },

  evaluate(node, resolve) {
    if (node.type === 'conditional_expression') {
      const [yes, , no] = node.namedChildren;
      return [yes, no].flatMap((branch) => (branch ? [text(branch, resolve, 0)] : []));
    }
    return [text(node, resolve, 0)];
  },

  coveredUntil({ call, around }) {
    const holder = around.find(({ type }) => type !== 'as_pattern' && type !== 'with_item' && type !== 'with_clause');
    const statement = holder?.type === 'decorator' ? around[around.indexOf(holder) + 1] : holder;
    const covers = statement?.type === 'with_statement' || statement?.type === 'decorated_definition';
    return (covers ? statement : call).endPosition.row;
  },

  decorated({ around: [decorator, holder] }) {
    if (decorator?.type !== 'decorator') return undefined;
    const definition = holder?.childForFieldName('definition');
    return definition?.type === 'function_definition' ? definition : undefined;
  },
};

/** For a Logfire call: the template as it stands in the source is the span's name, too. */
export function isLogfire(found: FoundCall): boolean {
  return LOGFIRE.has(found.name) && found.callee.childForFieldName('object')?.text === 'logfire';
}

function text(node: Node, resolve: ResolveConstant, depth: number): SpanNameParts {
  if (depth > MAX_EXPRESSION_DEPTH) return UNKNOWN;
  switch (node.type) {
    case 'string':
      return stringParts(node, resolve, depth);
    case 'concatenated_string':
      return childrenOf(node)
        .map((child) => text(child, resolve, depth + 1))
        .reduce(concat, ['']);
    case 'parenthesized_expression':
      return textWithin(node, (part) => text(part, resolve, depth + 1));
    case 'identifier':
      return resolve('', node.text) ?? UNKNOWN;
    case 'attribute': {
      const owner = node.childForFieldName('object');
      const name = node.childForFieldName('attribute')?.text ?? '';
      return owner?.type === 'identifier' ? (resolve(owner.text, name) ?? UNKNOWN) : UNKNOWN;
    }
    case 'binary_operator': {
      const left = node.childForFieldName('left');
      const right = node.childForFieldName('right');
      const operator = node.childForFieldName('operator')?.type;
      if (!left || !right) return UNKNOWN;
      if (operator === '%') return splitFormat(text(left, resolve, depth + 1), PERCENT);
      if (operator === '+') return concat(text(left, resolve, depth + 1), text(right, resolve, depth + 1));
      return UNKNOWN;
    }
    case 'call': {
      const callee = node.childForFieldName('function');
      const object = callee?.childForFieldName('object');
      if (callee?.childForFieldName('attribute')?.text !== 'format' || !object) return UNKNOWN;
      return splitFormat(text(object, resolve, depth + 1), BRACES);
    }
    default:
      return UNKNOWN;
  }
}

function stringParts(node: Node, resolve: ResolveConstant, depth: number): SpanNameParts {
  const prefix = (node.firstChild?.text ?? '').toLowerCase();
  if (prefix.includes('b')) return UNKNOWN;
  let parts: SpanNameParts = [''];
  for (const child of childrenOf(node)) {
    if (child.type === 'string_content') {
      const raw = child.text;
      const braces = prefix.includes('f') ? raw.replaceAll('{{', '{').replaceAll('}}', '}') : raw;
      parts = concat(parts, [prefix.includes('r') ? braces : unescape(braces)]);
    } else if (child.type === 'interpolation') {
      const expression = child.childForFieldName('expression');
      const known = expression?.type === 'identifier' || expression?.type === 'attribute';
      parts = concat(parts, known ? text(expression, resolve, depth + 1) : UNKNOWN);
    }
  }
  return parts;
}

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
};
const ESCAPE = /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|[\s\S])/g;

function unescape(content: string): string {
  return content.replace(ESCAPE, (whole, code: string) => {
    if (code.length > 1 && 'xuU'.includes(code[0] ?? '')) return character(parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return character(parseInt(code, 8));
    return SIMPLE[code] ?? ('\\\'"'.includes(code) ? code : whole);
  });
}

function character(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD';
}
