import type { CodeConstant, SpanStart } from '../core/source/codeFacts.ts';
import { addTo, removeFrom } from './multiMap.ts';

interface Held {
  readonly constants: readonly CodeConstant[];
  readonly starts: readonly SpanStart[];
}

/** Span starts that are named by a constant of another file, found by the constant's text. */
export class ConstantTable {
  readonly #byFile = new Map<string, Held>();
  /** Names of constants by their text; one for each file that has it. */
  readonly #names = new Map<string, Set<CodeConstant>>();
  /** By the constant's last name. */
  readonly #starts = new Map<string, Set<SpanStart>>();

  set(path: string, constants: readonly CodeConstant[], starts: readonly SpanStart[]): void {
    if (constants.length === 0 && starts.length === 0) return;
    this.#byFile.set(path, { constants, starts });
    for (const constant of constants) addTo(this.#names, constant.text, constant);
    for (const start of starts) addTo(this.#starts, namesOf(start.constant).at(-1) ?? '', start);
  }

  delete(path: string): void {
    const held = this.#byFile.get(path);
    if (!held) return;
    this.#byFile.delete(path);
    for (const constant of held.constants) removeFrom(this.#names, constant.text, constant);
    for (const start of held.starts) removeFrom(this.#starts, namesOf(start.constant).at(-1) ?? '', start);
  }

  clear(): void {
    this.#byFile.clear();
    this.#names.clear();
    this.#starts.clear();
  }

  /** Starts whose constant has this text somewhere: `SPANS.recent` is one only of an owner `SPANS`. */
  matching(text: string): SpanStart[] {
    const found = new Map<SpanStart, SpanStart>();
    for (const { name } of this.#names.get(text) ?? []) {
      const [owner, own] = name.includes('.') ? name.split('.') : ['', name];
      for (const start of this.#starts.get(own ?? '') ?? []) {
        const written = namesOf(start.constant).at(-2);
        if (owner === '' || written === undefined || owner === written) found.set(start, { ...start, parts: [text] });
      }
    }
    return [...found.values()];
  }
}

function namesOf(constant: string | undefined): string[] {
  return (constant ?? '').split(/\.|::/);
}
