import type { Attribute, AttributeValue, CutValue } from '../model/attributes.ts';
import type { CallParameter, ModelCall, ModelPart } from '../model/modelCall.ts';
import type { LogDetails, SpanDetails, SpanEvent } from '../model/span.ts';
import { readCallFacts, type AttributeLookup } from './callFacts.ts';
import {
  INPUT_GROUPS,
  OUTPUT_GROUPS,
  PARAMETER_PLACES,
  PLAIN_INPUTS,
  PLAIN_OUTPUTS,
  SCHEMA_GROUPS,
  SYSTEM_GROUPS,
  TOOL_GROUPS,
  type Group,
  type PlainKeys,
  type Row,
  type Shape,
} from './dialects.ts';
import { field, isFields } from './fields.ts';
import { ITEM_CHARS, ItemList, type ItemContent, type ItemSource } from './itemList.ts';
import { readMessage, readMessages, readParts, type MessageFacts } from './messageReader.ts';
import { isModelKey } from './modelKeys.ts';
import { ParameterList, readOutputSchema, readTools } from './requestReader.ts';
import { decodeValue, flattenedElements, parseJson, unflattenedJson, type DecodedValue } from './valueDecoder.ts';

/** Log records and events that tell of a model call by their name alone. */
const MODEL_EVENT = /^gen_ai\./;

/**
 * Reads a span as a model call: what went in and came out, with the key each piece was read from. `logs` are the records
 * joined to the span (content may be only there); `whole` fetches values that were shortened for a message. Null when
 * the span carries nothing of the kind. Never throws on whatever attributes hold; nothing is shortened without `cut`.
 * Items are shortened to `itemChars` UTF-16 units.
 */
export function readModelCall(
  details: SpanDetails,
  logs: readonly LogDetails[],
  whole: (ref: string) => AttributeValue | undefined,
  itemChars = ITEM_CHARS,
): ModelCall | null {
  const evident =
    details.attributes.some(({ key }) => isModelKey(key)) ||
    details.events.some(
      ({ name, attributes }) => MODEL_EVENT.test(name) || attributes.some(({ key }) => isModelKey(key)),
    ) ||
    logs.some((log) => MODEL_EVENT.test(eventNameOf(log)));
  return evident ? new CallReading(details, logs, whole, itemChars).run() : null;
}

/** One value found in a place. */
interface Found extends ItemSource {
  readonly decoded: DecodedValue;
  /** Role that the event's name tells. */
  readonly role?: string;
}

class CallReading {
  readonly #details: SpanDetails;
  readonly #logs: readonly LogDetails[];
  readonly #whole: (ref: string) => AttributeValue | undefined;
  readonly #byKey = new Map<string, AttributeValue>();
  readonly #used = new Set<string>();
  readonly #facts: MessageFacts = { finishReasons: [] };
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
    this.#whole = whole;
    this.#itemChars = itemChars;
    for (const { key, value } of details.attributes) if (!this.#byKey.has(key)) this.#byKey.set(key, value);
  }

