import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { StatisticsAnswer, StatisticsBy, StatisticsColumn, WindowNs } from '../../src/protocol/aroundApi.ts';
import { spanIdAt, traceFromText, TRACE_ID } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';

const TRACE = `
POST /triage    gateway   0..900  server http.route=/triage
  features      features  10..60  client shard=1
  features      features  60..80  client shard=2
  predict       model     90..850 "code.function.name=app.predict" error
    load        model     100..400
  features      gateway   850..860
`;

let engine: TestEngine;
let viewId: number;
before(async () => {
  engine = await startTestEngine({ receiver: false });
  engine.engine.ingest('traces', traceFromText(TRACE, { resource: { 'process.pid': 42, region: 'eu' } }));
  ({ viewId } = await engine.request('view/open', { traceId: TRACE_ID }));
});
after(() => engine.stop());

function table(
  by: StatisticsBy,
  change: { key?: string; window?: WindowNs; sort?: StatisticsColumn; descending?: boolean; limit?: number } = {},
): Promise<StatisticsAnswer> {
  return engine.request('statistics/table', {
    viewId,
    by,
    key: '',
    window: null,
    sort: 'total',
    descending: true,
    limit: 100,
    ...change,
  });
}

async function lines(...asked: Parameters<typeof table>): Promise<string[]> {
  const { rows } = await table(...asked);
  return rows.map((row) => `${row.value || row.special} ${row.count} ${row.totalNs / 1e6} ${row.selfNs / 1e6}`);
}

describe('statistics of an open trace', () => {
  it('groups by name, and says of which service a group is when it is of one', async () => {
    assert.deepEqual(await lines('name'), [
      'POST /triage 1 900 60',
      'predict 1 760 460',
      'load 1 300 300',
      'features 3 80 80',
    ]);
    const answer = await table('name');
    assert.deepEqual([answer.groups, answer.spans, answer.selfNs], [4, 6, 900e6]);
    assert.deepEqual(
      answer.rows.map((row) => row.service),
      [0, 2, 2, -1],
    );
  });

  it('groups by service, process, source function and attributes of spans and resources', async () => {
    assert.deepEqual(await lines('service'), ['model 2 1060 760', 'gateway 2 910 70', 'features 2 70 70']);
    assert.deepEqual(await lines('process'), [
      'model · pid 42 2 1060 760',
      'gateway · pid 42 2 910 70',
      'features · pid 42 2 70 70',
    ]);
    assert.deepEqual(await lines('function', { limit: 2 }), ['POST /triage 1 900 60', 'app.predict 1 760 460']);
    assert.deepEqual(await lines('attribute', { key: 'shard', sort: 'count', descending: false }), [
      '1 1 50 50',
      '2 1 20 20',
      'absent 4 1970 830',
    ]);
    assert.deepEqual(await lines('attribute', { key: 'region' }), ['eu 6 2040 900']);
  });

  it('sorts by any column and tells how many groups there are beyond the limit', async () => {
    const answer = await table('name', { sort: 'value', descending: false, limit: 2 });
    assert.deepEqual(
      answer.rows.map((row) => row.value),
      ['features', 'load'],
    );
    assert.equal(answer.groups, 4);
    assert.deepEqual((await table('name', { sort: 'errors' })).rows[0]?.value, 'predict');
  });

  it('counts only what lies in a window', async () => {
    assert.deepEqual(await lines('name', { window: { beginNs: 50e6, endNs: 100e6 } }), [
      'POST /triage 1 50 10',
      'features 2 30 30',
      'predict 1 10 10',
    ]);
  });

  it('names the spans of a group by rank, the slowest first, and none past the last', async () => {
    const { rows } = await table('name');
    const group = rows.find((row) => row.value === 'features')?.group ?? -1;
    const at = (rank: number) =>
      engine.request('statistics/span', { viewId, by: 'name', key: '', window: null, group, rank });
    assert.deepEqual(await at(0), { spanId: spanIdAt(2), of: 3 });
    assert.deepEqual(await at(2), { spanId: spanIdAt(6), of: 3 });
    assert.deepEqual(await at(3), { spanId: '', of: 3 });
  });

  it('answers anew once the trace has grown', async () => {
    const traceId = '0'.repeat(31) + '7';
    const send = (line: number): void => {
      engine.engine.ingest('traces', traceFromText(TRACE, { traceId, lines: [line] }));
    };
    send(1);
    const { viewId: other } = await engine.request('view/open', { traceId: traceId as typeof TRACE_ID });
    const count = async (): Promise<number> =>
      (
        await engine.request('statistics/table', {
          viewId: other,
          by: 'name',
          key: '',
          window: null,
          sort: 'total',
          descending: true,
          limit: 10,
        })
      ).spans;
    assert.equal(await count(), 1);
    const changed = engine.nextEvent('view/changed', (info) => info.viewId === other && info.summary.spanCount === 2);
    send(2);
    await changed;
    assert.equal(await count(), 2);
  });

  it('refuses a view that is not the client’s', async () => {
    await assert.rejects(
      engine.request('statistics/table', {
        viewId: viewId + 1000,
        by: 'name',
        key: '',
        window: null,
        sort: 'total',
        descending: true,
        limit: 1,
      }),
      { code: 'notFound' },
    );
  });
});
