import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AttributeValue } from '../../../../src/core/model/attributes.ts';
import type { SpanId } from '../../../../src/core/model/ids.ts';
import { SPAN_BIT } from '../../../../src/core/store/storeReader.ts';
import {
  anyValue,
  group,
  logsRequest,
  ProtoWriter,
  request,
  span,
  spanIdAt,
  TRACE_ID,
  tracesRequest,
} from '../../../support/otlpBytes.ts';
import type { AttributeInput, SpanInput } from '../../../support/otlpBytes.ts';
import type { TraceStore } from '../../../../src/core/store/traceStore.ts';
import { columnLines, spanOn, storeFixture, traceIdOf } from './storeFixture.ts';

const ONE = { traceId: TRACE_ID, spanId: spanIdAt(1), startNs: 1000n, endNs: 2000n };

/** A store with one span that has these attributes. */
function withSpan(input: SpanInput, options: { inlineBytes?: number } = {}): TraceStore {
  const { store } = storeFixture(options);
  store.ingestTraces(tracesRequest([{ ...ONE, ...input }], { service: 'svc', scope: 'lib' }));
  return store;
}

function valueOf(value: AttributeInput): AttributeValue | undefined {
  return withSpan({ attributes: { key: value } }).details(spanOn(1))?.attributes[0]?.value;
}

describe('values', () => {
  const cases: readonly [string, AttributeInput, AttributeValue][] = [
    ['the largest int64 as text', 2n ** 63n - 1n, { type: 'int', value: '9223372036854775807' }],
    ['the smallest int64 as text', -(2n ** 63n), { type: 'int', value: '-9223372036854775808' }],
    ['a double', 0.1, { type: 'double', value: 0.1 }],
    ['NaN as text', { double: NaN }, { type: 'double', value: 'NaN' }],
    ['infinity as text', { double: Infinity }, { type: 'double', value: 'Infinity' }],
    ['negative infinity as text', { double: -Infinity }, { type: 'double', value: '-Infinity' }],
    ['false', false, { type: 'bool', value: false }],
    ['bytes as base64', new Uint8Array([255, 0, 1, 2]), { type: 'bytes', value: '/wABAg==' }],
    ['an empty string', '', { type: 'string', value: '' }],
    ['no value', null, { type: 'empty' }],
    ['an empty list', [], { type: 'array', values: [] }],
    ['a map', { map: { a: 'b' } }, { type: 'kvlist', entries: [{ key: 'a', value: { type: 'string', value: 'b' } }] }],
    ['text with a byte order mark', '\ufeffx', { type: 'string', value: '\ufeffx' }],
    [
      'hostile text as it is',
      '<img src=x onerror=alert(1)>\u202e',
      { type: 'string', value: '<img src=x onerror=alert(1)>\u202e' },
    ],
  ];
  for (const [title, input, expected] of cases) {
    test(title, () => {
      assert.deepEqual(valueOf(input), expected);
    });
  }

  test('invalid UTF-8 in names, keys and values is shown with replacement characters', () => {
    const bad = Uint8Array.of(0x61, 0xff, 0xc3);
    const attribute = new ProtoWriter().bytes(1, bad).message(2, new ProtoWriter().bytes(1, bad));
    const { store } = storeFixture();
    store.ingestTraces(request(group([span(ONE).bytes(5, bad).message(9, attribute)])));
    const details = store.details(spanOn(1));
    assert.equal(details?.name, 'a\ufffd\ufffd');
    assert.deepEqual(details.attributes, [{ key: 'a\ufffd\ufffd', value: { type: 'string', value: 'a\ufffd\ufffd' } }]);
  });

  test("duplicate keys are kept in the sender's order", () => {
    const { store } = storeFixture();
    const twice = span(ONE)
      .message(9, new ProtoWriter().text(1, 'k').message(2, anyValue(1)))
      .message(9, new ProtoWriter().text(1, 'k').message(2, anyValue(2)));
    store.ingestTraces(request(group([twice])));
    assert.deepEqual(
      store.details(spanOn(1))?.attributes.map((attribute) => attribute.value),
      [
        { type: 'int', value: '1' },
        { type: 'int', value: '2' },
      ],
    );
  });
});

