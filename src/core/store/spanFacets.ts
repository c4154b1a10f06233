import type { Attribute } from '../model/attributes.ts';
import { readAnyValue, readKeyValues, scalarText } from '../otlp/anyValue.ts';
import { FieldCursor, lastField } from '../otlp/fieldCursor.ts';
import { encodeUtf8 } from '../otlp/jsonUtf8.ts';
import { FACET_ABSENT, FACET_OTHERS, type FacetField, type FacetReader } from './facets.ts';
import { codeHintsOf } from './codeHintReader.ts';
import { peerOf } from './peerName.ts';
import type { Segment } from './segment.ts';
import { scopeNameOf } from './signatureTable.ts';
import { NONE } from './spanColumns.ts';
import type { StoreState } from './storeState.ts';

/** Values of one field told apart; ids in names or attributes can be as many as there are spans. */
const MOST_FACET_VALUES = 50_000;

const MAX_CHARACTERS = 500;
const SHORT = { inlineBytes: 4 * MAX_CHARACTERS, ref: (): string => '' };

/** Reads `field` from the spans of a store, as long as the store lives. */
export function readFacet(state: StoreState, field: FacetField): FacetReader {
  const values = new FacetValues();
  const name = new ColumnFacet(
    state,
    values,
    ({ spans }) => spans.name,
    (segment, index) => segment.nameOf(index),
  );
  switch (field.kind) {
    case 'name':
      return name;
    case 'function':
      return new ColumnFacet(
        state,
        values,
        ({ spans }) => spans.code,
        (segment, index) => codeHintsOf(segment, segment.spans.code[index]!).functionName ?? '',
        name,
      );
    case 'process':
      return new ColumnFacet(state, values, ({ spans }) => spans.origin, processOf);
    case 'scope':
      return new ColumnFacet(
        state,
        values,
        ({ spans }) => spans.origin,
        (segment, index) => scopeNameOf(segment, segment.spans.origin[index]!),
      );
    case 'peer':
      return new BytesFacet(state, values, peerOf);
    case 'attribute':
      return new BytesFacet(state, values, attributeReader(field.key));
  }
}

class FacetValues {
  readonly texts: string[] = ['', ''];
  private readonly numbers = new Map<string, number>();

  numberOf(text: string): number {
    if (text === '') return FACET_ABSENT;
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    if (this.numbers.size >= MOST_FACET_VALUES) return FACET_OTHERS;
    const number = this.texts.length;
    this.texts.push(text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text);
    this.numbers.set(text, number);
    return number;
  }
}

const UNREAD = -1;

/** A field that a column of small numbers tells: the text behind each is read once a segment. */
class ColumnFacet implements FacetReader {
  private readonly state: StoreState;
  private readonly values: FacetValues;
  private readonly column: (segment: Segment) => Uint32Array;
  private readonly textOf: (segment: Segment, index: number) => string;
  private readonly fallback: ColumnFacet | undefined;
  /** By segment and number of its column, the number of the value. */
  private readonly known = new Map<Segment, Int32Array>();

  constructor(
    state: StoreState,
    values: FacetValues,
    column: (segment: Segment) => Uint32Array,
    textOf: (segment: Segment, index: number) => string,
    fallback?: ColumnFacet,
  ) {
    this.state = state;
    this.values = values;
    this.column = column;
    this.textOf = textOf;
    this.fallback = fallback;
  }

  get texts(): readonly string[] {
    return this.values.texts;
  }

  read(handles: Uint32Array, from: number, to: number, into: Uint32Array): void {
    let segment: Segment | undefined;
    let base = 0;
    let end = 0;
    let codes: Uint32Array = new Uint32Array(0);
    let known: Int32Array = new Int32Array(0);
    for (let at = from; at < to; at++) {
      const handle = handles[at]!;
      if (handle < base || handle >= end) {
        segment = this.state.segmentOf(handle);
        if (segment === undefined) {
          into[at] = FACET_ABSENT;
          base = end = 0;
          continue;
        }
        base = segment.base;
        end = base + segment.spans.count;
        codes = this.column(segment);
        known = this.known.get(segment) ?? new Int32Array(0);
      }
      const code = codes[handle - base]!;
      let number = code < known.length ? known[code]! : UNREAD;
      if (number === UNREAD) {
        number = this.numberOf(segment!, handle - base);
        if (code !== NONE) {
          if (code >= known.length) {
            known = grown(known, code + 1);
            this.known.set(segment!, known);
          }
          known[code] = number;
        }
      }
      into[at] = number;
    }
    if (this.fallback !== undefined) fillAbsent(this.fallback, handles, from, to, into);
  }

