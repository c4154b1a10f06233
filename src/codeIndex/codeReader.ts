import treeSitter from '@vscode/tree-sitter-wasm';
import type { Node, Query, Tree } from '@vscode/tree-sitter-wasm';
import type { SpanStart } from '../core/source/rank.ts';
import { isTelling, type SpanNameParts } from '../core/source/spanNamePattern.ts';
import { grammarFor, languageOf, type GrammarName, type Grammars } from './grammars.ts';
import { javascriptSyntax, typescriptSyntax } from './javascriptSyntax.ts';
import { isLogfire, pythonSyntax } from './pythonSyntax.ts';
import type { FoundCall, Syntax } from './syntax.ts';

/** A function and its lines, 1-based and inclusive. */
export interface FunctionRange {
  readonly name: string;
  readonly line: number;
  readonly endLine: number;
}

/** Largest file that is parsed, in bytes; what is larger is generated. */
export const MAX_PARSED_BYTES = 1024 * 1024;

// Longer names are data, not names.
const MAX_NAME = 300;
const MAX_CALL = 80;
const MAX_STARTS_PER_FILE = 5_000;
const MAX_FUNCTIONS_PER_FILE = 20_000;
/** Bounded repetitions: a megabyte of `spanspan…` must not be read a million times. */
const CALL_SITE = /(?:span|trace|instrument|observ)\w{0,40}\s{0,16}(?:\?\.)?[(<]/i;
const CALL_SITES = new RegExp(CALL_SITE, 'gi');

const SYNTAX: Readonly<Record<GrammarName, Syntax>> = {
  python: pythonSyntax,
  javascript: javascriptSyntax,
  typescript: typescriptSyntax,
  tsx: typescriptSyntax,
};

/** Whether the text calls anything that sounds like starting a span: the cheap test before parsing. */
export function mayStartSpans(text: string): boolean {
  return CALL_SITE.test(text);
}

/** Reads span starts and functions from the text of one file. */
export class CodeReader {
  readonly #grammars: Grammars;
  readonly #queries = new Map<string, Query>();

  constructor(grammars: Grammars) {
    this.#grammars = grammars;
  }

  /** Calls that start spans, in order of their place; none for a file of no language we read. */
  async spanStarts(path: string, text: string): Promise<SpanStart[]> {
    const grammar = grammarFor(path);
    if (!grammar || !mayStartSpans(text)) return [];
    return this.#parsed(grammar, text, (tree) => new SpanStartReader(this, grammar, path, text, tree.rootNode).read());
  }

  /** Functions of the file, in order of their first line; those without a name are left out. */
  async functions(path: string, text: string): Promise<FunctionRange[]> {
    const grammar = grammarFor(path);
    if (!grammar || text.length > MAX_PARSED_BYTES) return [];
    const syntax = SYNTAX[grammar];
    return this.#parsed(grammar, text, (tree) => {
      const found: FunctionRange[] = [];
      for (const node of this.captures(grammar, syntax.functionQuery, tree.rootNode, 'function')) {
        const name = syntax.functionName(node);
        if (name === '' || found.length >= MAX_FUNCTIONS_PER_FILE) continue;
        found.push({ name, line: node.startPosition.row + 1, endLine: node.endPosition.row + 1 });
      }
      return found;
    });
  }

  captures(grammar: GrammarName, source: string, root: Node, name: string): Node[] {
    return this.query(grammar, source, root)
      .captures(root)
      .filter((capture) => capture.name === name)
      .map((capture) => capture.node);
  }

  query(grammar: GrammarName, source: string, root: Node): Query {
    const key = `${grammar}\n${source}`;
    const query = this.#queries.get(key) ?? new treeSitter.Query(root.tree.language, source);
    this.#queries.set(key, query);
    return query;
  }

  async #parsed<T>(grammar: GrammarName, text: string, read: (tree: Tree) => T): Promise<T> {
    const language = await this.#grammars.language(grammar);
    const parser = this.#grammars.parser(language);
    parser.reset();
    const tree = parser.parse(text);
    if (!tree) throw new Error('the parser gave up');
    try {
      return read(tree);
    } finally {
      // Trees live in wasm memory, out of reach of the garbage collector.
      tree.delete();
    }
  }
}

class SpanStartReader {
  readonly #reader: CodeReader;
  readonly #grammar: GrammarName;
  readonly #syntax: Syntax;
  readonly #path: string;
  readonly #text: string;
  readonly #root: Node;
  readonly #starts: SpanStart[] = [];
  #bindings: Map<string, Node | null> | undefined;
  readonly #resolving = new Set<string>();

