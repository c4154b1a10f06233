import type { Node } from '@vscode/tree-sitter-wasm';
import type { CodeConstant } from '../core/source/codeFacts.ts';
import type { SpanNameParts } from '../core/source/spanNamePattern.ts';
import type { MatchQuery, Syntax } from './syntax.ts';

const MAX_CONSTANT_CHAIN = 8;
const MAX_TEXT = 500;
const MAX_SHARED = 300;
const MAX_SHARED_TEXT = 100;
const SELF: ReadonlySet<string> = new Set(['self', 'cls', 'this']);

/** Texts of one file's constants and expressions, read when first asked for. */
export class Constants {
  readonly #syntax: Pick<Syntax, 'bindingQuery' | 'evaluate'>;
  readonly #matches: MatchQuery;
  readonly #resolving = new Set<string>();
  #bindings: Map<string, Node | null> | undefined;

  constructor(syntax: Pick<Syntax, 'bindingQuery' | 'evaluate'>, matches: MatchQuery) {
    this.#syntax = syntax;
    this.#matches = matches;
  }

  /** Constants whose texts may be names that other files use, members by their owner. */
  shared(): CodeConstant[] {
    const found: CodeConstant[] = [];
    this.#bindings ??= this.#readBindings();
    for (const [name, value] of this.#bindings) {
      if (name.startsWith('*') || !value?.type.includes('string') || found.length >= MAX_SHARED) continue;
      const text = this.textOf(value);
      if (text !== undefined && text.length <= MAX_SHARED_TEXT && /\p{L}/u.test(text)) found.push({ name, text });
    }
    return found;
  }

  /** The text of an expression, what is unknown in it as `{}`; undefined when all of it is, or it is no text. */
  textOf(node: Node | null | undefined): string | undefined {
    if (!node) return undefined;
    const [parts] = this.#syntax.evaluate(node, (owner, name) => this.resolve(owner, name));
    const text = parts?.join('{}');
    return text === undefined || (parts && parts.length > 1 && text === '{}') || text.length > MAX_TEXT
      ? undefined
      : text;
  }

  /** Text of a constant of this file; undefined when it is bound to different values or none is known. */
  resolve(owner: string, name: string): SpanNameParts | undefined {
    this.#bindings ??= this.#readBindings();
    const key = SELF.has(owner) ? `*.${name}` : owner === '' ? name : `${owner}.${name}`;
    const value = this.#bindings.get(key);
    if (!value || this.#resolving.has(key) || this.#resolving.size >= MAX_CONSTANT_CHAIN) return undefined;
    this.#resolving.add(key);
    try {
      const [parts] = this.#syntax.evaluate(value, (nextOwner, nextName) => this.resolve(nextOwner, nextName));
      return parts;
    } finally {
      this.#resolving.delete(key);
    }
  }

  /** Constants by `name`, `Owner.name` and, for `self.name`, `*.name`; null when bound to different values. */
  #readBindings(): Map<string, Node | null> {
    const bindings = new Map<string, Node | null>();
    const add = (key: string, value: Node): void => {
      const known = bindings.get(key);
      if (known === undefined) bindings.set(key, value);
      else if (known && known.text !== value.text) bindings.set(key, null);
    };
    const members = new Set<number>();
    for (const match of this.#matches(this.#syntax.bindingQuery)) {
      const node = (capture: string): Node | undefined => match.captures.find(({ name }) => name === capture)?.node;
      const [owner, name, value] = [node('owner'), node('name'), node('value')];
      if (!name || !value) continue;
      if (owner) {
        members.add(value.id);
        add(`${owner.text}.${name.text}`, value);
        add(`*.${name.text}`, value);
      } else if (!members.has(value.id)) {
        add(name.text, value);
      }
    }
    return bindings;
  }
}
