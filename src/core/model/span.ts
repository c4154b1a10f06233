import type { Attribute } from './attributes.ts';
import type { SpanId, TraceId } from './ids.ts';
import type { DurationNs, NanosText } from './time.ts';

/** OTLP Span.SpanKind by number: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
export type SpanKind = 0 | 1 | 2 | 3 | 4 | 5;

/** OTLP Status.StatusCode by number: 0 unset, 1 ok, 2 error. */
export type StatusCode = 0 | 1 | 2;

/** Names a span; rows, clicks and commands always name spans, never positions. */
export interface SpanRef {
  readonly traceId: TraceId;
  readonly spanId: SpanId;
}

/** OTLP Resource of a span or log record. */
export interface ResourceDetails {
  /** `service.name`, or `unknown_service` when the sender set none. */
  readonly serviceName: string;
  readonly attributes: readonly Attribute[];
  readonly droppedAttributesCount: number;
  readonly schemaUrl: string;
}

/** OTLP InstrumentationScope. */
export interface ScopeDetails {
  readonly name: string;
  readonly version: string;
  readonly attributes: readonly Attribute[];
  readonly droppedAttributesCount: number;
  readonly schemaUrl: string;
}

/** OTLP Span.Event. `offsetNs` is from the span's start (may be negative). */
export interface SpanEvent {
  readonly name: string;
  readonly time: NanosText;
  readonly offsetNs: DurationNs;
  readonly attributes: readonly Attribute[];
  readonly droppedAttributesCount: number;
}

/** OTLP Span.Link. `known` tells whether the linked trace is held here. */
export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly attributes: readonly Attribute[];
  readonly droppedAttributesCount: number;
  readonly known: boolean;
}

/** A span held here that links to another. */
export interface LinkingSpan {
  readonly traceId: TraceId;
  readonly spanId: SpanId;
  readonly name: string;
  readonly serviceName: string;
}

/** Everything the sender said of one span, as shown in the details. */
export interface SpanDetails {
  readonly traceId: TraceId;
  readonly spanId: SpanId;
  /** Empty for a root span. */
  readonly parentSpanId: string;
  /** The parent is named but not here. */
  readonly orphan: boolean;
  readonly name: string;
  readonly kind: SpanKind;
  readonly status: { readonly code: StatusCode; readonly message: string };
  readonly start: NanosText;
  /** Empty when the span has no end time. */
  readonly end: NanosText;
  readonly durationNs: DurationNs;
  readonly traceState: string;
  readonly flags: number;
  readonly resource: ResourceDetails;
  readonly scope: ScopeDetails;
  readonly attributes: readonly Attribute[];
  readonly droppedAttributesCount: number;
  /** The first of {@link eventCount}; in a message not always all. */
  readonly events: readonly SpanEvent[];
  /** Events that arrived. */
  readonly eventCount: number;
  readonly droppedEventsCount: number;
  readonly links: readonly SpanLink[];
  readonly droppedLinksCount: number;
  /** Spans held here that link to this one: the first, and how many; left out when there are none. */
  readonly linkedFrom?: { readonly spans: readonly LinkingSpan[]; readonly total: number };
  /** Log records that carry this span's ids. */
  readonly logCount: number;
}

/** OTLP LogRecord joined to a span by its ids. */
export interface LogDetails {
  readonly time: NanosText;
  /** From the start of the span it belongs to. */
  readonly offsetNs: DurationNs;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly body: Attribute['value'];
  readonly attributes: readonly Attribute[];
  readonly droppedAttributesCount: number;
  readonly resource: { readonly serviceName: string };
  readonly scopeName: string;
}
