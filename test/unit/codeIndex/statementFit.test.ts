import assert from 'node:assert/strict';
import { it } from 'node:test';
import { statementFit } from '../../../src/core/source/statementFit.ts';

it('takes the queries of Spring templates for calls that run their statement', () => {
  for (const callee of ['queryForList', 'queryForObject', 'queryForMap', 'queryForRowSet', 'queryForStream']) {
    assert.equal(statementFit('SELECT shop.orders', callee, '("SELECT id FROM orders")'), 3, callee);
    assert.equal(statementFit('INSERT shop.orders', callee, '("SELECT id FROM orders")'), 0, callee);
  }
});

it('goes by the statement that a call is given before the name of the call', () => {
  assert.equal(statementFit('INSERT', 'update', '("INSERT INTO orders (sku) VALUES (?)", sku)'), 3);
  assert.equal(statementFit('INSERT', 'update', '(sku)'), 0);
  assert.equal(statementFit('UPDATE', 'update', '({ sku })'), 2.5);
});
