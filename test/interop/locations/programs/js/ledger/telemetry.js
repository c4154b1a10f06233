'use strict';
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http');
const { GrpcInstrumentation } = require('@opentelemetry/instrumentation-grpc');
const { NodeSDK } = require('@opentelemetry/sdk-node');

const sdk = new NodeSDK({ traceExporter: new OTLPTraceExporter(), instrumentations: [new GrpcInstrumentation()] });
sdk.start();
module.exports = sdk;
