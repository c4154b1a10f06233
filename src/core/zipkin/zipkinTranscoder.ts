import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  JsonReader,
  LOWER_N,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from '../otlp/jsonReader.ts';
import { messageType, type FieldInfo } from '../otlp/jsonSchema.ts';
import { writeString } from '../otlp/jsonStrings.ts';
import { STRING_VALUE, takeText, ZipkinOutput, type TextRange } from './zipkinOutput.ts';

/** Tags (field number × 8 + wire type) of the OTLP messages that are written here. */
const SPANS = 0x12;
const SPAN = { name: 0x2a, kind: 0x30, start: 0x39, end: 0x41, attribute: 0x4a, event: 0x5a, status: 0x7a } as const;
const ATTRIBUTE = { key: 0x0a, value: 0x12 } as const;
const EVENT = { time: 0x09, name: 0x12 } as const;
const STATUS = { message: 0x12, code: 0x18 } as const;
const STATUS_OK = 1;
const STATUS_ERROR = 2;

const SPAN_KINDS: ReadonlyMap<string, number> = new Map([
  ['SERVER', 2],
  ['CLIENT', 3],
  ['PRODUCER', 4],
  ['CONSUMER', 5],
]);
const INTERNAL = 1;
const SERVER = 2;

const TRACE_ID = idField('traceId', '32 hex digits (traceId)');
const ID = idField('spanId', '16 hex digits (id)');
const PARENT_ID = idField('parentSpanId', '16 hex digits (parentId)');

/** 2^64 divided by the golden ratio: far from the other ids of a generator that counts. */
const SHARED_MASK = [0x9e3779b9, 0x7f4a7c15] as const;
const MAX_NAME = 32;
const MAX_PORT = 65_535;

interface Endpoint {
  serviceName?: TextRange;
  ipv4?: TextRange;
  ipv6?: TextRange;
  port?: number;
}

/** What a span's fields tell that is written behind the others: they come in any order. Times in microseconds. */
interface Span {
  traceId?: TextRange;
  id?: TextRange;
  parentId?: TextRange;
  kind: number;
  shared: boolean;
  start?: number;
  duration?: number;
  firstAnnotation?: number;
  statusCode: number;
  statusMessage?: TextRange;
  readonly local: Endpoint;
  readonly remote: Endpoint;
}

/**
 * Zipkin v2 JSON (a list of spans, UTF-8 bytes) to the bytes of an OTLP `ExportTraceServiceRequest`.
 *
 * Follows OpenTelemetry's Zipkin mapping backwards: `localEndpoint.serviceName` is `service.name` of the resource, the
 * rest of it `network.local.*`; `remoteEndpoint` is `peer.service` and `network.peer.*`; annotations are events, tags
 * attributes as they were sent; a tag `error` other than `false` is status ERROR with its text, `otel.status_code` its
 * code; times become nanoseconds. Without a kind a span is INTERNAL, without a timestamp it starts at its first
 * annotation, without a duration it has no end. `debug` and `shared` become `zipkin.debug` and `zipkin.shared`.
 *
 * The two halves of a call share one id in Zipkin. A half marked `shared` gets an id of its own, derived from the
 * original, and the original as its parent, so that neither takes the other's place. What the server's half called names
 * the original as parent and stands beside it.
 *
 * @throws OtlpDecodeError with the byte offset when the text is not JSON or not Zipkin v2.
 */
export function transcodeZipkin(body: Uint8Array): Uint8Array<ArrayBuffer> {
  return new ZipkinTranscoder(body).run();
}

class ZipkinTranscoder {
  readonly #in: JsonReader;
  readonly #out: ZipkinOutput;

  constructor(body: Uint8Array) {
    this.#in = new JsonReader(body);
    this.#out = new ZipkinOutput(this.#in);
  }

  run(): Uint8Array<ArrayBuffer> {
    const reader = this.#in;
    if (reader.peek() !== OPEN_BRACKET) reader.fail("'[' (a list of Zipkin spans)");
    this.#list(() => this.#span());
    if (reader.peek() !== -1) reader.fail('the end of the text');
    this.#out.closeGroup();
    return this.#out.finish();
  }

