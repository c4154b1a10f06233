import { writeId } from '../otlp/jsonBytes.ts';
import { JsonOutput } from '../otlp/jsonOutput.ts';
import { JsonReader, QUOTE } from '../otlp/jsonReader.ts';
import type { FieldInfo } from '../otlp/jsonSchema.ts';
import { writeContent } from '../otlp/jsonStrings.ts';

/** Tags (field number × 8 + wire type) of the OTLP messages that are written here. */
const RESOURCE_SPANS = 0x0a;
const RESOURCE = 0x0a;
const SCOPE_SPANS = 0x12;
const RESOURCE_ATTRIBUTE = 0x0a;
const SPAN_ATTRIBUTE = 0x4a;
const KEY = 0x0a;
const VALUE = 0x12;
export const STRING_VALUE = 0x0a;
const BOOL_VALUE = 0x10;
const INT_VALUE = 0x18;

/** Lengths of groups get their full width at once: nothing is moved when a group is closed. */
const GROUP_LENGTH = 4;

/** A string of the text: where its quotes stand. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** OTLP protobuf written from pieces of a Zipkin text: attributes, ids, and the groups that spans stand in. */
export class ZipkinOutput extends JsonOutput {
  readonly #in: JsonReader;
  /** Of the group being written: where its parts begin, and its service. */
  #groupStart = 0;
  #scopeStart = 0;
  #service: TextRange | undefined;

  constructor(reader: JsonReader) {
    super();
    this.#in = reader;
  }

  fixed64Of(tag: number, value: bigint): void {
    this.tag(tag);
    this.fixed64(Number(value & 0xffffffffn), Number(value >> 32n));
  }

  /** A string attribute of the span; none when the text is empty. */
  attribute(key: string, text: TextRange | undefined): void {
    if (text !== undefined && text.end > text.start + 1) {
      this.#keyed(SPAN_ATTRIBUTE, key, () => this.text(STRING_VALUE, text));
    }
  }

  flag(key: string): void {
    this.#keyed(SPAN_ATTRIBUTE, key, () => {
      this.tag(BOOL_VALUE);
      this.varint32(1);
    });
  }

  number(key: string, value: number): void {
    this.#keyed(SPAN_ATTRIBUTE, key, () => {
      this.tag(INT_VALUE);
      this.varint32(value);
    });
  }

  /** A string of the text, escapes resolved. By a reader of its own: the other remembers what lies ahead of it. */
  text(tag: number, { start, end }: TextRange): void {
    this.tag(tag);
    const open = this.open(1);
    writeContent(new JsonReader(this.#in.bytes.subarray(start, end + 1)), this);
    this.close(open, 1);
  }

  /** An id of `size` bytes; returns where they are, -1 for an empty text. The reader stays where it is. */
  id(field: FieldInfo, { start }: TextRange, size: number): number {
    const back = this.#in.pos;
    const before = this.length;
    this.#in.pos = start;
    writeId(this.#in, this, field, size);
    this.#in.pos = back;
    return this.length === before ? -1 : this.length - size;
  }

  /**
   * The span that was written from `entryAt` on belongs to `service`: leaves it in the group that is open, or closes that
   * in front of it and opens another.
   */
  place(entryAt: number, service: TextRange | undefined): void {
    if (this.#groupStart !== 0 && this.#isService(service)) return;
    const entry = this.bytes.slice(entryAt, this.length);
    this.length = entryAt;
    this.closeGroup();
    this.tag(RESOURCE_SPANS);
    this.#groupStart = this.open(GROUP_LENGTH);
    this.tag(SCOPE_SPANS);
    this.#scopeStart = this.open(GROUP_LENGTH);
    this.copy(entry, 0, entry.length);
    this.#service = service;
  }

  /** Ends the group that is open, if any. Its resource comes behind its spans, which protobuf allows: it is known only then. */
  closeGroup(): void {
    if (this.#groupStart === 0) return;
    this.close(this.#scopeStart, GROUP_LENGTH);
    const service = this.#service;
    if (service !== undefined && service.end > service.start + 1) {
      this.tag(RESOURCE);
      const start = this.open(1);
      this.#keyed(RESOURCE_ATTRIBUTE, 'service.name', () => this.text(STRING_VALUE, service));
      this.close(start, 1);
    }
    this.close(this.#groupStart, GROUP_LENGTH);
  }

  /** Whether `service` is written in the text as the open group's is. */
  #isService(service: TextRange | undefined): boolean {
    const own = this.#service;
    if (own === undefined || service === undefined) return own === service;
    const length = own.end - own.start;
    if (service.end - service.start !== length) return false;
    const { bytes } = this.#in;
    for (let i = 1; i < length; i++) if (bytes[own.start + i] !== bytes[service.start + i]) return false;
    return true;
  }

  #keyed(tag: number, key: string, writeValue: () => void): void {
    this.tag(tag);
    const start = this.open(1);
    this.tag(KEY);
    this.varint32(key.length);
    for (let i = 0; i < key.length; i++) this.codePoint(key.charCodeAt(i));
    this.tag(VALUE);
    const value = this.open(1);
    writeValue();
    this.close(value, 1);
    this.close(start, 1);
  }
}

/** The string whose opening quote is at the reader's position, which goes behind it. */
export function takeText(reader: JsonReader): TextRange {
  const start = reader.pos;
  if (reader.peek() !== QUOTE) reader.fail('a string');
  return { start, end: reader.string() };
}
