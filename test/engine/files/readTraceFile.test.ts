import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MetricStore } from '../../../src/core/metrics/metricStore.ts';
import { writeJson } from '../../../src/core/otlp/jsonWriter.ts';
import { TraceStore } from '../../../src/core/store/traceStore.ts';
import { describeProblem, FileProblem } from '../../../src/engine/files/fileProblem.ts';
import { readTraceFile, type FileReport } from '../../../src/engine/files/readTraceFile.ts';
import { group, logsRequest, request, span, spanIdAt, TRACE_ID, tracesRequest } from '../../support/otlpBytes.ts';

const named = (name: string, id: number) => ({
  traceId: TRACE_ID,
  spanId: spanIdAt(id),
  name,
  startNs: 1_700_000_000_000_000_000n + BigInt(id),
  endNs: 1_700_000_001_000_000_000n,
});
const ONE = tracesRequest([named('one "quoted" \\ {[', 1), named('two\nlines', 2)], { service: 'a', scope: 's' });
const TWO = tracesRequest([named('three', 3)], { service: 'b', schemaUrl: 'u' });
const LOGS = logsRequest([{ traceId: TRACE_ID, spanId: spanIdAt(1), timeNs: 5n, body: 'hello' }], { service: 'a' });
const text = (body: Uint8Array) => Buffer.from(body).toString('utf8');
const json = (body: Uint8Array) => text(writeJson('traces', body));
const logsJson = text(writeJson('logs', LOGS));

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function read(
  content: string | Uint8Array,
  chunk = Infinity,
): Promise<{ readonly report: FileReport; readonly store: TraceStore }> {
  const store = new TraceStore({ now: () => 0, maxBytes: 64 * 1024 * 1024 });
  const metrics = new MetricStore();
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const report = await readTraceFile(inChunks(bytes, Math.min(chunk, Math.max(1, bytes.length))), (signal, body) => {
    if (signal === 'traces') return store.ingestTraces(body);
    return signal === 'logs' ? store.ingestLogs(body) : metrics.ingest(body);
  });
  return { report, store };
}

async function failure(content: string | Uint8Array): Promise<FileProblem> {
  try {
    await read(content);
  } catch (error) {
    if (error instanceof FileProblem) return error;
    throw error;
  }
  return assert.fail('it was read');
}

function names(store: TraceStore): string[] {
  const columns = store.columns(TRACE_ID);
  return [...(columns?.handle.subarray(0, columns.count) ?? [])].map((handle) => store.nameOf(handle)).sort();
}

function everything(store: TraceStore): unknown {
  const refs = [1, 2, 3].map((id) => ({ traceId: TRACE_ID, spanId: spanIdAt(id) }));
  return refs.map((ref) => [store.details(ref), store.logs(ref)]);
}

const ALL = ['one "quoted" \\ {[', 'three', 'two\nlines'];
const DOCUMENTS: Readonly<Record<string, string | Uint8Array>> = {
  'JSON lines': `${json(ONE)}\n${logsJson}\r\n\n${json(TWO)}`,
  'one JSON document with spans and logs': JSON.stringify({
    ...(JSON.parse(logsJson) as object),
    other: { a: ['}'], b: 'resourceSpans' },
    ...(JSON.parse(json(TWO)) as object),
    resource_spans: (JSON.parse(json(ONE)) as { resourceSpans: unknown[] }).resourceSpans,
  }),
  'pretty-printed documents one after the other': [json(ONE), logsJson, json(TWO)]
    .map((document) => JSON.stringify(JSON.parse(document), null, 2))
    .join('\n'),
  'a list of documents with a byte order mark': `\ufeff[${json(ONE)},${logsJson},${json(TWO)}]`,
  'protobuf requests one after the other': Buffer.concat([ONE, LOGS, TWO]),
  'protobuf requests with lengths in front': Buffer.concat(
    [ONE, LOGS, TWO].flatMap((body) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(body.length);
      return [length, body];
    }),
  ),
};

