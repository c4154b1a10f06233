import type { Attribute, CapturedLog, CapturedSpan, CaptureFile, SpanInCapture } from './captureFile.ts';
import { attributeText, spansOf } from './captureFile.ts';

type Traces = CaptureFile['traces']['resourceSpans'];
type Logs = CaptureFile['logs']['resourceLogs'];

/** Says nothing about a place, and differs from machine to machine. */
const DROPPED =
  /^(?:process\.(?:pid|parent_pid|owner|runtime\.description)|host\.|os\.|container\.|service\.instance\.id|thread\.|busy_ns|idle_ns|network\.peer\.|net\.peer\.|net\.sock\.|client\.|user_agent\.|http\.user_agent|http\.request_content|messaging\.message)/;

/** A text with machine paths and ports replaced. */
export type Neutral = (text: string) => string;

const START = 1_767_225_600_000_000_000n;

/**
 * One span of each kind that a language's programs sent (service, scope, label, failed or not), with those
 * above it; numbered ids and times, so that a second capture reads the same. `labelled` throws for a span without a
 * label.
 */
export function reduce(
  language: string,
  sent: { readonly spans: Traces; readonly logs: Logs },
  labelled: (span: SpanInCapture) => string,
  neutralOf: (service: string) => Neutral,
): CaptureFile {
  const all = spansOf({ language, traces: { resourceSpans: sent.spans } }).sort((a, b) =>
    compare(sortKey(a), sortKey(b)),
  );
  const kept = new Set<SpanInCapture>();
  const known = new Set<string>();
  const keep = (span: SpanInCapture): void => {
    if (kept.has(span)) return;
    if (span.parent) keep(span.parent);
    kept.add(span);
  };
  for (const span of all) {
    const failed = (span.span.events ?? []).some(({ name }) => name === 'exception');
    const signature = JSON.stringify([span.service, span.scope, labelled(span), failed]);
    if (known.has(signature)) continue;
    known.add(signature);
    keep(span);
  }
  const ids = new Map<string, string>();
  const number = (id: string, length: number): string => {
    const found = ids.get(id) ?? (ids.size + 1).toString(16).padStart(length, '0');
    ids.set(id, found);
    return found;
  };
  const spanOf = ({ span, service }: SpanInCapture, index: number): CapturedSpan => {
    const neutral = neutralOf(service);
    const start = START + BigInt(index) * 1_000_000n;
    return {
      traceId: number(span.traceId, 32),
      spanId: number(span.spanId, 16),
      ...(span.parentSpanId && ids.has(span.parentSpanId) ? { parentSpanId: number(span.parentSpanId, 16) } : {}),
      name: neutral(span.name),
      ...(span.kind === undefined ? {} : { kind: span.kind }),
      startTimeUnixNano: String(start),
      endTimeUnixNano: String(start + 500_000n),
      attributes: neutralAttributes(span.attributes, neutral),
      ...(span.events && span.events.length > 0
        ? {
            events: span.events.map(({ name, attributes }) => ({
              timeUnixNano: String(start + 400_000n),
              name,
              attributes: neutralAttributes(attributes, neutral),
            })),
          }
        : {}),
      ...(span.status?.code === undefined ? {} : { status: span.status }),
    };
  };
  const groups = new Map<string, { resource: readonly Attribute[]; scopes: Map<string, SpanInCapture[]> }>();
  for (const span of kept) {
    const resource = neutralAttributes(span.resource, neutralOf(span.service));
    const key = JSON.stringify(resource);
    const group = groups.get(key) ?? { resource, scopes: new Map<string, SpanInCapture[]>() };
    groups.set(key, group);
    group.scopes.set(span.scope, [...(group.scopes.get(span.scope) ?? []), span]);
  }
  // Ids by the order of what is kept, parents first.
  const order = [...kept];
  for (const { span } of order) {
    number(span.traceId, 32);
    number(span.spanId, 16);
  }
  return {
    language,
    captured: true,
    traces: {
      resourceSpans: [...groups.values()].map(({ resource, scopes }) => ({
        resource: { attributes: resource },
        scopeSpans: [...scopes].map(([name, spans]) => ({
          scope: { name },
          spans: spans.map((span) => spanOf(span, order.indexOf(span))),
        })),
      })),
    },
    logs: { resourceLogs: logsOf(sent.logs, ids, neutralOf) },
  };
}

function logsOf(logs: Logs, ids: ReadonlyMap<string, string>, neutralOf: (service: string) => Neutral): Logs {
  return logs.flatMap(({ resource, scopeLogs }) => {
    const neutral = neutralOf(attributeText(resource?.attributes, 'service.name') ?? '');
    const scopes = scopeLogs.flatMap(({ scope, logRecords }) => {
      const records = logRecords.flatMap((record): CapturedLog[] => {
        const [traceId, spanId] = [ids.get(record.traceId ?? ''), ids.get(record.spanId ?? '')];
        if (traceId === undefined || spanId === undefined) return [];
        const body = record.body?.stringValue;
        return [
          {
            timeUnixNano: String(START),
            severityNumber: record.severityNumber ?? 0,
            severityText: record.severityText ?? '',
            ...(body === undefined ? {} : { body: { stringValue: neutral(body) } }),
            attributes: neutralAttributes(record.attributes, neutral),
            traceId,
            spanId,
            ...(record.eventName === undefined ? {} : { eventName: record.eventName }),
          },
        ];
      });
      return records.length === 0 ? [] : [{ scope: { name: scope?.name ?? '' }, logRecords: records }];
    });
    const attributes = neutralAttributes(resource?.attributes, neutral);
    return scopes.length === 0 ? [] : [{ resource: { attributes }, scopeLogs: scopes }];
  });
}

function neutralAttributes(attributes: readonly Attribute[] | undefined, neutral: Neutral): Attribute[] {
  return (attributes ?? [])
    .filter(({ key }) => !DROPPED.test(key))
    .map(({ key, value }) => ({ key, value: neutralValue(value, neutral) }));
}

function neutralValue(value: Attribute['value'], neutral: Neutral): Attribute['value'] {
  return JSON.parse(
    JSON.stringify(value, (key: string, part: unknown) =>
      typeof part === 'string' && (key === 'stringValue' || key === 'intValue') ? neutral(part) : part,
    ),
  ) as Attribute['value'];
}

function sortKey(span: SpanInCapture): string {
  return `${span.service}\0${span.span.startTimeUnixNano.padStart(20, '0')}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
