import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MetricStore } from '../../../../src/core/metrics/metricStore.ts';
import { OtlpDecodeError } from '../../../../src/core/otlp/decodeError.ts';
import { TraceStore } from '../../../../src/core/store/traceStore.ts';
import { dumpStore } from '../../../support/dumpStore.ts';
import { otlpType } from '../../../support/otlpProto.ts';
import {
  anyValue,
  group,
  logsRequest,
  ProtoWriter,
  request,
  spanIdAt,
  TRACE_ID,
  tracesRequest,
} from '../../../support/otlpBytes.ts';

const TRACE = '11112222333344445555666677778888';

/** A small body with every field of a span, so that each byte of it can be damaged. */
const BODY = tracesRequest(
  [
    {
      traceId: TRACE,
      spanId: spanIdAt(7),
      parentSpanId: spanIdAt(6),
      name: 'op',
      kind: 2,
      startNs: 1_700_000_000_000_000_000n,
      endNs: 1_700_000_000_500_000_000n,
      flags: 0x101,
      traceState: 'a=b',
      attributes: {
        'code.lineno': '12',
        n: 200,
        list: ['x', { map: { y: { double: 0.5 } } }],
        raw: new Uint8Array([1, 2]),
      },
      droppedAttributes: 3,
      events: [
        { name: 'exception', timeNs: 1_700_000_000_100_000_000n, attributes: { 'exception.type': 'E' }, dropped: 1 },
      ],
      links: [{ traceId: TRACE, spanId: spanIdAt(9), attributes: { k: true } }],
      status: { code: 2, message: 'no' },
    },
  ],
  { service: 'svc', scope: 'lib', scopeVersion: '1', schemaUrl: 'u' },
);
const LOGS = logsRequest(
  [
    {
      traceId: TRACE_ID,
      spanId: spanIdAt(1),
      timeNs: 5n,
      observedNs: 6n,
      severityNumber: 9,
      severityText: 'INFO',
      body: { map: { a: [1, 'b'] } },
      eventName: 'gen_ai.choice',
      attributes: { k: 1n << 40n },
    },
  ],
  { service: 'svc', scope: 'lib' },
);

/** A store that holds something already, the same every time. */
function filledStore(): TraceStore {
  const store = new TraceStore({ now: () => 1000, maxBytes: 2 ** 24 });
  store.ingestTraces(tracesRequest([{ traceId: TRACE_ID, spanId: spanIdAt(1), name: 'held', startNs: 5n, endNs: 9n }]));
  store.ingestLogs(logsRequest([{ traceId: TRACE_ID, spanId: spanIdAt(1), body: 'held', attributes: { known: 'x' } }]));
  store.takeChanges();
  return store;
}

type Signal = 'traces' | 'logs' | 'metrics';

function ingest(store: TraceStore, signal: Signal, body: Uint8Array): void {
  if (signal === 'traces') store.ingestTraces(body);
  else if (signal === 'logs') store.ingestLogs(body);
  else new MetricStore().ingest(body);
}

/** Feeds a body; a refusal must be an OtlpDecodeError and must have changed nothing. Returns whether it was accepted. */
function accepts(signal: Signal, body: Uint8Array): boolean {
  const store = filledStore();
  const before = dumpStore(store);
  try {
    ingest(store, signal, Uint8Array.from(body));
  } catch (error) {
    assert.ok(
      error instanceof OtlpDecodeError,
      `${signal} body ${Buffer.from(body).toString('hex')}: ${String(error)}`,
    );
    assert.ok(error.offset >= 0 && error.offset <= body.length, 'the offset lies in the body');
    assert.deepEqual(dumpStore(store), before);
    assert.deepEqual(store.takeChanges(), { traces: false, touched: new Set(), status: false });
    return false;
  }
  // What was accepted can be read in full.
  for (const { traceId } of store.list(10)) {
    const columns = store.columns(traceId);
    assert.ok(columns);
    for (let i = 0; i < columns.count; i++) {
      const handle = columns.handle[i] ?? 0;
      store.labelOf(handle);
      store.eventOffsets(handle, columns.start, 8);
    }
  }
  for (const found of store.findSpans('0', 100)) {
    assert.ok(store.details(found));
    assert.ok(store.hints(found));
    store.logs(found);
  }
  store.signatures();
  return true;
}