  run(): ModelCall | null {
    const inputs = new ItemList(this.#itemChars);
    this.#firstOf(SYSTEM_GROUPS, inputs);
    const typedInput = this.#firstOf(INPUT_GROUPS, inputs);
    this.#plain(PLAIN_INPUTS, inputs, typedInput);
    this.#firstOf(TOOL_GROUPS, inputs);
    this.#firstOf(SCHEMA_GROUPS, inputs);
    const parameters = this.#parameters();
    const outputs = new ItemList(this.#itemChars);
    const typedOutput = this.#firstOf(OUTPUT_GROUPS, outputs);
    this.#plain(PLAIN_OUTPUTS, outputs, typedOutput);

    const facts = readCallFacts(this.#lookup(), this.#details.name, this.#whole);
    const finishReasons = facts.finishReasons.length > 0 ? facts.finishReasons : this.#facts.finishReasons;
    const nothing =
      inputs.items.length === 0 &&
      outputs.items.length === 0 &&
      facts.tokens === undefined &&
      facts.confidence === undefined &&
      facts.operation === '' &&
      facts.kind === 'other' &&
      facts.model === '';
    return nothing
      ? null
      : {
          ...facts,
          finishReasons,
          inputs: inputs.items,
          outputs: outputs.items,
          ...(parameters.length === 0 ? {} : { parameters }),
          dialects: [...this.#dialects],
          usedKeys: [...this.#used],
        };
  }

  #lookup(): AttributeLookup {
    return {
      keys: this.#byKey.keys(),
      has: (key) => this.#byKey.has(key),
      take: (key) => {
        this.#used.add(key);
        return this.#byKey.get(key);
      },
    };
  }

  /** Reads the groups in order until one adds an item. */
  #firstOf(groups: readonly Group[], list: ItemList): boolean {
    const before = list.items.length;
    for (const { dialect, rows } of groups) {
      for (const row of rows) this.#row(row, list);
      if (list.items.length === before) continue;
      this.#dialects.add(dialect);
      return true;
    }
    return false;
  }

  #parameters(): readonly CallParameter[] {
    const list = new ParameterList();
    for (const place of PARAMETER_PLACES) {
      switch (place.in) {
        case 'json': {
          const value = this.#byKey.get(place.key);
          if (value === undefined) break;
          this.#used.add(place.key);
          const { json } = decodeValue(value, this.#whole);
          if (json !== undefined) list.addAll(parseJson(json), place.key);
          break;
        }
        case 'family':
          for (const [key, value] of this.#byKey) {
            if (!key.startsWith(place.prefix)) continue;
            const name = key.slice(place.prefix.length);
            if (place.except.includes(name)) continue;
            this.#used.add(key);
            list.add(name, decodeValue(value, this.#whole).text, key);
          }
          break;
      }
    }
    return list.parameters;
  }

  #plain(keys: PlainKeys, list: ItemList, typed: boolean): void {
    const before = list.items.length;
    for (const row of keys.always) this.#row(row, list);
    if (!typed) for (const row of keys.otherwise) this.#row(row, list);
    if (list.items.length === before && !typed) for (const row of keys.last) this.#row(row, list);
  }

  #row(row: Row, list: ItemList): void {
    const found = this.#find(row);
    if (row.shape === 'documents') this.#documents(row, found, list);
    else for (const one of found) this.#read(row, one, list);
  }

  #read(row: Row, found: Found, list: ItemList): void {
    const { decoded } = found;
    const role = found.role ?? row.role;
    const parsed = decoded.json === undefined ? undefined : parseJson(decoded.json);
    switch (row.shape) {
      case 'messages':
        if (parsed === undefined || !readMessages(parsed, found, role, list, this.#facts)) {
          this.#value(row, found, list);
        }
        break;
      case 'messageBody':
        if (parsed === undefined) this.#value(row, found, list);
        else readMessage(parsed, found, role, list, this.#facts);
        break;
      case 'parts':
        readParts(parsed ?? decoded.text, found, role, list);
        break;
      case 'embeddingText':
      case 'embeddingVector': {
        const wanted = row.shape === 'embeddingText' ? 'text' : 'vector';
        const value = field(field(parsed, 'embedding') ?? parsed, wanted);
        if (value !== undefined) this.#json(row, found, list, value);
        break;
      }
      case 'tools':
        if (parsed !== undefined) readTools(parsed, found, list);
        break;
      case 'outputSchema':
        if (parsed !== undefined) readOutputSchema(parsed, found, list);
        break;
      case 'documents':
      case 'features':
      case 'value':
        this.#value(row, found, list);
        break;
    }
  }

  #value(row: Row, found: Found, list: ItemList): void {
    const { text, json } = found.decoded;
    const unwrapped = row.place.in === 'flattened' && json !== undefined ? unwrap(parseJson(json)) : undefined;
    if (unwrapped !== undefined) this.#json(row, found, list, unwrapped);
    else if (text !== '' || found.incomplete) {
      list.add(found, { ...kindOf(row, found), text, ...(json === undefined ? {} : { json }) });
    }
  }

  #json(row: Row, found: Found, list: ItemList, value: unknown): void {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const structured = typeof value === 'object' && value !== null;
    list.add(found, { ...kindOf(row, found), text, ...(structured ? { json: text } : {}) });
  }

  /** All documents as one list; each by itself when the list came in pieces and is too long for one item. */
  #documents(row: Row, found: readonly Found[], list: ItemList): void {
    const [first] = found;
    if (first === undefined) return;
    if (row.place.in !== 'flattened') {
      const parsed = first.decoded.json === undefined ? undefined : parseJson(first.decoded.json);
      const label = Array.isArray(parsed) ? `${row.label} (${parsed.length})` : row.label;
      for (const one of found) this.#value({ ...row, label }, one, list);
      return;
    }
    const documents = found.map(({ decoded }) => documentJson(decoded.json ?? ''));
    const json = `[${documents.join(',')}]`;
    const incomplete = found.some((one) => one.incomplete);
    if (json.length <= this.#itemChars && !incomplete) {
      const source: ItemSource = { from: `${row.place.prefix}.*`, form: 'structured', incomplete };
      const { role } = row;
      list.add(source, { role, label: `${row.label} (${documents.length})`, text: json, json, part: 'documents' });
    } else {
      found.forEach((one, i) => {
        const json = documents[i] ?? '';
        list.add(one, { role: row.role, label: 'document', text: json, json, part: 'documents' });
      });
    }
  }

  #find(row: Row): readonly Found[] {
    const { place } = row;
    switch (place.in) {
      case 'span': {
        const value = this.#byKey.get(place.key);
        if (value === undefined) return [];
        this.#used.add(place.key);
        return [this.#found(value, place.key)];
      }
      case 'flattened':
        return flattenedElements(this.#details.attributes, place.prefix).map(({ key, attributes }) => {
          for (const { key: rest } of attributes) this.#used.add(rest === '' ? key : `${key}.${rest}`);
          return this.#together(attributes, key);
        });
      case 'family': {
        const start = `${place.prefix}.`;
        const members = this.#details.attributes.filter(({ key }) => key.startsWith(start));
        if (members.length === 0) return [];
        for (const { key } of members) this.#used.add(key);
        const below = members.map(({ key, value }) => ({ key: key.slice(start.length), value }));
        return [this.#together(below, `${place.prefix}.*`)];
      }
      case 'event':
        return this.#details.events
          .filter(({ name }) => Object.hasOwn(place.events, name))
          .flatMap((event) => withRole(this.#inEvent(event, place.key), place.events[event.name]));
      case 'log':
        return this.#logs
          .filter((log) => Object.hasOwn(place.events, eventNameOf(log)))
          .flatMap((log) => withRole(this.#inLog(log, place.key), place.events[eventNameOf(log)]));
    }
  }

  #inEvent(event: SpanEvent, key: string): readonly Found[] {
    const attribute = event.attributes.find((one) => one.key === key);
    if (attribute !== undefined) return [this.#found(attribute.value, `${event.name} \u2192 ${key}`)];
    return event.attributes.length === 0 ? [] : [this.#together(event.attributes, `${event.name} \u2192 *`)];
  }

  #inLog(log: LogDetails, key: string): readonly Found[] {
    if (key === '') {
      return log.body.type === 'empty' ? [] : [this.#found(log.body, `log \u2192 ${eventNameOf(log)}`)];
    }
    const attribute = log.attributes.find((one) => one.key === key) ?? entryOf(log.body, key);
    return attribute === undefined ? [] : [this.#found(attribute.value, `log \u2192 ${key}`)];
  }

  #found(value: AttributeValue, from: string): Found {
    const decoded = decodeValue(value, this.#whole);
    const page = decoded.cut ?? cutOf(value);
    return {
      from,
      form: decoded.form,
      decoded,
      incomplete: decoded.cut !== undefined,
      ...(page === undefined ? {} : { page }),
    };
  }

  /** Several attributes as one structure. Paging goes to the longest of them. */
  #together(attributes: readonly Attribute[], from: string): Found {
    const [only] = attributes;
    if (only?.key === '' && attributes.length === 1) return this.#found(only.value, from);
    let missing: CutValue | undefined;
    const json = unflattenedJson(attributes, this.#whole, (cut) => (missing ??= cut));
    const page = missing ?? longest(attributes.map(({ value }) => cutOf(value)));
    return {
      from,
      form: 'structured',
      decoded: { text: json, form: 'structured', json },
      incomplete: missing !== undefined,
      ...(page === undefined ? {} : { page }),
    };
  }
}

/** What the items of a row are. */
const PARTS: Partial<Record<Shape, ModelPart>> = {
  documents: 'documents',
  embeddingVector: 'embedding',
  features: 'features',
};

function kindOf(row: Row, found: Found): Pick<ItemContent, 'role' | 'label' | 'part'> {
  const part = PARTS[row.shape];
  return { role: found.role ?? row.role, label: row.label, ...(part === undefined ? {} : { part }) };
}

function withRole(found: readonly Found[], role: string | undefined): readonly Found[] {
  return role === undefined || role === '' ? found : found.map((one) => ({ ...one, role }));
}

function eventNameOf(log: LogDetails): string {
  if (log.eventName !== '') return log.eventName;
  const attribute = log.attributes.find(({ key }) => key === 'event.name');
  return attribute?.value.type === 'string' ? attribute.value.value : '';
}

function entryOf(body: AttributeValue, key: string): Attribute | undefined {
  return body.type === 'kvlist' ? body.entries.find((entry) => entry.key === key) : undefined;
}

function cutOf(value: AttributeValue): CutValue | undefined {
  return value.type === 'string' || value.type === 'bytes' ? value.cut : undefined;
}

function longest(cuts: readonly (CutValue | undefined)[]): CutValue | undefined {
  let found: CutValue | undefined;
  for (const cut of cuts) if (cut !== undefined && cut.totalBytes > (found?.totalBytes ?? -1)) found = cut;
  return found;
}

/** `{"prompt":{"text":"x"}}` → `x`: flattened lists wrap each element in a name of its own. */
function unwrap(value: unknown): unknown {
  let inner = value;
  while (isFields(inner)) {
    const values = Object.values(inner);
    if (values.length !== 1) return inner;
    inner = values[0];
  }
  return inner;
}

/** A flattened document without its wrapper, `metadata` as the structure its JSON text holds. */
function documentJson(json: string): string {
  const parsed = parseJson(json);
  const document = field(parsed, 'document') ?? parsed;
  if (!isFields(document)) return json;
  const { metadata } = document;
  const structure = typeof metadata === 'string' ? parseJson(metadata) : undefined;
  return JSON.stringify(isFields(structure) ? { ...document, metadata: structure } : document);
}
