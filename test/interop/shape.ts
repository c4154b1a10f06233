import assert from 'node:assert/strict';
import type { SpanDetails } from '../../src/core/model/span.ts';
import { type ArrivedSpan, type Plain, type TestEngine, arrivedSpan, arrivedTrace, text } from './arrivals.ts';
import type { ClientTransport, Sent, SentSpan } from './runProgram.ts';

/** Who made the spans: every client makes the same set, save what its language or SDK cannot. */
export type Maker = 'js' | 'python' | 'go' | 'java' | 'java-agent' | 'rust';

/** How often the text of `value.long` is repeated when INTEROP_LONG does not say: 200 KiB of UTF-8. */
export const LONG_TIMES = 20_480;
const LONG_PART = 'é漢👋a';
/** In captures, which are kept in the repository. */
export const CAPTURED_LONG_TIMES = 2048;

interface Traits {
  readonly bigInt: bigint;
  /** Values that not every SDK can set. */
  readonly more: Readonly<Record<string, Plain>>;
  /** Java keeps attributes in a hash map. */
  readonly unordered?: true;
  readonly exceptionType: string | undefined;
  readonly exceptionStack: RegExp | undefined;
  /** Records of java.util.logging have no attributes. */
  readonly plainLogs?: true;
  /** The agent's spans of the request and of its handling are above the root. */
  readonly underAgent?: true;
}

/** Does not hold where a client is refused on purpose. */
export const REFUSES_NOTHING = 'refuses nothing and has nothing to complain of';

const MAP = { name: 'kettle', tags: ['hot', 1n], deep: { er: false } };
const BYTES = new Uint8Array([0, 255, 16]);
const ODD = { 'value.nan': NaN, 'value.infinity': -Infinity };
const JAVA: Traits = {
  bigInt: 2n ** 62n + 1n,
  more: { 'value.map': MAP, 'value.bytes': BYTES, ...ODD },
  unordered: true,
  exceptionType: 'java.lang.IllegalStateException',
  exceptionStack: /at Shape\.fail\(Shape\.java:\d+\)/,
};
const TRAITS: Readonly<Record<Maker, Traits>> = {
  js: {
    bigInt: 2n ** 53n + 2n,
    more: { 'value.map': MAP, 'value.bytes': BYTES },
    exceptionType: 'TypeError',
    exceptionStack: /at .*shape\.mjs:\d+:\d+/,
  },
  python: {
    bigInt: 2n ** 62n + 1n,
    more: ODD,
    exceptionType: 'TypeError',
    exceptionStack: /File ".*send\.py", line \d+, in fail/,
  },
  go: {
    bigInt: 2n ** 62n + 1n,
    more: { 'value.map': MAP, 'value.bytes': BYTES, ...ODD },
    exceptionType: '*errors.errorString',
    exceptionStack: /main\.main\(\)\n\t.*main\.go:\d+/,
  },
  java: JAVA,
  'java-agent': { ...JAVA, plainLogs: true, underAgent: true },
  rust: { bigInt: 2n ** 62n + 1n, more: ODD, exceptionType: undefined, exceptionStack: undefined },
};

/** What the program set on its root, in that order; its long text apart, whose difference nobody could read. */
function rootAttributes({ maker, transport }: Run): Record<string, Plain> {
  const { bigInt, more } = TRAITS[maker];
  // serde writes what JSON has no number for as null.
  const odd = maker === 'rust' && transport === 'http/json' ? { 'value.nan': null, 'value.infinity': null } : {};
  return {
    'value.string': 'plain',
    'value.empty': '',
    'value.unicode': 'Grüße 👋 漢字 \u202e\u0007 <b>&amp;</b>',
    'value.int': -42n,
    'value.bigInt': bigInt,
    'value.double': 0.1,
    'value.bool': true,
    'value.strings': ['a', 'ü', ''],
    'value.ints': [1n, 2n, 3n],
    'value.doubles': [1.5, -2.25],
    'value.bools': [true, false],
    'value.long': 'long',
    ...more,
    ...odd,
  };
}

/** A run of a client's program and the engine it sent to. */
export interface Run {
  readonly engine: TestEngine;
  readonly sent: Sent;
  readonly maker: Maker;
  readonly transport: ClientTransport;
  readonly longTimes: number;
}

function sentSpan({ sent }: Run, key: string): SentSpan {
  const span = sent[key];
  assert.ok(span, `the program printed no ${key}`);
  return span;
}

const arrived = (run: Run, key: string): Promise<ArrivedSpan> => arrivedSpan(run.engine, sentSpan(run, key));

