import { join } from 'node:path';
import treeSitter, { type Node } from '@vscode/tree-sitter-wasm';

const GRAMMARS: Readonly<Record<string, string>> = {
  py: 'python',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  ts: 'typescript',
  tsx: 'tsx',
  go: 'go',
  java: 'java',
  rs: 'rust',
  cs: 'c-sharp',
};

const FUNCTIONS = new Set([
  'function_definition',
  'function_declaration',
  'generator_function_declaration',
  'function_expression',
  'arrow_function',
  'method_definition',
  'method_declaration',
  'constructor_declaration',
  'local_function_statement',
  'lambda_expression',
  'anonymous_method_expression',
  'func_literal',
  'function_item',
  'closure_expression',
]);
const MARKS = new Set(['decorator', 'attribute_item']);

export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** Where functions begin and end, read here so that the resolver is not judged by itself. */
export class FunctionLines {
  readonly #grammarFolder: string;
  readonly #languages = new Map<string, Awaited<ReturnType<typeof treeSitter.Language.load>>>();
  #ready: Promise<void> | undefined;

  constructor(grammarFolder: string) {
    this.#grammarFolder = grammarFolder;
  }

  /** Lines (1-based, both included) of the innermost function at a line, with its decorators; undefined outside all. */
  async around(file: string, text: string, line: number): Promise<LineRange | undefined> {
    this.#ready ??= treeSitter.Parser.init({ locateFile: (name) => join(this.#grammarFolder, name) });
    await this.#ready;
    const grammar = GRAMMARS[file.slice(file.lastIndexOf('.') + 1)] ?? '';
    const language =
      this.#languages.get(grammar) ??
      (await treeSitter.Language.load(join(this.#grammarFolder, `tree-sitter-${grammar}.wasm`)));
    this.#languages.set(grammar, language);
    const parser = new treeSitter.Parser();
    parser.setLanguage(language);
    const tree = parser.parse(text);
    let found: LineRange | undefined;
    const visit = (node: Node): void => {
      const range = rangeOf(node);
      if (range.to < line || range.from > line) return;
      if (FUNCTIONS.has(node.type)) found = range;
      for (const child of node.namedChildren) if (child) visit(child);
    };
    if (tree) visit(tree.rootNode);
    tree?.delete();
    parser.delete();
    return found;
  }
}

function rangeOf(node: Node): LineRange {
  let first = node;
  if (node.parent?.type === 'decorated_definition') first = node.parent;
  for (
    let before = first.previousNamedSibling;
    before && MARKS.has(before.type);
    before = before.previousNamedSibling
  ) {
    first = before;
  }
  return { from: first.startPosition.row + 1, to: node.endPosition.row + 1 };
}
