// Collects what a program records and prints it as OTLP/JSON.
import { trace } from '@opentelemetry/api';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { resourceFromAttributes } from '@opentelemetry/resources';

export const MODEL_URL = process.env.MODEL_URL ?? 'http://127.0.0.1:1';
export const SYSTEM = 'Answer in one sentence.';
export const QUESTION = 'What is the weather in Paris?';

const exporter = new InMemorySpanExporter();
const resource = resourceFromAttributes({ 'service.name': 'fixture', 'telemetry.sdk.language': 'nodejs' });
const provider = new NodeTracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor(exporter)] });
provider.register();

export const tracer = trace.getTracer('ai');

export function finish() {
  const traces = JSON.parse(
    new TextDecoder().decode(JsonTraceSerializer.serializeRequest(exporter.getFinishedSpans())),
  );
  console.log(JSON.stringify({ traces }));
}
