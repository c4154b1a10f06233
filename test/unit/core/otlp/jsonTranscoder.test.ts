import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OtlpDecodeError } from '../../../../src/core/otlp/decodeError.ts';
import { transcodeJson } from '../../../../src/core/otlp/jsonTranscoder.ts';
import type { OtlpSignal } from '../../../../src/core/otlp/responses.ts';
import { decodeOtlp } from '../../../support/otlpProto.ts';

const REQUEST: Record<OtlpSignal, string> = {
  traces: 'ExportTraceServiceRequest',
  logs: 'ExportLogsServiceRequest',
  metrics: 'ExportMetricsServiceRequest',
};

function transcode(body: unknown, signal: OtlpSignal = 'traces'): unknown {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return decodeOtlp(REQUEST[signal], transcodeJson(signal, new TextEncoder().encode(text)));
}

/** The one span of a request that holds only `span`. */
function spanOf(span: unknown): Record<string, unknown> {
  const text = typeof span === 'string' ? span : JSON.stringify(span);
  const request = transcode(`{"resourceSpans":[{"scopeSpans":[{"spans":[${text}]}]}]}`) as {
    resourceSpans: { scopeSpans: { spans: Record<string, unknown>[] }[] }[];
  };
  return request.resourceSpans[0]!.scopeSpans[0]!.spans[0]!;
}

function attributesOf(attributes: string): unknown {
  return spanOf(`{"attributes":${attributes}}`)['attributes'];
}

function valueOf(value: string): unknown {
  const [attribute] = attributesOf(`[{"key":"k","value":${value}}]`) as { value?: unknown }[];
  return attribute!.value;
}

function refusal(body: string | Uint8Array, signal: OtlpSignal = 'traces'): OtlpDecodeError {
  try {
    transcodeJson(signal, typeof body === 'string' ? new TextEncoder().encode(body) : body);
  } catch (error) {
    assert.ok(error instanceof OtlpDecodeError, String(error));
    return error;
  }
  return assert.fail(`accepted: ${String(body)}`);
}

const TRACE_ID = '5b8efff798038103d269b633813fc60c';
const SPAN_ID = 'eee19b7ec3c1b174';

test("a span of the specification's example keeps every field", () => {
  const span = {
    traceId: TRACE_ID.toUpperCase(),
    spanId: SPAN_ID,
    parentSpanId: 'eee19b7ec3c1b173',
    traceState: 'a=b',
    flags: 257,
    name: 'I am a span "with" quotes',
    kind: 2,
    startTimeUnixNano: '1544712660000000000',
    endTimeUnixNano: '1544712661000000001',
    attributes: [{ key: 'my.span.attr', value: { stringValue: 'some value' } }],
    droppedAttributesCount: 1,
    events: [{ timeUnixNano: '1544712660000000007', name: 'e', droppedAttributesCount: 2 }],
    droppedEventsCount: 3,
    links: [{ traceId: TRACE_ID, spanId: SPAN_ID, traceState: 'c', droppedAttributesCount: 4, flags: 1 }],
    droppedLinksCount: 5,
    status: { message: 'm', code: 2 },
  };
  assert.deepEqual(spanOf(span), { ...span, traceId: TRACE_ID });
});

test('an empty request gives an empty message', () => {
  assert.deepEqual(transcode('{}'), {});
  assert.deepEqual(transcode(' \r\n\t{ } '), {});
  assert.deepEqual(transcode('{"resourceSpans":[]}'), {});
  assert.deepEqual(transcode('{"resourceSpans":null}'), {});
});

