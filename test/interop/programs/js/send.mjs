// Sends a known set of spans and log records with the OpenTelemetry SDK and prints, as one line of JSON, what it sent.
// usage: node send.mjs <http|proto|grpc>   http is OTLP/JSON; where it goes is left to OTEL_EXPORTER_OTLP_*
import { sendShape } from './shape.mjs';

const transport = process.argv[2];
const { OTLPTraceExporter } = await import(`@opentelemetry/exporter-trace-otlp-${transport}`);
const { OTLPLogExporter } = await import(`@opentelemetry/exporter-logs-otlp-${transport}`);
console.log(JSON.stringify(await sendShape(new OTLPTraceExporter(), new OTLPLogExporter())));
