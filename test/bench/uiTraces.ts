import { tracesRequest, type SpanInput } from '../support/otlpBytes.ts';

const SERVICES = ['gateway', 'features', 'retrieval', 'model', 'cache', 'queue'];
const NAMES = ['handle', 'get_features', 'search', 'predict', 'redis GET', 'publish', 'tokenize', 'embed'];
/** Spans of one service in a row, as an SDK batches them. */
const BATCH = 2000;
const STEP_NS = 20_000;
const DEEPEST = 14;

/** Numbers that look like chance and are the same in every run (xorshift32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const hex = (n: number, length: number): string => n.toString(16).padStart(length, '0');

/**
 * Export requests of one trace of `count` spans, a tree up to 14 deep whose children follow each other; every
 * thousandth span failed. `root` is its root's name, `number` (1..255) makes its ids.
 */
export function* traceBodies(root: string, count: number, number: number): Generator<Uint8Array<ArrayBuffer>> {
  const chance = dice(number * 7919);
  const traceId = hex(number, 32);
  const start = BigInt(Date.now() - 3_600_000) * 1_000_000n;
  const idOf = (index: number): string => hex(number, 2) + hex(index + 1, 14);
  const ancestors = [0];
  const spans: SpanInput[] = [
    { traceId, spanId: idOf(0), name: root, kind: 2, startNs: start, endNs: start + BigInt(count * STEP_NS) },
  ];
  for (let index = 1; index < count; index++) {
    const depth = 1 + Math.floor(chance() * Math.min(DEEPEST, ancestors.length));
    ancestors.length = depth;
    const begin = index * STEP_NS;
    // A span of a low depth is long: what comes after it may be its child.
    const length = Math.floor(STEP_NS * (0.5 + chance()) * 3 ** Math.max(0, 5 - depth));
    spans.push({
      traceId,
      spanId: idOf(index),
      parentSpanId: idOf(ancestors[depth - 1] ?? 0),
      name: NAMES[Math.floor(chance() * NAMES.length)] ?? '',
      kind: 1,
      startNs: start + BigInt(begin),
      endNs: start + BigInt(Math.min(count * STEP_NS, begin + length)),
      attributes: { 'http.route': `/v1/items/${index % 97}`, 'app.batch': index },
      ...(index % 1000 === 999 && { status: { code: 2, message: 'failed' } }),
    });
    ancestors.push(index);
    if (spans.length === BATCH) yield flush(spans);
  }
  if (spans.length > 0) yield flush(spans);
}

let flushed = 0;

function flush(spans: SpanInput[]): Uint8Array<ArrayBuffer> {
  return tracesRequest(spans.splice(0), { service: SERVICES[flushed++ % SERVICES.length] ?? '', scope: 'bench' });
}
