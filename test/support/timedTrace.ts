import type { SpanId, TraceId } from '../../src/core/model/ids.ts';
import { transcodeJson } from '../../src/core/otlp/jsonTranscoder.ts';

export const TIMED_TRACE = '7a8efff798038103d269b633813fc60c' as TraceId;
const START_MS = 1_763_697_600_000;

/** A span of {@link TIMED_TRACE}; times in milliseconds from the trace's start. */
export interface TimedSpan {
  readonly name: string;
  /** Number of the span above, by position; a root without. */
  readonly parent?: number;
  readonly at: number;
  readonly ms: number;
  /** OTLP SpanKind; internal unless told. */
  readonly kind?: number;
  readonly scope?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly events?: readonly (readonly [name: string, at: number])[];
}

export function timedSpanId(number: number): SpanId {
  return (number + 1).toString(16).padStart(16, '0') as SpanId;
}

/** An ExportTraceServiceRequest of the spans; they are numbered by their place. */
export function timedTrace(spans: readonly TimedSpan[], service = 'model-server'): Uint8Array<ArrayBuffer> {
  const nanos = (ms: number): string => String(BigInt(Math.round((START_MS + ms) * 1000)) * 1000n);
  const scopeSpans = spans.map(({ name, parent, at, ms, kind = 1, scope = 'own', attributes, events }, number) => ({
    scope: { name: scope },
    spans: [
      {
        traceId: TIMED_TRACE,
        spanId: timedSpanId(number),
        ...(parent === undefined ? {} : { parentSpanId: timedSpanId(parent) }),
        name,
        kind,
        startTimeUnixNano: nanos(at),
        endTimeUnixNano: nanos(at + ms),
        attributes: attributes ?? {},
        events: (events ?? []).map(([event, time]) => ({ name: event, timeUnixNano: nanos(time) })),
      },
    ],
  }));
  const request = { resourceSpans: [{ resource: { attributes: { 'service.name': service } }, scopeSpans }] };
  return transcodeJson('traces', new TextEncoder().encode(JSON.stringify(request)));
}

/** Spans of an ASGI server that streams: a root at 0 and a message for each piece, as the instrumentation makes them. */
export function asgiTrace(pieces: readonly number[], rootMs: number): readonly TimedSpan[] {
  const scope = 'opentelemetry.instrumentation.asgi';
  const send = (at: number, type: string): TimedSpan => ({
    name: 'POST /chat http send',
    parent: 0,
    at,
    ms: 0.5,
    scope,
    attributes: { 'asgi.event.type': type },
  });
  return [
    { name: 'POST /chat', at: 0, ms: rootMs, kind: 2, scope },
    {
      name: 'POST /chat http receive',
      parent: 0,
      at: 1,
      ms: 1,
      scope,
      attributes: { 'asgi.event.type': 'http.request' },
    },
    send(10, 'http.response.start'),
    ...pieces.map((at) => send(at, 'http.response.body')),
  ];
}
