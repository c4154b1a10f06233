import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkedPrices, formatMoney, pricedCost, priceOf } from '../../../../src/core/inference/callPrice.ts';

const TABLE = checkedPrices({
  'gpt-*': { input: 10, output: 30 },
  'gpt-4o*': { input: 2.5, output: 10, cachedInput: 1.25 },
  'gpt-4o-mini': { input: 0.15, output: 0.6 },
  'local/*-instruct': { input: 0, output: 0, currency: 'EUR' },
  claude: { output: 15 },
});

void test('a price is found by the whole name, else by the longest pattern, whatever the case', () => {
  assert.equal(priceOf('GPT-4o-Mini', TABLE)?.input, 0.15);
  assert.equal(priceOf('gpt-4o-2024-08-06', TABLE)?.input, 2.5);
  assert.equal(priceOf('gpt-3.5', TABLE)?.input, 10);
  assert.equal(priceOf('local/qwen-instruct', TABLE)?.currency, 'EUR');
  for (const other of ['', 'claude-3', 'my-gpt-4', 'local/qwen']) assert.equal(priceOf(other, TABLE), undefined, other);
  assert.equal(priceOf('a'.repeat(5000), checkedPrices({ [`${'*a'.repeat(60)}b`]: { input: 1 } })), undefined);
});

void test('a cost is the sum of its parts, cached input at its own price and inside the input', () => {
  const cost = pricedCost(
    'gpt-4o',
    { input: 1_000_000, output: 100_000, cachedInput: 400_000, reasoning: 50_000 },
    TABLE,
  );
  assert.deepEqual(cost?.parts, [
    { what: 'input', tokens: 600_000, perMillion: 2.5, amount: 1.5 },
    { what: 'cached input', tokens: 400_000, perMillion: 1.25, amount: 0.5 },
    { what: 'output', tokens: 100_000, perMillion: 10, amount: 1 },
  ]);
  assert.equal(cost.amount, 3);
});

void test('more cached input than input comes on top of it', () => {
  const cost = pricedCost('gpt-4o', { input: 1_000_000, cachedInput: 2_000_000 }, TABLE);
  assert.equal(cost?.amount, 2.5 + 2.5);
});

void test('without a price nothing is guessed', () => {
  assert.equal(pricedCost('unknown', { input: 1 }, TABLE), undefined);
  assert.equal(pricedCost('gpt-4o', { total: 100 }, TABLE), undefined);
  assert.equal(pricedCost('gpt-4o', { input: 1 }, []), undefined);
  assert.deepEqual(pricedCost('claude', { input: 10, output: 1_000_000 }, TABLE)?.unpriced, ['input']);
});

void test('what a settings file holds is checked price by price', () => {
  const table = checkedPrices({
    good: { input: 1 },
    '': { input: 1 },
    text: 'free',
    negative: { input: -1, output: 2 },
    none: {},
    odd: { input: 1, currency: 5 },
  });
  assert.deepEqual(table, [
    { model: 'good', currency: 'USD', input: 1 },
    { model: 'negative', currency: 'USD', output: 2 },
  ]);
  for (const raw of [null, [], 'x', 5, undefined]) assert.deepEqual(checkedPrices(raw), []);
});

void test('money keeps two digits that say something', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '$0.00'],
    [1234.5, '$1,234.50'],
    [0.5, '$0.50'],
    [0.0213, '$0.021'],
    [0.000123, '$0.00012'],
  ];
  for (const [amount, text] of cases) assert.equal(formatMoney(amount, 'USD'), text);
  assert.equal(formatMoney(2, 'EUR'), '2.00\u00a0EUR');
});
