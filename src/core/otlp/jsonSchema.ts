import { encodeUtf8 } from './jsonUtf8.ts';

/** How a field's JSON value is read and written. Numbers, because the transcoder branches on them for every value. */
export const KIND = {
  message: 0,
  string: 1,
  int64: 2,
  fixed64: 3,
  traceId: 4,
  spanId: 5,
  enum: 6,
  uint32: 7,
  fixed32: 8,
  double: 9,
  bool: 10,
  bytes: 11,
  sfixed64: 12,
  uint64: 13,
  sint32: 14,
} as const;

export type KindName = keyof typeof KIND;

/** One field of a message, ready for the transcoder. */
export interface FieldInfo {
  /** lowerCamelCase, the name OTLP/JSON uses. */
  readonly name: string;
  /** `name` for comparing, see {@link nameWords}. */
  readonly words: Int32Array;
  /** The snake_case spelling; undefined when it is the same. */
  readonly snake: string;
  readonly snakeWords: Int32Array | undefined;
  /** One of {@link KIND}. */
  readonly kind: number;
  readonly repeated: boolean;
  /** For messages: what a value of this field looks like. */
  readonly expected: string;
  /** Field number and wire type of one value. */
  readonly tag: number;
  /** Tag of the packed form, for repeated scalars. */
  readonly packedTag: number;
  readonly message: MessageInfo | undefined;
  readonly enumNames: ReadonlyMap<string, number> | undefined;
  /** The field that last followed this one: senders repeat their order. A hint, checked before use. */
  follower: FieldInfo | undefined;
}

/** A message type, ready for the transcoder. */
export interface MessageInfo {
  readonly name: string;
  readonly fields: FieldInfo[];
  /** Fields by the first letter of their name, which both spellings share. */
  readonly byLetter: (FieldInfo[] | undefined)[];
  /** Bytes kept free for the length in front of it: what most instances need, so that few must be moved. */
  readonly lengthBytes: number;
  /** The field that last came first. */
  first: FieldInfo | undefined;
}

/**
 * opentelemetry-proto 1.11, `name=number:type`, `[]` for repeated. Left out on purpose, hence ignored like any unknown
 * field: `entityRefs` and the `*Strindex` fields (profiles only).
 */
