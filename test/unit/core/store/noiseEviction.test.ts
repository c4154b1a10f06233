import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_NOISE_RULES, readNoiseRules } from '../../../../src/core/noise/noiseRule.ts';
import { SETTLE_MS } from '../../../../src/core/store/settleQueue.ts';
import { spanIdAt, tracesRequest } from '../../../support/otlpBytes.ts';
import type { TraceId } from '../../../../src/core/model/ids.ts';
import { storeFixture, type StoreFixture } from './storeFixture.ts';

const LIMIT = 2_000_000;

function traceIdOf(number: number): TraceId {
  return `b${number.toString(16).padStart(31, '0')}` as TraceId;
}

/** Text that no other number gives, so that nothing is kept once for all. */
function paddingOf(number: number): string {
  let word = number | 1;
  let text = '';
  while (text.length < 12000) {
    word = Math.imul(word ^ (word >>> 15), 0x2c1b3c6d) ^ (word << 7);
    text += (word >>> 0).toString(36);
  }
  return text;
}

/** Nine health checks to one order, settled as they come. */
function flood({ store, clock }: StoreFixture, count: number): void {
  for (let i = 1; i <= count; i++) {
    const path = i % 10 === 0 ? `/orders/${String(i)}` : '/healthz';
    const span = {
      traceId: traceIdOf(i),
      spanId: spanIdAt(1),
      name: 'GET',
      kind: 2,
      startNs: 1000n,
      endNs: 2000n,
    } as const;
    store.ingestTraces(tracesRequest([{ ...span, attributes: { 'url.path': path, padding: paddingOf(i) } }]));
    clock.ms += SETTLE_MS;
    store.settle();
  }
}

function orders(store: StoreFixture['store']): number {
  return store.list(10_000).filter(({ traceId }) => Number.parseInt(traceId.slice(16), 16) % 10 === 0).length;
}

test('noise is dropped first: more of what else came stays', () => {
  const plain = storeFixture({ maxBytes: LIMIT });
  flood(plain, 1200);
  const ruled = storeFixture({ maxBytes: LIMIT });
  ruled.store.setNoiseRules(readNoiseRules(DEFAULT_NOISE_RULES).rules);
  flood(ruled, 1200);
  assert.ok(ruled.store.heldBytes <= LIMIT);
  assert.ok(orders(plain.store) > 10 && orders(plain.store) < 60);
  assert.ok(
    orders(ruled.store) >= 1.4 * orders(plain.store),
    `${String(orders(ruled.store))} orders, ${String(orders(plain.store))} without rules`,
  );
});
