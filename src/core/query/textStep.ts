import type { AttributeValue } from '../model/attributes.ts';
import { spanIdText } from '../model/ids.ts';
import { readKeyValue, WHOLE } from '../otlp/anyValue.ts';
import { FieldCursor } from '../otlp/fieldCursor.ts';
import { encodeUtf8 } from '../otlp/jsonUtf8.ts';
import { decodeUtf8 } from '../otlp/utf8.ts';
import type { ByteRange } from '../store/rangeTable.ts';
import type { Segment } from '../store/segment.ts';
import type { StoreState } from '../store/storeState.ts';
import { SegmentStep } from './columnSteps.ts';
import { PAUSE_EVERY, type FilterStep } from './filterStep.ts';
import { BySegment } from './segmentSpans.ts';

/** So many hex digits are also the beginning of an id. */
const ID_DIGITS = 8;
const ATTRIBUTES = 9;
const EVENTS = 11;
const STATUS = 15;

/**
 * A free text, in any case: in the span's name, service, scope, keys and values of its attributes and resource, its events,
 * its status message; 8 and more hex digits also begin the id of the span or its trace. Log records are not searched.
 */
export function textStep(state: StoreState, text: string): FilterStep {
  const search = new TextSearch(state, text);
  return new SegmentStep(state, { cost: 60, pauseEvery: PAUSE_EVERY }, (segment, index) => search.isIn(segment, index));
}

class TextSearch {
  readonly #state: StoreState;
  readonly #text: string;
  /** Both cases of each byte, when the text is letters that are seen in the bytes as they are. */
  readonly #lower: Uint8Array | undefined;
  readonly #upper: Uint8Array;
  readonly #resources = new BySegment(() => new Map<number, boolean>());
  readonly #idPrefix: string | undefined;

  constructor(state: StoreState, text: string) {
    this.#state = state;
    this.#text = text.toLowerCase();
    const plain = /^[\u0020-\u007e]+$/.test(text) && !/^[-+\d.e]+$/i.test(text);
    this.#lower = plain ? encodeUtf8(this.#text) : undefined;
    this.#upper = encodeUtf8(this.#text.toUpperCase());
    this.#idPrefix = text.length >= ID_DIGITS && /^[0-9a-f]+$/i.test(text) ? this.#text : undefined;
  }

  isIn(segment: Segment, index: number): boolean {
    return (
      this.#fits(segment.nameOf(index)) ||
      this.#inOrigin(segment, segment.spans.origin[index]!) ||
      (this.#idPrefix !== undefined && this.#isId(segment, index, this.#idPrefix)) ||
      this.#inSpan(segment.spanRange(index))
    );
  }

  #fits(text: string): boolean {
    return text.toLowerCase().includes(this.#text);
  }

  #isId(segment: Segment, index: number, prefix: string): boolean {
    const { spans } = segment;
    const spanId = spanIdText(spans.idHi[index]!, spans.idLo[index]!);
    return spanId.startsWith(prefix) || this.#state.traces.idOf(spans.trace[index]!).startsWith(prefix);
  }

  #inOrigin(segment: Segment, origin: number): boolean {
    const known = this.#resources.of(segment);
    let is = known.get(origin);
    if (is === undefined) {
      const resource = segment.resources.message(segment.origins.get(origin, 0));
      const scope = segment.scopes.message(segment.origins.get(origin, 1));
      is =
        this.#fits(segment.services[segment.origins.get(origin, 0)]!) ||
        this.#inKeyValues(resource, 1) ||
        this.#inTexts(scope, 1, 2) ||
        this.#inKeyValues(scope, 3);
      known.set(origin, is);
    }
    return is;
  }

  #inSpan(range: ByteRange): boolean {
    if (!this.#mayBeIn(range)) return false;
    if (this.#inKeyValues(range, ATTRIBUTES)) return true;
    const { bytes, start, end } = range;
    const cursor = new FieldCursor(bytes, start, end);
    while (cursor.next()) {
      const inside = { bytes, start: cursor.start, end: cursor.end };
      if (cursor.field === STATUS && this.#inTexts(inside, 2, 2)) return true;
      if (cursor.field === EVENTS && (this.#inTexts(inside, 2, 2) || this.#inKeyValues(inside, 3))) return true;
    }
    return false;
  }

  /** A look at the bytes alone, which refuses nearly all spans without decoding them. */
  #mayBeIn({ bytes, start, end }: ByteRange): boolean {
    const lower = this.#lower;
    if (lower === undefined) return true;
    const upper = this.#upper;
    const [firstLower, firstUpper] = [lower[0]!, upper[0]!];
    const stop = end - lower.length;
    for (let at = start; at <= stop; at++) {
      const byte = bytes[at]!;
      if (byte !== firstLower && byte !== firstUpper) continue;
      let length = 1;
      while (length < lower.length && (bytes[at + length] === lower[length] || bytes[at + length] === upper[length])) {
        length++;
      }
      if (length === lower.length) return true;
    }
    return false;
  }

  #inTexts({ bytes, start, end }: ByteRange, from: number, to: number): boolean {
    const cursor = new FieldCursor(bytes, start, end);
    while (cursor.next()) {
      const is = cursor.field >= from && cursor.field <= to && cursor.wireType === 2;
      if (is && this.#fits(decodeUtf8(bytes, cursor.start, cursor.end))) return true;
    }
    return false;
  }

  #inKeyValues({ bytes, start, end }: ByteRange, field: number): boolean {
    const cursor = new FieldCursor(bytes, start, end);
    while (cursor.next()) {
      if (cursor.field !== field) continue;
      const { key, value } = readKeyValue(bytes, cursor.start, cursor.end, WHOLE);
      if (this.#fits(key) || this.#inValue(value)) return true;
    }
    return false;
  }

  #inValue(value: AttributeValue): boolean {
    switch (value.type) {
      case 'string':
      case 'int':
        return this.#fits(value.value);
      case 'bool':
      case 'double':
        return this.#fits(String(value.value));
      case 'array':
        return value.values.some((each) => this.#inValue(each));
      case 'kvlist':
        return value.entries.some((entry) => this.#fits(entry.key) || this.#inValue(entry.value));
      case 'bytes':
      case 'empty':
        return false;
    }
  }
}