function refusal(signal: Signal, body: Uint8Array): string {
  try {
    ingest(filledStore(), signal, body);
  } catch (error) {
    assert.ok(error instanceof OtlpDecodeError);
    return error.message;
  }
  return 'accepted';
}

/** A traces body whose only span holds `fields` beside its ids. */
function spanWith(fields: ProtoWriter): Uint8Array {
  const span = new ProtoWriter().bytes(1, Buffer.from(TRACE, 'hex')).bytes(2, Buffer.from(spanIdAt(2), 'hex'));
  return request(group([span.all(fields.finish())]));
}

describe('a body cut short', () => {
  for (const [signal, body] of [
    ['traces', BODY],
    ['logs', LOGS],
  ] as const) {
    test(`${signal}: is refused at every length but those that end between whole groups`, () => {
      const accepted = Array.from({ length: body.length + 1 }, (_, n) => n).filter((n) =>
        accepts(signal, body.subarray(0, n)),
      );
      assert.deepEqual(accepted, [0, body.length]);
    });
  }
});

describe('a damaged body', () => {
  test('is accepted whole or refused without a trace, wherever one byte is changed', () => {
    let refused = 0;
    for (let at = 0; at < BODY.length; at++) {
      for (const change of [0x01, 0x02, 0x04, 0x80, 0xff]) {
        const damaged = Uint8Array.from(BODY);
        damaged[at] = (damaged[at] ?? 0) ^ change;
        if (!accepts('traces', damaged)) refused++;
      }
    }
    assert.ok(refused > BODY.length / 2, `${String(refused)} refused`);
  });

  test('is never accepted where protobufjs finds it malformed', () => {
    const type = otlpType('ExportTraceServiceRequest');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(BODY.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('set', 'insert', 'remove'),
        (edits, how) => {
          const bytes = [...BODY];
          for (const [at, byte] of edits) {
            if (how === 'set') bytes[at] = byte;
            else bytes.splice(at, how === 'remove' ? 1 : 0, ...(how === 'insert' ? [byte] : []));
          }
          const damaged = Uint8Array.from(bytes);
          if (!accepts('traces', damaged)) return;
          try {
            type.decode(damaged);
          } catch (error) {
            // Invalid UTF-8 is shown with replacement characters here; protobufjs refuses it.
            assert.equal((error as { code?: string }).code, 'ERR_ENCODING_INVALID_ENCODED_DATA', String(error));
          }
        },
      ),
      { numRuns: 1500, endOnFailure: true },
    );
  });

  test('of random bytes is refused or accepted, for every signal', () => {
    fc.assert(
      fc.property(fc.constantFrom('traces', 'logs', 'metrics'), fc.uint8Array({ maxLength: 64 }), (signal, bytes) => {
        accepts(signal, bytes);
      }),
      { numRuns: 1000, endOnFailure: true },
    );
  });
});