test('ids are read in any case, short, with dashes or 0x, and in base64; empty ones are absent', () => {
  const ids: readonly (readonly [string, string])[] = [
    ['5B8EFFF798038103D269B633813FC60C', TRACE_ID],
    ['d269b633813fc60c', '0000000000000000d269b633813fc60c'],
    ['abc', '00000000000000000000000000000abc'],
    ['0x5b8efff798038103d269b633813fc60c', TRACE_ID],
    ['5b8efff7-9803-8103-d269-b633813fc60c', TRACE_ID],
    ['W47/95gDgQPSabYzgT/GDA==', TRACE_ID],
    ['W47_95gDgQPSabYzgT_GDA', TRACE_ID],
  ];
  for (const [given, expected] of ids) assert.equal(spanOf({ traceId: given })['traceId'], expected, given);
  assert.equal(spanOf('{"traceId":"W47\\/95gDgQPSabYzgT\\/GDA=="}')['traceId'], TRACE_ID);
  assert.equal(spanOf({ spanId: '7uGbfsPBsXQ=' })['spanId'], SPAN_ID);
  assert.deepEqual(spanOf({ traceId: '', spanId: null, parentSpanId: '' }), {});
});

test('an id that is neither hex nor base64 of its length is refused with its path', () => {
  for (const id of [
    '"xyz"',
    '"5b8efff798038103d269b633813fc60c00"',
    '"0x"',
    '"-"',
    '12',
    '{}',
    '"W47/95gDgQPSabYzgT/GDAA="',
  ]) {
    const error = refusal(`{"resourceSpans":[{"scopeSpans":[{},{"spans":[{"name":"a"},{"traceId":${id}}]}]}]}`);
    assert.match(error.message, /^resourceSpans\[0\]\.scopeSpans\[1\]\.spans\[1\]\.traceId: expected 32 hex digits/);
    assert.equal(error.offset, 70);
  }
});

test('enums are read as numbers and as names in both spellings and any case; unknown names count as 0', () => {
  const kinds: readonly (readonly [string, number])[] = [
    ['3', 3],
    ['"3"', 3],
    ['"SPAN_KIND_CLIENT"', 3],
    ['"client"', 3],
    ['"SPAN_KIND_FUTURE"', 0],
    ['77', 77],
    ['-1', -1],
  ];
  for (const [given, expected] of kinds) assert.equal(spanOf(`{"kind":${given}}`)['kind'] ?? 0, expected, given);
  assert.deepEqual(spanOf({ status: { code: 'STATUS_CODE_ERROR' } }), { status: { code: 2 } });
  const log = transcode(
    { resourceLogs: [{ scopeLogs: [{ logRecords: [{ severityNumber: 'SEVERITY_NUMBER_WARN2' }] }] }] },
    'logs',
  );
  assert.deepEqual(log, { resourceLogs: [{ scopeLogs: [{ logRecords: [{ severityNumber: 14 }] }] }] });
});

test('64-bit times are read from text, exact numbers and floats', () => {
  const times: readonly (readonly [string, string])[] = [
    ['"1763697600123456789"', '1763697600123456789'],
    ['1763697600123456789', '1763697600123456789'],
    ['"18446744073709551615"', '18446744073709551615'],
    ['"000000000000000000000000000012"', '12'],
    ['"1763697600123"', '1763697600123'],
    ['176369760012345', '176369760012345'],
    ['1763697600123456', '1763697600123456'],
    ['1.7636976e18', '1763697600000000000'],
    ['1763697600000000000.5', '1763697600000000000'],
    ['"1.5"', '1'],
    ['0', '0'],
    ['-0', '0'],
  ];
  for (const [given, expected] of times) {
    assert.equal(spanOf(`{"startTimeUnixNano":${given}}`)['startTimeUnixNano'] ?? '0', expected, given);
  }
});

