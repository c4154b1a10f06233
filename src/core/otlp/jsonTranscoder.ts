import { OtherSignalError } from './decodeError.ts';
import { writeSimpleAttribute } from './jsonAttribute.ts';
import { writeBase64, writeId } from './jsonBytes.ts';
import { JsonOutput } from './jsonOutput.ts';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  JsonReader,
  LOWER_N,
  MAX_DEPTH,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from './jsonReader.ts';
import { KIND, messageType, type FieldInfo, type MessageInfo } from './jsonSchema.ts';
import { writeScalar } from './jsonScalars.ts';
import { writeContent, writeString } from './jsonStrings.ts';
import type { OtlpSignal } from './responses.ts';

const ROOTS: Readonly<Record<OtlpSignal, MessageInfo>> = {
  traces: messageType('ExportTraceServiceRequest'),
  logs: messageType('ExportLogsServiceRequest'),
  metrics: messageType('ExportMetricsServiceRequest'),
};
const SIGNALS: readonly OtlpSignal[] = ['traces', 'logs', 'metrics'];
const ANY_VALUE = messageType('AnyValue');
const ARRAY_VALUE = messageType('ArrayValue');
const KEY_VALUE_LIST = messageType('KeyValueList');
const KEY_VALUE = messageType('KeyValue');

/** Tags of AnyValue's and KeyValue's fields. */
const STRING_VALUE = 0x0a;
const BOOL_VALUE = 0x10;
const INT_VALUE = 0x18;
const DOUBLE_VALUE = 0x21;
const ARRAY_VALUE_TAG = 0x2a;
const KVLIST_VALUE = 0x32;
const VALUES = 0x0a;
const KEY = 0x0a;
const VALUE = 0x12;

/** In deeper values lengths get their full width at once, so that no byte is moved more than a few times. */
const MOVED_DEPTH = 4;
const FULL_WIDTH = 5;

/**
 * OTLP/JSON (UTF-8 bytes) to the OTLP protobuf bytes of the same request, in one pass.
 *
 * Follows the JSON mapping of OTLP 1.11 and takes what real senders get wrong: snake_case names, enum names, 64-bit
 * integers as numbers, ids in any case, short (padded with zeros), with dashes or in base64, attributes as an object,
 * plain values where an AnyValue belongs, `NaN`, a byte order mark, raw control characters, invalid UTF-8. Unknown
 * fields are ignored, `null` is absence, and of a field given twice protobuf's rule decides (the last scalar wins).
 *
 * @throws OtlpDecodeError when the text is not JSON or does not fit the schema, or nests values deeper than 64 levels;
 * OtherSignalError when it holds another signal's request.
 */
export function transcodeJson(signal: OtlpSignal, body: Uint8Array): Uint8Array<ArrayBuffer> {
  return new JsonTranscoder(signal, body).run();
}

class JsonTranscoder {
  readonly #in: JsonReader;
  readonly #out = new JsonOutput();
  readonly #signal: OtlpSignal;

  constructor(signal: OtlpSignal, body: Uint8Array) {
    this.#signal = signal;
    this.#in = new JsonReader(body);
  }

  run(): Uint8Array<ArrayBuffer> {
    const reader = this.#in;
    if (reader.peek() !== OPEN_BRACE) reader.fail("'{'");
    this.#message(ROOTS[this.#signal], 0);
    if (reader.peek() !== -1) reader.fail('the end of the text');
    return this.#out.finish();
  }

  /** From '{' to behind '}': writes the fields, without a length in front. */
  #message(type: MessageInfo, depth: number): void {
    const reader = this.#in;
    reader.pos++;
    let c = reader.peek();
    if (c === CLOSE_BRACE) {
      reader.pos++;
      return;
    }
    let previous: FieldInfo | undefined;
    for (;;) {
      if (c !== QUOTE) reader.fail(`a field name of ${type.name} in quotes`);
      const predicted: FieldInfo | undefined = previous === undefined ? type.first : previous.follower;
      const nameStart = reader.pos;
      let field = predicted;
      if (predicted === undefined || !reader.takes(predicted.words, predicted.name.length))
        field = this.#fieldNamed(type);
      reader.colon();
      c = reader.peek();
      if (field === undefined) {
        if (type === ROOTS[this.#signal]) this.#refuseOtherSignal(nameStart);
        reader.skipValue(depth);
      } else {
        if (field !== predicted) {
          if (previous === undefined) type.first = field;
          else previous.follower = field;
        }
        this.#field(field, c, depth);
        previous = field;
      }
      c = reader.peek();
      if (c === COMMA) {
        reader.pos++;
        c = reader.peek();
      } else if (c === CLOSE_BRACE) {
        reader.pos++;
        return;
      } else {
        reader.fail("',' or '}'");
      }
    }
  }

  /** Steps over the name at `pos` and returns the field it names, if any. A name written with escapes is read too. */
  #fieldNamed(type: MessageInfo): FieldInfo | undefined {
    const reader = this.#in;
    const candidates = type.byLetter[reader.bytes[reader.pos + 1]!];
    if (candidates !== undefined) {
      for (const field of candidates) if (this.#takes(field)) return field;
    }
    const start = reader.pos;
    const end = reader.string();
    if (!reader.escaped || end - start > 200) return undefined;
    reader.pos = start;
    const name = this.#unescapedName();
    return type.fields.find((field) => field.name === name || field.snake === name);
  }

  #takes(field: FieldInfo): boolean {
    const reader = this.#in;
    if (reader.takes(field.words, field.name.length)) return true;
    return field.snakeWords !== undefined && reader.takes(field.snakeWords, field.snake.length);
  }

