/** Protobuf wire types as bits, so that a field can allow several (packed and unpacked repeated numbers). */
const VARINT = 1 << 0;
const FIXED64 = 1 << 1;
const LEN = 1 << 2;
const FIXED32 = 1 << 5;

/** One field of a message: what it may look like on the wire. */
export interface FieldShape {
  readonly name: string;
  /** Bits `1 << wireType` of the allowed wire types. */
  readonly wireTypes: number;
  /** For length-delimited fields that hold a message. */
  readonly message?: MessageShape;
  /** Occurrences are counted (data points, log records). */
  readonly counted?: boolean;
}

/** A message of the OTLP schema (opentelemetry-proto 1.11), fields by number. */
export interface MessageShape {
  readonly name: string;
  readonly fields: readonly (FieldShape | undefined)[];
  /** Entering it counts towards the nesting limit. */
  readonly nests: boolean;
}

interface MutableShape extends MessageShape {
  readonly fields: (FieldShape | undefined)[];
}

type FieldTuple = readonly [number: number, name: string, wireTypes: number, message?: MessageShape, counted?: boolean];

function shape(name: string, nests = false): MutableShape {
  return { name, fields: [], nests };
}

function fill(target: MutableShape, fields: readonly FieldTuple[]): MessageShape {
  for (const [number, name, wireTypes, message, counted] of fields) {
    target.fields[number] = {
      name,
      wireTypes,
      ...(message === undefined ? {} : { message }),
      ...(counted === undefined ? {} : { counted }),
    };
  }
  return target;
}

const anyValue = shape('AnyValue', true);
const keyValue = shape('KeyValue');

export const ANY_VALUE = anyValue as MessageShape;
export const KEY_VALUE = fill(keyValue, [
  [1, 'key', LEN],
  [2, 'value', LEN, ANY_VALUE],
]);
const ARRAY_VALUE = fill(shape('ArrayValue'), [[1, 'values', LEN, ANY_VALUE]]);
const KEY_VALUE_LIST = fill(shape('KeyValueList'), [[1, 'values', LEN, KEY_VALUE]]);
fill(anyValue, [
  [1, 'string_value', LEN],
  [2, 'bool_value', VARINT],
  [3, 'int_value', VARINT],
  [4, 'double_value', FIXED64],
  [5, 'array_value', LEN, ARRAY_VALUE],
  [6, 'kvlist_value', LEN, KEY_VALUE_LIST],
  [7, 'bytes_value', LEN],
]);

export const RESOURCE = fill(shape('Resource'), [
  [1, 'attributes', LEN, KEY_VALUE],
  [2, 'dropped_attributes_count', VARINT],
]);
export const SCOPE = fill(shape('InstrumentationScope'), [
  [1, 'name', LEN],
  [2, 'version', LEN],
  [3, 'attributes', LEN, KEY_VALUE],
  [4, 'dropped_attributes_count', VARINT],
]);

export const EVENT = fill(shape('Span.Event'), [
  [1, 'time_unix_nano', FIXED64],
  [2, 'name', LEN],
  [3, 'attributes', LEN, KEY_VALUE],
  [4, 'dropped_attributes_count', VARINT],
]);
export const LINK = fill(shape('Span.Link'), [
  [1, 'trace_id', LEN],
  [2, 'span_id', LEN],
  [3, 'trace_state', LEN],
  [4, 'attributes', LEN, KEY_VALUE],
  [5, 'dropped_attributes_count', VARINT],
  [6, 'flags', FIXED32],
]);
export const STATUS = fill(shape('Status'), [
  [2, 'message', LEN],
  [3, 'code', VARINT],
]);
export const SPAN = fill(shape('Span'), [
  [1, 'trace_id', LEN],
  [2, 'span_id', LEN],
  [3, 'trace_state', LEN],
  [4, 'parent_span_id', LEN],
  [5, 'name', LEN],
  [6, 'kind', VARINT],
  [7, 'start_time_unix_nano', FIXED64],
  [8, 'end_time_unix_nano', FIXED64],
  [9, 'attributes', LEN, KEY_VALUE],
  [10, 'dropped_attributes_count', VARINT],
  [11, 'events', LEN, EVENT],
  [12, 'dropped_events_count', VARINT],
  [13, 'links', LEN, LINK],
  [14, 'dropped_links_count', VARINT],
  [15, 'status', LEN, STATUS],
  [16, 'flags', FIXED32],
]);
export const SCOPE_SPANS = fill(shape('ScopeSpans'), [
  [1, 'scope', LEN, SCOPE],
  [2, 'spans', LEN, SPAN],
  [3, 'schema_url', LEN],
]);
export const RESOURCE_SPANS = fill(shape('ResourceSpans'), [
  [1, 'resource', LEN, RESOURCE],
  [2, 'scope_spans', LEN, SCOPE_SPANS],
  [3, 'schema_url', LEN],
]);
export const TRACES_REQUEST = fill(shape('ExportTraceServiceRequest'), [[1, 'resource_spans', LEN, RESOURCE_SPANS]]);

export const LOG_RECORD = fill(shape('LogRecord'), [
  [1, 'time_unix_nano', FIXED64],
  [2, 'severity_number', VARINT],
  [3, 'severity_text', LEN],
  [5, 'body', LEN, ANY_VALUE],
  [6, 'attributes', LEN, KEY_VALUE],
  [7, 'dropped_attributes_count', VARINT],
  [8, 'flags', FIXED32],
  [9, 'trace_id', LEN],
  [10, 'span_id', LEN],
  [11, 'observed_time_unix_nano', FIXED64],
  [12, 'event_name', LEN],
]);
export const SCOPE_LOGS = fill(shape('ScopeLogs'), [
  [1, 'scope', LEN, SCOPE],
  [2, 'log_records', LEN, LOG_RECORD],
  [3, 'schema_url', LEN],
]);
export const RESOURCE_LOGS = fill(shape('ResourceLogs'), [
  [1, 'resource', LEN, RESOURCE],
  [2, 'scope_logs', LEN, SCOPE_LOGS],
  [3, 'schema_url', LEN],
]);
export const LOGS_REQUEST = fill(shape('ExportLogsServiceRequest'), [[1, 'resource_logs', LEN, RESOURCE_LOGS]]);

