import type { WholeValue } from '../inference/valueDecoder.ts';
import { eventNameOf } from '../inference/valueFinder.ts';
import type { AttributeValue } from '../model/attributes.ts';
import type { ModelCall, ModelItem } from '../model/modelCall.ts';
import type { LogDetails, SpanDetails } from '../model/span.ts';
import { messagesOf, partOf } from '../steps/callMessages.ts';
import { placesIn, type DecodedPlace } from './decodedValues.ts';
import { matchText, type ValueMatch } from './matchValue.ts';
import type { SoughtValue } from './soughtValue.ts';

/** On which side of a span a value is; `arguments` and `result` are those of a tool. */
export type FoundSide = 'input' | 'output' | 'arguments' | 'result' | 'attribute' | 'event' | 'log' | 'name' | 'status';

/** A value in one place of a span. */
export interface FoundValue {
  readonly side: FoundSide;
  /** Attribute's key, or the name of the event or log record and the key in it. */
  readonly key: string;
  readonly path: string;
  /** Of a message: who says it, and the tool whose call or result it is. */
  readonly role: string;
  readonly tool: string;
  readonly match: ValueMatch;
  /** When it was there: at the span's end what came out of it. Nanoseconds from the span's start. */
  readonly atNs: number;
  /** Place of the input message it stands in, or -1. */
  readonly message: number;
  /** Places like it in the same message, this one too. */
  readonly count: number;
}

/** Places of one span that are told. */
const MOST_FOUND = 24;
/** Attributes that no table knows and that say of themselves that they are written at the end. */
const LATE_KEY =
  /(?:^|[._])(?:results?|responses?|outputs?|completions?|answers?|returns?|reply|predictions?)(?:$|[._])/i;

interface SideOfKey {
  readonly side: 'inputs' | 'outputs';
  readonly item: ModelItem | undefined;
}

/**
 * Where a span has what is sought: its attributes, its events and its log records, decoded; its name and status. What the
 * call's tables read as input or output is told as that. In the order of time at which the value was there.
 */
export function followSpan(
  details: SpanDetails,
  logs: readonly LogDetails[],
  call: ModelCall | null,
  whole: WholeValue,
  sought: SoughtValue,
): readonly FoundValue[] {
  const sides = new CallSides(call);
  const found: FoundValue[] = [];
  const end = details.end === '' ? 0 : details.durationNs;
  const isTool = call?.kind === 'tool';
  const add = (value: AttributeValue, key: string, from: string, plain: FoundSide, atNs: number): void => {
    for (const place of placesIn(value, whole, sought)) {
      const known = sides.of(from, place);
      const side =
        known === undefined
          ? plain
          : known.side === 'inputs'
            ? isTool
              ? 'arguments'
              : 'input'
            : isTool
              ? 'result'
              : 'output';
      const late = known === undefined ? plain === 'attribute' && LATE_KEY.test(key) : known.side === 'outputs';
      const item = known?.item;
      found.push({
        side,
        key,
        path: place.path,
        role: item?.role ?? '',
        tool: item && partOf(item) !== undefined ? (item.toolName ?? '') : '',
        match: place.match,
        atNs: plain === 'attribute' ? (late ? end : 0) : atNs,
        message: known?.side === 'inputs' && item ? sides.messageOf(item) : -1,
        count: 1,
      });
    }
  };
  const name = matchText(sought, details.name);
  if (name) found.push({ ...plainPlace('name', 'name', name), atNs: 0 });
  for (const { key, value } of details.attributes) add(value, key, key, 'attribute', 0);
  for (const event of details.events) {
    for (const { key, value } of event.attributes) {
      add(value, `${event.name} → ${key}`, `${event.name} → ${key}`, 'event', event.offsetNs);
    }
  }
  for (const log of logs) {
    const logName = eventNameOf(log);
    if (log.body.type !== 'empty')
      add(log.body, logName === '' ? 'body' : logName, `log → ${logName}`, 'log', log.offsetNs);
    for (const { key, value } of log.attributes)
      add(value, `${logName === '' ? 'log' : logName} → ${key}`, `log → ${key}`, 'log', log.offsetNs);
  }
  const status = details.status.message === '' ? undefined : matchText(sought, details.status.message);
  if (status) found.push({ ...plainPlace('status', 'status', status), atNs: end });
  return joinedPlaces(found);
}

function plainPlace(side: FoundSide, key: string, match: ValueMatch): Omit<FoundValue, 'atNs'> {
  return { side, key, path: '', role: '', tool: '', match, message: -1, count: 1 };
}

/** One place a message or key: the first, which says how many there are. */
function joinedPlaces(found: readonly FoundValue[]): readonly FoundValue[] {
  const groups = new Map<string, FoundValue>();
  for (const value of found) {
    const group = `${value.side}\n${value.key}\n${value.message}\n${value.tool}`;
    const known = groups.get(group);
    groups.set(group, known ? { ...known, count: known.count + 1 } : value);
  }
  return [...groups.values()].sort((a, b) => a.atNs - b.atNs).slice(0, MOST_FOUND);
}

/** By the place something was read from: which side of the call it is, and which item. */
class CallSides {
  readonly #items = new Map<string, SideOfKey>();
  readonly #keys = new Map<string, SideOfKey>();
  readonly #messages = new Map<ModelItem, number>();
  /** Beginnings of keys that were flattened, the longest first. */
  readonly #prefixes: readonly string[];

  constructor(call: ModelCall | null) {
    const prefixes: string[] = [];
    for (const side of ['outputs', 'inputs'] as const) {
      for (const item of call?.[side] ?? []) {
        const { from } = item;
        // Of several parts of one place none is the one; of one message the role is the same.
        if (!this.#items.has(from)) this.#items.set(from, { side, item });
        const base = from.replace(/(?:\[\d+\])+$/, '');
        if (!this.#keys.has(base)) this.#keys.set(base, { side, item: base === from ? item : undefined });
        const prefix = from.replace(/\.\*$/, '');
        prefixes.push(prefix);
        if (!this.#keys.has(prefix)) this.#keys.set(prefix, { side, item });
      }
    }
    this.#prefixes = [...new Set(prefixes)].sort((a, b) => b.length - a.length).slice(0, 2000);
    messagesOf(call?.inputs ?? []).forEach(({ items }, message) => {
      for (const place of items) {
        const item = call?.inputs[place];
        if (item) this.#messages.set(item, message);
      }
    });
    this.#call = call;
  }

  readonly #call: ModelCall | null;

  of(from: string, place: DecodedPlace): SideOfKey | undefined {
    const message = place.index < 0 ? undefined : this.#items.get(`${from}[${place.index}]`);
    if (message) return this.#part(message, place);
    const key = this.#keys.get(from) ?? this.#keys.get(from.replace(/ → .*$/, ' → *'));
    if (key) return this.#part(key, place);
    if (this.#call === null) return undefined;
    const prefix = this.#prefixes.find((one) => from.startsWith(`${one}.`));
    return prefix === undefined ? undefined : this.#keys.get(prefix);
  }

  messageOf(item: ModelItem): number {
    return this.#messages.get(item) ?? -1;
  }

  /** Of the parts of a message the one that has the match. */
  #part(found: SideOfKey, place: DecodedPlace): SideOfKey {
    const { item, side } = found;
    if (!item || this.#call === null) return found;
    const needle = place.match.text.slice(place.match.start, place.match.end);
    const same = this.#call[side].filter(({ from }) => from === item.from);
    const own =
      same.length < 2
        ? item
        : (same.find(({ text, json }) => text.includes(needle) || json?.includes(needle) === true) ?? item);
    return { side, item: own };
  }
}