  private numberOf(segment: Segment, index: number): number {
    return this.values.numberOf(this.textOf(segment, index));
  }
}

/** A field that is read from the bytes of every span. */
class BytesFacet implements FacetReader {
  private readonly state: StoreState;
  private readonly values: FacetValues;
  private readonly textOf: (segment: Segment, index: number) => string;

  constructor(state: StoreState, values: FacetValues, textOf: (segment: Segment, index: number) => string) {
    this.state = state;
    this.values = values;
    this.textOf = textOf;
  }

  get texts(): readonly string[] {
    return this.values.texts;
  }

  read(handles: Uint32Array, from: number, to: number, into: Uint32Array): void {
    for (let at = from; at < to; at++) {
      const handle = handles[at]!;
      const segment = this.state.segmentOf(handle);
      into[at] =
        segment === undefined ? FACET_ABSENT : this.values.numberOf(this.textOf(segment, handle - segment.base));
    }
  }
}

/** Reads the spans without a value from another field, in runs. */
function fillAbsent(reader: FacetReader, handles: Uint32Array, from: number, to: number, into: Uint32Array): void {
  for (let at = from; at < to; at++) {
    if (into[at] !== FACET_ABSENT) continue;
    let end = at + 1;
    while (end < to && into[end] === FACET_ABSENT) end++;
    reader.read(handles, at, end, into);
    at = end;
  }
}

function grown(from: Int32Array, least: number): Int32Array {
  const to = new Int32Array(Math.max(64, from.length * 2, least)).fill(UNREAD);
  to.set(from);
  return to;
}

/** Reads one attribute of a span, else of its resource; scalars as text, empty when there is none. */
function attributeReader(key: string): (segment: Segment, index: number) => string {
  const wanted = encodeUtf8(key);
  const ofResource = new Map<Segment, string[]>();
  return (segment, index) => {
    const { bytes, start, end } = segment.spanRange(index);
    const cursor = new FieldCursor(bytes, start, end);
    let text = '';
    while (cursor.next()) {
      if (cursor.field === 9) text = valueOf(bytes, cursor.start, cursor.end, wanted) ?? text;
    }
    if (text !== '') return text;
    const resource = segment.origins.get(segment.spans.origin[index]!, 0);
    const texts = ofResource.get(segment) ?? [];
    ofResource.set(segment, texts);
    return (texts[resource] ??= textOf(resourceAttributes(segment, resource), key));
  };
}

/** Text of the KeyValue at `start .. end` when its key is `wanted`. */
function valueOf(bytes: Uint8Array, start: number, end: number, wanted: Uint8Array): string | undefined {
  const key = lastField(bytes, start, end, 1);
  if (key === undefined || key.end - key.start !== wanted.length) return undefined;
  for (let i = 0; i < wanted.length; i++) if (bytes[key.start + i] !== wanted[i]) return undefined;
  const value = lastField(bytes, start, end, 2);
  return value === undefined ? '' : scalarText(readAnyValue(bytes, value.start, value.end, SHORT));
}

function resourceAttributes(segment: Segment, resource: number): readonly Attribute[] {
  const { bytes, start, end } = segment.resources.message(resource);
  return readKeyValues(new FieldCursor(bytes, start, end), 1, SHORT);
}

function textOf(attributes: readonly Attribute[], key: string): string {
  const found = attributes.findLast((attribute) => attribute.key === key);
  return found === undefined ? '' : scalarText(found.value);
}

/** Service and what tells its processes apart: instance id, else process id and host. */
function processOf(segment: Segment, index: number): string {
  const resource = segment.origins.get(segment.spans.origin[index]!, 0);
  const attributes = resourceAttributes(segment, resource);
  const pid = textOf(attributes, 'process.pid');
  const host = textOf(attributes, 'host.name');
  const instance = textOf(attributes, 'service.instance.id');
  const parts = [pid === '' ? '' : `pid ${pid}`, host].filter((part) => part !== '');
  const process = parts.length > 0 ? parts.join(' on ') : instance;
  return process === '' ? segment.services[resource]! : `${segment.services[resource]!} · ${process}`;
}
