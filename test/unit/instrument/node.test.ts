import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const REGISTER = path.join(ROOT, 'instrument/node/register.cjs');
const FIXTURES = path.join(ROOT, 'test/fixtures/launch');
const folder = mkdtempSync(path.join(tmpdir(), 'spanline-instrument-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs Node with our file loaded first, as NODE_OPTIONS does. */
function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--require', REGISTER, ...args],
      { env: { ...process.env, NODE_OPTIONS: '', ...env } },
      (error, out, err) => resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    );
  });
}

function program(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

type Printed = Readonly<Record<string, unknown>> & { readonly name: string };

describe('the lines of spans in Node', () => {
  test('are those that start them: methods, helpers’ callers, awaits, and calls of libraries', async () => {
    const file = path.join(FIXTURES, 'spans.mjs');
    const ran = await run([file]);
    assert.equal(ran.code, 0, ran.err);
    assert.equal(ran.err, '');
    const lines = readFileSync(file, 'utf8').split('\n');
    const spans = ran.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Printed);
    const text = ({ name, ...at }: Printed): string => {
      const owner = at['code.function.name'];
      if (at['code.file.path'] === undefined) return `${name}: none`;
      assert.equal(at['code.file.path'], file);
      const line = lines[Number(at['code.line.number']) - 1]?.trim() ?? '';
      return `${name}: ${line} in ${typeof owner === 'string' ? owner : ''}`;
    };
    assert.deepEqual(spans.map(text), [
      "of a method: tracer.startSpan('of a method').end(); in Shop.buy",
      "by literal: traced('by literal'); in ",
      'by template 2: traced(`by template ${1 + 1}`); in ',
      'by constant: traced(CONSTANT); in ',
      // Whoever computes the name is found by the code index, or not at all: no line is better than a wrong one.
      'nobody knows: none',
      'known: none',
      "behind an await: tracer.startSpan('behind an await').end(); in ",
      "call of a library: library.call(trace.getTracer('library'), 'call of a library', SpanKind.CLIENT); in ",
      'served by a library: none',
      'a layer: none',
      'call over lines: library // the call begins here in ',
    ]);
    assert.equal(spans.find(({ name }) => name === 'known')?.['code.function.name'], 'mine');
  });

  test('are right at whatever depth a name is started, inside of others, and after spans that are not recorded', async () => {
    const file = program(
      'depths.cjs',
      `const { SpanKind, trace } = require(${JSON.stringify(path.join(ROOT, 'node_modules/@opentelemetry/api'))});
const { TracerProvider } = require(${JSON.stringify(path.join(ROOT, 'node_modules/@opentelemetry/sdk-trace'))});
const { call } = require(${JSON.stringify(path.join(FIXTURES, 'bower_components/library.cjs'))});
const lines = [];
const early = trace.getTracer('got before the SDK');
trace.setGlobalTracerProvider(new TracerProvider({
  sampler: { shouldSample: (context, id, name) => ({ decision: name === 'unseen' ? 0 : 2 }), toString: () => '' },
  spanProcessors: [{ onStart() {}, onEnd: ({ attributes }) => lines.push(attributes['code.line.number']),
    forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() }],
}));
const tracer = trace.getTracer('x');
const deep = (levels, run) => (levels > 0 ? deep(levels - 1, run) : run());
tracer.startSpan('same').end();
deep(20, () => tracer.startSpan('same').end());
call(tracer, 'same', SpanKind.CLIENT);
early.startSpan('same').end();
tracer.startSpan('unseen').end();
tracer.startSpan('same').end();
tracer.startActiveSpan('outer', (outer) => {
  tracer.startActiveSpan('same', (inner) => inner.end());
  outer.end();
});
tracer.startActiveSpan('unseen', () => tracer.startSpan('same').end());
console.log(JSON.stringify([lines, tracer.startSpan.length, tracer.startSpan.name, tracer.startActiveSpan.length]));`,
    );
    const ran = await run([file]);
    assert.deepEqual(JSON.parse(ran.out), [[13, 14, 15, 16, 18, 20, 19, 23], 1, 'startSpan', 4], ran.err);
  });

  test('a program without an SDK runs as it does alone: nothing is loaded, hooked into signals or printed', async () => {
    const file = program(
      'plain.cjs',
      `console.log(JSON.stringify([Object.keys(require.cache).filter((name) => !name.endsWith('plain.cjs')).length,
         process.listenerCount('SIGTERM'), Error.stackTraceLimit]))`,
    );
    const ran = await run([file]);
    const [loaded, handlers, limit] = JSON.parse(ran.out) as [number, number, number];
    assert.ok(loaded <= 2, 'register.cjs and wake.cjs');
    assert.deepEqual([handlers, limit, ran.err], [0, 10, '']);
  });

  test('an SDK of another shape is left alone', async () => {
    const sdk = path.join(folder, 'strange/node_modules/@opentelemetry/sdk-trace-base');
    mkdirSync(sdk, { recursive: true });
    writeFileSync(
      path.join(sdk, 'index.js'),
      `class BasicTracerProvider { getTracer() { return 'tracer'; } get _activeSpanProcessor() { throw new Error('no'); } }
       exports.BasicTracerProvider = BasicTracerProvider;`,
    );
    const file = program(
      'strange/main.cjs',
      `const { BasicTracerProvider } = require('@opentelemetry/sdk-trace-base');
       console.log(new BasicTracerProvider().getTracer());`,
    );
    assert.deepEqual(await run([file]), { code: 0, out: 'tracer\n', err: '' });
  });

  test('the program’s own hook for stacks and its limit stay what they are', async () => {
    const file = program(
      'hooked.cjs',
      `Error.prepareStackTrace = () => 'mine'; Error.stackTraceLimit = 3;
       process.on('exit', () => console.log(new Error('x').stack, Error.stackTraceLimit));
       import(${JSON.stringify(path.join(FIXTURES, 'spans.mjs'))});`,
    );
    const ran = await run([file]);
    assert.equal(ran.code, 0, ran.err);
    assert.match(ran.out, /\nmine 3\n$/);
  });

  test('an SDK in one file with the program gets no lines of its own frames', async () => {
    const { build } = await import('esbuild');
    const outfile = path.join(folder, 'bundle.mjs');
    await build({
      entryPoints: [path.join(FIXTURES, 'spans.mjs')],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile,
      banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
    });
    const ran = await run([outfile]);
    assert.match(ran.out, /"name":"by literal"/, ran.err);
    assert.doesNotMatch(ran.out, /code\.file\.path/);
  });
});

