import treeSitter from '@vscode/tree-sitter-wasm';
import type { Query, QueryMatch, Tree } from '@vscode/tree-sitter-wasm';
import type { BreakPlace } from '../protocol/insightApi.ts';
import type { TraceableFunction } from '../protocol/traceableFunctionsApi.ts';
import { CODE_FACTS_VERSION, type CodeCall, type CodeFacts } from '../core/source/codeFacts.ts';
import { breakPlaceAt } from './breakPlace.ts';
import { readCalls } from './callReader.ts';
import { Constants } from './constants.ts';
import { readDeclarations, type DeclarationSyntax } from './declarations.ts';
import { definitionsOf, functionsOf, readScopes, type FunctionRange, type Scope } from './functionRanges.ts';
import { grammarFor, languageOf, type GrammarName, type Grammars } from './grammars.ts';
import { goDeclarations } from './goDeclarations.ts';
import { goSyntax } from './goSyntax.ts';
import { javaDeclarations } from './javaDeclarations.ts';
import { javaSyntax } from './javaSyntax.ts';
import { rustDeclarations } from './rustDeclarations.ts';
import { rustSyntax } from './rustSyntax.ts';
import { csharpDeclarations } from './csharpDeclarations.ts';
import { csharpSyntax } from './csharpSyntax.ts';
import { javascriptDeclarations } from './javascriptDeclarations.ts';
import { javascriptSyntax, typescriptSyntax } from './javascriptSyntax.ts';
import { isNotebook, notebookCode } from './notebookCode.ts';
import { pythonDeclarations } from './pythonDeclarations.ts';
import { pythonSyntax } from './pythonSyntax.ts';
import { MAX_DEPTH, SpanStartReader } from './spanStartReader.ts';
import type { MatchQuery, Syntax } from './syntax.ts';
import { traceableFunctions, traceableQuery } from './traceableFunctions.ts';

/** Largest file that is parsed, in bytes; what is larger is generated. */
export const MAX_PARSED_BYTES = 1024 * 1024;
/** A notebook holds what its cells put out, too. */
const MAX_NOTEBOOK_BYTES = 8 * 1024 * 1024;

/** Largest file of this name that is read. */
export function maxBytesOf(path: string): number {
  return isNotebook(path) ? MAX_NOTEBOOK_BYTES : MAX_PARSED_BYTES;
}

/** A file that takes longer to parse and read is no code a person wrote. */
const MAX_FILE_MS = 1_000;
/** Deep trees of unclosed brackets take a query minutes. */
const MAX_QUERY_MS = 500;
/** Brackets open at once; a parser that is stopped in the middle of more takes seconds to let go of them. */
const MAX_OPEN = 2_000;

