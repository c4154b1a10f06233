import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Attribute, AttributeValue } from '../../src/core/model/attributes.ts';
import type { LogDetails, SpanEvent } from '../../src/core/model/span.ts';
import type { EngineMethods } from '../../src/protocol/engineApi.ts';
import { logsRequest, spanIdAt, TRACE_ID, tracesRequest } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';

const REF = { traceId: TRACE_ID, spanId: spanIdAt(1) };
const START = 1_767_225_600_000_000_000n;
const LOGS = 5000;
const EVENTS = 1000;
const ATTRIBUTES = 300;
const MOST_BYTES = 512 * 1024;

const logText = (n: number): string => `log ${n} `.padEnd(2048, 'x');
const eventText = (n: number): string => `event ${n} `.padEnd(1024, 'y');
/** Characters that JSON writes with six. */
const attributeText = (n: number): string => `attribute ${n} `.padEnd(16 * 1024, n % 3 === 0 ? '\u0001' : 'z');

let engine: TestEngine;
let sizes: number[] = [];

function weighed<T>(answer: T): T {
  sizes.push(Buffer.byteLength(JSON.stringify(answer)));
  return answer;
}

async function wholeText(value: AttributeValue | undefined): Promise<string> {
  assert.ok(value?.type === 'string');
  if (!value.cut) return value.value;
  const { ref } = value.cut;
  assert.ok(value.value !== '', 'a cut value shows its beginning');
  let text = '';
  for (let offset = 0; offset >= 0;) {
    const page = await engine.request('span/value', { ...REF, ref, offset });
    text += page.text;
    offset = page.nextOffset;
  }
  assert.ok(text.startsWith(value.value));
  return text;
}

async function texts(attributes: readonly Attribute[]): Promise<string[]> {
  return Promise.all(attributes.map(({ value }) => wholeText(value)));
}

before(async () => {
  engine = await startTestEngine({ receiver: false });
  engine.store.ingestTraces(
    tracesRequest([
      {
        ...REF,
        name: 'predict',
        startNs: START,
        endNs: START + 1_000_000n,
        attributes: Object.fromEntries(Array.from({ length: ATTRIBUTES }, (_, n) => [`key${n}`, attributeText(n)])),
        events: Array.from({ length: EVENTS }, (_, n) => ({
          name: `event${n}`,
          timeNs: START + BigInt(n),
          attributes: { text: eventText(n), nested: { map: { inner: eventText(n) } } },
        })),
      },
      {
        ...REF,
        spanId: spanIdAt(2),
        startNs: START,
        endNs: START,
        events: Array.from({ length: EVENTS }, (_, n) => ({ name: `small${n}`, timeNs: START })),
      },
    ]),
  );
  // The newest come first: pages are by time, not by arrival.
  for (let from = LOGS - 500; from >= 0; from -= 500) {
    engine.store.ingestLogs(
      logsRequest(
        Array.from({ length: 500 }, (_, n) => ({
          ...REF,
          timeNs: START + BigInt(from + n),
          body: logText(from + n),
          attributes: { n: from + n },
        })),
      ),
    );
  }
});

after(() => engine.stop());

describe('a message about one span', () => {
  it('is small for 5,000 log records, and paging reaches all of each', async () => {
    sizes = [];
    const logs: LogDetails[] = [];
    for (let total = Infinity; logs.length < total;) {
      const page: EngineMethods['span/logs'][1] = weighed(
        await engine.request('span/logs', { ...REF, from: logs.length, limit: 5000 }),
      );
      assert.ok(page.logs.length > 0 && page.logs.length <= 200);
      assert.equal(page.total, LOGS);
      logs.push(...page.logs);
      ({ total } = page);
    }
    assert.ok(Math.max(...sizes) <= MOST_BYTES, `${Math.max(...sizes)} bytes`);
    const bodies = await Promise.all(logs.map(({ body }) => wholeText(body)));
    assert.deepEqual(
      bodies,
      Array.from({ length: LOGS }, (_, n) => logText(n)),
    );
  });

  it('names a log record by its place in time on any page', async () => {
    const page = { ...REF, from: 4321, limit: 1 };
    const { logs } = await engine.request('span/logs', page);
    assert.equal(await wholeText(logs[0]?.body), logText(4321));
    assert.deepEqual(await engine.request('span/logs', { ...page, from: LOGS }), { logs: [], total: LOGS });
  });

  it('is small for 300 attributes of 16 KB and 1,000 events, and leaves nothing out', async () => {
    sizes = [];
    const details = weighed(await engine.request('span/details', REF));
    assert.equal(details.attributes.length, ATTRIBUTES);
    assert.deepEqual(
      await texts(details.attributes),
      Array.from({ length: ATTRIBUTES }, (_, n) => attributeText(n)),
    );
    assert.equal(details.eventCount, EVENTS);
    assert.equal(details.logCount, LOGS);
    assert.ok(details.events.length > 0);
    const events: SpanEvent[] = [...details.events];
    while (events.length < EVENTS) {
      const page = weighed(await engine.request('span/events', { ...REF, from: events.length, limit: 5000 }));
      assert.ok(page.events.length > 0 && page.events.length <= 200);
      assert.equal(page.total, EVENTS);
      events.push(...page.events);
    }
    assert.ok(Math.max(...sizes) <= MOST_BYTES, `${Math.max(...sizes)} bytes`);
    for (const [n, { name, offsetNs, attributes }] of events.entries()) {
      const nested = attributes[1]?.value;
      const inner = nested?.type === 'kvlist' ? nested.entries[0]?.value : undefined;
      assert.deepEqual(
        [name, offsetNs, await wholeText(attributes[0]?.value), await wholeText(inner)],
        [`event${n}`, n, eventText(n), eventText(n)],
      );
    }
  });

  it('carries the first 200 events when they are small', async () => {
    const details = weighed(await engine.request('span/details', { ...REF, spanId: spanIdAt(2) }));
    assert.deepEqual([details.events.length, details.eventCount], [200, EVENTS]);
  });
});

describe('reading a model call', () => {
  it('finds its log records among however many others', async () => {
    const other = { ...REF, spanId: spanIdAt(3) };
    engine.store.ingestTraces(tracesRequest([{ ...other, startNs: START, endNs: START + 1n }]));
    const plain = Array.from({ length: 1500 }, (_, n) => ({ ...other, timeNs: START + BigInt(n), body: `line ${n}` }));
    const last = {
      ...other,
      timeNs: START + 9999n,
      eventName: 'gen_ai.user.message',
      body: { map: { content: 'how tall is it?' } },
    };
    engine.store.ingestLogs(logsRequest([...plain, last]));
    const { call } = weighed(await engine.request('span/model', other));
    assert.match(call?.inputs[0]?.text ?? '', /how tall is it/);
  });
});
