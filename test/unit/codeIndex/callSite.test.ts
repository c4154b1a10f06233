import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { SourceHints } from '../../../src/core/model/source.ts';
import { brief, hints, lineOf, openIndex, workspaceOf } from './openIndex.ts';

const CLIENT = 3;

const PYTHON = `import requests
from clients import Billing

tracer = trace.get_tracer(__name__)


def handle(order):
    with tracer.start_as_current_span("handle"):
        user = requests.get(url)
        requests.post(url, json=user)
        answer = openai.chat.completions.create(model="gpt-4o-mini", messages=[])
        other = openai.chat.completions.create(model="o9", messages=[])
        cursor.execute("SELECT * FROM orders")
        cursor.execute("INSERT INTO orders VALUES (1)")
        cache.get("key")
        save(order)
        stub.Predict(request)
        Billing().charge(order)
        with tracer.start_as_current_span("inner"):
            requests.delete(url)
    requests.put(url)


def save(order):
    session.add(order)
    session.commit()


def twice():
    with tracer.start_as_current_span("twice"):
        first = requests.get(a)
        second = requests.get(b)


def vague():
    with tracer.start_as_current_span("vague"):
        requests.get(a)
        if b:
            requests.get(b)
        requests.get(c)
`;
const CLIENTS = `class Billing:
    def charge(self, order):
        return self._post("/charge")

    def _post(self, path):
        return httpx.patch(path)
`;
const FILES = { 'app.py': PYTHON, 'clients.py': CLIENTS };

function child(parent: string, more: Partial<SourceHints>): SourceHints {
  return hints({
    spanName: 'x',
    kind: CLIENT,
    language: 'python',
    parent: hints({ spanName: parent, language: 'python' }),
    ...more,
  });
}

const http = (method: string): Partial<SourceHints> => ({
  spanName: method,
  scopeName: 'opentelemetry.instrumentation.requests',
  attributes: { 'http.request.method': method },
});

async function resolve(test: TestContext, given: SourceHints, files: Readonly<Record<string, string>> = FILES) {
  const { index } = openIndex([await workspaceOf(test, files)]);
  test.after(() => index.dispose());
  return index.resolve(given);
}

