'use strict';
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const definition = loader.loadSync(path.join(__dirname, 'ledger.proto'), { keepCase: true });
exports.Ledger = grpc.loadPackageDefinition(definition).shop.ledger.v1.Ledger;
