import process from 'node:process';
import { performance } from 'node:perf_hooks';
import { chatRequest, CHAT_REF, manyMessages } from '../support/chatTrace.ts';
import { spanIdAt, TRACE_ID, tracesRequest } from '../support/otlpBytes.ts';
import { startTestEngine } from '../support/testEngine.ts';

// A value of 20 MB and a conversation of 5,000 messages, as a panel asks for them, over a message port.
const ROUNDS = 5;
const START = 1_767_225_600_000_000_000n;
const BIG = { traceId: TRACE_ID, spanId: spanIdAt(9) };
/** From the click to the first rows, with the page's own part on top. */
const OPEN_BUDGET_MS = 300;
const big = JSON.stringify(
  Array.from({ length: 200_000 }, (_, id) => ({ id, name: `row ${id}`, text: 'x'.repeat(60), last: true })),
);

const engine = await startTestEngine({ receiver: false });
engine.store.ingestTraces(chatRequest(manyMessages(5000)));
engine.store.ingestTraces(
  tracesRequest([{ ...BIG, name: 'predict', startNs: START, endNs: START + 1n, attributes: { 'input.value': big } }]),
);

async function median(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    await run();
    times.push(performance.now() - begin);
  }
  return times.sort((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
}

function print(name: string, ms: number, budgetMs: number): void {
  const value = Math.round(ms * 10) / 10;
  process.stdout.write(
    `${JSON.stringify({ name, value, unit: 'ms', budget: `≤ ${budgetMs} ms`, ok: ms <= budgetMs })}\n`,
  );
}

const { call } = await engine.request('span/model', BIG);
const ref = call?.inputs[0]?.cut?.ref ?? '';
const rows = (columns: number, from: number, wait: boolean) =>
  engine.request('value/rows', { ...BIG, ref, columns, from, at: -1, count: 200, wait });

let columns = 60;
print(
  'a value of 20 MB: its details, model call and first rows',
  await median(async () => {
    await engine.request('span/details', BIG);
    await engine.request('span/model', BIG);
    await rows(columns++, 0, false);
  }),
  OPEN_BUDGET_MS,
);
print('all its rows counted', await median(() => rows(columns++, 0, true)), 2000);
print(
  'found at its end',
  await median(() => engine.request('value/find', { ...BIG, ref, text: 'row 199999', matchCase: false })),
  1500,
);
print(
  'its root as a tree',
  await median(() => engine.request('value/members', { ...BIG, ref, at: 0, from: 0, count: 100 })),
  OPEN_BUDGET_MS,
);
print(
  'a conversation of 5,000 messages: its first page',
  await median(() => engine.request('span/model', CHAT_REF)),
  OPEN_BUDGET_MS,
);
print(
  'and all of its pages',
  await median(async () => {
    for (let from = 0, total = 1; from < total;) {
      const page = await engine.request('call/items', { ...CHAT_REF, side: 'inputs', from });
      total = page.total;
      from += page.items.length;
    }
  }),
  1000,
);
await engine.stop();
