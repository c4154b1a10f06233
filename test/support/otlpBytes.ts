/**
 * OTLP protobuf bodies for tests.
 *
 * `traceFromText(text, options?)` draws a small trace as text and gives the bytes of its export:
 *
 *     POST /triage      gateway    0..900 server http.route=/triage
 *       fetch_features  features  10..60  client
 *       model_predict   model     70..850 model.name=clf "note=two words" event:first_token@300
 *         load          model     80..    error
 *       lost            model    100..120 orphan
 *
 * One line a span: name (may hold single spaces), service, start..end in milliseconds from `options.startMs` (decimals
 * allowed, no end = unfinished), then words in any order: a kind (internal, server, client, producer, consumer), `error`
 * or `ok` (status), `error:MESSAGE`, `orphan` (its parent id is nobody's), `event:NAME@MS`, `exception@MS`, `link`,
 * `key=value` attributes (whole number → int, decimal → double, true/false → bool, else string; quote the whole word for
 * spaces). Indentation is parentage. Span ids are 1, 2, 3, … in order of lines: `spanIdAt(1)` is the first line's.
 *
 * `ProtoWriter` and the message functions below write single messages.
 */
import type { SpanId, TraceId } from '../../src/core/model/ids.ts';

/** The trace id of `traceFromText` unless told otherwise. */
export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c' as TraceId;
/** Start of traces drawn as text: 2026-01-01T00:00:00Z in milliseconds. */
export const START_MS = 1767225600000;

/** Id of the span on line `ordinal`, counted from 1. */
export function spanIdAt(ordinal: number): SpanId {
  return ordinal.toString(16).padStart(16, '0') as SpanId;
}

export interface TraceTextOptions {
  readonly traceId?: string;
  readonly startMs?: number;
  /** Instrumentation scope of every span. */
  readonly scope?: string;
  /** More resource attributes for every service. */
  readonly resource?: Readonly<Record<string, AttributeInput>>;
  /** Only the spans on these lines (from 1), to send a trace in parts; ids and parents stay. */
  readonly lines?: readonly number[];
  /** Added to every span id, to keep several drawings apart. */
  readonly firstId?: number;
}

/** A value as tests write it: bigint → int64, whole number → int, other number → double. */
export type AttributeInput =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | { readonly double: number }
  | readonly AttributeInput[]
  | { readonly map: Readonly<Record<string, AttributeInput>> };

export interface EventInput {
  readonly name: string;
  readonly timeNs: bigint;
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  readonly dropped?: number;
}

export interface LinkInput {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState?: string;
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
}

export interface SpanInput {
  /** Hex; any length, also wrong ones. */
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly name?: string;
  readonly kind?: number;
  readonly startNs?: bigint;
  readonly endNs?: bigint;
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  readonly events?: readonly EventInput[];
  readonly links?: readonly LinkInput[];
  readonly status?: { readonly code?: number; readonly message?: string };
  readonly traceState?: string;
  readonly flags?: number;
  readonly droppedAttributes?: number;
}

export interface LogInput {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly timeNs?: bigint;
  readonly observedNs?: bigint;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly body?: AttributeInput;
  readonly eventName?: string;
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
}

/** Writes protobuf fields in call order. Chainable. */
export class ProtoWriter {
  private buffer = new Uint8Array(64);
  private used = 0;

  /** Any bytes, to damage a message on purpose. */
  raw(...bytes: number[]): this {
    return this.all(bytes);
  }

  /** A varint field; negative numbers as 10 bytes. */
  varint(field: number, value: bigint | number): this {
    this.tag(field, 0);
    this.plainVarint(BigInt.asUintN(64, BigInt(value)));
    return this;
  }

  fixed64(field: number, value: bigint): this {
    this.tag(field, 1);
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
    return this.all(bytes);
  }

  fixed32(field: number, value: number): this {
    this.tag(field, 5);
    return this.raw(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
  }

  double(field: number, value: number): this {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value, true);
    return this.fixed64(field, view.getBigUint64(0, true));
  }

  bytes(field: number, value: Uint8Array): this {
    this.tag(field, 2);
    this.plainVarint(BigInt(value.length));
    return this.all(value);
  }

  /** Bytes as they are, however many. */
  all(bytes: ArrayLike<number>): this {
    const end = this.used + bytes.length;
    if (end > this.buffer.length) {
      const buffer = new Uint8Array(Math.max(end, 2 * this.buffer.length));
      buffer.set(this.buffer);
      this.buffer = buffer;
    }
    this.buffer.set(bytes, this.used);
    this.used = end;
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, message: ProtoWriter): this {
    return this.bytes(field, message.finish());
  }

  group(field: number, inside: ProtoWriter): this {
    this.tag(field, 3);
    this.all(inside.finish());
    this.tag(field, 4);
    return this;
  }

  /** A tag alone. */
  tag(field: number, wireType: number): this {
    this.plainVarint(BigInt(field) * 8n + BigInt(wireType));
    return this;
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.buffer.slice(0, this.used);
  }

  private plainVarint(value: bigint): void {
    while (value > 0x7fn) {
      this.raw(Number(value & 0x7fn) | 0x80);
      value >>= 7n;
    }
    this.raw(Number(value));
  }
}

