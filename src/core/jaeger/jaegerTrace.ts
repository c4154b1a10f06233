type Fields = Readonly<Record<string, unknown>>;

/** OTLP SpanKind by the value of `span.kind`. */
const KINDS: Readonly<Record<string, number>> = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 };
const STATUS_CODES: Readonly<Record<string, number>> = { OK: 1, ERROR: 2 };

interface OtlpAttribute {
  readonly key: string;
  readonly value: Fields;
}

/**
 * The `ResourceSpans` (as OTLP/JSON objects) of one trace of Jaeger's JSON, one for each process. Follows OpenTelemetry's
 * Jaeger translation: `span.kind`, `error`, `otel.status_*`, `otel.scope.*` and `w3c.tracestate` become what they stand for, the first
 * reference into the same trace is the parent, further ones are links, logs are events; times become nanoseconds.
 * Undefined when the value is no such trace.
 */
export function jaegerResourceSpans(trace: unknown): readonly Fields[] | undefined {
  const { spans, processes } = fieldsOf(trace);
  if (!Array.isArray(spans)) return undefined;
  const byProcess = new Map<string, Fields[]>();
  for (const span of spans) {
    const { processID, process } = fieldsOf(span);
    const key = typeof processID === 'string' ? processID : JSON.stringify(process ?? null);
    const group = byProcess.get(key) ?? [];
    group.push(fieldsOf(span));
    byProcess.set(key, group);
  }
  return [...byProcess].map(([processId, group]) => {
    const known = fieldsOf(processes);
    const process = fieldsOf(Object.hasOwn(known, processId) ? known[processId] : group[0]?.['process']);
    const service: OtlpAttribute = { key: 'service.name', value: { stringValue: textOf(process['serviceName']) } };
    return {
      resource: {
        attributes: [...(service.value['stringValue'] === '' ? [] : [service]), ...attributesOf(process['tags'])],
      },
      scopeSpans: byScope(group),
    };
  });
}

function byScope(spans: readonly Fields[]): readonly Fields[] {
  const scopes = new Map<string, { readonly scope: Fields; readonly spans: Fields[] }>();
  for (const span of spans) {
    const tags = attributesOf(span['tags']);
    const scope = {
      name: tagText(tags, 'otel.scope.name') || tagText(tags, 'otel.library.name'),
      version: tagText(tags, 'otel.scope.version') || tagText(tags, 'otel.library.version'),
    };
    const key = JSON.stringify(scope);
    const group = scopes.get(key) ?? { scope, spans: new Array<Fields>() };
    group.spans.push(spanOf(span, tags));
    scopes.set(key, group);
  }
  return [...scopes.values()];
}

/** Tags that become a field of their own. */
const CONSUMED = new Set([
  'span.kind',
  'otel.status_code',
  'otel.status_description',
  'otel.scope.name',
  'otel.scope.version',
  'otel.library.name',
  'otel.library.version',
  'w3c.tracestate',
]);

function spanOf(span: Fields, tags: readonly OtlpAttribute[]): Fields {
  const traceId = textOf(span['traceID']);
  const references = listOf(span['references']).map(fieldsOf);
  const parent = references.find(
    (each) => textOf(each['traceID']) === traceId && textOf(each['refType']) === 'CHILD_OF',
  );
  const parentSpanId = parent ? textOf(parent['spanID']) : textOf(span['parentSpanID']);
  const start = micros(span['startTime']);
  const failed = tags.some(
    ({ key, value }) => key === 'error' && (value['boolValue'] === true || value['stringValue'] === 'true'),
  );
  const code = STATUS_CODES[tagText(tags, 'otel.status_code').toUpperCase()] ?? (failed ? 2 : 0);
  return {
    traceId,
    spanId: textOf(span['spanID']),
    ...(/[1-9a-f]/i.test(parentSpanId) && { parentSpanId }),
    traceState: tagText(tags, 'w3c.tracestate'),
    name: textOf(span['operationName']),
    kind: KINDS[tagText(tags, 'span.kind').toLowerCase()] ?? 1,
    startTimeUnixNano: start.toString(),
    endTimeUnixNano: (start + micros(span['duration'])).toString(),
    attributes: tags.filter(({ key }) => !CONSUMED.has(key)),
    status: { code, message: tagText(tags, 'otel.status_description') },
    events: listOf(span['logs']).map((log) => eventOf(fieldsOf(log))),
    links: references
      .filter((each) => each !== parent)
      .map((each) => ({ traceId: textOf(each['traceID']), spanId: textOf(each['spanID']) })),
  };
}

function eventOf({ timestamp, fields }: Fields): Fields {
  const attributes = attributesOf(fields);
  const name = tagText(attributes, 'event') || tagText(attributes, 'message');
  return {
    timeUnixNano: micros(timestamp).toString(),
    name: name === '' ? 'log' : name,
    attributes: attributes.filter(({ key }) => key !== 'event'),
  };
}

function attributesOf(tags: unknown): OtlpAttribute[] {
  return listOf(tags).map((tag) => {
    const { key, type, value } = fieldsOf(tag);
    return { key: textOf(key), value: valueOf(textOf(type), value) };
  });
}

function valueOf(type: string, value: unknown): Fields {
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return type === 'int64' ? { intValue: Math.trunc(value) } : { doubleValue: value };
  const text = textOf(value);
  if (type === 'int64' && /^-?\d{1,19}$/.test(text)) return { intValue: text };
  if (type === 'bool' && /^(?:true|false)$/.test(text)) return { boolValue: text === 'true' };
  if (type === 'binary' && /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0) return { bytesValue: text };
  return { stringValue: text };
}

function tagText(tags: readonly OtlpAttribute[], key: string): string {
  return textOf(tags.find((tag) => tag.key === key)?.value['stringValue']);
}

/** Microseconds as nanoseconds; 0 for what is no such number. */
function micros(value: unknown): bigint {
  const number = typeof value === 'number' ? value : Number(textOf(value));
  return Number.isFinite(number) && number > 0 ? BigInt(Math.round(number)) * 1000n : 0n;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}
