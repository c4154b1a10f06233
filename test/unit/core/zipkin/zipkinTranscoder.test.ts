import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { OtlpDecodeError } from '../../../../src/core/otlp/decodeError.ts';
import { transcodeZipkin } from '../../../../src/core/zipkin/zipkinTranscoder.ts';
import { TraceStore } from '../../../../src/core/store/traceStore.ts';
import { decodeOtlp } from '../../../support/otlpProto.ts';

interface Group {
  readonly resource?: unknown;
  readonly scopeSpans: readonly { readonly spans: readonly Record<string, unknown>[] }[];
}

const bytesOf = (body: unknown): Uint8Array =>
  new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));

function groupsOf(body: unknown): readonly Group[] {
  const request = decodeOtlp('ExportTraceServiceRequest', transcodeZipkin(bytesOf(body))) as {
    resourceSpans?: readonly Group[];
  };
  return request.resourceSpans ?? [];
}

function spansOf(body: unknown): readonly Record<string, unknown>[] {
  return groupsOf(body).flatMap((group) => group.scopeSpans.flatMap(({ spans }) => spans));
}

function spanOf(fields: object): Record<string, unknown> {
  const spans = spansOf([{ traceId: TRACE, id: ID, ...fields }]);
  assert.equal(spans.length, 1);
  return spans[0]!;
}

const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
const resource = (name: string): object => ({ attributes: [text('service.name', name)] });

function refusal(body: unknown): OtlpDecodeError {
  try {
    transcodeZipkin(bytesOf(body));
  } catch (error) {
    assert.ok(error instanceof OtlpDecodeError, String(error));
    return error;
  }
  return assert.fail('accepted');
}

const TRACE = '5982fe77008310cc80f1da5e10147519';
const ID = '90394f6bcffb5d13';
const PARENT = '67fae42571535f60';

describe('a Zipkin v2 span', () => {
  it('keeps every field', () => {
    const [group, ...others] = groupsOf([
      {
        id: ID,
        traceId: TRACE,
        parentId: PARENT,
        name: '/m/n/2.6.1',
        timestamp: 1516781775726000,
        duration: 26000,
        kind: 'CLIENT',
        localEndpoint: { serviceName: 'api', ipv4: '10.57.50.84', port: 53 },
        remoteEndpoint: { serviceName: 'model', ipv4: '10.57.50.85', ipv6: '::1', port: 8080 },
        annotations: [{ timestamp: 1516781775726001, value: 'ws' }],
        tags: { 'http.path': '/api', status: 'ok "so" \u00e4\n' },
        debug: true,
      },
    ]);
    assert.deepEqual(others, []);
    assert.deepEqual(group!.resource, resource('api'));
    assert.deepEqual(group!.scopeSpans[0]!.spans, [
      {
        traceId: TRACE,
        spanId: ID,
        parentSpanId: PARENT,
        name: '/m/n/2.6.1',
        kind: 3,
        startTimeUnixNano: '1516781775726000000',
        endTimeUnixNano: '1516781775752000000',
        attributes: [
          text('http.path', '/api'),
          text('status', 'ok "so" \u00e4\n'),
          { key: 'zipkin.debug', value: { boolValue: true } },
          text('network.local.address', '10.57.50.84'),
          { key: 'network.local.port', value: { intValue: '53' } },
          text('peer.service', 'model'),
          text('network.peer.address', '10.57.50.85'),
          { key: 'network.peer.port', value: { intValue: '8080' } },
        ],
        events: [{ timeUnixNano: '1516781775726001000', name: 'ws' }],
      },
    ]);
  });

  it('has a 64-bit trace id filled up with zeros', () => {
    assert.equal(spanOf({ traceId: '80f1da5e10147519' })['traceId'], '000000000000000080f1da5e10147519');
  });

  for (const [kind, number] of [
    ['CLIENT', 3],
    ['SERVER', 2],
    ['PRODUCER', 4],
    ['CONSUMER', 5],
    [undefined, 1],
    [null, 1],
    ['NEW', 1],
  ] as const) {
    it(`of kind ${String(kind)} has kind ${number}`, () => {
      assert.equal(spanOf({ kind })['kind'], number);
    });
  }

  it('without a duration has no end, without a timestamp starts at its first annotation', () => {
    const open = spanOf({ timestamp: 1_500_000_000_000_000 });
    assert.equal(open['startTimeUnixNano'], '1500000000000000000');
    assert.equal(open['endTimeUnixNano'], undefined);
    const annotated = spanOf({ annotations: [7, 5, 9].map((timestamp) => ({ timestamp, value: 'x' })), duration: 2 });
    assert.equal(annotated['startTimeUnixNano'], '5000');
    assert.equal(annotated['endTimeUnixNano'], '7000');
    assert.equal(spanOf({ duration: 2 })['endTimeUnixNano'], undefined);
  });

  it('keeps the largest times', () => {
    const span = spanOf({ timestamp: Number.MAX_SAFE_INTEGER, duration: Number.MAX_SAFE_INTEGER });
    assert.equal(span['startTimeUnixNano'], String(BigInt(Number.MAX_SAFE_INTEGER) * 1000n));
    assert.equal(span['endTimeUnixNano'], String(BigInt(Number.MAX_SAFE_INTEGER) * 2000n));
  });

  for (const [tags, status] of [
    [{ error: 'timed out' }, { code: 2, message: 'timed out' }],
    [{ error: 'true' }, { code: 2 }],
    [{ error: '' }, { code: 2 }],
    [{ error: true }, { code: 2 }],
    [{ error: 'false' }, undefined],
    [{ error: false }, undefined],
    [{ 'otel.status_code': 'OK' }, { code: 1 }],
    [
      { 'otel.status_code': 'ERROR', error: 'no' },
      { code: 2, message: 'no' },
    ],
    [{ errors: 'x', error_: 'x' }, undefined],
  ] as const) {
    it(`with the tags ${JSON.stringify(tags)} has the status ${JSON.stringify(status)}`, () => {
      assert.deepEqual(spanOf({ tags })['status'], status);
    });
  }

  it('keeps tags that are numbers or booleans as text, and long keys and values', () => {
    const long = 'k'.repeat(5000);
    const span = spanOf({ tags: { n: 1.5, b: true, none: null, [long]: long } });
    assert.deepEqual(span['attributes'], [text('n', '1.5'), text('b', 'true'), text(long, long)]);
  });

  it('takes its fields in any order, and ignores those it does not know', () => {
    const span = { name: 'x', kind: 'SERVER', id: ID, timestamp: 5, traceId: TRACE, tags: { a: 'b' } };
    const reversed = Object.fromEntries(Object.entries({ ...span, other: { deep: [1, { x: null }] } }).reverse());
    const byKey = (one: object): object => Object.fromEntries(Object.entries(one).sort());
    assert.deepEqual(byKey(spansOf([reversed])[0]!), byKey(spansOf([span])[0]!));
  });

  it('is what the store takes for a span', () => {
    const store = new TraceStore({ now: () => 0, maxBytes: 2 ** 24 });
    const body = [{ traceId: TRACE, id: ID, name: 'get', timestamp: 5, localEndpoint: { serviceName: 'api' } }];
    assert.deepEqual(store.ingestTraces(transcodeZipkin(bytesOf(body))), { accepted: 1, rejected: 0, message: '' });
    assert.deepEqual(store.list(1)[0]?.services, ['api']);
  });
});