test('times that are no unsigned 64-bit integer are refused', () => {
  for (const time of [
    '"18446744073709551616"',
    '-1',
    '1e20',
    '"NaN"',
    '""',
    '"12x"',
    '01',
    '1.',
    '.5',
    '1e',
    '"1',
    'true',
    '[]',
    '99999999999999999999999',
  ]) {
    assert.match(
      refusal(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":${time}}]}]}]}`).message,
      /expected/,
      time,
    );
  }
});

test('AnyValue takes every kind, with integers as text or number and those beyond 64 bits as double', () => {
  const values: readonly (readonly [string, unknown])[] = [
    ['{"stringValue":"x"}', { stringValue: 'x' }],
    ['{"stringValue":""}', { stringValue: '' }],
    ['{"boolValue":false}', { boolValue: false }],
    ['{"boolValue":"true"}', { boolValue: true }],
    ['{"intValue":"-9223372036854775808"}', { intValue: '-9223372036854775808' }],
    ['{"intValue":-1}', { intValue: '-1' }],
    ['{"intValue":9223372036854775807}', { intValue: '9223372036854775807' }],
    ['{"intValue":9223372036854775808}', { doubleValue: 9223372036854775808 }],
    ['{"intValue":1e+21}', { doubleValue: 1e21 }],
    ['{"doubleValue":-0.1}', { doubleValue: -0.1 }],
    ['{"doubleValue":5e-324}', { doubleValue: 5e-324 }],
    ['{"doubleValue":0.30000000000000004}', { doubleValue: 0.30000000000000004 }],
    ['{"doubleValue":"2.5"}', { doubleValue: 2.5 }],
    ['{"doubleValue":"NaN"}', { doubleValue: 'NaN' }],
    ['{"doubleValue":"-Infinity"}', { doubleValue: '-Infinity' }],
    ['{"doubleValue":NaN}', { doubleValue: 'NaN' }],
    ['{"doubleValue":-Infinity}', { doubleValue: '-Infinity' }],
    ['{"doubleValue":null}', {}],
    ['{"bytesValue":"AAEC/w=="}', { bytesValue: '000102ff' }],
    ['{"bytesValue":"AAEC_w"}', { bytesValue: '000102ff' }],
    ['{"arrayValue":{"values":[{"intValue":1},null,{}]}}', { arrayValue: { values: [{ intValue: '1' }, {}, {}] } }],
    [
      '{"kvlistValue":{"values":[{"key":"a","value":{"boolValue":true}}]}}',
      { kvlistValue: { values: [{ key: 'a', value: { boolValue: true } }] } },
    ],
    ['{"arrayValue":{}}', { arrayValue: {} }],
    ['{"string_value":"snake"}', { stringValue: 'snake' }],
    ['{"futureValue":{"a":[1]},"stringValue":"x"}', { stringValue: 'x' }],
    ['{}', {}],
    [' { "stringValue" : "spaced" } ', { stringValue: 'spaced' }],
  ];
  for (const [given, expected] of values) assert.deepEqual(valueOf(given), expected, given);
  assert.deepEqual(valueOf('null'), undefined);
});

test('bytes that are not base64 are refused', () => {
  for (const bytes of ['"A"', '"AAEC/w==="', '"AA=A"', '"AAE.C"', '"AAE\\nC"', '12']) {
    const body = `{"resourceSpans":[{"resource":{"attributes":[{"key":"k","value":{"bytesValue":${bytes}}}]}}]}`;
    assert.match(refusal(body).message, /bytesValue: expected base64/, bytes);
  }
});

test('any spelling of a number gives the nearest double', () => {
  const digits = fc.string({ unit: fc.constantFrom('0', '1', '5', '9'), minLength: 1, maxLength: 30 });
  const integer = digits.map((text) => text.replace(/^0+(?=.)/, ''));
  const spelling = fc.oneof(
    fc.tuple(fc.nat(30), digits).map(([zeros, part]) => `0.${'0'.repeat(zeros)}${part}`),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.tuple(fc.constantFrom('', '-'), integer, digits).map(([sign, whole, part]) => `${sign}${whole}.${part}`),
    fc
      .tuple(integer, fc.constantFrom('e', 'E', 'e+', 'e-'), fc.nat(320))
      .map(([whole, e, power]) => `${whole}${e}${String(power)}`),
  );
  fc.assert(
    fc.property(spelling, (text) => {
      const number = Number(text);
      const value = number === Infinity ? 'Infinity' : number;
      assert.deepEqual(valueOf(`{"doubleValue":${text}}`), { doubleValue: value }, text);
    }),
    { numRuns: 2000 },
  );
});

test('plain values stand in for AnyValue, and an object for a list of attributes', () => {
  assert.deepEqual(
    attributesOf(
      '{"s":"x","i":3,"f":2.0,"b":true,"n":null,"l":[1,"a",[]],"m":{"x":{"y":1}},"t":{"intValue":"7"},"e":{}}',
    ),
    [
      { key: 's', value: { stringValue: 'x' } },
      { key: 'i', value: { intValue: '3' } },
      { key: 'f', value: { doubleValue: 2 } },
      { key: 'b', value: { boolValue: true } },
      { key: 'n', value: {} },
      { key: 'l', value: { arrayValue: { values: [{ intValue: '1' }, { stringValue: 'a' }, { arrayValue: {} }] } } },
      {
        key: 'm',
        value: {
          kvlistValue: {
            values: [{ key: 'x', value: { kvlistValue: { values: [{ key: 'y', value: { intValue: '1' } }] } } }],
          },
        },
      },
      { key: 't', value: { intValue: '7' } },
      { key: 'e', value: { kvlistValue: {} } },
    ],
  );
  assert.deepEqual(valueOf('"bare"'), { stringValue: 'bare' });
  assert.deepEqual(valueOf('[1]'), { arrayValue: { values: [{ intValue: '1' }] } });
  assert.deepEqual(attributesOf('{}'), undefined);
});

test('strings keep their text through escapes, surrogates and lengths around each size of length prefix', () => {
  assert.equal(spanOf('{"name":"a\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00z"}')['name'], 'a"\\/\b\f\n\r\té😀z');
  assert.equal(spanOf('{"name":"\\ud83dx\\ude00\\ud83d\\ud83d\\ude00"}')['name'], '\ufffdx\ufffd\ufffd😀');
  assert.equal(spanOf('{"n\\u0061me":"escaped key"}')['name'], 'escaped key');
  assert.equal(spanOf('{"name":12.50}')['name'], '12.50');
  for (const length of [1, 95, 96, 97, 120, 126, 127, 128, 129, 16_382, 16_383, 16_384, 2_097_153]) {
    for (const text of ['x'.repeat(length), `${'x'.repeat(length - 1)}"`]) {
      assert.equal(spanOf({ name: text })['name'], text);
      assert.deepEqual(valueOf(JSON.stringify({ stringValue: text })), { stringValue: text });
      assert.deepEqual(valueOf(`{ "stringValue":${JSON.stringify(text)}}`), { stringValue: text });
    }
  }
  const key = 'k'.repeat(300);
  assert.deepEqual(attributesOf(`[{"key":"${key}","value":{"intValue":1}}]`), [{ key, value: { intValue: '1' } }]);
});

test('raw control characters and invalid UTF-8 in strings pass as they are', () => {
  assert.equal(spanOf('{"name":"a\nb\u0000c"}')['name'], 'a\nb\u0000c');
  const body = Buffer.concat([
    Buffer.from('{"resourceSpans":[{"schemaUrl":"'),
    Buffer.from([0xff, 0xc3]),
    Buffer.from('"}]}'),
  ]);
  const out = transcodeJson('traces', body);
  assert.deepEqual([...out.subarray(-2)], [0xff, 0xc3]);
});

test('a byte order mark is skipped', () => {
  assert.deepEqual(transcode('\ufeff{"resourceSpans":[{}]}'), { resourceSpans: [{}] });
});

test('snake_case names are read like their camelCase twins', () => {
  assert.deepEqual(
    transcode({
      resource_spans: [
        {
          scope_spans: [
            { spans: [{ trace_id: TRACE_ID, start_time_unix_nano: 1, dropped_links_count: 2 }], schema_url: 'u' },
          ],
        },
      ],
    }),
    {
      resourceSpans: [
        {
          scopeSpans: [
            { spans: [{ traceId: TRACE_ID, startTimeUnixNano: '1', droppedLinksCount: 2 }], schemaUrl: 'u' },
          ],
        },
      ],
    },
  );
});

test('unknown fields are ignored whatever they hold, but must be JSON', () => {
  const unknown = '"x":{"a":[1,{"b":null},"\\u0041",true,-1.5e3,[]],"c":{}},"nam":1,"names":[[]]';
  assert.deepEqual(spanOf(`{${unknown},"name":"n",${unknown}}`), { name: 'n' });
  for (const bad of [
    '[1,]',
    '{"a":1,}',
    '{"a"}',
    '{a:1}',
    '[1 2]',
    '{"a" 1}',
    'tru',
    'nul',
    '01',
    '-',
    '"\\x"',
    '"\\u12g4"',
    '[',
    '{',
    "'a'",
    '+1',
    '1.e1',
  ]) {
    assert.match(refusal(`{"x":${bad}}`).message, /expected/, bad);
  }
});

test('of a field given twice the last scalar wins and messages merge, as protobuf does', () => {
  assert.deepEqual(spanOf('{"name":"a","status":{"code":2},"name":"b","status":{"message":"m"}}'), {
    name: 'b',
    status: { code: 2, message: 'm' },
  });
});

test('text around or instead of the object is refused with its place', () => {
  for (const [body, offset] of [
    ['', 0],
    ['  ', 2],
    ['[]', 0],
    ['{"resourceSpans":[]}x', 20],
    ['{"resourceSpans":[]', 19],
    ['{"resourceSpans" []}', 17],
    ['null', 0],
    ['\ufffe', 0],
  ] as const) {
    assert.equal(refusal(body).offset, offset, body);
  }
  const error = refusal('{"resourceSpans":[{"scopeSpans":[{"spans":[{},{"kind":{}}]}]}]}');
  assert.equal(
    error.message,
    'resourceSpans[0].scopeSpans[0].spans[1].kind: expected a number or a name (kind) at byte 54, found {}}]}]}]}',
  );
});

test("another signal's request is refused by name instead of being read as empty", () => {
  assert.match(
    refusal('{"resourceLogs":[]}').message,
    /expected resourceSpans \(a traces request\), found resourceLogs/,
  );
  assert.match(refusal('{"resourceSpans":[]}', 'metrics').message, /found resourceSpans/);
});

test('what a refusal quotes from the body is printable ASCII of bounded length', () => {
  const hostile = `{"resourceSpans":[{"${'\u202e<b>\u0000'.repeat(1000)}":{"a":?${'\u001b[31m'.repeat(1000)}`;
  const { message } = refusal(hostile);
  assert.ok(message.length < 400, String(message.length));
  assert.match(message, /^[\x20-\x7e\u00b7\u2026]+$/);
});

test('nesting is limited in known and unknown fields alike', () => {
  const nested = (levels: number): string =>
    '{"arrayValue":{"values":['.repeat(levels) + '{"intValue":1}' + ']}}'.repeat(levels);
  const request = (value: string): string =>
    `{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"k","value":${value}}]}]}]}]}`;
  // 64 AnyValues, as many as the protobuf reader takes (more than protobufjs does, hence not decoded here).
  assert.doesNotThrow(() => transcodeJson('traces', new TextEncoder().encode(request(nested(63)))));
  for (const deep of [nested(64), '['.repeat(65), '{"a":'.repeat(65), nested(500_000)]) {
    assert.match(refusal(request(deep)).message, /levels of nesting/);
  }
  assert.match(refusal(`{"x":${'['.repeat(2_000_000)}`).message, /levels of nesting/);
});

test('values nested as deep as allowed keep their content whatever its size', () => {
  for (const text of ['', 'x'.repeat(200), 'x'.repeat(20_000)]) {
    const value = '{"arrayValue":{"values":['.repeat(45) + `{"stringValue":"${text}"}` + ']}}'.repeat(45);
    assert.deepEqual(valueOf(value), JSON.parse(value));
  }
});

test('metrics of every type keep their points', () => {
  const point = { startTimeUnixNano: '1', timeUnixNano: '2', attributes: [{ key: 'a', value: { stringValue: 'b' } }] };
  const exemplars = [
    { timeUnixNano: '3', asInt: '-4', spanId: SPAN_ID, traceId: TRACE_ID, filteredAttributes: point.attributes },
  ];
  const request = {
    resourceMetrics: [
      {
        resource: { attributes: point.attributes },
        scopeMetrics: [
          {
            scope: { name: 's', version: '1' },
            metrics: [
              {
                name: 'g',
                unit: 's',
                description: 'd',
                gauge: { dataPoints: [{ ...point, asDouble: 1.5, exemplars }] },
              },
              {
                name: 's',
                sum: {
                  dataPoints: [{ ...point, asInt: '-7', flags: 1 }],
                  aggregationTemporality: 2,
                  isMonotonic: true,
                },
              },
              {
                name: 'h',
                histogram: {
                  dataPoints: [
                    {
                      ...point,
                      count: '3',
                      sum: 6,
                      bucketCounts: ['1', '2', '18446744073709551615'],
                      explicitBounds: [0.5, 10],
                      min: 1,
                      max: 3,
                    },
                  ],
                  aggregationTemporality: 1,
                },
              },
              {
                name: 'e',
                exponentialHistogram: {
                  dataPoints: [
                    {
                      ...point,
                      count: '3',
                      sum: -6,
                      scale: -3,
                      zeroCount: '1',
                      positive: { offset: -2, bucketCounts: ['1', '300'] },
                      negative: { offset: 1, bucketCounts: ['0'] },
                      zeroThreshold: 0.25,
                    },
                  ],
                },
              },
              {
                name: 'q',
                summary: {
                  dataPoints: [{ ...point, count: '3', sum: 6, quantileValues: [{ quantile: 0.5, value: 2 }] }],
                },
              },
            ],
          },
        ],
      },
    ],
  };
  assert.deepEqual(transcode(request, 'metrics'), request);
  const many = { count: '1', bucketCounts: Array.from({ length: 5000 }, (_, i) => String(i)), explicitBounds: [] };
  const big = { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ histogram: { dataPoints: [many] } }] }] }] };
  const kept = { count: many.count, bucketCounts: many.bucketCounts };
  assert.deepEqual(transcode(big, 'metrics'), {
    resourceMetrics: [{ scopeMetrics: [{ metrics: [{ histogram: { dataPoints: [kept] } }] }] }],
  });
});

