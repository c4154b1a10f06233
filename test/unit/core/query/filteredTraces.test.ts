import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FilteredTraces } from '../../../../src/core/query/filteredTraces.ts';
import { parseFilter } from '../../../../src/core/query/parseFilter.ts';
import type { TraceStore } from '../../../../src/core/store/traceStore.ts';
import { traceFromText } from '../../../support/otlpBytes.ts';
import { storeOf, testRegex, traceIdOf } from './filterFixture.ts';

function matched(store: TraceStore, filter: string): string {
  const filtered = new FilteredTraces(parseFilter(filter), store.held, testRegex);
  for (const left of filtered.bring(store.held)) assert.ok(left >= 0);
  return namesOf(store, filtered);
}

function namesOf(store: TraceStore, filtered: FilteredTraces): string {
  const { traces } = store.listWhere((slot) => filtered.matches(store.held, slot), 100);
  return traces
    .map(({ traceId }) => traceId.charAt(0))
    .sort()
    .join('');
}

const SLOW = 'GET /a gateway 0..900\n  find retrieval 10..800 client docs=500\n  load model 800..850 error';
const FAST = 'GET /a gateway 0..90\n  find retrieval 10..20 client docs=20\n  load model 30..80';
const OTHER = 'job worker 0..5';

describe('asking a filter of all traces', () => {
  const store = storeOf(
    traceFromText(SLOW, { traceId: traceIdOf('a') }),
    traceFromText(FAST, { traceId: traceIdOf('b') }),
    traceFromText(OTHER, { traceId: traceIdOf('c') }),
  );
  for (const [filter, expected] of [
    ['', 'abc'],
    ['service:retrieval', 'ab'],
    ['service:retrieval dur>200ms', 'a'],
    // On one span: the gateway is slow, and there is a model, but no slow model.
    ['service:model dur>200ms', ''],
    ['any(service:model) any(dur>200ms)', 'a'],
    ['errors', 'a'],
    ['-errors', 'bc'],
    ['-service:model', 'c'],
    ['-service:model -service:worker', ''],
    ['service:model -status:error', 'b'],
    ['errors or service:worker', 'ac'],
    ['errors -service:worker', 'a'],
    ['root.dur>50ms', 'ab'],
    ['root.name:job', 'c'],
    ['root(service:gateway -dur>500ms)', 'b'],
    ['docs>100', 'a'],
    ['docs!=500', 'b'],
    ['trace.spans=3', 'ab'],
    ['trace.dur<50ms', 'c'],
    ['parent.service:gateway docs>1', 'ab'],
    ['self>700ms', 'a'],
    ['depth=1 kind:client', 'ab'],
    ['child(status:error)', 'a'],
    ['all(dur<100ms)', 'bc'],
    ['none(has:error) service:model', 'b'],
    ['trace:cccc', 'c'],
    ['bbbbbbbb', 'b'],
  ] as const) {
    test(`${filter === '' ? '(empty)' : filter} → ${expected === '' ? 'none' : expected}`, () => {
      assert.equal(matched(store, filter), expected);
    });
  }

  test('a trace is asked again only when it changed', () => {
    const live = storeOf(
      traceFromText(OTHER, { traceId: traceIdOf('a') }),
      traceFromText(OTHER, { traceId: traceIdOf('b') }),
    );
    const filtered = new FilteredTraces(parseFilter('name:late'), live.held, testRegex);
    const bring = (): number => {
      const stale = filtered.countStale(live.held);
      for (const left of filtered.bring(live.held)) assert.ok(left >= 0);
      return stale;
    };
    assert.equal(bring(), 2);
    assert.equal(bring(), 0);
    live.ingestTraces(traceFromText('late worker 1..2', { traceId: traceIdOf('a'), firstId: 9 }));
    assert.equal(bring(), 1);
    assert.equal(namesOf(live, filtered), 'a');
    live.ingestTraces(traceFromText('late worker 1..2', { traceId: traceIdOf('b'), firstId: 9 }));
    assert.equal(namesOf(live, filtered), 'ab', 'asked when it is looked at');
  });

  test('what was known of traces that are gone says nothing of those that came after', () => {
    const live = storeOf(traceFromText(OTHER, { traceId: traceIdOf('a') }));
    const filtered = new FilteredTraces(parseFilter('service:worker'), live.held, testRegex);
    assert.equal(namesOf(live, filtered), 'a');
    live.deleteAll();
    assert.equal(namesOf(live, filtered), '');
    live.ingestTraces(traceFromText('x gateway 0..1', { traceId: traceIdOf('d') }));
    live.ingestTraces(traceFromText(OTHER, { traceId: traceIdOf('e') }));
    assert.equal(namesOf(live, filtered), 'e');
  });

  test('an evaluation can be left between two traces, and begun again while traces come', () => {
    const live = storeOf();
    for (let i = 0; i < 3000; i++) {
      const traceId = i.toString(16).padStart(32, '7');
      live.ingestTraces(traceFromText(i % 3 === 0 ? SLOW : OTHER, { traceId }));
    }
    const filtered = new FilteredTraces(parseFilter('docs:500'), live.held, testRegex);
    const run = filtered.bring(live.held);
    assert.equal(run.next().done, false);
    run.return();
    live.ingestTraces(traceFromText(SLOW, { traceId: traceIdOf('a') }));
    for (const left of filtered.bring(live.held)) assert.ok(left >= 0);
    assert.equal(filtered.countStale(live.held), 0);
    assert.equal(live.listWhere((slot) => filtered.matches(live.held, slot), 1).total, 1001);
  });
});
