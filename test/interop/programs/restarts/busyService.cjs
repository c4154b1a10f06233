'use strict';
// Serves a request that takes about a millisecond of the processor; with OTEL set, instrumented as its documentation says.
if (process.env.OTEL) {
  const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-proto');
  const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express');
  const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
  const { NodeSDK } = require('@opentelemetry/sdk-node');
  new NodeSDK({
    traceExporter: new OTLPTraceExporter(),
    instrumentations: [new HttpInstrumentation(), new ExpressInstrumentation()],
  }).start();
}
const { createHash } = require('node:crypto');
const express = require('express');

const WORK = 250;
const BLOCK = Buffer.alloc(1024);
const app = express();

app.get('/work', (request, response) => {
  let total = 0;
  for (let i = 0; i < WORK; i++) total += createHash('sha256').update(BLOCK).digest()[0];
  response.json({ total });
});

app.get('/cpu', (request, response) => {
  const { user, system } = process.cpuUsage();
  response.json({ seconds: (user + system) / 1e6 });
});

app.listen(Number(process.env.PORT), '127.0.0.1');
