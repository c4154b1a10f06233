import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TraceStore } from '../../src/core/store/traceStore.ts';
import { Views } from '../../src/engine/views.ts';
import type { RowWindow } from '../../src/protocol/viewApi.ts';
import { ManualClock } from '../support/manualClock.ts';
import { asgiTrace, TIMED_TRACE, timedTrace, type TimedSpan } from '../support/timedTrace.ts';

function windowOf(spans: readonly TimedSpan[], messagesAsRows = true): RowWindow {
  const clock = new ManualClock();
  const store = new TraceStore({ now: () => 1_763_697_700_000, maxBytes: 64 * 1024 * 1024 });
  store.ingestTraces(timedTrace(spans));
  const views = new Views({ store, elapsed: clock.elapsed, seed: 1, onFailure: () => undefined });
  const { viewId } = views.open(TIMED_TRACE, { foldAlike: 0, messagesAsRows });
  return views.rows(viewId, 0, 6000, '');
}

/** Row, then its phases in milliseconds of the trace and its first output. */
function drawn({ phases }: RowWindow): readonly string[] {
  if (phases === undefined) return [];
  return [...phases.rows].map((row, place) => {
    const list: string[] = [];
    for (let at = phases.index[place] ?? 0; at < (phases.index[place + 1] ?? 0); at++) {
      const [begin, end] = [phases.times[2 * at] ?? 0, phases.times[2 * at + 1] ?? 0];
      list.push(
        `${phases.names[phases.name[at] ?? 0] ?? ''}${phases.exact[at] === 1 ? '' : '~'} ${begin / 1e6}..${end / 1e6}`,
      );
    }
    return `${row}: ${list.join(', ')} | ${(phases.firstNs[place] ?? 0) / 1e6}`;
  });
}

void test('only rows that tell of their time have phases, on the scale of the trace', () => {
  const engine = {
    'gen_ai.latency.time_to_first_token': 0.3,
    'gen_ai.latency.time_in_queue': 0.1,
    'gen_ai.latency.time_in_model_prefill': 0.2,
    'gen_ai.latency.time_in_model_decode': 0.5,
  };
  const window = windowOf([
    { name: 'POST /chat', at: 0, ms: 1000 },
    { name: 'llm_request', parent: 0, at: 100, ms: 800, kind: 2, attributes: engine },
    { name: 'save', parent: 0, at: 950, ms: 10, attributes: { 'db.system': 'x' }, events: [['saved', 955]] },
    { name: 'chat', parent: 0, at: 960, ms: 40, events: [['First Token Stream Event', 970]] },
  ]);
  assert.deepEqual(drawn(window), [
    '1: queue 100..200, prefill 200..400, decode 400..900 | 400',
    '3: to first token 960..970, decode~ 970..1000 | 970',
  ]);
  assert.equal(window.phases?.index.length, 3);
});

void test('a window of spans that tell nothing has no phases at all', () => {
  const window = windowOf([
    { name: 'a', at: 0, ms: 10, events: [['cache miss', 5]], attributes: { latency_class: 'x' } },
  ]);
  assert.equal('phases' in window, false);
});

void test('the messages of an ASGI server give its span first byte and stream, as marks or as rows', () => {
  const spans = asgiTrace([200, 300, 700, 800], 1000);
  const expected = '0: to first byte 0..200, stream 200..800.5, after the last byte~ 800.5..1000 | 200';
  assert.deepEqual(drawn(windowOf(spans, false)), [expected]);
  assert.deepEqual(drawn(windowOf(spans, true)), [expected]);
});

void test('the queue of a Triton request ends where the span below begins to compute', () => {
  const window = windowOf([
    {
      name: 'simple',
      at: 0,
      ms: 100,
      kind: 2,
      events: [
        ['REQUEST_START', 0],
        ['QUEUE_START', 5],
        ['REQUEST_END', 100],
      ],
    },
    {
      name: 'compute',
      parent: 0,
      at: 40,
      ms: 55,
      kind: 2,
      events: [
        ['COMPUTE_START', 41],
        ['COMPUTE_INPUT_END', 50],
        ['COMPUTE_OUTPUT_START', 90],
        ['COMPUTE_END', 95],
      ],
    },
  ]);
  assert.deepEqual(drawn(window), [
    '0: queue 5..41 | NaN',
    '1: compute input 41..50, infer 50..90, compute output 90..95 | NaN',
  ]);
});

void test('one piece is no stream', () => {
  assert.deepEqual(drawn(windowOf(asgiTrace([200], 1000))), []);
  assert.deepEqual(drawn(windowOf(asgiTrace([], 1000))), []);
});