describe('a long value', () => {
  // Characters of one to four bytes, so that a cut in bytes meets the middle of each.
  const text = 'aé€😀'.repeat(3000);
  const bytes = new TextEncoder().encode(text);

  function cutOf(value: AttributeValue | undefined): { ref: string; totalBytes: number } {
    assert.ok(value !== undefined && 'cut' in value);
    return value.cut;
  }

  test('is cut at a character, and its pages join to the whole', () => {
    for (const inlineBytes of [100, 101, 102, 103, 104, 105, 106, 107, 108, 109]) {
      const store = withSpan({ attributes: { short: 'x', prompt: text } }, { inlineBytes });
      const value = store.details(spanOn(1))?.attributes[1]?.value;
      assert.ok(value?.type === 'string');
      assert.ok(text.startsWith(value.value));
      assert.ok(new TextEncoder().encode(value.value).length > inlineBytes - 4);
      const { ref, totalBytes } = cutOf(value);
      assert.equal(totalBytes, bytes.length);
      let read = '';
      let pages = 0;
      for (let offset = 0; offset >= 0; pages++) {
        const page = store.value(spanOn(1), ref, offset, 997);
        assert.ok(page !== undefined && page.text.length > 0);
        read += page.text;
        offset = page.nextOffset;
      }
      assert.equal(read, text);
      assert.equal(pages, Math.ceil(bytes.length / 994));
      assert.deepEqual(store.wholeValue(spanOn(1), ref), { type: 'string', value: text });
    }
  });

  test('of bytes is paged in whole groups of base64', () => {
    const raw = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);
    const store = withSpan({ attributes: { blob: raw } }, { inlineBytes: 100 });
    const value = store.details(spanOn(1))?.attributes[0]?.value;
    assert.ok(value?.type === 'bytes');
    assert.equal(Buffer.from(value.value, 'base64').length, 99);
    const { ref } = cutOf(value);
    const parts: Buffer[] = [];
    for (let offset = 0; offset >= 0;) {
      const page = store.value(spanOn(1), ref, offset, 64);
      assert.ok(page);
      parts.push(Buffer.from(page.text, 'base64'));
      offset = page.nextOffset;
    }
    assert.deepEqual(new Uint8Array(Buffer.concat(parts)), raw);
  });

  test('anywhere (list, event, link, resource, scope, log record) is paged by its ref', () => {
    const { store } = storeFixture({ inlineBytes: 50 });
    const scope = new ProtoWriter()
      .text(1, 'lib')
      .message(3, new ProtoWriter().text(1, 'k').message(2, anyValue(`scope ${text}`)));
    const one = span({
      ...ONE,
      attributes: { list: ['x', { map: { deep: `list ${text}` } }] },
      events: [{ name: 'e', timeNs: 1500n, attributes: { k: `event ${text}` } }],
      links: [{ traceId: traceIdOf(9), spanId: spanIdAt(9), attributes: { k: `link ${text}` } }],
    });
    const resource = new ProtoWriter().message(
      1,
      new ProtoWriter().text(1, 'k').message(2, anyValue(`resource ${text}`)),
    );
    store.ingestTraces(
      request(new ProtoWriter().message(1, resource).message(2, new ProtoWriter().message(1, scope).message(2, one))),
    );
    store.ingestLogs(
      logsRequest([
        { traceId: TRACE_ID, spanId: spanIdAt(1), body: `log ${text}`, attributes: { k: `attribute ${text}` } },
      ]),
    );
    const details = store.details(spanOn(1));
    const [log] = store.logs(spanOn(1));
    const list = details?.attributes[0]?.value;
    assert.ok(list?.type === 'array' && list.values[1]?.type === 'kvlist');
    const values: readonly [string, AttributeValue | undefined][] = [
      ['list', list.values[1].entries[0]?.value],
      ['event', details?.events[0]?.attributes[0]?.value],
      ['link', details?.links[0]?.attributes[0]?.value],
      ['resource', details?.resource.attributes[0]?.value],
      ['scope', details?.scope.attributes[0]?.value],
      ['log', log?.body],
      ['attribute', log?.attributes[0]?.value],
    ];
    for (const [what, value] of values) {
      assert.deepEqual(store.wholeValue(spanOn(1), cutOf(value).ref), { type: 'string', value: `${what} ${text}` });
    }
  });

  test('is not given for another span, a made-up ref or an offset outside', () => {
    const { store } = storeFixture({ inlineBytes: 50 });
    store.ingestTraces(
      tracesRequest([
        { ...ONE, attributes: { k: text } },
        { ...ONE, spanId: spanIdAt(2), name: 'other' },
      ]),
    );
    const { ref } = cutOf(store.details(spanOn(1))?.attributes[0]?.value);
    assert.ok(store.value(spanOn(1), ref, 0, 10));
    assert.equal(store.value(spanOn(2), ref, 0, 10), undefined);
    assert.equal(store.value(spanOn(1, traceIdOf(3)), ref, 0, 10), undefined);
    const [handle = '', offset = '', length = ''] = ref.split('.');
    for (const made of [
      '',
      'x',
      `${handle}.${offset}.zzzzzz.t`,
      `${handle}.zzzzzz.${length}.t`,
      `s9.${offset}.${length}.t`,
      `l0.0.1.t`,
      `${ref}x`,
    ]) {
      assert.equal(store.value(spanOn(1), made, 0, 10), undefined, made);
      assert.equal(store.wholeValue(spanOn(1), made), undefined, made);
    }
    assert.equal(store.value(spanOn(1), ref, -1, 10), undefined);
    assert.equal(store.value(spanOn(1), ref, 0.5, 10), undefined);
    assert.deepEqual(store.value(spanOn(1), ref, 10 ** 9, 10), { text: '', nextOffset: -1, totalBytes: bytes.length });
  });
});