  constructor(reader: CodeReader, grammar: GrammarName, path: string, text: string, root: Node) {
    this.#reader = reader;
    this.#grammar = grammar;
    this.#syntax = SYNTAX[grammar];
    this.#path = path;
    this.#text = text;
    this.#root = root;
  }

  read(): SpanStart[] {
    const seen = new Set<number>();
    for (const match of this.#text.matchAll(CALL_SITES)) {
      const identifier = this.#root.descendantForIndex(match.index);
      const found = identifier && this.#syntax.callAt(identifier);
      if (!found || seen.has(found.call.id)) continue;
      seen.add(found.call.id);
      this.#readCall(found);
      if (this.#starts.length >= MAX_STARTS_PER_FILE) break;
    }
    return this.#starts;
  }

  #readCall(found: FoundCall): void {
    const strength = this.#syntax.strength(found);
    if (!strength) return;
    const names = this.#syntax
      .nameArguments(found, strength)
      .flatMap((argument) => this.#syntax.evaluate(argument, (owner, name) => this.#resolve(owner, name)));
    if (strength === 'api' && this.#grammar === 'python' && isLogfire(found)) {
      for (const template of [...names]) names.push(...logfireParts(template));
    }
    const kept = new Map<string, SpanNameParts>();
    for (const parts of names) {
      if (parts.join('').length > MAX_NAME || parts.join('') === '') continue;
      if (parts.length > 1 && !isTelling(parts)) continue;
      kept.set(parts.join('\0'), parts);
    }
    if (kept.size === 0) return;
    // In a chain over several lines the place is the line that says `startActiveSpan`.
    const { row, column } = found.identifier.startPosition;
    const start = found.callee.startPosition;
    const place = {
      path: this.#path,
      line: row + 1,
      column: (start.row === row ? start.column : column) + 1,
      endLine: this.#syntax.coveredUntil(found.call) + 1,
      functionName: this.#functionAround(found.call),
      call: found.callee.text.replace(/\s+/g, '').slice(0, MAX_CALL),
      strength,
      language: languageOf(this.#grammar),
    };
    for (const parts of kept.values()) this.#starts.push({ ...place, parts });
  }

  #functionAround(call: Node): string {
    const decorated = this.#syntax.decorated(call);
    if (decorated) return this.#syntax.functionName(decorated);
    for (let node = call.parent; node; node = node.parent) {
      if (!this.#syntax.isFunction(node)) continue;
      const name = this.#syntax.functionName(node);
      if (name !== '') return name;
    }
    return '';
  }

  /** Text of a constant of this file; undefined when it is bound to different values or none is known. */
  #resolve(owner: string, name: string): SpanNameParts | undefined {
    this.#bindings ??= this.#readBindings();
    const key = SELF.has(owner) ? `*.${name}` : owner === '' ? name : `${owner}.${name}`;
    const value = this.#bindings.get(key);
    if (!value || this.#resolving.has(key)) return undefined;
    this.#resolving.add(key);
    try {
      const [parts] = this.#syntax.evaluate(value, (nextOwner, nextName) => this.#resolve(nextOwner, nextName));
      return parts;
    } finally {
      this.#resolving.delete(key);
    }
  }

  #readBindings(): Map<string, Node | null> {
    const bindings = new Map<string, Node | null>();
    const add = (key: string, value: Node): void => {
      const known = bindings.get(key);
      if (known === undefined) bindings.set(key, value);
      else if (known?.text !== value.text) bindings.set(key, null);
    };
    const query = this.#reader.query(this.#grammar, this.#syntax.bindingQuery, this.#root);
    for (const match of query.matches(this.#root)) {
      const name = match.captures.find((capture) => capture.name === 'name')?.node;
      const value = match.captures.find((capture) => capture.name === 'value')?.node;
      if (!name || !value) continue;
      const binding = this.#syntax.binding(name, value);
      add(binding.owner === '' ? binding.name : `${binding.owner}.${binding.name}`, value);
      if (binding.owner !== '') add(`*.${binding.name}`, value);
    }
    return bindings;
  }
}

const SELF: ReadonlySet<string> = new Set(['self', 'cls', 'this']);

/** A Logfire message template matches as it stands and, when the message is the name, with its fields filled in. */
function logfireParts(template: SpanNameParts): SpanNameParts[] {
  const filled = template.flatMap((part) => part.split(/\{[^{}]{0,200}\}/));
  return filled.length > template.length ? [filled] : [];
}
