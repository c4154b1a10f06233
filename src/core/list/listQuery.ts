/** Columns that a list can be sorted by; `run` is the launch it belongs to, or the process that made the root. */
export const LIST_SORTS = [
  'start',
  'name',
  'duration',
  'spans',
  'errors',
  'services',
  'tokens',
  'run',
] as const satisfies readonly string[];
/** With an attribute of the root, or of its resource; traces without one come last, whichever way the list is turned. */
export type ListSort = (typeof LIST_SORTS)[number] | `${typeof ATTRIBUTE_GROUP}${string}`;

/** Grouping and sorting by an attribute of the root, or of its resource: the key behind this. */
export const ATTRIBUTE_GROUP = 'attribute:';
/**
 * `name` and `service` are the root's, as is `process`; `run` is the launch it belongs to, or its process; `test` is the case
 * that the root is the span of (`test.case.name`). Empty for none.
 */
export const LIST_GROUPS = ['', 'name', 'service', 'run', 'process', 'test'] as const satisfies readonly string[];
export type ListGroup = (typeof LIST_GROUPS)[number] | `${typeof ATTRIBUTE_GROUP}${string}`;

/** Before the text of a group in the key of its head. */
export const GROUP_KEY = 'group:';

/** What was brushed in the plots; null leaves a side open. */
export interface ListBrush {
  /** Start of a trace, milliseconds since the epoch. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Duration of a trace, nanoseconds. */
  readonly minNs: number | null;
  readonly maxNs: number | null;
}

/** Which traces a list has and in what order. */
export interface ListQuery {
  /** In the filter language; empty for all. */
  readonly filter: string;
  readonly brush: ListBrush | null;
  readonly sort: ListSort;
  readonly descending: boolean;
  readonly group: ListGroup;
}

/** All, newest first. */
export const WHOLE_LIST: ListQuery = { filter: '', brush: null, sort: 'start', descending: true, group: '' };

/** A stretch of time in which a debugger held a process: traces in it took as long as somebody looked. */
export interface HeldTime {
  readonly fromMs: number;
  /** Null while it is held. */
  readonly toMs: number | null;
}
