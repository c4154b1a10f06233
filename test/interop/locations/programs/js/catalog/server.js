'use strict';
require('./telemetry');
const fastify = require('fastify')();

fastify.addHook('onRequest', async function countRequest() { // span: onRequest - countRequest
});
fastify.register(require('./routes/products'), { prefix: '/products' });
fastify.register(require('./routes/search'));

fastify.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
