import {
  JsonTraceSerializer,
  ProtobufTraceSerializer,
  JsonLogsSerializer,
  ProtobufLogsSerializer,
} from '@opentelemetry/otlp-transformer';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { writeJson, writeJsonGroups } from '../../../../src/core/otlp/jsonWriter.ts';
import { transcodeJson } from '../../../../src/core/otlp/jsonTranscoder.ts';
import { decodeUtf8 } from '../../../../src/core/otlp/utf8.ts';
import type { OtlpSignal } from '../../../../src/core/otlp/responses.ts';
import { otlpMessage } from '../../../support/otlpArbitrary.ts';
import { decodeOtlp } from '../../../support/otlpProto.ts';
import {
  fromHex,
  group,
  keyValue,
  ProtoWriter,
  request,
  span,
  spanIdAt,
  TRACE_ID,
} from '../../../support/otlpBytes.ts';

const TYPES: Readonly<Record<OtlpSignal, string>> = {
  traces: 'ExportTraceServiceRequest',
  logs: 'ExportLogsServiceRequest',
  metrics: 'ExportMetricsServiceRequest',
};

function jsonOf(signal: OtlpSignal, body: Uint8Array): unknown {
  return JSON.parse(Buffer.from(writeJson(signal, body)).toString('utf8'));
}

/** The SDK's JSON as the mapping has it: it writes small integers as numbers, and a resource's schema URL twice. */
function sdkJson(json: Uint8Array): unknown {
  return JSON.parse(Buffer.from(json).toString('utf8'), (key, value: unknown) => {
    if (key === 'intValue') return String(value);
    if (key === 'resource') delete (value as Record<string, unknown>)['schemaUrl'];
    return value;
  });
}

