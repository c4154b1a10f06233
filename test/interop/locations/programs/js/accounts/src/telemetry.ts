import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NestInstrumentation } from '@opentelemetry/instrumentation-nestjs-core';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { startTelemetry } from '../../packages/telemetry/src/setup';

startTelemetry([new HttpInstrumentation(), new NestInstrumentation(), new PgInstrumentation()]);
