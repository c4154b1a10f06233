import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CodeTable } from '../../../src/codeIndex/codeTable.ts';
import { readFactsOf } from './readFacts.ts';

async function tableOf(files: Readonly<Record<string, string>>): Promise<CodeTable> {
  const table = new CodeTable();
  for (const [path, text] of Object.entries(files)) table.set(path, await readFactsOf(path, text));
  return table;
}

function found(table: CodeTable, symbol: string): string[] {
  return table
    .symbols(symbol)
    .map(
      ({ definition, whole }) =>
        `${definition.path}:${String(definition.line)} ${definition.kind}${whole ? '' : ' in part'}`,
    );
}

it('finds a definition by its name, its class and its module', async () => {
  const table = await tableOf({
    '/ws/shop/cart.py': '@deco\nclass Cart:\n    async def total(self):\n        def inner():\n            pass\n',
    '/ws/shop/order.py': 'class Order:\n    def total(self):\n        pass\n',
    '/ws/web/src/cart.ts': 'export class Cart {\n  total = () => 1;\n}\nexport const load = async () => 1;\n',
  });
  assert.deepEqual(found(table, 'Order.total'), ['/ws/shop/order.py:2 method']);
  assert.deepEqual(found(table, 'Cart#total'), ['/ws/shop/cart.py:3 method', '/ws/web/src/cart.ts:2 method']);
  assert.deepEqual(found(table, 'shop.cart.Cart.total'), ['/ws/shop/cart.py:3 method']);
  assert.deepEqual(found(table, 'Cart.total.<locals>.inner'), ['/ws/shop/cart.py:4 function']);
  assert.deepEqual(found(table, 'app.shop.cart.Cart'), ['/ws/shop/cart.py:2 class in part']);
  assert.deepEqual(found(table, 'async load'), ['/ws/web/src/cart.ts:4 function']);
  assert.deepEqual(found(table, 'total'), [
    '/ws/shop/cart.py:3 method',
    '/ws/shop/order.py:2 method',
    '/ws/web/src/cart.ts:2 method',
  ]);
});

it('finds the function that runs, not what only declares its types', async () => {
  const stub = (name: string): string => `@${name}\ndef rank(a: int) -> int: ...\n`;
  const table = await tableOf({
    '/ws/a.py': `${stub('overload')}${stub('typing.overload')}@overloaded\ndef rank(a):\n    return a\n`,
    '/ws/b.ts':
      'class B {\n  rank(a: number): number;\n  rank(a: string): string;\n  rank(a: any): any { return a; }\n}\n',
  });
  assert.deepEqual(found(table, 'rank'), ['/ws/a.py:6 function', '/ws/b.ts:4 method']);
});

it('finds nothing for what is no name of the code', async () => {
  const table = await tableOf({ '/ws/a.py': 'def total():\n    pass\n' });
  for (const symbol of [
    '',
    'count',
    'GET /total',
    'sum of total',
    '<total>',
    'total.',
    'x'.repeat(1e6),
    '.'.repeat(400),
  ]) {
    assert.deepEqual(found(table, symbol), []);
  }
});

it('forgets the definitions of a file that went', async () => {
  const table = await tableOf({ '/ws/a.py': 'def total():\n    pass\n', '/ws/b.py': 'def total():\n    pass\n' });
  table.delete('/ws/a.py');
  assert.deepEqual(found(table, 'total'), ['/ws/b.py:1 function']);
  table.set('/ws/b.py', await readFactsOf('/ws/b.py', 'def other():\n    pass\n'));
  assert.deepEqual(found(table, 'total'), []);
  assert.deepEqual(found(table, 'other'), ['/ws/b.py:1 function']);
});

it('finds a span start named by a constant of another file, of that owner', async () => {
  const table = await tableOf({
    '/ws/names.ts': "export const SPANS = { recent: 'orders.recent' } as const;\nexport const LOAD = 'orders.load';\n",
    '/ws/orders.ts': 'function f() {\n  tracer.startActiveSpan(SPANS.recent, run);\n  tracer.startSpan(LOAD);\n}\n',
    '/ws/other.ts': 'tracer.startSpan(OTHER.recent);\ntracer.startSpan(recent);\n',
  });
  const shown = (name: string): string[] =>
    table.startsNamed(name).map(({ path, line, parts }) => `${path}:${String(line)} ${parts.join('')}`);
  assert.deepEqual(shown('orders.recent'), ['/ws/orders.ts:2 orders.recent']);
  assert.deepEqual(shown('orders.load'), ['/ws/orders.ts:3 orders.load']);
  table.set('/ws/names.ts', await readFactsOf('/ws/names.ts', 'export const SPANS = {};\n'));
  assert.deepEqual(shown('orders.recent'), []);
});

it('leaves out what another language defines before it compares how much of the name is confirmed', async () => {
  const table = await tableOf({
    '/ws/java/orders/OrderController.java': 'package shop.orders;\nclass OrderController {\n  void place() {}\n}\n',
    '/ws/web/service.ts': 'export class OrderService {\n  place() {}\n}\n',
  });
  assert.deepEqual(found(table, 'OrderController.place'), ['/ws/java/orders/OrderController.java:3 method']);
  assert.deepEqual(
    table.symbols('OrderController.place', 'nodejs').map(({ definition }) => definition.path),
    ['/ws/web/service.ts'],
  );
});
