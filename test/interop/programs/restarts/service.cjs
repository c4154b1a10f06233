'use strict';
// Answers each request with the trace it belongs to: whoever asked knows which spans have ended.
const { trace } = require('@opentelemetry/api');
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http');
const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { NodeSDK } = require('@opentelemetry/sdk-node');

const VERSION = 0;

new NodeSDK({
  traceExporter: new OTLPTraceExporter(),
  instrumentations: [new HttpInstrumentation(), new ExpressInstrumentation()],
}).start();
const express = require('express');
const app = express();
const tracer = trace.getTracer('service');

app.get('/work', (request, response) => {
  tracer.startActiveSpan('work', (span) => {
    setTimeout(() => {
      span.end();
      response.json({ trace: span.spanContext().traceId, version: VERSION, pid: process.pid });
    }, 1);
  });
});

app.get('/hang', () => {
  tracer.startActiveSpan('model call', () => undefined);
});

// As many services do: they leave at once.
if (process.env.EXITS) process.on('SIGTERM', () => process.exit(0));

app.listen(Number(process.env.PORT), '127.0.0.1');
