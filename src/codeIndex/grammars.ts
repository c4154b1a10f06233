import { join } from 'node:path';
import treeSitter from '@vscode/tree-sitter-wasm';
import type { Language, Parser } from '@vscode/tree-sitter-wasm';
import type { SourceLanguage } from '../core/source/affinity.ts';

/** A tree-sitter grammar and the language it stands for. */
export type GrammarName = 'python' | 'javascript' | 'typescript' | 'tsx' | 'go' | 'java' | 'rust' | 'c-sharp';

const GRAMMAR_BY_EXTENSION: ReadonlyMap<string, GrammarName> = new Map([
  ['py', 'python'],
  ['ipynb', 'python'],
  ['js', 'javascript'],
  ['mjs', 'javascript'],
  ['cjs', 'javascript'],
  ['jsx', 'javascript'],
  ['ts', 'typescript'],
  ['mts', 'typescript'],
  ['cts', 'typescript'],
  ['tsx', 'tsx'],
  ['go', 'go'],
  ['java', 'java'],
  ['rs', 'rust'],
  ['cs', 'c-sharp'],
]);

/** The grammar that reads a file, by its extension; undefined for files that hold no running code we know. */
export function grammarFor(path: string): GrammarName | undefined {
  if (/\.d\.[mc]?ts$/i.test(path)) return undefined;
  const dot = path.lastIndexOf('.');
  return dot < 0 ? undefined : GRAMMAR_BY_EXTENSION.get(path.slice(dot + 1).toLowerCase());
}

/** The language of a grammar, as spans are told apart by it. */
export function languageOf(grammar: GrammarName): SourceLanguage {
  if (grammar === 'tsx') return 'typescript';
  return grammar === 'c-sharp' ? 'csharp' : grammar;
}

// The wasm runtime is one per process: a second init would replace it under living parsers.
let runtime: Promise<void> | undefined;

/** Grammars by name, each loaded when first used. */
export class Grammars {
  readonly #folder: string;
  readonly #languages = new Map<GrammarName, Promise<Language>>();
  #parser: Parser | undefined;

  /** `folder` holds `tree-sitter.wasm` and `tree-sitter-<grammar>.wasm`, as the npm package lays them out. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Loads a grammar. Rejects when its file is missing or of an incompatible version. */
  async language(name: GrammarName): Promise<Language> {
    runtime ??= treeSitter.Parser.init({ locateFile: (file) => join(this.#folder, file) });
    try {
      await runtime;
    } catch (error) {
      runtime = undefined;
      throw error;
    }
    const loaded = this.#languages.get(name);
    if (loaded) return loaded;
    const loading = treeSitter.Language.load(join(this.#folder, `tree-sitter-${name}.wasm`));
    this.#languages.set(name, loading);
    loading.catch(() => this.#languages.delete(name));
    return loading;
  }

  /** The one parser, set to a loaded language; parsing is synchronous, so it is never used twice at a time. */
  parser(language: Language): Parser {
    this.#parser ??= new treeSitter.Parser();
    return this.#parser.setLanguage(language);
  }
}
