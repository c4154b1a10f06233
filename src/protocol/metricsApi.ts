import type { MetricTemporality, MetricType } from '../core/metrics/metricTypes.ts';
import type { Attribute } from '../core/model/attributes.ts';
import type { SpanId, TraceId } from '../core/model/ids.ts';
import type { NanosText } from '../core/model/time.ts';

/** A double as JSON can carry it. */
export type MetricNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** One series of a metric: of one resource, scope, name and set of attributes. */
export interface MetricSeriesInfo {
  readonly seriesId: number;
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly type: MetricType;
  readonly temporality: MetricTemporality;
  readonly monotonic: boolean;
  readonly service: string;
  readonly scope: string;
  /** In an order of their own; long values are cut. */
  readonly attributes: readonly Attribute[];
  /** Points held. */
  readonly pointCount: number;
  readonly lastTime: NanosText;
  /** Of gauges and sums; the sum of the other types. `NaN` where the sender recorded none. */
  readonly lastValue: MetricNumber;
}

export interface MetricSeriesList {
  /** By service and name. */
  readonly series: readonly MetricSeriesInfo[];
  /** All that are held. */
  readonly total: number;
  /** Series that went to make room, and points that were too large to keep. */
  readonly droppedSeries: number;
  readonly droppedPoints: number;
}

/** A data point. `count` and what follows only where its type has it and the sender told it. */
export interface MetricPoint {
  /** `0` where unknown. */
  readonly start: NanosText;
  readonly time: NanosText;
  readonly value: MetricNumber;
  readonly count?: number;
  readonly min?: MetricNumber;
  readonly max?: MetricNumber;
  /** One count more than bounds; without any where the sender kept none. */
  readonly histogram?: { readonly bounds: readonly MetricNumber[]; readonly counts: readonly number[] };
  /** Bucket i has the values in (base^(offset+i), base^(offset+i+1)], base = 2^(2^-scale). */
  readonly exponential?: {
    readonly scale: number;
    readonly zeroCount: number;
    readonly zeroThreshold: MetricNumber;
    readonly positive: { readonly offset: number; readonly counts: readonly number[] };
    readonly negative: { readonly offset: number; readonly counts: readonly number[] };
  };
  readonly quantiles?: readonly { readonly quantile: MetricNumber; readonly value: MetricNumber }[];
}

/** A measurement and the span it was made in, which need not be held (any more); empty where the sender named none. */
export interface MetricExemplar {
  readonly time: NanosText;
  readonly value: MetricNumber;
  readonly traceId: TraceId | '';
  readonly spanId: SpanId | '';
}

export interface MetricPoints {
  readonly info: MetricSeriesInfo;
  /** Oldest first. */
  readonly points: readonly MetricPoint[];
  readonly exemplars: readonly MetricExemplar[];
}

/** Reading the metrics that are held. */
export interface MetricMethods {
  'metrics/list': readonly [{ readonly limit: number }, MetricSeriesList];
  /** The newest points; fewer than `limit` where a message is full. */
  'metrics/series': readonly [{ readonly seriesId: number; readonly limit: number }, MetricPoints];
}