describe('the halves of a call', () => {
  const client = { traceId: TRACE, id: ID, parentId: PARENT, kind: 'CLIENT', name: 'out' };
  const server = { traceId: TRACE, id: ID, parentId: PARENT, kind: 'SERVER', name: 'in', shared: true };

  it('that share an id become two spans: the server with an id of its own below the client', () => {
    const [out, into] = spansOf([client, server]);
    assert.equal(out!['spanId'], ID);
    assert.equal(out!['parentSpanId'], PARENT);
    assert.equal(into!['parentSpanId'], ID);
    assert.notEqual(into!['spanId'], ID);
    assert.deepEqual(into!['attributes'], [{ key: 'zipkin.shared', value: { boolValue: true } }]);
    // The same half sent again is the same span.
    assert.equal(spansOf([server])[0]!['spanId'], into!['spanId']);
  });

  it('get an id far from those of a generator that counts', () => {
    const count = (n: number): string => n.toString(16).padStart(16, '0');
    const ids = new Set(Array.from({ length: 1000 }, (_, n) => count(n + 1)));
    for (let n = 1; n <= 1000; n++) {
      const [half] = spansOf([{ ...server, id: count(n) }]);
      assert.ok(!ids.has(String(half!['spanId'])));
    }
  });

  it('that are not marked, or are the client, keep the id', () => {
    for (const fields of [{ shared: false }, { kind: 'CLIENT' }, { shared: null }]) {
      const [half] = spansOf([{ ...server, ...fields }]);
      assert.equal(half!['spanId'], ID);
      assert.equal(half!['parentSpanId'], PARENT);
    }
  });
});

describe('the services of a Zipkin list', () => {
  const of = (serviceName: string | undefined, id: number): object => ({
    traceId: TRACE,
    id: id.toString(16).padStart(16, '0'),
    ...(serviceName !== undefined && { localEndpoint: { serviceName } }),
  });

  it('become resources, one for each run of spans', () => {
    const names = ['a', 'a', 'b', undefined, undefined, 'b\\"', 'b\\"', 'a'];
    const groups = groupsOf(names.map((name, i) => of(name, i + 1)));
    assert.deepEqual(
      groups.map((group) => [group.resource, group.scopeSpans[0]!.spans.map(({ spanId }) => Number(spanId))]),
      [
        [resource('a'), [1, 2]],
        [resource('b'), [3]],
        [undefined, [4, 5]],
        [resource('b\\"'), [6, 7]],
        [resource('a'), [8]],
      ],
    );
  });

  it('are told apart where one begins with the other, or ends in an escape', () => {
    const groups = groupsOf(['ab', 'abc', 'a\\', 'a\\'].map((name, i) => of(name, i + 1)));
    assert.deepEqual(
      groups.map((group) => group.resource),
      ['ab', 'abc', 'a\\'].map(resource),
    );
  });

  it('may be as long as a sender likes', () => {
    const name = 'service '.repeat(1000);
    assert.deepEqual(groupsOf([of(name, 1), of('b', 2), of(name, 3)])[2]!.resource, resource(name));
  });
});