describe('the call that leaves the parent for a library', () => {
  const cases: readonly [string, Partial<SourceHints>, string][] = [
    ['an HTTP request by its method', http('GET'), 'requests.get(url)'],
    ['another method on another line', http('POST'), 'requests.post(url'],
    ['a request two functions of the workspace further', http('PATCH'), 'httpx.patch'],
    [
      'a model call by its library, told from an equal one by the model it names',
      {
        scopeName: 'opentelemetry.instrumentation.openai_v2',
        attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'o9' },
      },
      'model="o9"',
    ],
    [
      'a statement by its first word',
      {
        spanName: 'INSERT',
        scopeName: 'opentelemetry.instrumentation.psycopg',
        attributes: { 'db.system': 'postgresql' },
      },
      '"INSERT INTO',
    ],
    [
      'a command of a cache by its name',
      { spanName: 'GET', scopeName: 'opentelemetry.instrumentation.redis', attributes: { 'db.system': 'redis' } },
      'cache.get',
    ],
    [
      'a procedure by its method',
      {
        spanName: 'ml.Model/Predict',
        scopeName: 'opentelemetry.instrumentation.grpc',
        attributes: { 'rpc.service': 'ml.Model', 'rpc.method': 'Predict' },
      },
      'stub.Predict',
    ],
  ];
  for (const [title, more, text] of cases) {
    it(title, async (test) => {
      const { candidates, ambiguous } = await resolve(test, child('handle', more));
      const [file, source] = CLIENTS.includes(text) ? ['clients.py', CLIENTS] : ['app.py', PYTHON];
      const [first = ''] = brief(candidates);
      assert.equal(first.replace(/ [\w.]+$/, ''), `likely ${file}:${String(lineOf(source, text))}`);
      assert.equal(ambiguous, false);
      assert.equal(candidates[0]?.evidence.kind, 'callSite');
    });
  }

  it('is not taken from the lines of another span, nor from behind the parent', async (test) => {
    for (const method of ['DELETE', 'PUT']) {
      const { candidates, tried } = await resolve(test, child('handle', http(method)));
      assert.deepEqual(candidates, []);
      assert.match(tried.join('\n'), /No call in the function of its parent `handle` looks like it makes this span/);
    }
  });

  it('is told from equal ones by the order of equal siblings', async (test) => {
    for (const [index, text] of ['requests.get(a)', 'requests.get(b)'].entries()) {
      const given = child('twice', { ...http('GET'), sibling: { index, count: 2 } });
      const { candidates, ambiguous } = await resolve(test, given);
      assert.deepEqual([candidates[0]?.line, ambiguous], [lineOf(PYTHON, text), false]);
    }
  });

  it('is a choice where nothing tells equal ones apart', async (test) => {
    const { candidates, ambiguous } = await resolve(
      test,
      child('vague', { ...http('GET'), sibling: { index: 0, count: 2 } }),
    );
    assert.deepEqual([candidates.length, ambiguous], [3, true]);
  });

  it('holds for what that library calls in turn', async (test) => {
    const model = child('handle', {
      spanName: 'chat gpt-4o-mini',
      scopeName: 'opentelemetry.instrumentation.openai_v2',
      attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4o-mini' },
    });
    const { candidates } = await resolve(test, child('', { ...http('POST'), parent: model }));
    assert.deepEqual(
      candidates.map(({ line }) => line),
      [lineOf(PYTHON, 'gpt-4o-mini')],
    );
  });

  it('is unknown when the place of the parent is', async (test) => {
    const { candidates, tried } = await resolve(test, child('nobody', http('GET')));
    assert.deepEqual(candidates, []);
    assert.match(tried.join('\n'), /The place of its parent `nobody`, which would hold the call, is not known/);
  });

  it('is the parent itself for what a framework does around it, as a guess', async (test) => {
    const given = child('handle', {
      spanName: 'handle http send',
      kind: 1,
      scopeName: 'opentelemetry.instrumentation.asgi',
    });
    assert.deepEqual(brief((await resolve(test, given)).candidates), ['guess app.py:8 handle']);
  });

  it('ends in functions that call each other', async (test) => {
    const text =
      'def a():\n    with tracer.start_as_current_span("a"):\n        b()\n\ndef b():\n    c()\n\ndef c():\n    b()\n    requests.get(x)\n';
    const { candidates } = await resolve(test, child('a', http('GET')), { 'x.py': text });
    assert.deepEqual(brief(candidates), ['likely x.py:10 c']);
  });
});

it('finds calls of TypeScript in the parent’s callback', async (test) => {
  const text = `export const load = () =>
  tracer.startActiveSpan('load', async (span) => {
    const a = await fetch('/a', { method: 'POST' });
    const b = await fetch('/b');
    const { rows } = await pool.query('SELECT 1');
    await generateText({ model });
    await producer.send({ topic: 'jobs', messages: [] });
    span.end();
  });
`;
  const asked: readonly [Partial<SourceHints>, string][] = [
    [{ ...http('POST'), scopeName: '@opentelemetry/instrumentation-undici' }, "fetch('/a'"],
    [{ ...http('GET'), scopeName: '@opentelemetry/instrumentation-undici' }, "fetch('/b'"],
    [
      {
        spanName: 'pg.query:SELECT db',
        scopeName: '@opentelemetry/instrumentation-pg',
        attributes: { 'db.system': 'postgresql' },
      },
      'pool.query',
    ],
    [
      { spanName: 'ai.generateText', kind: 1, scopeName: 'ai', attributes: { 'ai.operationId': 'ai.generateText' } },
      'generateText(',
    ],
    [
      {
        spanName: 'send jobs',
        kind: 4,
        scopeName: '@opentelemetry/instrumentation-kafkajs',
        attributes: { 'messaging.destination.name': 'jobs' },
      },
      'producer.send',
    ],
  ];
  const { index } = openIndex([await workspaceOf(test, { 'load.ts': text })]);
  test.after(() => index.dispose());
  for (const [more, call] of asked) {
    const parent = hints({ spanName: 'load', language: 'nodejs' });
    const { candidates, ambiguous } = await index.resolve(child('load', { ...more, language: 'nodejs', parent }));
    assert.deepEqual([candidates[0]?.line, ambiguous], [lineOf(text, call), false], call);
  }
});
