import type { ServiceGraphAnswer } from './aroundApi.ts';
import type { LatencyPlot, PlotArea } from '../core/list/latencyPlot.ts';
import type { ListQuery } from '../core/list/listQuery.ts';
import type { ListFigures } from '../core/list/traceListView.ts';
import type { NoiseCondition, NoiseProblem } from '../core/noise/noiseRule.ts';
import type { TraceId } from '../core/model/ids.ts';
import type { DurationNs } from '../core/model/time.ts';
import type { TraceSummary } from '../core/model/trace.ts';

/** Rows one page may have. */
export const MOST_PAGE_ROWS = 500;
/** Columns of attributes a page may ask for. */
export const MOST_CELLS = 12;

/** `all`, or without the traces of programs that run in other windows' folders: those are folded then. */
export type ListScopeName = 'all' | 'workspace';

/** One line of a list. Heads can be expanded by their `key`. */
export type TraceListRow =
  | {
      readonly kind: 'trace';
      readonly trace: TraceSummary;
      /** Number of the trace in the order in which traces came. */
      readonly born: number;
      /** Below a head. */
      readonly below: boolean;
      /** What the columns asked for say, in their order. */
      readonly cells: readonly string[];
    }
  | {
      readonly kind: 'group';
      readonly key: string;
      /** What the members have in common; empty for those without. */
      readonly label: string;
      readonly count: number;
      readonly errors: number;
      /** Of settled members, -1 when there is none. */
      readonly p50Ns: DurationNs;
      readonly p95Ns: DurationNs;
      /** Grouped by test: how the newest came out (`pass`, `fail`, any other word); else empty. */
      readonly result: string;
      readonly expanded: boolean;
    }
  /** Traces that a rule folds. */
  | {
      readonly kind: 'noise';
      readonly key: string;
      readonly label: string;
      readonly count: number;
      readonly expanded: boolean;
    }
  /** Traces of programs that run in other windows' folders. */
  | { readonly kind: 'others'; readonly key: string; readonly count: number; readonly expanded: boolean };

/** A stretch of a list. Rows have no meaning beyond `revision`; actions name traces and keys. */
export interface TraceListPage {
  readonly revision: number;
  readonly from: number;
  readonly rows: readonly TraceListRow[];
  readonly rowCount: number;
  /** Row of the anchor, or of the head it is folded under; -1 when it is not in the list. */
  readonly anchorRow: number;
  /** The same of the trace named as selected. */
  readonly selectedRow: number;
  readonly figures: ListFigures;
  /** All that the filter takes, noise and others included, whatever is brushed. */
  readonly total: number;
  /** All that are held and not hidden by clear. */
  readonly held: number;
  /** The heads at the list's end: noise by rule, other programs' traces (without a rule). */
  readonly folds: readonly { readonly key: string; readonly rule: string; readonly count: number }[];
  /** Arrived while paused. */
  readonly waiting: number;
  /** Traces of other windows' programs, and noise. */
  readonly others: number;
  readonly noise: number;
  /** Listed traces that came after the one with number `seen`; and the last number given. */
  readonly unseen: number;
  readonly newest: number;
}

/** What a list is asked with. */
export interface ListParams {
  readonly query: ListQuery;
  /** `all` unless told. */
  readonly scope?: ListScopeName;
}

/** Something that changed in the world around the traces; the plots mark it, and a comparison can be made of it. */
export interface ChangeMarker {
  /** Unique among those of one window. */
  readonly id: string;
  /**
   * A process took another's place; a file of the workspace was saved; another commit was checked out or made; a debugger
   * held a process.
   */
  readonly kind: 'restart' | 'file' | 'head' | 'pause';
  readonly atMs: number;
  /** End of a pause, null while it lasts; equal to `atMs` for all else. */
  readonly toMs: number | null;
  /** Service, path in the workspace, branch and commit, or what was debugged. */
  readonly label: string;
}

/** Column keys a page answers beside a trace's summary; others are attributes of the root or its resource. */
export const CELL_TOKENS = 'tokens';
export const CELL_RUN = 'run';

/** Of a question for a page of the list what most have alike: from its start, all heads closed, nothing to keep in sight. */
export const PLAIN_PAGE = {
  from: 0,
  expanded: [],
  anchor: '',
  above: -1,
  selected: '',
  seen: 0,
  cells: [],
} as const satisfies Partial<ListMethods['traces/page'][0]>;

/** The trace list in order, by pages, and what is drawn of it. */
export interface ListMethods {
  /**
   * Rows `from` to `from + count`; where the anchor, a trace, is in the list, `above` rows before it to `count` rows further
   * on instead, unless `above` is negative. `expanded` are keys of heads, `cells` columns beyond the summary. With `under`, a key, rows count from
   * the first trace below that head, and none but these are answered. `invalid` tells
   * what is wrong with the filter.
   */
  'traces/page': readonly [
    ListParams & {
      readonly from: number;
      readonly count: number;
      readonly expanded: readonly string[];
      readonly under?: string;
      readonly anchor: TraceId | '';
      readonly above: number;
      readonly selected: TraceId | '';
      readonly seen: number;
      readonly cells: readonly string[];
    },
    TraceListPage,
  ];
  /** `columns` × `rows` cells at most; see {@link LatencyPlot}. The brush of the query is not applied. */
  'traces/plot': readonly [
    ListParams & { readonly columns: number; readonly rows: number },
    { readonly plot: LatencyPlot; readonly figures: ListFigures; readonly markers: readonly ChangeMarker[] },
  ];
  /** Listed traces in a part of the plot, nearest to its middle first. */
  'traces/near': readonly [
    ListParams & { readonly area: PlotArea; readonly limit: number },
    { readonly traces: readonly TraceSummary[]; readonly total: number },
  ];
  /** Who calls whom in the newest 300 of the traces that filter and brush leave, noise and other programs left out. */
  'graph/list': readonly [ListParams, ServiceGraphAnswer];
  /** Which traces are noise, as `spanline.noise.rules` has it; those of all windows count. */
  'noise/rules': readonly [{ readonly rules: unknown }, { readonly problems: readonly NoiseProblem[] }];
  /** A condition that traces like this one fulfil, for a rule; null while its root is not here. */
  'noise/like': readonly [
    { readonly traceId: TraceId },
    {
      readonly condition: NoiseCondition;
      readonly name: string;
      readonly service: string;
      readonly failed: boolean;
    } | null,
  ];
  /** Adds a marker of the asking window, or changes the one with this id. */
  'markers/put': readonly [ChangeMarker, void];
  /** Oldest first: those of the asking window, and restarts. */
  'markers/list': readonly [Record<string, never>, { readonly markers: readonly ChangeMarker[] }];
}
