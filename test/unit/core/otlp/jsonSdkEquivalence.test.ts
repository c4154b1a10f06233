import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MetricStore } from '../../../../src/core/metrics/metricStore.ts';
import { transcodeJson } from '../../../../src/core/otlp/jsonTranscoder.ts';
import { TraceStore } from '../../../../src/core/store/traceStore.ts';
import { decodeOtlp } from '../../../support/otlpProto.ts';

// The JS SDK writes the same spans as JSON and as protobuf, by two independent serializers: what Spanline makes of the
// JSON must say the same as the protobuf. Left out because the SDK's JSON itself loses them: NaN and infinities (null),
// integers above 2^53 (rounded).

type Spans = Parameters<typeof JsonTraceSerializer.serializeRequest>[0];
type Logs = Parameters<typeof JsonLogsSerializer.serializeRequest>[0];
type Metrics = Parameters<typeof JsonMetricsSerializer.serializeRequest>[0];

const text = fc.string({ unit: 'binary', maxLength: 40 });
const hexId = (digits: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: digits, maxLength: digits });
const count = fc.nat(1000);
const hrTime = fc.tuple(fc.integer({ min: 0, max: 18_446_744_072 }), fc.integer({ min: 0, max: 999_999_999 }));
const keptByJson = (n: number): boolean => !Number.isInteger(n) || Number.isSafeInteger(n) || Math.abs(n) >= 2 ** 64;
const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }).filter(keptByJson),
);
const { value: attributeValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    number,
    fc.boolean(),
    fc.uint8Array({ maxLength: 20 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  ),
}));
const attributes = fc.dictionary(text, attributeValue, { maxKeys: 6 });
const resource = fc.record({ attributes, schemaUrl: text });
const scope = fc.record({ name: text, version: text, schemaUrl: text, attributes });
const spanContext = fc.record({
  traceId: hexId(32),
  spanId: hexId(16),
  traceFlags: fc.integer({ min: 0, max: 255 }),
  isRemote: fc.boolean(),
});

const spans = fc.tuple(resource, scope).chain(([resourceOfAll, scopeOfAll]) =>
  fc.array(
    fc.record({
      name: text,
      kind: fc.integer({ min: 0, max: 4 }),
      context: spanContext,
      parentSpanContext: fc.option(spanContext, { nil: undefined }),
      startTime: hrTime,
      endTime: hrTime,
      status: fc.record({ code: fc.integer({ min: 0, max: 2 }), message: text }),
      attributes,
      links: fc.array(fc.record({ context: spanContext, attributes, droppedAttributesCount: count }), { maxLength: 2 }),
      events: fc.array(fc.record({ name: text, time: hrTime, attributes, droppedAttributesCount: count }), {
        maxLength: 2,
      }),
      droppedAttributesCount: count,
      droppedEventsCount: count,
      droppedLinksCount: count,
      resource: fc.constant(resourceOfAll),
      instrumentationScope: fc.constant(scopeOfAll),
    }),
    { minLength: 1, maxLength: 3 },
  ),
);

test('spans of the JS SDK say the same in JSON as in protobuf', () => {
  fc.assert(
    fc.property(spans, (generated) => {
      const readable = generated.map((span) => ({ ...span, spanContext: () => span.context })) as unknown as Spans;
      same(
        'traces',
        'ExportTraceServiceRequest',
        JsonTraceSerializer.serializeRequest(readable),
        ProtobufTraceSerializer.serializeRequest(readable),
      );
    }),
    { numRuns: 300 },
  );
});

const logs = fc.tuple(resource, scope).chain(([resourceOfAll, scopeOfAll]) =>
  fc.array(
    fc.record({
      hrTime,
      hrTimeObserved: hrTime,
      severityNumber: fc.integer({ min: 0, max: 24 }),
      severityText: text,
      eventName: text,
      body: attributeValue,
      attributes,
      spanContext: fc.option(spanContext, { nil: undefined }),
      droppedAttributesCount: count,
      resource: fc.constant(resourceOfAll),
      instrumentationScope: fc.constant(scopeOfAll),
    }),
    { minLength: 1, maxLength: 3 },
  ),
);

