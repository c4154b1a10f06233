import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SourceHints } from '../../../../src/core/model/source.ts';
import { logsRequest, spanIdAt, TRACE_ID, tracesRequest } from '../../../support/otlpBytes.ts';
import type { AttributeInput, EventInput } from '../../../support/otlpBytes.ts';
import { spanOn, storeFixture, traceIdOf } from './storeFixture.ts';

const ONE = { traceId: TRACE_ID, spanId: spanIdAt(1), name: 'op', startNs: 1n, endNs: 2n };

interface Sent {
  readonly attributes?: Record<string, AttributeInput>;
  readonly resource?: Record<string, AttributeInput>;
  readonly events?: readonly EventInput[];
}

/** Hints of one span, and the signature it made: both must say the same of its code. */
function hintsOf(sent: Sent): SourceHints {
  const { store } = storeFixture();
  const { attributes = {}, resource = {}, events = [] } = sent;
  store.ingestTraces(tracesRequest([{ ...ONE, attributes, events }], { service: 'svc', scope: 'my.module', resource }));
  const { startMs, ...hints } = store.hints(spanOn(1)) ?? assert.fail();
  assert.equal(startMs, 0);
  const { signatures } = store.signatures();
  assert.equal(signatures.length, 1);
  assert.deepEqual({ ...signatures[0]?.hints, stackTraces: [] }, { ...hints, stackTraces: [] });
  assert.deepEqual(signatures[0]?.last, spanOn(1));
  return hints;
}

describe('code hints', () => {
  test('come from the present names', () => {
    const { code } = hintsOf({
      attributes: {
        'code.file.path': '/srv/app.py',
        'code.line.number': 42,
        'code.column.number': 7,
        'code.function.name': 'app.Handler.run',
      },
    });
    assert.deepEqual(code, {
      filePath: '/srv/app.py',
      line: '42',
      column: '7',
      functionName: 'app.Handler.run',
      keys: ['code.file.path', 'code.line.number', 'code.column.number', 'code.function.name'],
    });
  });

  test('come from the names before, with namespace and function joined', () => {
    const { code } = hintsOf({
      attributes: {
        'code.namespace': 'app.jobs',
        'code.function': 'run',
        'code.filepath': 'jobs.py',
        'code.lineno': 3,
        'code.column': 1,
      },
    });
    assert.deepEqual(code, {
      filePath: 'jobs.py',
      line: '3',
      column: '1',
      functionName: 'app.jobs.run',
      keys: ['code.filepath', 'code.lineno', 'code.column', 'code.function', 'code.namespace'],
    });
  });

  test('prefer the present names when a span has both', () => {
    const { code } = hintsOf({
      attributes: {
        'code.filepath': 'old.py',
        'code.file.path': 'new.py',
        'code.lineno': 1,
        'code.line.number': 2,
        'code.function': 'f',
        'code.function.name': 'm.f',
      },
    });
    assert.equal(code.filePath, 'new.py');
    assert.equal(code.line, '2');
    assert.equal(code.functionName, 'm.f');
    assert.equal(code.keys.length, 6);
  });

  test('read a line sent as text, as int or as double, and leave out what is no line', () => {
    for (const line of ['12', 12, { double: 12 }])
      assert.equal(hintsOf({ attributes: { 'code.lineno': line } }).code.line, '12');
    for (const line of ['x', -3, 0, 1.5, ''])
      assert.equal(hintsOf({ attributes: { 'code.lineno': line } }).code.line, undefined);
  });

  test("take Rust's module as the namespace only beside a function", () => {
    const { code } = hintsOf({
      attributes: { 'code.module.name': 'app::jobs', 'code.filepath': 'src/jobs.rs', 'code.lineno': 4 },
    });
    assert.equal(code.functionName, undefined);
    assert.deepEqual(code.keys, ['code.filepath', 'code.lineno', 'code.module.name']);
  });

  test('are absent where a span has none', () => {
    assert.deepEqual(hintsOf({}).code, { keys: [] });
  });
});

test('hints name service, span, scope, language and absolute base directories, most telling first', () => {
  const hints = hintsOf({
    resource: {
      'telemetry.sdk.language': 'NodeJS',
      'process.command_args': ['/usr/bin/node', '/srv/shop/dist/main.js'],
      'process.command': '/srv/shop/server.js',
      'logfire.code.work_dir': 'relative/dir',
      'process.working_directory': '/srv/shop',
    },
  });
  assert.equal(hints.serviceName, 'svc');
  assert.equal(hints.spanName, 'op');
  assert.equal(hints.scopeName, 'my.module');
  assert.equal(hints.language, 'nodejs');
  assert.deepEqual(hints.baseDirectories, ['/srv/shop', '/srv/shop/dist']);
  assert.deepEqual(hintsOf({ resource: { 'process.command': 'C:\\work\\app\\main.py' } }).baseDirectories, [
    'C:\\work\\app',
  ]);
  assert.deepEqual(hintsOf({ resource: { 'process.command': 'main.py' } }).baseDirectories, []);
});

