import { SpanKind, SpanStatusCode, propagation, context, type Span, type SpanOptions } from '@opentelemetry/api';
import { logs, SeverityNumber, type AnyValueMap } from '@opentelemetry/api-logs';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  hostDetector,
  processDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

/**
 * Registers the OpenTelemetry SDK for this process with the exporter's defaults: OTLP over HTTP to localhost:4318, or
 * wherever the `OTEL_EXPORTER_OTLP_*` variables point.
 *
 * @returns a function that sends what is still buffered and stops the SDK
 */
export function startTelemetry(serviceName: string): () => Promise<void> {
  const resource = defaultResource()
    .merge(detectResources({ detectors: [envDetector, processDetector, hostDetector] }))
    .merge(resourceFromAttributes({ 'service.name': serviceName, 'service.version': '1.0.0' }));

  const tracerProvider = new NodeTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  tracerProvider.register();

  const loggerProvider = new LoggerProvider({
    resource,
    processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })],
  });
  logs.setGlobalLoggerProvider(loggerProvider);

  return async () => {
    await Promise.allSettled([tracerProvider.shutdown(), loggerProvider.shutdown()]);
  };
}

const recorded = new WeakSet<Error>();

/**
 * Runs `work`, then ends `span`. An error sets the status of every span it passes through; it is recorded as an
 * exception once, on the span it came from.
 */
export async function finish<T>(span: Span, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    if (!recorded.has(error)) {
      recorded.add(error);
      span.recordException(error);
    }
    span.setAttribute('error.type', error.name);
    span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
    throw error;
  } finally {
    span.end();
  }
}

/** Attributes that the HTTP semantic conventions want on a server span when it starts. */
export function serverSpan(method: string, route: string): SpanOptions {
  return {
    kind: SpanKind.SERVER,
    attributes: { 'http.request.method': method, 'http.route': route, 'url.path': route, 'url.scheme': 'http' },
  };
}

/** Request headers that carry the current span as W3C trace context. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}

/** Writes a log record that belongs to the current span. */
export function log(level: 'INFO' | 'WARN' | 'ERROR', message: string, attributes: AnyValueMap = {}): void {
  logs.getLogger('ticket-triage').emit({
    severityNumber: SeverityNumber[level],
    severityText: level,
    body: message,
    attributes,
    context: context.active(),
  });
}
