'use strict';
const { SpanKind, SpanStatusCode, trace } = require('@opentelemetry/api');

const tracer = trace.getTracer('catalog');
const COUNT = 'stock.count';

function traced(name, work) {
  return tracer.startActiveSpan(name, { kind: SpanKind.INTERNAL }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      throw error;
    } finally {
      span.end();
    }
  });
}

exports.count = (sku) =>
  traced(COUNT, async () => { // span: stock.count
    if (sku === 'samovar') await missing(sku);
    return traced('shelf.look', () => 3); // span: shelf.look
  });

async function missing(sku) {
  throw new Error(`nothing on the shelf for ${sku}`);
}
