import type { LogDetails, SpanDetails, SpanLink } from '../core/model/span.ts';
import type { ModelCall } from '../core/model/modelCall.ts';
import type { TraceSummary } from '../core/model/trace.ts';

/*
 * The JSON shapes of the command, documented in docs/command.md. Every time and length of time is decimal text of
 * nanoseconds: no reader of JSON loses a digit.
 */

/** A line of `spanline traces --json` and `spanline tail --json`. */
export interface TraceJson extends Omit<TraceSummary, 'durationNs'> {
  readonly durationNs: string;
}

/** A span of `spanline trace --json`. */
export interface SpanJson extends Omit<SpanDetails, 'durationNs' | 'events' | 'eventCount' | 'logCount' | 'links'> {
  readonly durationNs: string;
  /** From the trace's start. */
  readonly offsetNs: string;
  /** Duration without the stretches where a child runs. */
  readonly selfNs: string;
  /** In the tree as it is shown: 0 for roots. */
  readonly depth: number;
  readonly events: readonly (Omit<SpanDetails['events'][number], 'offsetNs'> & { readonly offsetNs: string })[];
  readonly links: readonly Omit<SpanLink, 'known'>[];
  readonly logs: readonly LogJson[];
  /** What went into and came out of it, values whole; only of spans that are model calls. */
  readonly modelCall?: ModelCall;
}

export interface LogJson extends Omit<LogDetails, 'offsetNs'> {
  readonly offsetNs: string;
}

export function traceJson(trace: TraceSummary): TraceJson {
  return { ...trace, durationNs: nsText(trace.durationNs) };
}

export function logJson(log: LogDetails): LogJson {
  return { ...log, offsetNs: nsText(log.offsetNs) };
}

export function spanJson(
  details: SpanDetails,
  place: { readonly offsetNs: number; readonly selfNs: number; readonly depth: number },
  logs: readonly LogDetails[],
  call: ModelCall | null,
): SpanJson {
  const { traceId, spanId, parentSpanId, orphan, name, kind, status, start, end, traceState, flags } = details;
  const { resource, scope, attributes, droppedAttributesCount, droppedEventsCount, droppedLinksCount } = details;
  return {
    traceId,
    spanId,
    parentSpanId,
    orphan,
    depth: place.depth,
    name,
    kind,
    status,
    start,
    end,
    durationNs: nsText(details.durationNs),
    offsetNs: nsText(place.offsetNs),
    selfNs: nsText(place.selfNs),
    traceState,
    flags,
    resource,
    scope,
    attributes,
    droppedAttributesCount,
    events: details.events.map((event) => ({ ...event, offsetNs: nsText(event.offsetNs) })),
    droppedEventsCount,
    links: details.links.map(linkJson),
    droppedLinksCount,
    logs: logs.map(logJson),
    ...(call === null ? {} : { modelCall: call }),
  };
}

function linkJson({
  traceId,
  spanId,
  traceState,
  attributes,
  droppedAttributesCount,
}: SpanLink): Omit<SpanLink, 'known'> {
  return { traceId, spanId, traceState, attributes, droppedAttributesCount };
}

/** Whole nanoseconds as text. */
export function nsText(ns: number): string {
  return BigInt(Math.round(ns)).toString();
}
