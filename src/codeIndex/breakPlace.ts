import type { Node } from '@vscode/tree-sitter-wasm';

/** Where a breakpoint for a span belongs, and what can be named there. Lines from 1. */
export interface FoundBreakPlace {
  readonly line: number;
  /** Parameters and variables that have a value when the line is reached, innermost first, each once. */
  readonly names: readonly string[];
}

const FUNCTIONS = new Set([
  'function_definition',
  'function_declaration',
  'generator_function_declaration',
  'function_expression',
  'generator_function',
  'arrow_function',
  'method_definition',
  'method_declaration',
  'constructor_declaration',
  'func_literal',
  'lambda_expression',
  'function_item',
  'closure_expression',
  'local_function_statement',
  'anonymous_method_expression',
]);

/** Fields of declarations, in all grammars, that hold the names they give. */
const DECLARED: Readonly<Record<string, string>> = {
  // Python
  assignment: 'left',
  for_statement: 'left',
  named_expression: 'name',
  // JavaScript and TypeScript, Java, C#
  variable_declarator: 'name',
  enhanced_for_statement: 'name',
  foreach_statement: 'left',
  // Go
  short_var_declaration: 'left',
  var_spec: 'name',
  range_clause: 'left',
  // Rust
  let_declaration: 'pattern',
  for_expression: 'pattern',
};
const BLOCKS = new Set([
  'block',
  'statement_block',
  'constructor_body',
  'for_statement',
  'for_in_statement',
  'for_expression',
  'foreach_statement',
  'enhanced_for_statement',
  'catch_clause',
  'if_statement',
  'if_expression',
  'switch_section',
]);
const IDENTIFIERS = new Set(['identifier', 'shorthand_property_identifier_pattern', 'shorthand_field_identifier']);
/** Fields of parameters and patterns that are no names they give. */
const NOT_NAMES = new Set(['value', 'type', 'right', 'key', 'default_value', 'return_type', 'attributes']);
const MAX_NAMES = 100;
const MAX_DEPTH = 200;

/**
 * The line a debugger should stop at to see the call that line `line` belongs to: the first of a function's body when the
 * function (or its decorator) begins there, else the line itself. Python's blocks are no scopes.
 */
export function breakPlaceAt(root: Node, line: number, blocksAreScopes: boolean): FoundBreakPlace {
  const row = line - 1;
  const around = functionsAround(root, row);
  const inner = around.at(-1);
  const body = inner?.childForFieldName('body') ?? undefined;
  const first = body && firstStatement(body);
  // From its first line, decorators included, to the line its body begins in, a function is only declared.
  const isHead =
    inner !== undefined && first !== undefined && row < first.startPosition.row && row <= headEnd(inner, body);
  const at = isHead ? first.startPosition.row : row;
  const names = new Set<string>();
  for (const each of around.toReversed()) namesIn(each, at, blocksAreScopes, names);
  return { line: at + 1, names: [...names].slice(0, MAX_NAMES) };
}

/** Functions around a row, outermost first; one whose decorator stands there, too. */
function functionsAround(root: Node, row: number): Node[] {
  const found: Node[] = [];
  let node: Node | undefined = root;
  for (let depth = 0; node && depth < MAX_DEPTH; depth++) {
    if (FUNCTIONS.has(node.type)) found.push(node);
    const covering = childrenOf(node).filter(
      ({ startPosition, endPosition }) => startPosition.row <= row && row <= endPosition.row,
    );
    if (node.type === 'decorated_definition') {
      const definition = node.childForFieldName('definition');
      node = definition ?? undefined;
      continue;
    }
    // On a line with several, the one that goes on below: `app.get('/x', (request) => {`.
    node = covering.find((child) => child.endPosition.row > row || covering.length === 1) ?? covering.at(-1);
  }
  return found;
}

function headEnd(node: Node, body: Node | undefined): number {
  return Math.max(node.startPosition.row, body?.startPosition.row ?? 0);
}

/** Docstrings are no statements to stop at. */
function firstStatement(body: Node): Node | undefined {
  const statements = childrenOf(body).filter(
    ({ type }) => type !== 'comment' && type !== 'line_comment' && type !== 'block_comment',
  );
  const [first] = statements;
  const isText = first?.type === 'expression_statement' && childrenOf(first)[0]?.type === 'string';
  return isText ? statements[1] : first;
}

function namesIn(scope: Node, row: number, blocksAreScopes: boolean, names: Set<string>): void {
  for (const field of ['parameters', 'parameter']) {
    const parameters = scope.childForFieldName(field);
    if (parameters) for (const each of parametersOf(parameters)) bind(each, names, 0);
  }
  const body = scope.childForFieldName('body');
  if (body) declaredIn(body, row, blocksAreScopes, names, 0);
}

function parametersOf(node: Node): Node[] {
  return IDENTIFIERS.has(node.type) ? [node] : childrenOf(node);
}

function declaredIn(node: Node, row: number, blocksAreScopes: boolean, names: Set<string>, depth: number): void {
  if (depth > MAX_DEPTH || node.startPosition.row >= row || names.size >= MAX_NAMES) return;
  if (FUNCTIONS.has(node.type)) return;
  // What a block declared went with it.
  if (blocksAreScopes && BLOCKS.has(node.type) && node.endPosition.row < row) return;
  const field = DECLARED[node.type];
  const declared = field === undefined ? [] : node.childrenForFieldName(field);
  // A value that is still being computed has no name yet; what a loop or a `with` names has one in its body.
  const isDone = node.endPosition.row < row || /^for|^enhanced_for|^foreach/.test(node.type);
  if (isDone) for (const each of declared) if (each) bind(each, names, 0);
  if (node.type === 'as_pattern_target') bind(node, names, 0);
  for (const child of childrenOf(node)) declaredIn(child, row, blocksAreScopes, names, depth + 1);
}

/** The names that a parameter or a pattern gives. */
function bind(node: Node, names: Set<string>, depth: number): void {
  if (IDENTIFIERS.has(node.type)) {
    names.add(node.text);
    return;
  }
  // `self.x`, `a[0]` name what is there already.
  if (
    depth > 8 ||
    /^(attribute|subscript|member_expression|selector_expression|index_expression|field_access|call$|type$)/.test(
      node.type,
    )
  )
    return;
  const named = [
    ...node.childrenForFieldName('name'),
    ...node.childrenForFieldName('pattern'),
    ...(node.type === 'pair_pattern' ? node.childrenForFieldName('value') : []),
  ].filter((each) => each !== null);
  if (named.length > 0) {
    for (const each of named) bind(each, names, depth + 1);
    return;
  }
  for (let index = 0; index < node.childCount; index++) {
    const child = node.child(index);
    const field = node.fieldNameForChild(index);
    if (child?.isNamed === true && !(field !== null && NOT_NAMES.has(field))) bind(child, names, depth + 1);
    // `typed_parameter` of Python: the name, then its type.
    if (node.type === 'typed_parameter' && child?.isNamed === true) return;
  }
}

function childrenOf(node: Node): Node[] {
  return node.namedChildren.filter((child): child is Node => child !== null);
}