const MESSAGES: Readonly<Record<string, string>> = {
  AnyValue:
    'stringValue=1:string boolValue=2:bool intValue=3:int64 doubleValue=4:double arrayValue=5:ArrayValue kvlistValue=6:KeyValueList bytesValue=7:bytes',
  ArrayValue: 'values=1:AnyValue[]',
  KeyValueList: 'values=1:KeyValue[]',
  KeyValue: 'key=1:string value=2:AnyValue',
  InstrumentationScope: 'name=1:string version=2:string attributes=3:KeyValue[] droppedAttributesCount=4:uint32',
  Resource: 'attributes=1:KeyValue[] droppedAttributesCount=2:uint32',

  ExportTraceServiceRequest: 'resourceSpans=1:ResourceSpans[]',
  ResourceSpans: 'resource=1:Resource scopeSpans=2:ScopeSpans[] schemaUrl=3:string',
  ScopeSpans: 'scope=1:InstrumentationScope spans=2:Span[] schemaUrl=3:string',
  Span:
    'traceId=1:traceId spanId=2:spanId traceState=3:string parentSpanId=4:spanId flags=16:fixed32 name=5:string kind=6:SpanKind ' +
    'startTimeUnixNano=7:fixed64 endTimeUnixNano=8:fixed64 attributes=9:KeyValue[] droppedAttributesCount=10:uint32 ' +
    'events=11:Event[] droppedEventsCount=12:uint32 links=13:Link[] droppedLinksCount=14:uint32 status=15:Status',
  Event: 'timeUnixNano=1:fixed64 name=2:string attributes=3:KeyValue[] droppedAttributesCount=4:uint32',
  Link: 'traceId=1:traceId spanId=2:spanId traceState=3:string attributes=4:KeyValue[] droppedAttributesCount=5:uint32 flags=6:fixed32',
  Status: 'message=2:string code=3:StatusCode',

  ExportLogsServiceRequest: 'resourceLogs=1:ResourceLogs[]',
  ResourceLogs: 'resource=1:Resource scopeLogs=2:ScopeLogs[] schemaUrl=3:string',
  ScopeLogs: 'scope=1:InstrumentationScope logRecords=2:LogRecord[] schemaUrl=3:string',
  LogRecord:
    'timeUnixNano=1:fixed64 observedTimeUnixNano=11:fixed64 severityNumber=2:SeverityNumber severityText=3:string body=5:AnyValue ' +
    'attributes=6:KeyValue[] droppedAttributesCount=7:uint32 flags=8:fixed32 traceId=9:traceId spanId=10:spanId eventName=12:string',

  ExportMetricsServiceRequest: 'resourceMetrics=1:ResourceMetrics[]',
  ResourceMetrics: 'resource=1:Resource scopeMetrics=2:ScopeMetrics[] schemaUrl=3:string',
  ScopeMetrics: 'scope=1:InstrumentationScope metrics=2:Metric[] schemaUrl=3:string',
  Metric:
    'name=1:string description=2:string unit=3:string gauge=5:Gauge sum=7:Sum histogram=9:Histogram ' +
    'exponentialHistogram=10:ExponentialHistogram summary=11:Summary metadata=12:KeyValue[]',
  Gauge: 'dataPoints=1:NumberDataPoint[]',
  Sum: 'dataPoints=1:NumberDataPoint[] aggregationTemporality=2:AggregationTemporality isMonotonic=3:bool',
  Histogram: 'dataPoints=1:HistogramDataPoint[] aggregationTemporality=2:AggregationTemporality',
  ExponentialHistogram: 'dataPoints=1:ExponentialHistogramDataPoint[] aggregationTemporality=2:AggregationTemporality',
  Summary: 'dataPoints=1:SummaryDataPoint[]',
  NumberDataPoint:
    'attributes=7:KeyValue[] startTimeUnixNano=2:fixed64 timeUnixNano=3:fixed64 asDouble=4:double asInt=6:sfixed64 exemplars=5:Exemplar[] flags=8:uint32',
  HistogramDataPoint:
    'attributes=9:KeyValue[] startTimeUnixNano=2:fixed64 timeUnixNano=3:fixed64 count=4:fixed64 sum=5:double bucketCounts=6:fixed64[] ' +
    'explicitBounds=7:double[] exemplars=8:Exemplar[] flags=10:uint32 min=11:double max=12:double',
  ExponentialHistogramDataPoint:
    'attributes=1:KeyValue[] startTimeUnixNano=2:fixed64 timeUnixNano=3:fixed64 count=4:fixed64 sum=5:double scale=6:sint32 ' +
    'zeroCount=7:fixed64 positive=8:Buckets negative=9:Buckets flags=10:uint32 exemplars=11:Exemplar[] min=12:double max=13:double zeroThreshold=14:double',
  Buckets: 'offset=1:sint32 bucketCounts=2:uint64[]',
  SummaryDataPoint:
    'attributes=7:KeyValue[] startTimeUnixNano=2:fixed64 timeUnixNano=3:fixed64 count=4:fixed64 sum=5:double quantileValues=6:ValueAtQuantile[] flags=8:uint32',
  ValueAtQuantile: 'quantile=1:double value=2:double',
  Exemplar:
    'filteredAttributes=7:KeyValue[] timeUnixNano=2:fixed64 asDouble=3:double asInt=6:sfixed64 spanId=4:spanId traceId=5:traceId',
};

