import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agentTrace } from '../support/agentTrace.ts';
import { spanIdAt, START_MS, TRACE_ID, traceFromText } from '../support/otlpBytes.ts';
import { startTestEngine, type TestEngine } from '../support/testEngine.ts';
import type { StepRow } from '../../src/protocol/stepsApi.ts';

const ROWS = { foldAlike: 0, messagesAsRows: true };

let engine: TestEngine;
let viewId = -1;
before(async () => {
  engine = await startTestEngine({ receiver: false });
  engine.engine.ingest('traces', agentTrace());
  ({ viewId } = await engine.request('view/open', { traceId: TRACE_ID, rows: ROWS }));
});
after(() => engine.stop());

async function stepRows(view = viewId): Promise<readonly StepRow[]> {
  return (await engine.request('steps/list', { viewId: view, from: 0, count: 100, ids: [] })).rows;
}

test("an agent's trace is a row for each model and tool call, in order of time, with the agents around it", async () => {
  const page = await engine.request('steps/list', { viewId, from: 0, count: 100, ids: [] });
  const { total, models, tools, errors, problems, conversations } = page;
  assert.deepEqual(
    { total, models, tools, errors, problems, conversations },
    { total: 30, models: 16, tools: 14, errors: 1, problems: 1, conversations: 2 },
  );
  assert.deepEqual(
    page.rows
      .slice(6, 10)
      .map(({ kind, agents, name, relation, before, asBefore, messages }) => [
        kind,
        agents.join(' › '),
        name,
        relation,
        before,
        `${asBefore} of ${messages}`,
      ]),
    [
      ['model', 'support', 'gpt-5-mini', 'continues', 4, '7 of 8'],
      ['model', 'support › researcher', 'gpt-5-mini', 'first', -1, '0 of 2'],
      ['tool', 'support › researcher', 'search_tickets', '', 7, '0 of 0'],
      ['model', 'support › researcher', 'gpt-5-mini', 'continues', 7, '3 of 4'],
    ],
  );
});

test('the conversation goes on behind what a sub-agent did in between', async () => {
  const rows = await stepRows();
  assert.deepEqual([rows[14]?.conversation, rows[14]?.before, rows[14]?.asBefore, rows[14]?.messages], [1, 6, 9, 11]);
  assert.equal(rows[14]?.input, '(researcher) The account is DE02120300000000202051.');
});

test('pages of rows and lines are parts of the same list', async () => {
  const all = await stepRows();
  const part = await engine.request('steps/list', { viewId, from: 10, count: 3, ids: [all[2]?.id ?? '', 'gone'] });
  assert.deepEqual(part.rows, all.slice(10, 13));
  assert.deepEqual([part.places, part.errorPlaces], [[2, -1], [24]]);
  const stepId = all[23]?.id ?? '';
  const lines = await engine.request('steps/lines', { viewId, stepId, from: 0, count: 100 });
  assert.equal(lines.total, all[23]?.lines);
  const second = await engine.request('steps/lines', { viewId, stepId, from: 1, count: 2 });
  assert.deepEqual(second.lines, lines.lines.slice(1, 3));
});

test('an opened model call folds what stood in the call before, around the place where the cached prefix ends', async () => {
  const row = (await stepRows())[23];
  const { lines } = await engine.request('steps/lines', { viewId, stepId: row?.id ?? '', from: 0, count: 100 });
  assert.deepEqual(
    lines.map(({ kind, message, count, label, text, other, step }) => [kind, message, count, label, text, other, step]),
    [
      ['asBefore', 0, 4, '', '', '', 21],
      [
        'cacheEnd',
        -1,
        0,
        'estimated',
        'Cached prefix ends about here, by the lengths of the messages: 675 of 965 input tokens',
        '',
        -1,
      ],
      ['asBefore', 4, 15, '', '', '', 21],
      ['result', 19, 0, 'create_refund', '{"refund":"R-55","state":"booked"}', '', 22],
      ['call', 0, 0, 'send_mail', '{"to":"ana.perez@example.com","subject":"Refund R-55"}', '{"error":"refused"}', 24],
    ],
  );
  const folded = await engine.request('steps/messages', { viewId, stepId: row?.id ?? '', from: 4, count: 2 });
  assert.deepEqual(
    folded.lines.map(({ label, message, text }) => [label, message, text]),
    [
      ['assistant', 4, '→ list_orders({"customer_id":"C-1042"})'],
      ['tool', 5, 'list_orders: {"orders":[{"id":"A-7731","total":129.5},{"id":"A-7702","total":18}]}'],
    ],
  );
});

