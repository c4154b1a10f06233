'use strict';
const { FastifyOtelInstrumentation } = require('@fastify/otel');
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { UndiciInstrumentation } = require('@opentelemetry/instrumentation-undici');
const { NodeSDK } = require('@opentelemetry/sdk-node');

new NodeSDK({
  traceExporter: new OTLPTraceExporter(),
  instrumentations: [
    new HttpInstrumentation(),
    new UndiciInstrumentation(),
    new FastifyOtelInstrumentation({ registerOnInitialization: true }),
  ],
}).start();
