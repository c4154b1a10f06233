import type { SpanId } from '../core/model/ids.ts';
import type { RowId } from './rowApi.ts';
import type { ViewInfo } from './viewApi.ts';

/** What is looked for in the spans of a view. */
export interface FindQuery {
  readonly text: string;
  readonly matchCase: boolean;
  readonly wholeWord: boolean;
  /** `text` is a regular expression (RE2 syntax). */
  readonly regex: boolean;
}

/** Bits of a row in `find/rows`. */
export const FOUND_ROW = { found: 1, below: 2 } as const;

/** How far a search is. */
export interface FindState {
  readonly findId: number;
  /** Grows with every state told. */
  readonly version: number;
  /** More may be found; spans that arrive later are looked at, too. */
  readonly searching: boolean;
  /** How much was looked at, 0 to 1. */
  readonly progress: number;
  /** Spans found so far, folded ones too. */
  readonly total: number;
  /** Number of the span `at` among them, from 1 in the order of rows; 0 when it is none. */
  readonly ordinal: number;
  /** `filter`: the text names fields and was read as a filter (docs/filter.md). */
  readonly kind: 'text' | 'filter';
  /** Why nothing can be looked for, worded; else empty. */
  readonly problem: string;
  /** The view under what was found so far: its rows are others when only those found are shown. */
  readonly view: ViewInfo;
}

/** Where in a span a text was found; `key` is the attribute's, or empty. */
export interface FoundPlace {
  readonly place: FoundIn;
  readonly key: string;
  /** What stands around it, one line; the match is `text.slice(start, end)`. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export type FoundIn =
  'name' | 'service' | 'scope' | 'attribute' | 'event' | 'link' | 'status' | 'log' | 'id' | 'traceState' | 'resource';

export interface FoundSpan {
  readonly state: FindState;
  /** Empty when nothing is found. */
  readonly spanId: SpanId | '';
  readonly row: number;
  /** It went past the last one, or the first. */
  readonly wrapped: boolean;
  /** At most eight, none for filters. */
  readonly places: readonly FoundPlace[];
}

/**
 * Finding in the trace of a view: one search a view, which goes on as the trace grows. A new one takes its place, and what
 * is asked of the old is refused with `cancelled`.
 */
export interface FindMethods {
  /** Begins; answers with what the first milliseconds found. `at`: span whose ordinal is told. */
  'find/start': readonly [FindQuery & { readonly viewId: number; readonly at: RowId | '' }, FindState];
  /** The state once its version is not `version`: waits as long as nothing changes. */
  'find/state': readonly [
    { readonly viewId: number; readonly findId: number; readonly version: number; readonly at: RowId | '' },
    FindState,
  ];
  /**
   * Goes from a span (from the ends, when empty) to the next one found, in the order of rows, and opens what it is folded
   * into. `stay`: that span itself counts when it is one.
   */
  'find/step': readonly [
    {
      readonly viewId: number;
      readonly findId: number;
      readonly from: RowId | '';
      readonly forward: boolean;
      readonly stay: boolean;
    },
    FoundSpan,
  ];
  /**
   * By row: 1 when its span was found, 2 when one that was found is somewhere below it, or-ed. Shorter at the end; empty
   * when the rows are of another revision now.
   */
  'find/rows': readonly [
    {
      readonly viewId: number;
      readonly findId: number;
      readonly revision: number;
      readonly from: number;
      readonly count: number;
    },
    Uint8Array,
  ];
  /** By pixel of the whole trace's length: 1 where a span that was found starts. */
  'find/marks': readonly [{ readonly viewId: number; readonly findId: number; readonly pixels: number }, Uint8Array];
  /**
   * Shows the rows of spans that are found and of those above them, or all again; also for searches of the view that
   * follow. While nothing is found all are shown.
   */
  'find/only': readonly [{ readonly viewId: number; readonly only: boolean }, ViewInfo];
  /** Ends the search; all rows are shown again. */
  'find/stop': readonly [{ readonly viewId: number }, ViewInfo];
}