describe('log records', () => {
  test('join their span whether they come before it or after, ordered by time', () => {
    const { store, draw } = storeFixture();
    const log = (timeNs: bigint, body: string): void => {
      store.ingestLogs(
        logsRequest([{ traceId: TRACE_ID, spanId: spanIdAt(1), timeNs, body, severityNumber: 17 }], {
          service: 'logger',
        }),
      );
    };
    log(1_767_225_600_300_000_000n, 'third');
    log(1_767_225_600_100_000_000n, 'first');
    assert.equal(store.logCount, 2);
    draw('op svc 0..500');
    log(1_767_225_600_200_000_000n, 'second');
    assert.deepEqual(
      store
        .logs(spanOn(1))
        .map(({ body, offsetNs, severityNumber, resource }) => [body, offsetNs, severityNumber, resource.serviceName]),
      ['first', 'second', 'third'].map((value, i) => [{ type: 'string', value }, (i + 1) * 1e8, 17, 'logger']),
    );
    assert.equal(store.columns(TRACE_ID)?.bits[0], SPAN_BIT.hasLogs);
    assert.equal(store.details(spanOn(1))?.logCount, 3);
  });

  test('that come after columns were read mark their span in the next', () => {
    const { store, draw } = storeFixture();
    draw('op svc 0..500');
    const before = store.columns(TRACE_ID)?.revision ?? 0;
    store.takeChanges();
    store.ingestLogs(
      logsRequest([
        {
          traceId: TRACE_ID,
          spanId: spanIdAt(1),
          eventName: 'gen_ai.user.message',
          attributes: { 'exception.type': 'E' },
        },
      ]),
    );
    const columns = store.columns(TRACE_ID);
    assert.equal(columns?.bits[0], SPAN_BIT.hasLogs | SPAN_BIT.hasModel | SPAN_BIT.hasException);
    assert.ok(columns.revision > before);
    assert.deepEqual(store.takeChanges().touched, new Set([TRACE_ID]));
  });

  test('of a trace without a span are kept apart; those without a trace are accepted and not kept', () => {
    const { store, draw } = storeFixture();
    draw('op svc 0..500');
    const result = store.ingestLogs(
      logsRequest([
        { traceId: TRACE_ID, body: 'of the trace', timeNs: 1_767_225_600_000_000_005n },
        { body: 'of nothing' },
        { traceId: '00'.repeat(16), spanId: spanIdAt(1), body: 'of zeros' },
      ]),
    );
    assert.deepEqual(result, { accepted: 3, rejected: 0, message: '' });
    assert.equal(store.logCount, 1);
    assert.deepEqual(store.logs(spanOn(1)), []);
    assert.deepEqual(
      store.traceLogs(spanOn(1).traceId).map((log) => [log.body, log.offsetNs]),
      [[{ type: 'string', value: 'of the trace' }, 5]],
    );
  });

  test('without a time use the time they were observed', () => {
    const { store, draw } = storeFixture();
    draw('op svc 0..500');
    store.ingestLogs(
      logsRequest([{ traceId: TRACE_ID, spanId: spanIdAt(1), timeNs: 0n, observedNs: 1_767_225_600_000_000_007n }]),
    );
    assert.equal(store.logs(spanOn(1))[0]?.offsetNs, 7);
  });
});