describe('the lines of requests', () => {
  // What of Express, its router and Fastify is asked for.
  const modules = path.join(folder, 'served/node_modules');
  before(() => {
    mkdirSync(path.join(modules, 'express/lib/router'), { recursive: true });
    mkdirSync(path.join(modules, 'instrumentations'), { recursive: true });
    writeFileSync(
      path.join(modules, 'instrumentations/index.js'),
      `const { Layer } = require('express');
       const { ROOT_CONTEXT, SpanKind, context, trace } = require(${JSON.stringify(path.join(ROOT, 'node_modules/@opentelemetry/api'))});
       const { TracerProvider } = require(${JSON.stringify(path.join(ROOT, 'node_modules/@opentelemetry/sdk-trace'))});
       let active = ROOT_CONTEXT;
       context.setGlobalContextManager({ active: () => active, with: (c, run) => run(), bind: (c, f) => f, enable() {}, disable() {} });
       trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [{ onStart() {}, onEnd({ name, attributes }) {
         console.log(name, attributes['code.line.number'] ?? 'none', attributes['code.function.name'] ?? '');
       }, forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() }] }));
       const tracerOf = (exports.tracerOf = (name) => trace.getTracer(name));
       exports.serve = (name, run) => {
         const span = tracerOf('@opentelemetry/instrumentation-http').startSpan(name, { kind: SpanKind.SERVER });
         active = ROOT_CONTEXT.setValue(Symbol.for('OpenTelemetry SDK Context Key RPC_METADATA'), { span });
         run();
         span.end();
       };
       exports.layer = (handle, more) => {
         const around = (request) => {
           tracerOf('@opentelemetry/instrumentation-express').startSpan('layer').end();
           return handle(request);
         };
         around.__original = handle;
         return new Layer(around, more);
       };
       exports.instrumentFastify = (fastify) => fastify.addHook('onRequest', (request, reply, done) => {
         tracerOf('@fastify/otel').startSpan('request', { kind: SpanKind.SERVER }).end();
         done();
       });`,
    );
    mkdirSync(path.join(modules, 'fastify'), { recursive: true });
    writeFileSync(
      path.join(modules, 'express/lib/router/layer.js'),
      `module.exports = function Layer(handle, more) { this.handle = handle; this.route = undefined; Object.assign(this, more); };
       module.exports.prototype.handle_request = function handle(request) { const fn = this.handle; return fn(request); };`,
    );
    writeFileSync(path.join(modules, 'express/index.js'), "exports.Layer = require('./lib/router/layer');");
    writeFileSync(
      path.join(modules, 'fastify/index.js'),
      `module.exports = () => {
         const hooks = {};
         const fastify = {
           addHook(name, hook) { (hooks[name] ??= []).push(hook); },
           route(options) { hooks.onRoute?.forEach((hook) => hook(options)); },
           serve(method, url) {
             const request = { method, routeOptions: { url } };
             const run = ([hook, ...rest]) => hook?.(request, {}, () => run(rest));
             run(hooks.onRequest ?? []);
           },
         };
         require('node:diagnostics_channel').channel('fastify.initialization').publish({ fastify });
         return fastify;
       };`,
    );
  });

  test('are those of their handlers, on the server span and on the layer’s', async () => {
    const file = program(
      'served/main.cjs',
      `const { Layer } = require('express');
const Fastify = require('fastify');
const { instrumentFastify, layer, serve, tracerOf } = require('instrumentations');
const guard = () => undefined;
const list = function list() {
  tracerOf('mine').startSpan('own').end();
};
const route = { stack: [new Layer(guard, { method: 'get' }), new Layer(list, { method: 'get' }), new Layer(guard, { method: 'post' })] };
const dispatch = (request) => route.stack.slice(0, 2).forEach((each) => each.handle_request(request));
serve('express', () => layer(dispatch, { route }).handle_request({ method: 'GET' }));
serve('middleware', () => layer(guard).handle_request({ method: 'GET' }));
const fastify = Fastify();
fastify.route({ method: ['GET'], url: '/f', handler: list.bind(null) });
instrumentFastify(fastify);
serve('fastify', () => fastify.serve('GET', '/f'));
serve('nobody', () => fastify.serve('GET', '/none'));`,
    );
    const lines = readFileSync(file, 'utf8').split('\n');
    const line = (text: string): number => lines.findIndex((each) => each.startsWith(text)) + 1;
    const ran = await run([file]);
    assert.deepEqual(ran.out.split('\n').filter(Boolean), [
      `layer ${String(line('const list'))} list`,
      `own ${String(line('const list') + 1)} list`,
      `express ${String(line('const list'))} list`,
      `layer ${String(line('const guard'))} guard`,
      'middleware none ',
      `request ${String(line('const list'))} list`,
      `fastify ${String(line('const list'))} list`,
      'request none ',
      'nobody none ',
    ]);
    assert.equal(ran.err, '');
  });
});

