import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MetricStore } from '../../../../src/core/metrics/metricStore.ts';
import { unpackParts } from '../../../../src/core/metrics/pointParts.ts';
import { OtlpDecodeError } from '../../../../src/core/otlp/decodeError.ts';
import { encodeOtlp } from '../../../support/otlpProto.ts';

const T0 = 1_700_000_000_000_000_000n;
const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });

function body(metrics: readonly object[], service = 'shop', scope = 'http'): Uint8Array {
  const resource = { attributes: [text('service.name', service)] };
  return encodeOtlp('ExportMetricsServiceRequest', {
    resourceMetrics: [{ resource, scopeMetrics: [{ scope: { name: scope }, metrics }] }],
  });
}

function gauge(value: number, at: number, attributes: readonly object[] = [], more: object = {}): object {
  const point = { timeUnixNano: String(T0 + BigInt(at)), asDouble: value, attributes, ...more };
  return { name: 'queue.length', unit: '{item}', description: 'Waiting', gauge: { dataPoints: [point] } };
}

function values(store: MetricStore, index = 0): readonly number[] {
  const series = store.list(100)[index]!;
  return Array.from({ length: series.pointCount }, (_, at) => series.point(at).value);
}

describe('a metric store', () => {
  it('keeps the points of one series in their order, with what the metric is', () => {
    const store = new MetricStore();
    for (const [value, at] of [
      [1, 10],
      [2, 20],
      [3, 30],
    ] as const) {
      assert.deepEqual(store.ingest(body([gauge(value, at)])), { accepted: 1, rejected: 0, message: '' });
    }
    const [series, ...others] = store.list(10);
    assert.deepEqual(others, []);
    assert.deepEqual(series!.head, {
      name: 'queue.length',
      description: 'Waiting',
      unit: '{item}',
      type: 'gauge',
      temporality: 'unspecified',
      monotonic: false,
    });
    assert.deepEqual([series!.origin.service, series!.origin.scope], ['shop', 'http']);
    assert.deepEqual(values(store), [1, 2, 3]);
    assert.equal(series!.point(2).time, T0 + 30n);
  });

  it('tells series apart by resource, scope, name, type and attributes, in whichever order those come', () => {
    const store = new MetricStore();
    const [a, b] = [text('a', '1'), text('b', '2')];
    store.ingest(body([gauge(1, 1, [a, b])]));
    store.ingest(body([gauge(2, 2, [b, a])]));
    assert.deepEqual(values(store), [1, 2]);
    store.ingest(body([gauge(3, 3, [a])]));
    store.ingest(body([gauge(4, 4, [a, b])], 'other'));
    store.ingest(body([gauge(5, 5, [a, b])], 'shop', 'grpc'));
    const sum = { dataPoints: [{ timeUnixNano: T0.toString(), asInt: 6, attributes: [a, b] }], isMonotonic: true };
    store.ingest(body([{ name: 'queue.length', sum }]));
    store.ingest(body([{ ...gauge(7, 7, [a, b]), name: 'queue.depth' }]));
    assert.equal(store.seriesCount, 6);
  });

  it('reads a sum with its temporality and integers, whichever field comes first', () => {
    const store = new MetricStore();
    const point = { startTimeUnixNano: T0.toString(), timeUnixNano: (T0 + 5n).toString(), asInt: '-9007199254740993' };
    store.ingest(body([{ name: 'n', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [point] } }]));
    const [series] = store.list(1);
    assert.deepEqual(
      [series!.head.type, series!.head.temporality, series!.head.monotonic],
      ['sum', 'cumulative', true],
    );
    assert.deepEqual(series!.point(0), { start: T0, time: T0 + 5n, value: -9007199254740992, parts: undefined });
  });

  it('reads histograms, exponential histograms and summaries whole', () => {
    const store = new MetricStore();
    const at = { timeUnixNano: T0.toString(), count: 6, sum: 7.5 };
    store.ingest(
      body([
        {
          name: 'a',
          histogram: { dataPoints: [{ ...at, min: 0.5, max: 4, bucketCounts: [1, 2, 3], explicitBounds: [1, 2] }] },
        },
        {
          name: 'b',
          exponentialHistogram: {
            dataPoints: [
              {
                ...at,
                scale: -3,
                zeroCount: 2,
                zeroThreshold: 0.25,
                positive: { offset: -7, bucketCounts: [1, 300] },
                negative: { offset: 5, bucketCounts: [9] },
              },
            ],
          },
        },
        {
          name: 'c',
          summary: { dataPoints: [{ ...at, quantileValues: [{ quantile: 0.5, value: 2 }, { quantile: 1 }] }] },
        },
      ]),
    );
    const [a, b, c] = store.list(3).map((series) => ({ type: series.head.type, point: series.point(0) }));
    assert.deepEqual([a!.point.value, b!.point.value, c!.point.value], [7.5, 7.5, 7.5]);
    assert.deepEqual(unpackParts('histogram', a!.point.parts!), {
      kind: 'histogram',
      count: 6,
      min: 0.5,
      max: 4,
      bounds: [1, 2],
      counts: [1, 2, 3],
    });
    assert.deepEqual(unpackParts('exponentialHistogram', b!.point.parts!), {
      kind: 'exponentialHistogram',
      count: 6,
      min: NaN,
      max: NaN,
      scale: -3,
      zeroCount: 2,
      zeroThreshold: 0.25,
      positive: { offset: -7, counts: [1, 300] },
      negative: { offset: 5, counts: [9] },
    });
    assert.deepEqual(unpackParts('summary', c!.point.parts!), {
      kind: 'summary',
      count: 6,
      quantiles: [
        { quantile: 0.5, value: 2 },
        { quantile: 1, value: 0 },
      ],
    });
  });

  it('links exemplars to their spans, the newest of each series', () => {
    const store = new MetricStore({ exemplarsPerSeries: 2 });
    const exemplar = (value: number, ids: object): object => ({ timeUnixNano: T0.toString(), asDouble: value, ...ids });
    const ids = { traceId: Buffer.alloc(16, 0xab), spanId: Buffer.alloc(8, 0xcd) };
    const exemplars = [exemplar(1, ids), exemplar(2, {}), exemplar(3, ids)];
    store.ingest(body([gauge(1, 1, [], { exemplars })]));
    assert.deepEqual(store.list(1)[0]!.exemplars, [
      { time: T0, value: 2, traceId: '', spanId: '' },
      { time: T0, value: 3, traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) },
    ]);
  });

  it('takes a point sent again for the same, and one without a value for a gap', () => {
    const store = new MetricStore();
    for (let i = 0; i < 3; i++) store.ingest(body([gauge(i, 1)]));
    store.ingest(body([gauge(5, 2, [], { flags: 1 })]));
    assert.deepEqual(values(store), [2, NaN]);
  });

  it('puts points that come late in their place, and leaves out what is older than all it has room for', () => {
    for (const order of [
      [5, 1, 3, 2, 4],
      [5, 4, 3, 2, 1],
      [1, 2, 3, 4, 5],
      [3, 3, 5, 1, 5, 4, 2, 1],
    ]) {
      const store = new MetricStore({ pointsPerSeries: 5 });
      for (const at of order) store.ingest(body([gauge(at, at)]));
      assert.deepEqual(values(store), [1, 2, 3, 4, 5], order.join());
      store.ingest(body([gauge(0, 0)]));
      assert.deepEqual(values(store), [1, 2, 3, 4, 5]);
      store.ingest(body([gauge(9, 9)]));
      store.ingest(body([gauge(7, 7)]));
      assert.deepEqual(values(store), [3, 4, 5, 7, 9]);
    }
  });

  it('keeps the newest points of a series', () => {
    const store = new MetricStore({ pointsPerSeries: 10 });
    for (let i = 0; i < 25; i++) store.ingest(body([gauge(i, i)]));
    assert.deepEqual(values(store), [15, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
  });

  it('drops the series that was written least lately when there are too many', () => {
    const store = new MetricStore({ series: 3 });
    const of = (n: number): object => gauge(n, n, [text('n', String(n))]);
    for (const n of [1, 2, 3, 1, 4]) store.ingest(body([of(n)]));
    assert.deepEqual(
      store.list(10).map((series) => series.point(0).value),
      [1, 3, 4],
    );
    assert.equal(store.droppedSeries, 1);
  });

  it('holds no more bytes than it may, whatever series and histograms come, and counts them right', () => {
    const store = new MetricStore({ bytes: 200_000 });
    const bucketCounts = Array.from({ length: 500 }, (_, i) => i);
    for (let i = 0; i < 300; i++) {
      const point = {
        timeUnixNano: String(T0 + BigInt(i)),
        count: 1,
        sum: 1,
        bucketCounts,
        attributes: [text('i', String(i % 7))],
      };
      store.ingest(body([{ name: 'h', histogram: { dataPoints: [point] } }, gauge(i, i, [text('i', String(i))])]));
      assert.ok(store.heldBytes <= 200_000 + 10_000, String(store.heldBytes));
    }
    assert.ok(store.droppedSeries > 0);
    // All but the newest go, and with them what they held.
    const small = new MetricStore({ series: 1 });
    for (let i = 0; i < 50; i++) small.ingest(body([gauge(i, i, [text('i', String(i))])]));
    const one = new MetricStore();
    one.ingest(body([gauge(49, 49, [text('i', '49')])]));
    assert.equal(small.heldBytes, one.heldBytes);
    small.clear();
    assert.deepEqual([small.seriesCount, small.heldBytes], [0, 0]);
  });

  it('accepts but does not keep points with huge attributes or very many buckets', () => {
    const store = new MetricStore();
    const huge = body([gauge(1, 1, [text('k', 'x'.repeat(9000))])]);
    assert.equal(store.ingest(huge).accepted, 1);
    const buckets = { dataPoints: [{ bucketCounts: Array.from({ length: 5000 }, () => 1), explicitBounds: [] }] };
    store.ingest(body([{ name: 'h', histogram: buckets }]));
    assert.deepEqual([store.seriesCount, store.droppedPoints], [0, 2]);
  });

  it('refuses a malformed request whole', () => {
    const store = new MetricStore();
    const good = body([gauge(1, 1), gauge(2, 2)]);
    for (let length = 1; length < good.length; length++) {
      const before = store.heldBytes;
      try {
        store.ingest(good.slice(0, length));
      } catch (error) {
        assert.ok(error instanceof OtlpDecodeError, String(error));
        assert.equal(store.heldBytes, before);
      }
    }
    assert.throws(() => store.ingest(Buffer.concat([good, Uint8Array.of(0x0a, 0x7f)])), OtlpDecodeError);
    assert.equal(store.seriesCount, 0);
  });
});
