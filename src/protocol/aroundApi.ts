import type { SpanId } from '../core/model/ids.ts';
import type { SpanRef } from '../core/model/span.ts';
import type { DurationNs } from '../core/model/time.ts';

/** What a statistics table has a line for. `function`: the source function a span names, else its name. */
export type StatisticsBy = 'name' | 'service' | 'process' | 'function' | 'attribute';

/** Columns of the table, as to sort by; `value` is the text of the group. */
export type StatisticsColumn = 'value' | 'count' | 'errors' | 'total' | 'self' | 'p50' | 'p95' | 'max';

/** A stretch of a trace in nanoseconds from its start. */
export interface WindowNs {
  readonly beginNs: number;
  readonly endNs: number;
}

/** Which groups: those of one field, of all spans of the view or of what of them lies in a window. */
export interface StatisticsQuestion {
  readonly viewId: number;
  readonly by: StatisticsBy;
  /** The key for `attribute`, else empty. */
  readonly key: string;
  readonly window: WindowNs | null;
}

/** One line of the table. */
export interface StatisticsRow {
  /** Number of the group, for `statistics/span`; valid for the answer's revision. */
  readonly group: number;
  readonly value: string;
  /** Spans without a value, or (`others`) all values beyond the first 50,000. */
  readonly special: '' | 'absent' | 'others';
  /** Index into the view's services when all its spans are of one, else -1. */
  readonly service: number;
  readonly count: number;
  readonly errors: number;
  /** Sum of durations: spans that run at one time count each. */
  readonly totalNs: DurationNs;
  /** Sum of the time in which no child runs. */
  readonly selfNs: DurationNs;
  /** Exact, by nearest rank; of what lies in the window when there is one. */
  readonly p50Ns: DurationNs;
  readonly p95Ns: DurationNs;
  readonly maxNs: DurationNs;
}

export interface StatisticsAnswer {
  readonly revision: number;
  /** The first of {@link groups}, as sorted. */
  readonly rows: readonly StatisticsRow[];
  readonly groups: number;
  readonly spans: number;
  /** Of all groups: what the share of a line is a share of. */
  readonly selfNs: DurationNs;
  readonly totalNs: DurationNs;
}

/** Most lines of one answer. */
export const STATISTICS_ROWS = 10_000;
/** The slowest spans of a group that can be stepped through. */
export const SLOWEST_SPANS = 1000;

/** `merged`: spans of one call path are one box, as wide as the self time in it and below; `time`: every span at its time. */
export type FlameMode = 'merged' | 'time';

/** Flags of a flame graph's cell, or-ed. */
export const FLAME = {
  /** At least one of its spans failed. */
  error: 1,
  /** It is, or holds, a box that `find` matches. */
  found: 2,
  /** It stands for several boxes, each narrower than a pixel. */
  many: 4,
} as const;

/**
 * The boxes of a flame graph that can be seen, by column; x in nanoseconds, of time or of summed self time. A cell that
 * stands for many has their number in `boxes` and no name, service or span of its own.
 */
export interface FlameWindow {
  readonly revision: number;
  readonly lengthNs: number;
  readonly beginNs: number;
  readonly endNs: number;
  readonly rowCount: number;
  readonly rowFrom: number;
  readonly row: Uint16Array;
  readonly begin: Float64Array;
  readonly end: Float64Array;
  readonly flags: Uint8Array;
  readonly boxes: Uint32Array;
  readonly service: Uint16Array;
  /** Index into `names`. */
  readonly name: Uint32Array;
  readonly names: readonly string[];
  readonly calls: Uint32Array;
  readonly errors: Uint32Array;
  readonly totalNs: Float64Array;
  readonly selfNs: Float64Array;
  /** The longest span of each cell; empty for one of many. */
  readonly spanIds: readonly (SpanId | '')[];
  /** What `find` matched in the whole graph; null without it. */
  readonly found: { readonly boxes: number; readonly selfNs: number } | null;
  /** The box of the selected span, wherever it is. */
  readonly selected: { readonly row: number; readonly beginNs: number; readonly endNs: number } | null;
}

/** A service, or (`kind` not empty: database, model, messages, service, host) what only its callers know. */
export interface ServiceGraphNode {
  readonly kind: string;
  readonly name: string;
  readonly spans: number;
  readonly errors: number;
  readonly selfNs: DurationNs;
}

/** Calls from one node to another, by number; durations are the called spans', exact by nearest rank. */
export interface ServiceGraphEdge {
  readonly from: number;
  readonly to: number;
  readonly calls: number;
  readonly errors: number;
  readonly p50Ns: DurationNs;
  readonly p95Ns: DurationNs;
  readonly maxNs: DurationNs;
  readonly slowest: SpanRef;
}

export interface ServiceGraphAnswer {
  readonly traces: number;
  /** Traces it might have been of: more than {@link traces} where only the newest were looked at. */
  readonly of: number;
  readonly nodes: readonly ServiceGraphNode[];
  /** Those of most calls first. */
  readonly edges: readonly ServiceGraphEdge[];
}

/** A log record of the trace, or an event of one of its spans. */
export interface TraceLogRow {
  readonly kind: 'record' | 'event';
  /** From the trace's start. */
  readonly offsetNs: DurationNs;
  /** OTLP SeverityNumber, 0 for none; exceptions are errors (17). */
  readonly severityNumber: number;
  readonly severityText: string;
  readonly service: string;
  /** Empty for a record of the trace alone. */
  readonly spanId: SpanId | '';
  readonly spanName: string;
  readonly eventName: string;
  /** At most 400 characters. */
  readonly text: string;
  /** Place among the span's log records, for `source/openLog`; -1 for events and records without a span. */
  readonly logIndex: number;
  /** The record says where in the source it was made. */
  readonly hasLine: boolean;
}

export interface TraceLogPage {
  readonly revision: number;
  /** All records and events, and those that severity and text let through. */
  readonly total: number;
  readonly matched: number;
  readonly from: number;
  readonly rows: readonly TraceLogRow[];
}

/** Most rows of one page of logs. */
export const LOG_ROWS = 500;

/** Most columns (pixels) and rows of one answer. */
export const FLAME_COLUMNS = 8192;
export const FLAME_ROWS = 200;

/** The views around the waterfall, over the spans of an open view. */
export interface AroundMethods {
  'statistics/table': readonly [
    StatisticsQuestion & {
      readonly sort: StatisticsColumn;
      readonly descending: boolean;
      readonly limit: number;
    },
    StatisticsAnswer,
  ];
  /** The span of a group at a rank, the longest first, and how many there are to step through; empty when past them. */
  'statistics/span': readonly [
    StatisticsQuestion & { readonly group: number; readonly rank: number },
    { readonly spanId: SpanId | ''; readonly of: number },
  ];
  /** Who calls whom in the trace of a view; see `graph/list` for what is listed. */
  'graph/trace': readonly [{ readonly viewId: number }, ServiceGraphAnswer];
  /** In order of time; of at least `severity` (0 for all) and with `text` somewhere, in any case. */
  'logs/page': readonly [
    {
      readonly viewId: number;
      readonly severity: number;
      readonly text: string;
      readonly from: number;
      readonly count: number;
    },
    TraceLogPage,
  ];
  /** `window` null is the whole width; `find` is part of a name or service, any case, empty for none. */
  'flame/cells': readonly [
    {
      readonly viewId: number;
      readonly mode: FlameMode;
      readonly window: WindowNs | null;
      readonly columns: number;
      readonly rowFrom: number;
      readonly rowCount: number;
      readonly find: string;
      readonly selected: SpanId | '';
    },
    FlameWindow,
  ];
}
