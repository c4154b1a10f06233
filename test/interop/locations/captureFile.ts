import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LabelledSpan } from './labels.ts';

const CAPTURES = path.join(import.meta.dirname, 'captures');

/** OTLP/JSON, as far as captures have it. */
export interface Attribute {
  readonly key: string;
  readonly value: {
    readonly stringValue?: string;
    readonly intValue?: string | number;
    readonly doubleValue?: number;
    readonly boolValue?: boolean;
    readonly arrayValue?: { readonly values?: readonly Attribute['value'][] };
  };
}

export interface CapturedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind?: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly Attribute[];
  readonly events?: readonly {
    readonly timeUnixNano: string;
    readonly name: string;
    readonly attributes?: readonly Attribute[];
  }[];
  readonly status?: { readonly code?: number; readonly message?: string };
}

export interface CapturedLog {
  readonly timeUnixNano?: string;
  readonly observedTimeUnixNano?: string;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly body?: Attribute['value'];
  readonly attributes?: readonly Attribute[];
  readonly traceId?: string;
  readonly spanId?: string;
  readonly eventName?: string;
}

export interface Scope {
  readonly name?: string;
  readonly version?: string;
}

interface Resource {
  readonly attributes?: readonly Attribute[];
}

/** What the programs of a language sent, reduced to its distinct spans: one trace request and one of logs. */
export interface CaptureFile {
  readonly language: string;
  /** False where no SDK ran: written after what the sources of that SDK say it sends. */
  readonly captured: boolean;
  readonly traces: {
    readonly resourceSpans: readonly {
      readonly resource?: Resource;
      readonly scopeSpans: readonly { readonly scope?: Scope; readonly spans: readonly CapturedSpan[] }[];
    }[];
  };
  readonly logs: {
    readonly resourceLogs: readonly {
      readonly resource?: Resource;
      readonly scopeLogs: readonly { readonly scope?: Scope; readonly logRecords: readonly CapturedLog[] }[];
    }[];
  };
}

/** A span of a capture with what stands around it. */
export interface SpanInCapture extends LabelledSpan {
  readonly span: CapturedSpan;
  readonly scope: string;
  readonly resource: readonly Attribute[];
  readonly parent: SpanInCapture | undefined;
}

/** The captures there are, by language; `stamped`: of the programs run as a launch from Spanline runs them. */
export function readCaptureFiles(stamped = false): CaptureFile[] {
  const folder = folderOf(stamped);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as CaptureFile);
}

function folderOf(stamped: boolean): string {
  return stamped ? path.join(CAPTURES, 'stamped') : CAPTURES;
}

/** One line a span or log record, so that a new capture shows what changed. */
export function writeCaptureFile(capture: CaptureFile, stamped: boolean): void {
  const text = JSON.stringify(capture)
    .replaceAll('{"traceId"', '\n{"traceId"')
    .replaceAll('{"resource"', '\n{"resource"')
    .replaceAll('{"timeUnixNano":"0","obs', '\n{"timeUnixNano":"0","obs');
  mkdirSync(folderOf(stamped), { recursive: true });
  writeFileSync(path.join(folderOf(stamped), `${capture.language}.json`), `${text}\n`);
}

export function textOf(value: Attribute['value'] | undefined): string | undefined {
  const scalar = value?.stringValue ?? value?.intValue ?? value?.doubleValue ?? value?.boolValue;
  return scalar === undefined ? undefined : String(scalar);
}

export function attributeText(attributes: readonly Attribute[] | undefined, key: string): string | undefined {
  return textOf(attributes?.find((attribute) => attribute.key === key)?.value);
}

const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'];

/** Every span of a capture, in its order. */
export function spansOf({ language, traces }: Pick<CaptureFile, 'language' | 'traces'>): SpanInCapture[] {
  const byId = new Map<string, SpanInCapture>();
  for (const { resource, scopeSpans } of traces.resourceSpans) {
    const service = attributeText(resource?.attributes, 'service.name') ?? '';
    for (const { scope, spans } of scopeSpans) {
      for (const span of spans) byId.set(span.spanId, inCapture(language, service, span, scope, resource, byId));
    }
  }
  return [...byId.values()];
}

function inCapture(
  language: string,
  service: string,
  span: CapturedSpan,
  scope: Scope | undefined,
  resource: Resource | undefined,
  byId: ReadonlyMap<string, SpanInCapture>,
): SpanInCapture {
  const scopeName = scope?.name ?? '';
  return {
    language,
    service,
    name: span.name,
    span,
    scope: scopeName,
    resource: resource?.attributes ?? [],
    get parent() {
      return byId.get(span.parentSpanId ?? '');
    },
    value(key) {
      if (key === 'service') return service;
      if (key === 'kind') return KINDS[span.kind ?? 0];
      if (key === 'scope') return scopeName;
      if (key === 'parent') return this.parent?.name;
      if (key === 'parent.path') return this.parent?.value('http.target') ?? this.parent?.value('url.path');
      return attributeText(span.attributes, key);
    },
  };
}