describe('what is refused says why', () => {
  const cases: readonly [string, Uint8Array, RegExp][] = [
    ['a length beyond the body', Uint8Array.of(0x0a, 0x7f, 1), /length of 127 bytes runs past/],
    ['a length of 2^63', Uint8Array.of(0x0a, ...new Array<number>(9).fill(0xff), 0x01), /runs past its message/],
    ['a varint of 11 bytes', Uint8Array.of(0x0a, ...new Array<number>(11).fill(0x80), 0), /longer than 10 bytes/],
    ['field number 0', Uint8Array.of(0x02, 0), /field number 0 is not legal/],
    ['a field number above 2^29', new ProtoWriter().varint(0x20000000, 1).finish(), /is not legal/],
    ['wire type 6', Uint8Array.of(0x7e), /wire type 6 does not exist/],
    ['a group that does not end', Uint8Array.of(0x13), /does not end/],
    ['a group ended by another', Uint8Array.of(0x13, 0x1c), /is ended by field 3/],
    ['a group end without start', Uint8Array.of(0x14), /ends that did not start/],
    ['a tag in two bytes that fits one', Uint8Array.of(0x8a, 0x00, 0x00), /shortest form/],
    ['a name as a number', spanWith(new ProtoWriter().varint(5, 1)), /Span\.name \(field 5\) has the wire type varint/],
    ['a time as text', spanWith(new ProtoWriter().text(7, 'x')), /Span\.start_time_unix_nano \(field 7\)/],
    ['flags as a varint', spanWith(new ProtoWriter().varint(16, 1)), /Span\.flags/],
    [
      'an attribute value as text',
      spanWith(new ProtoWriter().message(9, new ProtoWriter().text(1, 'k').varint(2, 1))),
      /KeyValue\.value/,
    ],
    [
      'a string value as a number',
      spanWith(new ProtoWriter().message(9, new ProtoWriter().text(1, 'k').message(2, new ProtoWriter().varint(1, 1)))),
      /AnyValue\.string_value/,
    ],
    [
      'an event time as a varint',
      spanWith(new ProtoWriter().message(11, new ProtoWriter().varint(1, 1))),
      /Span\.Event\.time_unix_nano/,
    ],
    ['a log record sent as a trace', LOGS, /Span\.trace_id \(field 1\) has the wire type 64-bit/],
  ];
  for (const [title, body, reason] of cases) {
    test(title, () => {
      assert.match(refusal('traces', body), reason);
      assert.equal(accepts('traces', body), false);
    });
  }
});

describe('inside what is usual', () => {
  const withValue = (value: ProtoWriter): Uint8Array =>
    spanWith(new ProtoWriter().message(9, new ProtoWriter().text(1, 'k').message(2, value)));
  const eight = new Array<number>(8).fill(1);
  const cases: readonly [string, Uint8Array][] = [
    ['bytes behind a string value', withValue(anyValue('x').raw(0x0f))],
    ['bytes behind a long string value', withValue(anyValue('x'.repeat(200)).raw(0x0f))],
    ['bytes behind an int value', withValue(anyValue(200).raw(0x0f))],
    ['bytes behind a double value', withValue(anyValue(0.5).raw(0x0f))],
    ['a string value longer than its message', withValue(new ProtoWriter().raw(0x0a, 5, 1, 2))],
    ['a long string value longer than its message', withValue(new ProtoWriter().raw(0x0a, 0x85, 0x01, 1, 2))],
    ['an int value without end', withValue(new ProtoWriter().raw(0x18, 0x80, 0x80))],
    ['an int value of 11 bytes', withValue(new ProtoWriter().raw(0x18, ...new Array<number>(10).fill(0x80), 0))],
    ['a double value of 7 bytes', withValue(new ProtoWriter().raw(0x21, ...eight.slice(1)))],
    ['a bool value without its byte', withValue(new ProtoWriter().raw(0x10))],
    [
      'bytes behind a key and value',
      spanWith(new ProtoWriter().message(9, new ProtoWriter().text(1, 'k').message(2, anyValue(1)).raw(0x0f))),
    ],
    ['a start time of 7 bytes', spanWith(new ProtoWriter().raw(0x39, ...eight.slice(1)))],
    ['an end time of 7 bytes', spanWith(new ProtoWriter().raw(0x41, ...eight.slice(1)))],
    ['flags of 3 bytes', spanWith(new ProtoWriter().raw(0x85, 0x01, 1, 1, 1))],
    ['a kind without its byte', spanWith(new ProtoWriter().raw(0x30))],
    ['a status code without its byte', spanWith(new ProtoWriter().message(15, new ProtoWriter().raw(0x18)))],
    [
      'an event attribute with bytes behind it',
      spanWith(new ProtoWriter().message(11, new ProtoWriter().message(3, new ProtoWriter().text(1, 'k').raw(0x0f)))),
    ],
    ['a link trace id as a number', spanWith(new ProtoWriter().message(13, new ProtoWriter().varint(1, 1)))],
  ];
  for (const [title, body] of cases) {
    test(`${title}: refused, also when other spans follow`, () => {
      assert.equal(accepts('traces', body), false);
      assert.equal(accepts('traces', Uint8Array.from([...body, ...BODY])), false);
    });
  }
});

