'use strict';

exports.statement = (call) => { // span: grpc.shop.ledger.v1.Ledger/Statement [kind=server]
  call.write({ id: 'ann-1' });
  call.end();
};