test('stack traces come from exception events, code.stacktrace and log records, four at most, 64 KiB each', () => {
  const { store } = storeFixture();
  const exception = (stack: string): EventInput => ({
    name: 'exception',
    timeNs: 1n,
    attributes: { 'exception.stacktrace': stack },
  });
  store.ingestTraces(
    tracesRequest([
      {
        ...ONE,
        attributes: { 'code.stacktrace': 'at code' },
        events: [exception('event'), exception('event'), exception('x'.repeat(100_000))],
      },
    ]),
  );
  for (const stack of ['log 1', 'log 2', 'log 3']) {
    store.ingestLogs(
      logsRequest([{ traceId: TRACE_ID, spanId: spanIdAt(1), attributes: { 'exception.stacktrace': stack } }]),
    );
  }
  const { stackTraces = [] } = store.hints(spanOn(1)) ?? {};
  assert.deepEqual(
    stackTraces.map((text) => text.slice(0, 10)),
    ['at code', 'event', 'xxxxxxxxxx', 'log 3'],
  );
  assert.equal(stackTraces[2]?.length, 65536);
});

describe('signatures', () => {
  test('group spans by service, name, scope and code, count them and name the last', () => {
    const { store, draw } = storeFixture();
    for (let i = 0; i < 5; i++) {
      draw(
        `
        a one 0..1 code.lineno=1
        a one 0..1 code.lineno=2
        a two 0..1 code.lineno=1
        b one 0..1 code.lineno=1
        `,
        { traceId: traceIdOf(i), scope: i === 4 ? 'other' : 'lib' },
      );
    }
    const { signatures } = store.signatures();
    assert.deepEqual(
      signatures.map(({ hints, count, last }) => [
        hints.serviceName,
        hints.spanName,
        hints.scopeName,
        hints.code.line,
        count,
        last.traceId,
      ]),
      [
        ['one', 'a', 'lib', '1', 4, traceIdOf(3)],
        ['one', 'a', 'lib', '2', 4, traceIdOf(3)],
        ['one', 'b', 'lib', '1', 4, traceIdOf(3)],
        ['two', 'a', 'lib', '1', 4, traceIdOf(3)],
        ['one', 'a', 'other', '1', 1, traceIdOf(4)],
        ['one', 'a', 'other', '2', 1, traceIdOf(4)],
        ['one', 'b', 'other', '1', 1, traceIdOf(4)],
        ['two', 'a', 'other', '1', 1, traceIdOf(4)],
      ],
    );
    assert.equal(new Set(signatures.map((signature) => signature.signatureId)).size, signatures.length);
  });

  test('stay one when the process starts anew elsewhere; the new directory holds', () => {
    const { store, draw } = storeFixture();
    draw('op svc 0..1', { resource: { 'process.pid': 1, 'process.working_directory': '/old' } });
    const { revision } = store.signatures();
    draw('op svc 0..1', { resource: { 'process.pid': 2, 'process.working_directory': '/new' }, traceId: traceIdOf(1) });
    const after = store.signatures();
    assert.equal(after.signatures.length, 1);
    assert.equal(after.signatures[0]?.count, 2);
    assert.deepEqual(after.signatures[0].hints.baseDirectories, ['/new']);
    assert.ok(after.revision > revision);
  });

  test('whose last span is in a cleared trace are left out until it is shown again', () => {
    const { store, draw } = storeFixture();
    const names = (): string[] => store.signatures().signatures.map(({ hints }) => hints.spanName);
    draw('secret svc 0..1', { traceId: traceIdOf(1) });
    draw('both svc 0..1', { traceId: traceIdOf(1), firstId: 2 });
    const before = store.signatures().revision;
    store.clear();
    assert.deepEqual(names(), []);
    const cleared = store.signatures().revision;
    assert.ok(cleared > before, 'whoever keeps the list hears of it');
    draw('both svc 0..1', { traceId: traceIdOf(2) });
    assert.deepEqual(names(), ['both']);
    const { revision } = store.signatures();
    store.undoClear();
    assert.deepEqual(names(), ['secret', 'both']);
    assert.ok(store.signatures().revision > revision);
  });

  test('are bounded, however many names there are; spans keep theirs', () => {
    const { store } = storeFixture();
    const spans = Array.from({ length: 30_000 }, (_, i) => ({
      ...ONE,
      spanId: spanIdAt(i + 1),
      name: `task ${String(i)}`,
    }));
    store.ingestTraces(tracesRequest(spans, { service: 'svc' }));
    assert.ok(store.signatures().signatures.length <= 20_000);
    assert.equal(store.details(spanOn(1))?.name, 'task 0');
    assert.equal(store.details(spanOn(30_000))?.name, 'task 29999');
    assert.equal(store.nameOf(store.handleOf(spanOn(29_999)) ?? -1), 'task 29998');
  });
});
