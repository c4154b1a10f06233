import type { AttributeValue } from '../model/attributes.ts';
import type { CallParameter, ModelCall, ModelItem, ShortenedValue } from '../model/modelCall.ts';
import type { LogDetails, SpanDetails } from '../model/span.ts';
import { meets, readCallFacts } from './callFacts.ts';
import { notesOf } from './callNotes.ts';
import { guessedSide } from './contentGuess.ts';
import { span, type Side } from './dialect.ts';
import { ITEM_CHARS, ItemList } from './itemList.ts';
import { conventionGroups, PARAMETER_PLACES, plainGroups, type NamedGroup } from './mergedTables.ts';
import type { MessageFacts } from './messageReader.ts';
import { isCallKey, isModelKey } from './modelKeys.ts';
import { ParameterList } from './requestReader.ts';
import { readRow } from './rowReader.ts';
import { ShorteningJudge } from './shortened.ts';
import { readTimeAndCost } from './timeAndCost.ts';
import { parseJson } from './valueDecoder.ts';
import { eventNameOf, ValueFinder, type Found } from './valueFinder.ts';

/** Log records and events that tell of a model call by their name alone. */
const MODEL_EVENT = /^gen_ai\./;
/** Guesses on each side; a span with more such keys has none of them as its content. */
const MAX_GUESSES = 8;

const CONVENTIONS: Readonly<Record<Side, readonly NamedGroup[]>> = {
  system: conventionGroups('system'),
  input: conventionGroups('input'),
  tools: conventionGroups('tools'),
  schema: conventionGroups('schema'),
  output: conventionGroups('output'),
};
const PLAIN = {
  input: (['beside', 'word', 'last'] as const).map((rank) => plainGroups('input', rank)),
  output: (['beside', 'word', 'last'] as const).map((rank) => plainGroups('output', rank)),
};

/** Log records that are read for a model call; a conversation has one a message. */
export const MODEL_LOGS = 1000;

/**
 * Reads a span as a model call: what went in and came out, with the key each piece was read from. `logs` are the records
 * joined to the span (content may be only there); `whole` fetches values that were shortened for a message. Null when
 * the span carries nothing of the kind. A traced function is read so too; its kind is `function`. Never throws on whatever attributes hold; nothing is shortened without `cut`.
 * Items are shortened to `itemChars` UTF-16 units.
 */
export function readModelCall(
  details: SpanDetails,
  logs: readonly LogDetails[],
  whole: (ref: string) => AttributeValue | undefined,
  itemChars = ITEM_CHARS,
): ModelCall | null {
  const evident =
    details.attributes.some(({ key }) => isModelKey(key) || isCallKey(key)) ||
    details.events.some(
      ({ name, attributes }) => MODEL_EVENT.test(name) || attributes.some(({ key }) => isModelKey(key)),
    ) ||
    logs.some((log) => MODEL_EVENT.test(eventNameOf(log)));
  return evident ? new CallReading(details, logs, whole, itemChars).run() : null;
}

class CallReading {
  readonly #details: SpanDetails;
  readonly #logs: readonly LogDetails[];
  readonly #finder: ValueFinder;
  readonly #judge: ShorteningJudge;
  readonly #inputFacts: MessageFacts = { finishReasons: [] };
  readonly #outputFacts: MessageFacts = { finishReasons: [] };
  readonly #dialects = new Set<string>();
  readonly #itemChars: number;

  constructor(
    details: SpanDetails,
    logs: readonly LogDetails[],
    whole: (ref: string) => AttributeValue | undefined,
    itemChars: number,
  ) {
    this.#details = details;
    this.#logs = logs;
    this.#finder = new ValueFinder(details, logs, whole);
    this.#judge = new ShorteningJudge(details);
    this.#itemChars = itemChars;
  }

