import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { SourceHints, SourceResolution } from '../../../src/core/model/source.ts';
import { brief, hints, openIndex, workspaceOf } from './openIndex.ts';

const [INTERNAL, SERVER, CLIENT] = [1, 2, 3];
type Files = Readonly<Record<string, string>>;

async function resolve(test: TestContext, files: Files, given: Partial<SourceHints>): Promise<SourceResolution> {
  const { index } = openIndex([await workspaceOf(test, files)]);
  test.after(() => index.dispose());
  return index.resolve(hints({ language: 'nodejs', kind: INTERNAL, ...given }));
}

function request(route: string, more: Partial<SourceHints> = {}): SourceHints {
  return hints({
    spanName: `GET ${route}`,
    kind: SERVER,
    language: 'nodejs',
    scopeName: '@opentelemetry/instrumentation-http',
    attributes: { 'http.request.method': 'GET', 'http.route': route },
    ...more,
  });
}

const EXPRESS: Files = {
  'app.ts': `import { authenticate } from './authenticate';
import orders from './orders';
const app = express();
app.use(express.json());
app.use('/api', authenticate);
app.use((request, response, next) => next());
app.get('/health', (request, response) => {
  response.send('ok');
});
app.use('/api/orders', orders);
`,
  'authenticate.ts': 'export function authenticate(request, response, next) {\n  next();\n}\n',
  'orders.ts':
    "const router = Router();\nrouter.get('/', (request, response) => {\n  response.json([]);\n});\nexport default router;\n",
};

function middleware(name: string, route: string, more: Readonly<Record<string, string>> = {}): Partial<SourceHints> {
  return {
    spanName: `middleware - ${name}`,
    scopeName: '@opentelemetry/instrumentation-express',
    attributes: { 'express.type': 'middleware', 'express.name': name, ...more },
    parent: request(route),
  };
}

describe('a middleware of Express', () => {
  it('is its function, not the route it runs for or is mounted at', async (test) => {
    const given = middleware('authenticate', '/api/orders', { 'http.route': '/api/orders' });
    assert.deepEqual(brief((await resolve(test, EXPRESS, given)).candidates), [
      'likely authenticate.ts:1 authenticate',
    ]);
  });

  it('is the call that installs it when a library made its function', async (test) => {
    const { candidates, ambiguous } = await resolve(test, EXPRESS, middleware('jsonParser', '/health'));
    assert.deepEqual([brief(candidates), ambiguous], [['likely app.ts:4'], false]);
  });

  it('is nowhere when nothing names it, rather than the handler behind it', async (test) => {
    for (const name of ['<anonymous>', 'expressInit', 'router', '/health']) {
      assert.deepEqual((await resolve(test, EXPRESS, middleware(name, '/health'))).candidates, [], name);
    }
  });

  it('is a choice when it is installed twice', async (test) => {
    const files = { ...EXPRESS, 'app.ts': `${EXPRESS['app.ts'] ?? ''}app.use('/later', express.json());\n` };
    const { candidates, ambiguous } = await resolve(test, files, middleware('jsonParser', '/health'));
    assert.deepEqual([candidates.map(({ line }) => line), ambiguous], [[4, 11], true]);
  });
});

describe('a hook of Fastify', () => {
  const FASTIFY: Files = {
    'server.js': `fastify.addHook('onRequest', async function countRequest() {});
fastify.addHook('onSend', async () => {});
fastify.addHook('preHandler', async () => {});
fastify.addHook('preHandler', async () => {});
fastify.get('/x', async () => 1);
`,
  };
  const hook = (event: string, name: string): Partial<SourceHints> => ({
    spanName: `${event} - ${name}`,
    scopeName: '@fastify/otel',
    attributes: { 'fastify.type': 'hook', 'hook.callback.name': name },
    parent: request('/x'),
  });

  it('is its function, and its `addHook` call when that has no name', async (test) => {
    const named = await resolve(test, FASTIFY, hook('onRequest', 'countRequest'));
    assert.deepEqual(brief(named.candidates), ['likely server.js:1 countRequest']);
    const nameless = await resolve(test, FASTIFY, hook('onSend', 'anonymous'));
    assert.deepEqual(brief(nameless.candidates), ['likely server.js:2']);
  });

  it('is a choice of equal `addHook` calls, and nothing without one', async (test) => {
    assert.equal((await resolve(test, FASTIFY, hook('preHandler', 'anonymous'))).ambiguous, true);
    assert.deepEqual((await resolve(test, FASTIFY, hook('onTimeout', 'anonymous'))).candidates, []);
  });
});

describe('spans of Nest', () => {
  const scopeName = '@opentelemetry/instrumentation-nestjs-core';

  it('find where the application is created', async (test) => {
    for (const call of ['NestFactory.create(AppModule)', 'NestFactory.create<NestExpressApplication>(AppModule, {})']) {
      const files = {
        'main.ts': `async function bootstrap() {\n  const app = await ${call};\n  await app.listen(1);\n}\n`,
      };
      const { candidates } = await resolve(test, files, { spanName: 'Create Nest App', scopeName });
      assert.deepEqual(brief(candidates), ['exact main.ts:2 bootstrap'], call);
    }
  });

  it('find the handler of the method’s name, whatever spans of another language are called', async (test) => {
    const files = {
      'audit.ts': 'export class AuditController {\n  find() {\n    return check();\n  }\n}\n',
      'orders.rs': '#[instrument]\nfn find() {}\n',
    };
    const given = {
      spanName: 'find',
      scopeName,
      parent: hints({ spanName: 'AuditController.find', scopeName, kind: INTERNAL, language: 'nodejs' }),
    };
    const { candidates, ambiguous } = await resolve(test, files, given);
    assert.deepEqual([brief(candidates), ambiguous], [['likely audit.ts:2 AuditController.find'], false]);
    assert.deepEqual((await resolve(test, { 'orders.rs': files['orders.rs'] }, given)).candidates, []);
  });
});

it('follows calls into functions of the sender’s language only', async (test) => {
  const files = {
    'web/orders.ts': `router.post('/orders', placeOrder);
async function placeOrder(request, response) {
  response.json(await orders.place(request.body));
}
`,
    'web/service.ts':
      "export class Service {\n  async place(body) {\n    return fetch('/stock', { method: 'POST' });\n  }\n}\n",
    'shop/orders.py': 'def place(body):\n    requests.post(url)\n',
  };
  const parent = request('/orders', { attributes: { 'http.request.method': 'POST', 'http.route': '/orders' } });
  const given: Partial<SourceHints> = {
    spanName: 'POST',
    kind: CLIENT,
    scopeName: '@opentelemetry/instrumentation-undici',
    attributes: { 'http.request.method': 'POST' },
    parent,
  };
  assert.deepEqual(brief((await resolve(test, files, given)).candidates), ['likely web/service.ts:3 Service.place']);
});

it('takes no call for a framework’s span because the request is named like it', async (test) => {
  const files = { 'app.py': '@app.get("/find")\ndef find(request):\n    return request.query_params.get("q")\n' };
  const parent = request('/find', { language: 'python', scopeName: 'opentelemetry.instrumentation.starlette' });
  const given = { spanName: 'GET /find http send', scopeName: parent.scopeName, language: 'python', parent };
  assert.deepEqual(brief((await resolve(test, files, given)).candidates), ['guess app.py:2 find']);
});