test("a tool's arguments are checked against its schema, and beside those its own span received", async () => {
  const rows = await stepRows();
  assert.deepEqual([rows[10]?.problems, rows[22]?.differences], [1, 1]);
  const wrong = await engine.request('steps/lines', { viewId, stepId: rows[10]?.id ?? '', from: 0, count: 100 });
  assert.deepEqual(
    wrong.lines.filter(({ kind }) => kind === 'problem').map(({ label, text }) => [label, text]),
    [['limit', 'is 50, and the most is 10']],
  );
  const other = await engine.request('steps/lines', { viewId, stepId: rows[22]?.id ?? '', from: 0, count: 100 });
  assert.deepEqual(
    other.lines.filter(({ kind }) => kind === 'difference').map((line) => [line.label, line.text, line.other]),
    [['amount', '119.2', '119']],
  );
});

test('a tool without a span is a step of the call that asked for it, with what a later prompt tells of its result', async () => {
  const row = (await stepRows())[28];
  assert.deepEqual(
    [row?.kind, row?.hasSpan, row?.name, row?.input, row?.output, row?.durationNs, row?.before],
    ['tool', false, 'get_order', '{"order_id":"A-7731"}', '{"id":"A-7731","refunded":119.2}', -1, 27],
  );
});

test('a span leads to its step, one around steps to the first of them, one beside them to none', async () => {
  const place = async (line: number): Promise<number> =>
    (await engine.request('steps/place', { viewId, spanId: spanIdAt(line) })).place;
  const rows = await stepRows();
  assert.equal(rows[await place(3)]?.spanId, spanIdAt(3));
  assert.equal(await place(1), 0);
  await assert.rejects(engine.request('steps/lines', { viewId, stepId: 'gone', from: 0, count: 1 }), {
    code: 'notFound',
  });
});

test('a growing trace keeps its steps in place and reads what came alone', async () => {
  const traceId = 'c'.repeat(32);
  const drawing = `
agent     shop  0..900  gen_ai.operation.name=invoke_agent gen_ai.agent.name=shop
  chat    shop  10..100 gen_ai.operation.name=chat "gen_ai.input.messages=[{'role':'user','parts':[{'type':'text','content':'hi'}]}]"
  chat    shop  200..300 gen_ai.operation.name=chat "gen_ai.input.messages=[{'role':'user','parts':[{'type':'text','content':'hi'}]}]"
`;
  engine.engine.ingest('traces', traceFromText(drawing, { traceId, startMs: START_MS, lines: [1, 2] }));
  const { viewId: live } = await engine.request('view/open', { traceId: traceId as never, rows: ROWS });
  const first = await stepRows(live);
  const changed = engine.nextEvent('view/changed', (info) => info.viewId === live);
  engine.engine.ingest('traces', traceFromText(drawing, { traceId, startMs: START_MS, lines: [3] }));
  await changed;
  const second = await stepRows(live);
  assert.equal(first.length, 1);
  assert.deepEqual(second.slice(0, 1), first);
  assert.deepEqual(
    second.map(({ relation }) => relation),
    ['first', 'repeats'],
  );
});

test('a trace without calls has no steps', async () => {
  const traceId = 'd'.repeat(32);
  engine.engine.ingest('traces', traceFromText('GET /  web  0..10 server', { traceId }));
  const { viewId: plain } = await engine.request('view/open', { traceId: traceId as never, rows: ROWS });
  assert.deepEqual(await stepRows(plain), []);
});
