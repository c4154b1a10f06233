import { trace } from '@opentelemetry/api';

export const lookUp = async (word) =>
  trace.getTracer('dictionary').startActiveSpan(`look up ${word}`, async (span) => { // span: look up green
    span.end();
    return [word];
  });
