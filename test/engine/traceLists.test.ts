import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { TraceId } from '../../src/core/model/ids.ts';
import { WHOLE_LIST, type ListQuery } from '../../src/core/list/listQuery.ts';
import { DEFAULT_NOISE_RULES } from '../../src/core/noise/noiseRule.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import { PLAIN_PAGE, type TraceListPage } from '../../src/protocol/listApi.ts';
import { spanIdAt, START_MS, tracesRequest, type SpanInput } from '../support/otlpBytes.ts';
import { startTestEngine, type EngineChannel, type TestEngine } from '../support/testEngine.ts';

const MS = 1_000_000n;

function idOf(number: number): TraceId {
  return `b${number.toString(16).padStart(31, '0')}` as TraceId;
}

function send(
  engine: TestEngine,
  number: number,
  span: Partial<SpanInput> & { readonly at?: number; readonly ms?: number } = {},
  resource: Readonly<Record<string, string>> = {},
): void {
  const { at = number, ms = 10, ...rest } = span;
  const startNs = BigInt(START_MS + at) * MS;
  const input = {
    traceId: idOf(number),
    spanId: spanIdAt(1),
    name: 'GET /',
    startNs,
    endNs: startNs + BigInt(ms) * MS,
  };
  engine.store.ingestTraces(
    tracesRequest([{ ...input, ...rest }], { resource: { 'service.name': 'gateway', ...resource } }),
  );
}

interface Ask {
  readonly query?: Partial<ListQuery>;
  readonly from?: number;
  readonly count?: number;
  readonly expanded?: readonly string[];
  readonly under?: string;
  readonly anchor?: TraceId | '';
  readonly above?: number;
  readonly selected?: TraceId | '';
  readonly cells?: readonly string[];
  readonly scope?: 'all' | 'workspace';
  readonly seen?: number;
}

function page(channel: Pick<EngineChannel, 'request'>, ask: Ask = {}): Promise<TraceListPage> {
  const { query, ...rest } = ask;
  return channel.request('traces/page', {
    ...PLAIN_PAGE,
    query: { ...WHOLE_LIST, ...query },
    count: 100,
    ...rest,
  });
}

function numbers({ rows }: TraceListPage): (number | string)[] {
  return rows.map((row) => (row.kind === 'trace' ? Number.parseInt(row.trace.traceId.slice(1), 16) : row.key));
}

describe('a page of the list', () => {
  let engine: TestEngine;
  before(async () => {
    engine = await startTestEngine({ receiver: false });
    for (let i = 1; i <= 200; i++) send(engine, i, { ms: 1 + (i % 7) });
  });
  after(() => engine.stop());

  test('has the rows asked for, all figures, and the anchor where it stands now', async () => {
    const answer = await page(engine, { from: 10, count: 3, anchor: idOf(100) });
    assert.deepEqual(numbers(answer), [190, 189, 188]);
    assert.deepEqual([answer.rowCount, answer.total, answer.anchorRow, answer.from], [200, 200, 100, 10]);
    send(engine, 201);
    const later = await page(engine, { from: 10, count: 3, anchor: idOf(100), seen: answer.newest });
    assert.deepEqual([later.anchorRow, later.unseen], [101, 1]);
    assert.ok(later.revision > answer.revision);
  });

  test('stands around its anchor, wherever that went', async () => {
    const around = await page(engine, { from: 0, count: 3, anchor: idOf(50), above: 1, selected: idOf(51) });
    assert.deepEqual(numbers(around), [51, 50, 49]);
    assert.deepEqual([around.anchorRow, around.selectedRow], [around.from + 1, around.from]);
    const gone = await page(engine, { from: 4, count: 1, anchor: idOf(5000), above: 1, selected: idOf(5000) });
    assert.deepEqual([gone.from, gone.anchorRow, gone.selectedRow], [4, -1, -1]);
  });

  test('of an unchanged list has the same revision', async () => {
    const first = await page(engine);
    assert.equal((await page(engine, { from: 50 })).revision, first.revision);
  });

  test('is filtered, and a filter that cannot be read is refused with its reason', async () => {
    const answer = await page(engine, { query: { filter: 'dur>6ms' } });
    assert.ok(answer.rowCount > 0 && answer.rowCount < 100);
    await assert.rejects(page(engine, { query: { filter: '"open' } }), (error) => {
      return error instanceof ProtocolError && error.code === 'invalid' && /no end/.test(error.message);
    });
  });

  test('has at most the rows of a message, and answers nothing behind the end', async () => {
    await assert.rejects(page(engine, { count: 501 }), /from 0 to 500/);
    assert.deepEqual((await page(engine, { from: 100_000 })).rows, []);
  });

  test('tells in its columns what was asked for: tokens of leaf calls, the run, any attribute', async () => {
    const call = (id: number, tokens: number, parent?: number): SpanInput => ({
      traceId: idOf(900),
      spanId: spanIdAt(id),
      ...(parent !== undefined && { parentSpanId: spanIdAt(parent) }),
      name: 'call',
      startNs: 1n,
      endNs: 2n,
      attributes: { 'gen_ai.usage.input_tokens': tokens, 'app.tenant': 'acme' },
    });
    const resource = { 'service.name': 'agent', 'process.pid': '42' };
    engine.store.ingestTraces(tracesRequest([call(1, 1500), call(2, 1000, 1), call(3, 500, 1)], { resource }));
    const { rows } = await page(engine, {
      query: { filter: `trace:${idOf(900)}` },
      cells: ['tokens', 'run', 'app.tenant', 'none'],
    });
    assert.deepEqual(rows[0]?.kind === 'trace' && rows[0].cells, ['1,500', 'agent pid 42', 'acme', '']);
  });
});