/** Bytes of hex digits. */
export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** AnyValue. */
export function anyValue(value: AttributeInput): ProtoWriter {
  const writer = new ProtoWriter();
  if (value === null) return writer;
  if (typeof value === 'string') return writer.text(1, value);
  if (typeof value === 'boolean') return writer.varint(2, value ? 1 : 0);
  if (typeof value === 'bigint') return writer.varint(3, value);
  if (typeof value === 'number') return Number.isInteger(value) ? writer.varint(3, value) : writer.double(4, value);
  if (value instanceof Uint8Array) return writer.bytes(7, value);
  if (isList(value)) {
    const list = new ProtoWriter();
    for (const item of value) list.message(1, anyValue(item));
    return writer.message(5, list);
  }
  if ('double' in value) return writer.double(4, value.double);
  const map = new ProtoWriter();
  keyValues(map, 1, value.map);
  return writer.message(6, map);
}

function isList(value: AttributeInput): value is readonly AttributeInput[] {
  return Array.isArray(value);
}

/** KeyValue. */
export function keyValue(key: string, value: AttributeInput): ProtoWriter {
  return new ProtoWriter().text(1, key).message(2, anyValue(value));
}

function keyValues(
  writer: ProtoWriter,
  field: number,
  attributes: Readonly<Record<string, AttributeInput>> = {},
): void {
  for (const [key, value] of Object.entries(attributes)) writer.message(field, keyValue(key, value));
}

/** Span. Fields left out of the input are left out of the message. */
export function span(input: SpanInput): ProtoWriter {
  const writer = new ProtoWriter();
  if (input.traceId !== undefined) writer.bytes(1, fromHex(input.traceId));
  if (input.spanId !== undefined) writer.bytes(2, fromHex(input.spanId));
  if (input.traceState !== undefined) writer.text(3, input.traceState);
  if (input.parentSpanId !== undefined) writer.bytes(4, fromHex(input.parentSpanId));
  if (input.flags !== undefined) writer.fixed32(16, input.flags);
  if (input.name !== undefined) writer.text(5, input.name);
  if (input.kind !== undefined) writer.varint(6, input.kind);
  if (input.startNs !== undefined) writer.fixed64(7, input.startNs);
  if (input.endNs !== undefined) writer.fixed64(8, input.endNs);
  keyValues(writer, 9, input.attributes);
  if (input.droppedAttributes !== undefined) writer.varint(10, input.droppedAttributes);
  for (const event of input.events ?? []) {
    const message = new ProtoWriter().fixed64(1, event.timeNs).text(2, event.name);
    keyValues(message, 3, event.attributes);
    if (event.dropped !== undefined) message.varint(4, event.dropped);
    writer.message(11, message);
  }
  for (const link of input.links ?? []) {
    const message = new ProtoWriter().bytes(1, fromHex(link.traceId)).bytes(2, fromHex(link.spanId));
    if (link.traceState !== undefined) message.text(3, link.traceState);
    keyValues(message, 4, link.attributes);
    writer.message(13, message);
  }
  if (input.status !== undefined) {
    const status = new ProtoWriter();
    if (input.status.message !== undefined) status.text(2, input.status.message);
    if (input.status.code !== undefined) status.varint(3, input.status.code);
    writer.message(15, status);
  }
  return writer;
}

/** LogRecord. */
export function logRecord(input: LogInput): ProtoWriter {
  const writer = new ProtoWriter();
  if (input.timeNs !== undefined) writer.fixed64(1, input.timeNs);
  if (input.observedNs !== undefined) writer.fixed64(11, input.observedNs);
  if (input.severityNumber !== undefined) writer.varint(2, input.severityNumber);
  if (input.severityText !== undefined) writer.text(3, input.severityText);
  if (input.body !== undefined) writer.message(5, anyValue(input.body));
  keyValues(writer, 6, input.attributes);
  if (input.traceId !== undefined) writer.bytes(9, fromHex(input.traceId));
  if (input.spanId !== undefined) writer.bytes(10, fromHex(input.spanId));
  if (input.eventName !== undefined) writer.text(12, input.eventName);
  return writer;
}

export interface GroupOptions {
  readonly service?: string;
  readonly resource?: Readonly<Record<string, AttributeInput>>;
  readonly scope?: string;
  readonly scopeVersion?: string;
  readonly schemaUrl?: string;
}

/** ResourceSpans or ResourceLogs (the layout is the same): one resource, one scope, the records. */
export function group(records: readonly ProtoWriter[], options: GroupOptions = {}): ProtoWriter {
  const resource = new ProtoWriter();
  keyValues(resource, 1, {
    ...(options.service === undefined ? {} : { 'service.name': options.service }),
    ...options.resource,
  });
  const scope = new ProtoWriter();
  if (options.scope !== undefined) scope.text(1, options.scope);
  if (options.scopeVersion !== undefined) scope.text(2, options.scopeVersion);
  const scoped = new ProtoWriter().message(1, scope);
  for (const record of records) scoped.message(2, record);
  const writer = new ProtoWriter().message(1, resource).message(2, scoped);
  if (options.schemaUrl !== undefined) writer.text(3, options.schemaUrl);
  return writer;
}

