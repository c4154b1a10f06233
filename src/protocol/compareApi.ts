import type { NumericDistribution, TextDistribution } from '../core/compare/compareAttributes.ts';
import type { ListBrush, ListGroup } from '../core/list/listQuery.ts';
import type { TraceId } from '../core/model/ids.ts';
import type { SpanRef } from '../core/model/span.ts';
import type { DurationNs } from '../core/model/time.ts';

/**
 * A set of traces: all that are listed (held, not hidden by clear, no noise) and that every part lets through. A change
 * marker's before and after are two sets with a brush each; a line of a grouped list is a set with its group.
 */
export interface TraceSet {
  /** In the filter language; empty for all. */
  readonly filter: string;
  /** Start and duration of traces; null leaves them open. */
  readonly brush: ListBrush | null;
  /** A grouping and the text of one of its groups; null without. */
  readonly group: { readonly by: Exclude<ListGroup, ''>; readonly text: string } | null;
  /** Only these, at most 1,000; null for no such bound. */
  readonly traceIds: readonly TraceId[] | null;
  /**
   * Of these only the ones as slow as a trace that took so many nanoseconds: beyond the widest gap between the median and
   * it, as ratios go; without a gap of half as much again, those nearer to it than to the median; at least four fifths of
   * it where that is not slower than the median. Null for all.
   */
  readonly asSlowAs: DurationNs | null;
}

/** All traces of the list. */
export const ALL_TRACES: TraceSet = { filter: '', brush: null, group: null, traceIds: null, asSlowAs: null };

/** What is asked: A against B, or (null) against the rest of `among`. Traces of both are in A. */
export interface CompareQuestion {
  /** A number of the asker's, for progress. */
  readonly job: number;
  readonly a: TraceSet;
  readonly b: TraceSet | null;
  readonly among: TraceSet;
}

/** A side of a comparison. Durations are of whole traces, settled or not. */
export interface ComparedSet {
  readonly traces: number;
  /** Traces looked at: evenly chosen when there are very many. */
  readonly used: number;
  readonly errors: number;
  readonly medianNs: DurationNs;
  readonly p95Ns: DurationNs;
}

/** One call path, see PathDifference in core/compare for what the numbers are; times are self time on the critical path. */
export interface ComparedPath {
  /** Number that attributes name it by. */
  readonly path: number;
  readonly service: string;
  /** Names from the root down; the last is the span's. */
  readonly names: readonly string[];
  readonly callsA: number;
  readonly callsB: number;
  readonly medianANs: DurationNs;
  readonly medianBNs: DurationNs;
  readonly p95ANs: DurationNs;
  readonly p95BNs: DurationNs;
  readonly differenceNs: DurationNs;
  readonly boundNs: DurationNs;
  readonly share: number;
  /** The slowest such span of A, else of B. */
  readonly example: SpanRef | null;
}

interface ComparedAttributeBase {
  readonly key: string;
  readonly home: 'span' | 'resource';
  readonly service: string;
  /** Names from the root down to the span that carries it; empty for a resource's. */
  readonly names: readonly string[];
  /** 0..1, see compareAttributes. */
  readonly difference: number;
  /** Share of random divisions that differ as much; up to 0.05 it is hardly chance. */
  readonly chance: number;
  readonly presentA: number;
  readonly missingA: number;
  readonly presentB: number;
  readonly missingB: number;
  /** In the filter language: what parts A from B best. */
  readonly filter: string;
}

export type ComparedAttribute = ComparedAttributeBase & (NumericDistribution | TextDistribution);

export interface Comparison {
  readonly a: ComparedSet;
  readonly b: ComparedSet;
  /** Mean time of A's traces less that of B's, over all paths. */
  readonly differenceNs: DurationNs;
  /** The first of {@link pathCount}; those beyond chance first. */
  readonly paths: readonly ComparedPath[];
  readonly pathCount: number;
  readonly attributes: readonly ComparedAttribute[];
  /** Traces whose attributes were read, of both sets. */
  readonly attributesOf: number;
}

export interface CompareMethods {
  'compare/run': readonly [CompareQuestion, Comparison];
  /** How far a comparison of the asking client is: traces looked at, of all. Zeros when there is none. */
  'compare/progress': readonly [{ readonly job: number }, { readonly done: number; readonly total: number }];
}