/** Names in order of number, without the prefix; both spellings are read. */
const ENUMS: Readonly<Record<string, { readonly prefix: string; readonly names: string }>> = {
  SpanKind: { prefix: 'SPAN_KIND_', names: 'UNSPECIFIED INTERNAL SERVER CLIENT PRODUCER CONSUMER' },
  StatusCode: { prefix: 'STATUS_CODE_', names: 'UNSET OK ERROR' },
  AggregationTemporality: { prefix: 'AGGREGATION_TEMPORALITY_', names: 'UNSPECIFIED DELTA CUMULATIVE' },
  SeverityNumber: {
    prefix: 'SEVERITY_NUMBER_',
    names: ['UNSPECIFIED']
      .concat(...['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].map((n) => [n, `${n}2`, `${n}3`, `${n}4`]))
      .join(' '),
  },
};

const WIRE_TYPE: Readonly<Record<KindName, number>> = {
  string: 2,
  bytes: 2,
  traceId: 2,
  spanId: 2,
  message: 2,
  bool: 0,
  sint32: 0,
  uint32: 0,
  uint64: 0,
  int64: 0,
  enum: 0,
  fixed32: 5,
  fixed64: 1,
  sfixed64: 1,
  double: 1,
};

const EXPECTED: Readonly<Record<KindName, string>> = {
  string: 'a string',
  bytes: 'base64',
  traceId: '32 hex digits',
  spanId: '16 hex digits',
  message: 'an object',
  bool: 'true or false',
  sint32: 'a 32-bit integer',
  uint32: 'an unsigned 32-bit integer',
  uint64: 'an unsigned 64-bit integer',
  int64: 'a 64-bit integer',
  enum: 'a number or a name',
  fixed32: 'an unsigned 32-bit integer',
  fixed64: 'an unsigned 64-bit integer',
  sfixed64: 'a 64-bit integer',
  double: 'a number',
};

/** Messages that hold a whole request's content need 4 bytes of length, spans and the like 2, attributes mostly 1. */
const FOUR_LENGTH_BYTES = /^(Resource|Scope)(Spans|Logs|Metrics)$/;
const ONE_LENGTH_BYTE = /^(AnyValue|ArrayValue|KeyValueList|KeyValue|InstrumentationScope|Status|ValueAtQuantile)$/;

const messages = new Map<string, MessageInfo>();
for (const name of Object.keys(MESSAGES)) {
  const lengthBytes = FOUR_LENGTH_BYTES.test(name) ? 4 : ONE_LENGTH_BYTE.test(name) ? 1 : 2;
  messages.set(name, { name, fields: [], byLetter: [], lengthBytes, first: undefined });
}
for (const [name, text] of Object.entries(MESSAGES)) {
  const { fields, byLetter } = messageType(name);
  for (const field of text.split(' ').map(parseField)) {
    fields.push(field);
    (byLetter[field.name.charCodeAt(0)] ??= []).push(field);
  }
}

/** The type of that name. */
export function messageType(name: string): MessageInfo {
  const message = messages.get(name);
  if (message === undefined) throw new Error(`no message ${name} in the OTLP schema`);
  return message;
}

function parseField(text: string): FieldInfo {
  const [, name = '', number = '', type = '', list = ''] = /^(\w+)=(\d+):(\w+)(\[\])?$/.exec(text) ?? [];
  const enumeration = ENUMS[type];
  const message = messages.get(type);
  const kind: KindName = enumeration !== undefined ? 'enum' : message !== undefined ? 'message' : (type as KindName);
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return {
    name,
    words: nameWords(name),
    snake,
    snakeWords: snake === name ? undefined : nameWords(snake),
    kind: KIND[kind],
    repeated: list !== '',
    expected: `${EXPECTED[kind]} (${name})`,
    tag: (Number(number) << 3) | WIRE_TYPE[kind],
    packedTag: (Number(number) << 3) | 2,
    message,
    enumNames: enumeration === undefined ? undefined : enumNames(enumeration.prefix, enumeration.names),
    follower: undefined,
  };
}

/**
 * The bytes of an ASCII name (three letters or more) and its closing quote as little-endian words of four; the last
 * word overlaps the one before it so that it ends with the quote.
 */
export function nameWords(name: string): Int32Array {
  const bytes = encodeUtf8(`${name}"`);
  const view = new DataView(bytes.buffer);
  const count = Math.ceil(bytes.length / 4);
  return Int32Array.from({ length: count }, (_, i) => view.getInt32(Math.min(i * 4, bytes.length - 4), true));
}

function enumNames(prefix: string, names: string): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  names.split(' ').forEach((name, number) => numbers.set(name, number).set(prefix + name, number));
  return numbers;
}