  #unescapedName(): string {
    const out = this.#out;
    const mark = out.length;
    writeContent(this.#in, out);
    const name = String.fromCharCode(...out.bytes.subarray(mark, out.length));
    out.length = mark;
    return name;
  }

  /** Another signal's request would be read as an empty one and its data lost without a word. */
  #refuseOtherSignal(nameStart: number): void {
    const reader = this.#in;
    for (const signal of SIGNALS) {
      const { name, snake } = ROOTS[signal].fields[0]!;
      if (reader.matches(nameStart, `"${name}"`) || reader.matches(nameStart, `"${snake}"`)) {
        const own = ROOTS[this.#signal].fields[0]!.name;
        const message = `expected ${own} (a ${this.#signal} request), found ${name}`;
        throw new OtherSignalError(message, nameStart, signal);
      }
    }
  }

  #field(field: FieldInfo, c: number, depth: number): void {
    const reader = this.#in;
    if (c === LOWER_N) {
      reader.null();
    } else if (!field.repeated) {
      this.#single(field, c, depth);
    } else if (c === OPEN_BRACKET) {
      this.#list(field, depth);
    } else if (c === OPEN_BRACE && field.message === KEY_VALUE) {
      this.#entries(field.tag, depth);
    } else {
      reader.fail(`an array (${field.name})`);
    }
  }

  /** From '[' to behind ']': one field a value for messages and texts, packed for numbers. */
  #list(field: FieldInfo, depth: number): void {
    const reader = this.#in;
    const out = this.#out;
    reader.pos++;
    let c = reader.peek();
    if (c === CLOSE_BRACKET) {
      reader.pos++;
      return;
    }
    const packed = field.tag !== field.packedTag;
    if (packed) out.tag(field.packedTag);
    const start = packed ? out.open(2) : 0;
    for (;;) {
      if (field.message === KEY_VALUE && depth < MOVED_DEPTH && writeSimpleAttribute(reader, out, field.tag)) {
        // done
      } else if (field.message === ANY_VALUE) this.#any(field.tag, c, depth, false);
      else if (c === LOWER_N) reader.null();
      else if (packed) writeScalar(reader, out, field, c);
      else this.#single(field, c, depth);
      c = reader.peek();
      if (c === COMMA) {
        reader.pos++;
        c = reader.peek();
      } else if (c === CLOSE_BRACKET) {
        reader.pos++;
        break;
      } else {
        reader.fail("',' or ']'");
      }
    }
    if (packed) out.close(start, 2);
  }

  #single(field: FieldInfo, c: number, depth: number): void {
    const reader = this.#in;
    const out = this.#out;
    switch (field.kind) {
      case KIND.message:
        this.#nested(field, c, depth);
        break;
      case KIND.string:
        writeString(reader, out, field.tag, c);
        break;
      case KIND.traceId:
        writeId(reader, out, field, 16);
        break;
      case KIND.spanId:
        writeId(reader, out, field, 8);
        break;
      case KIND.bytes:
        writeBase64(reader, out, field);
        break;
      case KIND.int64:
        this.#intOrDouble(c);
        break;
      default:
        out.tag(field.tag);
        writeScalar(reader, out, field, c);
    }
  }

  /** A message with its tag and length. */
  #nested(field: FieldInfo, c: number, depth: number): void {
    const type = field.message!;
    const out = this.#out;
    if (type === ANY_VALUE) {
      this.#any(field.tag, c, depth, false);
      return;
    }
    const bareList = c === OPEN_BRACKET && (type === ARRAY_VALUE || type === KEY_VALUE_LIST);
    if (c !== OPEN_BRACE && !bareList) this.#in.fail(field.expected);
    const width = depth > MOVED_DEPTH ? FULL_WIDTH : type.lengthBytes;
    out.tag(field.tag);
    const start = out.open(width);
    if (bareList) this.#list(type.fields[0]!, depth);
    else this.#message(type, depth);
    out.close(start, width);
  }

  /** An AnyValue with its tag and length. `depth`: AnyValues around it, as the protobuf reader counts. `plain`: around it no AnyValue objects were used, so an object is a map. */
  #any(tag: number, c: number, depth: number, plain: boolean): void {
    const out = this.#out;
    if (depth >= MAX_DEPTH) this.#in.fail(`at most ${MAX_DEPTH} levels of nesting`);
    const width = depth > MOVED_DEPTH ? FULL_WIDTH : 1;
    out.tag(tag);
    const start = out.open(width);
    if (c === OPEN_BRACE && !(plain && !this.#looksLikeAnyValue())) this.#message(ANY_VALUE, depth + 1);
    else this.#plainValue(c, depth + 1);
    out.close(start, width);
  }

  /** Whether the object at `pos` begins with a field of AnyValue, or is empty. */
  #looksLikeAnyValue(): boolean {
    const reader = this.#in;
    const before = reader.pos;
    reader.pos++;
    const c = reader.peek();
    const found = c === QUOTE && ANY_VALUE.fields.some((field) => this.#takes(field));
    reader.pos = before;
    return found;
  }

  /** The content of an AnyValue for a plain JSON value: integers that fit become ints, other numbers doubles. */
  #plainValue(c: number, depth: number): void {
    const reader = this.#in;
    const out = this.#out;
    switch (c) {
      case QUOTE:
        writeString(reader, out, STRING_VALUE, c);
        break;
      case LOWER_N:
        reader.null();
        break;
      case 0x74: // t
      case 0x66: // f
        out.tag(BOOL_VALUE);
        out.varint32(reader.boolean() ? 1 : 0);
        break;
      case OPEN_BRACKET:
      case OPEN_BRACE: {
        const width = depth > MOVED_DEPTH ? FULL_WIDTH : 1;
        out.tag(c === OPEN_BRACE ? KVLIST_VALUE : ARRAY_VALUE_TAG);
        const start = out.open(width);
        if (c === OPEN_BRACE) this.#entries(VALUES, depth);
        else this.#plainList(depth);
        out.close(start, width);
        break;
      }
      default:
        this.#intOrDouble(c);
    }
  }

  #plainList(depth: number): void {
    const reader = this.#in;
    reader.pos++;
    let c = reader.peek();
    if (c === CLOSE_BRACKET) {
      reader.pos++;
      return;
    }
    for (;;) {
      this.#any(VALUES, c, depth, true);
      c = reader.peek();
      if (c === COMMA) {
        reader.pos++;
        c = reader.peek();
      } else if (c === CLOSE_BRACKET) {
        reader.pos++;
        return;
      } else {
        reader.fail("',' or ']'");
      }
    }
  }

  /** An object as a list of KeyValue, each with `tag`: from '{' to behind '}'. */
  #entries(tag: number, depth: number): void {
    const reader = this.#in;
    const out = this.#out;
    const width = depth > MOVED_DEPTH ? FULL_WIDTH : 1;
    reader.pos++;
    let c = reader.peek();
    if (c === CLOSE_BRACE) {
      reader.pos++;
      return;
    }
    for (;;) {
      if (c !== QUOTE) reader.fail('a key in quotes');
      out.tag(tag);
      const start = out.open(width);
      writeString(reader, out, KEY, c);
      reader.colon();
      this.#any(VALUE, reader.peek(), depth, true);
      out.close(start, width);
      c = reader.peek();
      if (c === COMMA) {
        reader.pos++;
        c = reader.peek();
      } else if (c === CLOSE_BRACE) {
        reader.pos++;
        return;
      } else {
        reader.fail("',' or '}'");
      }
    }
  }

  /** AnyValue's int_value, or double_value for what is not a 64-bit integer (JS sends 1e21 as `intValue`). */
  #intOrDouble(c: number): void {
    const reader = this.#in;
    const start = reader.pos;
    const out = this.#out;
    if (reader.plainInteger(c) && reader.high < 2 ** 31) {
      out.tag(INT_VALUE);
      out.varint64(reader.low, reader.high);
      return;
    }
    reader.pos = start;
    reader.number(c, 'a value');
    if (reader.digitsOnly && reader.integer(true)) {
      out.tag(INT_VALUE);
      out.varint64(reader.low, reader.high);
    } else {
      const value = reader.double();
      const integer = Number.isInteger(value) && c === QUOTE && reader.integer(true);
      out.tag(integer ? INT_VALUE : DOUBLE_VALUE);
      if (integer) out.varint64(reader.low, reader.high);
      else out.double(value);
    }
  }
}
