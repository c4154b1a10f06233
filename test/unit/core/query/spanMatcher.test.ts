import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildDisplayTree } from '../../../../src/core/layout/displayTree.ts';
import { FilterError } from '../../../../src/core/query/filterError.ts';
import { parseFilter } from '../../../../src/core/query/parseFilter.ts';
import { compileSpanFilter, runScan } from '../../../../src/core/query/spanMatcher.ts';
import type { TraceStore } from '../../../../src/core/store/traceStore.ts';
import { TRACE_ID, traceFromText, tracesRequest } from '../../../support/otlpBytes.ts';
import { storeOf, testRegex } from './filterFixture.ts';

const TRACE = `
  POST /triage      gateway    0..900 server http.route=/triage http.response.status_code=500
    fetch_features  features  10..60  client rows=20
    search          retrieval 60..70  client retrieval.documents=500 latency_ms=9
    predict         model     70..850 model.name=clf model.version=v2 model.input_features=refund-please model.output_prediction=yes exception@300
      load          model     80..90  error "error:disk is full" stream=true
`;

function names(store: TraceStore, filter: string): string {
  const columns = store.columns(TRACE_ID);
  assert.ok(columns);
  const tree = buildDisplayTree(columns, 1);
  const mask = runScan(compileSpanFilter(parseFilter(filter), store.held, testRegex).over(tree).scan(0, tree.count));
  return Array.from(mask, (is, index) => (is === 1 ? store.nameOf(tree.handle[index]!) : ''))
    .filter((name) => name !== '')
    .join(' ');
}

const store = storeOf(traceFromText(TRACE, { scope: 'my.tracer', resource: { 'process.pid': 42, region: 'eu' } }));

describe('asking a filter of the spans of a trace', () => {
  for (const [filter, expected] of [
    ['', 'POST /triage fetch_features search predict load'],
    ['service:Model', 'predict load'],
    ['service=Model', ''],
    ['service!=model service:*e*', 'POST /triage fetch_features search'],
    ['name:FEATURES', 'fetch_features'],
    ['name=load', 'load'],
    ['name~^(load|search)$', 'search load'],
    ['name:*a*e*', 'POST /triage fetch_features'],
    ['dur>=50ms dur<=780ms', 'fetch_features predict'],
    ['status:error', 'load'],
    ['status!=error kind:client', 'fetch_features search'],
    ['kind=server', 'POST /triage'],
    ['scope:tracer rows=20', 'fetch_features'],
    ['id:0000000000000003', 'search'],
    ['message:"DISK IS"', 'load'],
    ['depth=2', 'load'],
    ['self>700ms', 'predict'],
    ['start>=70ms', 'predict load'],
    ['model.version=v2', 'predict'],
    ['model.version:V', 'predict'],
    ['model.version!=v1', 'predict'],
    ['model.version>=v1', 'predict'],
    ['-model.version=v2 service:model', 'load'],
    ['documents>100', 'search'],
    ['documents>500', ''],
    ['http.response.status_code=500', 'POST /triage'],
    ['status_code>=500', 'POST /triage'],
    ['http.response.status_code:50', ''],
    ['http.response.status_code~^5', 'POST /triage'],
    ['latency_ms>5ms', 'search'],
    ['latency_ms>10ms', ''],
    ['stream=true', 'load'],
    ['region:eu depth=0', 'POST /triage'],
    ['resource.process.pid=42 name:load', 'load'],
    ['span.region:eu', ''],
    ['event.name:exception', 'predict'],
    ['has:exception', 'predict'],
    ['has:error', 'load'],
    ['has:http.route', 'POST /triage'],
    ['has:nothing.like.it', ''],
    ['has:children', 'POST /triage predict'],
    ['-has:parent', 'POST /triage'],
    ['input:refund', 'predict'],
    ['input~"refund.*please" has:exception', 'predict'],
    ['output:no', ''],
    ['refund', 'predict'],
    ['CLF', 'predict'],
    ['retrieval', 'search'],
    ['42 name:load', 'load'],
    ['retrieval.documents', 'search'],
    ['errors depth=0', 'POST /triage'],
    ['parent.name=predict', 'load'],
    ['parent.parent.service:gateway', 'load'],
    ['root.dur>5s', ''],
    ['root.dur>500ms name:load', 'load'],
    ['child(status:error)', 'predict'],
    ['any(service:retrieval documents>100) service:model', 'predict load'],
    ['none(service:db) name:load', 'load'],
    ['all(dur<1s) name:load', 'load'],
    ['all(service:model)', ''],
    ['trace.spans=5 name:load', 'load'],
    ['trace.dur>800ms trace.errors=1 trace.name:triage name:load', 'load'],
    ['trace:0AF7 name:load', 'load'],
    ['name:load or name:search', 'search load'],
    ['not (service:model or kind:client)', 'POST /triage'],
  ] as const) {
    test(`${filter} → ${expected === '' ? 'none' : expected}`, () => {
      assert.equal(names(store, filter), expected);
    });
  }

  test('attributes of compressed and long values are read as they were sent', () => {
    const long = `${'x'.repeat(10_000)} needle ${'y'.repeat(10_000)}`;
    const spans = [
      { traceId: TRACE_ID, spanId: '0000000000000001', name: 'a', attributes: { prompt: long, tags: ['one', 'two'] } },
      {
        traceId: TRACE_ID,
        spanId: '0000000000000002',
        name: 'b',
        attributes: { big: 9007199254740993n, ключ: 'ЗНАЧЕНИЕ' },
      },
    ];
    const packed = storeOf(tracesRequest(spans));
    assert.equal(names(packed, 'prompt:needle'), 'a');
    assert.equal(names(packed, 'NEEDLE'), 'a');
    assert.equal(names(packed, 'tags=two'), 'a');
    assert.equal(names(packed, 'значение'), 'b');
    assert.equal(names(packed, 'ключ:знач'), 'b');
  });

  test('a regular expression that is none is told with its place', () => {
    assert.throws(
      () => compileSpanFilter(parseFilter('name~"a("'), store.held, testRegex),
      (error) => error instanceof FilterError && error.start === 5 && error.end === 9,
    );
  });

  test('parts of a scan say the same as the whole', () => {
    const columns = store.columns(TRACE_ID);
    assert.ok(columns);
    const tree = buildDisplayTree(columns, 1);
    const filters = [
      'any(status:error) dur>20ms',
      'parent.service:gateway or refund',
      '-(kind:client)',
      'child(has:error)',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...filters), fc.nat({ max: 5 }), fc.nat({ max: 7 }), (filter, from, to) => {
        const matcher = compileSpanFilter(parseFilter(filter), store.held, testRegex).over(tree);
        const whole = runScan(matcher.scan(0, tree.count));
        assert.deepEqual([...runScan(matcher.scan(from, to))], [...whole.slice(from, Math.max(from, Math.min(to, 5)))]);
      }),
    );
  });
});
