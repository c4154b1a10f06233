import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as zlib from 'node:zlib';
import { FOUND } from '../../../../src/core/find/recordFields.ts';
import { TextMatcher } from '../../../../src/core/find/textMatcher.ts';
import type { TextQuery } from '../../../../src/core/find/textMatcher.ts';
import type { AttributeValue } from '../../../../src/core/model/attributes.ts';
import type { TraceId } from '../../../../src/core/model/ids.ts';
import type { BlockCodec } from '../../../../src/core/store/blockCodec.ts';
import type { TextSearch } from '../../../../src/core/store/storeReader.ts';
import { TraceStore } from '../../../../src/core/store/traceStore.ts';
import { logsRequest, spanIdAt, TRACE_ID, tracesRequest } from '../../../support/otlpBytes.ts';
import type { AttributeInput, LogInput, SpanInput } from '../../../support/otlpBytes.ts';

const codec: BlockCodec = {
  compress: (bytes) => zlib.deflateRawSync(bytes),
  decompress: (packed) => zlib.inflateRawSync(packed),
};
const OTHER = 'ee'.repeat(16) as TraceId;

function openStore(): TraceStore {
  return new TraceStore({ now: () => 0, maxBytes: 2 ** 28, inlineBytes: Infinity, codec });
}

/** Seals what is open and packs it. */
function pack(store: TraceStore): void {
  store.setMaxBytes(2 ** 20);
  const filler = { x: new Uint8Array(300_000).map((_, i) => Math.imul(i, i * 7919) >>> 7) };
  store.ingestTraces(tracesRequest([{ ...spanOf(1, filler), traceId: OTHER }]));
  store.setMaxBytes(2 ** 28);
  while (store.pack());
}

function spanOf(
  id: number,
  attributes: Readonly<Record<string, AttributeInput>> = {},
  more: SpanInput = {},
): SpanInput {
  return {
    traceId: TRACE_ID,
    spanId: spanIdAt(id),
    name: `n${String(id)}`,
    startNs: 1n,
    endNs: 2n,
    attributes,
    ...more,
  };
}

function matcherOf(text: string, options: Partial<TextQuery> = {}): TextMatcher {
  return new TextMatcher({ text, matchCase: false, wholeWord: false, regex: false, ...options }, (source) => {
    const expression = new RegExp(source, 'gu');
    return {
      exec: (searched, from) => {
        expression.lastIndex = from;
        const found = expression.exec(searched);
        return found ? { start: found.index, end: found.index + found[0].length } : undefined;
      },
    };
  });
}

function finish(search: TextSearch): TextSearch {
  while (search.step());
  return search;
}

/** Ordinals of the spans found, with where when `places`. */
function foundIn(store: TraceStore, search: TextSearch, places?: 'places'): unknown[] {
  const columns = store.columns(TRACE_ID)!;
  const found: unknown[] = [];
  for (let i = 0; i < columns.count; i++) {
    const at = search.placesOf(columns.handle[i]!);
    if (at !== 0) found.push(places ? [columns.idLo[i], at] : columns.idLo[i]);
  }
  return found;
}

function find(store: TraceStore, text: string, options: Partial<TextQuery> = {}): unknown[] {
  return foundIn(store, finish(store.searchText(matcherOf(text, options), TRACE_ID)));
}

const LONG = Array.from({ length: 4000 }, (_, i) => `w${(Math.imul(i + 1, 0x9e3779b1) >>> 0).toString(36)}`).join(' ');

