import {
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MetricStore } from '../../../../src/core/metrics/metricStore.ts';
import type { Attribute, AttributeValue } from '../../../../src/core/model/attributes.ts';
import type { SpanId, TraceId } from '../../../../src/core/model/ids.ts';
import type { SpanDetails } from '../../../../src/core/model/span.ts';
import { isMask } from '../../../../src/core/redact/mask.ts';
import { TraceStore } from '../../../../src/core/store/traceStore.ts';
import { decodeOtlp, encodeOtlp } from '../../../support/otlpProto.ts';

// What the store says of a span must be what protobufjs reads from the same bytes, for bodies written by protobufjs
// from random messages and by the JS SDK's own encoder.

type Plain = Record<string, unknown>;

const LIMITS = { numRuns: 150, endOnFailure: true };

function newStore(): TraceStore {
  return new TraceStore({ now: () => 1000, maxBytes: 2 ** 28, inlineBytes: Infinity });
}

const list = (value: unknown): readonly Plain[] => (value as readonly Plain[] | undefined) ?? [];
const string = (value: unknown): string => (value as string | undefined) ?? '';
const count = (value: unknown): number => (value as number | undefined) ?? 0;

function expectedValue(value: Plain | undefined): AttributeValue {
  if (value === undefined) return { type: 'empty' };
  if ('stringValue' in value) return { type: 'string', value: string(value['stringValue']) };
  if ('boolValue' in value) return { type: 'bool', value: value['boolValue'] as boolean };
  if ('intValue' in value) return { type: 'int', value: string(value['intValue']) };
  if ('doubleValue' in value) return { type: 'double', value: value['doubleValue'] as number };
  if ('arrayValue' in value) {
    return { type: 'array', values: list((value['arrayValue'] as Plain)['values']).map(expectedValue) };
  }
  if ('kvlistValue' in value) {
    return { type: 'kvlist', entries: list((value['kvlistValue'] as Plain)['values']).map(expectedAttribute) };
  }
  if ('bytesValue' in value) {
    return { type: 'bytes', value: Buffer.from(string(value['bytesValue']), 'hex').toString('base64') };
  }
  return { type: 'empty' };
}

function expectedAttribute(attribute: Plain): Attribute {
  return { key: string(attribute['key']), value: expectedValue(attribute['value'] as Plain | undefined) };
}

