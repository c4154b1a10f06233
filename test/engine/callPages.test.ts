import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ModelItem } from '../../src/core/model/modelCall.ts';
import { ProtocolError } from '../../src/protocol/errors.ts';
import { spanIdAt, TRACE_ID, tracesRequest } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';

const START = 1_767_225_600_000_000_000n;
const CHAT = { traceId: TRACE_ID, spanId: spanIdAt(1) };
const BIG = { traceId: TRACE_ID, spanId: spanIdAt(2) };
const MESSAGES = 5000;
const MOST_BYTES = 512 * 1024;
const LONG = `${'long line of a prompt, ünd 😀. '.repeat(10_000)}the end`;

let engine: TestEngine;
const content = (n: number): string => (n === 4321 ? LONG : `message ${n} ${'word '.repeat(n % 50)}`);
const rows = Array.from({ length: 150_000 }, (_, n) => ({
  id: n,
  name: `row ${n}`,
  nested: { value: [n, 'x'.repeat(80)] },
}));
const big = JSON.stringify({ head: 'first', rows, tail: 'NEEDLE' });

before(async () => {
  engine = await startTestEngine({ receiver: false });
  const messages = Array.from({ length: MESSAGES }, (_, n) => ({
    role: n % 2 === 0 ? 'user' : 'assistant',
    parts: [{ type: 'text', content: content(n) }],
  }));
  engine.store.ingestTraces(
    tracesRequest([
      {
        ...CHAT,
        name: 'chat',
        startNs: START,
        endNs: START + 1n,
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.input.messages': JSON.stringify(messages),
          'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: 'done' }] }]),
        },
      },
      {
        ...BIG,
        name: 'predict',
        startNs: START,
        endNs: START + 1n,
        attributes: { 'gen_ai.operation.name': 'chat', 'input.value': big },
      },
    ]),
  );
});
after(() => engine.stop());

function weighed<T>(answer: T): T {
  assert.ok(Buffer.byteLength(JSON.stringify(answer)) < MOST_BYTES);
  return answer;
}

async function wholeText(item: ModelItem | undefined): Promise<string> {
  assert.ok(item);
  if (!item.cut) return item.text;
  let text = '';
  for (let offset = 0; offset >= 0;) {
    const page = weighed(await engine.request('span/value', { ...CHAT, ref: item.cut.ref, offset }));
    text += page.text;
    offset = page.nextOffset;
  }
  assert.ok(text.startsWith(item.text));
  return text;
}

describe('a conversation of 5,000 messages', () => {
  it('comes in messages of bounded size, whole and in order', async () => {
    const head = weighed(await engine.request('span/model', CHAT));
    assert.deepEqual([head.inputs, head.outputs], [MESSAGES, 1]);
    assert.equal(head.call?.outputs[0]?.text, 'done');
    const items = [...head.call.inputs];
    assert.ok(items.length < MESSAGES);
    while (items.length < MESSAGES) {
      const page = weighed(await engine.request('call/items', { ...CHAT, side: 'inputs', from: items.length }));
      assert.ok(page.items.length > 0);
      items.push(...page.items);
    }
    for (const n of [0, 1, 2500, 4321, 4999]) assert.equal(await wholeText(items[n]), content(n));
    assert.equal(items[4321]?.cut?.totalBytes, Buffer.byteLength(LONG));
  });

  it('is searched through whole texts, also where they are cut', async () => {
    const found = await engine.request('call/find', { ...CHAT, side: 'inputs', text: 'THE END', matchCase: false });
    assert.deepEqual([found.total, [...found.items], [...found.starts]], [1, [4321], [LONG.length - 7]]);
    const many = await engine.request('call/find', { ...CHAT, side: 'inputs', text: 'word', matchCase: true });
    assert.ok(many.total > many.items.length);
    assert.equal(many.items.length, 10_000);
  });
});

describe('a value of 20 MB', () => {
  let ref = '';
  before(async () => {
    const { call } = await engine.request('span/model', BIG);
    const cut = call?.inputs[0]?.cut;
    assert.equal(cut?.totalBytes, Buffer.byteLength(big));
    assert.ok(cut.totalBytes > 15_000_000);
    ref = cut.ref;
  });

  const rowsAt = (from: number, options: { at?: number; wait?: boolean; count?: number } = {}) =>
    engine.request('value/rows', { ...BIG, ref, columns: 100, from, at: -1, count: 50, wait: false, ...options });

  it('shows its first rows before all are counted, and any row after', async () => {
    const first = weighed(await rowsAt(0));
    assert.equal(first.rows.length, 50);
    assert.equal(first.complete, false);
    assert.equal(first.length, big.length);
    const { total, complete } = await rowsAt(0, { wait: true, count: 0 });
    assert.equal(complete, true);
    const last = await rowsAt(total - 2);
    assert.ok(last.rows.join('').endsWith('"tail":"NEEDLE"}'));
  });

  it('is searched whole, and a place found is a row', async () => {
    const found = await engine.request('value/find', { ...BIG, ref, text: 'needle', matchCase: false });
    assert.deepEqual([...found.starts], [big.indexOf('NEEDLE')]);
    const page = await rowsAt(0, { at: found.starts[0] ?? 0, count: 3 });
    const text = page.rows.join('');
    assert.match(text, /NEEDLE/);
  });

  it('is a tree whose members are found without reading it whole', async () => {
    const members = (at: number, from: number, count: number) =>
      engine.request('value/members', { ...BIG, ref, at, from, count });
    const root = weighed(await members(0, 0, 10));
    assert.deepEqual(
      root.members.map(({ key, kind, cut }) => [key, kind, cut]),
      [
        ['head', 'string', false],
        ['rows', 'array', true],
        ['tail', 'string', false],
      ],
    );
    assert.equal(root.total, 3);
    const start = root.members[1]?.start ?? -1;
    const first = await members(start, 0, 5);
    assert.equal(first.total, -1);
    const far = weighed(await members(start, 149_990, 200));
    assert.equal(far.total, 150_000);
    assert.match(far.members[9]?.text ?? '', /"id":149999/);
    const { steps } = await engine.request('value/path', { ...BIG, ref, at: big.indexOf('row 70000') });
    assert.deepEqual(
      steps.map(({ member }) => member),
      [1, 70_000, 1],
    );
  });

  it('refuses what is not held or no JSON', async () => {
    const code = (wanted: string) => (error: unknown) => error instanceof ProtocolError && error.code === wanted;
    await assert.rejects(
      engine.request('value/find', { ...BIG, ref: 'mi0.t', text: 'x', matchCase: true, spanId: spanIdAt(9) }),
      code('notFound'),
    );
    await assert.rejects(
      engine.request('value/find', { ...BIG, ref: 'mi9.t', text: 'x', matchCase: true }),
      code('notFound'),
    );
    await assert.rejects(
      engine.request('value/find', { ...BIG, ref: 'nonsense', text: 'x', matchCase: true }),
      code('notFound'),
    );
    await assert.rejects(engine.request('value/members', { ...BIG, ref, at: 3, from: 0, count: 1 }), code('invalid'));
  });
});
