/**
 * Memory of a million spans of about 613 bytes: retained bytes a span with everything readable, hot and packed by either
 * codec, growth of the V8 heap, what packing and eviction cost, and what opening a packed span takes. And of an agent's
 * trace whose prompts grow: what is held of its unique text. Each store in a process of its own: garbage of the one must
 * not count for the other.
 */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { TraceStore } from '../../src/core/store/traceStore.ts';
import type { SpanId, TraceId } from '../../src/core/model/ids.ts';
import { deflateCodec, zlibCodec } from '../../src/engine/zlibCodec.ts';
import { tracesRequest } from '../support/otlpBytes.ts';
import { makeBatches, SPANS_PER_BATCH } from './httpBenchBatches.ts';

const SPANS = 1_000_000;
const HEAP_BUDGET_MB = 64;
const RETAINED = { zstd: 260, deflate: 290 } as const;
const DISTINCT_BODIES = 16;

if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
const [, , part] = process.argv;
if (part === undefined) {
  for (const name of ['zstd', 'deflate', 'agent']) await inProcess(name);
} else if (part === 'agent') agent();
else million(part as keyof typeof RETAINED);

function inProcess(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL(import.meta.url), [name], { execArgv: ['--expose-gc'] });
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${name} ended with ${String(code)}`))));
  });
}

function collected(): NodeJS.MemoryUsage {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage();
}

function million(name: keyof typeof RETAINED): void {
  const codec = name === 'zstd' ? zlibCodec() : deflateCodec();
  const bodies = makeBatches(DISTINCT_BODIES, false);
  const bodyBytes = bodies.reduce((sum, body) => sum + body.length, 0) / DISTINCT_BODIES / SPANS_PER_BATCH;
  // The codec's own buffers are there once, however many spans.
  codec.compress(new Uint8Array(2 ** 20));
  const before = collected();
  const store = new TraceStore({ now: () => 0, maxBytes: 2 ** 32, codec });
  let slowestMs = 0;
  let sent = 0;
  for (let batch = 0; sent < SPANS; batch++) {
    const body = Uint8Array.from(bodies[batch % DISTINCT_BODIES]!);
    renumber(body, batch);
    const started = performance.now();
    store.ingestTraces(body);
    slowestMs = Math.max(slowestMs, performance.now() - started);
    sent += SPANS_PER_BATCH;
  }
  if (store.spanCount !== sent) throw new Error(`${String(store.spanCount)} of ${String(sent)} spans held`);
  const hot = store.heldBytes / sent;
  let packMs = 0;
  let slowestStep = 0;
  for (;;) {
    const started = performance.now();
    const more = store.pack();
    const took = performance.now() - started;
    packMs += took;
    slowestStep = Math.max(slowestStep, took);
    if (!more) break;
  }
  const after = collected();
  const heapMb = (after.heapUsed - before.heapUsed) / 2 ** 20;
  const retained = (after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed) / sent;
  print(`retained bytes a span at 1M spans, ${name}`, retained, 'bytes', {
    budget: `≤ ${String(RETAINED[name])} bytes`,
    ok: retained <= RETAINED[name],
    detail: `${bodyBytes.toFixed(0)} bytes a span are the bodies; hot ${hot.toFixed(0)}, packed ${(store.heldBytes / sent).toFixed(0)} by the store's own count`,
  });
  print(`packing 1M spans, ${name}`, packMs, 'ms', { detail: `longest step ${slowestStep.toFixed(1)} ms` });
  openSpans(store, name);
  if (name !== 'zstd') return;
  print('V8 heap growth at 1M spans', heapMb, 'MB', {
    budget: `≤ ${String(HEAP_BUDGET_MB)} MB`,
    ok: heapMb <= HEAP_BUDGET_MB,
  });
  print('slowest batch on the way to 1M spans', slowestMs, 'ms', { detail: 'doubling an index, closing a segment' });
  const listing = best(() => store.list(200));
  print('list of the newest 200 traces', listing, 'ms', { detail: `of ${String(store.traceCount)}` });
  const held = store.spanCount;
  const started = performance.now();
  store.setMaxBytes(store.heldBytes - 60 * 2 ** 20);
  print('evicting the oldest segments', performance.now() - started, 'ms', {
    detail: `${String(held - store.spanCount)} spans`,
  });
}