/** Numbers as Object.is tells them apart would make -0 differ from the JSON form's 0. */
function sameZero(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function expectedDetails(span: Plain, scope: Plain | undefined, resource: Plain | undefined): Partial<SpanDetails> {
  const start = BigInt(string(span['startTimeUnixNano']) || '0');
  const status = span['status'] as Plain | undefined;
  return {
    name: string(span['name']),
    traceState: string(span['traceState']),
    flags: count(span['flags']),
    end: (string(span['endTimeUnixNano']) || '0').replace(/^0$/, ''),
    status: { code: (status?.['code'] ?? 0) as 0 | 1 | 2, message: string(status?.['message']) },
    attributes: list(span['attributes']).map(expectedAttribute),
    droppedAttributesCount: count(span['droppedAttributesCount']),
    events: list(span['events']).map((event) => {
      const time = BigInt(string(event['timeUnixNano']) || '0');
      return {
        name: string(event['name']),
        time: time.toString(),
        offsetNs: Number(time - start),
        attributes: list(event['attributes']).map(expectedAttribute),
        droppedAttributesCount: count(event['droppedAttributesCount']),
      };
    }),
    droppedEventsCount: count(span['droppedEventsCount']),
    links: list(span['links']).map((link) => ({
      traceId: string(link['traceId']),
      spanId: string(link['spanId']),
      traceState: string(link['traceState']),
      attributes: list(link['attributes']).map(expectedAttribute),
      droppedAttributesCount: count(link['droppedAttributesCount']),
      known: false,
    })),
    droppedLinksCount: count(span['droppedLinksCount']),
    scope: {
      name: string(scope?.['name']),
      version: string(scope?.['version']),
      attributes: list(scope?.['attributes']).map(expectedAttribute),
      droppedAttributesCount: count(scope?.['droppedAttributesCount']),
      schemaUrl: string(scope?.['schemaUrl']),
    },
    resource: {
      serviceName: 'svc',
      attributes: list(resource?.['attributes']).map(expectedAttribute),
      droppedAttributesCount: count(resource?.['droppedAttributesCount']),
      schemaUrl: string(resource?.['schemaUrl']),
    },
  };
}

/** Compares every span of a body as the store tells it with what protobufjs decodes. */
function assertSameAsProtobufjs(body: Uint8Array): number {
  const message = decodeOtlp('ExportTraceServiceRequest', body) as Plain;
  const store = newStore();
  const result = store.ingestTraces(Uint8Array.from(body));
  let spans = 0;
  for (const group of list(message['resourceSpans'])) {
    for (const scoped of list(group['scopeSpans'])) {
      for (const span of list(scoped['spans'])) {
        spans++;
        const ref = { traceId: string(span['traceId']) as TraceId, spanId: string(span['spanId']) as SpanId };
        const details = store.details(ref);
        assert.ok(details, `span ${ref.spanId} is held`);
        const expected = expectedDetails(
          span,
          { ...(scoped['scope'] as Plain | undefined), schemaUrl: scoped['schemaUrl'] },
          { ...(group['resource'] as Plain | undefined), schemaUrl: group['schemaUrl'] },
        );
        const said = Object.fromEntries(Object.keys(expected).map((key) => [key, details[key as keyof SpanDetails]]));
        assert.deepEqual(sameZero(said), sameZero(expected));
        const duration = BigInt(string(span['endTimeUnixNano']) || '0') - BigInt(details.start);
        assert.equal(details.durationNs, duration > 0n ? Number(duration) : 0);
      }
    }
  }
  assert.deepEqual(result, { accepted: spans, rejected: 0, message: '' });
  return spans;
}

const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const nanosText = fc.bigInt({ min: 1n, max: 2n ** 62n }).map(String);
const hex = (bytes: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: bytes, maxLength: bytes });
const { anyValue } = fc.letrec<{ anyValue: object }>((tie) => ({
  anyValue: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    text.map((stringValue) => ({ stringValue })),
    fc.boolean().map((boolValue) => ({ boolValue })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((intValue) => ({ intValue: String(intValue) })),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((doubleValue) => ({ doubleValue })),
    // Bytes that are one mask of a secret read as that (core/redact/mask.ts).
    fc
      .uint8Array({ maxLength: 300 })
      .filter((bytes) => !isMask(bytes, 0, bytes.length))
      .map((bytesValue) => ({ bytesValue })),
    fc.constant({}),
    fc.array(tie('anyValue'), { maxLength: 4 }).map((values) => ({ arrayValue: { values } })),
    fc
      .array(fc.record({ key: text, value: tie('anyValue') }), { maxLength: 4 })
      .map((values) => ({ kvlistValue: { values } })),
  ),
}));
const attributes = fc.array(fc.record({ key: text, value: anyValue }), { maxLength: 6 });
const span = fc.record(
  {
    parentSpanId: hex(8),
    traceState: text,
    flags: u32,
    name: fc.oneof(text, fc.string({ minLength: 250, maxLength: 400 })),
    kind: fc.integer({ min: 0, max: 5 }),
    startTimeUnixNano: nanosText,
    endTimeUnixNano: nanosText,
    attributes,
    droppedAttributesCount: u32,
    events: fc.array(fc.record({ timeUnixNano: nanosText, name: text, attributes, droppedAttributesCount: u32 }), {
      maxLength: 3,
    }),
    droppedEventsCount: u32,
    links: fc.array(fc.record({ traceId: hex(16), spanId: hex(8), traceState: text, attributes }), { maxLength: 3 }),
    droppedLinksCount: u32,
    status: fc.record({ message: text, code: fc.integer({ min: 0, max: 2 }) }),
  },
  { requiredKeys: ['startTimeUnixNano'] },
);
const service = { key: 'service.name', value: { stringValue: 'svc' } };
const traces = fc
  .array(
    fc.record({
      resource: fc.record({ attributes: attributes.map((more) => [...more, service]), droppedAttributesCount: u32 }),
      schemaUrl: text,
      scopeSpans: fc.array(
        fc.record(
          {
            scope: fc.record({ name: text, version: text, attributes }),
            schemaUrl: text,
            spans: fc.array(span, { maxLength: 5 }),
          },
          { requiredKeys: ['spans'] },
        ),
        { maxLength: 3 },
      ),
    }),
    { maxLength: 3 },
  )
  .map((resourceSpans) => {
    // Ids are numbered so that no two spans are the same.
    let next = 0;
    const numbered = resourceSpans.map((group) => ({
      ...group,
      scopeSpans: group.scopeSpans.map((scoped) => ({
        ...scoped,
        spans: scoped.spans.map((one) => {
          next++;
          const id = Buffer.alloc(8);
          // Words above 2^31, where signed and unsigned differ.
          id.writeUInt32BE(0xf0000000 + next, 0);
          id.writeUInt32BE(0x90000000 + next, 4);
          return {
            ...one,
            traceId: Buffer.concat([Buffer.alloc(8, 0xee - (next % 3)), Buffer.alloc(8, 0xdd)]),
            spanId: id,
          };
        }),
      })),
    }));
    return encodeOtlp('ExportTraceServiceRequest', { resourceSpans: numbered });
  });

test('spans of random requests read as protobufjs reads them', () => {
  let spans = 0;
  fc.assert(
    fc.property(traces, (body) => {
      spans += assertSameAsProtobufjs(body);
    }),
    LIMITS,
  );
  assert.ok(spans > 100, `${String(spans)} spans were compared`);
});

