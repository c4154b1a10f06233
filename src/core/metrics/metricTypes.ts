import type { SpanId, TraceId } from '../model/ids.ts';

export type MetricType = 'gauge' | 'sum' | 'histogram' | 'exponentialHistogram' | 'summary';

/** How points of a sum or histogram count: since their own start, or since the last point. */
export type MetricTemporality = 'unspecified' | 'delta' | 'cumulative';

/** What a metric is apart from its points. */
export interface MetricHead {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly type: MetricType;
  readonly temporality: MetricTemporality;
  readonly monotonic: boolean;
}

/** One data point as it is read from a request. Times in nanoseconds, 0n where unknown. */
export interface PointInput {
  readonly start: bigint;
  readonly time: bigint;
  /** Of gauge and sum; the sum of the others, NaN where there is none. 64-bit integers are rounded to doubles. */
  readonly value: number;
  /** The rest of a histogram or summary, see `pointParts.ts`; undefined for numbers. */
  readonly parts: Float64Array | undefined;
}

export interface Exemplar {
  readonly time: bigint;
  readonly value: number;
  /** The span that was measured; empty where it names none. */
  readonly traceId: TraceId | '';
  readonly spanId: SpanId | '';
}