const SPANS: readonly SpanInput[] = [
  spanOf(1, { 'http.route': '/v1/Items' }, { name: 'POST /triage' }),
  spanOf(2, { 'retrieval.documents': 500, score: 0.25, cached: true, negative: -12 }),
  spanOf(3, { nested: { map: { inner: ['deep Text', { map: { k: 'deepest' } }] } } }),
  spanOf(4, {}, { status: { code: 2, message: 'model exploded' } }),
  spanOf(
    5,
    {},
    {
      events: [{ name: 'exception', timeNs: 1n, attributes: { 'exception.message': 'division by zero' } }],
    },
  ),
  spanOf(
    6,
    {},
    {
      links: [
        { traceId: 'abcdef0123456789abcdef0123456789', spanId: '00f067aa0ba902b7', attributes: { why: 'batched' } },
      ],
    },
  ),
  spanOf(7, { prompt: LONG, copy: `${LONG} tail` }),
  spanOf(8, { raw: new TextEncoder().encode('sent as bytes') }),
  spanOf(9, { long: new TextEncoder().encode(`${LONG} sent as long bytes`) }),
  spanOf(10, { json: String.raw`{"say":"a \"quoted\" w\u00f6rd"}` }, { traceState: 'vendor=state' }),
];
const LOGS: readonly LogInput[] = [
  { traceId: TRACE_ID, spanId: spanIdAt(2), timeNs: 5n, body: 'loaded cache', severityText: 'WARN' },
  { traceId: TRACE_ID, spanId: spanIdAt(4), timeNs: 6n, body: { map: { text: LONG } }, attributes: { 'log.key': 7 } },
];

function filled(packed: boolean): TraceStore {
  const store = openStore();
  store.ingestTraces(tracesRequest(SPANS, { service: 'Gateway', scope: 'my.scope' }));
  store.ingestLogs(logsRequest(LOGS));
  if (packed) pack(store);
  return store;
}

for (const packed of [false, true]) {
  describe(packed ? 'in packed records' : 'in records as they came', () => {
    const store = filled(packed);
    const all = SPANS.map((_, i) => i + 1);
    const cases: readonly (readonly [string, readonly number[], (number | undefined)?])[] = [
      ['triage', [1], FOUND.name],
      ['gateway', all, FOUND.service],
      ['my.scope', all, FOUND.scope],
      ['/v1/items', [1], FOUND.attributes],
      ['http.route', [1], FOUND.attributes],
      ['500', [2], FOUND.attributes],
      ['0.25', [2], FOUND.attributes],
      ['-12', [2], FOUND.attributes],
      ['true', [2], FOUND.attributes],
      ['deep text', [3], FOUND.attributes],
      ['deepest', [3], FOUND.attributes],
      ['exploded', [4], FOUND.status],
      ['division by', [5], FOUND.events],
      ['batched', [6], FOUND.links],
      ['00f067aa', [6], FOUND.links],
      ['abcdef0123', [6], FOUND.links],
      ['0000000000000007', [7], FOUND.id],
      [' tail', [7], FOUND.attributes],
      ['loaded cache', [2], FOUND.logs],
      ['warn', [2], FOUND.logs],
      ['log.key', [4], FOUND.logs],
      ['sent as', [], undefined],
      ['"quoted"', [10], FOUND.attributes],
      ['wörd', [10], FOUND.attributes],
      ['vendor=', [10], FOUND.traceState],
      ['absent', [], undefined],
    ];
    for (const [text, spans, place] of cases) {
      test(`“${text}” is found where it is`, () => {
        const search = finish(store.searchText(matcherOf(text), TRACE_ID));
        assert.deepEqual(
          foundIn(store, search, 'places'),
          spans.map((id) => [id, place]),
        );
      });
    }

    test('a long value is found at every place, also across the borders of its pieces', () => {
      for (let at = 0; at + 40 < LONG.length; at += 97) {
        assert.deepEqual(find(store, LONG.slice(at, at + 40)), [4, 7], `at ${String(at)}`);
      }
      assert.deepEqual(find(store, LONG.slice(3000, 6000)), [4, 7], 'longer than a piece');
    });

    test('nothing that lies across two fields is found', () => {
      // The key's bytes are followed by the tags of its value.
      assert.deepEqual(find(store, 'http.route\u0012'), []);
      assert.deepEqual(find(store, '\n\u0002n2'), []);
    });

    test('case and whole words count when they shall', () => {
      assert.deepEqual(find(store, '/v1/items', { matchCase: true }), []);
      assert.deepEqual(find(store, 'ite', { wholeWord: true }), []);
      assert.deepEqual(find(store, 'items', { wholeWord: true }), [1]);
      assert.deepEqual(
        find(store, LONG.slice(LONG.indexOf(' ', 9000) + 1, LONG.indexOf(' ', 9100)), { wholeWord: true }),
        [4, 7],
      );
    });

    test('expressions are matched, with a literal in them and without', () => {
      assert.deepEqual(find(store, 'exp.o[a-z]+d$', { regex: true }), [4]);
      assert.deepEqual(find(store, '^\\d\\d\\d$', { regex: true }), [2]);
      assert.deepEqual(find(store, 'w[0-9a-z]+ tail', { regex: true }), [7]);
    });

    test('every place in a span is told, with its key and what stands around', () => {
      const texts = store.foundTexts({ traceId: TRACE_ID, spanId: spanIdAt(2) }, matcherOf('c'), 10);
      assert.deepEqual(
        texts.map(({ place, key, text, start, end }) => [place, key, text.slice(start, end)]),
        [
          [FOUND.scope, '', 'c'],
          [FOUND.attributes, 'retrieval.documents', 'c'],
          [FOUND.attributes, 'score', 'c'],
          [FOUND.attributes, 'cached', 'c'],
          [FOUND.logs, '', 'c'],
        ],
      );
      const [long] = store.foundTexts({ traceId: TRACE_ID, spanId: spanIdAt(7) }, matcherOf(' tail'), 10);
      assert.equal(long?.key, 'copy');
      assert.ok(long.text.length < 200 && long.text.startsWith('…'));
      assert.equal(long.text.slice(long.start, long.end), ' tail');
    });
  });
}

