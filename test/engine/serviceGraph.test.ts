import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { WHOLE_LIST, type ListQuery } from '../../src/core/list/listQuery.ts';
import { DEFAULT_NOISE_RULES } from '../../src/core/noise/noiseRule.ts';
import type { ServiceGraphAnswer } from '../../src/protocol/aroundApi.ts';
import { spanIdAt, START_MS, traceFromText, TRACE_ID, tracesRequest } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';

const TRACE = `
POST /triage    gateway   0..900  server
  call          gateway   10..110 client server.address=features
    get         features  20..100 server
      SELECT    features  30..60  client db.system.name=postgresql db.namespace=shop
      SELECT    features  60..90  client db.system.name=postgresql db.namespace=shop error
  call          gateway   200..800 client
    predict     model     210..790 server
      chat      model     220..700 gen_ai.provider.name=acme gen_ai.request.model=big
        POST    model     230..690 client gen_ai.provider.name=acme gen_ai.request.model=big
  GET           gateway   850..880 client server.address=api.example.com
`;

let engine: TestEngine;
before(async () => {
  engine = await startTestEngine({ receiver: false });
  engine.engine.ingest('traces', traceFromText(TRACE));
});
after(() => engine.stop());

function edges({ nodes, edges: list }: ServiceGraphAnswer): string[] {
  const name = (node: number): string =>
    `${nodes[node]?.kind ?? ''}${nodes[node]?.kind ? ':' : ''}${nodes[node]?.name}`;
  return list
    .map((edge) => `${name(edge.from)} > ${name(edge.to)} ${edge.calls} ${edge.errors} ${edge.p50Ns / 1e6}`)
    .sort();
}

describe('the graph of services', () => {
  it('has calls, errors and latency between services, and to what only its callers know', async () => {
    const { viewId } = await engine.request('view/open', { traceId: TRACE_ID });
    const graph = await engine.request('graph/trace', { viewId });
    assert.deepEqual(edges(graph), [
      'features > database:postgresql shop 2 1 30',
      'gateway > features 1 0 80',
      'gateway > host:api.example.com 1 0 30',
      'gateway > model 1 0 580',
      'model > model:acme big 1 0 480',
    ]);
    const slow = graph.edges.find(
      (edge) => graph.nodes[edge.to]?.name === 'model' && graph.nodes[edge.to]?.kind === '',
    );
    assert.deepEqual(slow?.slowest, { traceId: TRACE_ID, spanId: spanIdAt(7) });
  });

  it('adds up the listed traces', async () => {
    engine.engine.ingest(
      'traces',
      traceFromText(TRACE, { traceId: '9'.repeat(32), firstId: 100, startMs: START_MS + 5000 }),
    );
    const graph = await engine.request('graph/list', { query: WHOLE_LIST });
    assert.equal(graph.traces, 2);
    assert.ok(edges(graph).includes('features > database:postgresql shop 4 2 30'));
  });

  it('is of the listed traces that filter and brush leave, newest first, noise left out', async () => {
    let now = START_MS;
    const listed = await startTestEngine({
      receiver: false,
      clock: {
        now: () => now,
        elapsed: () => performance.now(),
        timers: { set: setTimeout, clear: (handle) => clearTimeout(handle as NodeJS.Timeout) },
      },
    });
    await listed.request('noise/rules', { rules: DEFAULT_NOISE_RULES });
    const send = (digit: string, text: string, startMs: number): void => {
      const firstId = 1 + 100 * Number(digit);
      listed.engine.ingest('traces', traceFromText(text, { traceId: digit.repeat(32), firstId, startMs }));
    };
    send('1', 'a gateway 0..10\n  b model 1..9', START_MS);
    send('2', 'a gateway 0..900 error\n  b features 1..9', START_MS + 5000);
    send('3', 'GET gateway 0..2 server url.path=/healthz\n  b prober 1..2', START_MS + 9000);
    now += 60_000;
    listed.store.settle();
    const ask = (query: Partial<ListQuery>): Promise<ServiceGraphAnswer> =>
      listed.request('graph/list', { query: { ...WHOLE_LIST, ...query } });
    const open = { fromMs: null, toMs: null, minNs: null, maxNs: null };
    const all = await ask({ sort: 'duration', group: 'name' });
    assert.deepEqual(edges(all), ['gateway > features 1 0 8', 'gateway > model 1 0 8']);
    assert.deepEqual([all.traces, all.of], [2, 2]);
    assert.deepEqual(edges(await ask({ filter: 'service:model' })), ['gateway > model 1 0 8']);
    assert.deepEqual(edges(await ask({ brush: { ...open, minNs: 100e6 } })), ['gateway > features 1 0 8']);
    assert.deepEqual(edges(await ask({ brush: { ...open, toMs: START_MS + 1 } })), ['gateway > model 1 0 8']);
    const none = await ask({ filter: 'name:nothing' });
    assert.deepEqual([none.traces, none.of, none.nodes], [0, 0, []]);
    await listed.stop();
  });

  it('draws a consumer’s link as a call of its producer, in another trace too', async () => {
    const [producer, consumer] = ['7'.repeat(32), '8'.repeat(32)];
    const sent = { traceId: producer, spanId: spanIdAt(0x201), startNs: 1n, endNs: 5n, kind: 4, name: 'send' };
    const taken = { traceId: consumer, spanId: spanIdAt(0x202), startNs: 9n, endNs: 29n, kind: 5, name: 'take' };
    engine.engine.ingest('traces', tracesRequest([sent], { resource: { 'service.name': 'shop' } }));
    const links = [{ traceId: producer, spanId: sent.spanId }];
    engine.engine.ingest('traces', tracesRequest([{ ...taken, links }], { resource: { 'service.name': 'worker' } }));
    const { viewId } = await engine.request('view/open', { traceId: consumer as typeof TRACE_ID });
    const graph = await engine.request('graph/trace', { viewId });
    assert.deepEqual(edges(graph), ['shop > worker 1 0 0.00002']);
  });
});
