import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { parseSpanId, parseTraceId } from '../../src/core/model/ids.ts';
import type { CallFigures, SpanKindHints } from '../../src/protocol/insightApi.ts';
import { newSpanId, newTraceId, postTraces, traceJson, type JsonSpan } from '../support/otlpJson.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';

const MS = 1e6;
const T0 = 1_790_000_000_000;

describe('what calls of a place in the code cost', () => {
  let engine: TestEngine;
  before(async () => {
    engine = await startTestEngine();
  });
  after(() => engine.stop());

  const send = (service: string, spans: readonly JsonSpan[], resource: Record<string, string> = {}): Promise<void> =>
    postTraces(`http://127.0.0.1:${engine.httpPort}`, traceJson(newTraceId(), service, spans, resource));
  const kindsOf = async (service: string): Promise<readonly SpanKindHints[]> =>
    (await engine.request('insight/kinds', { after: 0 })).kinds.filter(({ hints }) => hints.serviceName === service);
  const figuresOf = async (service: string, editedMs = 0): Promise<CallFigures | null | undefined> => {
    const ids = (await kindsOf(service)).map(({ id }) => id);
    return (await engine.request('insight/figures', { groups: [{ ids, editedMs }] })).figures[0];
  };

  it('counts calls, errors and tokens, and tells durations by nearest rank', async () => {
    const spans = Array.from({ length: 20 }, (_, i): JsonSpan => ({
      name: 'predict',
      startMs: T0 + i * 1000,
      durationMs: i + 1,
      error: i === 3,
      attributes: { 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.output_tokens': 5 },
    }));
    await send('counted', spans);
    const figures = await figuresOf('counted');
    assert.ok(figures);
    assert.deepEqual(
      [figures.calls, figures.errors, figures.p50Ns, figures.p95Ns, figures.maxNs, figures.tokens],
      [20, 1, 10 * MS, 19 * MS, 20 * MS, 2100],
    );
    assert.deepEqual([figures.state, figures.thisRun, figures.tokensPartial], ['current', false, false]);
    assert.equal(figures.last.length, 5);
    const [last] = figures.last;
    assert.ok(last);
    assert.deepEqual(last, figures.slowest);
    assert.equal((await engine.request('span/details', last)).durationNs, 20 * MS);
    assert.equal(figures.lastMs, T0 + 19_020);
  });

  it('counts the tokens of the model calls below a call, each once', async () => {
    const usage = (tokens: number): NonNullable<JsonSpan['attributes']> => ({
      'gen_ai.request.model': 'm',
      'gen_ai.usage.input_tokens': tokens,
    });
    const [root, agent] = [newSpanId(), newSpanId()];
    await send('below', [
      { name: 'POST /ask', spanId: root, kind: 2, attributes: { 'http.route': '/ask' } },
      // An agent's span says the sum of its calls again.
      { name: 'agent', spanId: agent, parentSpanId: root, attributes: usage(30) },
      { name: 'chat', parentSpanId: agent, kind: 3, attributes: usage(10) },
      { name: 'chat', parentSpanId: agent, kind: 3, attributes: usage(20) },
    ]);
    const kinds = await kindsOf('below');
    const tokensOf = async (...names: string[]): Promise<number | undefined> => {
      const ids = kinds.filter(({ hints }) => names.includes(hints.spanName)).map(({ id }) => id);
      return (await engine.request('insight/figures', { groups: [{ ids, editedMs: 0 }] })).figures[0]?.tokens;
    };
    assert.deepEqual([await tokensOf('POST /ask'), await tokensOf('agent'), await tokensOf('chat')], [30, 30, 30]);
    assert.equal(await tokensOf('POST /ask', 'chat'), 30, 'a call within a call of the same group counts once');
  });

  it('leaves out the time in which a debugger held a program', async () => {
    const at = T0 + 50_000;
    await send('held', [{ name: 'x', startMs: at, durationMs: 900 }]);
    const marker = { id: 'pause 1', kind: 'pause', label: 'api', atMs: at + 100, toMs: at + 600 } as const;
    await engine.request('markers/put', marker);
    assert.equal((await figuresOf('held'))?.p50Ns, 400 * MS);
  });

  it('tells the child of a call that took longest', async () => {
    const [root, child] = [newSpanId(), newSpanId()];
    const traceId = newTraceId();
    const spans: readonly JsonSpan[] = [
      { name: 'root', spanId: root, durationMs: 90 },
      { name: 'fast', parentSpanId: root, durationMs: 1 },
      { name: 'slow', spanId: child, parentSpanId: root, durationMs: 70 },
      { name: 'deeper', parentSpanId: child, durationMs: 80 },
    ];
    await postTraces(`http://127.0.0.1:${engine.httpPort}`, traceJson(traceId, 'slowest', spans));
    const of = async (spanId: string): Promise<string | undefined> => {
      const ref = { traceId: parseTraceId(traceId)!, spanId: parseSpanId(spanId)! };
      return (await engine.request('insight/slowestChild', ref)).child?.name;
    };
    assert.deepEqual([await of(root), await of(child), await of(newSpanId())], ['slow', 'deeper', undefined]);
  });

  it('tells calls of a library by the function they leave', async () => {
    for (const [route, times] of [
      ['/a', 2],
      ['/b', 3],
    ] as const) {
      for (let i = 0; i < times; i++) {
        const root = newSpanId();
        await send('leaving', [
          { name: 'GET', spanId: root, kind: 2, attributes: { 'http.route': route } },
          { name: 'SELECT', parentSpanId: root, kind: 3, scope: 'opentelemetry.instrumentation.sqlalchemy' },
        ]);
      }
    }
    const calls = (await kindsOf('leaving')).filter(({ hints }) => hints.spanName === 'SELECT');
    assert.deepEqual(
      calls.map(({ hints }) => hints.parent?.attributes?.['http.route']),
      ['/a', '/b'],
    );
    const groups = calls.map(({ id }) => ({ ids: [id], editedMs: 0 }));
    const { figures } = await engine.request('insight/figures', { groups });
    assert.deepEqual(
      figures.map((each) => each?.calls),
      [2, 3],
    );
  });

  it('goes on numbering when everything was deleted', async () => {
    await send('deleted', [{ name: 'x' }]);
    const [kind] = await kindsOf('deleted');
    await engine.request('traces/deleteAll', {});
    await send('deleted', [{ name: 'x' }]);
    const [now] = await kindsOf('deleted');
    assert.ok((now?.id ?? 0) > (kind?.id ?? Infinity));
    assert.equal((await figuresOf('deleted'))?.calls, 1);
  });

  it('gives kinds after an id once, in order of their ids', async () => {
    await send('kinds', [{ name: 'a' }, { name: 'b' }, { name: 'a' }]);
    const kinds = await kindsOf('kinds');
    assert.deepEqual(
      kinds.map(({ hints }) => hints.spanName),
      ['a', 'b'],
    );
    const rest = await engine.request('insight/kinds', { after: kinds.at(-1)?.id ?? 0 });
    assert.deepEqual(rest.kinds, []);
  });

  it('counts only calls since the edit, and those before it while there are none', async () => {
    await send('edited', [{ name: 'x', startMs: T0, durationMs: 100 }]);
    assert.deepEqual(
      [(await figuresOf('edited', T0 - 1))?.state, (await figuresOf('edited', T0 + 1))?.state],
      ['current', 'edited'],
    );
    await send('edited', [{ name: 'x', startMs: T0 + 2000, durationMs: 7 }]);
    const figures = await figuresOf('edited', T0 + 1);
    assert.deepEqual([figures?.state, figures?.calls, figures?.maxNs], ['current', 1, 7 * MS]);
  });

  it('takes a process that began before an edit for one that runs the older code', async () => {
    const pid = (text: string): Record<string, string> => ({ 'process.pid': text });
    await send('restarted', [{ name: 'x', startMs: T0 }], pid('1'));
    await send('restarted', [{ name: 'x', startMs: T0 + 5000 }], pid('1'));
    const before = await figuresOf('restarted', T0 + 1000);
    assert.deepEqual([before?.state, before?.calls, before?.thisRun], ['edited', 2, false]);
    await send('restarted', [{ name: 'x', startMs: T0 + 9000 }], pid('2'));
    const now = await figuresOf('restarted', T0 + 1000);
    assert.deepEqual([now?.state, now?.calls, now?.thisRun], ['current', 1, true]);
    assert.equal((await figuresOf('restarted'))?.calls, 1, 'without an edit only the newest run counts');
  });

  it('shows figures of an earlier run as such while the newest made no such call', async () => {
    await send('runs', [{ name: 'x', startMs: T0 }], { 'process.pid': '1' });
    await send('runs', [{ name: 'other', startMs: T0 + 9000 }], { 'process.pid': '2' });
    const [kind] = (await kindsOf('runs')).filter(({ hints }) => hints.spanName === 'x');
    const { figures } = await engine.request('insight/figures', { groups: [{ ids: [kind?.id ?? 0], editedMs: 0 }] });
    assert.deepEqual([figures[0]?.state, figures[0]?.calls], ['run', 1]);
  });

  it('has no figures for kinds that are hidden by clear or not known', async () => {
    await send('cleared', [{ name: 'x' }]);
    await engine.request('traces/clear', {});
    try {
      assert.equal(await figuresOf('cleared'), null);
      assert.deepEqual(
        (await engine.request('insight/figures', { groups: [{ ids: [999_999], editedMs: 0 }] })).figures,
        [null],
      );
    } finally {
      await engine.request('traces/undoClear', {});
    }
  });

  it('refuses what is no list of groups', async () => {
    for (const groups of [1, [1], [{ ids: 'x', editedMs: 0 }], [{ ids: [-1], editedMs: 0 }]]) {
      await assert.rejects(engine.request('insight/figures', { groups } as never), { code: 'invalid' });
    }
  });
});
