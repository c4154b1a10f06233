import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai';
import { startTelemetry } from '../../packages/telemetry/src/setup';

export const sdk = startTelemetry([new OpenAIInstrumentation()]);