test('bytes that are not a request are refused with OtlpDecodeError, never another error, and never hang', () => {
  const valid = JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'a"b' } }] },
        scopeSpans: [
          {
            spans: [
              {
                traceId: TRACE_ID,
                name: 'n',
                kind: 1,
                startTimeUnixNano: '12',
                attributes: [{ key: 'x', value: { doubleValue: 1.5e3 } }],
              },
            ],
          },
        ],
      },
    ],
  });
  const bytes = new TextEncoder().encode(valid);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(15)), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.nat(bytes.length),
      fc.boolean(),
      (edits, cut, truncate) => {
        const body = bytes.slice(0, truncate ? cut : bytes.length);
        for (const [at, char] of edits) if (at < body.length) body[at] = '"\\{}[]:,0-eunt\u0000'.charCodeAt(char);
        let out: Uint8Array | undefined;
        try {
          out = transcodeJson('traces', body);
        } catch (error) {
          assert.ok(error instanceof OtlpDecodeError, String(error));
          assert.ok(error.offset >= 0 && error.offset <= body.length);
        }
        if (out !== undefined) {
          decodeOtlp(REQUEST.traces, out);
          // Control characters are the only thing accepted here that JSON refuses.
          assert.doesNotThrow(() => JSON.parse(new TextDecoder().decode(body).replaceAll('\u0000', '?')) as unknown);
        }
      },
    ),
    { numRuns: 3000 },
  );
});

test('the result does not share memory with the next one', () => {
  const first = transcodeJson('traces', new TextEncoder().encode('{"resourceSpans":[{"schemaUrl":"first"}]}'));
  const before = Buffer.from(first).toString('hex');
  transcodeJson('traces', new TextEncoder().encode('{"resourceSpans":[{"schemaUrl":"other"}]}'));
  assert.equal(Buffer.from(first).toString('hex'), before);
  assert.equal(first.buffer.byteLength, first.length);
});
