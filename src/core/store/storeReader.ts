import type { TextMatcher } from '../find/textMatcher.ts';
import type { CallTiming } from '../inference/callPhases.ts';
import type { StreamTiming } from '../inference/streamTiming.ts';
import type { SpanId, TraceId } from '../model/ids.ts';
import type { AttributeValue } from '../model/attributes.ts';
import type { SourceHints } from '../model/source.ts';
import type { ProcessChange } from '../model/processChange.ts';
import type { LogDetails, SpanDetails, SpanEvent, SpanRef } from '../model/span.ts';
import type { Nanos } from '../model/time.ts';
import type { TraceSummary } from '../model/trace.ts';
import type { DetailsBounds, PageBounds } from './messageBudget.ts';
import type { ModelUsage } from '../model/modelUsage.ts';
import type { TraceRows } from './traceRows.ts';
import type { FacetField, FacetReader } from './facets.ts';
import type { Scalar } from './scalar.ts';

/** Number of a span in the store; stable while the span is held, never reused while anything refers to it. */
export type SpanHandle = number;

/**
 * The spans of one trace as layout reads them: one entry a distinct span id (the newest content wins), in order of
 * arrival. Arrays have at least `count` entries, belong to the store, and are valid until the store changes.
 */
export interface TraceColumns {
  readonly traceId: TraceId;
  /** Grows with every change of this trace. */
  readonly revision: number;
  readonly count: number;
  /** Earliest start; offsets count from here. */
  readonly start: Nanos;
  readonly handle: Uint32Array;
  readonly idHi: Uint32Array;
  readonly idLo: Uint32Array;
  /** 0,0 for a root. */
  readonly parentHi: Uint32Array;
  readonly parentLo: Uint32Array;
  readonly offsetNs: Float64Array;
  /** ≥ 0; 0 with `unfinished` when the sender gave no end. */
  readonly durationNs: Float64Array;
  /** OTLP StatusCode. */
  readonly status: Uint8Array;
  readonly kind: Uint8Array;
  /** Index into `services`; indexes never change while the trace is held. */
  readonly service: Uint16Array;
  readonly services: readonly string[];
  /** {@link SPAN_BIT}s, or-ed. */
  readonly bits: Uint16Array;
  /**
   * Spans with the same number have the same name, service and kind; numbers are below `alikeCount`.
   * {@link NEVER_ALIKE} when the name is one of too many. Where `alikeCount` is 0 none have a number, and the array may be
   * empty.
   */
  readonly alike: Uint32Array;
  readonly alikeCount: number;
}

/** In {@link TraceColumns.alike}: like no other span. */
export const NEVER_ALIKE = 0xffffffff;

/** What is known of a span without reading its bytes again. */
export const SPAN_BIT = {
  unfinished: 1,
  hasEvents: 2,
  hasLinks: 4,
  hasLogs: 8,
  hasModel: 16,
  hasException: 32,
  /** Keys on it tell where the time inside it went. */
  hasTiming: 128,
} as const;

/** Beside those, in columns only: a message of an ASGI server span, as its name, kind and scope say. */
export const ASGI_MESSAGE = 64;

/** Spans of one kind, for the editor. */
export interface StoredSignature {
  readonly signatureId: number;
  readonly hints: SourceHints;
  readonly count: number;
  readonly last: SpanRef;
}

/** A place in an export: the trace's position in the list that was asked for, and a place within it. */
export interface ExportPlace {
  readonly trace: number;
  readonly at: number;
}

/** Part of an export. `next.trace` is the list's length at the end. */
export interface ExportPart {
  /** An `ExportTraceServiceRequest` or `ExportLogsServiceRequest`; empty when there was nothing left. */
  readonly body: Uint8Array<ArrayBuffer>;
  readonly records: number;
  readonly next: ExportPlace;
}

/**
 * A text looked for in spans and in their log records, step by step: names, services and scopes first, then all records.
 * What arrives meanwhile, and afterwards, is read by the steps that follow.
 */
export interface TextSearch {
  /** Grows with what is found. */
  readonly revision: number;
  /** How much of the store was read, 0 to 1. */
  readonly progress: number;
  /** About a millisecond's work; false when there was nothing to do. */
  step(): boolean;
  /** FOUND bits of where the text is in a span, as far as known: not all places, 0 while none was found. */
  placesOf(handle: SpanHandle): number;
}

