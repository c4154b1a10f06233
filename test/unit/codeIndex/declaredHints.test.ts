import assert from 'node:assert/strict';
import { it } from 'node:test';
import { brief, hints, openIndex, workspaceOf } from './openIndex.ts';

const SERVER = 2;
const CLIENT = 3;

const SHOP = `
app = FastAPI()
@app.get("/items/{id}")
def item(id): ...
@shared_task
def tidy(): ...
class Greeter(GreeterServicer):
    def SayHello(self, request, context): ...
class Cart:
    def total(self): ...
def lonely(): ...
`;

it('leads a server span to the handler of its route, by attributes or by its name', async (test) => {
  const { index } = openIndex([await workspaceOf(test, { 'shop/main.py': SHOP })]);
  const byAttributes = { 'http.route': '/items/{id}', 'http.request.method': 'GET' };
  const answers = await Promise.all([
    index.resolve(hints({ spanName: 'GET /items/{id}', kind: SERVER, attributes: byAttributes })),
    index.resolve(hints({ spanName: 'GET /items/{item_id}', kind: SERVER })),
  ]);
  for (const { candidates } of answers) assert.deepEqual(brief(candidates), ['exact shop/main.py:4 item']);
  assert.deepEqual(answers[0].candidates[0]?.evidence, {
    kind: 'declaration',
    what: 'route',
    declared: 'GET /items/{id}',
  });
});

it('asks when two files serve a route, unless one is of the service', async (test) => {
  const { index } = openIndex([await workspaceOf(test, { 'shop/main.py': SHOP, 'store/main.py': SHOP })]);
  const attributes = { 'http.route': '/items/{id}', 'http.method': 'GET' };
  const two = await index.resolve(hints({ spanName: 'GET', kind: SERVER, attributes }));
  assert.deepEqual(brief(two.candidates), ['likely shop/main.py:4 item', 'likely store/main.py:4 item']);
  assert.equal(two.ambiguous, true);
  const one = await index.resolve(hints({ spanName: 'GET', kind: SERVER, serviceName: 'store', attributes }));
  assert.equal(one.candidates[0]?.shownPath, 'store/main.py');
  assert.equal(one.ambiguous, false);
});

it('leads to no route what only calls it, or another language serves', async (test) => {
  const { index } = openIndex([await workspaceOf(test, { 'shop/main.py': SHOP })]);
  const attributes = { 'http.route': '/items/{id}' };
  const called = await index.resolve(hints({ spanName: 'GET /items/{id}', kind: CLIENT, attributes }));
  const other = await index.resolve(hints({ spanName: 'GET', kind: SERVER, language: 'go', attributes }));
  assert.deepEqual([called.candidates, other.candidates], [[], []]);
  assert.ok(other.tried.includes('No route in the code serves `/items/{id}`.'), other.tried.join('\n'));
});

it('leads to procedures and tasks, in both forms of their attributes', async (test) => {
  const { index } = openIndex([await workspaceOf(test, { 'shop/main.py': SHOP })]);
  const old = { 'rpc.service': 'helloworld.Greeter', 'rpc.method': 'SayHello', 'rpc.system': 'grpc' };
  const fresh = { 'rpc.method': 'helloworld.Greeter/SayHello', 'rpc.system.name': 'grpc' };
  for (const attributes of [old, fresh]) {
    const { candidates } = await index.resolve(hints({ spanName: 'x', kind: SERVER, attributes }));
    assert.deepEqual(brief(candidates), ['exact shop/main.py:8 Greeter.SayHello']);
  }
  const task = await index.resolve(hints({ spanName: 'run/shop.main.tidy', kind: 5 }));
  assert.deepEqual(brief(task.candidates), ['exact shop/main.py:6 tidy']);
});

it('leads to the function that attributes or the span name', async (test) => {
  const { index } = openIndex([await workspaceOf(test, { 'shop/main.py': SHOP })]);
  const resolve = async (more: Parameters<typeof hints>[0]): Promise<string[]> =>
    brief((await index.resolve(hints(more))).candidates);
  const code = { functionName: 'shop.main.Cart.total', keys: ['code.function.name'] };
  assert.deepEqual(await resolve({ spanName: 'x', code }), ['exact shop/main.py:10 Cart.total']);
  assert.deepEqual(await resolve({ spanName: 'Cart#total' }), ['likely shop/main.py:10 Cart.total']);
  assert.deepEqual(await resolve({ spanName: 'lonely' }), ['likely shop/main.py:11 lonely']);
  const attributes = { 'gen_ai.tool.name': 'lonely' };
  assert.deepEqual(await resolve({ spanName: 'x', scopeName: 'pydantic-ai', attributes }), [
    'likely shop/main.py:11 lonely',
  ]);
  assert.deepEqual(await resolve({ spanName: 'lonely', scopeName: 'opentelemetry.instrumentation.redis' }), []);
  assert.deepEqual(await resolve({ spanName: 'lonely', kind: CLIENT }), []);
});

