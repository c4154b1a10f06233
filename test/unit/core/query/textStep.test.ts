import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as zlib from 'node:zlib';
import { TextMatcher } from '../../../../src/core/find/textMatcher.ts';
import { buildDisplayTree } from '../../../../src/core/layout/displayTree.ts';
import { parseFilter } from '../../../../src/core/query/parseFilter.ts';
import { compileSpanFilter, runScan } from '../../../../src/core/query/spanMatcher.ts';
import type { BlockCodec } from '../../../../src/core/store/blockCodec.ts';
import { TraceStore } from '../../../../src/core/store/traceStore.ts';
import { logsRequest, spanIdAt, TRACE_ID, tracesRequest, type SpanInput } from '../../../support/otlpBytes.ts';
import { testRegex } from './filterFixture.ts';

const LONG = Array.from({ length: 1500 }, (_, i) => `w${(Math.imul(i + 1, 0x9e3779b1) >>> 0).toString(36)}`).join(' ');

function spanOf(id: number, more: Partial<SpanInput> = {}): SpanInput {
  return { traceId: TRACE_ID, spanId: spanIdAt(id), name: `span ${String(id)}`, startNs: 1n, endNs: 2n, ...more };
}

function filled(isPacked: boolean): TraceStore {
  const codec: BlockCodec = {
    compress: (bytes) => zlib.deflateRawSync(bytes),
    decompress: (packed) => zlib.inflateRawSync(packed),
  };
  const store = new TraceStore({ now: () => 0, maxBytes: 2 ** 28, codec });
  store.ingestTraces(
    tracesRequest(
      [
        spanOf(1, { name: 'POST /triage', attributes: { 'http.route': '/v1/Items', rows: 500 } }),
        spanOf(2, { attributes: { prompt: `${LONG} refund` }, traceState: 'vendor=state' }),
        spanOf(3, { events: [{ name: 'exception', timeNs: 1n, attributes: { 'exception.message': 'disk is full' } }] }),
        spanOf(4, {
          links: [{ traceId: 'ab'.repeat(16), spanId: '00f067aa0ba902b7', attributes: { why: 'batched' } }],
          status: { code: 2, message: 'model exploded' },
        }),
      ],
      {
        scope: 'my.scope',
        resource: {
          'service.name': 'gateway',
          'host.name': 'gpu-7.internal',
          'process.pid': 15_003,
          'service.instance.id': '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
        },
      },
    ),
  );
  store.ingestLogs(
    logsRequest([
      { traceId: TRACE_ID, spanId: spanIdAt(3), timeNs: 5n, body: 'cache loaded', severityText: 'WARN' },
      { traceId: TRACE_ID, spanId: spanIdAt(4), timeNs: 6n, body: LONG, attributes: { 'log.key': 7 } },
    ]),
  );
  if (isPacked) {
    store.setMaxBytes(2 ** 20);
    const filler = { x: new Uint8Array(300_000).map((_, i) => Math.imul(i, i * 7919) >>> 7) };
    store.ingestTraces(tracesRequest([{ ...spanOf(1, { attributes: filler }), traceId: 'ee'.repeat(16) }]));
    store.setMaxBytes(2 ** 28);
    while (store.pack());
  }
  return store;
}

/** Numbers of the spans that a filter finds, and that looking for the text in the trace finds. */
function byFilter(store: TraceStore, filter: string): number[] {
  const tree = buildDisplayTree(store.columns(TRACE_ID)!, 1);
  const mask = runScan(compileSpanFilter(parseFilter(filter), store.held, testRegex).over(tree).scan(0, tree.count));
  return [...mask].flatMap((is, index) => (is === 1 ? [tree.idLo[index]!] : []));
}

function byFind(store: TraceStore, text: string): number[] {
  const search = store.searchText(
    new TextMatcher({ text, matchCase: false, wholeWord: false, regex: false }, () => assert.fail()),
    TRACE_ID,
  );
  while (search.step());
  const { count, handle, idLo } = store.columns(TRACE_ID)!;
  return [...handle.subarray(0, count)].flatMap((each, index) => (search.placesOf(each) === 0 ? [] : [idLo[index]!]));
}

const ALL = [1, 2, 3, 4];
const CASES: readonly (readonly [text: string, spans: readonly number[], says?: string])[] = [
  ['TRIAGE', [1]],
  ['gateway', ALL],
  ['my.scope', ALL],
  ['http.route', [1]],
  ['/v1/items', [1]],
  ['refund', [2], 'the end of a long value'],
  ['vendor=', [2]],
  ['exception.message', [3]],
  ['disk is', [3]],
  ['batched', [4], 'an attribute of a link'],
  ['00f067aa', [4], 'the id of a link'],
  ['exploded', [4]],
  ['cache loaded', [3], 'the body of a log record'],
  ['warn', [3]],
  ['log.key', [4]],
  ['gpu-7', ALL, 'a word of the host'],
  ['internal', ALL],
  ['gpu-7.inter', [], 'a part of a word of the host'],
  ['host.name', [], 'a key of the resource: has:host.name asks for it'],
  ['500', [1], 'not the process 15003'],
  ['15003', ALL],
  ['0000000000000002', [2], 'an id'],
  [TRACE_ID.slice(0, 10), ALL, 'the id of the trace'],
  ['no such words', []],
];

for (const isPacked of [false, true]) {
  describe(isPacked ? 'in packed records' : 'in records as they came', () => {
    const store = filled(isPacked);
    for (const [text, spans, says] of CASES) {
      test(`“${text}” finds the same spans as a filter and in the trace${says === undefined ? '' : `: ${says}`}`, () => {
        assert.deepEqual(byFilter(store, JSON.stringify(text)), spans);
        assert.deepEqual(byFind(store, text), spans);
      });
    }
  });
}

test('a log record that comes later has its span found by the filter, too', () => {
  const store = filled(false);
  assert.deepEqual(byFilter(store, 'later'), []);
  store.ingestLogs(logsRequest([{ traceId: TRACE_ID, spanId: spanIdAt(1), timeNs: 9n, body: 'said later' }]));
  assert.deepEqual(byFilter(store, 'later'), [1]);
});

test('a place in the resource is told with its key, the service as such', () => {
  const store = filled(false);
  const places = (text: string): string[] =>
    store
      .foundTexts(
        { traceId: TRACE_ID, spanId: spanIdAt(1) },
        new TextMatcher({ text, matchCase: false, wholeWord: false, regex: false }, () => assert.fail()),
        8,
      )
      .map(({ key, text: shown, start, end }) => `${key}=${shown.slice(start, end)}`);
  assert.deepEqual(places('gpu-7'), ['host.name=gpu-7']);
  assert.deepEqual(places('gateway'), ['=gateway']);
  assert.deepEqual(places('15003'), ['process.pid=15003']);
  assert.deepEqual(places('500'), ['rows=500']);
});

test('an empty text in quotes lets everything through', () => {
  assert.deepEqual(byFilter(filled(false), '""'), ALL);
});
