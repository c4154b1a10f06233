import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { TraceId } from '../../src/core/model/ids.ts';
import { ALL_TRACES, type CompareQuestion, type Comparison, type TraceSet } from '../../src/protocol/compareApi.ts';
import { spanIdAt, START_MS, traceFromText } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';

let engine: TestEngine;

function idOf(n: number): TraceId {
  return n.toString(16).padStart(32, '0') as TraceId;
}

/** Tickets as the example sends them: two of twelve get 500 documents instead of 20. */
function ticket(n: number): string {
  const documents = n % 6 === 5 ? 500 : 20;
  const rank = documents === 500 ? 300 + n : 12 + (n % 3);
  return `
POST /triage    gateway   0..${100 + rank}  server ticket.id=t${n}
  search        retrieval 10..${40 + rank}  client
    score       retrieval 12..20 algorithm=bm25
    rerank      retrieval 20..${20 + rank} documents.count=${documents} "odd key=x${documents}"
  predict       model     ${50 + rank}..${90 + rank} version=${n % 2 === 0 ? 'v1' : 'v2'}
`;
}

before(async () => {
  engine = await startTestEngine({ receiver: false });
  for (let n = 0; n < 12; n++) {
    engine.engine.ingest(
      'traces',
      traceFromText(ticket(n), { traceId: idOf(n + 1), startMs: START_MS + n * 1000, firstId: n * 100 + 1 }),
    );
  }
});
after(() => engine.stop());

function compare(a: Partial<TraceSet>, change: Partial<CompareQuestion> = {}): Promise<Comparison> {
  return engine.request('compare/run', { job: 1, a: { ...ALL_TRACES, ...a }, b: null, among: ALL_TRACES, ...change });
}

const SLOW = { brush: { fromMs: null, toMs: null, minNs: 300e6, maxNs: null } };

describe('why these traces', () => {
  it('names the path where the time went, its share and an example, for a brush against the rest', async () => {
    const { a, b, paths, differenceNs } = await compare(SLOW);
    assert.deepEqual([a.traces, b.traces, a.medianNs, b.medianNs], [2, 10, 405e6, 113e6]);
    const [first] = paths;
    assert.deepEqual(first?.names, ['POST /triage', 'search', 'rerank']);
    assert.equal(first.service, 'retrieval');
    assert.ok(first.share > 0.95 && first.differenceNs > first.boundNs);
    assert.ok(Math.abs(differenceNs - first.differenceNs) < 0.05 * differenceNs);
    assert.deepEqual(first.example, { traceId: idOf(12), spanId: spanIdAt(1104) });
    assert.deepEqual([first.callsA, first.callsB], [1, 1]);
  });

  it('takes as slow what lies beyond the widest gap between the median and a slow trace', async () => {
    const slowest = await compare({ asSlowAs: 420e6 });
    assert.deepEqual([slowest.a.traces, slowest.b.traces, slowest.a.medianNs], [2, 10, 405e6]);
    const usual = await compare({ asSlowAs: slowest.b.medianNs });
    assert.ok(usual.a.traces > 2 && usual.a.traces <= 12);
  });

  it('names the attribute that parts them first: 500 documents instead of 20', async () => {
    const { attributes, attributesOf } = await compare(SLOW);
    assert.equal(attributesOf, 12);
    const [first] = attributes;
    assert.ok(first?.kind === 'numeric');
    assert.deepEqual([first.key, first.medianA, first.medianB, first.difference], ['documents.count', 500, 20, 1]);
    assert.deepEqual(first.names, ['POST /triage', 'search', 'rerank']);
    assert.ok(first.chance <= 0.05);
    assert.ok(!attributes.some(({ key }) => key === 'ticket.id'));
  });

  it('says what parts them as a filter that finds them', async () => {
    const { attributes } = await compare(SLOW);
    const filters = attributes.filter((each) => each.difference === 1).map(({ filter }) => filter);
    assert.deepEqual(filters.slice(0, 2), [
      'any(name="rerank" span.documents.count>260)',
      'any(name="rerank" "odd key"="x500")',
    ]);
    for (const filter of filters.slice(0, 2)) {
      const { traces } = await engine.request('traces/list', { limit: 100, filter });
      assert.deepEqual(traces.map(({ traceId }) => traceId).sort(), [idOf(6), idOf(12)]);
    }
  });

  it('takes sets by filter, by group and by name of trace, each against another set or the rest', async () => {
    const v2 = { ...ALL_TRACES, filter: 'version=v2' };
    const byFilter = await compare(v2, { b: { ...ALL_TRACES, filter: 'version=v1' } });
    assert.deepEqual([byFilter.a.traces, byFilter.b.traces], [6, 6]);
    assert.ok(byFilter.attributes.some(({ key }) => key === 'version'));
    const byGroup = await compare({ group: { by: 'attribute:ticket.id', text: 't3' } });
    assert.deepEqual([byGroup.a.traces, byGroup.b.traces], [1, 11]);
    const byIds = await compare({ traceIds: [idOf(6)] }, { among: { ...ALL_TRACES, filter: 'version=v2' } });
    assert.deepEqual([byIds.a.traces, byIds.b.traces], [1, 5]);
    const before = { fromMs: null, toMs: START_MS + 5500, minNs: null, maxNs: null };
    const byTime = await compare(
      { brush: { ...before, fromMs: START_MS + 5500, toMs: null } },
      { b: { ...ALL_TRACES, brush: before } },
    );
    assert.deepEqual([byTime.a.traces, byTime.b.traces], [6, 6]);
  });

  it('finds nothing sure between halves that are alike', async () => {
    const fast = { ...ALL_TRACES, brush: { fromMs: null, toMs: null, minNs: null, maxNs: 300e6 } };
    const { paths } = await compare({ ...fast, filter: 'version=v1' }, { b: { ...fast, filter: 'version=v2' } });
    assert.ok(paths.every((path) => path.share < 1.5));
    assert.ok(paths.filter((path) => Math.abs(path.differenceNs) > path.boundNs).length <= 1);
  });

  it('answers for empty sets, and says what is wrong with a filter', async () => {
    const empty = await compare({ filter: 'name=nobody' });
    assert.deepEqual([empty.a.traces, empty.b.traces, empty.attributes.length], [0, 12, 0]);
    await assert.rejects(compare({ filter: 'dur>' }), { code: 'invalid' });
  });

  it('ends when nobody waits any more', async () => {
    const first = engine.channel.request(
      'compare/run',
      { job: 2, a: { ...ALL_TRACES, ...SLOW }, b: null, among: ALL_TRACES },
      { supersede: 'compare' },
    );
    const second = engine.channel.request(
      'compare/run',
      { job: 3, a: { ...ALL_TRACES, ...SLOW }, b: null, among: ALL_TRACES },
      { supersede: 'compare' },
    );
    await assert.rejects(first, { code: 'cancelled' });
    assert.equal((await second).a.traces, 2);
    assert.deepEqual(await engine.request('compare/progress', { job: 2 }), { done: 0, total: 0 });
  });
});
