import type { SpanRef } from '../core/model/span.ts';
import type { TraceSet } from './compareApi.ts';

/** Spans that are measured together. */
export interface MeasuredKind {
  readonly service: string;
  readonly name: string;
  /** In the traces asked for. */
  readonly spans: number;
  /** They carry a model call. */
  readonly isModel: boolean;
}

/** A number that spans of a kind have. */
export interface Measure {
  /** `dur`, `tokens`, `tokens.input`, `tokens.output`, `confidence`, `in.NAME`, `out.NAME`, or `span.KEY`. */
  readonly id: string;
  readonly label: string;
  /** The same in the filter language. */
  readonly field: string;
  readonly group: 'call' | 'input' | 'output' | 'attribute';
  /** Spans that have it. */
  readonly count: number;
}

/** What spans can be told apart by: an attribute of few values, `model`, `model.version`, or `@time` (earlier and later half). */
export interface SplitKey {
  readonly key: string;
  readonly values: number;
}

/** What is asked. Null leaves the choice to the engine: the most frequent model call, its confidence or first feature, its version. */
export interface DistributionQuestion {
  /** A number of the asker's, for progress. */
  readonly job: number;
  readonly set: TraceSet;
  readonly kind: { readonly service: string; readonly name: string } | null;
  readonly measure: string | null;
  /** Empty for no split. */
  readonly split: string | null;
}

/** Spans of one value of the split. Bounds are null where there are too few for one. */
export interface MeasuredGroup {
  /** Empty for spans without the attribute; `isRest` for those of rarer values together. */
  readonly value: string;
  readonly isRest: boolean;
  /** Spans, those with the measure, and those that failed. */
  readonly spans: number;
  readonly measured: number;
  readonly failed: number;
  readonly median: WireEstimate;
  readonly p95: WireEstimate;
  readonly errors: WireEstimate;
  /** Against the first group; null for it. */
  readonly versus: {
    readonly median: WireEstimate & { readonly withinNoise: boolean };
    readonly p95: WireEstimate & { readonly withinNoise: boolean };
    readonly errors: WireEstimate & { readonly withinNoise: boolean };
  } | null;
  readonly bins: Uint32Array<ArrayBuffer>;
  /** In the filter language: what its spans have in common. */
  readonly filter: string;
}

export interface WireEstimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface Distribution {
  readonly kinds: readonly MeasuredKind[];
  readonly measures: readonly Measure[];
  readonly splits: readonly SplitKey[];
  /** What the figures are of: as asked, or as chosen. Null when there is nothing to measure. */
  readonly kind: MeasuredKind | null;
  readonly measure: Measure | null;
  readonly split: string;
  /** Spans read: evenly chosen ones when there are very many. */
  readonly read: number;
  /** Nanoseconds, or as the sender has it. */
  readonly unit: 'ns' | '';
  readonly edges: readonly number[];
  readonly isLog: boolean;
  readonly groups: readonly MeasuredGroup[];
  /** A filter for the spans of the kind. */
  readonly kindFilter: string;
  /** The span with the least, and with the greatest value. */
  readonly extremes: readonly SpanRef[];
}

export interface DistributionMethods {
  'distribution/run': readonly [DistributionQuestion, Distribution];
  /** How far one of the asking client is: spans read, of all. Zeros when there is none. */
  'distribution/progress': readonly [{ readonly job: number }, { readonly done: number; readonly total: number }];
}
