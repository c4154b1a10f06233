'use strict';
const { context, trace } = require('@opentelemetry/api');

const tracer = trace.getTracer('catalog');

exports.loadPrice = async function loadPrice(sku) {
  const span = tracer.startSpan('load price'); // span: load price
  const cached = await context.with(trace.setSpan(context.active(), span), () => readCache(sku));
  span.end();
  return cached;
};

async function readCache(sku) {
  return tracer.startActiveSpan('cache.read', async (span) => { // span: cache.read
    span.end();
    return sku.length;
  });
}
