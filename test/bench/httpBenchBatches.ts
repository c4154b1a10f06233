import { gzipSync } from 'node:zlib';
import { encodeOtlp } from '../support/otlpProto.ts';

export const SPANS_PER_BATCH = 512;

/**
 * Distinct trace exports of 512 spans of about 630 bytes each, as an instrumented inference service sends them:
 * traces of 16 spans, eleven attributes, mostly of few values, some (ids, urls, prompts) new in each span.
 */
export function makeBatches(count: number, compressed: boolean): Uint8Array<ArrayBuffer>[] {
  const random = makeRandom(7);
  const batches: Uint8Array<ArrayBuffer>[] = [];
  for (let i = 0; i < count; i++) {
    const batch = makeBatch(random, i);
    batches.push(compressed ? gzipSync(batch) : Uint8Array.from(batch));
  }
  return batches;
}

function makeBatch(random: () => number, batchNumber: number): Uint8Array {
  const start = BigInt(Date.now()) * 1_000_000n;
  const spans: object[] = [];
  let traceId: Buffer = Buffer.alloc(16);
  let parents: Buffer[] = [];
  for (let i = 0; i < SPANS_PER_BATCH; i++) {
    if (i % 16 === 0) {
      traceId = randomBytes(random, 16);
      parents = [];
    }
    const spanId = randomBytes(random, 8);
    const parent = parents[Math.floor(random() * parents.length)];
    parents.push(spanId);
    const startNs = start + BigInt(batchNumber * 1_000_000 + i * 1000);
    const attributes = {
      'http.request.method': 'POST',
      'http.route': `/v1/items/{id}/${i % 7}`,
      'url.full': `http://shop.internal:8080/v1/items/${Math.floor(random() * 1e9)}?session=${randomBytes(random, 8).toString('hex')}`,
      'http.response.status_code': random() < 0.02 ? 500 : 200,
      'server.address': 'shop.internal',
      'server.port': 8080,
      'network.peer.address': `10.0.0.${i % 20}`,
      'gen_ai.request.model': `model-${i % 3}`,
      'gen_ai.usage.input_tokens': Math.floor(random() * 4000),
      'app.prompt': `Summarise ticket ${Math.floor(random() * 1e6)} for the ${['billing', 'shipping', 'returns'][i % 3] ?? ''} team in two sentences, name the product and the next step, and say who has to act on it until tomorrow.`,
      'thread.name': `worker-${i % 8}`,
    };
    spans.push({
      traceId,
      spanId,
      ...(parent !== undefined && { parentSpanId: parent }),
      name: ['POST /v1/items/{id}', 'retrieve documents', 'chat model-1', 'SELECT items'][i % 4],
      kind: 1 + (i % 3),
      startTimeUnixNano: String(startNs),
      endTimeUnixNano: String(startNs + BigInt(Math.floor(random() * 1e8))),
      attributes: Object.entries(attributes).map(([key, value]) => ({
        key,
        value: typeof value === 'string' ? { stringValue: value } : { intValue: value },
      })),
    });
  }
  const resource = {
    attributes: [
      { key: 'service.name', value: { stringValue: `shop-${batchNumber % 4}` } },
      { key: 'telemetry.sdk.language', value: { stringValue: 'nodejs' } },
    ],
  };
  return encodeOtlp('ExportTraceServiceRequest', {
    resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'shop', version: '1.0.0' }, spans }] }],
  });
}

function randomBytes(random: () => number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++) bytes[i] = Math.floor(random() * 256);
  return bytes;
}

/** mulberry32: the same batches in every run. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
