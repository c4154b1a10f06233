// How long a query waits while exporters flood the engine: requests to the engine's worker over its port, while another
// process sends batches of 512 spans over many connections as fast as it is answered. The median round counts. And what of
// the engine's thread goes to collecting garbage meanwhile (design budget ≤ 5 %).
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { BroadcastChannel, Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import { Channel, type Timers } from '../../src/protocol/channel.ts';
import type { EngineEvents, EngineMethods } from '../../src/protocol/engineApi.ts';
import { portTransport } from '../../src/protocol/portTransport.ts';
import type { RunCommand } from './httpBenchLoad.ts';

const BATCHES = 200;
const CONNECTIONS = 64;
const ROUNDS = 5;
const MEASURE_MS = 2500;
const P99_BUDGET_MS = 50;
const GC_BUDGET = 5;

const root = path.resolve(import.meta.dirname, '../..');
const bundles = path.join(root, 'out/bench');
const bundle = { bundle: true, platform: 'node', target: 'node22', logLevel: 'warning' } as const;
buildSync({
  ...bundle,
  entryPoints: [path.join(import.meta.dirname, 'httpBenchLoad.ts')],
  format: 'esm',
  external: ['protobufjs'],
  outfile: path.join(bundles, 'httpBenchLoad.mjs'),
});
buildSync({
  ...bundle,
  entryPoints: [path.join(import.meta.dirname, 'profiledEngineWorker.ts')],
  format: 'cjs',
  outfile: path.join(bundles, 'engineWorker.cjs'),
});

const timers: Timers = {
  set: (callback, ms) => setTimeout(callback, ms),
  clear: (handle) => clearTimeout(handle as NodeJS.Timeout),
};
const worker = new Worker(path.join(bundles, 'engineWorker.cjs'));
const channel = new Channel<EngineMethods, object, EngineEvents, object>(
  portTransport(worker, () => void worker.terminate()),
  {},
  timers,
);
const load = fork(path.join(bundles, 'httpBenchLoad.mjs'), [String(BATCHES), String(CONNECTIONS)]);
await once(load, 'message');

const state = await channel.request('receiver/start', {
  httpPort: 0,
  grpcPort: 0,
  maxBodyBytes: 64 * 1024 * 1024,
  allowedHosts: [],
});
if (state.kind !== 'listening') throw new Error(JSON.stringify(state));

/** Milliseconds the engine's thread spent since it was asked last, and those of them on garbage. */
const gcChannel = new BroadcastChannel('gc of the engine');
async function garbage(): Promise<{ gcMs: number; cpuMs: number }> {
  const answer = once(gcChannel, 'message') as unknown as Promise<[{ data: { gcMs: number; cpuMs: number } }]>;
  gcChannel.postMessage('ask');
  const [{ data }] = await answer;
  return data;
}

let flooding = true;
let refused: string | undefined;
let done = 0;
async function flood(port: number): Promise<void> {
  while (flooding) {
    const answered = once(load, 'message');
    load.send({ port, compressed: false, repeat: 1 } satisfies RunCommand);
    const [{ failed }] = (await answered) as [{ failed?: string }];
    refused ??= failed;
    if (refused !== undefined) return;
    done++;
  }
}
const flooded = flood(state.httpPort);

/** Answers at once: what its requests take is what the machine does to any thread while it is this busy. */
const idle = new Worker(
  'const { parentPort: p } = require("worker_threads"); p.on("message", () => p.postMessage(0));',
  {
    eval: true,
  },
);
async function askIdle(): Promise<void> {
  idle.postMessage(0);
  await once(idle, 'message');
}

/** Milliseconds each of a row of requests took, sorted; one every 10 ms whatever the others do. */
async function measure(ask: () => Promise<unknown>): Promise<{ ours: number[]; idle: number[] }> {
  const took = { ours: [] as number[], idle: [] as number[] };
  const pending: Promise<void>[] = [];
  const timed = async (request: () => Promise<unknown>, into: number[]): Promise<void> => {
    const from = performance.now();
    await request();
    into.push(performance.now() - from);
  };
  const end = performance.now() + MEASURE_MS;
  while (performance.now() < end) {
    pending.push(timed(ask, took.ours), timed(askIdle, took.idle));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await Promise.all(pending);
  took.ours.sort((a, b) => a - b);
  took.idle.sort((a, b) => a - b);
  return took;
}

const at = (took: readonly number[], share: number): number =>
  took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? NaN;
const median = (values: readonly number[]): number =>
  at(
    values.toSorted((a, b) => a - b),
    0.5,
  );

const asks = {
  'engine/status': () => channel.request('engine/status', {}),
  'traces/list': () => channel.request('traces/list', { limit: 200 }),
};
type Method = keyof typeof asks;
const rounds: Record<Method, { p50: number; p99: number; idle: number }[]> = { 'engine/status': [], 'traces/list': [] };
const from = performance.now();
await measure(asks['engine/status']);
await garbage();
for (let round = 0; round < ROUNDS; round++) {
  for (const method of Object.keys(asks) as Method[]) {
    const { ours, idle: others } = await measure(asks[method]);
    rounds[method].push({ p50: at(ours, 0.5), p99: at(ours, 0.99), idle: at(others, 0.99) });
  }
}
const { gcMs, cpuMs } = await garbage();
const batches = (done * BATCHES) / ((performance.now() - from) / 1000);
for (const [method, of] of Object.entries(rounds)) {
  const p99 = median(of.map((round) => round.p99));
  console.log(
    JSON.stringify({
      name: `${method} under a flood over ${CONNECTIONS} connections, p99`,
      value: Number(p99.toFixed(1)),
      unit: 'ms',
      budget: `≤ ${P99_BUDGET_MS} ms`,
      ok: p99 <= P99_BUDGET_MS && refused === undefined,
      detail:
        `p50 ${median(of.map((round) => round.p50)).toFixed(1)} ms; p99 of rounds ` +
        `${of.map((round) => round.p99.toFixed(0)).join(' ')}, of an idle thread meanwhile ` +
        `${of.map((round) => round.idle.toFixed(0)).join(' ')}; ${Math.round(batches)} batches/s taken` +
        `${refused === undefined ? '' : `, refused: ${refused}`}, ${availableParallelism()} cores`,
    }),
  );
}
console.log(
  JSON.stringify({
    name: 'garbage collection, share of the engine’s thread while flooded',
    value: Number(((100 * gcMs) / cpuMs).toFixed(1)),
    unit: '%',
    budget: `≤ ${GC_BUDGET} %`,
    ok: gcMs / cpuMs <= GC_BUDGET / 100,
    detail: `${Math.round(gcMs)} of ${Math.round(cpuMs)} ms CPU`,
  }),
);
flooding = false;
await flooded;
load.disconnect();
channel.dispose();
await Promise.all([worker.terminate(), idle.terminate()]);
process.exit();