  #span(): void {
    const out = this.#out;
    const begin = this.#in.pos;
    const entryAt = out.length;
    out.tag(SPANS);
    const start = out.open(2);
    const span: Span = { kind: INTERNAL, shared: false, statusCode: 0, local: {}, remote: {} };
    this.#object('{ (a Zipkin span)', (name, c) => this.#field(span, name, c));
    this.#ids(span, begin);
    this.#times(span);
    this.#endpointAttributes(span);
    this.#status(span);
    out.close(start, 2);
    out.place(entryAt, span.local.serviceName);
  }

  #field(span: Span, name: string, c: number): void {
    const reader = this.#in;
    switch (name) {
      case 'traceId':
      case 'id':
      case 'parentId':
        span[name] = takeText(reader);
        break;
      case 'name':
        writeString(reader, this.#out, SPAN.name, c);
        break;
      case 'kind':
        span.kind = this.#kind();
        break;
      case 'timestamp':
        span.start = this.#micros(c, name);
        break;
      case 'duration':
        span.duration = this.#micros(c, name);
        break;
      case 'localEndpoint':
        this.#endpoint(span.local);
        break;
      case 'remoteEndpoint':
        this.#endpoint(span.remote);
        break;
      case 'annotations':
        if (c !== OPEN_BRACKET) reader.fail('a list (annotations)');
        this.#list(() => this.#annotation(span));
        break;
      case 'tags':
        this.#tags(span);
        break;
      case 'shared':
        span.shared = reader.boolean();
        break;
      case 'debug':
        if (reader.boolean()) this.#out.flag('zipkin.debug');
        break;
      case 'binaryAnnotations':
        return reader.fail('a span of Zipkin v2 (binaryAnnotations are of v1)');
      default:
        reader.skipValue(1);
    }
  }

  #kind(): number {
    const { start, end } = takeText(this.#in);
    if (end - start > MAX_NAME) return INTERNAL;
    return SPAN_KINDS.get(this.#in.ascii(start + 1, end).toUpperCase()) ?? INTERNAL;
  }

  /** Microseconds; fractions are cut off. Below 2^53, in the year 2255. */
  #micros(c: number, name: string): number {
    const reader = this.#in;
    const expected = `microseconds (${name})`;
    const at = reader.pos;
    reader.number(c, expected);
    const value = Math.trunc(reader.double());
    if (!Number.isSafeInteger(value) || value < 0) reader.fail(expected, at);
    return value;
  }

  #endpoint(endpoint: Endpoint): void {
    const reader = this.#in;
    this.#object('{ (an endpoint)', (name, c) => {
      if (name === 'serviceName' || name === 'ipv4' || name === 'ipv6') {
        endpoint[name] = takeText(reader);
      } else if (name === 'port') {
        const at = reader.pos;
        reader.number(c, 'a port number');
        if (!reader.integer(true) || reader.high !== 0 || reader.low > MAX_PORT) reader.fail('a port number', at);
        endpoint.port = reader.low;
      } else {
        reader.skipValue(2);
      }
    });
  }

  #annotation(span: Span): void {
    const out = this.#out;
    out.tag(SPAN.event);
    const start = out.open(1);
    this.#object('{ (an annotation)', (name, c) => {
      if (name === 'timestamp') {
        const micros = this.#micros(c, name);
        span.firstAnnotation = Math.min(micros, span.firstAnnotation ?? micros);
        out.fixed64Of(EVENT.time, nanosOf(micros));
      } else if (name === 'value') {
        writeString(this.#in, out, EVENT.name, c);
      } else {
        this.#in.skipValue(3);
      }
    });
    out.close(start, 1);
  }

  #tags(span: Span): void {
    const reader = this.#in;
    const out = this.#out;
    this.#entries('{ (tags)', (key) => {
      reader.colon();
      const c = reader.peek();
      if (c === LOWER_N) {
        reader.null();
        return;
      }
      out.tag(SPAN.attribute);
      const start = out.open(1);
      out.text(ATTRIBUTE.key, key);
      out.tag(ATTRIBUTE.value);
      const value = out.open(1);
      const at = reader.pos;
      writeString(reader, out, STRING_VALUE, c);
      out.close(value, 1);
      out.close(start, 1);
      this.#tagStatus(span, key, { start: at, end: reader.pos - 1 });
    });
  }

  #tagStatus(span: Span, key: TextRange, value: TextRange): void {
    const is = ({ start, end }: TextRange, text: string): boolean =>
      end - start === text.length + 1 && this.#in.matches(start + 1, text);
    if (is(key, 'error')) {
      const quoted = this.#in.bytes[value.start] === QUOTE;
      if (quoted ? is(value, 'false') : this.#in.matches(value.start, 'false')) return;
      span.statusCode = STATUS_ERROR;
      if (quoted && !is(value, 'true') && !is(value, '')) span.statusMessage = value;
    } else if (is(key, 'otel.status_code')) {
      if (is(value, 'ERROR')) span.statusCode = STATUS_ERROR;
      else if (is(value, 'OK') && span.statusCode === 0) span.statusCode = STATUS_OK;
    }
  }

  /** `begin`: where the span stands in the text. */
  #ids({ traceId, id, parentId, shared, kind }: Span, begin: number): void {
    const out = this.#out;
    if (traceId === undefined || out.id(TRACE_ID, traceId, 16) < 0) this.#in.fail('a span with a traceId', begin);
    const idAt = id === undefined ? -1 : out.id(ID, id, 8);
    if (id === undefined || idAt < 0) this.#in.fail('a span with an id', begin);
    // Clients never set the mark: a half without its kind is the server's.
    const half = shared && (kind === SERVER || kind === INTERNAL);
    if (half) {
      const { view } = out;
      view.setUint32(idAt, view.getUint32(idAt) ^ SHARED_MASK[0]);
      view.setUint32(idAt + 4, view.getUint32(idAt + 4) ^ SHARED_MASK[1]);
      out.id(PARENT_ID, id, 8);
      out.flag('zipkin.shared');
    } else if (parentId !== undefined) {
      out.id(PARENT_ID, parentId, 8);
    }
    out.tag(SPAN.kind);
    out.varint32(half ? SERVER : kind);
  }

  /** Both stay below 2^64: no time has more than 2^53 microseconds. */
  #times({ start, duration, firstAnnotation }: Span): void {
    const from = start !== undefined && start > 0 ? start : (firstAnnotation ?? 0);
    if (from === 0) return;
    this.#out.fixed64Of(SPAN.start, nanosOf(from));
    if (duration !== undefined) this.#out.fixed64Of(SPAN.end, nanosOf(from) + nanosOf(duration));
  }

  #endpointAttributes({ local, remote }: Span): void {
    const out = this.#out;
    out.attribute('network.local.address', local.ipv4 ?? local.ipv6);
    if (local.port !== undefined && local.port > 0) out.number('network.local.port', local.port);
    out.attribute('peer.service', remote.serviceName);
    out.attribute('network.peer.address', remote.ipv4 ?? remote.ipv6);
    if (remote.port !== undefined && remote.port > 0) out.number('network.peer.port', remote.port);
  }

  #status({ statusCode, statusMessage }: Span): void {
    if (statusCode === 0) return;
    const out = this.#out;
    out.tag(SPAN.status);
    const start = out.open(1);
    if (statusMessage !== undefined) out.text(STATUS.message, statusMessage);
    out.tag(STATUS.code);
    out.varint32(statusCode);
    out.close(start, 1);
  }

  /** From '{' to behind '}'; `read` takes the value of each name, whose first byte is `c`. `null` is absence. */
  #object(expected: string, read: (name: string, c: number) => void): void {
    const reader = this.#in;
    this.#entries(expected, ({ start, end }) => {
      const name = end - start > MAX_NAME ? '' : reader.ascii(start + 1, end);
      reader.colon();
      const c = reader.peek();
      if (c === LOWER_N) reader.null();
      else read(name, c);
    });
  }

  /** From '{' to behind '}'; `read` takes what follows each name. */
  #entries(expected: string, read: (name: TextRange) => void): void {
    const reader = this.#in;
    if (reader.peek() !== OPEN_BRACE) reader.fail(expected);
    this.#items(CLOSE_BRACE, "',' or '}'", () => read(takeText(reader)));
  }

  /** From '[' to behind ']'; `read` takes each item. */
  #list(read: () => void): void {
    this.#items(CLOSE_BRACKET, "',' or ']'", read);
  }

  /** From the opening bracket to behind the closing one. */
  #items(close: number, expected: string, read: () => void): void {
    const reader = this.#in;
    reader.pos++;
    if (reader.peek() !== close) {
      read();
      while (reader.peek() !== close) {
        if (reader.peek() !== COMMA) reader.fail(expected);
        reader.pos++;
        reader.peek();
        read();
      }
    }
    reader.pos++;
  }
}

function idField(name: string, expected: string): FieldInfo {
  const field = messageType('Span').fields.find((one) => one.name === name);
  if (field === undefined) throw new Error(`no field ${name} in the OTLP schema`);
  return { ...field, expected };
}

function nanosOf(micros: number): bigint {
  return BigInt(micros) * 1000n;
}