test('a masked value is found by what is shown of it', () => {
  const store = openStore();
  store.ingestTraces(
    tracesRequest([spanOf(1, { auth: '\u001a\u000f\u007f\u007f\u007f' }), spanOf(2, { auth: 'bearer' })]),
  );
  assert.deepEqual(find(store, 'redacted: bearer'), [1]);
  assert.deepEqual(find(store, 'bearer'), [1, 2]);
  assert.deepEqual(find(store, 'redacted: b.*r', { regex: true }), [1]);
  assert.deepEqual(find(store, '‹redact'), [1]);
});

describe('a trace that grows', () => {
  test('has new spans, changed spans and late log records found by the steps that follow', () => {
    const store = openStore();
    store.ingestTraces(tracesRequest([spanOf(1, { a: 'wanted' }), spanOf(2)]));
    const search = finish(store.searchText(matcherOf('wanted'), TRACE_ID));
    assert.deepEqual(foundIn(store, search), [1]);
    const { revision } = search;
    store.ingestTraces(tracesRequest([spanOf(3, { a: 'WANTED' }), spanOf(1, { a: 'other' }), spanOf(4)]));
    assert.deepEqual(foundIn(store, finish(search)), [3], 'the first span was replaced');
    assert.notEqual(search.revision, revision);
    store.ingestLogs(logsRequest([{ traceId: TRACE_ID, spanId: spanIdAt(4), timeNs: 1n, body: 'is wanted' }]));
    assert.deepEqual(foundIn(store, finish(search)), [3, 4]);
  });

  test('has a span found whose log records came before it', () => {
    const store = openStore();
    store.ingestTraces(tracesRequest([spanOf(1)]));
    store.ingestLogs(logsRequest([{ traceId: TRACE_ID, spanId: spanIdAt(2), timeNs: 1n, body: 'wanted' }]));
    const search = finish(store.searchText(matcherOf('wanted'), TRACE_ID));
    assert.deepEqual(foundIn(store, search), []);
    store.ingestTraces(tracesRequest([spanOf(2)]));
    assert.deepEqual(foundIn(store, finish(search)), [2]);
  });

  test('goes on being searched while its segments are packed', () => {
    const store = openStore();
    store.ingestTraces(
      tracesRequest(
        Array.from({ length: 3000 }, (_, i) => spanOf(i + 1, { a: i % 10 === 0 ? 'wanted' : LONG.slice(i, i + 300) })),
      ),
    );
    const search = store.searchText(matcherOf('wanted'), TRACE_ID);
    for (let i = 0; i < 3; i++) search.step();
    pack(store);
    assert.equal(foundIn(store, finish(search)).length, 300);
  });

  test('ends the search when it is gone', () => {
    const store = openStore();
    store.ingestTraces(tracesRequest([spanOf(1, { a: 'wanted' })]));
    const search = store.searchText(matcherOf('wanted'), TRACE_ID);
    store.deleteAll();
    assert.equal(search.step(), false);
  });
});

