// CPU of one 512-span batch over HTTP, from socket to store, against plain servers that discard it (design budgets).
import { compareServers } from './serverComparison.ts';
import type { Comparison } from './serverComparison.ts';

const COMPARISONS: readonly Comparison[] = [
  {
    name: 'HTTP receiver, CPU per 512-span batch against discarding it',
    ours: 'receiver',
    plain: 'discard',
    compressed: false,
    plainRepeat: 4,
    budget: 6.5,
    atLeast: false,
  },
  {
    name: 'gzip receiver, CPU per 512-span batch against inflating and discarding it',
    ours: 'receiver',
    plain: 'gunzipDiscard',
    compressed: true,
    plainRepeat: 1,
    budget: 2.8,
    atLeast: false,
  },
  {
    name: 'HTTP receiver against the same receiver decoding with protobufjs',
    ours: 'receiver',
    plain: 'receiverProtobufjs',
    compressed: false,
    plainRepeat: 1,
    budget: 9,
    atLeast: true,
  },
  {
    name: 'HTTP receiver without a store against discarding (how much is transport)',
    ours: 'receiverDiscard',
    plain: 'discard',
    compressed: false,
    plainRepeat: 4,
    budget: undefined,
    atLeast: false,
  },
  {
    name: 'gzip receiver without a store against inflating and discarding (how much is transport)',
    ours: 'receiverDiscard',
    plain: 'gunzipDiscard',
    compressed: true,
    plainRepeat: 1,
    budget: undefined,
    atLeast: false,
  },
];

const wanted = process.argv[2] ?? '';
await compareServers(COMPARISONS.filter(({ name }) => name.includes(wanted)));