describe('trace files', () => {
  for (const [title, content] of Object.entries(DOCUMENTS)) {
    test(`${title} are read, in chunks of any size`, async () => {
      const whole = await read(content);
      assert.deepEqual(names(whole.store), ALL);
      assert.equal(whole.report.spans, 3);
      assert.equal(whole.report.logRecords, 1);
      assert.deepEqual(whole.report.traceIds, [TRACE_ID]);
      assert.equal(whole.report.problemCount, 0);
      for (const size of [1, 2, 3, 7, 64]) {
        const { report, store } = await read(content, size);
        assert.deepEqual(report, whole.report);
        assert.deepEqual(everything(store), everything(whole.store));
      }
    });
  }

  test('Zipkin lists are read, also lists of traces', async () => {
    const zipkin = (id: string) => ({
      traceId: TRACE_ID,
      id,
      name: `z${id}`,
      timestamp: 1_700_000_000_000_000,
      duration: 5,
      localEndpoint: { serviceName: 'z' },
    });
    const a = zipkin('00000000000000aa');
    const b = zipkin('00000000000000bb');
    for (const list of [
      [a, b],
      [[a], [b]],
    ]) {
      const { report, store } = await read(JSON.stringify(list, null, 1));
      assert.equal(report.format, 'Zipkin JSON');
      assert.deepEqual(names(store), [a.name, b.name]);
    }
  });

  test('Jaeger JSON is read', async () => {
    const trace = {
      traceID: TRACE_ID,
      spans: [
        {
          traceID: TRACE_ID,
          spanID: '0000000000000001',
          operationName: 'GET /x',
          references: [],
          startTime: 1_700_000_000_000_000,
          duration: 250,
          tags: [
            { key: 'span.kind', type: 'string', value: 'server' },
            { key: 'http.status_code', type: 'int64', value: 500 },
            { key: 'error', type: 'bool', value: true },
            { key: 'otel.scope.name', type: 'string', value: 'lib' },
          ],
          logs: [{ timestamp: 1_700_000_000_000_100, fields: [{ key: 'event', type: 'string', value: 'retry' }] }],
          processID: 'p1',
        },
        {
          traceID: TRACE_ID,
          spanID: '2',
          operationName: 'load',
          references: [
            { refType: 'CHILD_OF', traceID: TRACE_ID, spanID: '0000000000000001' },
            { refType: 'FOLLOWS_FROM', traceID: '9'.repeat(32), spanID: '9'.repeat(16) },
          ],
          startTime: 1_700_000_000_000_010,
          duration: 5,
          tags: null,
          processID: 'p2',
        },
      ],
      processes: {
        p1: { serviceName: 'front', tags: [{ key: 'host.name', type: 'string', value: 'h' }] },
        p2: { serviceName: 'back' },
      },
    };
    const { report, store } = await read(JSON.stringify({ data: [trace], total: 0, errors: null }));
    assert.deepEqual([report.format, report.spans, report.problemCount], ['Jaeger JSON', 2, 0]);
    const root = store.details({ traceId: TRACE_ID, spanId: spanIdAt(1) });
    assert.deepEqual(
      [root?.name, root?.kind, root?.status.code, root?.durationNs, root?.scope.name, root?.resource.serviceName],
      ['GET /x', 2, 2, 250_000, 'lib', 'front'],
    );
    assert.deepEqual(
      root?.attributes.map(({ key, value }) => [key, value.type]),
      [
        ['http.status_code', 'int'],
        ['error', 'bool'],
      ],
    );
    assert.deepEqual(
      root.events.map(({ name, offsetNs }) => [name, offsetNs]),
      [['retry', 100_000]],
    );
    const child = store.details({ traceId: TRACE_ID, spanId: spanIdAt(2) });
    assert.deepEqual([child?.parentSpanId, child?.links.length], [spanIdAt(1), 1]);
    const broken = await read(JSON.stringify({ data: [trace, { traceID: 'x' }] }, null, 1));
    assert.match(describeProblem(broken.report.problems[0]!), /^line \d+, byte \d+: not valid Jaeger JSON/);
  });

  test('a large request is handed on in parts that say the same', async () => {
    const spans = Array.from({ length: 400 }, (_, id) => ({
      ...named(`n${id}`, id + 1),
      attributes: { long: 'x'.repeat(40_000) },
    }));
    const big = request(
      group(spans.map(span), { service: 'big', scope: 'lib', schemaUrl: 'r' }),
      group([span(named('last', 900))], { service: 'other' }),
    );
    const store = new TraceStore({ now: () => 0, maxBytes: 256 * 1024 * 1024 });
    const sizes: number[] = [];
    await readTraceFile(inChunks(big, 100_000), (_signal, body) => {
      sizes.push(body.length);
      return store.ingestTraces(body);
    });
    assert.ok(sizes.length > 3 && Math.max(...sizes) < 5 * 1024 * 1024, sizes.join(' '));
    const direct = new TraceStore({ now: () => 0, maxBytes: 256 * 1024 * 1024 });
    direct.ingestTraces(big);
    for (const id of [1, 200, 400, 900]) {
      const ref = { traceId: TRACE_ID, spanId: spanIdAt(id) };
      const bounds = { limit: 10, maxBytes: 1000 };
      assert.deepEqual(
        { ...store.details(ref, bounds), attributes: 0 },
        { ...direct.details(ref, bounds), attributes: 0 },
      );
    }
    assert.equal(store.spanCount, 401);
  });

  test('a line that cannot be read is told with its place, the others are kept', async () => {
    const wrong = '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":7}]}]}]}';
    const { report, store } = await read([json(ONE), wrong, json(TWO)].join('\n'));
    assert.deepEqual(names(store), ALL);
    assert.equal(report.problemCount, 1);
    const byte = Buffer.byteLength(json(ONE)) + 1 + wrong.indexOf('7}');
    assert.equal(
      describeProblem(report.problems[0]!),
      `line 2, byte ${byte}: not valid OTLP JSON: scopeSpans[0].spans[0].traceId: expected 32 hex digits (traceId), found 7}]}]}]}`,
    );
  });

  test('a file that is cut short gives what is whole and says where it ends', async () => {
    const { report, store } = await read(`${json(ONE)}\n${json(TWO).slice(0, -20)}`);
    assert.deepEqual(
      names(store),
      ALL.filter((name) => name !== 'three'),
    );
    assert.match(describeProblem(report.problems[0]!), /^line 2, byte \d+: the file ends inside a JSON value/);
    const binary = await read(Buffer.concat([ONE, TWO.subarray(0, 30)]));
    const place = new RegExp(`^byte ${ONE.length}: the file ends inside a message`);
    assert.match(describeProblem(binary.report.problems[0]!), place);
  });

  test('what is no trace file is refused in words that say so', async () => {
    assert.match((await failure('')).message, /the file is empty/);
    assert.match((await failure('hello')).message, /no trace file that Spanline reads.*68656c6c6f/);
    assert.match((await failure('{"a":[1],"b":[2]}')).message, /no "resourceSpans".*only "a", "b"/);
    assert.match((await failure('{}')).message, /no spans, log records or metrics/);
    assert.match(describeProblem(await failure('{"resourceSpans":[}')), /^line 1, byte 18: expected ']', found "}"/);
    assert.match((await failure('{"resourceSpans":[{"scopeSpans":[{"spans":[}]}]}')).message, /expected ']', found/);
    assert.match((await failure(Buffer.from([10, 3, 0x12, 1, 99]))).message, /not valid OTLP protobuf/);
    const longLength = Buffer.from([10, 255, 255, 255, 255, 255, 255, 15]);
    assert.match((await failure(longLength)).message, /this is no OTLP protobuf/);
    assert.match((await failure('[1,2]')).message, /no trace file|expected a span or an export request/);
    assert.match((await failure('[{},2]')).message, /Zipkin|expected a span or an export request/);
    assert.match((await failure(`[${'['.repeat(5000)}`)).message, /ends inside/);
  });

  test('a request whose length looks like a brace is protobuf', async () => {
    for (let padding = 0; padding < 120; padding++) {
      const { report } = await read(tracesRequest([named('x'.repeat(padding), 1)], { service: 's' }));
      assert.equal(report.format, 'OTLP protobuf');
    }
  });

  test('spans without times are spans', async () => {
    const bare = { traceId: TRACE_ID, spanId: spanIdAt(1), attributes: { k: 'v' } };
    const { report } = await read(tracesRequest([bare], { service: 's' }));
    assert.deepEqual([report.spans, report.dataPoints], [1, 0]);
  });

  test('of many traces the first ids are told', async () => {
    const body = Buffer.concat(
      Array.from({ length: 1100 }, (_, i) =>
        tracesRequest([{ ...named('n', 1), traceId: (i + 1).toString(16).padStart(32, '0') }], {}),
      ),
    );
    const { report } = await read(body);
    assert.deepEqual([report.spans, report.traceIds.length], [1100, 1000]);
  });

  test('any bytes are read or refused', async () => {
    const jsonLike = fc.string({ unit: fc.constantFrom(...'{}[]",:\\ \na1'.split('')), maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.concat([Buffer.from([10]), bytes])),
          jsonLike.map((content) => Buffer.from(`{${content}`)),
          fc.tuple(fc.nat(ONE.length - 1), fc.nat(255)).map(([at, byte]) => {
            const damaged = Buffer.from(ONE);
            damaged[at] = byte;
            return damaged;
          }),
        ),
        fc.integer({ min: 1, max: 20 }),
        async (bytes, size) => {
          try {
            await read(bytes, size);
          } catch (error) {
            assert.ok(error instanceof FileProblem, String(error));
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
