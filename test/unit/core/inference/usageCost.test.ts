import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkedPrices } from '../../../../src/core/inference/callPrice.ts';
import { costText, usageCost } from '../../../../src/core/inference/usageCost.ts';

const BIG = { model: 'big', calls: 2, input: 1e6, output: 0, cachedInput: 0, cacheWrite: 0, cost: 3, costCalls: 2 };
const OTHER = { ...BIG, model: 'other', cost: 0, costCalls: 0 };

void test('a trace costs what prices say, else what senders say; what nobody says makes it a least', () => {
  const text = (models: readonly (typeof BIG)[], prices: unknown): string => {
    const cost = usageCost(models, checkedPrices(prices));
    return cost === undefined ? '' : costText(cost).replaceAll('\u00a0', ' ');
  };
  assert.equal(text([BIG], {}), '$3.00');
  assert.equal(text([BIG], { big: { input: 2 } }), '$2.00', 'the price goes before what the sender says');
  assert.equal(text([BIG, OTHER], {}), '≥ $3.00');
  assert.equal(text([BIG, OTHER], { other: { input: 1, currency: 'EUR' } }), '$3.00 + 1.00 EUR');
  assert.equal(text([{ ...BIG, costCalls: 1 }], {}), '≥ $3.00', 'one of its calls says nothing');
  assert.equal(text([OTHER], {}), '');
});