describe('OTLP/JSON written from protobuf', () => {
  for (const signal of ['traces', 'logs', 'metrics'] as const) {
    test(`any ${signal} request says the same after it went through JSON`, () => {
      fc.assert(
        fc.property(otlpMessage(TYPES[signal]), (body) => {
          const json = writeJson(signal, body);
          assert.deepEqual(decodeOtlp(TYPES[signal], transcodeJson(signal, json)), decodeOtlp(TYPES[signal], body));
          // A strict reader of JSON takes it, too.
          JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
        }),
        { numRuns: 400 },
      );
    });
  }

  test('what the JS SDK writes as protobuf becomes the JSON that it writes itself', () => {
    const context = { traceId: TRACE_ID, spanId: spanIdAt(1), traceFlags: 1, isRemote: false };
    const parent = { ...context, spanId: spanIdAt(2) };
    const resource = { attributes: { 'service.name': 'svc', list: ['a', 1, true, 0.5] }, schemaUrl: 'https://r' };
    const instrumentationScope = { name: 'lib', version: '1.2', schemaUrl: 'https://s' };
    const shared = { attributes: { n: 12, d: 0.25, b: new Uint8Array([1, 255]) }, droppedAttributesCount: 3 };
    const spans = [
      {
        ...shared,
        name: 'POST /x "quoted" \\ é 🙂',
        kind: 1,
        spanContext: () => context,
        parentSpanContext: parent,
        startTime: [1_700_000_000, 1],
        endTime: [1_700_000_000, 2],
        status: { code: 2, message: 'no' },
        links: [{ ...shared, context: parent }],
        events: [{ ...shared, name: 'e', time: [1_700_000_000, 2] }],
        droppedEventsCount: 1,
        droppedLinksCount: 2,
        resource,
        instrumentationScope,
      },
    ] as unknown as Parameters<typeof JsonTraceSerializer.serializeRequest>[0];
    assert.deepEqual(
      jsonOf('traces', ProtobufTraceSerializer.serializeRequest(spans)!),
      sdkJson(JsonTraceSerializer.serializeRequest(spans)!),
    );
    const logs = [
      {
        ...shared,
        hrTime: [1_700_000_000, 1],
        hrTimeObserved: [1_700_000_000, 2],
        severityNumber: 9,
        severityText: 'INFO',
        eventName: 'ev',
        body: { text: 'hello', parts: [1, 2] },
        spanContext: context,
        resource,
        instrumentationScope,
      },
    ] as unknown as Parameters<typeof JsonLogsSerializer.serializeRequest>[0];
    assert.deepEqual(
      jsonOf('logs', ProtobufLogsSerializer.serializeRequest(logs)!),
      sdkJson(JsonLogsSerializer.serializeRequest(logs)!),
    );
  });

  test('64-bit numbers are text, enums numbers, ids hex, bytes base64', () => {
    const body = request(
      group(
        [
          span({
            traceId: TRACE_ID,
            spanId: spanIdAt(1),
            kind: 3,
            startNs: 2n ** 64n - 1n,
            attributes: {
              big: -(2n ** 63n),
              raw: new Uint8Array([251, 255]),
              nan: { double: NaN },
              low: { double: -0 },
            },
          }),
        ],
        {},
      ),
    );
    const written = jsonOf('traces', body) as { resourceSpans: [{ scopeSpans: [{ spans: unknown[] }] }] };
    assert.deepEqual(written.resourceSpans[0].scopeSpans[0].spans, [
      {
        traceId: TRACE_ID,
        spanId: spanIdAt(1),
        kind: 3,
        startTimeUnixNano: '18446744073709551615',
        attributes: [
          { key: 'big', value: { intValue: '-9223372036854775808' } },
          { key: 'raw', value: { bytesValue: '+/8=' } },
          { key: 'nan', value: { doubleValue: 'NaN' } },
          { key: 'low', value: { doubleValue: -0 } },
        ],
      },
    ]);
  });

  test('fields that come twice are written once, by the rules of protobuf', () => {
    const twice = new ProtoWriter()
      .bytes(1, fromHex(TRACE_ID))
      .bytes(2, fromHex(spanIdAt(1)))
      .text(5, 'first')
      .message(9, keyValue('a', 1))
      .message(15, new ProtoWriter().text(2, 'why'))
      .text(5, 'last')
      .message(9, keyValue('b', 2))
      .message(15, new ProtoWriter().varint(3, 2))
      .message(9, new ProtoWriter().text(1, 'c').message(2, new ProtoWriter().text(1, 'x').varint(3, 7)));
    const body = request(group([twice], {}));
    const json = writeJson('traces', body);
    assert.equal(
      Buffer.from(json)
        .toString('utf8')
        .match(/"name":/g)?.length,
      1,
    );
    assert.deepEqual(decodeOtlp(TYPES.traces, transcodeJson('traces', json)), decodeOtlp(TYPES.traces, body));
  });

  test('invalid UTF-8 becomes U+FFFD as a decoder shows it, and separators of lines are escaped', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (name) => {
        const body = request(group([new ProtoWriter().bytes(5, name)], {}));
        const written = jsonOf('traces', body) as { resourceSpans: [{ scopeSpans: [{ spans: [{ name: string }] }] }] };
        assert.equal(written.resourceSpans[0].scopeSpans[0].spans[0].name, decodeUtf8(name, 0, name.length));
      }),
      { numRuns: 3000 },
    );
    const text = Buffer.from(
      writeJson('traces', request(group([span({ name: 'a\u2028b\u2029c\nd' })], {}))),
    ).toString();
    assert.match(text, /"a\\u2028b\\u2029c\\nd"/);
  });

  test('fields outside the schema and ids that are too long are left out', () => {
    const odd = new ProtoWriter().bytes(1, new Uint8Array(17)).text(5, 'x').text(99, 'unknown');
    assert.deepEqual(jsonOf('traces', request(group([odd], {}))), {
      resourceSpans: [{ resource: {}, scopeSpans: [{ scope: {}, spans: [{ name: 'x' }] }] }],
    });
  });

  test('groups can be written part by part', () => {
    const one = request(group([span({ name: 'x' })], {}));
    const groups = Buffer.from(writeJsonGroups('traces', one)).toString();
    assert.equal(`{"resourceSpans":[${groups}]}`, Buffer.from(writeJson('traces', one)).toString());
    assert.equal(writeJsonGroups('traces', new Uint8Array(0)).length, 0);
    assert.deepEqual(jsonOf('logs', new Uint8Array(0)), { resourceLogs: [] });
  });
});
