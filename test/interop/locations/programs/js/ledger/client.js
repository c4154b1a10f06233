'use strict';
const sdk = require('./telemetry');
const grpc = require('@grpc/grpc-js');
const { trace } = require('@opentelemetry/api');
const { Ledger } = require('./proto');

const tracer = trace.getTracer('ledger.client');
const client = new Ledger(process.env.LEDGER, grpc.credentials.createInsecure());

const bookEntry = (entry) =>
  new Promise((resolve) => {
    client.book(entry, (error, answer) => resolve(error ?? answer)); // span: grpc.shop.ledger.v1.Ledger/Book [kind=client]
  });

function readStatement(account) {
  return new Promise((resolve) => {
    const stream = client.statement({ account }); // span: grpc.shop.ledger.v1.Ledger/Statement [kind=client]
    stream.on('data', () => {});
    stream.on('end', resolve);
  });
}

async function closeDay() {
  await tracer.startActiveSpan('close day', async (span) => { // span: close day
    await bookEntry({ account: 'ann', cents: 1250 });
    await bookEntry({ account: 'ann', cents: 0 });
    await readStatement('ann');
    span.end();
  });
}

closeDay().then(() => sdk.shutdown()).then(() => client.close());