/** An export request of these groups. */
export function request(...groups: readonly ProtoWriter[]): Uint8Array<ArrayBuffer> {
  const writer = new ProtoWriter();
  for (const one of groups) writer.message(1, one);
  return writer.finish();
}

/** `ExportTraceServiceRequest` with one resource and scope. */
export function tracesRequest(spans: readonly SpanInput[], options: GroupOptions = {}): Uint8Array<ArrayBuffer> {
  return request(group(spans.map(span), options));
}

/** `ExportLogsServiceRequest` with one resource and scope. */
export function logsRequest(records: readonly LogInput[], options: GroupOptions = {}): Uint8Array<ArrayBuffer> {
  return request(group(records.map(logRecord), options));
}

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const LINE = /^( *)(\S.*?) +(\S+) +(\d+(?:\.\d+)?)\.\.(\d+(?:\.\d+)?)?(?: +(.*))?$/;

interface DrawnSpan {
  readonly service: string;
  readonly input: SpanInput;
}

/** Bytes of an `ExportTraceServiceRequest` for a trace drawn as text; see the top of this file. */
export function traceFromText(text: string, options: TraceTextOptions = {}): Uint8Array<ArrayBuffer> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const open: { indent: number; id: SpanId }[] = [];
  const drawn = lines.map((line, index): DrawnSpan => {
    const match = LINE.exec(line);
    if (match === null) throw new Error(`Not a span: ${line}`);
    const [, indent = '', name = '', service = '', start = '', end, words = ''] = match;
    while (open.length > 0 && (open.at(-1)?.indent ?? 0) >= indent.length) open.pop();
    const id = spanIdAt((options.firstId ?? 1) + index);
    const parent = open.at(-1)?.id;
    open.push({ indent: indent.length, id });
    return { service, input: spanOf({ name, id, parent, start, end, words }, options) };
  });
  const chosen = drawn.filter((_, index) => options.lines?.includes(index + 1) ?? true);
  // Batches hold runs of one service: SDKs export for one process at a time.
  const services = [...new Set(chosen.map((one) => one.service))];
  return request(
    ...services.map((service) =>
      group(
        chosen.filter((one) => one.service === service).map((one) => span(one.input)),
        { service, ...(options.scope === undefined ? {} : { scope: options.scope }), resource: options.resource ?? {} },
      ),
    ),
  );
}

function spanOf(
  line: { name: string; id: SpanId; parent: SpanId | undefined; start: string; end: string | undefined; words: string },
  options: TraceTextOptions,
): SpanInput {
  const at = (ms: string): bigint => {
    const base = BigInt(options.startMs ?? START_MS) * 1_000_000n;
    return base + BigInt(Math.round(Number(ms) * 1e6));
  };
  const attributes: Record<string, AttributeInput> = {};
  const events: EventInput[] = [];
  const links: LinkInput[] = [];
  let kind = 1;
  let status: { code: number; message?: string } | undefined;
  let parent: string | undefined = line.parent;
  for (const quoted of line.words.match(/"[^"]*"|\S+/g) ?? []) {
    const word = quoted.startsWith('"') ? quoted.slice(1, -1) : quoted;
    const [, key = '', value = ''] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
    if (key !== '') attributes[key] = parseValue(value);
    else if (KINDS.includes(word)) kind = KINDS.indexOf(word);
    else if (word === 'error' || word.startsWith('error:')) status = { code: 2, message: word.slice(6) };
    else if (word === 'ok') status = { code: 1 };
    else if (word === 'orphan') parent = 'ffffffff0000ffff';
    else if (word === 'link') links.push({ traceId: 'feedfeedfeedfeedfeedfeedfeedfeed', spanId: 'feedfeedfeedfeed' });
    else if (word.startsWith('event:')) {
      const [name = '', ms = line.start] = word.slice(6).split('@');
      events.push({ name, timeNs: at(ms) });
    } else if (word.startsWith('exception')) {
      events.push({
        name: 'exception',
        timeNs: at(word.split('@')[1] ?? line.start),
        attributes: {
          'exception.type': 'ValueError',
          'exception.message': 'bad value',
          'exception.stacktrace':
            'Traceback (most recent call last):\n  File "/srv/app/main.py", line 12, in handle\n    run()\nValueError: bad value',
        },
      });
    } else throw new Error(`Not known in a drawn span: ${word}`);
  }
  return {
    traceId: options.traceId ?? TRACE_ID,
    spanId: line.id,
    ...(parent === undefined ? {} : { parentSpanId: parent }),
    name: line.name,
    kind,
    startNs: at(line.start),
    ...(line.end === undefined ? {} : { endNs: at(line.end) }),
    attributes,
    events,
    links,
    ...(status === undefined ? {} : { status }),
  };
}

function parseValue(text: string): AttributeInput {
  if (/^-?\d+$/.test(text)) return BigInt(text);
  if (/^-?\d+\.\d+$/.test(text)) return { double: Number(text) };
  if (text === 'true' || text === 'false') return text === 'true';
  return text;
}