/** Files with what is called for spans, or with constants in capitals: of others no constants are kept. */
const SHARES_NAMES =
  /\bclass \w{0,30}(?:SPAN|Span)|(?:SPAN|Span)\w{0,30}\s{0,4}(?:=(?![=>])|\{|: (?:str|Final)\b)|^[ \t]{0,20}(?:[a-z]{2,10} ){0,4}(?:String )?[A-Z][A-Z0-9_]{2,60}\s{0,4}(?::[^=\n]{1,40})?=\s{0,4}["'`]/m;

const SYNTAX: Readonly<Record<GrammarName, Syntax>> = {
  python: pythonSyntax,
  javascript: javascriptSyntax,
  typescript: typescriptSyntax,
  tsx: typescriptSyntax,
  go: goSyntax,
  java: javaSyntax,
  rust: rustSyntax,
  'c-sharp': csharpSyntax,
};

const DECLARATIONS: Readonly<Record<GrammarName, DeclarationSyntax>> = {
  python: pythonDeclarations,
  javascript: javascriptDeclarations,
  typescript: javascriptDeclarations,
  tsx: javascriptDeclarations,
  go: goDeclarations,
  java: javaDeclarations,
  rust: rustDeclarations,
  'c-sharp': csharpDeclarations,
};

/** Reads facts, calls and functions from the text of one file. */
export class CodeReader {
  readonly #grammars: Grammars;
  readonly #now: () => number;
  readonly #queries = new Map<string, Query>();

  /** `now`: milliseconds that were worked, never fewer; bounds the time a file may take. */
  constructor(grammars: Grammars, now: () => number) {
    this.#grammars = grammars;
    this.#now = now;
  }

  /** What the index keeps of a file; undefined for one of no language we read. Rejects when it gives up. */
  async facts(path: string, given: string): Promise<CodeFacts | undefined> {
    const grammar = grammarFor(path);
    const text = codeIn(path, given);
    if (!grammar || text.length > MAX_PARSED_BYTES) return undefined;
    const syntax = SYNTAX[grammar];
    const language = languageOf(grammar);
    const facts = await this.#parsed(grammar, text, (tree, matches, deadline): CodeFacts => {
      const scopes = readScopes(matches(syntax.scopeQuery));
      const constants = new Constants(syntax, matches);
      const parsed = { tree, matches, constants, scopes, functions: functionsOf(scopes) };
      const starts = syntax.callSites.test(text)
        ? new SpanStartReader(text, language, syntax, parsed).read(this.#now, deadline)
        : [];
      return {
        version: CODE_FACTS_VERSION,
        language,
        module: syntax.moduleQuery === undefined ? '' : (matches(syntax.moduleQuery)[0]?.captures[0]?.node.text ?? ''),
        definitions: definitionsOf(scopes),
        spanStarts: starts,
        constants: SHARES_NAMES.test(text) ? constants.shared() : [],
        ...readDeclarations(text, DECLARATIONS[grammar], parsed, this.#now, deadline),
      };
    });
    // Cells are tried out and copied: what they define is nobody's to call.
    const kept = isNotebook(path)
      ? { ...facts, definitions: [], constants: [], routes: [], mounts: [], rpcs: [], tasks: [] }
      : facts;
    // Names are slices of the text, which they would keep in memory whole.
    return JSON.parse(JSON.stringify(kept)) as CodeFacts;
  }

  /** Named functions of the file, in order of their first line. */
  async functions(path: string, text: string): Promise<FunctionRange[]> {
    return this.#read(path, text, (scopes) => functionsOf(scopes));
  }

  /** Calls of the file, in order. */
  async calls(path: string, text: string): Promise<CodeCall[]> {
    return this.#read(path, text, (scopes, matches, { callQuery }) =>
      readCalls(matches(callQuery), functionsOf(scopes)),
    );
  }

  /**
   * Where a breakpoint for the call around a line belongs; undefined for a file of no language we read. Of a notebook, lines
   * count in its cell `cell`; undefined for one that has no Python.
   */
  async breakPlace(path: string, given: string, line: number, cell?: number): Promise<BreakPlace | undefined> {
    const grammar = grammarFor(path);
    const text = codeIn(path, given);
    let above = 0;
    if (isNotebook(path)) {
      const found = notebookCode(given)?.cells.find((each) => each.cell === cell);
      if (!found || line > found.lines) return undefined;
      above = found.firstLine - 1;
    }
    if (!grammar || text.length > MAX_PARSED_BYTES) return undefined;
    const language = languageOf(grammar);
    return this.#parsed(grammar, text, ({ rootNode }) => {
      const found = breakPlaceAt(rootNode, line + above, language !== 'python');
      return { ...found, line: found.line - above, language };
    });
  }

  /** Functions whose calls can be recorded; undefined for files where none can. */
  async traceableFunctions(path: string, text: string): Promise<TraceableFunction[] | undefined> {
    const grammar = grammarFor(path);
    const query = grammar && traceableQuery(grammar);
    if (!grammar || query === undefined || isNotebook(path) || text.length > MAX_PARSED_BYTES) return undefined;
    return this.#parsed(grammar, text, (_tree, matches) =>
      traceableFunctions(matches(SYNTAX[grammar].scopeQuery + query), grammar),
    );
  }

  async #read<T>(
    path: string,
    given: string,
    read: (scopes: Scope[], matches: MatchQuery, syntax: Syntax) => T[],
  ): Promise<T[]> {
    const grammar = grammarFor(path);
    const text = codeIn(path, given);
    if (!grammar || text.length > MAX_PARSED_BYTES) return [];
    const syntax = SYNTAX[grammar];
    return this.#parsed(grammar, text, (_tree, matches) =>
      read(readScopes(matches(syntax.scopeQuery)), matches, syntax),
    );
  }

  #matches(tree: Tree, grammar: GrammarName, source: string, fileDeadline: number): QueryMatch[] {
    const key = `${grammar}\n${source}`;
    const query = this.#queries.get(key) ?? new treeSitter.Query(tree.language, source);
    this.#queries.set(key, query);
    const deadline = Math.min(fileDeadline, this.#now() + MAX_QUERY_MS);
    return query.matches(tree.rootNode, { maxStartDepth: MAX_DEPTH, progressCallback: () => this.#now() > deadline });
  }

  /** `deadline`: when reading has to end, by the reader's clock. */
  async #parsed<T>(
    grammar: GrammarName,
    text: string,
    read: (tree: Tree, matches: MatchQuery, deadline: number) => T,
  ): Promise<T> {
    if (opensMoreThan(text, MAX_OPEN)) throw new Error(`more than ${String(MAX_OPEN)} brackets are open at once`);
    const language = await this.#grammars.language(grammar);
    const parser = this.#grammars.parser(language);
    const deadline = this.#now() + MAX_FILE_MS;
    parser.reset();
    const tree = parser.parse(text, null, { progressCallback: () => this.#now() > deadline });
    if (!tree) throw new Error(`not parsed in ${String(MAX_FILE_MS)} ms`);
    try {
      return read(tree, (source) => this.#matches(tree, grammar, source, deadline), deadline);
    } finally {
      // Trees live in wasm memory, out of reach of the garbage collector.
      tree.delete();
    }
  }
}

/** What is parsed of a file: all of it, or a notebook's code. */
function codeIn(path: string, text: string): string {
  return isNotebook(path) ? (notebookCode(text)?.code ?? '') : text;
}

/** Whether more brackets than this are open somewhere, by their characters alone. */
function opensMoreThan(text: string, most: number): boolean {
  let open = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x28:
      case 0x5b:
      case 0x7b:
        if (++open > most) return true;
        break;
      case 0x29:
      case 0x5d:
      case 0x7d:
        if (open > 0) open--;
    }
  }
  return false;
}