const GATEWAY = `
const { book } = require('./book');
class Cart {
  show() {}
}
function cartRouter() {
  const cart = new Cart();
  const router = Router();
  router.get('/:user', cart.show.bind(cart));
  router.get('/recent', (req, res) => {});
  return router;
}
app.use('/api/cart', cartRouter());
server.addService(proto.Ledger.service, { book });
`;

it('leads a request without a route by its path, static segments before parameters', async (test) => {
  const { index } = openIndex([await workspaceOf(test, { 'gateway.js': GATEWAY })]);
  const byPath = async (path: string): Promise<string[]> => {
    const attributes = { 'url.path': path, 'http.request.method': 'GET' };
    return brief((await index.resolve(hints({ spanName: 'GET', kind: SERVER, attributes }))).candidates);
  };
  assert.deepEqual((await byPath('/api/cart/ann'))[0], 'exact gateway.js:4 Cart.show');
  assert.deepEqual((await byPath('/api/cart/recent'))[0], 'exact gateway.js:10');
  assert.deepEqual(await byPath('/api/cart'), []);
});

it('takes the request of the server span for the spans of its framework', async (test) => {
  const { index } = openIndex([await workspaceOf(test, { 'gateway.js': GATEWAY })]);
  const attributes = { 'http.route': '/api/cart/:user', 'http.request.method': 'GET' };
  const parent = hints({ spanName: 'GET /api/cart/:user', kind: SERVER, attributes });
  for (const route of ['/:user', '/api/cart']) {
    const inner = { spanName: `router - ${route}`, scopeName: '@opentelemetry/instrumentation-express', kind: 1 };
    const { candidates } = await index.resolve(hints({ ...inner, attributes: { 'http.route': route }, parent }));
    assert.equal(brief(candidates)[0], 'exact gateway.js:4 Cart.show');
  }
});

it('leads to the implementation of a procedure in another file', async (test) => {
  const { index } = openIndex([
    await workspaceOf(test, { 'gateway.js': GATEWAY, 'book.js': '\nfunction book(call) {}\nexports.book = book;\n' }),
  ]);
  const attributes = { 'rpc.method': 'shop.Ledger/Book', 'rpc.system': 'grpc' };
  const { candidates } = await index.resolve(hints({ spanName: 'grpc', kind: SERVER, attributes }));
  assert.deepEqual(brief(candidates), ['exact book.js:2 book']);
});

it('takes the nearest of several handlers of a name', async (test) => {
  const router = 'package handlers\nfunc Router() { r.Get("/orders/{id}", h.Find) }\n';
  const { index } = openIndex([
    await workspaceOf(test, {
      'handlers/router.go': router,
      'handlers/orders.go': 'package handlers\n\nfunc (h *Handler) Find() {}\n',
      'store/store.go': 'package store\nfunc (s *Store) Find() {}\n',
    }),
  ]);
  const { candidates } = await index.resolve(hints({ spanName: 'GET /orders/{id}', kind: SERVER }));
  assert.deepEqual(brief(candidates), ['exact handlers/orders.go:3 Handler.Find']);
});

it("finds the literal in a call of the user's own module for spans", async (test) => {
  const { index } = openIndex([
    await workspaceOf(test, {
      'Rates.java': 'class Rates {\n  void a() { Spans.in("rates.fetch", () -> 1); }\n}\n',
      'app.ts': "export function run() {\n  return telemetry.step('step one', () => 1);\n}\n",
      'other.ts': "span.setAttribute('step one', 1);\nspan.addEvent('rates.fetch');\n",
    }),
  ]);
  const resolve = async (spanName: string): Promise<string[]> =>
    brief((await index.resolve(hints({ spanName }))).candidates);
  assert.deepEqual(await resolve('rates.fetch'), ['likely Rates.java:2 Rates.a']);
  assert.deepEqual(await resolve('step one'), ['likely app.ts:2 run']);
});

it('prefers the file that the scope names, a package of Go or a class of Java', async (test) => {
  const go = 'package x\nfunc load() { _, s := tracer.Start(ctx, "load") }\n';
  const java = 'class Rates { void load() { tracer.spanBuilder("fetch").startSpan(); } }\n';
  const { index } = openIndex([
    await workspaceOf(test, {
      'orders/store/a.go': go,
      'billing/rates/b.go': go,
      'src/com/shop/billing/Rates.java': java,
      'src/com/shop/orders/Rates.java': java,
    }),
  ]);
  const first = async (spanName: string, scopeName: string): Promise<string | undefined> => {
    const { candidates, ambiguous } = await index.resolve(hints({ spanName, scopeName }));
    return ambiguous ? 'ambiguous' : candidates[0]?.shownPath;
  };
  assert.equal(await first('load', 'example.com/shop/billing/rates'), 'billing/rates/b.go');
  assert.equal(await first('load', 'x'), 'ambiguous');
  assert.equal(await first('fetch', 'com.shop.orders.Rates'), 'src/com/shop/orders/Rates.java');
  assert.equal(await first('fetch', 'com.shop.billing'), 'src/com/shop/billing/Rates.java');
});