  run(): ModelCall | null {
    const inputs = new ItemList(this.#itemChars);
    this.#firstOf('system', inputs);
    const typedInput = this.#firstOf('input', inputs);
    this.#plain('input', inputs, typedInput);
    const outputs = new ItemList(this.#itemChars);
    const typedOutput = this.#firstOf('output', outputs);
    this.#plain('output', outputs, typedOutput);
    const facts = readCallFacts(this.#finder, this.#details, this.#dialects);
    this.#guess('input', inputs);
    this.#guess('output', outputs);
    this.#firstOf('tools', inputs);
    this.#firstOf('schema', inputs);
    const parameters = this.#parameters();

    const finishReasons = facts.finishReasons.length > 0 ? facts.finishReasons : this.#outputFacts.finishReasons;
    const nothing =
      inputs.items.length === 0 &&
      outputs.items.length === 0 &&
      facts.tokens === undefined &&
      facts.confidence === undefined &&
      facts.operation === '' &&
      facts.kind === 'other' &&
      facts.model === '';
    if (nothing) return null;
    const found = facts.kind === 'retriever' ? outputs.items.map(asDocuments) : outputs.items;
    const { notes: timeNotes, ...timed } = readTimeAndCost(this.#details, facts.tokens?.output, this.#finder);
    const notes = [...notesOf(this.#details, this.#logs, facts.kind, inputs.items, found), ...timeNotes];
    return {
      ...facts,
      ...timed,
      finishReasons,
      inputs: inputs.items,
      outputs: found,
      ...(parameters.length === 0 ? {} : { parameters }),
      ...(notes.length === 0 ? {} : { notes }),
      dialects: [...this.#dialects],
      usedKeys: [...this.#finder.used],
    };
  }

  /** Reads the groups of a side in order until one adds an item. */
  #firstOf(side: Side, list: ItemList): boolean {
    return CONVENTIONS[side].some((group) => this.#group(group, list));
  }

  #plain(side: 'input' | 'output', list: ItemList, typed: boolean): void {
    const before = list.items.length;
    const [beside = [], words = [], last = []] = PLAIN[side];
    for (const group of beside) this.#group(group, list);
    if (!typed) for (const group of words) this.#group(group, list);
    if (list.items.length === before && !typed) for (const group of last) this.#group(group, list);
  }

  #group({ rows, only, dialect, side }: NamedGroup, list: ItemList): boolean {
    if (only !== undefined && !meets(only, this.#details)) return false;
    const before = list.items.length;
    let message: number | undefined;
    const facts = side === 'output' ? this.#outputFacts : this.#inputFacts;
    const messageOf = (): number => (message ??= list.nextMessage());
    for (const row of rows) {
      const found = this.#finder.find(row.place).map((one) => this.#judged(one));
      if (found.length > 0) readRow(row, found, list, facts, messageOf);
    }
    if (list.items.length === before) return false;
    this.#dialects.add(dialect);
    return true;
  }

  #judged(found: Found): Found {
    const shortened = this.#shortened(found);
    return shortened === undefined ? found : { ...found, shortened };
  }

  /** Only of a value that is here whole: what lacks of others is paged. */
  #shortened({ decoded, incomplete }: Found): ShortenedValue | undefined {
    return incomplete ? undefined : this.#judge.judge(decoded.text, decoded.form);
  }

  /** Offers keys that no table knows but that look like content, where there is no other. */
  #guess(side: 'input' | 'output', list: ItemList): void {
    if (list.items.length > 0) return;
    const keys: string[] = [];
    for (const key of this.#finder.keys) {
      if (!this.#finder.used.has(key) && guessedSide(key) === side) keys.push(key);
      if (keys.length > MAX_GUESSES) return;
    }
    for (const key of keys) {
      const found = this.#finder.at(key);
      if (found === undefined) continue;
      const guess = { ...this.#judged(found), guess: true as const };
      readRow(span(key, 'chat', lastWord(key)), [guess], list, this.#inputFacts, () => list.nextMessage());
    }
  }

  #parameters(): readonly CallParameter[] {
    const list = new ParameterList();
    for (const place of PARAMETER_PLACES) {
      const before = list.size;
      switch (place.in) {
        case 'json': {
          const decoded = this.#finder.at(place.key)?.decoded;
          if (decoded?.json !== undefined) list.addAll(decoded.parsed ?? parseJson(decoded.json), place.key);
          break;
        }
        case 'span': {
          const decoded = this.#finder.at(place.key)?.decoded;
          if (decoded !== undefined) list.add(place.name ?? lastWord(place.key), decoded.text, place.key);
          break;
        }
        case 'family':
          for (const key of this.#finder.keys) {
            if (!key.startsWith(place.prefix)) continue;
            const name = key.slice(place.prefix.length);
            if (!place.except.includes(name)) list.add(name, this.#finder.at(key)?.decoded.text, key);
          }
          break;
      }
      if (list.size > before) this.#dialects.add(place.dialect);
    }
    return list.parameters;
  }
}

/** What a retriever gives is documents, in whatever words. */
function asDocuments(item: ModelItem): ModelItem {
  return item.part === undefined && item.role === '' && item.json?.startsWith('[') === true
    ? { ...item, part: 'documents' }
    : item;
}

function lastWord(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}
