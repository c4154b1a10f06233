import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { FLAME, type AroundMethods, type FlameWindow } from '../../src/protocol/aroundApi.ts';
import { spanIdAt, traceFromText, TRACE_ID } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';

const TRACE = `
POST /triage    gateway   0..1000  server
  search        retrieval 0..300   client
    rank        retrieval 0..100
    rank        retrieval 100..300 error
  predict       model     200..800
    load        model     200..400
`;

let engine: TestEngine;
let viewId: number;
before(async () => {
  engine = await startTestEngine({ receiver: false });
  engine.engine.ingest('traces', traceFromText(TRACE));
  ({ viewId } = await engine.request('view/open', { traceId: TRACE_ID }));
});
after(() => engine.stop());

function ask(change: Partial<AroundMethods['flame/cells'][0]> = {}): Promise<FlameWindow> {
  return engine.request('flame/cells', {
    viewId,
    mode: 'merged',
    window: null,
    columns: 1000,
    rowFrom: 0,
    rowCount: 50,
    find: '',
    selected: '',
    ...change,
  });
}

function boxes(window: FlameWindow): string[] {
  return window.spanIds.map((_, cell) => {
    const name = window.names[window.name[cell] ?? 0] ?? '';
    return `${'.'.repeat(window.row[cell] ?? 0)}${name} ${(window.begin[cell] ?? 0) / 1e6}-${(window.end[cell] ?? 0) / 1e6}`;
  });
}

describe('flame graph of an open trace', () => {
  it('merges by path, with the longest span of each', async () => {
    const window = await ask();
    assert.deepEqual(boxes(window), [
      'POST /triage 0-1100',
      '.predict 0-600',
      '.search 600-900',
      '..load 0-200',
      '..rank 600-900',
    ]);
    const rank = window.spanIds.length - 1;
    assert.deepEqual(
      [window.calls[rank], window.errors[rank], window.totalNs[rank], window.selfNs[rank], window.spanIds[rank]],
      [2, 1, 300e6, 300e6, spanIdAt(4)],
    );
    assert.equal(window.flags[rank], FLAME.error);
    assert.equal(window.lengthNs, 1100e6);
  });

  it('shows spans at their times, those that run together below each other', async () => {
    assert.deepEqual(boxes(await ask({ mode: 'time' })), [
      'POST /triage 0-1000',
      '.search 0-300',
      '..rank 0-100',
      '..rank 100-300',
      '...predict 200-800',
      '....load 200-400',
    ]);
  });

  it('answers only what can be seen of a zoom, in the rows asked for', async () => {
    const window = await ask({ window: { beginNs: 650e6, endNs: 700e6 }, rowFrom: 1, rowCount: 1 });
    assert.deepEqual(boxes(window), ['.search 600-900']);
  });

  it('holds together what is narrower than a pixel', async () => {
    const window = await ask({ mode: 'time', columns: 4, rowFrom: 2, rowCount: 1 });
    assert.deepEqual([...window.boxes], [2]);
    assert.deepEqual([...window.flags], [FLAME.many | FLAME.error]);
    assert.deepEqual(window.spanIds, ['']);
  });

  it('finds names and services in any case, in all of the graph', async () => {
    const window = await ask({ find: 'RANK', window: { beginNs: 0, endNs: 100e6 } });
    assert.deepEqual(window.found, { boxes: 1, selfNs: 300e6 });
    assert.ok(window.flags.every((flags) => (flags & FLAME.found) === 0));
    assert.deepEqual((await ask({ find: 'model' })).found, { boxes: 2, selfNs: 600e6 });
    assert.deepEqual((await ask({ find: 'nothing' })).found, { boxes: 0, selfNs: 0 });
  });

  it('says where the box of the selected span is', async () => {
    assert.deepEqual((await ask({ selected: spanIdAt(3) })).selected, { row: 2, beginNs: 600e6, endNs: 900e6 });
    assert.equal((await ask({ selected: spanIdAt(99) })).selected, null);
  });
});