/** What has to hold of every client, with titles for tests; each rejects with an assertion when it does not. */
export const SHAPE_CHECKS: readonly { readonly title: string; readonly check: (run: Run) => Promise<void> }[] = [
  {
    title: 'keeps every type of attribute, in the order they were set, and long text whole',
    check: async (run) => {
      const { attributes } = await arrived(run, 'root');
      const traits = TRAITS[run.maker];
      const expected = rootAttributes(run);
      assert.ok(attributes['value.long'] === LONG_PART.repeat(run.longTimes), 'the long text differs');
      // The agent adds its own, such as the thread's name.
      const own = Object.entries(attributes).filter(([key]) => !traits.underAgent || key.startsWith('value.'));
      const got = own.map(([key, value]) => [key, key === 'value.long' ? 'long' : value] as const);
      assert.deepEqual(Object.fromEntries(got), expected);
      if (!traits.unordered) assert.deepEqual(Object.keys(attributes), Object.keys(expected));
    },
  },
  { title: 'keeps ids, times, kind, scope and resource', check: checkIdentity },
  {
    title: 'nests spans as they were nested',
    check: async (run) => {
      const parents: SpanDetails['parentSpanId'][] = [];
      for (const key of ['root', 'failing', 'inner', 'linked']) {
        parents.push((await arrived(run, key)).details.parentSpanId);
      }
      const [root] = parents;
      assert.deepEqual(parents.slice(1), [sentSpan(run, 'root').spanId, sentSpan(run, 'failing').spanId, '']);
      assert.equal(sentSpan(run, 'inner').traceId, sentSpan(run, 'root').traceId);
      if (TRAITS[run.maker].underAgent) await checkAgentSpans(run, root);
      else assert.equal(root, '');
    },
  },
  { title: 'keeps events, the recorded exception and the status', check: checkFailure },
  {
    title: 'keeps a link to another trace',
    check: async (run) => {
      const [link, ...others] = (await arrived(run, 'linked')).details.links;
      assert.ok(link);
      assert.deepEqual(others, []);
      const root = sentSpan(run, 'root');
      assert.deepEqual([link.traceId, link.spanId], [root.traceId, root.spanId]);
      assert.deepEqual(link.attributes, [{ key: 'link.reason', value: { type: 'string', value: 'follows' } }]);
    },
  },
  { title: 'joins log records to their spans', check: checkLogs },
  {
    title: 'shows each span once',
    check: async (run) => {
      const traces = await run.engine.listTraces();
      const spans = traces.reduce((sum, { spanCount }) => sum + spanCount, 0);
      assert.equal(spans, Object.keys(run.sent).length + (TRAITS[run.maker].underAgent ? 2 : 0));
    },
  },
  {
    title: REFUSES_NOTHING,
    check: async (run) => {
      const { problems } = await run.engine.request('engine/status', {});
      assert.deepEqual(problems, []);
      assert.equal(run.engine.metrics.refusedRequests, 0);
    },
  },
];

async function checkIdentity(run: Run): Promise<void> {
  for (const [key, kind] of [
    ['root', 2],
    ['failing', 1],
    ['inner', 3],
    ['linked', 4],
  ] as const) {
    const { details } = await arrived(run, key);
    const { start, end, traceId, spanId } = sentSpan(run, key);
    assert.deepEqual(
      { start: details.start, end: details.end, traceId: details.traceId, spanId: details.spanId, kind: details.kind },
      { start, end, traceId, spanId, kind },
      key,
    );
    assert.equal(details.name, `interop.${key}`);
    assert.equal(details.durationNs, Number(BigInt(end) - BigInt(start)));
    assert.equal(`${details.scope.name} ${details.scope.version}`, 'interop.program 1.2.3');
    assert.equal(details.resource.serviceName, `interop-${run.maker}`);
    assert.deepEqual(
      details.resource.attributes.find((attribute) => attribute.key === 'deployment.environment.name')?.value,
      { type: 'string', value: 'interop' },
    );
  }
}

/** Above the root: the handling of a request, below the sending of it. */
async function checkAgentSpans(run: Run, parent: string | undefined): Promise<void> {
  const spans = await arrivedTrace(run.engine, sentSpan(run, 'root').traceId);
  const byId = new Map<string, ArrivedSpan>(spans.map((span) => [span.details.spanId, span]));
  const server = byId.get(parent ?? '')?.details;
  const client = byId.get(server?.parentSpanId ?? '')?.details;
  assert.deepEqual(
    [server, client].map((span) => [span?.name, span?.kind]),
    [
      ['GET /work', 2],
      ['GET', 3],
    ],
  );
  assert.equal(client?.parentSpanId, '');
}

async function checkFailure(run: Run): Promise<void> {
  const { details, events } = await arrived(run, 'failing');
  const { exceptionType, exceptionStack } = TRAITS[run.maker];
  const [checkpoint, exception, ...others] = events;
  assert.deepEqual(others, []);
  assert.deepEqual(checkpoint, { name: 'checkpoint', attributes: { step: 3n, note: 'ü' } });
  assert.equal(exception?.name, 'exception');
  assert.equal(exception.attributes['exception.type'], exceptionType);
  assert.equal(exception.attributes['exception.message'], 'it failed');
  if (exceptionStack) assert.match(text(exception.attributes['exception.stacktrace']), exceptionStack);
  else assert.ok(!('exception.stacktrace' in exception.attributes));
  assert.equal(details.status.code, 2);
  assert.match(details.status.message, /it failed/);
  assert.equal((await arrived(run, 'inner')).details.status.code, 1);
  assert.equal((await arrived(run, 'linked')).details.status.code, 0);
}

async function checkLogs(run: Run): Promise<void> {
  const { logs, details } = await arrived(run, 'inner');
  const [record, ...others] = logs;
  assert.ok(record);
  assert.deepEqual(others, []);
  assert.equal(details.logCount, 1);
  assert.equal(record.severityNumber, 13);
  assert.deepEqual(record.body, { type: 'string', value: 'inner is slow' });
  if (!TRAITS[run.maker].plainLogs) {
    const slow = record.attributes.find((attribute) => attribute.key === 'slow.ms');
    assert.deepEqual(slow?.value, { type: 'int', value: '12' });
  }
  assert.equal(record.scopeName, 'interop.program');
  assert.deepEqual(
    (await arrived(run, 'root')).logs.map(({ body }) => body),
    [{ type: 'string', value: 'started' }],
  );
}
