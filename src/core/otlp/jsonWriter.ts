import { FieldCursor } from './fieldCursor.ts';
import { KIND, messageType, type FieldInfo, type MessageInfo } from './jsonSchema.ts';
import { JsonText } from './jsonText.ts';
import { inCanonicalOrder } from './jsonFieldOrder.ts';
import type { OtlpSignal } from './responses.ts';

const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** A message type as the writer reads it. */
interface WrittenType {
  readonly fields: readonly WrittenField[];
  /** Index + 1 in `fields` by field number. */
  readonly byNumber: readonly (number | undefined)[];
}

interface WrittenField {
  readonly info: FieldInfo;
  /** `"name":` */
  readonly head: string;
  /** Bit in the set of fields met: its own, or the first of its oneof. */
  readonly bit: number;
}

/** Fields of which a message has one (`oneof`), by field number. */
const ONE_OF: Readonly<Record<string, readonly number[]>> = {
  AnyValue: [1, 2, 3, 4, 5, 6, 7],
  NumberDataPoint: [4, 6],
  Exemplar: [3, 6],
  Metric: [5, 7, 9, 10, 11],
};

const ROOTS: Readonly<Record<OtlpSignal, MessageInfo>> = {
  traces: messageType('ExportTraceServiceRequest'),
  logs: messageType('ExportLogsServiceRequest'),
  metrics: messageType('ExportMetricsServiceRequest'),
};

const types = new Map<MessageInfo, WrittenType>();

/**
 * The OTLP/JSON (UTF-8, one line) of a protobuf request that a reader has checked: `{"resourceSpans":[…]}`.
 *
 * Follows the JSON mapping of OTLP 1.11: lowerCamelCase names, ids as hex, 64-bit integers as decimal text, enums as
 * numbers, bytes as base64; NaN and the infinities as text. What `transcodeJson` makes of the text says the same as
 * `body`. Fields outside that schema are left out, and so are ids longer than they may be.
 */
export function writeJson(signal: OtlpSignal, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new JsonText();
  new MessageWriter(text).message(ROOTS[signal], body, 0, body.length);
  if (text.length === 2) return jsonOf(`{${rootHead(signal)}[]}`);
  return text.finish();
}

/**
 * The same without what is around the groups, separated by commas, so that a file can be written part by part between
 * {@link jsonGroupsHead} and `]}`. Empty for a body without groups.
 */
export function writeJsonGroups(signal: OtlpSignal, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = writeJson(signal, body);
  return text.slice(jsonGroupsHead(signal).length + 1, text.length - 2);
}

/** `"resourceSpans":[` and the like. */
export function jsonGroupsHead(signal: OtlpSignal): string {
  return `${rootHead(signal)}[`;
}

function rootHead(signal: OtlpSignal): string {
  return `"${ROOTS[signal].fields[0]!.name}":`;
}

function jsonOf(ascii: string): Uint8Array<ArrayBuffer> {
  const text = new JsonText();
  text.ascii(ascii);
  return text.finish();
}

function typeOf(info: MessageInfo): WrittenType {
  const known = types.get(info);
  if (known !== undefined) return known;
  const byNumber: (number | undefined)[] = [];
  const oneOf = ONE_OF[info.name] ?? [];
  const bits = new Map<number, number>();
  const fields = info.fields.map((field, index): WrittenField => {
    const number = field.tag >>> 3;
    byNumber[number] = index + 1;
    const group = oneOf.includes(number) ? oneOf[0]! : number;
    const bit = bits.get(group) ?? 1 << index;
    bits.set(group, bit);
    return { info: field, head: `"${field.name}":`, bit };
  });
  const type = { fields, byNumber };
  types.set(info, type);
  return type;
}

class MessageWriter {
  readonly #text: JsonText;

  constructor(text: JsonText) {
    this.#text = text;
  }

