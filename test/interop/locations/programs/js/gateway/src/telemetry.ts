import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { startTelemetry } from '../../packages/telemetry/src/setup';

startTelemetry([new HttpInstrumentation(), new ExpressInstrumentation(), new UndiciInstrumentation()]);
