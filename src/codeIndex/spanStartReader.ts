import type { Node, Tree } from '@vscode/tree-sitter-wasm';
import type { SourceLanguage } from '../core/source/affinity.ts';
import type { CodeSpanStart } from '../core/source/codeFacts.ts';
import { isTelling, type SpanNameParts } from '../core/source/spanNamePattern.ts';
import type { Constants } from './constants.ts';
import type { FunctionRange, Scope } from './functionRanges.ts';
import { isLogfire } from './pythonSyntax.ts';
import type { FoundCall, MatchQuery, Syntax } from './syntax.ts';

// Longer names are data, not names.
const MAX_NAME = 300;
const MAX_CALL = 80;
const CONSTANT = /^(?:[\w$]{1,60}(?:\.|::)){1,4}[\w$]{2,60}$|^[A-Z][A-Z0-9_]{2,60}$/;
const MAX_STARTS = 5_000;
/** Code nested deeper is generated; walking down to each of its calls would take minutes. */
export const MAX_DEPTH = 400;

/** A file's tree, its functions, and how to ask more of it. */
export interface ParsedFile {
  readonly tree: Tree;
  readonly matches: MatchQuery;
  readonly constants: Constants;
  readonly scopes: readonly Scope[];
  readonly functions: readonly FunctionRange[];
}

/** Reads the span starts of one parsed file. */
export class SpanStartReader {
  readonly #text: string;
  readonly #language: SourceLanguage;
  readonly #syntax: Syntax;
  readonly #tree: Tree;
  readonly #constants: Constants;
  readonly #starts: CodeSpanStart[] = [];
  readonly #functions: readonly FunctionRange[];

  constructor(text: string, language: SourceLanguage, syntax: Syntax, parsed: ParsedFile) {
    this.#text = text;
    this.#language = language;
    this.#syntax = syntax;
    this.#tree = parsed.tree;
    this.#constants = parsed.constants;
    this.#functions = parsed.functions;
  }

  /** Throws when it is not done by `deadline`. */
  read(now: () => number, deadline: number): CodeSpanStart[] {
    const seen = new Set<number>();
    for (const match of this.#text.matchAll(new RegExp(this.#syntax.callSites, 'gi'))) {
      if (now() > deadline) throw new Error('its span starts were not read in time');
      const path = this.#pathTo(match.index + (match[1]?.length ?? 0));
      const found = path && this.#syntax.callAt(path);
      if (!found || seen.has(found.call.id)) continue;
      seen.add(found.call.id);
      this.#readCall(found);
      if (this.#starts.length >= MAX_STARTS) break;
    }
    return this.#starts;
  }

  /** The leaf at an offset and the nodes around it, innermost first; undefined below the deepest level looked at. */
  #pathTo(index: number): Node[] | undefined {
    const leaf = this.#tree.rootNode.descendantForIndex(index);
    if (!leaf) return undefined;
    const path = [this.#tree.rootNode];
    for (let node = path[0]; node && node.id !== leaf.id;) {
      node = node.childWithDescendant(leaf) ?? undefined;
      if (!node || path.length > MAX_DEPTH) return undefined;
      path.push(node);
    }
    return path.reverse();
  }

  #readCall(found: FoundCall): void {
    const strength = this.#syntax.strength(found);
    if (!strength) return;
    const functionName = this.#functionAround(found);
    const said = this.#syntax.nameArguments(found, strength);
    const names = said.flatMap((argument) =>
      this.#syntax.evaluate(argument, (owner, name) => this.#constants.resolve(owner, name)),
    );
    if (said.length === 0) names.push(...(this.#syntax.defaultNames?.(found, functionName) ?? []));
    if (this.#language === 'python' && isLogfire(found)) {
      for (const template of [...names]) names.push(...logfireParts(template));
    }
    const kept = new Map<string, SpanNameParts>();
    for (const parts of names) {
      const length = parts.reduce((sum, part) => sum + part.length, 0);
      if (length === 0 || length > MAX_NAME || (parts.length > 1 && !isTelling(parts))) continue;
      kept.set(parts.join('\0'), parts);
    }
    // A name in another file: a member, or a constant by its capitals, where a parameter would have none.
    const constant = kept.size === 0 && strength === 'api' ? said[0]?.text.slice(0, MAX_NAME) : undefined;
    const elsewhere = constant !== undefined && CONSTANT.test(constant);
    if (kept.size === 0 && !elsewhere) return;
    // In a chain over several lines the place is the line that says `startActiveSpan`; what a decorator of JavaScript starts
    // is the method below it, as a launched program's spans say.
    const decorated = isJavaScript(this.#language)
      ? this.#syntax.decorated(found)?.childForFieldName('name')
      : undefined;
    const { row, column } = (decorated ?? found.identifier).startPosition;
    const start = (decorated ?? found.callee).startPosition;
    const place = {
      line: row + 1,
      column: (start.row === row ? start.column : column) + 1,
      endLine: this.#syntax.coveredUntil(found) + 1,
      functionName,
      call: found.callee.text
        .slice(0, MAX_CALL * 4)
        .replace(/\s+/g, '')
        .slice(0, MAX_CALL),
      strength,
    };
    for (const parts of kept.values()) this.#starts.push({ ...place, parts });
    if (elsewhere) this.#starts.push({ ...place, parts: [], constant });
  }

  #functionAround(found: FoundCall): string {
    const at = this.#syntax.decorated(found)?.startIndex ?? found.call.startIndex;
    let name = '';
    // In order of their start: the last one that holds the call is the innermost.
    for (const range of this.#functions) {
      if (range.start > at) break;
      if (at < range.end) name = range.name;
    }
    return name;
  }
}

function isJavaScript(language: string): boolean {
  return language === 'javascript' || language === 'typescript' || language === 'tsx';
}

/** A Logfire message template matches as it stands and, when the message is the name, with its fields filled in. */
function logfireParts(template: SpanNameParts): SpanNameParts[] {
  const filled = template.flatMap((part) => part.split(/\{[^{}]{0,200}\}/));
  return filled.length > template.length ? [filled] : [];
}