/** A text of a span that was looked for. */
export interface FoundText {
  /** One of FOUND. */
  readonly place: number;
  /** The attribute's key, or empty. */
  readonly key: string;
  /** What stands around the match, one line, and where in it the match is. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Reading side of the store; everything the engine answers comes through here. Ids in answers are held ids. */
export interface StoreReader {
  readonly traceCount: number;
  readonly spanCount: number;
  readonly logCount: number;
  readonly heldBytes: number;
  readonly evictedSpans: number;
  /** Newest start first, those hidden by `clear` left out. */
  list(limit: number): readonly TraceSummary[];
  /** Ids of all that {@link list} would show without a limit. */
  traceIds(): ReadonlySet<TraceId>;
  /** The `limit` newest of those that {@link list} would show and `among` names; `total` counts them without the limit. */
  listAmong(
    among: ReadonlySet<TraceId>,
    limit: number,
  ): { readonly traces: readonly TraceSummary[]; readonly total: number };
  /** The same with slots of the trace table, those of traces that are shown. */
  listWhere(
    matches: (slot: number) => boolean,
    limit: number,
  ): { readonly traces: readonly TraceSummary[]; readonly total: number };
  summary(traceId: TraceId): TraceSummary | undefined;
  /** Traces by number, for ordered lists; another object once everything was deleted. */
  rows(): TraceRows;
  /** Hints of the first span of each service of a trace, of at most `limit` services. */
  hintsOfServices(traceId: TraceId, limit: number): readonly SourceHints[];
  columns(traceId: TraceId): TraceColumns | undefined;
  handleOf(ref: SpanRef): SpanHandle | undefined;
  nameOf(handle: SpanHandle): string;
  /** Services of the held spans that a span links to. */
  linkedServices(handle: SpanHandle): readonly string[];
  /** Attributes of a span or its resource that can be compared, see readScalars. */
  scalars(handle: SpanHandle, of: 'span' | 'resource'): readonly Scalar[];
  /** One field of many spans as numbers, for grouping; see {@link FacetReader}. */
  facet(field: FacetField): FacetReader;
  /** The one attribute that tells calls apart (route, model, query, tool, …), one line, at most 120 characters, or empty. */
  labelOf(handle: SpanHandle): string;
  /** Values of attributes (of the span, else of its resource) as one-line texts; empty for those it does not have. */
  cellsOf(handle: SpanHandle, keys: readonly string[]): readonly string[];
  /** Where the time inside a span went, as its attributes and the names and times of its events tell. */
  timingOf(handle: SpanHandle): CallTiming | undefined;
  /** The pieces of a streamed answer that events of this name tell of. */
  eventStream(handle: SpanHandle, name: string): StreamTiming | undefined;
  /** Tokens of a trace's leaf calls by model; none for one that is not held. */
  usageOf(traceId: TraceId): { readonly models: readonly ModelUsage[]; readonly partial: boolean };
  /** The process that took over from a span's after a time (since the epoch), where resources tell them apart. */
  processAfter(handle: SpanHandle, afterNs: bigint): ProcessChange | undefined;
  /** Ids of the trace's spans that spans held here link to. */
  linkedSpans(traceId: TraceId): ReadonlySet<SpanId>;
  /** Event times in nanoseconds from the trace's start, ascending, at most `limit`; with a name only of events so named. */
  eventOffsets(handle: SpanHandle, traceStart: Nanos, limit: number, name?: string): readonly number[];
  /** Without bounds everything, each value up to the inline limit. */
  details(ref: SpanRef, bounds?: DetailsBounds): SpanDetails | undefined;
  /** In the sender's order. */
  events(ref: SpanRef, page: PageBounds): { readonly events: readonly SpanEvent[]; readonly total: number } | undefined;
  /** Ordered by time; without a page all. */
  logs(ref: SpanRef, page?: PageBounds): readonly LogDetails[];
  countLogs(ref: SpanRef): number;
  /** At most `limit` log records for reading a model call: those with model content first, then the oldest; by time. */
  modelLogs(ref: SpanRef, limit: number): readonly LogDetails[];
  hints(ref: SpanRef): SourceHints | undefined;
  /**
   * A page of a long value. `ref` is a {@link CutValue.ref}; `offset` in bytes. A page never splits a UTF-8 character.
   * `limit` bytes at most. Undefined when not held.
   */
  value(
    span: SpanRef,
    ref: string,
    offset: number,
    limit: number,
  ): { text: string; nextOffset: number; totalBytes: number } | undefined;
  /** The whole value behind a ref, decoded (the inference reader needs whole JSON texts). */
  wholeValue(span: SpanRef, ref: string): AttributeValue | undefined;
  /** Kinds of span whose last span is in a trace that `clear` does not hide. */
  signatures(): { readonly revision: number; readonly signatures: readonly StoredSignature[] };
  /** Spans of traces as they were sent, part by part, see exportSpans. */
  exportSpans(traceIds: readonly TraceId[], from: ExportPlace, maxBytes: number): ExportPart;
  /** Log records of their spans and of the traces alone. */
  exportLogs(traceIds: readonly TraceId[], from: ExportPlace, maxBytes: number): ExportPart;
  /** Begins to look for a text in one trace, or in all with an empty id. Nothing is read before the first step. */
  searchText(matcher: TextMatcher, traceId: TraceId | ''): TextSearch;
  /** Where in a span and its log records a text is, in the order the details show it; at most `limit` places. */
  foundTexts(ref: SpanRef, matcher: TextMatcher, limit: number): readonly FoundText[];
  findSpans(spanIdPrefix: string, limit: number): readonly { traceId: TraceId; spanId: SpanId; name: string }[];
  findTraces(traceIdPrefix: string, limit: number): readonly { traceId: TraceId; name: string }[];
}
