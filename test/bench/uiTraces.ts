import { tracesRequest, type SpanInput } from '../support/otlpBytes.ts';

const SERVICES = ['gateway', 'features', 'retrieval', 'model', 'cache', 'queue'];
const NAMES = ['handle', 'get_features', 'search', 'predict', 'redis GET', 'publish', 'tokenize', 'embed'];
/** Spans of one service in a row, as an SDK batches them. */
const BATCH = 2000;
const STEP_NS = 20_000;
/** Few enough alike that none are put together into one row: every span has a row of its own. */
const CHILDREN = 12;
const DEEPEST = 6;

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

/** Spans of a whole subtree, its top at this depth included. */
function subtree(depth: number): number {
  let spans = 0;
  for (let level = DEEPEST; level >= depth; level--) spans = spans * CHILDREN + 1;
  return spans;
}

/**
 * Export requests of one trace of `count` spans in preorder, twelve children each, seven levels; every thousandth span
 * failed. `root` is its root's name, `number` (1..255) makes its ids.
 */
export function* traceBodies(root: string, count: number, number: number): Generator<Uint8Array<ArrayBuffer>> {
  const chance = dice(number * 7919);
  const traceId = hex(number, 32);
  const start = BigInt(Date.now() - 3_600_000) * 1_000_000n;
  const idOf = (index: number): string => hex(number, 2) + hex(index + 1, 14);
  const sizes = Array.from({ length: DEEPEST + 1 }, (_, depth) => subtree(depth));
  /** On the way down to the span at work: who, and how many children so far. */
  const path: { readonly index: number; children: number }[] = [];
  const spans: SpanInput[] = [];
  for (let index = 0; index < count; index++) {
    while (path.length > DEEPEST || (path.at(-1)?.children ?? 0) >= CHILDREN) path.pop();
    const parent = path.at(-1);
    if (parent) parent.children++;
    const spansBelow = sizes[path.length] ?? 1;
    const length = Math.floor(spansBelow * STEP_NS * (path.length === DEEPEST ? 0.3 + 0.7 * chance() : 1));
    spans.push({
      traceId,
      spanId: idOf(index),
      ...(parent && { parentSpanId: idOf(parent.index) }),
      name: parent ? (NAMES[Math.floor(chance() * NAMES.length)] ?? '') : root,
      kind: 1,
      startNs: start + BigInt(index * STEP_NS),
      endNs: start + BigInt(Math.min(count * STEP_NS, index * STEP_NS + length)),
      attributes: { 'http.route': `/v1/items/${index % 97}`, 'app.batch': index },
      ...(index % 1000 === 999 && { status: { code: 2, message: 'failed' } }),
    });
    path.push({ index, children: 0 });
    if (spans.length === BATCH) yield flush(spans);
  }
  if (spans.length > 0) yield flush(spans);
}

let flushed = 0;

function flush(spans: SpanInput[]): Uint8Array<ArrayBuffer> {
  return tracesRequest(spans.splice(0), { service: SERVICES[flushed++ % SERVICES.length] ?? '', scope: 'bench' });
}