test('a search in all traces finds spans of each', () => {
  const store = openStore();
  store.ingestTraces(
    tracesRequest([spanOf(1, { a: 'wanted' }), { ...spanOf(2, { a: 'wanted' }), traceId: OTHER }, spanOf(3)]),
  );
  const search = finish(store.searchText(matcherOf('wanted'), ''));
  assert.deepEqual(foundIn(store, search), [1]);
  const handle = store.handleOf({ traceId: OTHER, spanId: spanIdAt(2) })!;
  assert.equal(search.placesOf(handle), FOUND.attributes);
});

test('what is found is what reading every span whole finds', () => {
  const words = fc.constantFrom('ab', 'aB', 'ba', '\n', '"', '1', '12', 'é', 'É', ' ');
  const text = fc.array(words, { maxLength: 8 }).map((parts) => parts.join(''));
  const long = fc
    .tuple(text, fc.integer({ min: 3900, max: 12_000 }))
    .map(([part, length]) => `${part}ab-`.repeat(Math.ceil(length / (part.length + 3))).slice(0, length) + part);
  const value: fc.Arbitrary<AttributeInput> = fc.oneof(
    text,
    fc.integer(),
    fc.double(),
    fc.boolean(),
    long,
    fc.array(text, { maxLength: 3 }),
  );
  const spans = fc.array(fc.dictionary(text, value, { maxKeys: 4 }), { minLength: 1, maxLength: 6 });
  const wanted = fc.array(words, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(
      spans,
      wanted,
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      (inputs, needle, matchCase, wholeWord, packed) => {
        const store = openStore();
        store.ingestTraces(tracesRequest(inputs.map((attributes, i) => spanOf(i + 1, attributes))));
        if (packed) pack(store);
        const matcher = matcherOf(needle, { matchCase, wholeWord });
        const expected = inputs
          .map((_, i) => i + 1)
          .filter((id) => {
            const details = store.details({ traceId: TRACE_ID, spanId: spanIdAt(id) })!;
            return (
              matcher.matches(details.name) ||
              matcher.matches(details.resource.serviceName) ||
              details.attributes.some(({ key, value: held }) => matcher.matches(key) || valueMatches(held, matcher))
            );
          });
        assert.deepEqual(foundIn(store, finish(store.searchText(matcher, TRACE_ID))), expected);
      },
    ),
    { numRuns: 300 },
  );
});

function valueMatches(value: AttributeValue, matcher: TextMatcher): boolean {
  switch (value.type) {
    case 'string':
    case 'int':
      return matcher.matches(value.value);
    case 'bool':
    case 'double':
      return matcher.asksScalars && matcher.matches(String(value.value));
    case 'array':
      return value.values.some((item) => valueMatches(item, matcher));
    case 'kvlist':
      return value.entries.some((entry) => matcher.matches(entry.key) || valueMatches(entry.value, matcher));
    default:
      return false;
  }
}
