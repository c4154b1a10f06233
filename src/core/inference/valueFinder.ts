import type { Attribute, AttributeValue, CutValue } from '../model/attributes.ts';
import type { LogDetails, SpanDetails, SpanEvent } from '../model/span.ts';
import type { Place } from './dialect.ts';
import type { ItemSource } from './itemList.ts';
import { decodeValue, flattenedElements, unflattenedJson, type DecodedValue, type WholeValue } from './valueDecoder.ts';

/** One value found in a place. */
export interface Found extends ItemSource {
  readonly decoded: DecodedValue;
  /** Role that the event's name tells. */
  readonly role?: string;
  /** What stood there, where it is one value. */
  readonly value?: AttributeValue;
}

/** Finds the values of places on a span, its events and its log records, and remembers which keys were of use. */
export class ValueFinder {
  readonly #details: SpanDetails;
  readonly #logs: readonly LogDetails[];
  readonly #whole: WholeValue;
  readonly #byKey = new Map<string, AttributeValue>();
  readonly #atKey = new Map<string, Found>();
  readonly #used = new Set<string>();

  constructor(details: SpanDetails, logs: readonly LogDetails[], whole: WholeValue) {
    this.#details = details;
    this.#logs = logs;
    this.#whole = whole;
    for (const { key, value } of details.attributes) if (!this.#byKey.has(key)) this.#byKey.set(key, value);
  }

  get used(): ReadonlySet<string> {
    return this.#used;
  }

  /** Keys of the span, each once. */
  get keys(): Iterable<string> {
    return this.#byKey.keys();
  }

  /** The first attribute of the span with this key; marks it as used. */
  at(key: string): Found | undefined {
    const value = this.#byKey.get(key);
    if (value === undefined) return undefined;
    this.#used.add(key);
    const known = this.#atKey.get(key);
    if (known !== undefined) return known;
    const found = this.#found(value, key);
    this.#atKey.set(key, found);
    return found;
  }

  find(place: Place): readonly Found[] {
    switch (place.in) {
      case 'span': {
        const found = this.at(place.key);
        return found === undefined ? [] : [found];
      }
      case 'flattened':
        return flattenedElements(this.#details.attributes, place.prefix).map(({ key, attributes }) => {
          for (const { key: rest } of attributes) this.#used.add(rest === '' ? key : `${key}.${rest}`);
          return this.#together(attributes, key);
        });
      case 'family':
        return this.#below(place.prefix, (rest) => (place.except?.includes(rest) === true ? undefined : rest));
      case 'members': {
        const end = `.${place.field}`;
        return this.#below(place.prefix, (rest) => (rest.endsWith(end) ? rest.slice(0, -end.length) : undefined));
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

  /** The attributes below a prefix, by the names that `nameOf` gives them, as one object. */
  #below(prefix: string, nameOf: (rest: string) => string | undefined): readonly Found[] {
    const start = `${prefix}.`;
    const below: Attribute[] = [];
    for (const [key, value] of this.#byKey) {
      const name = key.startsWith(start) ? nameOf(key.slice(start.length)) : undefined;
      if (name === undefined) continue;
      this.#used.add(key);
      below.push({ key: name, value });
    }
    return below.length === 0 ? [] : [this.#together(below, `${prefix}.*`)];
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
      value,
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

/** Name of an event that is a log record: its own field, or (older) an attribute. */
export function eventNameOf(log: LogDetails): string {
  if (log.eventName !== '') return log.eventName;
  const attribute = log.attributes.find(({ key }) => key === 'event.name');
  return attribute?.value.type === 'string' ? attribute.value.value : '';
}

function withRole(found: readonly Found[], role: string | undefined): readonly Found[] {
  return role === undefined || role === '' ? found : found.map((one) => ({ ...one, role }));
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
