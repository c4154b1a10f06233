import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import type { RunCommand } from './httpBenchLoad.ts';
import type { ServerKind } from './httpBenchServer.ts';

const root = path.resolve(import.meta.dirname, '../..');
const bundles = path.join(root, 'out/bench');
const BATCHES = 400;
const ROUNDS = 7;

interface BenchServer {
  readonly child: ChildProcess;
  readonly port: number;
}

async function ask<T>(child: ChildProcess, message: RunCommand | 'measure' | 'reset'): Promise<T> {
  const [answer] = await Promise.all([reply<T>(child), new Promise((resolve) => child.send(message, resolve))]);
  return answer;
}

/** The child's next message; an error when it ends instead. */
async function reply<T>(child: ChildProcess): Promise<T> {
  const settled = new AbortController();
  const ended = once(child, 'exit', { signal: settled.signal }).then(() => {
    throw new Error('a process of the bench ended early');
  });
  try {
    const [answer] = (await Promise.race([once(child, 'message', { signal: settled.signal }), ended])) as [T];
    return answer;
  } finally {
    ended.catch(() => undefined);
    settled.abort();
  }
}

/** Bundled as the extension is: stripping types at run time keeps a compiler in the heap, which every collection marks. */
function bundle(): void {
  buildSync({
    entryPoints: ['httpBenchServer', 'httpBenchLoad'].map((name) => path.join(import.meta.dirname, `${name}.ts`)),
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    external: ['protobufjs', '@grpc/grpc-js'],
    outdir: bundles,
    outExtension: { '.js': '.mjs' },
    logLevel: 'warning',
  });
}

async function startServer(kind: ServerKind): Promise<BenchServer> {
  const child = fork(path.join(bundles, 'httpBenchServer.mjs'), [kind]);
  return { child, ...(await reply<{ port: number }>(child)) };
}

/** CPU microseconds of the server's thread per batch. */
async function cpuPerBatch(
  load: ChildProcess,
  { child, port }: BenchServer,
  how: Comparison,
  repeat: number,
): Promise<number> {
  await ask(child, 'reset');
  const sent = await ask<{ failed?: string }>(load, {
    port,
    compressed: how.compressed,
    grpc: how.grpc ?? false,
    repeat,
  });
  if (sent.failed !== undefined) throw new Error(sent.failed);
  const { micros } = await ask<{ micros: number }>(child, 'measure');
  return micros / (BATCHES * repeat);
}

/** Two servers that are sent the same batches. */
export interface Comparison {
  readonly name: string;
  readonly ours: ServerKind;
  readonly plain: ServerKind;
  readonly compressed: boolean;
  /** Over gRPC instead of HTTP/1.1. */
  readonly grpc?: boolean;
  /** The plain server is cheap: more requests for the same CPU time. */
  readonly plainRepeat: number;
  /** Of ours to the plain one; with `atLeast`, of the plain one to ours. */
  readonly budget: number | undefined;
  readonly atLeast: boolean;
}

async function compare(load: ChildProcess, bytesPerBatch: number, comparison: Comparison): Promise<void> {
  const { name, budget, atLeast, plainRepeat } = comparison;
  const [ours, plain] = await Promise.all([startServer(comparison.ours), startServer(comparison.plain)]);
  const oursRepeat = comparison.ours === 'receiverDiscard' ? plainRepeat : 1;
  const rounds: { readonly ratio: number; readonly ours: number; readonly plain: number }[] = [];
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    const oursCpu = await cpuPerBatch(load, ours, comparison, oursRepeat);
    const plainCpu = await cpuPerBatch(load, plain, comparison, plainRepeat);
    if (round > 0)
      rounds.push({ ratio: atLeast ? plainCpu / oursCpu : oursCpu / plainCpu, ours: oursCpu, plain: plainCpu });
  }
  ours.child.disconnect();
  plain.child.disconnect();
  rounds.sort((a, b) => a.ratio - b.ratio);
  const median = rounds[Math.floor(ROUNDS / 2)];
  if (median === undefined) return;
  const { ratio } = median;
  console.log(
    JSON.stringify({
      name,
      ratio: Number(ratio.toFixed(2)),
      ...(budget !== undefined && {
        budget: `${atLeast ? '≥' : '≤'} ${budget}×`,
        ok: atLeast ? ratio >= budget : ratio <= budget,
      }),
      detail:
        `${Math.round(median.ours)} µs against ${Math.round(median.plain)} µs, ` +
        `rounds ${rounds.map((round) => round.ratio.toFixed(2)).join(' ')}, ` +
        `${bytesPerBatch} bytes a batch, ${availableParallelism()} cores`,
    }),
  );
}

/**
 * Prints a figure for each comparison: CPU of a server's thread per 512-span batch, ours against the other. Servers and
 * sender are processes of their own; rounds are interleaved and the median ratio counts.
 */
export async function compareServers(comparisons: readonly Comparison[]): Promise<void> {
  bundle();
  const load = fork(path.join(bundles, 'httpBenchLoad.mjs'), [String(BATCHES)]);
  const { bytesPerBatch } = await reply<{ bytesPerBatch: number }>(load);
  for (const comparison of comparisons) await compare(load, bytesPerBatch, comparison);
  load.disconnect();
}
