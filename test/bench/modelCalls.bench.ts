// What it costs to read 10,000 spans as model calls, each of another dialect than the one before, against JSON.parse and
// JSON.stringify of the same attributes: a reader cannot do with less. And what a key costs that is seen first.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isModelKey } from '../../src/core/inference/modelKeys.ts';
import { readModelCall } from '../../src/core/inference/readModelCall.ts';
import type { SpanId, TraceId } from '../../src/core/model/ids.ts';
import type { LogDetails, SpanDetails } from '../../src/core/model/span.ts';
import { transcodeJson } from '../../src/core/otlp/jsonTranscoder.ts';
import { TraceStore } from '../../src/core/store/traceStore.ts';
import { FIXTURES, fixtureNames } from '../unit/core/inference/fixtureCalls.ts';

const CALLS = 10_000;
const ROUNDS = 5;
/** Times JSON.parse and JSON.stringify of the same. */
const BUDGET = 6;
const KEYS = 100_000;
const KEY_BUDGET_US = 5;

interface Sent {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly { readonly traceId: string; readonly spanId: string }[];
    }[];
  }[];
}

function readAll(): readonly { readonly details: SpanDetails; readonly logs: readonly LogDetails[] }[] {
  return fixtureNames().flatMap((name) => {
    const { traces, logs } = JSON.parse(readFileSync(path.join(FIXTURES, `${name}.json`), 'utf8')) as {
      traces: Sent;
      logs?: unknown;
    };
    const store = new TraceStore({ now: () => 1_763_697_600_000, maxBytes: 64 * 1024 * 1024 });
    const bytes = (request: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(request));
    store.ingestTraces(transcodeJson('traces', bytes(traces)));
    if (logs !== undefined) store.ingestLogs(transcodeJson('logs', bytes(logs)));
    return traces.resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) =>
        spans.flatMap(({ traceId, spanId }) => {
          const ref = { traceId: traceId as TraceId, spanId: spanId as SpanId };
          const details = store.details(ref);
          return details === undefined ? [] : [{ details, logs: store.logs(ref) }];
        }),
      ),
    );
  });
}

/** Thread CPU of the fastest round, in µs. */
function cpuOf(run: () => void): number {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.threadCpuUsage();
    run();
    const { user, system } = process.threadCpuUsage(before);
    best = Math.min(best, user + system);
  }
  return best;
}

const spans = readAll();
const texts = spans.map(({ details, logs }) => JSON.stringify({ ...details, logs }));
let kept = 0;
const reading = cpuOf(() => {
  for (let i = 0; i < CALLS; i++) {
    const { details, logs } = spans[i % spans.length]!;
    kept += readModelCall(details, logs, () => undefined)?.inputs.length ?? 0;
  }
});
const plain = cpuOf(() => {
  for (let i = 0; i < CALLS; i++) kept += JSON.stringify(JSON.parse(texts[i % texts.length]!)).length;
});
const ratio = reading / plain;
console.log(
  JSON.stringify({
    name: 'reading 10,000 model calls of all dialects against parsing and writing their spans as JSON',
    ratio,
    budget: `≤ ${BUDGET}×`,
    ok: ratio <= BUDGET,
    detail: `${(reading / CALLS).toFixed(0)} µs a call, ${spans.length} spans of ${texts.reduce((sum, { length }) => sum + length, 0)} characters, ${kept}`,
  }),
);
const keys = Array.from({ length: KEYS }, (_, i) => `app.component_${i}.some_attribute.name${i % 7}`);
const keyCpu = cpuOf(() => {
  for (const key of keys) kept += isModelKey(key) ? 1 : 0;
});
const each = keyCpu / KEYS;
console.log(
  JSON.stringify({
    name: 'telling whether a new attribute key is of a model call',
    value: Number(each.toFixed(2)),
    unit: 'µs',
    budget: `≤ ${KEY_BUDGET_US} µs`,
    ok: each <= KEY_BUDGET_US,
  }),
);
