import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { SpanTiming } from '../../src/protocol/timingApi.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';
import { asgiTrace, TIMED_TRACE, timedSpanId, timedTrace, type TimedSpan } from '../support/timedTrace.ts';

const MS = 1e6;

describe('the time inside a span', () => {
  let engine: TestEngine;
  beforeEach(async () => {
    engine = await startTestEngine({ receiver: false });
  });
  afterEach(() => engine.stop());

  function ask(spans: readonly TimedSpan[], number: number): Promise<SpanTiming> {
    engine.engine.ingest('traces', timedTrace(spans));
    return engine.request('timing/span', { traceId: TIMED_TRACE, spanId: timedSpanId(number) });
  }

  it('of a server that streams: first byte, pieces, longest gap, last byte', async () => {
    const { stream, timing } = await ask(asgiTrace([200, 300, 700, 800], 1000), 0);
    assert.deepEqual(stream, {
      firstNs: 200 * MS,
      lastNs: 800.5 * MS,
      chunks: 4,
      largestGapNs: 400 * MS,
      largestGapAtNs: 300 * MS,
      from: 'http send spans',
      partial: false,
    });
    assert.deepEqual(
      timing?.phases.map(({ name, exact }) => [name, exact]),
      [
        ['to first byte', true],
        ['stream', true],
        ['after the last byte', false],
      ],
    );
  });

  it('of thousands of pieces that came in any order', async () => {
    const pieces = Array.from({ length: 3000 }, (_, i) => 100 + ((i * 7) % 3000));
    const { stream } = await ask(asgiTrace(pieces, 4000), 0);
    assert.equal(stream?.chunks, 3000);
    assert.equal(stream.firstNs, 100 * MS);
    assert.equal(stream.largestGapNs, 1 * MS);
  });

  it('of a span whose events are the pieces', async () => {
    const events = [10, 30, 90].map((at) => ['gen_ai.content.completion.chunk', at] as const);
    const { stream, timing } = await ask([{ name: 'chat', at: 0, ms: 100, events }], 0);
    assert.equal(stream?.chunks, 3);
    assert.equal(stream.largestGapNs, 60 * MS);
    assert.equal(timing?.firstToken?.offsetNs, 10 * MS);
  });

  it('of a Triton request: the queue up to the span below that computes', async () => {
    const compute = [
      ['COMPUTE_START', 41],
      ['COMPUTE_INPUT_END', 50],
    ] as const;
    const { timing } = await ask(
      [
        { name: 'simple', at: 0, ms: 100, kind: 2, events: [['QUEUE_START', 5]] },
        { name: 'compute', parent: 0, at: 40, ms: 55, kind: 2, events: compute },
      ],
      0,
    );
    assert.deepEqual(
      timing?.phases.map(({ name, startNs, durationNs }) => [name, startNs / MS, durationNs / MS]),
      [['queue', 5, 36]],
    );
  });

  it('of one that tells nothing: nothing', async () => {
    assert.deepEqual(await ask([{ name: 'plain', at: 0, ms: 10, kind: 2 }], 0), { timing: null, stream: null });
  });

  it('is not known of a span that is not held', async () => {
    await assert.rejects(engine.request('timing/span', { traceId: TIMED_TRACE, spanId: timedSpanId(9999) }), {
      code: 'notFound',
    });
  });
});
