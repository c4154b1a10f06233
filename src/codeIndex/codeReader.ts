import treeSitter from '@vscode/tree-sitter-wasm';
import type { Query, QueryMatch, Tree } from '@vscode/tree-sitter-wasm';
import type { SpanStart } from '../core/source/rank.ts';
import { readFunctions, type FunctionRange } from './functionRanges.ts';
import { grammarFor, languageOf, type GrammarName, type Grammars } from './grammars.ts';
import { javascriptSyntax, typescriptSyntax } from './javascriptSyntax.ts';
import { pythonSyntax } from './pythonSyntax.ts';
import { MAX_DEPTH, mayStartSpans, SpanStartReader } from './spanStartReader.ts';
import type { MatchQuery, Syntax } from './syntax.ts';

/** Largest file that is parsed, in bytes; what is larger is generated. */
export const MAX_PARSED_BYTES = 1024 * 1024;

/** A file that takes longer to parse is no code a person wrote. */
const MAX_PARSE_MS = 1_000;
const MAX_QUERY_MS = 500;

const SYNTAX: Readonly<Record<GrammarName, Syntax>> = {
  python: pythonSyntax,
  javascript: javascriptSyntax,
  typescript: typescriptSyntax,
  tsx: typescriptSyntax,
};

/** Reads span starts and functions from the text of one file. */
export class CodeReader {
  readonly #grammars: Grammars;
  readonly #now: () => number;
  readonly #queries = new Map<string, Query>();

  /** `now`: milliseconds, monotonic; bounds the time a file may take. */
  constructor(grammars: Grammars, now: () => number) {
    this.#grammars = grammars;
    this.#now = now;
  }

  /** Calls that start spans, in order of their place; none for a file of no language we read. Rejects when it gives up. */
  async spanStarts(path: string, text: string): Promise<SpanStart[]> {
    const grammar = grammarFor(path);
    if (!grammar || !mayStartSpans(text)) return [];
    const syntax = SYNTAX[grammar];
    const read = (tree: Tree, matches: MatchQuery): SpanStart[] =>
      new SpanStartReader(path, text, languageOf(grammar), syntax, tree, matches).read(this.#now);
    return this.#parsed(grammar, text, read);
  }

  /** Named functions of the file, in order of their first line. */
  async functions(path: string, text: string): Promise<FunctionRange[]> {
    const grammar = grammarFor(path);
    if (!grammar || text.length > MAX_PARSED_BYTES) return [];
    const { scopeQuery } = SYNTAX[grammar];
    return this.#parsed(grammar, text, (_tree, matches) => readFunctions(matches(scopeQuery)));
  }

  #matches(tree: Tree, grammar: GrammarName, source: string): QueryMatch[] {
    const key = `${grammar}\n${source}`;
    const query = this.#queries.get(key) ?? new treeSitter.Query(tree.language, source);
    this.#queries.set(key, query);
    // Deep trees of unclosed brackets take a query minutes.
    const deadline = this.#now() + MAX_QUERY_MS;
    return query.matches(tree.rootNode, { maxStartDepth: MAX_DEPTH, progressCallback: () => this.#now() > deadline });
  }

  async #parsed<T>(grammar: GrammarName, text: string, read: (tree: Tree, matches: MatchQuery) => T): Promise<T> {
    const language = await this.#grammars.language(grammar);
    const parser = this.#grammars.parser(language);
    const deadline = this.#now() + MAX_PARSE_MS;
    parser.reset();
    const tree = parser.parse(text, null, { progressCallback: () => this.#now() > deadline });
    if (!tree) throw new Error(`not parsed in ${String(MAX_PARSE_MS)} ms`);
    try {
      return read(tree, (source) => this.#matches(tree, grammar, source));
    } finally {
      // Trees live in wasm memory, out of reach of the garbage collector.
      tree.delete();
    }
  }
}
