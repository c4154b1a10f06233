// What redaction with its presets costs, as CPU of the receiver from socket to store (design budget: at most twice as much).
import { compareServers } from './serverComparison.ts';

await compareServers([
  {
    name: 'ingest with the redaction presets on against without',
    ours: 'receiverRedact',
    plain: 'receiver',
    compressed: false,
    plainRepeat: 1,
    budget: 2,
    atLeast: false,
  },
]);