  /**
   * One object for the message at `bytes[start .. end)`. Senders write each field once and the values of a list one
   * after the other; a message that does not is put in order first.
   */
  message(info: MessageInfo, bytes: Uint8Array, start: number, end: number): void {
    const text = this.#text;
    const before = text.length;
    if (this.#inWireOrder(info, bytes, start, end)) return;
    text.length = before;
    const ordered = inCanonicalOrder(info, ONE_OF[info.name] ?? [], bytes, start, end);
    this.#inWireOrder(info, ordered, 0, ordered.length);
  }

  /** False when a field came twice, with part of the message written. */
  #inWireOrder(info: MessageInfo, bytes: Uint8Array, start: number, end: number): boolean {
    const text = this.#text;
    const type = typeOf(info);
    const cursor = new FieldCursor(bytes, start, end);
    let met = 0;
    let list: WrittenField | undefined;
    text.byte(OPEN_BRACE);
    while (cursor.next()) {
      const index = type.byNumber[cursor.field];
      if (index === undefined) continue;
      const field = type.fields[index - 1]!;
      if (field === list) {
        this.#item(field.info, cursor, false);
        continue;
      }
      if ((met & field.bit) !== 0) return false;
      if (field.info.message === undefined && isTooLong(field.info, cursor)) continue;
      if (list !== undefined) text.byte(CLOSE_BRACKET);
      if (met !== 0) text.byte(COMMA);
      met |= field.bit;
      text.ascii(field.head);
      list = field.info.repeated ? field : undefined;
      if (list === undefined) this.#value(field.info, cursor);
      else {
        text.byte(OPEN_BRACKET);
        this.#item(field.info, cursor, true);
      }
    }
    if (list !== undefined) text.byte(CLOSE_BRACKET);
    text.byte(CLOSE_BRACE);
    return true;
  }

  /** A value of a list, or all that are packed into the field. */
  #item(info: FieldInfo, cursor: FieldCursor, first: boolean): void {
    const text = this.#text;
    if (info.tag === info.packedTag || cursor.wireType !== 2) {
      if (!first) text.byte(COMMA);
      this.#value(info, cursor);
      return;
    }
    const { bytes, end } = cursor;
    let isFirst = first;
    for (let at = cursor.start; at < end;) {
      let next = at + 8;
      if ((info.tag & 7) === 0) {
        next = at;
        while (bytes[next++]! > 0x7f);
      }
      if (!isFirst) text.byte(COMMA);
      isFirst = false;
      cursor.start = at;
      cursor.end = next;
      this.#value(info, cursor);
      at = next;
    }
  }

  #value(info: FieldInfo, cursor: FieldCursor): void {
    const text = this.#text;
    const { bytes, start, end } = cursor;
    switch (info.kind) {
      case KIND.message:
        this.message(info.message!, bytes, start, end);
        break;
      case KIND.string:
        text.string(bytes, start, end);
        break;
      case KIND.traceId:
      case KIND.spanId:
        text.hex(bytes, start, end);
        break;
      case KIND.bytes:
        text.base64(bytes, start, end);
        break;
      case KIND.int64:
        text.ascii(`"${cursor.int64().toString()}"`);
        break;
      case KIND.uint64:
        text.ascii(`"${BigInt.asUintN(64, cursor.int64()).toString()}"`);
        break;
      case KIND.fixed64:
        text.ascii(`"${cursor.fixed64().toString()}"`);
        break;
      case KIND.sfixed64:
        text.ascii(`"${BigInt.asIntN(64, cursor.fixed64()).toString()}"`);
        break;
      case KIND.double:
        text.ascii(doubleText(bytes, start));
        break;
      case KIND.bool:
        text.ascii(cursor.int64() === 0n ? 'false' : 'true');
        break;
      case KIND.enum:
        text.ascii(BigInt.asIntN(32, cursor.int64()).toString());
        break;
      case KIND.fixed32:
        text.ascii(String(cursor.fixed32()));
        break;
      case KIND.sint32: {
        const encoded = Number(BigInt.asUintN(32, cursor.int64()));
        text.ascii(String((encoded >>> 1) ^ -(encoded & 1)));
        break;
      }
      default:
        text.ascii(BigInt.asUintN(32, cursor.int64()).toString());
    }
  }
}

/** An id with more bytes than its kind has: no reader of OTLP/JSON takes it. */
function isTooLong(info: FieldInfo, cursor: FieldCursor): boolean {
  const size = info.kind === KIND.traceId ? 16 : info.kind === KIND.spanId ? 8 : Infinity;
  return cursor.end - cursor.start > size;
}

function doubleText(bytes: Uint8Array, start: number): string {
  const value = new DataView(bytes.buffer, bytes.byteOffset + start, 8).getFloat64(0, true);
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? String(value) : `"${String(value)}"`;
}
