'use strict';
const grpc = require('@grpc/grpc-js');
const { trace } = require('@opentelemetry/api');

const tracer = trace.getTracer('ledger');

function book(call, callback) { // span: grpc.shop.ledger.v1.Ledger/Book [kind=server]
  tracer.startActiveSpan('write entry', (span) => { // span: write entry
    const { account, cents } = call.request;
    try {
      check(cents);
      callback(null, { id: `${account}-1` });
    } catch (error) {
      span.recordException(error);
      callback({ code: grpc.status.INVALID_ARGUMENT, details: error.message });
    } finally {
      span.end();
    }
  });
}

function check(cents) {
  if (cents <= 0) throw new RangeError(`${cents} cents`);
}

exports.book = book;
