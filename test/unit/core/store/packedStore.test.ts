import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as zlib from 'node:zlib';
import type { BlockCodec } from '../../../../src/core/store/blockCodec.ts';
import { TraceStore } from '../../../../src/core/store/traceStore.ts';
import { logsRequest, spanIdAt, TRACE_ID, tracesRequest } from '../../../support/otlpBytes.ts';
import type { AttributeInput, SpanInput } from '../../../support/otlpBytes.ts';
import { spanOn } from './storeFixture.ts';

const codec: BlockCodec = {
  compress: (bytes) => zlib.deflateRawSync(bytes),
  decompress: (packed) => zlib.inflateRawSync(packed),
};

function openStore(maxBytes = 2 ** 28): TraceStore {
  return new TraceStore({ now: () => 0, maxBytes, inlineBytes: Infinity, codec });
}

function packAll(store: TraceStore): number {
  let steps = 0;
  while (store.pack()) steps++;
  return steps;
}

/** Seals the open segment of a store: its limit decides how large one gets. */
function seal(store: TraceStore): void {
  store.setMaxBytes(2 ** 20);
  store.ingestTraces(tracesRequest([spanInput(0xffff, { filler: textOf(1, 300_000) })]));
  store.setMaxBytes(2 ** 28);
}

function spanInput(id: number, attributes: Readonly<Record<string, AttributeInput>>): SpanInput {
  return { traceId: TRACE_ID, spanId: spanIdAt(id), name: `span ${String(id)}`, startNs: 1n, endNs: 2n, attributes };
}

/** Text that no other seed gives. */
function textOf(seed: number, length: number): string {
  let word = Math.imul(seed + 1, 0x9e3779b1) | 1;
  let text = '';
  while (text.length < length) {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    text += `${(word >>> 0).toString(36)} `;
  }
  return text.slice(0, length);
}

/** Text of words, of which a language has a few thousand. */
function proseOf(seed: number, length: number): string {
  const numbers = textOf(seed, length * 2).split(' ');
  const words = numbers.map((digits) => WORDS[parseInt(digits.slice(-4) || '0', 36) % WORDS.length]!);
  return words.join(' ').slice(0, length).padEnd(length, '.');
}

const WORDS = textOf(7, 12_000).split(' ');

describe('a long value', () => {
  test('that comes again is kept once, in the same span and in others', () => {
    const prompt = textOf(1, 100_000);
    const once = openStore();
    once.ingestTraces(tracesRequest([spanInput(1, { a: prompt })]));
    const often = openStore();
    for (let id = 1; id <= 20; id++) often.ingestTraces(tracesRequest([spanInput(id, { a: prompt, b: [prompt] })]));
    assert.ok(
      often.heldBytes < once.heldBytes * 1.5,
      `${String(often.heldBytes)} bytes for 40 copies, ${String(once.heldBytes)} for one`,
    );
    for (const id of [1, 20]) {
      const values = often.details(spanOn(id))?.attributes;
      assert.deepEqual(values, [
        { key: 'a', value: { type: 'string', value: prompt } },
        { key: 'b', value: { type: 'array', values: [{ type: 'string', value: prompt }] } },
      ]);
    }
  });

  test('that grows with each step of an agent costs what is new of it', () => {
    const turns = Array.from({ length: 30 }, (_, turn) => proseOf(turn + 100, 6_700));
    const unique = turns.join('').length;
    const store = openStore();
    for (let step = 1; step <= 30; step++) {
      const prompt = turns.slice(0, step).join('');
      for (let copy = 0; copy < 3; copy++) {
        store.ingestTraces(tracesRequest([spanInput(step * 3 + copy, { 'gen_ai.input.messages': prompt })]));
      }
    }
    const base = openStore();
    base.ingestTraces(tracesRequest([spanInput(1, {})]));
    const hot = store.heldBytes - base.heldBytes;
    assert.ok(hot <= 2 * unique, `${String(hot)} bytes held of ${String(unique)} unique ones`);
    for (const one of [store, base]) {
      seal(one);
      packAll(one);
    }
    const cold = store.heldBytes - base.heldBytes;
    assert.ok(cold <= 0.5 * unique, `${String(cold)} bytes held of ${String(unique)} unique ones`);
    assert.deepEqual(store.details(spanOn(91))?.attributes[0]?.value, { type: 'string', value: turns.join('') });
  });

  test('is found again when the same span is sent once more: nothing changes', () => {
    const store = openStore();
    const body = (): Uint8Array => tracesRequest([spanInput(1, { a: textOf(2, 50_000) })]);
    store.ingestTraces(body());
    const held = store.heldBytes;
    store.takeChanges();
    store.ingestTraces(body());
    assert.equal(store.heldBytes, held);
    assert.deepEqual([...store.takeChanges().touched], []);
  });
});

test('a sealed segment is packed to a part of its size and reads as before', () => {
  const store = openStore();
  const ids = Array.from({ length: 3000 }, (_, i) => i + 1);
  for (const id of ids) {
    store.ingestTraces(
      tracesRequest([spanInput(id, { 'http.route': '/v1/items/{id}', number: id, text: textOf(id % 50, 200) })]),
    );
  }
  store.ingestLogs(logsRequest([{ traceId: TRACE_ID, spanId: spanIdAt(7), body: textOf(9, 9000), timeNs: 5n }]));
  seal(store);
  const before = ids.map((id) => store.details(spanOn(id)));
  const logs = store.logs(spanOn(7));
  const hot = store.heldBytes;
  assert.equal(store.hasUnpacked, true);
  assert.ok(packAll(store) > 2);
  assert.equal(store.hasUnpacked, false);
  assert.ok(store.heldBytes < hot * 0.6, `${String(store.heldBytes)} of ${String(hot)} bytes`);
  assert.deepEqual(
    ids.map((id) => store.details(spanOn(id))),
    before,
  );
  assert.deepEqual(store.logs(spanOn(7)), logs);
  assert.equal(logs.length, 1);
});

test('whatever comes, hot, shared, half packed or packed, a span reads as it was sent last', () => {
  const text = fc
    .tuple(fc.nat(5), fc.constantFrom(10, 4000, 4096, 9000, 40_000))
    .map(([seed, length]) => textOf(seed, length));
  const value: fc.Arbitrary<AttributeInput> = fc.oneof(
    text,
    fc.array(text, { maxLength: 3 }),
    fc.record({ x: text, y: text }).map((map) => ({ map })),
    fc.uint8Array({ minLength: 5000, maxLength: 5000 }),
    fc.integer(),
  );
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ id: fc.integer({ min: 1, max: 12 }), a: value, b: value, c: value }) },
    { weight: 2, arbitrary: fc.constant('pack' as const) },
    { weight: 1, arbitrary: fc.constant('seal' as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
      const store = openStore();
      const model = new TraceStore({ now: () => 0, maxBytes: 2 ** 28, inlineBytes: Infinity });
      const sent = new Map<number, Uint8Array>();
      for (const one of steps) {
        if (one === 'pack') store.pack();
        else if (one === 'seal') seal(store);
        else {
          const body = tracesRequest([
            {
              ...spanInput(one.id, { a: one.a, b: one.b }),
              events: [{ name: 'e', timeNs: 1n, attributes: { c: one.c } }],
            },
          ]);
          sent.set(one.id, body);
          store.ingestTraces(body.slice());
        }
      }
      for (const [id, body] of sent) {
        model.ingestTraces(body.slice());
        assert.deepEqual(store.details(spanOn(id)), model.details(spanOn(id)));
      }
    }),
    { numRuns: 60 },
  );
});