/** Details of spans all over the store, as a click on each would ask. */
function openSpans(store: TraceStore, name: string): void {
  const traces = store.list(100_000);
  const times: number[] = [];
  for (let i = 0; i < 400; i++) {
    const { traceId } = traces[(i * 7919) % traces.length]!;
    const columns = store.columns(traceId)!;
    const at = i % columns.count;
    const spanId = hex(columns.idHi[at]!) + hex(columns.idLo[at]!);
    const started = performance.now();
    const details = store.details({ traceId, spanId: spanId as SpanId });
    times.push(performance.now() - started);
    if (details?.attributes.length !== 11) throw new Error('a packed span lost attributes');
  }
  times.sort((a, b) => a - b);
  print(`details of a packed span, ${name}, p95`, times[Math.floor(times.length * 0.95)]!, 'ms', {
    detail: `median ${times[times.length >> 1]!.toFixed(2)} ms`,
  });
}

/** Thirty steps of an agent, its conversation growing to 200 KB of real text, recorded three times by each step. */
function agent(): void {
  // The help articles of the example service, with the words of a chat around each piece.
  const text = readFileSync(new URL('../../examples/ticket-triage/data/documents.jsonl', import.meta.url), 'utf8');
  const turns = Array.from(
    { length: 30 },
    (_, turn) =>
      `{"role":"${turn % 2 === 0 ? 'user' : 'assistant'}","content":"${text.slice(turn * 6800, (turn + 1) * 6800)}"},`,
  );
  const unique = turns.join('').length;
  const keys = ['gen_ai.input.messages', 'llm.input_messages.0.message.content', 'input.value'];
  const traceId = 'ab'.repeat(16) as TraceId;
  const storeOf = (valueOf: (step: number) => string): TraceStore => {
    const store = new TraceStore({ now: () => 0, maxBytes: 2 ** 32, codec: zlibCodec() });
    for (let step = 1; step <= turns.length; step++) {
      const copies = keys.map((key, copy) => ({
        traceId,
        spanId: hex(step) + hex(copy + 1),
        name: key,
        startNs: BigInt(step),
        endNs: BigInt(step + 1),
        attributes: { [key]: valueOf(step) },
      }));
      store.ingestTraces(tracesRequest(copies));
    }
    return store;
  };
  const packed = (store: TraceStore): number => {
    // A segment is sealed by its size: a span of another trace that fills it, the same in both stores.
    store.setMaxBytes(2 ** 20);
    const filler = { traceId: 'cd'.repeat(16), spanId: hex(1) + hex(1), name: 'filler', startNs: 1n, endNs: 2n };
    store.ingestTraces(
      tracesRequest([
        { ...filler, attributes: { a: new Uint8Array(2 ** 19).map((_, i) => Math.imul(i, i * 7919) >>> 7) } },
      ]),
    );
    while (store.pack());
    return store.heldBytes;
  };
  // What is held beside the prompts: the same spans without them.
  const prompts = storeOf((step) => turns.slice(0, step).join(''));
  const bare = storeOf(() => '');
  const hot = (prompts.heldBytes - bare.heldBytes) / unique;
  const cold = (packed(prompts) - packed(bare)) / unique;
  const sent = turns.reduce((sum, turn, i) => sum + turn.length * (turns.length - i), 0) * keys.length;
  print("an agent's 30 growing prompts in three copies, hot, of their unique text", hot, '×', {
    budget: '≤ 2×',
    ok: hot <= 2,
    detail: `${String(unique)} characters unique, ${String(sent)} sent`,
  });
  print("an agent's 30 growing prompts in three copies, packed, of their unique text", cold, '×', {
    budget: '≤ 0.5×',
    ok: cold <= 0.5,
  });
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}

function best(run: () => unknown): number {
  let least = Infinity;
  for (let i = 0; i < 3; i++) {
    const from = performance.now();
    run();
    least = Math.min(least, performance.now() - from);
  }
  return least;
}

/** Gives every span of a body other ids by writing over all trace ids and span ids alike: parents stay parents. */
function renumber(body: Uint8Array, batch: number): void {
  const random = Uint32Array.of(Math.imul(batch + 1, 0x9e3779b1));
  const mask = new Uint8Array(random.buffer);
  // In this body ids are fields 1 (16 bytes), 2 and 4 (8 bytes) at the start of each span.
  for (let at = 0; at + 18 < body.length; at++) {
    if (body[at] !== 0x0a || body[at + 1] !== 16 || body[at + 18] !== 0x12 || body[at + 19] !== 8) continue;
    for (let i = 0; i < 4; i++) {
      body[at + 2 + i]! ^= mask[i]!;
      body[at + 20 + i]! ^= mask[i]!;
      if (body[at + 28] === 0x22 && body[at + 29] === 8) body[at + 30 + i]! ^= mask[i]!;
    }
  }
}

function print(name: string, value: number, unit: string, more: object): void {
  console.log(JSON.stringify({ name, value: Number(value.toFixed(2)), unit, ...more }));
}
