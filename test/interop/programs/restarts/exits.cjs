'use strict';
// Ends spans and leaves, by exit, soon or error; prints their traces, of which each has one span.
const { writeSync } = require('node:fs');
const { trace } = require('@opentelemetry/api');
const { OTLPTraceExporter } = require(`@opentelemetry/exporter-trace-otlp-${process.argv[3] ?? 'http'}`);
const { BatchSpanProcessor, TracerProvider } = require('@opentelemetry/sdk-trace');

const processor = new BatchSpanProcessor({ exporter: new OTLPTraceExporter() });
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [processor] }));
const tracer = trace.getTracer('exits');
const traces = [];
for (let count = 0; count < 300; count++) {
  const span = tracer.startSpan('work');
  span.end();
  traces.push(span.spanContext().traceId);
}
writeSync(1, `${traces.join('\n')}\n`);
const how = process.argv[2];
if (how === 'exit') process.exit(0);
if (how === 'soon') setTimeout(() => process.exit(0), 1);
if (how === 'error')
  setImmediate(() => {
    throw new Error('as a program ends by an error');
  });
