// OTLP/JSON from bytes to stored spans against bare JSON.parse of the same bytes (design budget), and the transcoding
// alone. Thread CPU, rounds interleaved, the median ratio counts.
import { transcodeJson } from '../../src/core/otlp/jsonTranscoder.ts';
import { TraceStore } from '../../src/core/store/traceStore.ts';

const ROUNDS = 7;
const SPANS = 512;
const ROUND_MICROS = 300_000;

/** A batch as exporters send it: 512 spans of an inference service with eight attributes each. */
function batch(attributesOf: (i: number) => Readonly<Record<string, unknown>>, pretty: boolean): Uint8Array {
  const spans = Array.from({ length: SPANS }, (_, i) => ({
    traceId: hex(i * 7 + 1, 32),
    spanId: hex(i + 1, 16),
    parentSpanId: hex(i, 16),
    name: 'GET /api/tickets',
    kind: 2,
    startTimeUnixNano: String(1_763_697_600_000_000_000n + BigInt(i) * 1_234_567n),
    endTimeUnixNano: String(1_763_697_600_100_000_000n + BigInt(i) * 1_234_567n),
    attributes: Object.entries(attributesOf(i)).map(([key, value]) => ({ key, value })),
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    status: { code: 0 },
    links: [],
    droppedLinksCount: 0,
    flags: 257,
  }));
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'triage' } }] };
  const request = { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'bench' }, spans }] }] };
  return new TextEncoder().encode(JSON.stringify(request, undefined, pretty ? 2 : 0));
}

function hex(seed: number, digits: number): string {
  let state = seed;
  let text = '';
  while (text.length < digits) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    text += state.toString(16).padStart(8, '0');
  }
  return text.slice(0, digits);
}

const typical = (i: number): Record<string, unknown> => ({
  'http.request.method': { stringValue: 'GET' },
  'url.path': { stringValue: `/api/tickets/${String(i)}` },
  'http.response.status_code': { intValue: 200 },
  'gen_ai.usage.input_tokens': { intValue: String(i) },
  'model.confidence': { doubleValue: 0.8312 + i / 1000 },
  'server.address': { stringValue: 'localhost' },
  'network.peer.port': { intValue: 52_342 },
  'gen_ai.input.messages': {
    stringValue: JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: `hello there ${String(i)}` }] }]),
  },
});
const prompts = (i: number): Record<string, unknown> => ({
  'gen_ai.request.model': { stringValue: 'gpt-4o-mini' },
  'gen_ai.input.messages': {
    stringValue: JSON.stringify([
      {
        role: 'user',
        parts: [{ type: 'text', content: `${String(i)}: ${'The parcel is late, “again”.\n'.repeat(100)}` }],
      },
    ]),
  },
});

const BATCHES = [
  { detail: 'spans with 8 attributes, as serializers write them', body: batch(typical, false), budget: 1.25 },
  { detail: 'spans with prompts of 3 KB', body: batch(prompts, false), budget: 1.25 },
  // No exporter indents; this is what people paste and post by hand. Shown, and held to no budget.
  { detail: 'indented, spans with 8 attributes', body: batch(typical, true), budget: undefined },
] as const;

function cpuMicros(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

/** CPU microseconds of one call. */
function measure(run: () => void): number {
  const start = cpuMicros();
  let calls = 0;
  let spent: number;
  do {
    for (let i = 0; i < 20; i++) run();
    calls += 20;
    spent = cpuMicros() - start;
  } while (spent < ROUND_MICROS);
  return spent / calls;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

let store = new TraceStore({ now: () => 0, maxBytes: 64 * 1024 * 1024 });

for (const { detail, body, budget } of BATCHES) {
  const text = Buffer.from(body);
  const contenders = {
    parse: () => void JSON.parse(text.toString()),
    transcode: () => void transcodeJson('traces', body),
    ingest: () => void store.ingestTraces(transcodeJson('traces', body)),
  };
  const ratios: { transcode: number[]; ingest: number[] } = { transcode: [], ingest: [] };
  for (let round = -1; round < ROUNDS; round++) {
    store = new TraceStore({ now: () => 0, maxBytes: 64 * 1024 * 1024 });
    const parse = measure(contenders.parse);
    const transcode = measure(contenders.transcode) / parse;
    const ingest = measure(contenders.ingest) / parse;
    if (round < 0) continue;
    ratios.transcode.push(transcode);
    ratios.ingest.push(ingest);
  }
  const ratio = Math.round(median(ratios.ingest) * 100) / 100;
  const alone = Math.round(median(ratios.transcode) * 100) / 100;
  console.log(
    JSON.stringify({
      name: 'OTLP/JSON to stored spans / JSON.parse',
      ratio,
      ...(budget === undefined ? {} : { budget: `\u2264 ${String(budget)}`, ok: ratio <= budget }),
      detail: `${detail}; ${String(body.length)} bytes; transcoding alone ${String(alone)}`,
    }),
  );
  if (budget !== undefined && ratio > budget) process.exitCode = 1;
}