test('a paused client sees what was there, and what waits is counted for it alone', async () => {
  const engine = await startTestEngine({ receiver: false });
  try {
    const other = engine.connect();
    send(engine, 1);
    await engine.request('engine/pause', { paused: true });
    send(engine, 2);
    const paused = await page(engine);
    assert.deepEqual([numbers(paused), paused.waiting], [[1], 1]);
    const running = await page(other);
    assert.deepEqual([numbers(running), running.waiting], [[2, 1], 0]);
    await engine.request('engine/pause', { paused: false });
    assert.deepEqual(numbers(await page(engine)), [2, 1]);
    other.dispose();
  } finally {
    await engine.stop();
  }
});

test('clearing and deleting all empties the list; undo brings it back', async () => {
  const engine = await startTestEngine({ receiver: false });
  try {
    send(engine, 1);
    assert.equal((await page(engine)).rowCount, 1);
    await engine.request('traces/clear', {});
    assert.equal((await page(engine)).rowCount, 0);
    await engine.request('traces/undoClear', {});
    assert.equal((await page(engine)).rowCount, 1);
    await engine.request('traces/deleteAll', {});
    assert.equal((await page(engine)).rowCount, 0);
    send(engine, 2);
    assert.deepEqual(numbers(await page(engine)), [2]);
  } finally {
    await engine.stop();
  }
});

test('rules of noise fold, those of every window count, and what is wrong with them is told', async () => {
  const engine = await startTestEngine({ receiver: false });
  try {
    const other = engine.connect();
    send(engine, 1, { kind: 2, attributes: { 'url.path': '/healthz' } });
    send(engine, 2, { name: 'poll' });
    send(engine, 3);
    const rules = { ...DEFAULT_NOISE_RULES, broken: { color: 'red' } };
    const { problems } = await engine.request('noise/rules', { rules });
    assert.deepEqual(
      problems.map(({ rule }) => rule),
      ['broken'],
    );
    await other.request('noise/rules', { rules: { polling: { name: 'poll' } } });
    const answer = await page(engine);
    assert.deepEqual(numbers(answer), [3, 'noise:health checks', 'noise:polling']);
    assert.deepEqual([answer.noise, answer.figures.count, answer.total], [2, 1, 3]);
    assert.deepEqual(answer.folds, [
      { key: 'noise:health checks', rule: 'health checks', count: 1 },
      { key: 'noise:polling', rule: 'polling', count: 1 },
    ]);
    assert.deepEqual(numbers(await page(engine, { under: 'noise:polling' })), [2]);
    assert.deepEqual(numbers(await page(engine, { under: 'noise:none' })), []);
    assert.deepEqual(numbers(await page(engine, { expanded: ['noise:polling'] })), [
      3,
      'noise:health checks',
      'noise:polling',
      2,
    ]);
    await engine.request('noise/rules', { rules: {} });
    assert.deepEqual(numbers(await page(engine)), [3, 1, 'noise:polling']);
    other.dispose();
  } finally {
    await engine.stop();
  }
});

test('a rule for traces like one folds those of its kind, name and service', async () => {
  const engine = await startTestEngine({ receiver: false });
  try {
    send(engine, 1, { kind: 2, name: 'GET /poll' });
    send(engine, 2, { kind: 3, name: 'GET /poll' });
    send(engine, 3, { kind: 2, name: 'GET /orders' });
    const like = await engine.request('noise/like', { traceId: idOf(1) });
    assert.deepEqual(like, {
      condition: { kind: 'server', service: ['gateway'], name: ['GET /poll'] },
      name: 'GET /poll',
      service: 'gateway',
      failed: false,
    });
    await engine.request('noise/rules', { rules: { mine: like.condition } });
    assert.deepEqual(numbers(await page(engine)), [3, 2, 'noise:mine']);
    assert.equal(await engine.request('noise/like', { traceId: idOf(99) }), null);
  } finally {
    await engine.stop();
  }
});

