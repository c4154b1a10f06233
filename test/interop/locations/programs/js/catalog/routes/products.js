'use strict';
const { trace } = require('@opentelemetry/api');
const { loadPrice } = require('../lib/prices');
const stock = require('../lib/stock');

const tracer = trace.getTracer('catalog');

module.exports = async function products(fastify) {
  fastify.get('/:sku/price', async (request) => { // span: GET /products/:sku/price // span: request [http.route=/products/:sku/price] // span: handler - *products.js* [http.route=/products/:sku/price]
    return { price: await loadPrice(request.params.sku) };
  });

  fastify.post('/:sku/stock', countStock);

  fastify.route({
    method: 'GET',
    url: '/:sku',
    handler: async function showProduct(request) { // span: GET /products/:sku // span: request [http.route=/products/:sku] // span: handler - showProduct
      return tracer.startActiveSpan('product.render', (span) => { // span: product.render
        span.end();
        return { sku: request.params.sku };
      });
    },
  });
};

async function countStock(request, reply) { // span: POST /products/:sku/stock // span: request [http.route=/products/:sku/stock] // span: handler - countStock
  try {
    return { stock: await stock.count(request.params.sku) };
  } catch {
    return reply.code(404).send({});
  }
}
