// The engine's worker, which tells on the broadcast channel GC_CHANNEL what its thread spent on garbage since it was asked
// last: { gcMs, cpuMs }.
import process from 'node:process';
import { GCProfiler } from 'node:v8';
import { BroadcastChannel } from 'node:worker_threads';
import '../../src/engine/engineWorker.ts';

const channel = new BroadcastChannel('gc of the engine');
let profiler = new GCProfiler();
profiler.start();
let cpu = process.threadCpuUsage();
channel.onmessage = ({ data }: { data: unknown }) => {
  if (data !== 'ask') return;
  // Microseconds each.
  const gc = profiler.stop().statistics.reduce((sum, { cost }) => sum + cost, 0);
  const spent = process.threadCpuUsage(cpu);
  channel.postMessage({ gcMs: gc / 1000, cpuMs: (spent.user + spent.system) / 1000 });
  cpu = process.threadCpuUsage();
  profiler = new GCProfiler();
  profiler.start();
};
