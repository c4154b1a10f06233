// What a library does: it uses the API, and leaves the SDK to the program.
const { trace } = require('@opentelemetry/api');

const tracer = trace.getTracer('library', '1.0');

exports.inner = (value) =>
  tracer.startActiveSpan('inner', (span) => {
    span.end();
    return value;
  });
