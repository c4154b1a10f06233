/**
 * Appending to the journal against a row with a blob in node:sqlite (WAL, synchronous normal: as durable as the journal, a
 * process that is killed loses nothing), and reading a million spans back into an empty store, from raw and from compressed files.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { TraceStore } from '../../src/core/store/traceStore.ts';
import { Journal, type JournalDeps } from '../../src/engine/journal/journal.ts';
import type { HistorySink } from '../../src/engine/journal/replay.ts';
import { zlibCodec } from '../../src/engine/zlibCodec.ts';
import { makeBatches, SPANS_PER_BATCH } from './httpBenchBatches.ts';

const ROUNDS = 7;
const APPENDS = 300;
const APPEND_BUDGET = 6;
const SPANS = 1_000_000;
const REOPEN_BUDGET_MS = 5000;
const GIB = 2 ** 30;

const dir = mkdtempSync(path.join(tmpdir(), 'spanline-bench-'));
const body = Uint8Array.from(makeBatches(1, false)[0] ?? []);
const deps: JournalDeps = {
  timers: {
    set: (callback, ms) => setTimeout(callback, ms),
    clear: (handle) => clearTimeout(handle as NodeJS.Timeout),
  },
  now: Date.now,
  elapsed: () => performance.now(),
  limits: { keepDays: 7, maxBytes: 4 * GIB },
  log: () => undefined,
};

try {
  await compareAppends();
  await reopen();
} finally {
  rmSync(dir, { recursive: true, force: true });
}

async function compareAppends(): Promise<void> {
  const journal = await Journal.open(path.join(dir, 'append'), deps);
  const database = new DatabaseSync(path.join(dir, 'rows.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  database.exec('CREATE TABLE requests (id INTEGER PRIMARY KEY, signal INTEGER, arrived REAL, body BLOB)');
  const insert = database.prepare('INSERT INTO requests (signal, arrived, body) VALUES (?, ?, ?)');
  const ratios: number[] = [];
  const cpuRatios: number[] = [];
  let ours = 0;
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    const appended = timed(() => journal.append('traces', body));
    const inserted = timed(() => insert.run(1, Date.now(), body));
    database.exec('DELETE FROM requests');
    if (round === 0) continue;
    ratios.push(inserted.ms / appended.ms);
    cpuRatios.push(inserted.cpu / appended.cpu);
    ours = appended.cpu;
  }
  database.close();
  await journal.deleteAll();
  await journal.dispose();
  const ratio = median(ratios);
  print({
    name: 'journal append, raw with CRC, against a row with a blob in node:sqlite',
    ratio,
    budget: `≥ ${APPEND_BUDGET}×`,
    ok: ratio >= APPEND_BUDGET,
    detail: `${((1000 * ours) / APPENDS).toFixed(0)} µs of CPU for ${body.length} bytes, rounds ${ratios.map((each) => each.toFixed(1)).join(' ')}; in CPU ${median(cpuRatios).toFixed(1)}×`,
  });
}

/** CPU milliseconds of this thread, system calls included; on a busy machine they say more than the time does. */
function cpuMs(since?: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(since);
  return (user + system) / 1000;
}

/** Milliseconds that exporters wait in {@link APPENDS} calls, each with its own commit where there is such a thing. */
function timed(append: () => unknown): { readonly ms: number; readonly cpu: number } {
  const startedCpu = process.threadCpuUsage();
  const started = performance.now();
  for (let i = 0; i < APPENDS; i++) append();
  return { ms: performance.now() - started, cpu: cpuMs(startedCpu) };
}

async function reopen(): Promise<void> {
  const folder = path.join(dir, 'reopen');
  const journal = await Journal.open(folder, deps);
  for (let batch = 0; batch * SPANS_PER_BATCH < SPANS; batch++) {
    const next = Uint8Array.from(body);
    renumber(next, batch);
    journal.append('traces', next);
  }
  await journal.dispose();
  await readBack(folder, 'raw');
  // Reading back compressed the files behind it.
  await readBack(folder, 'compressed');
}

async function readBack(folder: string, form: string): Promise<void> {
  const store = new TraceStore({ now: Date.now, maxBytes: 4 * GIB, codec: zlibCodec() });
  let loadedMs = 0;
  let longestMs = 0;
  let opened = 0;
  const started = performance.now();
  const startedCpu = process.threadCpuUsage();
  let loadedCpuMs = 0;
  const journal = await Journal.open(folder, deps);
  opened = performance.now() - started;
  const sink: HistorySink = {
    beginHistory: () => store.beginHistory(),
    ingestHistory: (...record) => {
      const from = performance.now();
      const outcome = store.ingestHistory(...record);
      longestMs = Math.max(longestMs, performance.now() - from);
      return outcome;
    },
    endHistory: () => store.endHistory(),
  };
  journal.onChange = () => {
    if (loadedMs !== 0 || journal.status.state !== 'ready') return;
    loadedMs = performance.now() - started;
    loadedCpuMs = cpuMs(startedCpu);
  };
  const { diskBytes } = journal.status;
  await journal.replay(sink);
  await journal.dispose();
  if (store.spanCount < SPANS) throw new Error(`${store.spanCount} of ${SPANS} spans came back`);
  print({
    name: `reopen ${SPANS / 1e6}M spans, ${form} files`,
    value: Math.round(loadedMs),
    unit: 'ms',
    budget: `≤ ${REOPEN_BUDGET_MS} ms`,
    ok: loadedMs <= REOPEN_BUDGET_MS,
    detail: `${loadedCpuMs.toFixed(0)} ms of CPU; ${(diskBytes / 2 ** 20).toFixed(0)} MiB on disk; ports could open after ${opened.toFixed(0)} ms; longest request ${longestMs.toFixed(1)} ms`,
  });
}

/** Gives every span of the body other ids; trace, span and parent ids alike, so that parents stay parents. */
function renumber(bytes: Uint8Array, batch: number): void {
  const mask = new Uint8Array(new Uint32Array([Math.imul(batch + 1, 0x9e3779b1)]).buffer);
  for (let at = 0; at + 18 < bytes.length; at++) {
    if (bytes[at] !== 0x0a || bytes[at + 1] !== 16 || bytes[at + 18] !== 0x12 || bytes[at + 19] !== 8) continue;
    for (let i = 0; i < 4; i++) {
      bytes[at + 2 + i]! ^= mask[i]!;
      bytes[at + 20 + i]! ^= mask[i]!;
      if (bytes[at + 28] === 0x22 && bytes[at + 29] === 8) bytes[at + 30 + i]! ^= mask[i]!;
    }
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function print(figure: object): void {
  console.log(JSON.stringify(figure));
}