describe('before a process ends', () => {
  const service = (tail: string): string => `
    require(${JSON.stringify(path.join(FIXTURES, 'telemetry.cjs'))});
    const { trace } = require(${JSON.stringify(path.join(ROOT, 'node_modules/@opentelemetry/api'))});
    const { createServer } = require('node:http');
    const receiver = createServer((request, response) => {
      request.resume().on('end', () => { console.log('received'); response.end(); });
    }).listen(0, '127.0.0.1', () => {
      process.env.OTEL_EXPORTER_OTLP_ENDPOINT = 'http://127.0.0.1:' + receiver.address().port;
      trace.getTracer('x').startSpan('y').end();
      ${tail}
    });`;

  test('by a signal nobody handles, what ended is sent, and the signal ends it', async () => {
    const ran = await run([program('unhandled.cjs', service("process.kill(process.pid, 'SIGTERM');"))]);
    assert.equal(ran.out, 'received\n', ran.err);
    assert.equal(ran.code, -1, 'by the signal');
  });

  test('by a handler that exits at once, what ended is sent first', async () => {
    const tail =
      "process.once('SIGTERM', (...got) => { console.log(...got); process.exit(3); }); process.kill(process.pid, 'SIGTERM');";
    const ran = await run([program('handled.cjs', service(tail))]);
    assert.deepEqual([ran.out, ran.code], ['received\nSIGTERM 15\n', 3], ran.err);
  });

  test('by having nothing more to do, what ended is sent', async () => {
    const ran = await run([program('idle.cjs', service('receiver.unref();'))]);
    assert.deepEqual([ran.out, ran.code], ['received\n', 0], ran.err);
  });
});

