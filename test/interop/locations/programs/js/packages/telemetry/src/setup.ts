import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { NodeSDK } from '@opentelemetry/sdk-node';

/** Starts the SDK; spans go where OTEL_EXPORTER_OTLP_* says. */
export function startTelemetry(instrumentations: Instrumentation[]): NodeSDK {
  const sdk = new NodeSDK({ traceExporter: new OTLPTraceExporter(), instrumentations });
  sdk.start();
  return sdk;
}
