import type { ModelItem } from '../core/model/modelCall.ts';
import type { SpanRef } from '../core/model/span.ts';

/** Side of a model call. */
export type CallSide = 'inputs' | 'outputs';

/** A long value of a span; `ref` is a `CutValue.ref`. */
export interface ValueQuestion extends SpanRef {
  readonly ref: string;
}

/** What is looked for in values: a text, never an expression. */
export interface ValueFind {
  readonly text: string;
  readonly matchCase: boolean;
}

/** Where a text is; places and how many there are beyond {@link FOUND_PLACES}. */
export interface FoundInValue {
  readonly total: number;
  /** UTF-16 units from the value's start, ascending. */
  readonly starts: Uint32Array;
}

/** Where a text is in the items of a side, by item and place in its text; ascending. */
export interface FoundInCall {
  readonly total: number;
  readonly items: Uint32Array;
  readonly starts: Uint32Array;
}

/** Lines of a text, wrapped. */
export interface ValueRows {
  /** Number of the first of {@link rows}. */
  readonly from: number;
  readonly rows: readonly string[];
  /** Where each row begins, in UTF-16 units from the value's start. */
  readonly starts: Uint32Array;
  /** Rows of the whole value once `complete`, else those counted so far. */
  readonly total: number;
  readonly complete: boolean;
  /** UTF-16 units of the whole value. */
  readonly length: number;
}

/** One member of a JSON array or object. */
export interface ValueMember {
  /** Of an object's member. */
  readonly key?: string;
  readonly kind: 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';
  /** Where its value begins, for asking further. */
  readonly start: number;
  /** A scalar's text, a string's content; of structures and long strings the beginning. */
  readonly text: string;
  /** There is more than `text`. */
  readonly cut: boolean;
  /** UTF-16 units of its JSON. */
  readonly length: number;
}

export interface ValueMembers {
  readonly members: readonly ValueMember[];
  /** Members of the structure once all were counted, else -1. */
  readonly total: number;
}

/** Most places in one answer, rows and members in one answer, and columns of a row. */
export const FOUND_PLACES = 10_000;
export const VALUE_ROWS = 500;
export const VALUE_MEMBERS = 200;
export const ROW_COLUMNS = 400;

/** Model calls of any size, piece by piece. A value that is no longer held is refused with `notFound`. */
export interface CallMethods {
  /** Items of a side from one on; as many as a message holds. Texts that find no room are cut, see `span/value`. */
  'call/items': readonly [
    SpanRef & { readonly side: CallSide; readonly from: number },
    { readonly items: readonly ModelItem[]; readonly total: number },
  ];
  /** Looks through the whole texts of a side's items. */
  'call/find': readonly [SpanRef & ValueFind & { readonly side: CallSide }, FoundInCall];
  /**
   * Rows of at most `columns` columns from the `from`th on, or, with `at` not -1, from the row that place is in. `wait`:
   * only once all rows are counted.
   */
  'value/rows': readonly [
    ValueQuestion & {
      readonly columns: number;
      readonly from: number;
      readonly at: number;
      readonly count: number;
      readonly wait: boolean;
    },
    ValueRows,
  ];
  'value/find': readonly [ValueQuestion & ValueFind, FoundInValue];
  /** Members of the JSON structure that begins at `at`; `invalid` when there is none. */
  'value/members': readonly [
    ValueQuestion & { readonly at: number; readonly from: number; readonly count: number },
    ValueMembers,
  ];
  /** The way to a place of a JSON value: the structures around it from the outermost on, with the member it is in. */
  'value/path': readonly [
    ValueQuestion & { readonly at: number },
    { readonly steps: readonly { readonly start: number; readonly member: number }[] },
  ];
}
