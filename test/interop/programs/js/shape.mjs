// The known set of spans and log records, made with the OpenTelemetry SDK.
import { SeverityNumber, SpanKind, SpanStatusCode, context, logs, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

/** Makes the set, sends it with the two exporters and resolves with what the SDK itself says of the spans it sent. */
export async function sendShape(spanExporter, logExporter) {
  const resource = resourceFromAttributes({ 'service.name': 'interop-js', 'deployment.environment.name': 'interop' });
  const tracerProvider = new TracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor({ exporter: spanExporter })],
  });
  const loggerProvider = new LoggerProvider({
    resource,
    processors: [new BatchLogRecordProcessor({ exporter: logExporter })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(tracerProvider);
  logs.setGlobalLoggerProvider(loggerProvider);

  const tracer = trace.getTracer('interop.program', '1.2.3');
  const logger = logs.getLogger('interop.program', '1.2.3');

  const sent = {};
  /** Notes what the SDK itself says of a span that ended. */
  function note(key, span) {
    const nanos = ([seconds, rest]) => String(BigInt(seconds) * 1_000_000_000n + BigInt(rest));
    const { traceId, spanId } = span.spanContext();
    sent[key] = { traceId, spanId, start: nanos(span.startTime), end: nanos(span.endTime) };
  }

  tracer.startActiveSpan('interop.root', { kind: SpanKind.SERVER }, (root) => {
    root.setAttributes({
      'value.string': 'plain',
      'value.empty': '',
      'value.unicode': 'Grüße 👋 漢字 \u202e\u0007 <b>&amp;</b>',
      'value.int': -42,
      'value.bigInt': 2 ** 53 + 2,
      'value.double': 0.1,
      'value.bool': true,
      'value.strings': ['a', 'ü', ''],
      'value.ints': [1, 2, 3],
      'value.doubles': [1.5, -2.25],
      'value.bools': [true, false],
      'value.long': 'é漢👋a'.repeat(Number(process.env.INTEROP_LONG ?? 20_480)),
      'value.map': { name: 'kettle', tags: ['hot', 1], deep: { er: false } },
      'value.bytes': new Uint8Array([0, 255, 16]),
    });
    logger.emit({
      severityNumber: SeverityNumber.INFO,
      severityText: 'INFO',
      body: 'started',
      context: context.active(),
    });

    tracer.startActiveSpan('interop.failing', (failing) => {
      failing.addEvent('checkpoint', { step: 3, note: 'ü' });
      tracer.startActiveSpan('interop.inner', { kind: SpanKind.CLIENT }, (inner) => {
        logger.emit({
          severityNumber: SeverityNumber.WARN,
          severityText: 'WARN',
          body: 'inner is slow',
          attributes: { 'slow.ms': 12 },
          context: context.active(),
        });
        inner.setStatus({ code: SpanStatusCode.OK });
        inner.end();
        note('inner', inner);
      });
      failing.recordException(new TypeError('it failed'));
      failing.setStatus({ code: SpanStatusCode.ERROR, message: 'it failed' });
      failing.end();
      note('failing', failing);
    });

    root.end();
    note('root', root);
  });

  const links = [{ context: { ...sent.root, traceFlags: 1 }, attributes: { 'link.reason': 'follows' } }];
  const linked = tracer.startSpan('interop.linked', { kind: SpanKind.PRODUCER, links });
  linked.end();
  note('linked', linked);

  // Numbers that this SDK writes in ways a strict reader refuses: NaN as null in JSON, 1e20 as an integer of 67 bits.
  const odd = tracer.startSpan('interop.odd', { attributes: { 'odd.nan': NaN, 'odd.huge': 1e20, 'odd.null': null } });
  odd.end();
  note('odd', odd);

  const complain = (error) => console.error(`export failed: ${error.message}`);
  await tracerProvider.shutdown().catch(complain);
  await loggerProvider.shutdown().catch(complain);
  return sent;
}