describe('nesting', () => {
  const nested = (levels: number): Uint8Array => {
    let value = anyValue('deep');
    for (let level = 1; level < levels; level++) {
      value = new ProtoWriter().message(5, new ProtoWriter().message(1, value));
    }
    return spanWith(new ProtoWriter().message(9, new ProtoWriter().text(1, 'k').message(2, value)));
  };
  const nestedGroups = (levels: number): Uint8Array => {
    const inside = new ProtoWriter();
    for (let level = 0; level < levels; level++) inside.tag(99, 3);
    for (let level = 0; level < levels; level++) inside.tag(99, 4);
    return spanWith(inside);
  };

  test('values are read 64 levels deep and refused beyond', () => {
    assert.equal(refusal('traces', nested(64)), 'accepted');
    assert.match(refusal('traces', nested(65)), /nested deeper than 64/);
    assert.equal(accepts('traces', nested(3000)), false);
  });

  test('groups are skipped 64 levels deep and refused beyond', () => {
    assert.equal(refusal('traces', nestedGroups(64)), 'accepted');
    assert.match(refusal('traces', nestedGroups(65)), /nested deeper than 64/);
    assert.equal(accepts('traces', nestedGroups(20_000)), false);
  });
});

test('unknown fields of every wire type are skipped, in every message', () => {
  const unknown = new ProtoWriter()
    .varint(1000, -1)
    .fixed64(1001, 7n)
    .text(1002, 'later')
    .group(1003, new ProtoWriter().varint(1, 1).text(2, 'x').group(3, new ProtoWriter().fixed32(4, 1)))
    .fixed32(1004, 9);
  const extra = unknown.finish();
  const value = anyValue('v').raw(...extra);
  const attribute = new ProtoWriter()
    .raw(...extra)
    .text(1, 'k')
    .raw(...extra)
    .message(2, value)
    .raw(...extra);
  const event = new ProtoWriter()
    .raw(...extra)
    .text(2, 'e')
    .message(3, attribute);
  const span = new ProtoWriter()
    .raw(...extra)
    .bytes(1, Buffer.from(TRACE, 'hex'))
    .bytes(2, Buffer.from(spanIdAt(2), 'hex'))
    .raw(...extra)
    .message(9, attribute)
    .message(11, event)
    .message(13, new ProtoWriter().raw(...extra))
    .message(15, new ProtoWriter().raw(...extra).varint(3, 2))
    .text(5, 'named');
  const scoped = new ProtoWriter()
    .raw(...extra)
    .message(1, new ProtoWriter().text(1, 'lib').raw(...extra))
    .message(2, span);
  const resource = new ProtoWriter().raw(...extra).message(1, attribute);
  const body = new ProtoWriter().raw(...extra).message(
    1,
    new ProtoWriter()
      .message(1, resource)
      .raw(...extra)
      .message(2, scoped),
  );
  const store = filledStore();
  assert.deepEqual(store.ingestTraces(body.finish()), { accepted: 1, rejected: 0, message: '' });
  const details = store.details(store.findSpans(spanIdAt(2), 1)[0]!);
  assert.equal(details?.name, 'named');
  assert.equal(details.status.code, 2);
  assert.deepEqual(details.attributes, [{ key: 'k', value: { type: 'string', value: 'v' } }]);
  assert.deepEqual(details.events[0]?.attributes, details.attributes);
  assert.deepEqual(details.resource.attributes, details.attributes);
  assert.equal(details.scope.name, 'lib');
});

