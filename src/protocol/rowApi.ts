import type { SpanId } from '../core/model/ids.ts';
import type { ProcessChange } from '../core/model/processChange.ts';

/**
 * Names a row that stands for several spans: alike siblings and messages by the member that arrived first, a missing
 * parent by its own id. Stays the same when others come.
 */
export type GroupId = `alike:${string}` | `messages:${string}` | `missing:${string}`;

/** Names a row of a view: a span, or what stands for several. */
export type RowId = SpanId | GroupId;

export function isGroupId(id: RowId | ''): id is GroupId {
  return id.includes(':');
}

/** The span a row stands for, or empty. */
export function spanOfRow(id: RowId | ''): SpanId | '' {
  return isGroupId(id) ? '' : id;
}

/** How a view puts rows together. */
export interface RowOptions {
  /** So many siblings of one name, service and kind become one row; 0: never. */
  readonly foldAlike: number;
  /** ASGI messages have rows like other spans, not marks on their span's bar. */
  readonly messagesAsRows: boolean;
}

/** A column that adds up the tokens of a span, whatever its library calls them. */
export const TOKENS_COLUMN = '#tokens';
export const MOST_COLUMNS = 8;

/** The row whose spans stand below it, in a window. Times are nanoseconds, from the trace's start where they are points. */
export interface RowGroup {
  /** Row in the window, from 0. */
  readonly row: number;
  readonly kind: 'alike' | 'messages' | 'missing';
  readonly count: number;
  /** Sum of the members' durations; the others are of single members, percentiles by nearest rank. */
  readonly totalNs: number;
  readonly minNs: number;
  readonly medianNs: number;
  readonly p95Ns: number;
  readonly maxNs: number;
  /** Spans in error among the members and below them, and when the first 64 of them began. */
  readonly errorCount: number;
  readonly errorTimes: Float64Array;
  readonly unfinishedCount: number;
  /** How many members ran in equal parts of the row's length, 255 for the most. */
  readonly density: Uint8Array;
  /** Services of the members, by index. */
  readonly services: readonly number[];
  readonly missing?: MissingParent;
}

/**
 * Where the time inside the spans of a window went. The phases of row `rows[i]` (in the window, ascending) stand at
 * `index[i] .. index[i + 1]` of `name` and `exact`, and at twice that of `times`.
 */
export interface RowPhases {
  readonly rows: Uint32Array;
  readonly index: Uint32Array;
  /** Distinct names of phases. */
  readonly names: readonly string[];
  /** Index in `names`. */
  readonly name: Uint8Array;
  /** Begin and end, nanoseconds from the trace's start. */
  readonly times: Float64Array;
  /** 1: length and place are the sender's; 0: computed from other figures, or put in the usual order. */
  readonly exact: Uint8Array;
  /** By row: when its first token (or chunk, or byte) was there, from the trace's start; NaN where nothing says so. */
  readonly firstNs: Float64Array;
}

/** What is known of a parent that was not received. */
export interface MissingParent {
  readonly spanId: string;
  /**
   * Where it ran as far as its children tell: `caller` of a server or consumer, in a program that may not send to us;
   * `same` process as its children, which then did send others; `unknown`.
   */
  readonly ran: 'caller' | 'same' | 'unknown';
  /** The children's process gave way to another of its service: the parent may never have been sent. */
  readonly restarted?: ProcessChange;
}
