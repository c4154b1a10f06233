import type { AttributeValue } from '../model/attributes.ts';
import { readAnyValue, WHOLE } from '../otlp/anyValue.ts';
import { FieldCursor } from '../otlp/fieldCursor.ts';
import { encodeUtf8 } from '../otlp/jsonUtf8.ts';
import { decodeUtf8 } from '../otlp/utf8.ts';
import type { Segment } from '../store/segment.ts';
import type { StoreState } from '../store/storeState.ts';
import { SegmentStep } from './columnSteps.ts';
import type { AttributeHome } from './filterExpression.ts';
import { PAUSE_EVERY, type FilterStep } from './filterStep.ts';
import { BySegment } from './segmentSpans.ts';
import type { ValueTest } from './valueTest.ts';

/** The table of a segment's keys may be full, and longer keys are never in it. */
const MAX_KEYS = 16_384;
const MAX_KEY_BYTES = 256;
const ATTRIBUTES = 9;
const EVENTS = 11;
const EVENT_NAME = 2;
const EVENT_ATTRIBUTES = 3;
const RESOURCE_ATTRIBUTES = 1;
/** What was seen of a key: a value under it, under a key that ends with it; and whether one of them fitted. */
const SEEN = 1;
const FITS = 2;
const SEEN_AT_END = 4;
const FITS_AT_END = 8;

/** Whether any value under the key is one that counts; without a test it is enough that one is there. */
export interface AttributeQuestion {
  readonly home: AttributeHome;
  readonly key: string;
  readonly test: ValueTest | undefined;
  /** No value may fit, and there must be one. */
  readonly isNegative: boolean;
}

/**
 * Asks the attributes of each span, read from its bytes. A key stands for itself; where a span has none of that name, for
 * keys that end with it behind a dot (`documents` finds `retrieval.documents`). Segments without such a key are passed over.
 */
export function attributeStep(state: StoreState, question: AttributeQuestion): FilterStep {
  const reader = new AttributeReader(question);
  return new SegmentStep(state, { cost: 40, pauseEvery: PAUSE_EVERY }, (segment, index) =>
    reader.holds(segment, index),
  );
}

interface KeysOfSegment {
  /** Keys there were when it was looked through, and whether one of them is it. */
  count: number;
  has: boolean;
  /** By resource: what was seen there. */
  readonly resources: Map<number, number>;
}

class AttributeReader {
  readonly #question: AttributeQuestion;
  readonly #key: Uint8Array;
  readonly #unitNs: number;
  readonly #segments = new BySegment((): KeysOfSegment => ({ count: 0, has: false, resources: new Map() }));

  constructor(question: AttributeQuestion) {
    this.#question = question;
    this.#key = encodeUtf8(question.key);
    this.#unitNs = unitNsOf(question.key);
  }

  holds(segment: Segment, index: number): boolean {
    const { home } = this.#question;
    let seen = home === 'any' || home === 'resource' ? this.#inResource(segment, index) : 0;
    if (home !== 'resource' && this.#mayBeIn(segment)) seen |= this.#inSpan(segment, index);
    const [has, fits] = (seen & SEEN) !== 0 ? [SEEN, FITS] : [SEEN_AT_END, FITS_AT_END];
    if ((seen & has) === 0) return false;
    return ((seen & fits) !== 0) !== this.#question.isNegative;
  }

  #mayBeIn(segment: Segment): boolean {
    if (this.#key.length >= MAX_KEY_BYTES) return true;
    if (this.#question.home === 'event' && this.#question.key === 'name') return true;
    const known = this.#segments.of(segment);
    const { strings } = segment.keys;
    if (strings.count >= MAX_KEYS) return true;
    for (; !known.has && known.count < strings.count; known.count++) {
      known.has = this.#matchKey(strings.arena, strings.starts[known.count]!, strings.starts[known.count + 1]!) !== 0;
    }
    return known.has;
  }

  #inResource(segment: Segment, index: number): number {
    const { resources } = this.#segments.of(segment);
    const resource = segment.origins.get(segment.spans.origin[index]!, 0);
    let seen = resources.get(resource);
    if (seen === undefined) {
      const { bytes, start, end } = segment.resources.message(resource);
      seen = this.#inFields(bytes, start, end, RESOURCE_ATTRIBUTES);
      resources.set(resource, seen);
    }
    return seen;
  }

  #inSpan(segment: Segment, index: number): number {
    const { home } = this.#question;
    const { bytes, start, end } = segment.spanRange(index);
    let seen = home === 'event' ? 0 : this.#inFields(bytes, start, end, ATTRIBUTES);
    if (home === 'span') return seen;
    const cursor = new FieldCursor(bytes, start, end);
    while (cursor.next()) {
      if (cursor.field !== EVENTS) continue;
      seen |= this.#inFields(bytes, cursor.start, cursor.end, EVENT_ATTRIBUTES);
      if (home === 'event' && this.#question.key === 'name') seen |= this.#eventName(cursor.inside());
    }
    return seen;
  }

  /** `event.name` is the event's name. */
  #eventName(cursor: FieldCursor): number {
    let name: AttributeValue = { type: 'string', value: '' };
    while (cursor.next()) {
      if (cursor.field === EVENT_NAME)
        name = { type: 'string', value: decodeUtf8(cursor.bytes, cursor.start, cursor.end) };
    }
    return this.#seen(name, SEEN, FITS);
  }

