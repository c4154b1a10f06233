import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { MESSAGE_BYTES } from '../../src/protocol/engineApi.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('metrics sent to an engine', () => {
  let engine: TestEngine;
  before(async () => {
    engine = await startTestEngine();
  });
  after(() => engine.stop());

  async function post(metrics: readonly object[]): Promise<void> {
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'model' } }] };
    const response = await fetch(`http://127.0.0.1:${engine.httpPort}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] }),
    });
    assert.equal(response.status, 200, await response.text());
  }

  it('are listed as series, with points and exemplars that name their spans', async () => {
    const dataPoints = [
      {
        timeUnixNano: '1700000000000000001',
        startTimeUnixNano: '1700000000000000000',
        count: '3',
        sum: 'NaN',
        max: 2.5,
        bucketCounts: ['1', '2'],
        explicitBounds: [1.5],
        attributes: [{ key: 'route', value: { stringValue: '/predict' } }],
        exemplars: [{ timeUnixNano: '1700000000000000001', asDouble: 2.5, traceId: TRACE, spanId: SPAN }],
      },
    ];
    const histogram = { aggregationTemporality: 1, dataPoints };
    await post([{ name: 'latency', unit: 's', description: 'How long', histogram }]);
    const { series, total, droppedSeries, droppedPoints } = await engine.request('metrics/list', { limit: 10 });
    assert.deepEqual([total, droppedSeries, droppedPoints], [1, 0, 0]);
    const info = {
      seriesId: series[0]!.seriesId,
      name: 'latency',
      unit: 's',
      description: 'How long',
      type: 'histogram',
      temporality: 'delta',
      monotonic: false,
      service: 'model',
      scope: '',
      attributes: [{ key: 'route', value: { type: 'string', value: '/predict' } }],
      pointCount: 1,
      lastTime: '1700000000000000001',
      lastValue: 'NaN',
    };
    assert.deepEqual(series, [info]);
    assert.deepEqual(await engine.request('metrics/series', { seriesId: info.seriesId, limit: 10 }), {
      info,
      points: [
        {
          start: '1700000000000000000',
          time: '1700000000000000001',
          value: 'NaN',
          count: 3,
          max: 2.5,
          histogram: { bounds: [1.5], counts: [1, 2] },
        },
      ],
      exemplars: [{ time: '1700000000000000001', value: 2.5, traceId: TRACE, spanId: SPAN }],
    });
    const status = await engine.request('engine/status', {});
    assert.equal(status.metricSeries, 1);
    assert.equal(status.metricPoints, 1);
    assert.ok(status.heldBytes > 0);
  });

  it('answer notFound for a series that is not held', async () => {
    await assert.rejects(engine.request('metrics/series', { seriesId: 99, limit: 1 }), { code: 'notFound' });
  });

  it('come with the newest points only where a message is full', async () => {
    const bucketCounts = Array.from({ length: 1000 }, () => '7');
    for (let at = 1; at <= 40; at++) {
      const point = { timeUnixNano: String(at), count: '7', bucketCounts, explicitBounds: [] };
      await post([{ name: 'wide', histogram: { dataPoints: [point] } }]);
    }
    const { series } = await engine.request('metrics/list', { limit: 10 });
    const { seriesId } = series.find(({ name }) => name === 'wide')!;
    const { points } = await engine.request('metrics/series', { seriesId, limit: 100 });
    assert.ok(points.length > 0 && points.length < 40, String(points.length));
    assert.equal(points.at(-1)!.time, '40');
    assert.ok(JSON.stringify(points).length < MESSAGE_BYTES);
    assert.equal((await engine.request('metrics/series', { seriesId, limit: 1 })).points.length, 1);
  });
});
