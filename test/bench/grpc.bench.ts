// CPU of one 512-span batch over gRPC, from socket to store, against @grpc/grpc-js with the same decoder and store.
import { compareServers } from './serverComparison.ts';

await compareServers([
  {
    name: 'gRPC receiver against @grpc/grpc-js with the same decoder',
    ours: 'receiver',
    plain: 'grpcJs',
    compressed: false,
    grpc: true,
    plainRepeat: 1,
    budget: 0.75,
    atLeast: false,
  },
  {
    name: 'gRPC receiver without a store against @grpc/grpc-js without one (how much is transport)',
    ours: 'receiverDiscard',
    plain: 'grpcJsDiscard',
    compressed: false,
    grpc: true,
    plainRepeat: 1,
    budget: undefined,
    atLeast: false,
  },
]);
