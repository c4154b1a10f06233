import { decodeUtf8 } from '../otlp/utf8.ts';
import { mayBeMask } from '../redact/mask.ts';
import { CHILD, FIELD, FIELDS, PLACE, RecordReader } from './recordFields.ts';
import type { Cuts } from './recordFields.ts';

/** Tags: an attribute of a span and of a log record, its key and its value, a value that is a text. */
const SPAN_ATTRIBUTE = 0x4a;
const LOG_ATTRIBUTE = 0x32;
const KEY = 0x0a;
const VALUE = 0x12;
const TEXT = 0x0a;

/** Numbers asked last are remembered, this many. */
const NUMBERS = 4096;

/** Asked of the texts and numbers of records; true ends the walk. */
export interface TextVisitor {
  /** A text of the record. Long values that were cut out are not here. */
  readonly text?: (text: string) => boolean;
  /** A number or a truth value, as it is shown. */
  readonly scalar?: (text: string) => boolean;
  /** `scalar` is asked anew of equal numbers; else its answers are remembered. */
  readonly everyScalar?: boolean;
}

/** Walks records whole; slow, for what cannot be looked for in bytes. */
export class RecordTexts {
  /** Where in the record the walk is, see FOUND. */
  place = 0;
  private readonly reader = new RecordReader(new Uint8Array(0));
  private readonly visitor: TextVisitor;
  private readonly known = new Float64Array(NUMBERS).fill(NaN);
  private readonly answers = new Uint8Array(NUMBERS);
  private readonly double = new DataView(new ArrayBuffer(8));
  private keyStart = 0;
  private keyEnd = 0;

  constructor(visitor: TextVisitor) {
    this.visitor = visitor;
  }

  /** The key that the text or number asked about stands under (or is), or empty. */
  get key(): string {
    return this.keyEnd === this.keyStart ? '' : decodeUtf8(this.reader.bytes, this.keyStart, this.keyEnd);
  }

  /** The FOUND of the first text or number that the visitor takes, or 0. `root` is FIELD.span or FIELD.log. */
  walk(bytes: Uint8Array, start: number, end: number, root: number, cuts: Cuts | undefined): number {
    const { reader } = this;
    reader.bytes = bytes;
    reader.cuts = cuts;
    reader.at = start;
    const isQuick = this.visitor.text === undefined && cuts === undefined;
    const attributes = root === FIELD.span ? SPAN_ATTRIBUTE : LOG_ATTRIBUTE;
    while (reader.at < end) {
      const tag = reader.varint();
      const field = tag >>> 3;
      if (isQuick && tag === attributes && this.passText()) continue;
      this.keyStart = this.keyEnd = 0;
      this.place = field < FIELDS ? PLACE[root * FIELDS + field]! : 0;
      if (this.visit(tag, field < FIELDS ? CHILD[root * FIELDS + field]! : FIELD.none)) return this.place;
    }
    return 0;
  }

  /** Passes an attribute whose value is a text, written as all do it; else stays where it is. Most attributes are. */
  private passText(): boolean {
    const { reader } = this;
    const { bytes } = reader;
    let at = reader.at;
    let length = bytes[at++]!;
    if (length >= 128) {
      length = (length & 127) | (bytes[at++]! << 7);
      if (length >= 1 << 14) return false;
    }
    const past = at + length;
    if (bytes[at] !== KEY || bytes[at + 1]! >= 128) return false;
    at += 2 + bytes[at + 1]!;
    if (bytes[at] !== VALUE) return false;
    at += bytes[at + 1]! < 128 ? 2 : 3;
    if (bytes[at] !== TEXT) return false;
    const size = bytes[at + 1]!;
    const end = size < 128 ? at + 2 + size : at + 3 + ((size & 127) | (bytes[at + 2]! << 7));
    if (end !== past) return false;
    reader.at = past;
    return true;
  }

  /** Whether the visitor takes the text at `start .. end`. */
  matches(bytes: Uint8Array, start: number, end: number): boolean {
    return this.visitor.text?.(decodeUtf8(bytes, start, end)) ?? false;
  }

  /** Reads a field's value; true when the visitor took something of it. Depth is bounded by what is let in. */
  private visit(tag: number, what: number): boolean {
    const { reader, visitor } = this;
    const { bytes } = reader;
    const wireType = tag & 7;
    if (wireType !== 2) {
      const at = reader.at;
      reader.pass(wireType);
      return visitor.scalar !== undefined && what >= FIELD.bool && what <= FIELD.double && this.isWanted(what, at);
    }
    const length = reader.varint();
    const from = reader.at;
    const past = reader.endOf(length);
    if (what >= FIELD.anyValue) {
      while (reader.at < past) {
        const inner = reader.varint();
        const field = inner >>> 3;
        const child = field < FIELDS ? CHILD[what * FIELDS + field]! : FIELD.none;
        if (what === FIELD.keyValue && field === 1) {
          const size = reader.varint();
          this.keyStart = reader.at;
          reader.at += size;
          this.keyEnd = reader.at;
          if (this.isText(this.keyStart, this.keyEnd)) return true;
        } else if (this.visit(inner, child)) return true;
      }
      return false;
    }
    reader.at = past;
    // Behind a cut nothing of the value is left here.
    if (past - from < length) return false;
    return (what === FIELD.text || (what === FIELD.bytes && mayBeMask(bytes, from))) && this.isText(from, past);
  }

  private isText(start: number, end: number): boolean {
    const { visitor, reader } = this;
    return visitor.text !== undefined && visitor.text(decodeUtf8(reader.bytes, start, end));
  }

  private isWanted(what: number, at: number): boolean {
    const scalar = this.visitor.scalar!;
    if (what === FIELD.bool) return scalar(this.reader.bytes[at] === 0 ? 'false' : 'true');
    const number = what === FIELD.int ? this.intAt(at) : this.doubleAt(at);
    if (typeof number === 'bigint' || this.visitor.everyScalar === true) return scalar(String(number));
    const slot = (Math.imul(number, 0x9e3779b1) ^ Math.imul(number * 1024, 0x85ebca6b)) & (NUMBERS - 1);
    if (this.known[slot] !== number) {
      this.known[slot] = number;
      this.answers[slot] = scalar(String(number)) ? 1 : 0;
    }
    return this.answers[slot] === 1;
  }

  private doubleAt(at: number): number {
    for (let i = 0; i < 8; i++) this.double.setUint8(i, this.reader.bytes[at + i]!);
    return this.double.getFloat64(0, true);
  }

  private intAt(at: number): number | bigint {
    const { bytes } = this.reader;
    let value = 0;
    let scale = 1;
    for (let i = at; i < at + 7; i++) {
      value += (bytes[i]! & 0x7f) * scale;
      if (bytes[i]! < 0x80) return value;
      scale *= 128;
    }
    let whole = 0n;
    for (let i = at, shift = 0n; ; i++, shift += 7n) {
      whole |= BigInt(bytes[i]! & 0x7f) << shift;
      if (bytes[i]! < 0x80) return BigInt.asIntN(64, whole);
    }
  }
}