describe('the label', () => {
  const label = (name: string, attributes: Record<string, AttributeInput>): string => {
    const store = withSpan({ name, attributes });
    return store.labelOf(store.handleOf(spanOn(1)) ?? -1);
  };
  const cases: readonly [string, string, Record<string, AttributeInput>, string][] = [
    ['a route with its method', 'handle', { 'http.request.method': 'POST', 'http.route': '/triage' }, 'POST /triage'],
    [
      'a route without a method the name has',
      'POST',
      { 'http.request.method': 'POST', 'http.route': '/triage' },
      '/triage',
    ],
    ['the path when the name has the route', 'GET /x/{id}', { 'http.route': '/x/{id}', 'url.path': '/x/42' }, '/x/42'],
    ['an old path', 'handle', { 'http.target': '/a?b=1', 'http.method': 'GET' }, 'GET /a?b=1'],
    ['the model unless the name has it', 'chat', { 'gen_ai.request.model': 'm-1' }, 'm-1'],
    ['nothing when the name has the model', 'chat m-1', { 'gen_ai.request.model': 'm-1' }, ''],
    ['a model before a query', 'op', { 'db.query.text': 'SELECT 1', 'model.name': 'clf' }, 'clf'],
    ['a tool', 'execute_tool', { 'gen_ai.tool.name': 'search' }, 'search'],
    [
      'a statement on one line',
      'db',
      { 'db.statement': 'SELECT *\n\tFROM x\u2028\u0000WHERE 1' },
      'SELECT * FROM x WHERE 1',
    ],
    ['a number', 'op', { 'messaging.destination.name': 7 }, '7'],
    ['nothing for other attributes', 'op', { 'thread.id': 5, 'user.id': 'u' }, ''],
  ];
  for (const [title, name, attributes, expected] of cases) {
    test(`is ${title}`, () => {
      assert.equal(label(name, attributes), expected);
    });
  }

  test('has at most 120 characters and never half of one', () => {
    const long = label('op', { 'db.query.text': `${'x'.repeat(118)}${'😀'.repeat(5000)}` });
    assert.equal(long, `${'x'.repeat(118)}…`);
    assert.equal(label('op', { 'db.query.text': 'é'.repeat(500) }), `${'é'.repeat(119)}…`);
  });
});

test("a span is marked as carrying model data by its own keys and by its events'", () => {
  const bits = (input: SpanInput): number | undefined => withSpan(input).columns(TRACE_ID)?.bits[0];
  assert.equal(bits({ attributes: { 'gen_ai.request.model': 'x' } }), SPAN_BIT.hasModel);
  assert.equal(bits({ attributes: { 'http.route': 'gen_ai.' } }), 0);
  assert.equal(
    bits({ events: [{ name: 'e', timeNs: 1n, attributes: { 'input.value': 'x' } }] }),
    SPAN_BIT.hasModel | SPAN_BIT.hasEvents,
  );
  assert.equal(bits({ events: [{ name: 'exception', timeNs: 1n }] }), SPAN_BIT.hasException | SPAN_BIT.hasEvents);
});

test('a link tells whether its trace is held', () => {
  const { store, draw } = storeFixture();
  draw('op svc 0..1', { traceId: traceIdOf(1) });
  store.ingestTraces(
    tracesRequest([
      { ...ONE, links: [traceIdOf(1), traceIdOf(2)].map((traceId) => ({ traceId, spanId: spanIdAt(1) })) },
    ]),
  );
  assert.deepEqual(
    store.details(spanOn(1))?.links.map((link) => link.known),
    [true, false],
  );
});