describe('an SDK that Spanline installed', () => {
  const packages = path.join(folder, 'packages');
  const install = (name: string, text: string): void => {
    const place = path.join(packages, 'node_modules', name);
    mkdirSync(place, { recursive: true });
    writeFileSync(path.join(place, 'index.js'), text);
  };
  before(() => {
    mkdirSync(packages, { recursive: true });
    const dependencies = {
      '@opentelemetry/sdk-node': '1',
      '@opentelemetry/instrumentation-express': '1',
      '@fastify/otel': '1',
    };
    writeFileSync(path.join(packages, 'package.json'), JSON.stringify({ dependencies }));
    install(
      '@opentelemetry/sdk-node',
      `exports.NodeSDK = class { constructor({ instrumentations }) { this.names = instrumentations.map((each) => each.constructor.name); }
         start() { console.log('started with', this.names.join(' ')); } };`,
    );
    install(
      '@opentelemetry/instrumentation-express',
      'exports.ExpressInstrumentation = class ExpressInstrumentation {};',
    );
    install('@fastify/otel', 'exports.FastifyOtelInstrumentation = class FastifyOtelInstrumentation {};');
  });
  const started = 'started with ExpressInstrumentation FastifyOtelInstrumentation\n';
  const place = (name: string): string => {
    mkdirSync(path.join(folder, name), { recursive: true });
    return path.join(name, 'main.cjs');
  };

  test('is started before a program that has none', async () => {
    const ran = await run([program(place('without'), "console.log('program')")], { SPANLINE_NODE_PACKAGES: packages });
    assert.deepEqual(ran, { code: 0, out: `${started}program\n`, err: '' });
  });

  test('is not for a program with its own, nor for the tools that start programs', async () => {
    mkdirSync(path.join(folder, 'with/node_modules/@opentelemetry/sdk-trace-base'), { recursive: true });
    for (const name of ['with', 'node_modules/npm']) {
      const ran = await run([program(place(name), "console.log('program')")], { SPANLINE_NODE_PACKAGES: packages });
      assert.equal(ran.out, 'program\n', name);
    }
  });

  test('that is gone is no trouble', async () => {
    const ran = await run([program(place('gone'), "console.log('program')")], {
      SPANLINE_NODE_PACKAGES: '/nonexistent',
    });
    assert.deepEqual(ran, { code: 0, out: 'program\n', err: '' });
  });
});
