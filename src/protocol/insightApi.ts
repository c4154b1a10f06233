import type { SourceHints } from '../core/model/source.ts';
import type { SpanRef } from '../core/model/span.ts';
import type { SourceLanguage } from '../core/source/affinity.ts';
import type { CallFigures, CallGroup } from '../core/store/callFigures.ts';

export type { CallFigures, CallGroup };

/**
 * Spans of one kind: equal in all that a span is resolved by, but for stack traces and times (service, name, scope, attributes
 * that tell where to look, the spans around those of libraries). Resolved to source once.
 */
export interface SpanKindHints {
  readonly id: number;
  readonly hints: SourceHints;
}

/** Most kinds of one answer. */
export const KINDS_PAGE = 500;
/** Most groups of one question. */
export const MOST_GROUPS = 500;

/** The child of a span that took longest. */
export interface SlowestChild {
  readonly ref: SpanRef;
  readonly name: string;
  readonly service: string;
  readonly durationNs: number;
}

/** What the editor shows of the calls of a function. */
export interface InsightMethods {
  /**
   * Kinds of span with an id above `after`, by id, at most {@link KINDS_PAGE}; ids grow as kinds are first seen. Kinds that
   * were forgotten or are hidden by clear have no figures.
   */
  'insight/kinds': readonly [{ readonly after: number }, { readonly kinds: readonly SpanKindHints[] }];
  /** One answer a group, in order; null for a group without calls that are held and shown. */
  'insight/figures': readonly [
    { readonly groups: readonly CallGroup[] },
    { readonly figures: readonly (CallFigures | null)[] },
  ];
  /** Null for a span without children that ended, or in a trace too large to look through. */
  'insight/slowestChild': readonly [SpanRef, { readonly child: SlowestChild | null }];
}

/** A place of one kind of span, and the function around it. Lines 1-based. */
export interface CodePlace {
  readonly path: string;
  readonly line: number;
  /** `call`: the function around is left here, towards a library; `own`: the span is made here, or runs what stands here. */
  readonly role: 'own' | 'call';
  /** The span around it comes from the same line and says more of it. */
  readonly inner: boolean;
  /** Empty for a nameless handler of a route; empty, with lines of 0, outside of functions. */
  readonly functionName: string;
  readonly functionLine: number;
  readonly functionEndLine: number;
}

/** Where a debugger should stop to see a call. */
export interface BreakPlace {
  /** 1-based; the first of the function's body when its head was asked for. */
  readonly line: number;
  /** Parameters and variables that have a value there. */
  readonly names: readonly string[];
  /** Empty when the code index does not read the file. */
  readonly language: SourceLanguage | '';
}

/** What the editor asks of the code index. */
export interface CodePlaceMethods {
  /**
   * The one place in the workspace each of these comes from; null when there is none that is likely, or two are equal. At
   * most {@link KINDS_PAGE}.
   */
  'source/places': readonly [
    { readonly hints: readonly SourceHints[] },
    { readonly places: readonly (CodePlace | null)[] },
  ];
  /** Of a notebook, `line` counts in its cell `cell`, in the answer too. */
  'source/breakPlace': readonly [
    { readonly path: string; readonly line: number; readonly cell?: number | undefined },
    BreakPlace,
  ];
}