test('a span whose parent id has another length is rejected and counted; an empty one is a root', () => {
  const { store } = storeFixture();
  const span = { traceId: TRACE_ID, startNs: 1n, endNs: 2n };
  const result = store.ingestTraces(
    tracesRequest([
      { ...span, spanId: spanIdAt(1), parentSpanId: '' },
      { ...span, spanId: spanIdAt(2), parentSpanId: 'abcdef' },
      { ...span, spanId: spanIdAt(3), parentSpanId: 'ab'.repeat(16) },
      { ...span, spanId: spanIdAt(4), parentSpanId: spanIdAt(1) },
    ]),
  );
  assert.deepEqual(result, {
    accepted: 2,
    rejected: 2,
    message:
      '2 spans were rejected: the parent id has 3 bytes instead of 8 (1), the parent id has 16 bytes instead of 8 (1)',
  });
  assert.deepEqual(columnLines(store), [1, 4]);
});

test('a damaged child alone makes no trace and settles none', () => {
  const { store } = storeFixture();
  const damaged = { traceId: TRACE_ID, spanId: spanIdAt(2), parentSpanId: 'abcdef', startNs: 1n, endNs: 2n };
  assert.equal(store.ingestTraces(tracesRequest([damaged])).rejected, 1);
  assert.equal(store.summary(spanOn(2).traceId), undefined);
});

test('a span names its parent, and whether that is here', () => {
  const { store, draw } = storeFixture();
  const text = `
    root svc 0..10
      kid svc 1..2
  `;
  draw(text, { lines: [2] });
  assert.equal(store.details(spanOn(2))?.orphan, true);
  draw(text, { lines: [1] });
  const kid = store.details(spanOn(2));
  assert.equal(kid?.orphan, false);
  assert.equal(kid.parentSpanId, spanIdAt(1));
  assert.equal(store.details(spanOn(1))?.parentSpanId, '');
});

describe('a span that is announced when it starts (Logfire)', () => {
  const parent = spanIdAt(9);
  const pending = (id: number, pendingParent = parent): SpanInput => ({
    traceId: TRACE_ID,
    spanId: spanIdAt(0x1000 + id),
    parentSpanId: spanIdAt(id),
    name: 'work',
    startNs: 1000n,
    endNs: 1000n,
    attributes: { 'logfire.span_type': 'pending_span', 'logfire.pending_parent_id': pendingParent },
  });
  const finished = (id: number): SpanInput => ({
    traceId: TRACE_ID,
    spanId: spanIdAt(id),
    parentSpanId: parent,
    name: 'work',
    startNs: 1000n,
    endNs: 5000n,
    attributes: { 'logfire.span_type': 'span' },
  });

  test('is there unfinished, under its own id and parent', () => {
    const { store } = storeFixture();
    store.ingestTraces(tracesRequest([pending(1)]));
    const columns = store.columns(TRACE_ID);
    assert.equal(columns?.count, 1);
    assert.equal(columns.bits[0]! & SPAN_BIT.unfinished, SPAN_BIT.unfinished);
    const details = store.details(spanOn(1));
    assert.equal(details?.parentSpanId, parent);
    assert.equal(details.durationNs, 0);
  });

  test('is replaced by the finished one, and never takes its place', () => {
    for (const order of [
      [pending(1), finished(1)],
      [finished(1), pending(1)],
    ]) {
      const { store } = storeFixture();
      for (const one of order) store.ingestTraces(tracesRequest([one]));
      assert.equal(store.spanCount, 1);
      assert.equal(store.details(spanOn(1))?.durationNs, 4000);
      assert.equal((store.columns(TRACE_ID)?.bits[0] ?? 0) & SPAN_BIT.unfinished, 0);
      assert.equal(store.summary(TRACE_ID)?.durationNs, 4000);
    }
  });

  test('is a root when it names sixteen zeros as its parent', () => {
    const { store } = storeFixture();
    store.ingestTraces(tracesRequest([pending(1, '0000000000000000' as SpanId)]));
    assert.equal(store.summary(TRACE_ID)?.rootSpanId, spanIdAt(1));
  });

  test('with nonsense for its parent is a root; without a parent it is an ordinary span', () => {
    const { store } = storeFixture();
    store.ingestTraces(tracesRequest([pending(1, 'zz' as SpanId)]));
    assert.equal(store.summary(TRACE_ID)?.rootSpanId, spanIdAt(1));
    store.ingestTraces(tracesRequest([{ ...pending(2), parentSpanId: '' }]));
    assert.equal(store.details(spanOn(0x1002))?.name, 'work');
  });
});