test('traces of programs in the folders of other windows are folded in a window’s own list', async () => {
  const engine = await startTestEngine({ receiver: false });
  try {
    const other = engine.connect();
    await engine.request('client/hello', { folders: ['/work/mine'] });
    await other.request('client/hello', { folders: ['/work/theirs'] });
    send(engine, 1, {}, { 'process.working_directory': '/work/mine' });
    send(engine, 2, {}, { 'process.working_directory': '/work/theirs' });
    await page(engine, { scope: 'workspace' });
    const folded = (answer: TraceListPage): boolean => answer.others === 1;
    // Where a trace belongs is read a little later than it came.
    while (!folded(await page(engine, { scope: 'workspace' }))) await engine.nextEvent('traces/changed');
    assert.deepEqual(numbers(await page(engine, { scope: 'workspace' })), [1, 'others']);
    assert.deepEqual(numbers(await page(engine, { scope: 'workspace', expanded: ['others'] })), [1, 'others', 2]);
    assert.deepEqual(numbers(await page(engine)), [2, 1]);
    assert.deepEqual(numbers(await page(other, { scope: 'workspace' })), [2, 'others']);
    other.dispose();
  } finally {
    await engine.stop();
  }
});

describe('the plot', () => {
  test('tells few traces one by one and many by cells, with their histogram', async () => {
    const engine = await startTestEngine({ receiver: false });
    try {
      for (let i = 0; i < 10; i++)
        send(engine, i + 1, { at: i * 1000, ms: 10, ...(i === 3 && { status: { code: 2 } }) });
      const ask = { query: WHOLE_LIST, columns: 100, rows: 20 };
      const { plot, figures } = await engine.request('traces/plot', ask);
      assert.equal(plot.count, 10);
      assert.deepEqual(
        [...plot.flags].map((flag) => flag & 1),
        [0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
      );
      assert.deepEqual(
        [...plot.timeMs].map((ms) => Math.round(plot.fromMs + ms - START_MS)),
        [0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000],
      );
      assert.equal(
        plot.histogram.reduce((sum, count) => sum + count, 0),
        10,
      );
      assert.equal(
        plot.histogramErrors.reduce((sum, count) => sum + count, 0),
        1,
      );
      assert.equal(figures.count, 10);
      for (let i = 0; i < 5000; i++) send(engine, i + 100, { at: i, ms: 1 + (i % 50) });
      const many = (await engine.request('traces/plot', ask)).plot;
      assert.equal(many.timeMs.length, 0);
      assert.equal(
        many.cellCount.reduce((sum, count) => sum + count, 0),
        5010,
      );
      assert.equal(
        many.cellErrors.reduce((sum, count) => sum + count, 0),
        1,
      );
      assert.ok(many.cellX.every((x) => x < 100) && many.cellY.every((y) => y < 20));
    } finally {
      await engine.stop();
    }
  });

  test('finds the traces of an area, nearest to its middle first', async () => {
    const engine = await startTestEngine({ receiver: false });
    try {
      for (let i = 1; i <= 10; i++) send(engine, i, { at: i * 100, ms: i });
      const area = { fromMs: START_MS + 250, toMs: START_MS + 750, minNs: 4e6, maxNs: 6e6 };
      const near = await engine.request('traces/near', { query: WHOLE_LIST, area, limit: 1 });
      assert.equal(near.total, 3);
      assert.deepEqual(
        near.traces.map(({ traceId }) => traceId),
        [idOf(5)],
      );
    } finally {
      await engine.stop();
    }
  });

  test('marks restarts, and what a window tells of itself; what a debugger held is not measured', async () => {
    const engine = await startTestEngine({ receiver: false });
    try {
      const other = engine.connect();
      send(engine, 1, { at: 0 }, { 'process.pid': '7' });
      send(engine, 2, { at: 5000 }, { 'process.pid': '8' });
      send(engine, 3, { at: 9000 }, { 'process.pid': '8' });
      await engine.request('markers/put', {
        id: 'f1',
        kind: 'file',
        atMs: START_MS + 4000,
        toMs: START_MS + 4000,
        label: 'a.py',
      });
      const pause = { id: 'p1', kind: 'pause', atMs: START_MS + 9001, toMs: null, label: 'app' } as const;
      await engine.request('markers/put', pause);
      const { markers } = await engine.request('markers/list', {});
      assert.deepEqual(
        markers.map(({ kind, label, atMs }) => [kind, label, atMs - START_MS]),
        [
          ['file', 'a.py', 4000],
          ['restart', 'gateway', 5000],
          ['pause', 'app', 9001],
        ],
      );
      const theirs = (await other.request('markers/list', {})).markers;
      assert.deepEqual(
        theirs.map(({ kind }) => kind),
        ['restart'],
      );
      await engine.request('markers/put', { ...pause, toMs: START_MS + 9500 });
      const ended = (await engine.request('markers/list', {})).markers;
      assert.equal(ended.filter(({ kind }) => kind === 'pause').length, 1);
      other.dispose();
    } finally {
      await engine.stop();
    }
  });

  test('sees no restart where processes run side by side', async () => {
    const engine = await startTestEngine({ receiver: false });
    try {
      for (let i = 1; i <= 8; i++) send(engine, i, { at: i * 100 }, { 'process.pid': String(i % 2) });
      assert.deepEqual((await engine.request('markers/list', {})).markers, []);
    } finally {
      await engine.stop();
    }
  });
});
