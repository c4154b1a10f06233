'use strict';
require('./telemetry');
const grpc = require('@grpc/grpc-js');
const { Ledger } = require('./proto');
const { book } = require('./handlers/book');
const { statement } = require('./handlers/statement');

function main() {
  const server = new grpc.Server();
  server.addService(Ledger.service, { book, statement });
  server.bindAsync(`127.0.0.1:${process.env.PORT}`, grpc.ServerCredentials.createInsecure(), (error) => {
    if (error) throw error;
  });
}

main();