const EXEMPLAR = fill(shape('Exemplar'), [
  [2, 'time_unix_nano', FIXED64],
  [3, 'as_double', FIXED64],
  [4, 'span_id', LEN],
  [5, 'trace_id', LEN],
  [6, 'as_int', FIXED64],
  [7, 'filtered_attributes', LEN, KEY_VALUE],
]);
const NUMBER_DATA_POINT = fill(shape('NumberDataPoint'), [
  [2, 'start_time_unix_nano', FIXED64],
  [3, 'time_unix_nano', FIXED64],
  [4, 'as_double', FIXED64],
  [5, 'exemplars', LEN, EXEMPLAR],
  [6, 'as_int', FIXED64],
  [7, 'attributes', LEN, KEY_VALUE],
  [8, 'flags', VARINT],
]);
const HISTOGRAM_DATA_POINT = fill(shape('HistogramDataPoint'), [
  [2, 'start_time_unix_nano', FIXED64],
  [3, 'time_unix_nano', FIXED64],
  [4, 'count', FIXED64],
  [5, 'sum', FIXED64],
  [6, 'bucket_counts', LEN | FIXED64],
  [7, 'explicit_bounds', LEN | FIXED64],
  [8, 'exemplars', LEN, EXEMPLAR],
  [9, 'attributes', LEN, KEY_VALUE],
  [10, 'flags', VARINT],
  [11, 'min', FIXED64],
  [12, 'max', FIXED64],
]);
const BUCKETS = fill(shape('ExponentialHistogramDataPoint.Buckets'), [
  [1, 'offset', VARINT],
  [2, 'bucket_counts', LEN | VARINT],
]);
const EXPONENTIAL_HISTOGRAM_DATA_POINT = fill(shape('ExponentialHistogramDataPoint'), [
  [1, 'attributes', LEN, KEY_VALUE],
  [2, 'start_time_unix_nano', FIXED64],
  [3, 'time_unix_nano', FIXED64],
  [4, 'count', FIXED64],
  [5, 'sum', FIXED64],
  [6, 'scale', VARINT],
  [7, 'zero_count', FIXED64],
  [8, 'positive', LEN, BUCKETS],
  [9, 'negative', LEN, BUCKETS],
  [10, 'flags', VARINT],
  [11, 'exemplars', LEN, EXEMPLAR],
  [12, 'min', FIXED64],
  [13, 'max', FIXED64],
  [14, 'zero_threshold', FIXED64],
]);
const VALUE_AT_QUANTILE = fill(shape('SummaryDataPoint.ValueAtQuantile'), [
  [1, 'quantile', FIXED64],
  [2, 'value', FIXED64],
]);
const SUMMARY_DATA_POINT = fill(shape('SummaryDataPoint'), [
  [2, 'start_time_unix_nano', FIXED64],
  [3, 'time_unix_nano', FIXED64],
  [4, 'count', FIXED64],
  [5, 'sum', FIXED64],
  [6, 'quantile_values', LEN, VALUE_AT_QUANTILE],
  [7, 'attributes', LEN, KEY_VALUE],
  [8, 'flags', VARINT],
]);
const METRIC = fill(shape('Metric'), [
  [1, 'name', LEN],
  [2, 'description', LEN],
  [3, 'unit', LEN],
  [5, 'gauge', LEN, fill(shape('Gauge'), [[1, 'data_points', LEN, NUMBER_DATA_POINT, true]])],
  [
    7,
    'sum',
    LEN,
    fill(shape('Sum'), [
      [1, 'data_points', LEN, NUMBER_DATA_POINT, true],
      [2, 'aggregation_temporality', VARINT],
      [3, 'is_monotonic', VARINT],
    ]),
  ],
  [
    9,
    'histogram',
    LEN,
    fill(shape('Histogram'), [
      [1, 'data_points', LEN, HISTOGRAM_DATA_POINT, true],
      [2, 'aggregation_temporality', VARINT],
    ]),
  ],
  [
    10,
    'exponential_histogram',
    LEN,
    fill(shape('ExponentialHistogram'), [
      [1, 'data_points', LEN, EXPONENTIAL_HISTOGRAM_DATA_POINT, true],
      [2, 'aggregation_temporality', VARINT],
    ]),
  ],
  [11, 'summary', LEN, fill(shape('Summary'), [[1, 'data_points', LEN, SUMMARY_DATA_POINT, true]])],
  [12, 'metadata', LEN, KEY_VALUE],
]);
const SCOPE_METRICS = fill(shape('ScopeMetrics'), [
  [1, 'scope', LEN, SCOPE],
  [2, 'metrics', LEN, METRIC],
  [3, 'schema_url', LEN],
]);
const RESOURCE_METRICS = fill(shape('ResourceMetrics'), [
  [1, 'resource', LEN, RESOURCE],
  [2, 'scope_metrics', LEN, SCOPE_METRICS],
  [3, 'schema_url', LEN],
]);
export const METRICS_REQUEST = fill(shape('ExportMetricsServiceRequest'), [
  [1, 'resource_metrics', LEN, RESOURCE_METRICS],
]);