test("spans of the JS SDK's encoder read as protobufjs reads them", () => {
  const traceId = '5b8efff798038103d269b633813fc60c';
  const span = {
    name: 'chat gpt',
    kind: 2,
    spanContext: () => ({ traceId, spanId: 'eee19b7ec3c1b174', traceFlags: 1 }),
    parentSpanContext: { traceId, spanId: 'eee19b7ec3c1b173', traceFlags: 1, isRemote: true },
    startTime: [1_700_000_000, 123_456_789],
    endTime: [1_700_000_001, 5],
    status: { code: 2, message: 'boom' },
    attributes: {
      'http.route': '/x',
      count: 200,
      negative: -5,
      ratio: 0.25,
      on: true,
      tags: ['a', 'b'],
      mixed: [1, 2.5],
    },
    links: [
      { context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0 }, attributes: { why: 'retry' } },
    ],
    events: [{ time: [1_700_000_000, 200_000_000], name: 'exception', attributes: { 'exception.type': 'E' } }],
    duration: [0, 876_543_216],
    ended: true,
    resource: {
      attributes: { 'service.name': 'svc', 'process.pid': 77 },
      schemaUrl: 'https://opentelemetry.io/schemas/1.30.0',
    },
    instrumentationScope: { name: 'lib', version: '2.0', schemaUrl: 'https://example.org/scope' },
    droppedAttributesCount: 1,
    droppedEventsCount: 2,
    droppedLinksCount: 3,
  };
  const spans = [span] as unknown as Parameters<typeof ProtobufTraceSerializer.serializeRequest>[0];
  const body = ProtobufTraceSerializer.serializeRequest(spans);
  assert.ok(body);
  assert.equal(assertSameAsProtobufjs(body), 1);
});

test("log records of the JS SDK's encoder join their span", () => {
  const traceId = '5b8efff798038103d269b633813fc60c';
  const record = {
    hrTime: [1_700_000_000, 1],
    hrTimeObserved: [1_700_000_000, 2],
    spanContext: { traceId, spanId: 'eee19b7ec3c1b174', traceFlags: 1 },
    severityText: 'WARN',
    severityNumber: 13,
    body: { answer: [1, 'two'] },
    eventName: 'gen_ai.user.message',
    attributes: { a: 1 },
    droppedAttributesCount: 4,
    resource: { attributes: { 'service.name': 'svc' } },
    instrumentationScope: { name: 'logger' },
  };
  const records = [record] as unknown as Parameters<typeof ProtobufLogsSerializer.serializeRequest>[0];
  const body = ProtobufLogsSerializer.serializeRequest(records);
  assert.ok(body);
  const store = newStore();
  assert.deepEqual(store.ingestLogs(Uint8Array.from(body)), { accepted: 1, rejected: 0, message: '' });
  const logs = store.logs({ traceId: traceId as TraceId, spanId: 'eee19b7ec3c1b174' as SpanId });
  assert.deepEqual(logs, [
    {
      time: '1700000000000000001',
      offsetNs: 0,
      severityNumber: 13,
      severityText: 'WARN',
      eventName: 'gen_ai.user.message',
      body: {
        type: 'kvlist',
        entries: [
          {
            key: 'answer',
            value: {
              type: 'array',
              values: [
                { type: 'int', value: '1' },
                { type: 'string', value: 'two' },
              ],
            },
          },
        ],
      },
      attributes: [{ key: 'a', value: { type: 'int', value: '1' } }],
      droppedAttributesCount: 4,
      resource: { serviceName: 'svc' },
      scopeName: 'logger',
    },
  ]);
});

test('metric data points of every kind are counted', () => {
  const point = { timeUnixNano: '5', attributes: [] };
  const metrics = [
    { name: 'g', gauge: { dataPoints: [point, point] } },
    { name: 's', sum: { dataPoints: [point] } },
    { name: 'h', histogram: { dataPoints: [{ ...point, bucketCounts: ['1', '2'], explicitBounds: [0.5] }] } },
    { name: 'e', exponentialHistogram: { dataPoints: [{ ...point, positive: { offset: -1, bucketCounts: ['3'] } }] } },
    { name: 'q', summary: { dataPoints: [{ ...point, quantileValues: [{ quantile: 0.5, value: 1 }] }] } },
  ];
  const body = encodeOtlp('ExportMetricsServiceRequest', { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
  assert.deepEqual(new MetricStore().ingest(body), { accepted: 6, rejected: 0, message: '' });
  const empty = ProtobufMetricsSerializer.serializeRequest({
    resource: { attributes: {} },
    scopeMetrics: [],
  } as unknown as Parameters<typeof ProtobufMetricsSerializer.serializeRequest>[0]);
  assert.ok(empty);
  assert.equal(new MetricStore().ingest(empty).accepted, 0);
});
