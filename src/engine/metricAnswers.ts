import { readKeyValues } from '../core/otlp/anyValue.ts';
import { FieldCursor } from '../core/otlp/fieldCursor.ts';
import type { MetricSeries } from '../core/metrics/metricSeries.ts';
import type { MetricStore } from '../core/metrics/metricStore.ts';
import { unpackParts } from '../core/metrics/pointParts.ts';
import type { PointInput } from '../core/metrics/metricTypes.ts';
import type { Handlers } from '../protocol/channel.ts';
import { MESSAGE_BYTES, type EngineMethods } from '../protocol/engineApi.ts';
import {
  type MetricNumber,
  type MetricPoint,
  type MetricPoints,
  type MetricSeriesInfo,
  type MetricSeriesList,
} from '../protocol/metricsApi.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { Params } from './params.ts';

/** Longer attribute values are cut. */
const INLINE_BYTES = 256;
/** A number in a message, about. */
const NUMBER_BYTES = 12;
const POINT_BYTES = 80;

const MAX_LIST = 100_000;
const MAX_ID = Number.MAX_SAFE_INTEGER;

/** Reading metrics. */
export function metricHandlers(store: MetricStore): Pick<Handlers<EngineMethods>, 'metrics/list' | 'metrics/series'> {
  return {
    'metrics/list': (params) => list(store, new Params('metrics/list', params).integer('limit', 0, MAX_LIST)),
    'metrics/series': (params) => {
      const read = new Params('metrics/series', params);
      return points(store, read.integer('seriesId', 0, MAX_ID), read.integer('limit', 0, MAX_LIST));
    },
  };
}

function list(store: MetricStore, limit: number): MetricSeriesList {
  const { seriesCount, droppedSeries, droppedPoints } = store;
  return { series: store.list(limit).map(infoOf), total: seriesCount, droppedSeries, droppedPoints };
}

/** The newest points, oldest first; fewer than `limit` where a message is full. */
function points(store: MetricStore, seriesId: number, limit: number): MetricPoints {
  const series = store.series(seriesId);
  if (series === undefined) throw new ProtocolError('notFound', `The metric series ${seriesId} is not held.`);
  const newest: MetricPoint[] = [];
  let bytes = 0;
  for (let index = series.pointCount - 1; index >= 0 && newest.length < limit; index--) {
    const point = series.point(index);
    bytes += POINT_BYTES + (point.parts?.length ?? 0) * NUMBER_BYTES;
    if (bytes > MESSAGE_BYTES && newest.length > 0) break;
    newest.push(pointOf(series, point));
  }
  const exemplars = series.exemplars.map(({ time, value, traceId, spanId }) => ({
    time: String(time),
    value: numberOf(value),
    traceId,
    spanId,
  }));
  return { info: infoOf(series), points: newest.reverse(), exemplars };
}

function infoOf(series: MetricSeries): MetricSeriesInfo {
  const { head, origin, pointCount } = series;
  const last = pointCount === 0 ? undefined : series.point(pointCount - 1);
  const cursor = new FieldCursor(origin.attributes, 0, origin.attributes.length);
  return {
    seriesId: series.id,
    ...head,
    service: origin.service,
    scope: origin.scope,
    attributes: readKeyValues(cursor, 1, { inlineBytes: INLINE_BYTES, ref: () => '' }),
    pointCount,
    lastTime: String(last?.time ?? 0n),
    lastValue: numberOf(last?.value ?? NaN),
  };
}

function pointOf(series: MetricSeries, { start, time, value, parts }: PointInput): MetricPoint {
  const point = { start: String(start), time: String(time), value: numberOf(value) };
  const { type } = series.head;
  if (parts === undefined || type === 'gauge' || type === 'sum') return point;
  const unpacked = unpackParts(type, parts);
  switch (unpacked.kind) {
    case 'histogram':
      return {
        ...point,
        count: unpacked.count,
        ...rangeOf(unpacked),
        histogram: { bounds: unpacked.bounds.map(numberOf), counts: unpacked.counts },
      };
    case 'exponentialHistogram': {
      const { count, scale, zeroCount, zeroThreshold, positive, negative } = unpacked;
      return {
        ...point,
        count,
        ...rangeOf(unpacked),
        exponential: { scale, zeroCount, zeroThreshold: numberOf(zeroThreshold), positive, negative },
      };
    }
    case 'summary':
      return {
        ...point,
        count: unpacked.count,
        quantiles: unpacked.quantiles.map(({ quantile, value: at }) => ({
          quantile: numberOf(quantile),
          value: numberOf(at),
        })),
      };
  }
}

/** What the sender told of it. */
function rangeOf({ min, max }: { readonly min: number; readonly max: number }): Pick<MetricPoint, 'min' | 'max'> {
  return {
    ...(!Number.isNaN(min) && { min: numberOf(min) }),
    ...(!Number.isNaN(max) && { max: numberOf(max) }),
  };
}

function numberOf(value: number): MetricNumber {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}
