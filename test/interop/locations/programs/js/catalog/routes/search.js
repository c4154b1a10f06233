'use strict';
const { trace } = require('@opentelemetry/api');

module.exports = async (fastify) => {
  const tracer = trace.getTracer('catalog.search');

  fastify.get('/search', async (request) => { // span: GET /search // span: request // span: handler - *search.js*
    const query = request.query.q ?? '';
    return tracer.startActiveSpan(query.length > 3 ? 'search.full' : 'search.prefix', async (span) => { // span: search.full
      try {
        return await suggestions(query);
      } finally {
        span.end();
      }
    });
  });
};

const suggestions = async (query) => {
  const answer = await fetch(`${process.env.NOTIFY_URL}/words/${query}`); // span: GET [scope=@opentelemetry/instrumentation-undici]
  return answer.json();
};
