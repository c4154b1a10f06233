/**
 * Checked decoding of OTLP protobuf into the store's columns, indexes included, against protobufjs making objects of the
 * same bytes. protobufjs decodes with the code it generates from the reflected schema, which is what its static modules
 * contain too. Each side runs in a process of its own, warmed up, A B A B; judged by the median ratio of spans per second
 * of thread CPU.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { TraceStore } from '../../src/core/store/traceStore.ts';
import { otlpType } from '../support/otlpProto.ts';
import { makeBatches, SPANS_PER_BATCH } from './httpBenchBatches.ts';

const BUDGET = 7;
const ROUNDS = 7;
const BATCHES = 128;
const WARM_UP_MS = 800;
const MEASURE_MS = 1000;

if (process.argv[2] === undefined) compare();
else console.log(JSON.stringify(measure(process.argv[2])));

function compare(): void {
  const ratios: number[] = [];
  const rates: Record<string, number[]> = { store: [], protobufjs: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const store = runSide('store');
    const plain = runSide('protobufjs');
    rates['store']?.push(store);
    rates['protobufjs']?.push(plain);
    ratios.push(store / plain);
  }
  const ratio = median(ratios);
  const detail =
    `store ${thousands(median(rates['store'] ?? []))} spans/s of CPU, protobufjs (generated decode, Long) ` +
    `${thousands(median(rates['protobufjs'] ?? []))}; rounds ${ratios.map((one) => one.toFixed(1)).join(' ')}`;
  console.log(
    JSON.stringify({
      name: 'decode and store protobuf vs protobufjs',
      ratio,
      budget: `≥ ${String(BUDGET)}×`,
      ok: ratio >= BUDGET,
      detail,
    }),
  );
  process.exitCode = ratio >= BUDGET ? 0 : 1;
}

function runSide(side: string): number {
  const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), side], { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(child.stderr);
  return (JSON.parse(child.stdout) as { spansPerSecond: number }).spansPerSecond;
}

/** Spans per second of this thread's CPU. */
function measure(side: string): { spansPerSecond: number } {
  const batches = makeBatches(BATCHES, false);
  const pass = side === 'store' ? (): void => storeAll(batches) : (): void => decodeAll(batches);
  for (const until = performance.now() + WARM_UP_MS; performance.now() < until;) pass();
  const before = process.threadCpuUsage();
  let spans = 0;
  let used = 0;
  while (used < MEASURE_MS * 1000) {
    pass();
    spans += BATCHES * SPANS_PER_BATCH;
    const usage = process.threadCpuUsage(before);
    used = usage.user + usage.system;
  }
  return { spansPerSecond: spans / (used / 1e6) };
}

function storeAll(batches: readonly Uint8Array[]): void {
  const store = new TraceStore({ now: () => 0, maxBytes: 2 ** 30 });
  for (const batch of batches) store.ingestTraces(batch);
  if (store.spanCount !== BATCHES * SPANS_PER_BATCH) throw new Error(`${String(store.spanCount)} spans stored`);
}

function decodeAll(batches: readonly Uint8Array[]): void {
  const type = otlpType('ExportTraceServiceRequest');
  for (const batch of batches) {
    const { resourceSpans } = type.decode(batch) as unknown as { resourceSpans: readonly unknown[] };
    if (resourceSpans.length !== 1) throw new Error('not decoded');
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function thousands(value: number): string {
  return `${(value / 1000).toFixed(0)}k`;
}