  #inFields(bytes: Uint8Array, start: number, end: number, field: number): number {
    let seen = 0;
    const cursor = new FieldCursor(bytes, start, end);
    while (cursor.next()) {
      if (cursor.field === field) seen |= this.#inKeyValue(bytes, cursor.start, cursor.end);
    }
    return seen;
  }

  #inKeyValue(bytes: Uint8Array, start: number, end: number): number {
    let match = 0;
    let valueStart = -1;
    let valueEnd = -1;
    // Key first with a short length is how every exporter writes it: most keys are refused here.
    if (bytes[start] === 0x0a && bytes[start + 1]! < 0x80) {
      const keyEnd = start + 2 + bytes[start + 1]!;
      match = this.#matchKey(bytes, start + 2, keyEnd);
      if (match === 0 && bytes[keyEnd] === 0x12) return 0;
    }
    const cursor = new FieldCursor(bytes, start, end);
    while (cursor.next()) {
      if (cursor.field === 1) match = this.#matchKey(bytes, cursor.start, cursor.end);
      else if (cursor.field === 2) [valueStart, valueEnd] = [cursor.start, cursor.end];
    }
    if (match === 0) return 0;
    const value: AttributeValue = valueStart < 0 ? { type: 'empty' } : readAnyValue(bytes, valueStart, valueEnd, WHOLE);
    return match === 1 ? this.#seen(value, SEEN, FITS) : this.#seen(value, SEEN_AT_END, FITS_AT_END);
  }

  /** 1: it is the key, 2: it ends with it behind a dot. */
  #matchKey(bytes: Uint8Array, start: number, end: number): 0 | 1 | 2 {
    const key = this.#key;
    const rest = end - start - key.length;
    if (rest < 0 || (rest > 0 && bytes[end - key.length - 1] !== 0x2e)) return 0;
    for (let at = 0; at < key.length; at++) if (bytes[end - key.length + at] !== key[at]) return 0;
    return rest === 0 ? 1 : 2;
  }

  #seen(value: AttributeValue, seen: number, fits: number): number {
    const { test } = this.#question;
    return test === undefined || valueFits(value, test, this.#unitNs) ? seen | fits : seen;
  }
}

/** Whether a value, or one inside it, fits. */
export function valueFits(value: AttributeValue, test: ValueTest, unitNs: number): boolean {
  switch (value.type) {
    case 'string':
      return test.text(value.value);
    case 'bool':
      return test.text(String(value.value));
    case 'int':
      return test.number(Number(value.value), unitNs);
    case 'double':
      return test.number(Number(value.value), unitNs);
    case 'array':
      return value.values.some((each) => valueFits(each, test, unitNs));
    case 'kvlist':
      return value.entries.some((entry) => valueFits(entry.value, test, unitNs));
    case 'bytes':
    case 'empty':
      return false;
  }
}

/** The unit in which a number under this key counts time, by the key's end; seconds, OpenTelemetry's own, when it says nothing. */
function unitNsOf(key: string): number {
  const end = /(?:[._-]|^)(ns|nanos(?:econds)?|us|micros(?:econds)?|ms|millis(?:econds)?)$/i.exec(key)?.[1] ?? '';
  if (/^n/i.test(end)) return 1;
  if (/^(?:us|micro)/i.test(end)) return 1e3;
  return end === '' ? 1e9 : 1e6;
}
