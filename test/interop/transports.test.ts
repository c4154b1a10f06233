import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startTestEngine } from '../support/testEngine.ts';
import { type ArrivedSpan, type Plain, type TestEngine, arrivedSpan, text } from './arrivals.ts';
import { type Sender, type Sent, type SentSpan, prepareSenders } from './programs.ts';

/** What the programs set on their root span, in that order. */
function rootAttributes(bigInt: bigint, more: Record<string, Plain>): Record<string, Plain> {
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
    'value.long': 'é漢👋a'.repeat(20_480),
    ...more,
  };
}
const ATTRIBUTES: Record<Sender['language'], Record<string, Plain>> = {
  js: rootAttributes(2n ** 53n + 2n, {
    'value.map': { name: 'kettle', tags: ['hot', 1n], deep: { er: false } },
    'value.bytes': new Uint8Array([0, 255, 16]),
  }),
  python: rootAttributes(2n ** 62n + 1n, { 'value.nan': NaN, 'value.infinity': -Infinity }),
};

const senders = await prepareSenders();
const routes = senders.flatMap((sender) => [
  { sender, title: sender.title, port: sender.port, env: {} },
  {
    sender,
    title: `${sender.title}, gzip, to the other port`,
    port: sender.port === 'httpPort' ? ('grpcPort' as const) : ('httpPort' as const),
    env: { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' },
  },
]);

for (const { sender, title, port, env } of routes) {
  describe(title, { skip: sender.skip }, () => {
    let engine: TestEngine;
    let sent: Sent;
    const of = (key: string): SentSpan => {
      const span = sent[key];
      assert.ok(span, `the program printed no ${key}`);
      return span;
    };
    const span = (key: string): Promise<ArrivedSpan> => arrivedSpan(engine, of(key));

    before(async () => {
      engine = await startTestEngine();
      sent = await sender.run({ ...env, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(engine[port])}` });
      await engine.waitForSpan('interop.linked');
    });
    after(() => engine.stop());

    it('keeps every type of attribute, in the order they were set, and long text whole', async () => {
      const { attributes } = await span('root');
      assert.deepEqual(attributes, ATTRIBUTES[sender.language]);
      assert.deepEqual(Object.keys(attributes), Object.keys(ATTRIBUTES[sender.language]));
    });

    it('keeps ids, times, kind, scope and resource', async () => {
      for (const [key, kind] of [
        ['root', 2],
        ['failing', 1],
        ['inner', 3],
        ['linked', 4],
      ] as const) {
        const { details } = await span(key);
        const { start, end, traceId, spanId } = of(key);
        assert.deepEqual(
          {
            start: details.start,
            end: details.end,
            traceId: details.traceId,
            spanId: details.spanId,
            kind: details.kind,
          },
          { start, end, traceId, spanId, kind },
          key,
        );
        assert.equal(details.name, `interop.${key}`);
        assert.equal(details.durationNs, Number(BigInt(end) - BigInt(start)));
        assert.equal(`${details.scope.name} ${details.scope.version}`, 'interop.program 1.2.3');
        assert.equal(details.resource.serviceName, `interop-${sender.language}`);
        assert.deepEqual(
          details.resource.attributes.find((attribute) => attribute.key === 'deployment.environment.name')?.value,
          { type: 'string', value: 'interop' },
        );
      }
    });

    it('nests spans as they were nested', async () => {
      const parents = [];
      for (const key of ['root', 'failing', 'inner', 'linked']) parents.push((await span(key)).details.parentSpanId);
      assert.deepEqual(parents, ['', of('root').spanId, of('failing').spanId, '']);
      assert.equal(of('inner').traceId, of('root').traceId);
    });

    it('keeps events, the recorded exception and the status', async () => {
      const { details, events } = await span('failing');
      const [checkpoint, exception] = events;
      assert.deepEqual(checkpoint, { name: 'checkpoint', attributes: { step: 3n, note: 'ü' } });
      assert.equal(exception?.name, 'exception');
      assert.equal(exception.attributes['exception.type'], 'TypeError');
      assert.equal(exception.attributes['exception.message'], 'it failed');
      assert.match(
        text(exception.attributes['exception.stacktrace']),
        sender.language === 'js' ? /at .*send\.mjs:\d+:\d+/ : /File ".*send\.py", line \d+, in fail/,
      );
      assert.equal(details.status.code, 2);
      assert.match(details.status.message, /it failed/);
      assert.equal((await span('inner')).details.status.code, 1);
      assert.equal((await span('linked')).details.status.code, 0);
    });

    it('keeps a link to another trace', async () => {
      const [link, ...others] = (await span('linked')).details.links;
      assert.ok(link);
      assert.deepEqual(others, []);
      assert.deepEqual([link.traceId, link.spanId], [of('root').traceId, of('root').spanId]);
      assert.deepEqual(link.attributes, [{ key: 'link.reason', value: { type: 'string', value: 'follows' } }]);
    });

    it('joins log records to their spans', async () => {
      const { logs, details } = await span('inner');
      const [record, ...others] = logs;
      assert.ok(record);
      assert.deepEqual(others, []);
      assert.equal(details.logCount, 1);
      assert.equal(record.severityNumber, 13);
      assert.deepEqual(record.body, { type: 'string', value: 'inner is slow' });
      assert.deepEqual(record.attributes.find((attribute) => attribute.key === 'slow.ms')?.value, {
        type: 'int',
        value: '12',
      });
      assert.equal(record.scopeName, 'interop.program');
      assert.deepEqual(
        (await span('root')).logs.map(({ body }) => body),
        [{ type: 'string', value: 'started' }],
      );
    });

    if (sender.language === 'js') {
      // The SDK writes NaN as null and 1e20 as an integer of 67 bits when it sends JSON. What a value becomes is not
      // specified; the batch it is in must not be lost.
      it('takes numbers that the SDK writes in odd ways', async () => {
        const { details, attributes } = await span('odd');
        assert.equal(details.name, 'interop.odd');
        assert.deepEqual(Object.keys(attributes), ['odd.nan', 'odd.huge', 'odd.null']);
      });
    }
  });
}
