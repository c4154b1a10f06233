import { randomBytes } from 'node:crypto';

/** A span as hand-written OTLP/JSON; times in nanoseconds since the epoch. */
export interface JsonSpan {
  readonly name: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly startMs?: number;
  readonly durationMs?: number;
  readonly error?: boolean;
  /** OTLP SpanKind; internal when left out. */
  readonly kind?: number;
  /** Name of the instrumentation scope; `fixture` when left out. */
  readonly scope?: string;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
  readonly events?: readonly { readonly name: string; readonly attributes: Readonly<Record<string, string>> }[];
}

type JsonValue =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly boolValue: boolean };

function anyValue(value: string | number | boolean): JsonValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

function keyValues(attributes: Readonly<Record<string, string | number | boolean>> = {}) {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

export const newTraceId = (): string => randomBytes(16).toString('hex');
export const newSpanId = (): string => randomBytes(8).toString('hex');

/** An ExportTraceServiceRequest of one resource, as OTLP/JSON. */
export function traceJson(
  traceId: string,
  service: string,
  spans: readonly JsonSpan[],
  resource: Readonly<Record<string, string>> = {},
): string {
  const now = Date.now();
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: keyValues({ 'service.name': service, ...resource }) },
        scopeSpans: [...new Set(spans.map(({ scope = 'fixture' }) => scope))].map((scope) => ({
          scope: { name: scope },
          spans: spans
            .filter((span) => (span.scope ?? 'fixture') === scope)
            .map((span) => {
              const start = BigInt(Math.round(span.startMs ?? now)) * 1_000_000n;
              return {
                traceId,
                spanId: span.spanId ?? newSpanId(),
                parentSpanId: span.parentSpanId ?? '',
                name: span.name,
                kind: span.kind ?? 1,
                startTimeUnixNano: String(start),
                endTimeUnixNano: String(start + BigInt(Math.round((span.durationMs ?? 5) * 1e6))),
                attributes: keyValues(span.attributes),
                events: (span.events ?? []).map((event) => ({
                  name: event.name,
                  timeUnixNano: String(start),
                  attributes: keyValues(event.attributes),
                })),
                status: span.error === true ? { code: 2, message: 'failed' } : {},
              };
            }),
        })),
      },
    ],
  });
}

/** Posts OTLP/JSON to `endpoint`; rejects unless the answer is 200. The receiver answers after it stored the spans. */
export async function postTraces(endpoint: string, body: string): Promise<void> {
  const response = await fetch(new URL('/v1/traces', endpoint), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
}