test('log records of the JS SDK say the same in JSON as in protobuf', () => {
  fc.assert(
    fc.property(logs, (generated) => {
      const readable = generated as unknown as Logs;
      same(
        'logs',
        'ExportLogsServiceRequest',
        JsonLogsSerializer.serializeRequest(readable),
        ProtobufLogsSerializer.serializeRequest(readable),
      );
    }),
    { numRuns: 300 },
  );
});

const dataPoint = <T>(value: fc.Arbitrary<T>) =>
  fc.array(fc.record({ startTime: hrTime, endTime: hrTime, attributes, value }), { maxLength: 3 });
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0); // JSON has no -0
const buckets = fc.array(count, { maxLength: 200 });
const descriptor = fc.record({ name: text, description: text, unit: text, valueType: fc.constantFrom(0, 1) });
const metric = descriptor.chain((of) =>
  fc.record({
    descriptor: fc.constant(of),
    aggregationTemporality: fc.constantFrom(0, 1),
    isMonotonic: fc.boolean(),
    data: fc.oneof(
      fc.record({
        dataPointType: fc.constantFrom(2, 3), // gauge, sum
        dataPoints: dataPoint(of.valueType === 0 ? fc.maxSafeInteger() : finite),
      }),
      fc.record({
        dataPointType: fc.constant(0), // histogram
        dataPoints: dataPoint(
          fc.record({
            count,
            sum: finite,
            min: finite,
            max: finite,
            buckets: fc.record({ boundaries: fc.array(finite, { maxLength: 20 }), counts: buckets }),
          }),
        ),
      }),
      fc.record({
        dataPointType: fc.constant(1), // exponential histogram
        dataPoints: dataPoint(
          fc.record({
            count,
            sum: finite,
            min: finite,
            max: finite,
            scale: fc.integer({ min: -10, max: 20 }),
            zeroCount: count,
            positive: fc.record({ offset: fc.integer({ min: -500, max: 500 }), bucketCounts: buckets }),
            negative: fc.record({ offset: fc.integer({ min: -500, max: 500 }), bucketCounts: buckets }),
          }),
        ),
      }),
    ),
  }),
);
const metrics = fc.record({
  resource,
  scopeMetrics: fc.array(fc.record({ scope, metrics: fc.array(metric, { maxLength: 4 }) }), { maxLength: 2 }),
});

test('metrics of the JS SDK say the same in JSON as in protobuf', () => {
  fc.assert(
    fc.property(metrics, (generated) => {
      const scopeMetrics = generated.scopeMetrics.map((of) => ({
        ...of,
        metrics: of.metrics.map(({ data, ...rest }) => ({ ...rest, ...data })),
      }));
      const readable = { resource: generated.resource, scopeMetrics } as unknown as Metrics;
      same(
        'metrics',
        'ExportMetricsServiceRequest',
        JsonMetricsSerializer.serializeRequest(readable),
        ProtobufMetricsSerializer.serializeRequest(readable),
      );
    }),
    { numRuns: 200 },
  );
});

const store = new TraceStore({ now: () => 0, maxBytes: 16 * 1024 * 1024 });
const INGEST = {
  traces: (body: Uint8Array) => store.ingestTraces(body),
  logs: (body: Uint8Array) => store.ingestLogs(body),
  metrics: (body: Uint8Array) => new MetricStore().ingest(body),
};

function same(
  signal: 'traces' | 'logs' | 'metrics',
  type: string,
  json: Uint8Array | undefined,
  protobuf: Uint8Array | undefined,
): void {
  assert.ok(json !== undefined && protobuf !== undefined);
  const transcoded = transcodeJson(signal, json);
  assert.deepEqual(decodeOtlp(type, transcoded), decodeOtlp(type, protobuf));
  // And our own reader takes it like the protobuf (lengths padded by the transcoder included).
  assert.deepEqual(INGEST[signal](transcoded), INGEST[signal](protobuf));
}
