import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FollowHit } from '../../src/protocol/followApi.ts';
import { agentTrace, WRONG_ACCOUNT } from '../support/agentTrace.ts';
import { logsRequest, spanIdAt, TRACE_ID, traceFromText, tracesRequest } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';

const ROWS = { foldAlike: 0, messagesAsRows: true };

let engine: TestEngine;
let viewId = -1;
before(async () => {
  engine = await startTestEngine({ receiver: false });
  engine.engine.ingest('traces', agentTrace());
  ({ viewId } = await engine.request('view/open', { traceId: TRACE_ID, rows: ROWS }));
});
after(() => engine.stop());

/** Every place of a value, earliest first. */
async function follow(text: string, view = viewId): Promise<FollowHit[]> {
  const hits: FollowHit[] = [];
  for (let from = 0; from >= 0;) {
    const page = await engine.request('values/follow', { viewId: view, text, from });
    hits.push(...page.hits);
    from = page.next;
  }
  return hits;
}

const shown = ({ step, callName, side, key, path, role, tool, repeated }: FollowHit): string =>
  [step + 1, callName, side, key, path, role, tool, repeated ? 'again' : ''].join(' | ');

test('every place of a value is told with the time at which it was there, sides and ways', async () => {
  const hits = (await follow(WRONG_ACCOUNT)).sort((a, b) => a.atNs - b.atNs || b.depth - a.depth);
  assert.deepEqual(hits.slice(0, 5).map(shown), [
    '13 | search_tickets | result | gen_ai.tool.call.result | hits[0].payload › bank.iban |  |  | ',
    '14 | gpt-5-mini | input | gen_ai.input.messages | [7].parts[0].response.hits[0].payload › bank.iban | tool | search_tickets | ',
    '14 | gpt-5-mini | output | gen_ai.output.messages | [0].parts[0].content | assistant |  | ',
    '15 | gpt-5-mini | input | gen_ai.input.messages | [10].parts[0].content | user |  | ',
    '17 | gpt-5-mini | input | gen_ai.input.messages | [10].parts[0].content | user |  | again',
  ]);
  assert.deepEqual(hits.filter(({ side }) => side === 'arguments').map(shown), [
    '23 | create_refund | arguments | gen_ai.tool.call.arguments | account |  |  | ',
  ]);
  assert.equal(hits.filter(({ repeated }) => repeated).length, 11);
});

test('what came out of a span was there at its end, so that a span around others does not come before them', async () => {
  const traceId = 'e'.repeat(32);
  engine.engine.ingest(
    'traces',
    traceFromText(
      `
invoke_agent  shop  0..100 gen_ai.operation.name=invoke_agent output.value=K-77
  execute_tool  shop  10..20 gen_ai.operation.name=execute_tool gen_ai.tool.name=look gen_ai.tool.call.result={"key":"K-77"}
    db query    shop  12..15 db.response=K-77
`,
      { traceId },
    ),
  );
  const { viewId: view } = await engine.request('view/open', { traceId: traceId as never, rows: ROWS });
  const hits = (await follow('K-77', view)).sort((a, b) => a.atNs - b.atNs);
  assert.deepEqual(
    hits.map(({ spanName, side, atNs }) => [spanName, side, atNs / 1e6]),
    [
      ['db query', 'attribute', 15],
      ['execute_tool', 'result', 20],
      ['invoke_agent', 'output', 100],
    ],
  );
});

test('events, log records, names and status messages are looked through, and values longer than a message', async () => {
  const traceId = 'f'.repeat(32);
  const spanId = spanIdAt(1);
  const long = JSON.stringify({ filler: 'x '.repeat(400_000), last: { code: 'Z-4711' } });
  engine.engine.ingest(
    'traces',
    tracesRequest([
      {
        traceId,
        spanId,
        name: 'load Z-4711',
        startNs: 1_000_000n,
        endNs: 9_000_000n,
        status: { code: 2, message: 'Z-4711 is gone' },
        attributes: { 'gen_ai.tool.call.arguments': long, 'gen_ai.operation.name': 'execute_tool' },
        events: [{ name: 'seen', timeNs: 3_000_000n, attributes: { code: 'Z-4711' } }],
      },
    ]),
  );
  engine.engine.ingest(
    'logs',
    logsRequest([{ traceId, spanId, timeNs: 4_000_000n, body: 'code=Z-4711 was looked up' }]),
  );
  const { viewId: view } = await engine.request('view/open', { traceId: traceId as never, rows: ROWS });
  const hits = await follow('Z-4711', view);
  assert.deepEqual(
    hits.map(({ side, key, path, atNs }) => [side, key, path, atNs / 1e6]),
    [
      ['name', 'name', '', 0],
      ['arguments', 'gen_ai.tool.call.arguments', 'last.code', 0],
      ['event', 'seen → code', '', 2],
      ['log', 'body', '', 3],
      ['status', 'status', '', 8],
    ],
  );
});

test('a large trace is looked through page by page, and only where the bytes may have the value', async () => {
  const traceId = 'a'.repeat(32);
  const spans = Array.from({ length: 5000 }, (_, at) => ({
    traceId,
    spanId: spanIdAt(at + 1),
    name: 'call',
    startNs: BigInt(at + 1) * 1000n,
    endNs: BigInt(at + 2) * 1000n,
    attributes: {
      payload: JSON.stringify({
        inner: JSON.stringify({ id: at === 4321 ? 'needle-in-hay' : `item-${at}`, price: at / 2 }),
      }),
    },
  }));
  engine.engine.ingest('traces', tracesRequest(spans));
  const { viewId: view } = await engine.request('view/open', { traceId: traceId as never, rows: ROWS });
  const page = await engine.request('values/follow', { viewId: view, text: 'needle-in-hay', from: 0 });
  assert.deepEqual([page.hits.length, page.next, page.total], [1, -1, 1]);
  const first = await engine.request('values/follow', { viewId: view, text: '2160.50', from: 0 });
  assert.deepEqual([first.hits.length, first.next, first.total], [0, 2000, 5000]);
  assert.deepEqual(
    (await follow('2160.50', view)).map(({ path }) => path),
    ['inner › price'],
  );
});

test('what is too common to be followed is refused with the reason, and parameters are checked', async () => {
  const page = await engine.request('values/follow', { viewId, text: 'true', from: 0 });
  assert.deepEqual([page.kind, page.refused, page.next], ['refused', 'true is in too many places to be followed.', -1]);
  await assert.rejects(engine.request('values/follow', { viewId, text: 'x'.repeat(70_000), from: 0 }), {
    code: 'invalid',
  });
  await assert.rejects(engine.request('values/follow', { viewId: 12_345, text: 'abc', from: 0 }), { code: 'notFound' });
});