describe('what is not Zipkin v2', () => {
  it('is nothing for an empty list', () => {
    assert.deepEqual(groupsOf('[]'), []);
    assert.deepEqual(groupsOf(' [ ] \n'), []);
  });

  const span = `{"traceId":"${TRACE}","id":"${ID}"`;
  for (const [body, message, offset] of [
    ['', /expected '\[' \(a list of Zipkin spans\).*found the end/, 0],
    ['{}', /expected '\['/, 0],
    ['[', /\{ \(a Zipkin span\)/, 1],
    ['[{}]', /\[0\]: expected a span with a traceId at byte 1/, 1],
    [`[{"traceId":"${TRACE}"}]`, /a span with an id/, 1],
    [`[{"traceId":"","id":"${ID}"}]`, /a span with a traceId/, 1],
    [`[{"traceId":"${TRACE}","id":""}]`, /a span with an id/, 1],
    [`[{"traceId":"${TRACE}","id":"xyz"}]`, /id: expected 16 hex digits \(id\) at byte 52/, 52],
    [`[{"traceId":"${TRACE}0","id":"${ID}"}]`, /32 hex digits/, 12],
    [`[{"traceId":5,"id":"${ID}"}]`, /a string/, 12],
    [`[${span}},]`, /\{ \(a Zipkin span\)/, 72],
    [`[${span}}]x`, /the end of the text/, 72],
    [`[${span},"timestamp":-1}]`, /microseconds \(timestamp\)/, 83],
    [`[${span},"timestamp":1e300}]`, /microseconds \(timestamp\)/, 83],
    [`[${span},"duration":"soon"}]`, /microseconds \(duration\)/, 82],
    [`[${span},"tags":[]}]`, /\{ \(tags\)/, 78],
    [`[${span},"tags":{"a":{}}}]`, /a string/, 83],
    [`[${span},"tags":{"a":"b",}}]`, /a string/, 87],
    [`[${span},"annotations":{}}]`, /a list \(annotations\)/, 85],
    [`[${span},"annotations":[5]}]`, /\{ \(an annotation\)/, 86],
    [`[${span},"localEndpoint":"api"}]`, /\{ \(an endpoint\)/, 87],
    [`[${span},"localEndpoint":{"port":70000}}]`, /a port number/, 95],
    [`[${span},"shared":1}]`, /true or false/, 80],
    [`[${span},"binaryAnnotations":[]}]`, /a span of Zipkin v2 \(binaryAnnotations are of v1\)/, 91],
    [`[${span},"x":${'['.repeat(100)}]`, /at most 64 levels/, undefined],
  ] as const) {
    it(`is refused whole with its place: ${body.slice(0, 110)}`, () => {
      const error = refusal(body);
      assert.match(error.message, message);
      if (offset !== undefined) assert.equal(error.offset, offset);
    });
  }

  it('is refused at any place where a good text is cut', () => {
    const good = `[${span},"name":"x","timestamp":1,"tags":{"a":"b"},"annotations":[{"timestamp":1,"value":"v"}]}]`;
    assert.equal(spansOf(good).length, 1);
    for (let length = 0; length < good.length; length++) refusal(good.slice(0, length));
  });

  it('never does anything but pass or be refused, whatever the bytes', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const piece = fc.record(
      {
        traceId: fc.oneof(fc.constantFrom(TRACE, '1'), value),
        id: fc.oneof(fc.constantFrom(ID, '2'), value),
        parentId: value,
        name: value,
        kind: value,
        timestamp: fc.oneof(fc.double(), value),
        duration: value,
        localEndpoint: fc.oneof(fc.record({ serviceName: fc.string() }), value),
        remoteEndpoint: value,
        annotations: fc.oneof(fc.array(fc.record({ timestamp: fc.nat(), value: fc.string() })), value),
        tags: fc.oneof(fc.dictionary(fc.string(), fc.string()), value),
        shared: fc.oneof(fc.boolean(), value),
        debug: value,
      },
      { requiredKeys: [] },
    );
    const store = new TraceStore({ now: () => 0, maxBytes: 2 ** 24 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), fc.nat(), fc.nat({ max: 255 }), (spans, at, byte) => {
        const bytes = bytesOf(spans);
        bytes[at % bytes.length] = byte;
        let transcoded: Uint8Array;
        try {
          transcoded = transcodeZipkin(bytes);
        } catch (error) {
          assert.ok(error instanceof OtlpDecodeError, String(error));
          return;
        }
        // What passes is OTLP.
        store.ingestTraces(transcoded);
      }),
      { numRuns: 2000 },
    );
  });
});