test('fields in any order, and a schema url behind the spans, read the same', () => {
  const span = new ProtoWriter()
    .message(9, new ProtoWriter().message(2, anyValue(5)).text(1, 'value.first'))
    .fixed64(8, 20n)
    .fixed64(7, 10n)
    .text(5, 'late name')
    .bytes(2, Buffer.from(spanIdAt(2), 'hex'))
    .bytes(1, Buffer.from(TRACE, 'hex'));
  const scoped = new ProtoWriter().message(2, span).text(3, 'scope-url').message(1, new ProtoWriter().text(1, 'lib'));
  const resource = new ProtoWriter().message(1, new ProtoWriter().text(1, 'service.name').message(2, anyValue('svc')));
  const body = request(new ProtoWriter().text(3, 'resource-url').message(2, scoped).message(1, resource));
  const store = filledStore();
  store.ingestTraces(body);
  const details = store.details(store.findSpans(spanIdAt(2), 1)[0]!);
  assert.equal(details?.name, 'late name');
  assert.equal(details.durationNs, 10);
  assert.deepEqual(details.attributes, [{ key: 'value.first', value: { type: 'int', value: '5' } }]);
  assert.equal(details.scope.name, 'lib');
  assert.equal(details.scope.schemaUrl, 'scope-url');
  assert.equal(details.resource.serviceName, 'svc');
  assert.equal(details.resource.schemaUrl, 'resource-url');
});

describe('rejected spans', () => {
  const good = { traceId: TRACE, spanId: spanIdAt(3), name: 'good' };

  test('are counted with their reasons while the others are stored', () => {
    const store = filledStore();
    const result = store.ingestTraces(
      tracesRequest([
        { spanId: spanIdAt(1), name: 'no trace id' },
        { traceId: '00'.repeat(16), spanId: spanIdAt(1) },
        { traceId: 'abcd', spanId: spanIdAt(1) },
        { traceId: 'abcd', spanId: spanIdAt(1) },
        { traceId: TRACE },
        { traceId: TRACE, spanId: '00'.repeat(8) },
        { traceId: TRACE, spanId: 'ab'.repeat(16) },
        good,
      ]),
    );
    assert.equal(result.accepted, 1);
    assert.equal(result.rejected, 7);
    assert.equal(
      result.message,
      '7 spans were rejected: the trace id has 2 bytes instead of 16 (2), the trace id is missing (1), ' +
        'the trace id is all zeros (1), and others',
    );
    assert.equal(store.spanCount, 2);
    assert.equal(store.findSpans(spanIdAt(3), 9)[0]?.name, 'good');
  });

  test('alone leave the store as it was, but for the status', () => {
    const store = filledStore();
    const before = dumpStore(store);
    assert.equal(store.ingestTraces(tracesRequest([{ name: 'x' }])).rejected, 1);
    assert.deepEqual(store.takeChanges(), { traces: false, touched: new Set(), status: true });
    assert.deepEqual(dumpStore(store), before);
  });
});

test('an empty body succeeds for every signal', () => {
  for (const signal of ['traces', 'logs', 'metrics'] as const)
    assert.equal(refusal(signal, new Uint8Array(0)), 'accepted');
});

test('a refused message of many spans, names and keys leaves no name, key or resource behind', () => {
  const spans = Array.from({ length: 3000 }, (_, i) => ({
    traceId: TRACE,
    spanId: spanIdAt(i + 1),
    name: `name ${String(i)}`,
    attributes: { [`key ${String(i)}`]: i, 'code.filepath': `/f${String(i)}.py` },
  }));
  const body = tracesRequest(spans, { service: 'never seen', scope: 'never' });
  assert.equal(accepts('traces', Uint8Array.from([...body, 0x0f])), false);
  assert.equal(accepts('traces', body), true);
});
