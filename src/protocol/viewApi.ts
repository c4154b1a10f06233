import type { TraceId } from '../core/model/ids.ts';
import type { TraceSummary } from '../core/model/trace.ts';
import type { RowGroup, RowId, RowOptions, RowPhases } from './rowApi.ts';

/** An open waterfall. The engine keeps its fold state; the webview holds only the window of rows it shows. */
export interface ViewInfo {
  readonly viewId: number;
  readonly revision: number;
  readonly summary: TraceSummary;
  /** Rows visible under the present folds. */
  readonly rowCount: number;
  /** Depth of the deepest row. */
  readonly maxDepth: number;
  /** Service names; rows name services by index. Indexes never change while a view is open. */
  readonly services: readonly string[];
  readonly orphanCount: number;
  readonly cycleCount: number;
  /** Spans shown later than sent, because the clock of their service is behind their caller's. */
  readonly skewedCount: number;
}

/** Flags of a row, or-ed. */
export const ROW = {
  hasChildren: 1,
  expanded: 2,
  error: 4,
  /** Its parent is named but not here (only told once the trace is settled). */
  orphan: 8,
  /** A parent cycle was cut here. */
  cycle: 16,
  /** No end time. */
  unfinished: 32,
  hasEvents: 64,
  hasLinks: 128,
  hasLogs: 256,
  /** Carries model input or output. */
  hasModel: 512,
  /** An exception event is on the span. */
  hasException: 1024,
  /** Shown later than its sender said, see {@link RowWindow.skewNs}. */
  skewed: 2048,
  /** On a critical path, see {@link RowWindow.criticalTimes}. */
  critical: 4096,
  /** A span held here links to this one. */
  linkedTo: 8192,
  /** No span but what stands for several, see {@link RowWindow.groups}. */
  group: 16384,
} as const;

/**
 * A window of rows by column; every array has `count` entries. Offsets and durations are nanoseconds from the trace's
 * start. `selfSegments` of row i are the pairs [begin, end) at `selfIndex[i] .. selfIndex[i+1]` of `selfTimes`: the
 * stretches where no child runs, drawn in full colour; at most 32 pairs a row (more are merged).
 */
export interface RowWindow {
  readonly viewId: number;
  readonly revision: number;
  readonly rowCount: number;
  readonly from: number;
  readonly count: number;
  /** Row of the requested anchor span under this revision, -1 when hidden or gone. */
  readonly anchorRow: number;
  readonly spanIds: readonly RowId[];
  readonly names: readonly string[];
  /** The one attribute that tells calls apart (route, model, query, tool), or empty. */
  readonly labels: readonly string[];
  readonly depth: Uint16Array;
  /** Where the row stands among those right below the same row, from 1, and how many they are. */
  readonly siblingPosition: Uint32Array;
  readonly siblingCount: Uint32Array;
  readonly service: Uint16Array;
  readonly kind: Uint8Array;
  readonly flags: Uint32Array;
  readonly offsetNs: Float64Array;
  readonly durationNs: Float64Array;
  /** By how much a `skewed` row is shown later than its sender said; 0 for others. */
  readonly skewNs: Float64Array;
  readonly selfNs: Float64Array;
  readonly descendants: Uint32Array;
  readonly selfIndex: Uint32Array;
  readonly selfTimes: Float64Array;
  /** Event marks of row i at `eventIndex[i] .. eventIndex[i+1]` of `eventTimes` (ns from trace start), at most 64 a row. */
  readonly eventIndex: Uint32Array;
  readonly eventTimes: Float64Array;
  /** Those of them that are exceptions, likewise. */
  readonly exceptionIndex: Uint32Array;
  readonly exceptionTimes: Float64Array;
  /** Marks of ASGI messages that have no row of their own, on their span's; as with events, at most 64 a row. */
  readonly messageIndex: Uint32Array;
  readonly messageTimes: Float64Array;
  /**
   * Stretches of the critical path, as with `selfTimes`: where it runs through the span itself, and for a folded row where
   * it runs through the span or anything below it; at most 32 a row.
   */
  readonly criticalIndex: Uint32Array;
  readonly criticalTimes: Float64Array;
  /** Sum of the row's stretches before any were merged. */
  readonly criticalNs: Float64Array;
  /** What rows with the flag `group` stand for, ascending. */
  readonly groups: readonly RowGroup[];
  /** Of spans that tell where the time inside them went; left out when no row does. */
  readonly phases?: RowPhases;
  /** The columns asked for, and one list of texts for each; what a span does not have is empty. */
  readonly columns: readonly string[];
  readonly cells: readonly (readonly string[])[];
}

/** Where to go from a span inside one view. */
export type StepKind =
  | 'nextError'
  | 'previousError'
  | 'nextCritical'
  | 'previousCritical'
  | 'nextSibling'
  | 'previousSibling'
  | 'parent'
  | 'firstChild';

/** Open waterfalls. */
export interface ViewMethods {
  /** Without options every span has a row. */
  'view/open': readonly [{ readonly traceId: TraceId; readonly rows?: RowOptions }, ViewInfo];
  'view/info': readonly [{ readonly viewId: number }, ViewInfo];
  'view/rows': readonly [
    {
      readonly viewId: number;
      readonly from: number;
      readonly count: number;
      readonly anchor: RowId | '';
      /** Columns wanted: a key of attributes, or {@link TOKENS_COLUMN}; at most {@link MOST_COLUMNS}. */
      readonly columns?: readonly string[];
    },
    RowWindow,
  ];
  'view/fold': readonly [
    { readonly viewId: number; readonly spanId: RowId; readonly expanded: boolean; readonly recursive: boolean },
    ViewInfo,
  ];
  /** Row of a span, opening its ancestors when `reveal`; -1 when not in this trace. */
  'view/locate': readonly [
    { readonly viewId: number; readonly spanId: RowId; readonly reveal: boolean },
    { readonly row: number; readonly info: ViewInfo },
  ];
  'view/step': readonly [
    { readonly viewId: number; readonly spanId: RowId; readonly step: StepKind },
    { readonly spanId: RowId | ''; readonly row: number; readonly info: ViewInfo },
  ];
  'view/close': readonly [{ readonly viewId: number }, void];
}
